"""The real line outside of a spectrum, cut into cells that shrink towards every edge."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral import Support

__all__ = ["Cells", "Matrices", "cells", "room"]

Array = NDArray[np.float64]
Cells = NDArray[np.float64]
"""Lower and upper end of every cell, of shape (n, 2)."""
Matrices = Callable[[NDArray[Any]], NDArray[Any]]
"""1 - C at places, a matrix for each."""

NEAREST, FARTHEST, RATIO = 1e-7, 1e4, 3.0
"""Distances from an edge between which cells lie, each so many times as far as the one before.

Distances are in units of the spectrum's width, or of a gap's half.
"""
_QUIET = 0.05
"""Change of 1 - C between a place and one twice as far, beside its least singular value, from where
on there is no zero.
"""
_LAST = 1e60


def cells(matrices: Matrices, bulk: Support) -> Cells:
    """Cells that cover the line outside of the bulk, atoms taken for bands without a width."""
    bands = _bands(bulk)
    low, high = bands[0][0], bands[-1][1]
    scale = (high - low) or abs(high) or 1.0
    above = _steps(scale, scale * _farthest(matrices, high, scale))
    below = _steps(scale, scale * _farthest(matrices, low, -scale))
    parts = [_between(high, above), _between(low, -below)]
    for (_, left), (right, _) in pairwise(bands):
        half = (right - left) / 2
        steps = _steps(half, half)
        parts += [_between(left, steps), _between(right, -steps)]
    return np.sort(np.concatenate(parts), axis=1)


def room(bulk: Support, places: NDArray[Any]) -> Array:
    """The distance of each place from the nearest edge or atom."""
    edges = np.array(list(chain.from_iterable(_bands(bulk))))
    return np.asarray(np.abs(places[:, None] - edges).min(axis=1))


def _bands(bulk: Support) -> list[tuple[float, float]]:
    """Intervals and the atoms outside of them, from below; they may touch, but do not overlap."""
    atoms = [float(atom.position) for atom in bulk.atoms]
    apart = [a for a in atoms if not any(low <= a <= high for low, high in bulk.intervals)]
    bands = sorted([*bulk.intervals, *((a, a) for a in apart)])
    return bands or [(0.0, 0.0)]


def _steps(unit: float, last: float) -> Array:
    """Distances from an edge, each ``RATIO`` times the one before, up to the last."""
    count = int(np.ceil(np.log(last / (unit * NEAREST)) / np.log(RATIO)))
    return np.asarray(np.geomspace(unit * NEAREST, last, count + 1))


def _between(edge: float, steps: Array) -> Cells:
    """The cells between places at these distances from an edge."""
    return np.stack([edge + steps[:-1], edge + steps[1:]], axis=1)


def _farthest(matrices: Matrices, edge: float, scale: float) -> float:
    """How far zeros may lie, in units of the scale, whose sign says on which side.

    C goes as 1/x at infinity, so that it moves no more than between x and 2 x.
    """
    last = FARTHEST
    while last < _LAST:
        near, far = matrices(edge + scale * last * np.array([1.0 + 0j, 2.0 + 0j]))
        least = np.linalg.svd(far, compute_uv=False)[-1] if np.isfinite(far).all() else 0.0
        if np.abs(near - far).max() <= _QUIET * least:
            return last
        last *= 1e4
    return last
