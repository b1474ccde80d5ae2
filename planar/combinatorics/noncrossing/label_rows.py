"""Functions of many partitions at once, given as an array with a row of block numbers for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.combinatorics.noncrossing.partition_arrays import Labels
from planar.foundations.errors import PlanarError

__all__ = ["block_counts", "kreweras_array"]

CHUNK = 2**14
"""Rows taken at a time, so that what is kept of them stays in the cache."""


def block_counts(labels: ArrayLike) -> NDArray[np.int64]:
    """The number of blocks of each row: one more than its largest label.

    Parameters
    ----------
    labels : array_like of int
        A partition in each row, as ``partition_array`` has them; shape (number of rows, n).

    Returns
    -------
    numpy.ndarray of int64
        Of shape (number of rows,).

    Raises
    ------
    PlanarError
        Where ``labels`` are not rows of block numbers.

    Examples
    --------
    >>> block_counts(np.array([[0, 0, 0], [0, 1, 0], [0, 1, 2]])).tolist()
    [1, 2, 3]
    """
    labels = np.asarray(labels)
    _check(labels)
    counts = np.zeros(len(labels), np.int64)
    for column in labels.T:
        np.maximum(counts, column.astype(np.int64) + 1, out=counts)
    return counts


def kreweras_array(labels: ArrayLike) -> Labels:
    """The Kreweras complement of each row, its blocks numbered in canonical order again.

    It is that of ``kreweras_complement``. The largest point of a block that does not begin with 0
    is joined, in the complement, to the point before the least one of that block; every other point
    begins a block.

    Parameters
    ----------
    labels : array_like of int
        A partition in each row, as ``partition_array`` has them; shape (number of rows, n).

    Returns
    -------
    numpy.ndarray of uint8
        Of the same shape.

    Raises
    ------
    PlanarError
        Where a row crosses itself or is not a restricted growth string.

    Examples
    --------
    >>> kreweras_array(np.array([[0, 0, 1], [0, 1, 0], [0, 1, 2]])).tolist()
    [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    """
    labels = np.asarray(labels)
    _check(labels)
    complements = np.empty(labels.shape, np.uint8)
    for start in range(0, len(labels), CHUNK):
        chunk = np.ascontiguousarray(labels[start : start + CHUNK].T)
        complements[start : start + CHUNK] = _complement(chunk, start).T
    return complements


def _complement(labels: NDArray[Any], offset: int) -> Labels:
    n, number = labels.shape
    row = np.arange(number)
    places = [label * np.intp(number) + row for label in labels.astype(np.intp)]
    least = _least_points(labels, places, offset)
    complement, largest = np.empty((n, number), np.uint8), _are_largest(labels, places)
    begun = np.zeros(number, np.uint8)
    for k in range(n):
        joins = largest[k] & (labels[k] > 0)
        before = np.where(joins, least.ravel()[places[k]] - 1, k)
        complement[k] = begun
        complement[k] = complement.ravel()[before * number + row]
        begun += ~joins
    return complement


def _least_points(
    labels: NDArray[Any], places: list[NDArray[np.intp]], offset: int
) -> NDArray[np.intp]:
    """The least point of each block, at [block, row].

    Rows whose blocks cross or are out of order are refused.
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
                f"row {offset + i}, {labels[:, i].tolist()}, is not a non-crossing partition; "
                "give rows as partition_array has them."
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
            f"an array of shape {labels.shape} and type {labels.dtype} does not hold "
            "rows of block numbers; give integers, one row a partition."
        )
    if labels.size and (labels.min() < 0 or labels.max() >= min(labels.shape[1], 256)):
        raise PlanarError(
            f"block numbers run from {labels.min()} to {labels.max()}; "
            f"give numbers from 0 to {min(labels.shape[1], 256) - 1}."
        )
