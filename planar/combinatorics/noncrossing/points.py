"""Points of partitions as a user gives them: their number, their colours, and their blocks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from operator import index
from typing import Any

from planar.foundations.errors import PlanarError

__all__ = ["block_numbers", "check_colours", "number_of"]


def number_of(n: Any, things: str = "partitions") -> int:
    """The number of points as a Python integer, at least 0.

    >>> import numpy as np
    >>> number_of(np.int64(3))
    3
    """
    try:
        number = index(n)
    except TypeError:
        raise PlanarError(f"{n!r} is not a number of points; give an integer n >= 0.") from None
    if number < 0:
        raise PlanarError(f"there are no {things} of {number} points; give n >= 0.")
    return number


def check_colours(colours: Sequence[Hashable] | None, number: int) -> None:
    """An error where there are colours, but not as many as points."""
    if colours is not None and len(colours) != number:
        raise PlanarError(f"{len(colours)} colours for {number} points; give one colour a point.")


def block_numbers(blocks: Iterable[Iterable[int]]) -> dict[int, int]:
    """For each point the number of its block.

    >>> block_numbers([(0, 2), (1,)])
    {0: 0, 2: 0, 1: 1}
    """
    owners: dict[int, int] = {}
    for number, block in enumerate(blocks):
        owners.update(dict.fromkeys(block, number))
    return owners
