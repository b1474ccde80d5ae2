"""The place of a non-crossing partition in the canonical order, the partition at a place, and one
drawn at random.

With r points to come and d unfinished blocks, f(r, d) = (d + 1) (2r + d)! / (r! (r + d + 1)!)
partitions begin alike (a ballot number), and those whose next point joins one of the first c
unfinished blocks number f(r, c - 1). One long integer is carried from point to point and changed by
small factors, at most 2n times in all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np

from planar.combinatorics.noncrossing.counting import catalan
from planar.combinatorics.noncrossing.partitions import Partition, is_noncrossing
from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = ["random_pairing", "random_partition", "rank", "unrank"]


def rank(partition: Iterable[Iterable[int]]) -> int:
    """The number of partitions of the same ``range(n)`` that come before this one in canonical
    order.

    >>> rank(((0, 1, 2),)), rank(((0,), (1,), (2,))), rank(((0, 2), (1,)))
    (0, 4, 2)
    """
    blocks = [tuple(block) for block in partition]
    owner = {point: b for b, block in enumerate(sorted(map(sorted, blocks))) for point in block}
    n = len(owner)
    if owner.keys() != set(range(n)) or not is_noncrossing(blocks):
        raise PlanarError(f"{blocks} has no rank: it is no non-crossing partition of range({n}).")
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
    """The partition of ``range(n)`` at this position of the canonical order, counted from 0.

    >>> [unrank(3, i) for i in range(5)] == [((0, 1, 2),), ((0, 1), (2,)), ((0, 2), (1,)), ((0,), (1, 2)), ((0,), (1,), (2,))]
    True
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


def random_pairing(n: int, rng: np.random.Generator) -> Partition:
    """A non-crossing pairing of ``range(n)``, each with the same probability, in time O(n).

    Of n/2 steps up and n/2 + 1 down in random order exactly one rotation stays above the axis up to
    its last step (the cycle lemma); up begins a pair and down ends one.

    >>> pairing = random_pairing(3000, np.random.default_rng(1))
    >>> is_noncrossing(pairing), len(pairing)
    (True, 1500)
    """
    n = number_of(n, "pairings")
    _generator(rng)
    if n % 2:
        raise PlanarError(f"{n} points have no pairing; give an even number.")
    steps = rng.permutation(np.repeat(np.array([1, -1]), [n // 2, n // 2 + 1]))
    turn = int(np.argmin(np.cumsum(steps))) + 1
    begun, unfinished = list[list[int]](), list[int]()
    for point, step in enumerate([*steps[turn:].tolist(), *steps[:turn].tolist()][:n]):
        if step > 0:
            unfinished.append(len(begun))
            begun.append([point])
        else:
            begun[unfinished.pop()].append(point)
    return tuple(map(tuple, begun))


def _generator(rng: object) -> None:
    if not isinstance(rng, np.random.Generator):
        raise PlanarError(
            f"{rng!r} draws nothing; give numpy.random.default_rng(0), or another seed."
        )


def random_partition(n: int, rng: np.random.Generator) -> Partition:
    """A non-crossing partition of ``range(n)``, each with the same probability, in time O(n).

    Doubling turns it into a pairing: the right side of a point is paired with the left side of the
    next one of its block.

    >>> partition = random_partition(3000, np.random.default_rng(1))
    >>> is_noncrossing(partition), unrank(3000, rank(partition)) == partition
    (True, True)
    """
    n = number_of(n)
    home, blocks = dict[int, list[int]](), list[list[int]]()
    for left, right in sorted(
        sorted(pair, key=lambda side: side % 2) for pair in random_pairing(2 * n, rng)
    ):
        point, previous = left // 2, right // 2
        if previous < point:
            home[point] = home[previous]
        else:
            home[point] = []
            blocks.append(home[point])
        home[point].append(point)
    return tuple(map(tuple, blocks))
