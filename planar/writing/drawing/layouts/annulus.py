"""A permutation of two circles in the annulus between them: each cycle a filled hull.

No two hulls cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import floor, pi

from planar.combinatorics.noncrossing import is_annular_noncrossing
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.annular_circle import Circle, Cycle, lifted
from planar.writing.drawing.layouts.circle import ring
from planar.writing.drawing.layouts.combs import hull_style
from planar.writing.drawing.layouts.polar import Path, around, clearance, smooth, string
from planar.writing.drawing.marks import Curve, Dot, Label
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import COLUMN, typeset_width

__all__ = ["annulus"]

SPACING = 4 * COLUMN
MIDDLE = 1.0
"""Width of the middle ring, in which the strings between the circles turn."""
HALF = 0.08

Circles = tuple[Circle, Circle]
Parts = tuple[Cycle, Cycle]
"""The outer and the inner points of a cycle through the annulus."""
Turns = tuple[list[float], list[float]]
"""Where these points stand."""
Zones = tuple[float, float, float, float]
"""Radii of the outer circle, of the two edges of the middle ring, and of the inner circle."""


def annulus(
    cycles: Iterable[Sequence[int]], outer: int, inner: int, names: Sequence[str] = ()
) -> Picture:
    """A non-crossing permutation of the annulus, each cycle a filled hull.

    The points 0, 1, ... stand clockwise on the outer circle, and the next ``inner`` ones
    counter-clockwise on the inner one.

    Parameters
    ----------
    cycles : iterable of sequence of int
        The cycles of the permutation, every point in one of them, at least one of which joins the
        two circles.
    outer, inner : int
        Numbers of points on the two circles.
    names : sequence of str
        One label for each point, in their order; by default their numbers from 1.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If ``cycles`` are not those of a permutation, do not join the circles, or cross, or if there
        are not as many names as points.

    References
    ----------
    Mingo and Nica, "Annular noncrossing permutations and partitions, and second-order asymptotics
    for random matrices", IMRN 2004.

    Examples
    --------
    >>> annulus([(0, 2), (1,)], 2, 1, ["A", "B", "C"]).description
    'Cycles (A C) (B) of 2 and 1 points.'
    """
    permutation = [tuple(cycle) for cycle in cycles]
    _check(permutation, outer, inner)
    if names and len(names) != outer + inner:
        raise PlanarError(f"{len(names)} names for {outer + inner} points; give one name a point.")
    through = _through(permutation, outer)
    circles = _circles(permutation, through, outer, inner)
    zones = _zones(circles, names[outer:])
    turns = _turns(circles, through)
    rotation = _rotation(turns)
    hulls = chain(
        _hulls_through(circles, through, turns, rotation, zones),
        _pure_hulls(circles, rotation, zones),
    )
    curves = [
        Curve(hull_style(names[cycle[0]], names) if names else "hull1", smooth(paths), closed=True)
        for cycle, paths in hulls
    ]
    texts = names or [str(k + 1) for k in range(outer + inner)]
    dots, labels = _points(circles, zones, rotation, texts)
    written = " ".join(_written(cycle, texts) for cycle in permutation)
    return Picture(
        (),
        (),
        tuple(dots),
        tuple(labels),
        (ring(zones[0]), ring(zones[3]), *curves),
        (),
        "Annular diagram",
        f"Cycles {written} of {outer} and {inner} points.",
    )


def _check(cycles: list[Cycle], outer: int, inner: int) -> None:
    n = outer + inner
    if min(outer, inner) < 1 or sorted(chain.from_iterable(cycles)) != list(range(n)):
        raise PlanarError(
            f"{cycles} is not a permutation of {outer} and {inner} points; put each of 0, ..., "
            f"{n - 1} into one cycle."
        )
    if not any(_joins(cycle, outer) for cycle in cycles):
        raise PlanarError(
            f"none of the cycles {cycles} joins the two circles; draw each circle by itself."
        )
    if not is_annular_noncrossing(cycles, outer, inner):
        raise PlanarError(
            f"the cycles {cycles} cross in the annulus of {outer} and {inner} points; only planar "
            "ones are drawn."
        )


def _written(cycle: Cycle, texts: Sequence[str]) -> str:
    """A cycle as in (A C)."""
    return "(" + " ".join(texts[point] for point in cycle) + ")"


def _joins(cycle: Cycle, outer: int) -> bool:
    """Whether a cycle has points on both circles."""
    return min(cycle) < outer <= max(cycle)


def _through(permutation: Iterable[Cycle], outer: int) -> list[Parts]:
    """The cycles through the annulus in the order of their first outer points."""
    parts = [_parted(cycle, outer) for cycle in permutation if _joins(cycle, outer)]
    return sorted(parts, key=lambda pair: pair[0][0])


def _parted(cycle: Cycle, outer: int) -> Parts:
    """A cycle through the annulus: its outer points in order, then its inner ones."""
    start = next(i for i, k in enumerate(cycle) if k < outer <= cycle[i - 1])
    turned = cycle[start:] + cycle[:start]
    return tuple(k for k in turned if k < outer), tuple(k for k in turned if k >= outer)


def _circles(
    permutation: Iterable[Cycle], through: Iterable[Parts], outer: int, inner: int
) -> Circles:
    """The two circles, each with its parts of cycles through the annulus and its own cycles."""
    runs = list(through)
    pure = [cycle for cycle in permutation if not _joins(cycle, outer)]
    over = [cycle for cycle in pure if cycle[0] < outer]
    under = [cycle for cycle in pure if cycle[0] >= outer]
    return (
        Circle.of(range(outer), [above for above, _ in runs], over),
        Circle.of(range(outer, outer + inner), [below for _, below in runs], under),
    )


def _zones(circles: Circles, inner_names: Sequence[str]) -> Zones:
    """Radii that leave room for the hulls of both circles, the strings, and the names inside."""
    outer, inner = (len(circle.turn) for circle in circles)
    over, under = (circle.depth for circle in circles)
    widest = max(map(typeset_width, inner_names), default=0.0)
    low = max(3 * COLUMN, inner * max(SPACING, 2 * widest) / (2 * pi), 0.3 + widest)
    high = max(low + (over + under) + MIDDLE, outer * SPACING / (2 * pi))
    return high, high - over, low + under, low


def _turns(circles: Circles, through: Iterable[Parts]) -> list[Turns]:
    """Turns of the points of each through cycle.

    Those of the inner circle are lifted so that strings do not cross.
    """
    turns = list[Turns]()
    last: float | None = None
    for over, under in through:
        above = lifted(over, circles[0].turn)
        below = [-turn for turn in lifted(under, circles[1].turn)]
        if last is not None:
            up = floor(last - below[-1]) + 1
            below = [turn + up for turn in below]
        last = below[0] if last is None else max(last, below[0])
        turns.append((above, below))
    return turns


def _rotation(turns: Sequence[Turns]) -> float:
    """How far the inner circle is turned, for strings to run straight on average."""
    if not turns:
        return 0.0
    differences = [above[0] + above[-1] - below[0] - below[-1] for above, below in turns]
    return sum(differences) / (2 * len(turns))


def _hulls_through(
    circles: Circles,
    through: Iterable[Parts],
    turns: Iterable[Turns],
    rotation: float,
    zones: Zones,
) -> Iterator[tuple[Cycle, list[Path]]]:
    """Along the outer points, down to the inner circle, along its points, and up again."""
    high, _, _, low = zones
    for (over, under), (above, unturned) in zip(through, turns, strict=True):
        below = [turn + rotation for turn in unturned]
        side = HALF if len(above) == len(below) == 1 else 0.0
        down = string(above[-1], below[0], zones, side)
        up = string(below[-1], above[0], zones[::-1], -side)
        along_outer = circles[0].bridges(over, above, high, 1)
        along_inner = circles[1].bridges(under, below, low, -1)
        yield over, [*along_outer, down, *along_inner, up]


def _pure_hulls(
    circles: Circles, rotation: float, zones: Zones
) -> Iterator[tuple[Cycle, list[Path]]]:
    """The cycles of either circle by itself."""
    for cycle in circles[0].pure:
        yield cycle, circles[0].hull(cycle, zones[0], 1, 0.0)
    for cycle in circles[1].pure:
        yield cycle, circles[1].hull(cycle, zones[3], -1, rotation)


def _points(
    circles: Circles, zones: Zones, rotation: float, texts: Sequence[str]
) -> tuple[list[Dot], list[Label]]:
    """A dot for each point, with its text outside of the outer and inside of the inner circle."""
    places = [(zones[0], turn, 1) for turn in circles[0].turn.values()]
    places += [(zones[3], rotation - turn, -1) for turn in circles[1].turn.values()]
    dots, labels = list[Dot](), list[Label]()
    for (radius, turn, sign), text in zip(places, texts, strict=True):
        dots.append(Dot("random", *around(radius, turn)))
        out = clearance(typeset_width(text), turn)
        labels.append(Label("letter", *around(radius + sign * out, turn), text))
    return dots, labels
