"""Zeros of a function on the real line outside of a spectrum."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral import Support

__all__ = ["PLACES", "Function", "zeros", "zeros_between"]

Reals = NDArray[np.float64]
Function = Callable[[Reals], Reals]
NEAREST, FARTHEST, PLACES = 1e-7, 1e4, 240
"""Distances from an edge between which zeros are looked for, and at how many places.

Distances are in units of the spectrum's width.
"""


def zeros(function: Function, bulk: Support) -> list[float]:
    """Zeros outside of the bulk: on either side, and between bands."""
    edges = list(chain.from_iterable(bulk.intervals))
    scale = max(edges) - min(edges)
    away = scale * np.geomspace(NEAREST, FARTHEST, PLACES)
    above = zeros_between(function, max(edges) + away)
    below = zeros_between(function, (min(edges) - away)[::-1])
    inner = list[float]()
    for (_, low), (high, _) in pairwise(bulk.intervals):
        half = (high - low) / 2 * np.geomspace(NEAREST, 1, PLACES // 2)
        gap = np.unique(np.concatenate([low + half, high - half]))
        inner += zeros_between(function, gap)
    return above + below + inner


def zeros_between(function: Function, grid: Reals) -> list[float]:
    """Zeros between neighbours of a grid at which the function has different signs.

    Where it jumps through infinity there is none.
    """
    values = function(grid)
    places = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    if not len(places):
        return []
    low, high, below, above = grid[places], grid[places + 1], values[places], values[places + 1]
    largest = np.maximum(np.abs(below), np.abs(above))
    for _ in range(60):
        middle = (low * above - high * below) / (above - below)
        value = function(middle)
        same = np.sign(value) == np.sign(below)
        # the Illinois rule: an end that stays counts half, so that both ends close in
        low, below, above = (
            np.where(same, middle, low),
            np.where(same, value, below),
            np.where(same, above / 2, above),
        )
        high, above, below = (
            np.where(same, high, middle),
            np.where(same, above, value),
            np.where(same, below, below / 2),
        )
        if np.all((np.abs(value) < 1e-14 * largest) | (high - low < 1e-13 * np.abs(middle))):
            break
    return [float(x) for x, finite in zip(middle, np.abs(value) < largest, strict=True) if finite]
