"""A kernel along one scalar or dimension: one number a point, of a matrix its normalised trace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from sympy import Symbol

from planar.evidence.check.comparison import listed
from planar.kernels.kernel import Kernel

__all__ = ["along", "tried"]

_MOST_NUMBERS = 4_000_000
"""A grid of scalars is evaluated in parts, so that no array holds more numbers than this."""


def along(
    kernel: Kernel,
    scalars: Collection[Symbol],
    values: Mapping[Any, Any],
    symbol: Symbol,
    grid: Any,
) -> Any:
    """The value at every point of a grid of one symbol, NaN where it lies on the spectrum."""
    if symbol not in scalars:
        sizes = [{**values, symbol: size.item()} for size in grid]
        return np.array([_traced(kernel(point, on_failure="nan"), 0) for point in sizes])
    largest = max((np.size(x) for x in values.values()), default=1)
    step = max(1, _MOST_NUMBERS // largest)
    parts = [{**values, symbol: grid[i : i + step]} for i in range(0, len(grid), step)]
    return np.concatenate([_traced(kernel(part, on_failure="nan"), 1) for part in parts])


def tried(kernel: Kernel, scalars: Collection[Symbol], values: Mapping[Any, Any]) -> None:
    """Evaluate for the values, a dimension that is a list at its ends and its middle.

    An error says that one of them fails.
    """
    sizes = {key: grid for key, grid in listed(values).items() if key not in scalars}
    if not sizes:
        kernel(values)
        return
    symbol, grid = next(iter(sizes.items()))
    for place in sorted({0, len(grid) // 2, len(grid) - 1}):
        tried(kernel, scalars, {**values, symbol: grid[place].item()})


def _traced(value: Any, axes: int) -> Any:
    """The normalised trace over the axes that a value has after those of the grid."""
    array = np.asarray(value)
    if array.ndim == axes:
        return array
    return np.trace(array, axis1=-2, axis2=-1) / array.shape[-1]
