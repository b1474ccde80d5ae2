"""NC(n) as a lattice under refinement: meet, join, intervals, the Moebius function.

See Nica and Speicher, "Lectures on the combinatorics of free probability", lectures 9 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from math import prod

from planar.combinatorics.noncrossing.counting import catalan
from planar.combinatorics.noncrossing.partitions import (
    Partition,
    is_noncrossing,
    kreweras_complement,
)
from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = [
    "interval_partitions",
    "inverse_kreweras_complement",
    "is_below",
    "join",
    "meet",
    "moebius",
    "relative_kreweras_complement",
]

Blocks = Iterable[Iterable[int]]


def inverse_kreweras_complement(partition: Blocks, n: int) -> Partition:
    """The partition whose Kreweras complement is ``partition``: its complement, turned by i -> i +
    1.

    >>> inverse_kreweras_complement(((0,), (1, 2)), 3)
    ((0, 1), (2,))
    """
    complement = kreweras_complement(partition, n)
    return tuple(sorted(tuple(sorted((point + 1) % n for point in block)) for block in complement))


def is_below(fine: Blocks, coarse: Blocks) -> bool:
    """Whether each block of ``fine`` lies in a block of ``coarse``: the order of NC(n).

    >>> is_below([(0, 2), (1,)], [(0, 1, 2)]), is_below([(0, 1), (2,)], [(0,), (1, 2)])
    (True, False)
    """
    below, above = _owners(fine, coarse)
    home: dict[int, int] = {}
    return all(home.setdefault(below[point], above[point]) == above[point] for point in below)


def meet(first: Blocks, second: Blocks) -> Partition:
    """The coarsest partition below both: its blocks are the intersections of theirs.

    >>> meet([(0, 1, 2), (3,)], [(0, 3), (1, 2)])
    ((0,), (1, 2), (3,))
    """
    one, two = _owners(first, second)
    found: dict[tuple[int, int], list[int]] = {}
    for point in sorted(one):
        found.setdefault((one[point], two[point]), []).append(point)
    return tuple(tuple(block) for block in found.values())


def join(first: Blocks, second: Blocks) -> Partition:
    """The finest non-crossing partition above both: the complement turns NC(n) upside down, so it
    comes from a meet.

    It may be coarser than the finest of all set partitions above both.

    >>> join([(0, 2), (1,), (3,)], [(0,), (1, 3), (2,)])
    ((0, 1, 2, 3),)
    """
    first, second = ([tuple(block) for block in blocks] for blocks in (first, second))
    n = len(_owners(first, second)[0])
    return inverse_kreweras_complement(
        meet(kreweras_complement(first, n), kreweras_complement(second, n)), n
    )


def relative_kreweras_complement(fine: Blocks, coarse: Blocks) -> Partition:
    """The complement of ``fine`` within each block of ``coarse``: the cycles of fine^-1 coarse,
    blocks read as cycles.

    [fine, coarse] is isomorphic to the interval from the finest partition up to it.

    >>> relative_kreweras_complement([(0, 1), (2,), (3,)], [(0, 1, 2), (3,)])
    ((0,), (1, 2), (3,))
    """
    fine, coarse = ([tuple(sorted(block)) for block in blocks] for blocks in (fine, coarse))
    if not (is_below(fine, coarse) and is_noncrossing(fine) and is_noncrossing(coarse)):
        raise PlanarError(
            f"{fine} does not lie below {coarse} in NC(n); give non-crossing partitions, the finer one first."
        )
    home = {point: block for block in fine for point in block}
    found = []
    for block in coarse:
        place = {point: i for i, point in enumerate(block)}
        inside = dict.fromkeys(tuple(place[point] for point in home[point]) for point in block)
        found += [
            tuple(block[i] for i in cycle) for cycle in kreweras_complement(inside, len(block))
        ]
    return tuple(sorted(found))


def moebius(fine: Blocks, coarse: Blocks) -> int:
    """The Moebius function of NC(n): the product over blocks of the relative complement of
    (-1)^(s-1) Catalan(s - 1).

    Zero where ``fine`` does not lie below ``coarse``.

    >>> moebius([(0,), (1,), (2,), (3,)], [(0, 1, 2, 3)]), moebius([(0, 1)], [(0,), (1,)])
    (-5, 0)
    """
    fine, coarse = ([tuple(block) for block in blocks] for blocks in (fine, coarse))
    if not is_below(fine, coarse):
        return 0
    sizes = [len(block) for block in relative_kreweras_complement(fine, coarse)]
    return prod((-1) ** (size - 1) * catalan(size - 1) for size in sizes)


def interval_partitions(n: int) -> Iterator[Partition]:
    """The 2^(n-1) partitions of ``range(n)`` whose blocks are intervals, lazily and in canonical
    order.

    >>> list(interval_partitions(3))
    [((0, 1, 2),), ((0, 1), (2,)), ((0,), (1, 2)), ((0,), (1,), (2,))]
    """
    n = number_of(n)
    return (_intervals(n, cuts) for cuts in product((False, True), repeat=max(n - 1, 0)))


def _intervals(n: int, cuts: tuple[bool, ...]) -> Partition:
    bounds = [0, *(i for i, cut in enumerate(cuts, 1) if cut), n] if n else [0]
    return tuple(tuple(range(a, b)) for a, b in pairwise(bounds))


def _owners(first: Blocks, second: Blocks) -> tuple[dict[int, int], dict[int, int]]:
    first, second = ([tuple(block) for block in blocks] for blocks in (first, second))
    one, two = (
        {point: b for b, block in enumerate(blocks) for point in block}
        for blocks in (first, second)
    )
    for blocks, owners in ((first, one), (second, two)):
        if len(owners) != sum(map(len, blocks)):
            raise PlanarError(
                f"{tuple(blocks)} is no partition: a point lies in two blocks; give disjoint blocks."
            )
    if one.keys() != two.keys():
        odd = min(one.keys() ^ two.keys())
        raise PlanarError(
            f"the point {odd} lies in one of the two partitions only; give partitions of the same points."
        )
    return one, two
