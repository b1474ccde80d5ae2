"""'t Hooft's double lines: index lines with arrows, blocks as ribbons, and the faces between them
filled by their kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr

from planar.diagrams import Diagram
from planar.diagrams.atoms import label
from planar.ensembles.wishart import Wishart
from planar.writing.drawing.layouts.backbone import MARK, described, heights, mark, places
from planar.writing.drawing.picture import (
    COLUMN,
    FACES,
    ROW,
    Area,
    Dot,
    Label,
    Line,
    Picture,
    Point,
)

__all__ = ["double_line"]

HALF = 0.13
"""Half the width of a ribbon."""
INSET = 0.055
TIP = 0.075


def double_line(diagram: Diagram) -> Picture:
    """The backbone with every index line drawn: a block of n letters is a ribbon with n - 1 faces
    between its legs.

    A closed face is shaded by its space, in the order of their names (N lightly, P darkly), the
    sample space inside the ribbon of a Wishart block among them; the description says which is
    which. Each index line has an arrow, opposite ones on the two sides of a ribbon.

    >>> import planar
    >>> W = planar.Wishart("W", *planar.dims("N P"))
    >>> first, second = planar.derive(W * W).diagrams(2)
    >>> double_line(first).description.rpartition("Faces")[2]
    ' by their space: N face1, P face2.'
    """
    shades = _shades(diagram)
    xs = [x * 1.25 for x in places(diagram.atoms)]
    blocks = [
        _Block([xs[i] for i in legs], height * ROW * 1.1, diagram.walk.random[part[0]].symbol, legs)
        for part, legs, height in zip(
            diagram.partition, diagram.blocks, heights(diagram.partition), strict=True
        )
    ]
    fixed = [(x, atom) for x, atom in zip(xs, diagram.atoms, strict=True) if mark(atom) != "random"]
    areas, lines, arrows = list[Area](), list[Line](), list[Area]()
    for block in sorted(blocks, key=lambda b: -b.height):
        for (x1, x2), (i, _) in zip(pairwise(block.xs), pairwise(block.legs), strict=True):
            kind = shades[diagram.atoms[i].cols]
            border = _path(x1 + HALF, x2 - HALF, blocks, block.height, [x for x, _ in fixed])
            areas.append(
                Area(
                    kind,
                    (*border, (x2 - HALF, block.height - HALF), (x1 + HALF, block.height - HALF)),
                )
            )
        if isinstance(block.law, Wishart):
            areas.append(Area(shades[block.law.samples], block.outline(HALF - INSET)))
            lines += _loop(block.outline(HALF - INSET))
        lines += block.strands()
        arrows += block.arrows()
    legs = sorted(x for block in blocks for x in block.xs)
    stops = [0.0, *legs, (xs[-1] if xs else 0.0) + 3 * COLUMN]
    for k, (left, right) in enumerate(pairwise(stops)):
        start, end = left + (HALF if k else 0.0), right - (HALF if k < len(legs) else 0.0)
        held = [x for x, _ in fixed if start < x < end]
        gaps = pairwise([start - MARK, *held, end + MARK])
        lines += [Line("strand", a + MARK, 0, b - MARK, 0) for a, b in gaps]
        arrows.append(_arrow(((start + (held[0] if held else end)) / 2, 0), (1, 0)))
    dots = tuple(Dot(mark(atom), x, 0) for x, atom in fixed)
    labels = tuple(
        Label("letter", x, -ROW, label(atom)) for x, atom in zip(xs, diagram.atoms, strict=True)
    )
    marks = (*areas, *arrows)
    legend = ", ".join(f"{size} {shade}" for size, shade in shades.items())
    described_with = f"{described(diagram)} Faces by their space: {legend}."
    return Picture(tuple(lines), (), dots, labels, (), marks, "Double-line diagram", described_with)


@dataclass(frozen=True)
class _Block:
    """Where the legs stand, the height of the bar, the letter, and its positions among the atoms."""

    xs: list[float]
    height: float
    law: object
    legs: tuple[int, ...]

    def outline(self, half: float) -> tuple[Point, ...]:
        """The ribbon, up the first leg, along the top, down the last one and back under the bar."""
        first, last, top = self.xs[0], self.xs[-1], self.height
        found = [
            (first - half, 0.0),
            (first - half, top + half),
            (last + half, top + half),
            (last + half, 0.0),
        ]
        for left, right in reversed(list(pairwise(self.xs))):
            found += [
                (right - half, 0.0),
                (right - half, top - half),
                (left + half, top - half),
                (left + half, 0.0),
            ]
        return tuple(found)

    def strands(self) -> list[Line]:
        """Its index lines: the outline without the feet."""
        points = self.outline(HALF)
        sides = zip(points, [*points[1:], points[0]], strict=True)
        return [Line("strand", *a, *b) for a, b in sides if not a[1] == b[1] == 0]

    def arrows(self) -> list[Area]:
        """To the right above the bar, to the left below it; a single leg has no room for one."""
        if len(self.xs) == 1:
            return []
        found = [_arrow(((self.xs[0] + self.xs[-1]) / 2, self.height + HALF), (1, 0))]
        return found + [
            _arrow(((a + b) / 2, self.height - HALF), (-1, 0)) for a, b in pairwise(self.xs)
        ]


def _shades(diagram: Diagram) -> dict[Expr, str]:
    """A shade for each space of the letters, by name: one space looks alike in every figure that
    holds the same spaces.
    """
    sizes = [size for atom in diagram.atoms for size in (atom.rows, atom.cols)]
    sizes += [
        letter.symbol.samples
        for letter in diagram.walk.random
        if isinstance(letter.symbol, Wishart)
    ]
    every = sorted(dict.fromkeys(sizes), key=lambda size: (not size.is_Symbol, str(size)))
    return {size: FACES[min(k, len(FACES) - 1)] for k, size in enumerate(every)}


def _path(
    start: float, end: float, blocks: Sequence[_Block], below: float, marks: Sequence[float]
) -> list[Point]:
    """Along the line from start to end, around every ribbon and every hollow mark that stands
    there.
    """
    inside = [b for b in blocks if start < b.xs[0] and b.xs[-1] < end and b.height < below]
    outer = [
        b for b in inside if not any(o.xs[0] < b.xs[0] and b.xs[-1] < o.xs[-1] for o in inside)
    ]
    walls = [(b.xs[0] - HALF, b.xs[-1] + HALF, b.height + HALF) for b in outer]
    walls += [
        (x - MARK, x + MARK, MARK)
        for x in marks
        if start < x < end and not any(a < x < b for a, b, _ in walls)
    ]
    found: list[Point] = [(start, 0.0)]
    for left, right, top in sorted(walls):
        found += [(left, 0.0), (left, top), (right, top), (right, 0.0)]
    return [*found, (end, 0.0)]


def _loop(points: Sequence[Point]) -> list[Line]:
    return [Line("loop", *a, *b) for a, b in zip(points, [*points[1:], points[0]], strict=True)]


def _arrow(at: Point, towards: Point) -> Area:
    """A small triangle whose middle is at this point."""
    (x, y), (u, v) = at, towards
    tip = (x + TIP * u, y + TIP * v)
    base = (x - TIP * u, y - TIP * v)
    return Area(
        "arrow",
        (
            tip,
            (base[0] - 0.7 * TIP * v, base[1] + 0.7 * TIP * u),
            (base[0] + 0.7 * TIP * v, base[1] - 0.7 * TIP * u),
        ),
    )
