"""One circle of an annulus: how deep its hulls are nested, and how they run around each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planar.writing.drawing.layouts.polar import Path, dip

__all__ = ["LEVEL", "Circle", "Cycle", "lifted"]

LEVEL = 0.32
"""How far apart nested hulls lie."""

Cycle = tuple[int, ...]


@dataclass(frozen=True)
class Circle:
    """One circle, its turns increasing with the points.

    ``runs`` are parts of cycles through the annulus, ``pure`` its own cycles; each of these begins
    behind the gap that holds the rest of the annulus, and ``level`` says how deep it reaches.
    """

    turn: dict[int, float]
    runs: tuple[Cycle, ...]
    pure: tuple[Cycle, ...]
    level: dict[Cycle, int]

    @staticmethod
    def of(points: range, runs: Sequence[Cycle], cycles: Sequence[Cycle]) -> Circle:
        """The circle of these points, evenly spread, with its own cycles opened and nested."""
        turn = {point: place / len(points) for place, point in enumerate(points)}
        away = runs[0][0] if runs else None
        pure = [_opened(cycle, away, turn) for cycle in cycles if len(cycle) > 1]
        level: dict[Cycle, int] = {}
        for cycle in sorted(pure, key=lambda cycle: lifted(cycle, turn)[-1] - turn[cycle[0]]):
            nested = [level[inner] for inner in level if _inside(inner, cycle, turn)]
            level[cycle] = 1 + max(nested, default=0)
        return Circle(turn, tuple(runs), tuple(pure), level)

    @property
    def depth(self) -> float:
        """How deep the hulls of this circle reach; strings between the circles turn beyond that."""
        levels = [0.0, *self.level.values()]
        for run in self.runs:
            levels += [self._between(a, b) + 0.45 for a, b in pairwise(run)]
        return LEVEL * (max(levels) * 1.2 + 0.1)

    def bridges(
        self, run: Sequence[int], turns: Sequence[float], radius: float, sign: int
    ) -> list[Path]:
        """From each point of a run to the next, beyond what stands between them.

        ``sign`` is 1 into a disc, -1 out of it.
        """
        steps = zip(pairwise(run), pairwise(turns), strict=True)
        return [
            dip(start, end, radius, sign * LEVEL * (self._between(a, b) + 0.45))
            for (a, b), (start, end) in steps
        ]

    def hull(self, cycle: Cycle, radius: float, sign: int, rotation: float) -> list[Path]:
        """There by the bridges, and back below them all."""
        turns = [rotation + sign * turn for turn in lifted(cycle, self.turn)]
        back = dip(turns[-1], turns[0], radius, sign * LEVEL * self.level[cycle])
        return [*self.bridges(cycle, turns, radius, sign), back]

    def _between(self, a: int, b: int) -> int:
        """The greatest level between two neighbours of a cycle."""
        inside = [cycle for cycle in self.pure if _inside(cycle, (a, b), self.turn)]
        return max((self.level[cycle] for cycle in inside), default=0)


def lifted(run: Sequence[int], turn: Mapping[int, float]) -> list[float]:
    """Turns along a run of increasing points, without a jump at the top."""
    turns = [turn[run[0]]]
    for point in run[1:]:
        turns.append(turns[-1] + (turn[point] - turns[-1]) % 1)
    return turns


def _inside(cycle: Cycle, run: Cycle, turn: Mapping[int, float]) -> bool:
    """Whether a cycle stands between two neighbours of a run, not behind its last point."""
    turns = lifted(run, turn)
    place = (turn[cycle[0]] - turns[0]) % 1
    return cycle != run and 0 < place < turns[-1] - turns[0]


def _opened(cycle: Cycle, away: int | None, turn: Mapping[int, float]) -> Cycle:
    """The cycle from behind the gap in which ``away`` stands."""
    if away is None:
        start = cycle.index(min(cycle))
    else:
        start = min(range(len(cycle)), key=lambda i: (turn[cycle[i]] - turn[away]) % 1)
    return cycle[start:] + cycle[:start]
