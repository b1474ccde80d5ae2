"""A block in double lines: a ribbon up each leg and along the bar, with arrows on its sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from planar.writing.drawing.marks import Area, Line, Point

__all__ = ["HALF", "INSET", "Ribbon", "arrow", "outlined"]

HALF = 0.13
"""Half the width of a ribbon."""
INSET = 0.055
TIP = 0.075


@dataclass(frozen=True)
class Ribbon:
    """Where the legs stand, the height of the bar, the law, and the positions among the atoms."""

    xs: list[float]
    height: float
    law: object
    legs: tuple[int, ...]

    def stands_in(self, start: float, end: float) -> bool:
        """Whether all legs stand between these places."""
        return start < self.xs[0] and self.xs[-1] < end

    def stands_under(self, other: Ribbon) -> bool:
        """Whether all legs stand between the outer legs of the other ribbon."""
        return self.stands_in(other.xs[0], other.xs[-1])

    def outline(self, half: float) -> tuple[Point, ...]:
        """The ribbon, up the first leg, along the top, down the last one and back under the bar."""
        first, last, top = self.xs[0], self.xs[-1], self.height
        points = [
            (first - half, 0.0),
            (first - half, top + half),
            (last + half, top + half),
            (last + half, 0.0),
        ]
        for left, right in reversed(list(pairwise(self.xs))):
            points += [
                (right - half, 0.0),
                (right - half, top - half),
                (left + half, top - half),
                (left + half, 0.0),
            ]
        return tuple(points)

    def strands(self) -> list[Line]:
        """Its index lines: the outline without the feet."""
        sides = outlined("strand", self.outline(HALF))
        return [side for side in sides if not side.y1 == side.y2 == 0]

    def arrows(self) -> list[Area]:
        """To the right above the bar, to the left below it; a single leg has no room for one."""
        if len(self.xs) == 1:
            return []
        above = arrow(((self.xs[0] + self.xs[-1]) / 2, self.height + HALF), (1, 0))
        below = [arrow(((a + b) / 2, self.height - HALF), (-1, 0)) for a, b in pairwise(self.xs)]
        return [above, *below]


def outlined(style: str, points: Sequence[Point]) -> list[Line]:
    """The sides of a polygon."""
    return [Line(style, *start, *end) for start, end in pairwise([*points, points[0]])]


def arrow(at: Point, towards: Point) -> Area:
    """A small triangle whose middle is at this point."""
    (x, y), (u, v) = at, towards
    tip = (x + TIP * u, y + TIP * v)
    foot_x, foot_y = x - TIP * u, y - TIP * v
    left = (foot_x - 0.7 * TIP * v, foot_y + 0.7 * TIP * u)
    right = (foot_x + 0.7 * TIP * v, foot_y - 0.7 * TIP * u)
    return Area("arrow", (tip, left, right))
