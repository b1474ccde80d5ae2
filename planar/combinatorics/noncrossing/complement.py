"""Whether a partition crosses itself, and the Kreweras complement of one that does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from planar.combinatorics.noncrossing.partition_types import Partition
from planar.combinatorics.noncrossing.points import block_numbers
from planar.foundations.errors import PlanarError

__all__ = ["inverse_kreweras_complement", "is_noncrossing", "kreweras_complement", "predecessors"]


def is_noncrossing(partition: Iterable[Iterable[int]]) -> bool:
    """Whether no two blocks cross.

    Parameters
    ----------
    partition : iterable of iterables of int
        Disjoint blocks.

    Returns
    -------
    bool
        False where a < b < c < d have a, c in one block and b, d in another.

    Raises
    ------
    PlanarError
        Where a point lies in two blocks.

    Examples
    --------
    >>> is_noncrossing([(0, 3), (1, 2)]), is_noncrossing([(0, 2), (1, 3)])
    (True, False)
    """
    blocks = [tuple(block) for block in partition]
    owner = block_numbers(blocks)
    if len(owner) != sum(map(len, blocks)):
        raise PlanarError(
            f"{blocks} is not a partition: a point lies in two blocks; give disjoint blocks."
        )
    remaining, unfinished = [len(block) for block in blocks], list[int]()
    for point in sorted(owner):
        b = owner[point]
        if remaining[b] == len(blocks[b]):
            unfinished.append(b)
        elif unfinished[-1] != b:
            return False
        remaining[b] -= 1
        if remaining[b] == 0:
            unfinished.pop()
    return True


def kreweras_complement(partition: Iterable[Iterable[int]], n: int) -> Partition:
    """The coarsest partition of 0', 1', ... that does not cross ``partition``.

    There i' stands just after i. With a block read as a cycle in increasing order it is the
    permutation i -> P^-1(i + 1). The numbers of blocks of the two add up to n + 1, and the
    complement of the complement is the rotation by one, i -> i - 1.

    Parameters
    ----------
    partition : iterable of iterables of int
        A non-crossing partition of ``range(n)``.
    n : int
        The number of points.

    Returns
    -------
    tuple of tuples of int
        The complement, i standing for i'.

    Raises
    ------
    PlanarError
        Where ``partition`` crosses itself, or is not one of ``range(n)``.

    Examples
    --------
    >>> kreweras_complement([(0, 1), (2,)], 3)
    ((0,), (1, 2))
    >>> kreweras_complement(kreweras_complement([(0, 1), (2,)], 3), 3)
    ((0, 2), (1,))
    """
    blocks = [sorted(block) for block in partition]
    if sorted(chain.from_iterable(blocks)) != list(range(n)):
        raise PlanarError(
            f"{blocks} is not a partition of range({n}); "
            f"each of 0, ..., {n - 1} must lie in one block."
        )
    if not is_noncrossing(blocks):
        raise PlanarError(
            f"{blocks} has blocks that cross; give a non-crossing partition, "
            "which alone has a Kreweras complement."
        )
    return _cycles_after(predecessors(blocks), n)


def inverse_kreweras_complement(partition: Iterable[Iterable[int]], n: int) -> Partition:
    """The partition whose Kreweras complement is ``partition``.

    It is the complement of ``partition``, turned by i -> i + 1.

    Parameters
    ----------
    partition : iterable of iterables of int
        A non-crossing partition of ``range(n)``.
    n : int
        The number of points.

    Returns
    -------
    tuple of tuples of int
        The inverse complement.

    Raises
    ------
    PlanarError
        Where ``partition`` crosses itself, or is not one of ``range(n)``.

    Examples
    --------
    >>> inverse_kreweras_complement(((0,), (1, 2)), 3)
    ((0, 1), (2,))
    """
    complement = kreweras_complement(partition, n)
    return tuple(sorted(_turned(block, n) for block in complement))


def _turned(block: Iterable[int], n: int) -> tuple[int, ...]:
    return tuple(sorted((point + 1) % n for point in block))


def predecessors(cycles: Iterable[Sequence[int]]) -> dict[int, int]:
    """For each point the one before it in its cycle.

    >>> predecessors([(0, 1, 2)])
    {0: 2, 1: 0, 2: 1}
    """
    before: dict[int, int] = {}
    for cycle in cycles:
        for i, point in enumerate(cycle):
            before[point] = cycle[i - 1]
    return before


def _cycles_after(before: dict[int, int], n: int) -> Partition:
    """The cycles of i -> before[i + 1], each as a sorted block."""
    seen, blocks = [False] * n, []
    for start in range(n):
        cycle, i = list[int](), start
        while not seen[i]:
            seen[i] = True
            cycle.append(i)
            i = before[(i + 1) % n]
        if cycle:
            blocks.append(tuple(sorted(cycle)))
    return tuple(blocks)
