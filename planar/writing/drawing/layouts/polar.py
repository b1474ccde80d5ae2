"""Smooth curves given by turn and radius, as cubic pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, cos, pi, sin

from planar.writing.drawing.marks import Point

__all__ = ["Path", "around", "clearance", "dip", "smooth", "string"]

Path = Callable[[float], tuple[float, float]]
"""From [0, 1] to whole turns clockwise from the top, and the radius."""

STEP = 1e-4
PIECES = 12
"""Cubic pieces for a whole turn."""


def around(radius: float, turn: float) -> Point:
    """A point of the circle about the origin, ``turn`` of a whole turn clockwise from the top."""
    return radius * sin(2 * pi * turn), radius * cos(2 * pi * turn)


def clearance(width: float, turn: float) -> float:
    """How far off a circle the middle of a text of this width stands.

    Above and below the circle that is its half height, beside it its half width.
    """
    return 0.27 + 0.11 * abs(cos(2 * pi * turn)) + 0.5 * width * abs(sin(2 * pi * turn))


def dip(start: float, end: float, radius: float, depth: float) -> Path:
    """From a point of a circle to another, flat at ``depth`` inside of it.

    Where ``depth`` is negative, the path is outside.
    """
    return lambda t: (start + (end - start) * t, radius - depth * (1 - (2 * t - 1) ** 4))


def string(
    start: float, end: float, zones: tuple[float, float, float, float], side: float = 0.0
) -> Path:
    """Radially out of the first zone, around in the middle one, radially through the last.

    ``side`` bulges to one side.
    """
    first, high, low, last = zones

    def path(t: float) -> tuple[float, float]:
        radius = first + (last - first) * t
        share = min(1.0, max(0.0, (high - radius) / (high - low)))
        turn = start + (end - start) * (share + share * share * (3 - 2 * share)) / 2
        return turn + side * sin(pi * t) / (2 * pi * radius), radius

    return path


def smooth(paths: Iterable[Path]) -> tuple[Point, ...]:
    """The paths one after another as the points of a curve.

    These are a first point, then two controls and an end for each cubic piece.
    """
    points = list[Point]()
    for path in paths:
        pieces = max(4, ceil(PIECES * abs(path(1)[0] - path(0)[0])))
        for k in range(pieces):
            start, *controls_and_end = _cubic(path, k / pieces, (k + 1) / pieces)
            points += controls_and_end if points else [start, *controls_and_end]
    return tuple(points)


def _cubic(path: Path, a: float, b: float) -> tuple[Point, Point, Point, Point]:
    """Start, controls and end of the cubic piece along the path from a to b."""
    p, q = _at(path, a), _at(path, b)
    u, v = _slope(path, a, (b - a) / 3)
    x, y = _slope(path, b, (b - a) / 3)
    return p, (p[0] + u, p[1] + v), (q[0] - x, q[1] - y), q


def _at(path: Path, t: float) -> Point:
    turn, radius = path(t)
    return around(radius, turn)


def _slope(path: Path, t: float, length: float) -> Point:
    """The derivative at t, times ``length``."""
    low, high = max(0.0, t - STEP), min(1.0, t + STEP)
    (x1, y1), (x2, y2) = _at(path, low), _at(path, high)
    return (x2 - x1) / (high - low) * length, (y2 - y1) / (high - low) * length
