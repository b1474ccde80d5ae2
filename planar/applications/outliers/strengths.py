"""Strengths of a signal at which 1 - C is singular at the edge of a bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["crossings"]

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]
AtStrengths = Callable[[Reals], NDArray[np.complexfloating]]
Bracket = tuple[float, float, int, int]
"""Two strengths, and the number of negative eigenvalues at each."""

_HALVINGS = 50
_UNKNOWN = -1
_SINGULAR = 1e-6


def crossings(matrices: AtStrengths, grid: Reals) -> tuple[float, ...]:
    """The strengths between those of a grid at which matrices become singular, each once.

    There real eigenvalues change their sign, one or several; an interval in which the number of
    negative ones changes is halved, both halves if need be. Where eigenvalues jump through infinity
    or leave the real line, none of them vanishes.
    """
    ends = list(zip(grid.tolist(), _negative(matrices(grid)).tolist(), strict=True))
    brackets = [(a, b, m, n) for (a, m), (b, n) in pairwise(ends) if _changes(m, n)]
    for _ in range(_HALVINGS):
        if not brackets:
            return ()
        middles = np.array([(low + high) / 2 for low, high, _, _ in brackets])
        counts = _negative(matrices(middles)).tolist()
        brackets = list(_halves(brackets, middles.tolist(), counts))
    places = np.array([(low + high) / 2 for low, high, _, _ in brackets])
    return tuple(places[_vanishing(matrices, places)].tolist()) if len(places) else ()


def _changes(one: int, other: int) -> bool:
    return one != other and _UNKNOWN not in (one, other)


def _halves(brackets: list[Bracket], middles: list[float], counts: list[int]) -> Iterator[Bracket]:
    """Those halves of brackets in which the number changes."""
    for (low, high, below, above), middle, count in zip(brackets, middles, counts, strict=True):
        if _changes(below, count):
            yield low, middle, below, count
        if _changes(count, above):
            yield middle, high, count, above


def _negative(matrices: NDArray[np.complexfloating]) -> Counts:
    """The number of eigenvalues of each on the negative axis, where it has a number."""
    known = np.isfinite(matrices).all(axis=(1, 2))
    counts = np.full(len(matrices), _UNKNOWN)
    values = np.linalg.eigvals(matrices[known])
    real = np.abs(values.imag) <= 1e-7 * np.abs(values).max(axis=1, keepdims=True, initial=0)
    counts[known] = (real & (values.real < 0)).sum(axis=1)
    return counts


def _vanishing(matrices: AtStrengths, places: Reals) -> NDArray[np.bool_]:
    """Whether the least singular value is rounding alone."""
    sizes = np.linalg.svd(matrices(places), compute_uv=False)
    return np.asarray(sizes[:, -1] < _SINGULAR * np.maximum(1, sizes[:, 0]))
