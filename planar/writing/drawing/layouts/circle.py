"""A trace on a circle: random letters as points, blocks as filled hulls.

The Kreweras complement is dashed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot, pi

from planar.combinatorics.noncrossing import kreweras_complement
from planar.diagrams import Diagram
from planar.diagrams.atoms import Atom, label
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.combs import hull_style
from planar.writing.drawing.layouts.polar import around, clearance
from planar.writing.drawing.layouts.walk_line import described
from planar.writing.drawing.marks import Area, Curve, Dot, Label, Line, Point
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import COLUMN, typeset_width

__all__ = ["circle", "ring"]

SPACING = 4.5 * COLUMN
BOW = 0.09
BEZIER = 0.5522847498
"""Of the radius: where the controls of a quarter of a circle lie."""


def circle(diagram: Diagram, laws: Sequence[str] = ()) -> Picture:
    """The trace of the walk: random letters clockwise from the top on a circle.

    A hollow point stands for the word after each of them. Blocks are filled hulls and weigh a free
    cumulant; the hulls of hollow points are the blocks of the Kreweras complement and weigh the
    trace of the words at their points, which are written outside where they are not 1.

    Parameters
    ----------
    diagram : Diagram
        One of ``eq.diagrams(order)`` with at least one random letter.
    laws : sequence of str
        Names of ensembles, which number them for the styles hull1, hull2, ...; by default those of
        the diagram in the order of their names.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If the diagram has no random letter, or more than eight ensembles.

    Examples
    --------
    >>> import planar
    >>> N, P = planar.dims("N P")
    >>> A, W = planar.deterministic("A", N), planar.Wishart("W", N, P)
    >>> first, second = planar.derive(planar.tr(A * W * A * W)).diagrams(2)
    >>> circle(first).description
    'Letters A W A W; blocks of random letters {1 2}; value q tr[A]².'
    """
    letters = diagram.walk.random
    if not letters:
        raise PlanarError(
            "a circle shows random letters, and this diagram has none; take a higher order."
        )
    n = len(letters)
    radius = max(2.5 * COLUMN, n * SPACING / (2 * pi))
    points = [around(radius, k / n) for k in range(n)]
    between = [around(radius, (k + 0.5) / n) for k in range(n)]
    areas, curves = _block_hulls(diagram, laws, points, radius)
    lines = list[Line]()
    for face in kreweras_complement(diagram.partition, n):
        lines += _outline([between[k] for k in face])
    dots = [Dot("random", *p) for p in points] + [Dot("hollow", *p) for p in between]
    labels = [_outside(radius, k / n, label(letter)) for k, letter in enumerate(letters)]
    for k, word in enumerate(_words(diagram)):
        if word:
            labels.append(_outside(radius, (k + 0.5) / n, " ".join(map(label, word))))
    return Picture(
        tuple(lines),
        (),
        tuple(dots),
        tuple(labels),
        (ring(radius), *curves),
        tuple(areas),
        "Circle diagram of a trace",
        described(diagram),
    )


def ring(radius: float, style: str = "rule") -> Curve:
    """A circle about the origin."""
    r, c = radius, BEZIER * radius
    right, top, left, bottom = (r, 0), (0, r), (-r, 0), (0, -r)
    points = [
        right,
        *((r, c), (c, r), top),
        *((-c, r), (-r, c), left),
        *((-r, -c), (-c, -r), bottom),
        *((c, -r), (r, -c), right),
    ]
    return Curve(style, tuple(points), closed=True)


def _words(diagram: Diagram) -> Iterator[Sequence[Atom]]:
    """The deterministic word after each random letter; the last one is closed by the trace."""
    atoms, positions = diagram.atoms, diagram.walk.positions
    for position, next_position in pairwise(positions):
        yield atoms[position + 1 : next_position]
    yield [*atoms[positions[-1] + 1 :], *atoms[: positions[0]]]


def _block_hulls(
    diagram: Diagram, laws: Sequence[str], points: Sequence[Point], radius: float
) -> tuple[list[Area], list[Curve]]:
    """A polygon for each block of three letters or more, a lens for each of two."""
    names = [letter.name for letter in diagram.walk.random]
    areas, curves = list[Area](), list[Curve]()
    for block in diagram.partition:
        style = hull_style(names[block[0]], laws or names)
        corners = [points[k] for k in block]
        if len(corners) == 2:
            curves.append(_lens(style, (corners[0], corners[1]), radius))
        elif len(corners) > 2:
            areas.append(Area(style, tuple(corners)))
    return areas, curves


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


def _outline(points: Sequence[Point]) -> list[Line]:
    """A dashed chord, or the dashed sides of a polygon."""
    closed = [*points, points[0]] if len(points) > 2 else points
    return [Line("complement", *start, *end) for start, end in pairwise(closed)]


def _outside(radius: float, turn: float, text: str) -> Label:
    """A label beside the circle, pushed out by its own size."""
    x, y = around(radius, turn)
    u, v = around(clearance(typeset_width(text), turn), turn)
    return Label("letter", x + u, y + v, text)
