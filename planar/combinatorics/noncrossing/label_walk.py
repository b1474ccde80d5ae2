"""The walk over the first points of label rows: one loop over machine integers for numba."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import PlanarError

__all__ = ["compiled_fill", "fill"]

Bytes = NDArray[np.uint8]


def fill(rows: Bytes, table: Bytes, starts: NDArray[np.int64], pairs: bool) -> int:
    """Write all label rows of NC(n), or of its pairings, into ``rows``; returns their number.

    ``rows`` has the shape (their number, n).
    ``table[starts[d] : starts[d + 1]]`` holds the last points' labels after a prefix that leaves d
    blocks unfinished, numbered as in ``partition_arrays``. At point k of the prefix the
    unfinished blocks are ``stacks[k, :depth[k]]``, ``count[k]`` blocks have been begun, and
    ``choice[k]`` is the place on the stack to try next; the place ``depth[k]`` begins a block. It
    is plain Python in the subset that numba compiles, and gives the same bytes uncompiled.

    >>> rows, table = np.zeros((2, 4), np.uint8), np.array([[0, 0], [1, 0]], np.uint8)
    >>> fill(rows, table, np.array([0, 1, 1, 2]), True), rows.tolist()
    (2, [[0, 0, 1, 1], [0, 1, 1, 0]])
    """
    n, width = rows.shape[1], table.shape[1]
    length = n - width
    row = np.zeros(n, np.uint8)
    names = np.zeros(2 * n + 2, np.uint8)
    stacks = np.zeros((n + 1, n + 1), np.uint8)
    depth = np.zeros(n + 1, np.int64)
    count = np.zeros(n + 1, np.int64)
    choice = np.zeros(n + 1, np.int64)
    k, done = 0, 0
    while k >= 0:
        d = depth[k]
        if k == length:
            for i in range(d):
                names[i] = stacks[k, i]
            for i in range(width):
                names[d + i] = count[k] + i
            for j in range(starts[d], starts[d + 1]):
                for i in range(length):
                    rows[done, i] = row[i]
                for i in range(width):
                    rows[done, length + i] = names[table[j, i]]
                done += 1
            k -= 1
        elif choice[k] > d or (pairs and choice[k] == d and d >= n - k):
            k -= 1
        else:
            c = choice[k]
            choice[k] = c + 1
            begins = c == d
            row[k] = count[k] if begins else stacks[k, c]
            for i in range(c):
                stacks[k + 1, i] = stacks[k, i]
            stacks[k + 1, c] = row[k]
            count[k + 1] = count[k] + begins
            depth[k + 1] = c if pairs and not begins else c + 1
            choice[k + 1] = max(depth[k + 1] - 1, 0) if pairs else 0
            k += 1
    return done


@cache
def compiled_fill() -> Callable[[Bytes, Bytes, NDArray[np.int64], bool], Any]:
    """``fill`` compiled by numba, whose machine code is kept beside this file.

    Raises ``PlanarError`` where numba is not installed.
    """
    try:
        from numba import njit
    except ImportError as error:
        raise PlanarError(
            "compiled=True needs numba, which is not installed: pip install numba"
        ) from error
    return njit(cache=True)(fill)
