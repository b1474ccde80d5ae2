"""A value at sizes at which a definition of the formula divides by zero.

At K = N/2 the s = p/(1 - 2 p) of a formula may be infinite and the formula itself finite, since it
depends on 1/s. Nothing but the way in which it is written is singular there: its values next to
these sizes, on both sides, meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.kernels.pieces import Inputs
from planar.kernels.sizes import Size
from planar.kernels.solution import Solution

__all__ = ["removed"]

Array = NDArray[Any]
Start = Mapping[str, Array] | None
_STEP = 2.0**-20
"""Relative, between the sizes and those beside them: its square is the error of the mean."""
_MEETING = 64 * _STEP
"""How far two values that meet may be apart, relative to one or to their size."""


def removed(
    solve: Callable[[Inputs, Start], Solution], inputs: Inputs, start: Start, names: list[str]
) -> Solution:
    """The mean of the solutions on both sides of these sizes.

    Where the two do not meet the formula is infinite, and no point is good.
    """
    try:
        above, below = (solve(_beside(inputs, sign * _STEP), start) for sign in (1, -1))
    except (ZeroDivisionError, TypeError):
        return _infinite(inputs.shape, np.full(inputs.shape, np.nan), names)
    with np.errstate(invalid="ignore"):
        gap = np.abs(above.value - below.value)
        size = np.abs(above.value) + np.abs(below.value)
    if not (above.good.all() and below.good.all() and (gap <= _MEETING * (1 + size)).all()):
        return _infinite(inputs.shape, np.full(above.value.shape, np.nan), names)
    return replace(above, value=(above.value + below.value) / 2)


def _beside(inputs: Inputs, step: float) -> Inputs:
    """The inputs with every size changed a little, each by another amount."""
    sizes: Any = [Size(n * (1 + step / place)) for place, n in enumerate(inputs.sizes, 1)]
    return replace(inputs, sizes=tuple(sizes))


def _infinite(shape: tuple[int, ...], value: Array, names: list[str]) -> Solution:
    none, unbounded = np.full(shape, np.nan), np.full(shape, np.inf)
    return Solution(value, dict.fromkeys(names, none), unbounded, unbounded)
