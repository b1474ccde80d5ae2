"""Numbers of non-crossing partitions in closed form: no function here enumerates.

See Kreweras, "Sur les partitions non croisées d'un cycle", and Nica and Speicher, "Lectures on the
combinatorics of free probability", lecture 9.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from math import comb, factorial, perm, prod
from operator import mul

from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = [
    "Type",
    "block_types",
    "catalan",
    "fuss_catalan",
    "narayana",
    "type_count",
]

Type = tuple[int, ...]
"""The sizes of a partition's blocks, the largest first."""


def catalan(n: int) -> int:
    """The number of non-crossing partitions of n points, and of non-crossing pairings of 2n.

    Parameters
    ----------
    n : int
        At least 0.

    Returns
    -------
    int
        binom(2n, n) / (n + 1).

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0.

    Examples
    --------
    >>> [catalan(n) for n in range(7)]
    [1, 1, 2, 5, 14, 42, 132]
    """
    return fuss_catalan(number_of(n), 1)


def fuss_catalan(n: int, k: int) -> int:
    """The number of non-crossing partitions of kn points whose block sizes k divides.

    It is also the number of chains p_1 <= ... <= p_k in NC(n).

    Parameters
    ----------
    n, k : int
        At least 0.

    Returns
    -------
    int
        binom((k+1)n, n) / (kn + 1).

    Raises
    ------
    PlanarError
        Where n or k is not an integer of at least 0.

    Examples
    --------
    >>> [fuss_catalan(n, 2) for n in range(6)]
    [1, 1, 3, 12, 55, 273]
    """
    n, k = number_of(n), number_of(k)
    return comb((k + 1) * n, n) // (k * n + 1)


def narayana(n: int, k: int) -> int:
    """The number of non-crossing partitions of n points into k blocks.

    Parameters
    ----------
    n : int
        The number of points, at least 1.
    k : int
        The number of blocks.

    Returns
    -------
    int
        binom(n, k) binom(n, k - 1) / n; zero where k is not one of 1, ..., n.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 1.

    Examples
    --------
    >>> [narayana(4, k) for k in range(1, 5)]
    [1, 6, 6, 1]
    """
    n = number_of(n)
    if n < 1:
        raise PlanarError(f"the blocks of {n} points are not counted; give n >= 1.")
    return comb(n, k) * comb(n, k - 1) // n if k >= 1 else 0


def type_count(sizes: Sequence[int]) -> int:
    """The number of non-crossing partitions with these block sizes.

    Parameters
    ----------
    sizes : sequence of int
        The block sizes, in any order, each at least 1.

    Returns
    -------
    int
        n! / ((n - b + 1)! m_1! m_2! ...), where n is the sum of the sizes, b their number, and m_i
        of them are i.

    Raises
    ------
    PlanarError
        Where a size is less than 1.

    References
    ----------
    Kreweras, "Sur les partitions non croisées d'un cycle".

    Examples
    --------
    >>> type_count((2, 2)), type_count((2, 1, 1)), type_count(())
    (2, 6, 1)
    """
    if any(size < 1 for size in sizes):
        raise PlanarError(f"{tuple(sizes)} are not valid block sizes; each must be at least 1.")
    symmetry = prod(map(factorial, Counter(sizes).values()))
    return perm(sum(sizes), max(len(sizes) - 1, 0)) // symmetry


def block_types(n: int, sizes: Collection[int] | None = None) -> Iterator[tuple[Type, int]]:
    """All types of partitions of n points, with their numbers of partitions, lazily.

    A sum over NC(n) of a product over blocks is thus one over the integer partitions of n: for n =
    20, 627 terms for 6.6e9.

    Parameters
    ----------
    n : int
        The number of points.
    sizes : collection of int, optional
        The block sizes that occur; all without it.

    Yields
    ------
    tuple of int
        The type: block sizes, the largest first. Types run from (n,) to (1, ..., 1),
        lexicographically downwards.
    int
        The number of non-crossing partitions of that type.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0.

    Examples
    --------
    >>> list(block_types(4))
    [((4,), 1), ((3, 1), 4), ((2, 2), 2), ((2, 1, 1), 6), ((1, 1, 1, 1), 1)]
    >>> list(block_types(6, {2, 4}))
    [((4, 2), 6), ((2, 2, 2), 5)]
    """
    n = number_of(n)
    if sizes is None:
        return _types(n, list(range(1, n + 1)))
    return _types(n, sorted({size for size in sizes if 0 < size <= n}))


def _types(n: int, allowed: list[int]) -> Iterator[tuple[Type, int]]:
    """Depth first over the sizes chosen.

    A node holds them, the points left, how many of ``allowed`` may follow, and prod m_i!.
    """
    choose = [1, *accumulate(range(n, 0, -1), mul, initial=1)]
    reach = _reachable(n, allowed)
    todo: list[tuple[Type, int, int, int]] = [((), n, len(allowed), 1)]
    while todo:
        chosen, left, usable, symmetry = todo.pop()
        if left == 0:
            yield chosen, choose[len(chosen)] // symmetry
            continue
        for i in range(usable):
            size, extended = allowed[i], symmetry
            for m in range(1, left // size + 1):
                extended *= m
                if reach[i] >> (left - m * size) & 1:
                    todo.append((chosen + (size,) * m, left - m * size, i, extended))


def _reachable(n: int, allowed: list[int]) -> list[int]:
    """For each i, the sums of the first i sizes, each any number of times, up to n.

    They are the set bits of an integer.
    """
    sums, reach = [1], 1
    for size in allowed:
        step = size
        while step <= n:
            reach |= reach << step & (2 << n) - 1
            step *= 2
        sums.append(reach)
    return sums
