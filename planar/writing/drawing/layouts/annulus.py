"""A permutation of two circles in the annulus between them: each cycle a filled hull, none of which
cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, pi

from planar.combinatorics.noncrossing import is_annular_noncrossing
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.backbone import comb_style
from planar.writing.drawing.layouts.circle import ring
from planar.writing.drawing.layouts.polar import Path, around, clearance, dip, smooth, string
from planar.writing.drawing.picture import COLUMN, Curve, Dot, Label, Picture, typeset_width

__all__ = ["annulus"]

SPACING = 4 * COLUMN
LEVEL = 0.32
"""How far apart nested hulls lie."""
MIDDLE = 1.0
"""Width of the middle ring, in which the strings between the circles turn."""
HALF = 0.08

Cycle = tuple[int, ...]


def annulus(
    cycles: Iterable[Sequence[int]], outer: int, inner: int, names: Sequence[str] = ()
) -> Picture:
    """The points 0, 1, ... clockwise on the outer circle, and the next ``inner`` ones
    counter-clockwise on the inner one.

    ``cycles`` are those of a non-crossing permutation of the annulus, every point in one of them;
    ``names`` label the points, by default with their numbers from 1. Source: Mingo and Nica,
    "Annular noncrossing permutations and partitions, and second-order asymptotics for random
    matrices", IMRN 2004.

    >>> annulus([(0, 2), (1,)], 2, 1, ["A", "B", "C"]).description
    'Cycles (A C) (B) of 2 and 1 points.'

    Raises ``PlanarError`` where cycles cross.
    """
    every = [tuple(cycle) for cycle in cycles]
    _check(every, outer, inner)
    if names and len(names) != outer + inner:
        raise PlanarError(f"{len(names)} names for {outer + inner} points; give one name a point.")
    through = sorted(
        (_parted(c, outer) for c in every if min(c) < outer <= max(c)),
        key=lambda parts: parts[0][0],
    )
    pure = [c for c in every if not min(c) < outer <= max(c)]
    circles = [
        _Circle.of(
            range(outer), [parts[0] for parts in through], [c for c in pure if c[0] < outer]
        ),
        _Circle.of(
            range(outer, outer + inner),
            [parts[1] for parts in through],
            [c for c in pure if c[0] >= outer],
        ),
    ]
    deep = [LEVEL * circle.reach for circle in circles]
    widest = max((typeset_width(name) for name in names[outer:]), default=0.0)
    low = max(3 * COLUMN, inner * max(SPACING, 2 * widest) / (2 * pi), 0.3 + widest)
    high = max(low + sum(deep) + MIDDLE, outer * SPACING / (2 * pi))
    zones = (high, high - deep[0], low + deep[1], low)
    ends = _ends(circles, through)
    rotation = sum(o[0] + o[-1] - i[0] - i[-1] for o, i in ends) / (2 * len(ends)) if ends else 0.0
    curves = [ring(high), ring(low)]
    for (over, under), (turns, below) in zip(through, ends, strict=True):
        paths = _hull_through(circles, (over, under), turns, [t + rotation for t in below], zones)
        curves.append(Curve(_style(over, names), smooth(paths), closed=True))
    hulls = [(cycle, circles[0].hull(cycle, high, 1, 0.0)) for cycle in circles[0].pure]
    hulls += [(cycle, circles[1].hull(cycle, low, -1, rotation)) for cycle in circles[1].pure]
    curves += [Curve(_style(cycle, names), smooth(paths), closed=True) for cycle, paths in hulls]
    dots, labels = list[Dot](), list[Label]()
    for k in range(outer + inner):
        turn = circles[0].turn[k] if k < outer else rotation - circles[1].turn[k]
        text = names[k] if names else str(k + 1)
        out = clearance(typeset_width(text), turn)
        dots.append(Dot("random", *around(high if k < outer else low, turn)))
        labels.append(Label("letter", *around(high + out if k < outer else low - out, turn), text))
    written = " ".join(
        "(" + " ".join(names[i] if names else str(i + 1) for i in c) + ")" for c in every
    )
    description = f"Cycles {written} of {outer} and {inner} points."
    return Picture(
        (), (), tuple(dots), tuple(labels), tuple(curves), (), "Annular diagram", description
    )


def _style(cycle: Cycle, names: Sequence[str]) -> str:
    """Hulls of one ensemble look alike."""
    return comb_style(names[cycle[0]], names).replace("comb", "hull") if names else "hull1"


@dataclass(frozen=True)
class _Circle:
    """One circle, its turns increasing with the points: ``runs`` are parts of through cycles,
    ``pure`` its own cycles.

    Each pure cycle begins behind the gap that holds the rest of the annulus; ``level`` says how
    deep it reaches.
    """

    turn: dict[int, float]
    runs: tuple[Cycle, ...]
    pure: tuple[Cycle, ...]
    level: dict[Cycle, int]

    @staticmethod
    def of(points: range, runs: list[Cycle], cycles: list[Cycle]) -> _Circle:
        turn = {k: i / len(points) for i, k in enumerate(points)}
        away = runs[0][0] if runs else None
        pure = [_opened(c, away, turn) for c in cycles if len(c) > 1]
        level: dict[Cycle, int] = {}
        for c in sorted(pure, key=lambda c: _lift(c, turn)[-1] - turn[c[0]]):
            level[c] = 1 + max((level[d] for d in level if _inside(d, c, turn)), default=0)
        return _Circle(turn, tuple(runs), tuple(pure), level)

    @property
    def reach(self) -> float:
        """How deep hulls of this circle reach, in levels; strings between the circles turn beyond
        that.
        """
        joined = max(
            (self.between(a, b) for run in self.runs for a, b in pairwise(run)), default=None
        )
        return (
            max(max(self.level.values(), default=0.0), 0.0 if joined is None else joined + 0.45)
            * 1.2
            + 0.1
        )

    def between(self, a: int, b: int) -> int:
        """The greatest level between two neighbours of a cycle."""
        return max((self.level[d] for d in self.pure if _inside(d, (a, b), self.turn)), default=0)

    def bridges(
        self, run: Sequence[int], turns: Sequence[float], radius: float, sign: int
    ) -> list[Path]:
        """From each point of a run to the next, beyond what stands between them; ``sign`` is 1 into
        a disc, -1 out of it.
        """
        steps = zip(pairwise(run), pairwise(turns), strict=True)
        return [
            dip(u, v, radius, sign * LEVEL * (self.between(a, b) + 0.45))
            for (a, b), (u, v) in steps
        ]

    def hull(self, cycle: Cycle, radius: float, sign: int, rotation: float) -> list[Path]:
        """There by the bridges, and back below them all."""
        turns = [rotation + sign * t for t in _lift(cycle, self.turn)]
        back = dip(turns[-1], turns[0], radius, sign * LEVEL * self.level[cycle])
        return [*self.bridges(cycle, turns, radius, sign), back]


def _hull_through(
    circles: list[_Circle],
    runs: tuple[Cycle, Cycle],
    turns: list[float],
    below: list[float],
    zones: tuple[float, float, float, float],
) -> list[Path]:
    """Along the outer points, down to the inner circle, along its points, and up again."""
    side = HALF if len(turns) == len(below) == 1 else 0.0
    down = string(turns[-1], below[0], zones, side)
    up = string(below[-1], turns[0], (zones[3], zones[2], zones[1], zones[0]), -side)
    over = circles[0].bridges(runs[0], turns, zones[0], 1)
    under = circles[1].bridges(runs[1], below, zones[3], -1)
    return [*over, down, *under, up]


def _ends(
    circles: list[_Circle], through: list[tuple[Cycle, Cycle]]
) -> list[tuple[list[float], list[float]]]:
    """Turns of the points of each through cycle, those of the inner circle lifted so that strings
    do not cross.
    """
    found: list[tuple[list[float], list[float]]] = []
    last: float | None = None
    for over, under in through:
        turns = _lift(over, circles[0].turn)
        below = [-t for t in _lift(under, circles[1].turn)]
        if last is not None:
            up = floor(last - below[-1]) + 1
            below = [t + up for t in below]
        last = below[0] if last is None else max(last, below[0])
        found.append((turns, below))
    return found


def _lift(run: Sequence[int], turn: dict[int, float]) -> list[float]:
    """Turns along a run of increasing points, without a jump at the top."""
    found = [turn[run[0]]]
    for k in run[1:]:
        found.append(found[-1] + (turn[k] - found[-1]) % 1)
    return found


def _inside(cycle: Cycle, run: Cycle, turn: dict[int, float]) -> bool:
    """Whether a cycle stands between two neighbours of a run, not in the gap behind its last point."""
    turns = _lift(run, turn)
    place = (turn[cycle[0]] - turns[0]) % 1
    return cycle != run and 0 < place < turns[-1] - turns[0]


def _opened(cycle: Cycle, away: int | None, turn: dict[int, float]) -> Cycle:
    """The cycle from behind the gap in which ``away`` stands."""
    if away is None:
        start = cycle.index(min(cycle))
    else:
        start = min(range(len(cycle)), key=lambda i: (turn[cycle[i]] - turn[away]) % 1)
    return cycle[start:] + cycle[:start]


def _parted(cycle: Cycle, outer: int) -> tuple[Cycle, Cycle]:
    """A cycle through the annulus: its outer points in order, then its inner ones."""
    start = next(i for i, k in enumerate(cycle) if k < outer <= cycle[i - 1])
    turned = cycle[start:] + cycle[:start]
    return tuple(k for k in turned if k < outer), tuple(k for k in turned if k >= outer)


def _check(cycles: list[Cycle], outer: int, inner: int) -> None:
    n = outer + inner
    if min(outer, inner) < 1 or sorted(k for c in cycles for k in c) != list(range(n)):
        points = f"{outer} and {inner} points"
        raise PlanarError(
            f"{cycles} is no permutation of {points}; put each of 0, ..., {n - 1} into one cycle."
        )
    if not any(min(c) < outer <= max(c) for c in cycles):
        raise PlanarError(
            f"none of the cycles {cycles} joins the two circles; draw each circle for itself."
        )
    if not is_annular_noncrossing(cycles, outer, inner):
        raise PlanarError(
            f"the cycles {cycles} cross in the annulus of {outer} and {inner} points; only planar ones are drawn."
        )
