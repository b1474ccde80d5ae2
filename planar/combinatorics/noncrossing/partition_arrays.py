"""All non-crossing partitions at once: a row for each, with the number of every point's block.

A row is the restricted growth string of a partition, and rows stand in lexicographic order, the
canonical one. The rows that share their first points are a block of columns of one of few tables,
renumbered: after a prefix that leaves d blocks unfinished, the remaining labels are those of the
table for d, with 0, ..., d - 1 read as these blocks and d, d + 1, ... as new ones. Blocks are
numbered increasingly, so that renumbering keeps the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from planar.combinatorics.noncrossing.counting import catalan
from planar.combinatorics.noncrossing.label_walk import compiled_fill
from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import TooLargeError

__all__ = ["Labels", "pairing_array", "partition_array"]

Labels = NDArray[np.uint8]

LIMIT = 2**31
"""Bytes of the largest array that is made."""

BEYOND = 60
"""Points of which nobody needs the exact number to know that it is too large."""

WORTH_COMPILING = 20_000_000
"""Rows from which on numba, with the time to load it, beats numpy."""


def partition_array(n: int, compiled: bool | None = None) -> Labels:
    """NC(n) as an array: each row the block numbers of 0, ..., n - 1, in canonical order.

    Parameters
    ----------
    n : int
        The number of points.
    compiled : bool, optional
        True takes numba, False numpy; None takes numba where it is installed and the array is
        large. The bytes are the same.

    Returns
    -------
    numpy.ndarray of uint8
        Of shape (Catalan(n), n).

    Raises
    ------
    TooLargeError
        Where the array would take more than 2 GiB.
    PlanarError
        Where numba is asked for and missing, or n is not an integer of at least 0.

    Examples
    --------
    >>> partition_array(3).tolist()
    [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [0, 1, 2]]
    >>> partition_array(12).shape
    (208012, 12)
    """
    n = number_of(n)
    return _rows(n, catalan(min(n, BEYOND)), False, compiled)


def pairing_array(n: int, compiled: bool | None = None) -> Labels:
    """The non-crossing pairings of n points as an array, where every row holds each number twice.

    Otherwise as ``partition_array``.

    Parameters
    ----------
    n : int
        The number of points.
    compiled : bool, optional
        True takes numba, False numpy; None takes numba where it is installed and the array is
        large.

    Returns
    -------
    numpy.ndarray of uint8
        Of shape (Catalan(n/2), n); for odd n there are no rows.

    Raises
    ------
    TooLargeError
        Where the array would take more than 2 GiB.
    PlanarError
        Where numba is asked for and missing, or n is not an integer of at least 0.

    Examples
    --------
    >>> pairing_array(4).tolist()
    [[0, 0, 1, 1], [0, 1, 1, 0]]
    """
    n = number_of(n, "pairings")
    return _rows(n, 0 if n % 2 else catalan(min(n // 2, BEYOND)), True, compiled)


def _rows(n: int, number: int, pairs: bool, compiled: bool | None) -> Labels:
    if number * n > LIMIT:
        kind = "pairings" if pairs else "partitions"
        bound = "more than " if n > BEYOND else ""
        taken = f"{bound}{number} non-crossing {kind} of {n} points take {number * n} bytes"
        raise TooLargeError(f"{taken}, more than {LIMIT}; iterate over {kind}({n}).")
    rows = np.empty((number, n), np.uint8)
    if compiled is None:
        compiled = number >= WORTH_COMPILING and find_spec("numba") is not None
    if rows.size:
        assemble = _assemble_compiled if compiled else _assemble
        assemble(rows, pairs)
    return rows


def _assemble_compiled(rows: Labels, pairs: bool) -> None:
    n = rows.shape[1]
    width = min(n, 8 if pairs else 4)
    tables = [_table(width, depth, pairs) for depth in range(n - width + 1)]
    starts = np.cumsum([0, *map(len, tables)])
    compiled_fill()(rows, np.concatenate(tables), starts, pairs)


def _assemble(rows: Labels, pairs: bool) -> None:
    n = rows.shape[1]
    width = min(n // 2 + 1, 14 if pairs else 7)

    @cache
    def packed(depth: int) -> bytes:
        return _table(width, depth, pairs).tobytes()

    start = 0
    for prefix, stack, begun in _prefixes(n, n - width, pairs):
        names = bytes((*stack, *range(begun, begun + width))).ljust(256)
        block = np.frombuffer(packed(len(stack)).translate(names), np.uint8).reshape(-1, width)
        stop = start + len(block)
        rows[start:stop, : n - width] = prefix
        rows[start:stop, n - width :] = block
        start = stop


@cache
def _table(points: int, depth: int, pairs: bool) -> Labels:
    """The last points' labels after a prefix that leaves ``depth`` blocks unfinished.

    They are numbered as the docstring of the module says.
    """
    if points == 0:
        return np.zeros((int(not pairs or depth == 0), 0), np.uint8)
    parts = [np.zeros((0, points), np.uint8)]
    for label, after in _choices(points, depth, pairs):
        tails, begun = _table(points - 1, after, pairs), depth + (label == depth)
        part = np.empty((len(tails), points), np.uint8)
        part[:, 0] = label
        np.add(tails, (tails >= after) * np.uint8(begun - after), out=part[:, 1:])
        parts.append(part)
    return np.concatenate(parts)


def _choices(points: int, depth: int, pairs: bool) -> Iterator[tuple[int, int]]:
    """Where on the stack the first point may go, and how many blocks are unfinished after it."""
    if not pairs:
        yield from ((place, place + 1) for place in range(depth + 1))
        return
    if depth:
        yield depth - 1, depth - 1
    if depth < points - 1:
        yield depth, depth + 1


def _prefixes(
    n: int, length: int, pairs: bool
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], int]]:
    """Labels of the first points, unfinished blocks, how many were begun; in canonical order."""
    todo: list[tuple[tuple[int, ...], tuple[int, ...], int]] = [((), (), 0)]
    while todo:
        labels, stack, begun = todo.pop()
        if len(labels) == length:
            yield labels, stack, begun
            continue
        names = (*stack, begun)
        for place, after in reversed(list(_choices(n - len(labels), len(stack), pairs))):
            todo.append(((*labels, names[place]), names[:after], begun + (place == len(stack))))
