"""'t Hooft's double lines: index lines with arrows, blocks as ribbons.

The faces between them are filled by their kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from sympy import Expr

from planar.diagrams import Diagram
from planar.diagrams.atoms import label
from planar.ensembles.wishart import Wishart
from planar.writing.drawing.layouts.combs import heights
from planar.writing.drawing.layouts.ribbon import HALF, INSET, Ribbon, arrow, outlined
from planar.writing.drawing.layouts.walk_line import MARK, described, mark, places
from planar.writing.drawing.marks import FACES, Area, Dot, Label, Line, Point
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import COLUMN, ROW

__all__ = ["double_line"]

SPREAD = 1.25
"""How much further apart letters stand than on a backbone."""
RISE = 1.1
"""How much higher than on a backbone a level of blocks stands."""


def double_line(diagram: Diagram) -> Picture:
    """The backbone with every index line drawn.

    A block of n letters is a ribbon with n - 1 faces between its legs. A closed face is shaded by
    its space, in the order of their names (N lightly, P darkly), the sample space inside the ribbon
    of a Wishart block among them; the description says which is which. Each index line has an
    arrow, opposite ones on the two sides of a ribbon.

    Parameters
    ----------
    diagram : Diagram
        One of ``eq.diagrams(order)``.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import planar
    >>> W = planar.Wishart("W", *planar.dims("N P"))
    >>> first, second = planar.derive(W * W).diagrams(2)
    >>> double_line(first).description.rpartition("Faces")[2]
    ' by their space: N face1, P face2.'
    """
    shades = _shades(diagram)
    xs = [x * SPREAD for x in places(diagram.atoms)]
    ribbons = _ribbons(diagram, xs)
    placed = list(zip(xs, diagram.atoms, strict=True))
    fixed = [(x, atom) for x, atom in placed if mark(atom) != "random"]
    fixed_xs = [x for x, _ in fixed]
    faces, lines, arrows = list[Area](), list[Line](), list[Area]()
    for ribbon in sorted(ribbons, key=lambda ribbon: -ribbon.height):
        faces += _faces(diagram, ribbon, ribbons, shades, fixed_xs)
        if isinstance(ribbon.law, Wishart):
            inside = ribbon.outline(HALF - INSET)
            faces.append(Area(shades[ribbon.law.samples], inside))
            lines += outlined("loop", inside)
        lines += ribbon.strands()
        arrows += ribbon.arrows()
    open_lines, open_arrows = _open_line(xs, ribbons, fixed_xs)
    legend = ", ".join(f"{size} {shade}" for size, shade in shades.items())
    return Picture(
        (*lines, *open_lines),
        (),
        tuple(Dot(mark(atom), x, 0) for x, atom in fixed),
        tuple(Label("letter", x, -ROW, label(atom)) for x, atom in placed),
        (),
        (*faces, *arrows, *open_arrows),
        "Double-line diagram",
        f"{described(diagram)} Faces by their space: {legend}.",
    )


def _shades(diagram: Diagram) -> dict[Expr, str]:
    """A shade for each space of the letters, by name.

    One space looks alike in every figure that holds the same spaces.
    """
    sizes = list[Expr]()
    for atom in diagram.atoms:
        sizes += (atom.rows, atom.cols)
    laws = [letter.symbol for letter in diagram.walk.random]
    sizes += [law.samples for law in laws if isinstance(law, Wishart)]
    spaces = sorted(dict.fromkeys(sizes), key=lambda size: (not size.is_Symbol, str(size)))
    return {size: FACES[min(k, len(FACES) - 1)] for k, size in enumerate(spaces)}


def _ribbons(diagram: Diagram, xs: Sequence[float]) -> list[Ribbon]:
    """A ribbon for each block, on legs at these places."""
    ribbons, levels = list[Ribbon](), heights(diagram.partition)
    for block, legs, level in zip(diagram.partition, diagram.blocks, levels, strict=True):
        law = diagram.walk.random[block[0]].symbol
        ribbons.append(Ribbon([xs[i] for i in legs], level * ROW * RISE, law, legs))
    return ribbons


def _faces(
    diagram: Diagram,
    ribbon: Ribbon,
    ribbons: Sequence[Ribbon],
    shades: Mapping[Expr, str],
    fixed_xs: Sequence[float],
) -> list[Area]:
    """The closed face between each pair of consecutive legs."""
    faces, top = list[Area](), ribbon.height - HALF
    for (left, right), i in zip(pairwise(ribbon.xs), ribbon.legs[:-1], strict=True):
        start, end = left + HALF, right - HALF
        border = _border(start, end, ribbons, ribbon.height, fixed_xs)
        faces.append(Area(shades[diagram.atoms[i].cols], (*border, (end, top), (start, top))))
    return faces


def _border(
    start: float,
    end: float,
    ribbons: Iterable[Ribbon],
    below: float,
    fixed_xs: Iterable[float],
) -> list[Point]:
    """Along the line from start to end, around every ribbon and every hollow mark between."""
    inside = [r for r in ribbons if r.stands_in(start, end) and r.height < below]
    walls = [(r.xs[0] - HALF, r.xs[-1] + HALF, r.height + HALF) for r in _outermost(inside)]
    walls += [
        (x - MARK, x + MARK, MARK) for x in fixed_xs if start < x < end and not _covered(x, walls)
    ]
    border: list[Point] = [(start, 0.0)]
    for left, right, top in sorted(walls):
        border += [(left, 0.0), (left, top), (right, top), (right, 0.0)]
    return [*border, (end, 0.0)]


def _outermost(ribbons: Sequence[Ribbon]) -> Iterator[Ribbon]:
    """Those that stand under no other."""
    for ribbon in ribbons:
        if not any(ribbon.stands_under(other) for other in ribbons):
            yield ribbon


def _covered(x: float, walls: Iterable[tuple[float, float, float]]) -> bool:
    return any(left < x < right for left, right, _ in walls)


def _open_line(
    xs: Sequence[float], ribbons: Iterable[Ribbon], fixed_xs: Sequence[float]
) -> tuple[list[Line], list[Area]]:
    """The index line between the legs, with an arrow to the right in each piece."""
    lines, arrows, legs = list[Line](), list[Area](), list[float]()
    for ribbon in ribbons:
        legs += ribbon.xs
    stops = [0.0, *sorted(legs), (xs[-1] if xs else 0.0) + 3 * COLUMN]
    for k, (left, right) in enumerate(pairwise(stops)):
        start, end = left + (HALF if k else 0.0), right - (HALF if k < len(legs) else 0.0)
        marks = [x for x in fixed_xs if start < x < end]
        pieces = pairwise([start - MARK, *marks, end + MARK])
        lines += [Line("strand", a + MARK, 0, b - MARK, 0) for a, b in pieces]
        arrows.append(arrow(((start + (marks[0] if marks else end)) / 2, 0), (1, 0)))
    return lines, arrows
