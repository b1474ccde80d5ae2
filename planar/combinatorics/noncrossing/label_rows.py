"""Functions of many partitions at once, given as an array with a row of block numbers for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.combinatorics.noncrossing.partition_arrays import Labels
from planar.foundations.errors import PlanarError

__all__ = ["block_counts", "kreweras_array"]

CHUNK = 2**14
"""Rows taken at a time, so that what is kept of them stays in the cache."""


def block_counts(labels: NDArray[Any]) -> NDArray[np.int64]:
    """The number of blocks of each row: one more than its largest label.

    >>> block_counts(np.array([[0, 0, 0], [0, 1, 0], [0, 1, 2]])).tolist()
    [1, 2, 3]
    """
    labels = np.asarray(labels)
    _check(labels)
    counts = np.zeros(len(labels), np.int64)
    for column in labels.T:
        np.maximum(counts, column.astype(np.int64) + 1, out=counts)
    return counts


def kreweras_array(labels: NDArray[Any]) -> Labels:
    """The Kreweras complement of each row, as ``kreweras_complement`` has it, numbered in canonical
    order again.

    The largest point of a block that does not begin with 0 is joined, in the complement, to the
    point before the least one of that block; every other point begins a block. Raises
    ``PlanarError`` for a row that crosses itself or is no restricted growth string.

    >>> kreweras_array(np.array([[0, 0, 1], [0, 1, 0], [0, 1, 2]])).tolist()
    [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    """
    labels = np.asarray(labels)
    _check(labels)
    found = np.empty(labels.shape, np.uint8)
    for start in range(0, len(labels), CHUNK):
        found[start : start + CHUNK] = _complement(
            np.ascontiguousarray(labels[start : start + CHUNK].T), start
        ).T
    return found


def _complement(labels: NDArray[Any], offset: int) -> Labels:
    n, number = labels.shape
    row = np.arange(number)
    places = [label * np.intp(number) + row for label in labels.astype(np.intp)]
    least = _least_points(labels, places, offset)
    found, largest = np.empty((n, number), np.uint8), _are_largest(labels, places)
    begun = np.zeros(number, np.uint8)
    for k in range(n):
        joins = largest[k] & (labels[k] > 0)
        before = np.where(joins, least.ravel()[places[k]] - 1, k)
        found[k] = begun
        found[k] = found.ravel()[before * number + row]
        begun += ~joins
    return found


def _least_points(
    labels: NDArray[Any], places: list[NDArray[np.intp]], offset: int
) -> NDArray[np.intp]:
    """The least point of each block, at [block, row]; refuses rows whose blocks cross or are out of
    order.
    """
    n, number = labels.shape
    least, unfinished = np.zeros((n, number), np.intp), np.zeros((n, number), bool)
    begun, numbers = np.zeros(number, np.intp), np.arange(n)[:, None]
    for k in range(n):
        begins = labels[k] == begun
        wrong = ~(begins | unfinished.ravel()[places[k]])
        if wrong.any():
            i = int(np.argmax(wrong))
            raise PlanarError(
                f"row {offset + i}, {labels[:, i].tolist()}, is no non-crossing partition; see partition_array."
            )
        unfinished &= numbers <= labels[k]
        unfinished.ravel()[places[k]] = True
        least.ravel()[places[k][begins]] = k
        begun += begins
    return least


def _are_largest(labels: NDArray[Any], places: list[NDArray[np.intp]]) -> NDArray[np.bool_]:
    """Whether a point is the largest of its block, at [point, row]."""
    seen, largest = np.zeros(labels.shape, bool), np.zeros(labels.shape, bool)
    for k in range(len(labels) - 1, -1, -1):
        largest[k] = ~seen.ravel()[places[k]]
        seen.ravel()[places[k]] = True
    return largest


def _check(labels: NDArray[Any]) -> None:
    if labels.ndim != 2 or not np.issubdtype(labels.dtype, np.integer):
        raise PlanarError(
            f"an array of shape {labels.shape} and type {labels.dtype} holds no rows of block numbers; give integers."
        )
    if labels.size and (labels.min() < 0 or labels.max() >= min(labels.shape[1], 256)):
        raise PlanarError(
            f"block numbers run from {labels.min()} to {labels.max()}; they lie in 0, ..., {labels.shape[1] - 1}."
        )
