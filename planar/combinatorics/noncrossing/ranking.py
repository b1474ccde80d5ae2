"""The place of a non-crossing partition in the canonical order, and the partition at a place.

With r points to come and d unfinished blocks, f(r, d) = (d + 1) (2r + d)! / (r! (r + d + 1)!)
partitions begin alike (a ballot number), and those whose next point joins one of the first c
unfinished blocks number f(r, c - 1). One long integer is carried from point to point and changed by
small factors, at most 2n times in all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from planar.combinatorics.noncrossing.complement import is_noncrossing
from planar.combinatorics.noncrossing.counting import catalan
from planar.combinatorics.noncrossing.partition_types import Partition
from planar.combinatorics.noncrossing.points import block_numbers, number_of
from planar.foundations.errors import PlanarError

__all__ = ["rank", "unrank"]


def rank(partition: Iterable[Iterable[int]]) -> int:
    """The place of a partition in the canonical order of NC(n), counted from 0.

    Parameters
    ----------
    partition : iterable of iterables of int
        A non-crossing partition of ``range(n)``.

    Returns
    -------
    int
        The number of partitions of the same ``range(n)`` that come before this one.

    Raises
    ------
    PlanarError
        Where ``partition`` is not a non-crossing partition of ``range(n)``.

    Examples
    --------
    >>> rank(((0, 1, 2),)), rank(((0,), (1,), (2,))), rank(((0, 2), (1,)))
    (0, 4, 2)
    """
    blocks = [tuple(block) for block in partition]
    owner = block_numbers(sorted(map(sorted, blocks)))
    n = len(owner)
    if owner.keys() != set(range(n)) or not is_noncrossing(blocks):
        raise PlanarError(
            f"{blocks} has no rank: it is not a non-crossing partition of range({n}); "
            "give one, such as unrank(4, 0)."
        )
    before, unfinished, weight = 0, list[int](), catalan(n)
    for point in range(n):
        r, c = n - point, len(unfinished)
        place = bisect_left(unfinished, owner[point])
        while c > place:
            weight, c = _lower(weight, r, c), c - 1
        before += _lower(weight, r, c)
        weight = _onward(weight, r, c)
        unfinished[place:] = [owner[point]]
    return before


def unrank(n: int, position: int) -> Partition:
    """The partition of ``range(n)`` at this position of the canonical order.

    Parameters
    ----------
    n : int
        The number of points.
    position : int
        From 0 to Catalan(n) - 1.

    Returns
    -------
    tuple of tuples of int
        The partition whose ``rank`` is the position.

    Raises
    ------
    PlanarError
        Where there is no such position.

    Examples
    --------
    >>> [unrank(3, i) for i in range(5)]
    [((0, 1, 2),), ((0, 1), (2,)), ((0, 2), (1,)), ((0,), (1, 2)), ((0,), (1,), (2,))]
    """
    n, position = number_of(n), number_of(position)
    if not position < catalan(n):
        raise PlanarError(
            f"NC({n}) has no partition at {position}; give a position from 0 to Catalan(n) - 1."
        )
    blocks, unfinished, weight = list[list[int]](), list[int](), catalan(n)
    for point in range(n):
        r, c = n - point, len(unfinished)
        while (before := _lower(weight, r, c)) > position:
            weight, c = before, c - 1
        position -= before
        weight = _onward(weight, r, c)
        if c == len(unfinished):
            unfinished.append(len(blocks))
            blocks.append([])
        del unfinished[c + 1 :]
        blocks[unfinished[c]].append(point)
    return tuple(map(tuple, blocks))


def _lower(weight: int, r: int, c: int) -> int:
    """f(r, c - 1) from f(r, c)."""
    return weight * c * (r + c + 1) // ((c + 1) * (2 * r + c))


def _onward(weight: int, r: int, c: int) -> int:
    """f(r - 1, c + 1) from f(r, c)."""
    return weight * (c + 2) * r // ((c + 1) * (2 * r + c))
