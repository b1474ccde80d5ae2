"""Numbers of non-crossing partitions in closed form: no function here enumerates.

See Kreweras, "Sur les partitions non croisées d'un cycle", and Nica and Speicher, "Lectures on the
combinatorics of free probability", lecture 9; for two circles, Mingo and Nica, "Annular noncrossing
permutations and partitions".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate
from math import comb, factorial, perm, prod
from operator import mul
from typing import Any

from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = [
    "Type",
    "annular_count",
    "annular_pairing_count",
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

    >>> [catalan(n) for n in range(7)]
    [1, 1, 2, 5, 14, 42, 132]
    """
    return fuss_catalan(number_of(n), 1)


def fuss_catalan(n: int, k: int) -> int:
    """The number of non-crossing partitions of kn points whose block sizes k divides: binom((k+1)n,
    n) / (kn + 1).

    It is also the number of chains p_1 <= ... <= p_k in NC(n).

    >>> [fuss_catalan(n, 2) for n in range(6)]
    [1, 1, 3, 12, 55, 273]
    """
    n, k = number_of(n), number_of(k)
    return comb((k + 1) * n, n) // (k * n + 1)


def narayana(n: int, k: int) -> int:
    """The number of non-crossing partitions of n >= 1 points into k blocks: binom(n, k) binom(n, k
    - 1) / n.

    >>> [narayana(4, k) for k in range(1, 5)]
    [1, 6, 6, 1]
    """
    n = number_of(n)
    if n < 1:
        raise PlanarError(f"no blocks of {n} points are counted; give n >= 1.")
    return comb(n, k) * comb(n, k - 1) // n if k >= 1 else 0


def type_count(sizes: Sequence[int]) -> int:
    """The number of non-crossing partitions with these block sizes: n! / ((n - b + 1)! m_1! m_2!
    ...) (Kreweras).

    n is the sum of the sizes, b their number, and m_i of them are i.

    >>> type_count((2, 2)), type_count((2, 1, 1)), type_count(())
    (2, 6, 1)
    """
    if any(size < 1 for size in sizes):
        raise PlanarError(f"{tuple(sizes)} are no block sizes; each is at least 1.")
    return perm(sum(sizes), max(len(sizes) - 1, 0)) // prod(
        factorial(m) for m in Counter(sizes).values()
    )


def block_types(n: int, sizes: Collection[int] | None = None) -> Iterator[tuple[Type, int]]:
    """All types of partitions of n points, each with the number of non-crossing partitions of that
    type, lazily.

    Types run from (n,) to (1, ..., 1), lexicographically downwards. With ``sizes`` no other block
    size occurs. A sum over NC(n) of a product over blocks is thus one over the integer partitions
    of n: for n = 20, 627 terms for 6.6e9.

    >>> list(block_types(4))
    [((4,), 1), ((3, 1), 4), ((2, 2), 2), ((2, 1, 1), 6), ((1, 1, 1, 1), 1)]
    >>> list(block_types(6, {2, 4}))
    [((4, 2), 6), ((2, 2, 2), 5)]
    """
    n = number_of(n)
    allowed = (
        sorted({size for size in sizes if 0 < size <= n})
        if sizes is not None
        else list(range(1, n + 1))
    )
    return _types(n, allowed)


def _types(n: int, allowed: list[int]) -> Iterator[tuple[Type, int]]:
    """Depth first; a node is the sizes chosen, the points left, how many of ``allowed`` may follow,
    and prod m_i!.
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
            size, here = allowed[i], symmetry
            for m in range(1, left // size + 1):
                here *= m
                if reach[i] >> (left - m * size) & 1:
                    todo.append((chosen + (size,) * m, left - m * size, i, here))


def _reachable(n: int, allowed: list[int]) -> list[int]:
    """For each i, the sums of the first i sizes, each any number of times, up to n: as the set bits
    of an integer.
    """
    found, reach = [1], 1
    for size in allowed:
        step = size
        while step <= n:
            reach |= reach << step & (2 << n) - 1
            step *= 2
        found.append(reach)
    return found


def annular_count(p: int, q: int, through: int | None = None) -> int:
    """The number of annular non-crossing permutations of p outer and q inner points: 2pq/(p+q)
    binom(2p-1,p) binom(2q-1,q).

    With ``through`` = k, only those with k cycles that hold points of both circles: k binom(2p, p -
    k) binom(2q, q - k).

    >>> annular_count(1, 1), annular_count(2, 3), [annular_count(2, 3, k) for k in (1, 2)]
    (1, 72, [60, 12])
    """
    p, q = two_circles(p, q)
    if through is None:
        return 2 * p * q * comb(2 * p - 1, p) * comb(2 * q - 1, q) // (p + q)
    return (
        through * comb(2 * p, p - through) * comb(2 * q, q - through)
        if 0 < through <= min(p, q)
        else 0
    )


def annular_pairing_count(p: int, q: int, through: int | None = None) -> int:
    """The number of annular non-crossing pairings, for k pairs between the circles k binom(p,
    (p-k)/2) binom(q, (q-k)/2).

    >>> annular_pairing_count(2, 2), annular_pairing_count(3, 3), annular_pairing_count(4, 2, through=2)
    (2, 12, 8)
    """
    p, q = two_circles(p, q)
    if through is None:
        return sum(annular_pairing_count(p, q, k) for k in range(1, min(p, q) + 1))
    if not 0 < through <= min(p, q) or (p - through) % 2 or (q - through) % 2:
        return 0
    return through * comb(p, (p - through) // 2) * comb(q, (q - through) // 2)


def two_circles(p: Any, q: Any) -> tuple[int, int]:
    """The numbers of points of the two circles; an error where one is empty."""
    p, q = number_of(p), number_of(q)
    if p < 1 or q < 1:
        raise PlanarError(
            f"an annulus with {p} outer and {q} inner points has an empty circle; give at least one point to each."
        )
    return p, q
