"""A trace on a circle: random letters as points, blocks as filled hulls, the Kreweras complement as
dashed hulls.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, pi

from planar.combinatorics.noncrossing import kreweras_complement
from planar.diagrams import Diagram
from planar.diagrams.atoms import Atom, label
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.backbone import comb_style, described
from planar.writing.drawing.layouts.polar import around, clearance
from planar.writing.drawing.picture import (
    COLUMN,
    Area,
    Curve,
    Dot,
    Label,
    Line,
    Picture,
    Point,
    typeset_width,
)

__all__ = ["circle", "ring"]

SPACING = 4.5 * COLUMN
BOW = 0.09
BEZIER = 0.5522847498
"""Of the radius: where the controls of a quarter of a circle lie."""


def circle(diagram: Diagram, laws: Sequence[str] = ()) -> Picture:
    """The trace of the walk: random letters clockwise from the top, with a hollow point for the
    word after each of them.

    Blocks are filled hulls and weigh a free cumulant; the hulls of hollow points are the blocks of
    the complement and weigh the trace of the words at their points, which are written outside where
    they are not 1.

    >>> import planar
    >>> N, P = planar.dims("N P")
    >>> A, W = planar.deterministic("A", N), planar.Wishart("W", N, P)
    >>> first, second = planar.derive(planar.tr(A * W * A * W)).diagrams(2)
    >>> circle(first).description
    'Letters A W A W; blocks of random letters {1 2}; value q tr[A]².'
    """
    random = diagram.walk.random
    if not random:
        raise PlanarError(
            "a circle shows random letters, and this diagram has none; take a higher order."
        )
    n, positions = len(random), diagram.walk.positions
    radius = max(2.5 * COLUMN, n * SPACING / (2 * pi))
    names = [letter.name for letter in random]
    points = [around(radius, k / n) for k in range(n)]
    between = [around(radius, (k + 0.5) / n) for k in range(n)]
    areas, curves = list[Area](), [ring(radius)]
    for block in diagram.partition:
        style = comb_style(names[block[0]], laws or names).replace("comb", "hull")
        _hull([points[k] for k in block], style, radius, areas, curves)
    lines = list[Line]()
    for face in kreweras_complement(diagram.partition, n):
        _outline([between[k] for k in face], lines)
    dots = [Dot("random", *p) for p in points] + [Dot("hollow", *p) for p in between]
    labels = [_outside(radius, k / n, label(letter)) for k, letter in enumerate(random)]
    for k in range(n):
        word = (
            diagram.atoms[positions[k] + 1 : positions[k + 1]]
            if k < n - 1
            else _last(diagram.atoms, positions)
        )
        if word:
            labels.append(_outside(radius, (k + 0.5) / n, " ".join(map(label, word))))
    title = "Circle diagram of a trace"
    return Picture(
        tuple(lines),
        (),
        tuple(dots),
        tuple(labels),
        tuple(curves),
        tuple(areas),
        title,
        described(diagram),
    )


def _last(atoms: Sequence[Atom], positions: Sequence[int]) -> Sequence[Atom]:
    """The word that the trace closes: behind the last random letter and before the first."""
    return [*atoms[positions[-1] + 1 :], *atoms[: positions[0]]]


def ring(radius: float, style: str = "rule") -> Curve:
    """A circle about the origin."""
    r, c = radius, BEZIER * radius
    quarters = [
        (r, 0),
        (r, c),
        (c, r),
        (0, r),
        (-c, r),
        (-r, c),
        (-r, 0),
        (-r, -c),
        (-c, -r),
        (0, -r),
        (c, -r),
        (r, -c),
        (r, 0),
    ]
    return Curve(style, tuple(quarters), closed=True)


def _lens(style: str, ends: tuple[Point, Point], radius: float) -> Curve:
    """A lens about the chord of a block of two, thin where the circle is near."""
    (x1, y1), (x2, y2) = ends
    length = hypot(x2 - x1, y2 - y1)
    room = radius - max(radius**2 - length**2 / 4, 0.0) ** 0.5
    bow = min(BOW, 0.4 * room)
    u, v = -(y2 - y1) / length * bow, (x2 - x1) / length * bow
    dx, dy = (x2 - x1) / 4, (y2 - y1) / 4
    there = ((x1 + dx + u, y1 + dy + v), (x2 - dx + u, y2 - dy + v), (x2, y2))
    back = ((x2 - dx - u, y2 - dy - v), (x1 + dx - u, y1 + dy - v), (x1, y1))
    return Curve(style, ((x1, y1), *there, *back), closed=True)


def _hull(
    points: Sequence[Point], style: str, radius: float, areas: list[Area], curves: list[Curve]
) -> None:
    if len(points) == 2:
        curves.append(_lens(style, (points[0], points[1]), radius))
    elif len(points) > 2:
        areas.append(Area(style, tuple(points)))


def _outline(points: Sequence[Point], lines: list[Line]) -> None:
    """A dashed chord, or the dashed sides of a polygon."""
    sides = (
        zip(points, [*points[1:], points[0]], strict=True) if len(points) > 2 else pairwise(points)
    )
    lines.extend(Line("complement", *a, *b) for a, b in sides)


def _outside(radius: float, turn: float, text: str) -> Label:
    """A label beside the circle, pushed out by its own size."""
    x, y = around(radius, turn)
    out = clearance(typeset_width(text), turn)
    u, v = around(out, turn)
    return Label("letter", x + u, y + v, text)
