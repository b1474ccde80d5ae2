"""Linear systems over the field of scalars, their pivots under names."""

from __future__ import annotations

from collections.abc import Callable

from planar.foundations.rational import Rational

__all__ = ["Rows", "TooLong", "eliminate"]

Rows = list[list[Rational]]
"""A matrix, row by row."""

_LONGEST = 160
"""Terms in one entry of an elimination with named pivots, beyond which it is given up."""


class TooLong(Exception):
    """An entry of an elimination has grown too long to be read."""


def eliminate(
    matrix: Rows,
    right: Rows,
    zero: Rational,
    name: Callable[[Rational, int], Rational] | None = None,
) -> Rows:
    """Solve ``matrix x = right`` by Gauss-Jordan elimination.

    Pivots are taken in the given order where they do not vanish; ``name`` puts a name in place of
    each, given its value and its row. Raises ``TooLong`` where named pivots leave long entries.
    """
    n = len(matrix)
    rows = [list(m) + list(r) for m, r in zip(matrix, right, strict=True)]
    for i in range(n):
        swap = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[swap] = rows[swap], rows[i]
        pivot = name(rows[i][i], i) if name is not None else rows[i][i]
        rows[i] = [zero] * i + [zero + 1] + [x / pivot if x else zero for x in rows[i][i + 1 :]]
        for r in range(n):
            if r != i and rows[r][i]:
                rows[r] = _without(rows[r], rows[i], rows[r][i])
                if name is not None and max(x.size() for x in rows[r]) > _LONGEST:
                    raise TooLong
    return [row[n:] for row in rows]


def _without(row: list[Rational], pivot_row: list[Rational], factor: Rational) -> list[Rational]:
    """The row minus a multiple of the pivot row."""
    return [x - factor * y if y else x for x, y in zip(row, pivot_row, strict=True)]
