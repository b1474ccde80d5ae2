"""NC(n) as a lattice under refinement: meet, join, intervals, the Moebius function.

See Nica and Speicher, "Lectures on the combinatorics of free probability", lectures 9 and 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod

from planar.combinatorics.noncrossing.complement import (
    inverse_kreweras_complement,
    is_noncrossing,
    kreweras_complement,
)
from planar.combinatorics.noncrossing.counting import catalan
from planar.combinatorics.noncrossing.partition_types import Partition
from planar.combinatorics.noncrossing.points import block_numbers, number_of
from planar.foundations.errors import PlanarError

__all__ = [
    "interval_partitions",
    "is_below",
    "join",
    "meet",
    "moebius",
    "relative_kreweras_complement",
]

Blocks = Iterable[Iterable[int]]


def is_below(fine: Blocks, coarse: Blocks) -> bool:
    """Whether each block of ``fine`` lies in a block of ``coarse``: the order of NC(n).

    Parameters
    ----------
    fine, coarse : iterable of iterables of int
        Partitions of the same points.

    Returns
    -------
    bool
        Whether ``fine`` <= ``coarse``.

    Raises
    ------
    PlanarError
        Where one is not a partition, or the points are not the same.

    Examples
    --------
    >>> is_below([(0, 2), (1,)], [(0, 1, 2)]), is_below([(0, 1), (2,)], [(0,), (1, 2)])
    (True, False)
    """
    below, above = _owners(fine, coarse)
    home: dict[int, int] = {}
    return all(home.setdefault(below[point], above[point]) == above[point] for point in below)


def meet(first: Blocks, second: Blocks) -> Partition:
    """The coarsest partition below both: its blocks are the intersections of theirs.

    Parameters
    ----------
    first, second : iterable of iterables of int
        Partitions of the same points.

    Returns
    -------
    tuple of tuples of int
        The meet.

    Raises
    ------
    PlanarError
        Where one is not a partition, or the points are not the same.

    Examples
    --------
    >>> meet([(0, 1, 2), (3,)], [(0, 3), (1, 2)])
    ((0,), (1, 2), (3,))
    """
    one, two = _owners(first, second)
    intersections: dict[tuple[int, int], list[int]] = {}
    for point in sorted(one):
        intersections.setdefault((one[point], two[point]), []).append(point)
    return tuple(tuple(block) for block in intersections.values())


def join(first: Blocks, second: Blocks) -> Partition:
    """The finest non-crossing partition above both.

    The complement turns NC(n) upside down, so it comes from a meet. It may be coarser than the
    finest of all set partitions above both.

    Parameters
    ----------
    first, second : iterable of iterables of int
        Non-crossing partitions of the same ``range(n)``.

    Returns
    -------
    tuple of tuples of int
        The join.

    Raises
    ------
    PlanarError
        Where one is not a non-crossing partition of ``range(n)``, or the points are not the same.

    Examples
    --------
    >>> join([(0, 2), (1,), (3,)], [(0,), (1, 3), (2,)])
    ((0, 1, 2, 3),)
    """
    first, second = _tuples(first), _tuples(second)
    n = len(_owners(first, second)[0])
    return inverse_kreweras_complement(
        meet(kreweras_complement(first, n), kreweras_complement(second, n)), n
    )


def relative_kreweras_complement(fine: Blocks, coarse: Blocks) -> Partition:
    """The complement of ``fine`` within each block of ``coarse``.

    Its blocks are the cycles of fine^-1 coarse, blocks read as cycles. [fine, coarse] is isomorphic
    to the interval from the finest partition up to it.

    Parameters
    ----------
    fine, coarse : iterable of iterables of int
        Non-crossing partitions of the same points, the finer one first.

    Returns
    -------
    tuple of tuples of int
        The relative complement.

    Raises
    ------
    PlanarError
        Where ``fine`` does not lie below ``coarse``, or one of the two crosses itself.

    Examples
    --------
    >>> relative_kreweras_complement([(0, 1), (2,), (3,)], [(0, 1, 2), (3,)])
    ((0,), (1, 2), (3,))
    """
    inner_blocks = [tuple(sorted(block)) for block in fine]
    outer_blocks = [tuple(sorted(block)) for block in coarse]
    ordered = is_below(inner_blocks, outer_blocks)
    if not (ordered and is_noncrossing(inner_blocks) and is_noncrossing(outer_blocks)):
        raise PlanarError(
            f"{inner_blocks} does not lie below {outer_blocks} in NC(n); "
            "give non-crossing partitions, the finer one first."
        )
    owner = block_numbers(inner_blocks)
    blocks: list[tuple[int, ...]] = []
    for outer in outer_blocks:
        place = {point: i for i, point in enumerate(outer)}
        parts = dict.fromkeys(inner_blocks[owner[point]] for point in outer)
        inside = [_renamed(part, place) for part in parts]
        blocks += [_renamed(cycle, outer) for cycle in kreweras_complement(inside, len(outer))]
    return tuple(sorted(blocks))


def _renamed(block: Iterable[int], names: Mapping[int, int] | Sequence[int]) -> tuple[int, ...]:
    return tuple(names[point] for point in block)


def moebius(fine: Blocks, coarse: Blocks) -> int:
    """The Moebius function of NC(n).

    It is the product of (-1)^(s-1) Catalan(s - 1) over the blocks of the relative complement, s
    their sizes.

    Parameters
    ----------
    fine, coarse : iterable of iterables of int
        Non-crossing partitions of the same points.

    Returns
    -------
    int
        Zero where ``fine`` does not lie below ``coarse``.

    Raises
    ------
    PlanarError
        Where one is not a partition or crosses itself, or the points are not the same.

    Examples
    --------
    >>> moebius([(0,), (1,), (2,), (3,)], [(0, 1, 2, 3)]), moebius([(0, 1)], [(0,), (1,)])
    (-5, 0)
    """
    fine, coarse = _tuples(fine), _tuples(coarse)
    if not is_below(fine, coarse):
        return 0
    sizes = [len(block) for block in relative_kreweras_complement(fine, coarse)]
    return prod((-1) ** (size - 1) * catalan(size - 1) for size in sizes)


def interval_partitions(n: int) -> Iterator[Partition]:
    """The partitions of ``range(n)`` whose blocks are intervals, lazily and in canonical order.

    Parameters
    ----------
    n : int
        The number of points.

    Yields
    ------
    tuple of tuples of int
        2^(n-1) partitions for n >= 1.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0.

    Examples
    --------
    >>> list(interval_partitions(3))
    [((0, 1, 2),), ((0, 1), (2,)), ((0,), (1, 2)), ((0,), (1,), (2,))]
    """
    n = number_of(n)
    return (_intervals(n, cuts) for cuts in product((False, True), repeat=max(n - 1, 0)))


def _intervals(n: int, cuts: tuple[bool, ...]) -> Partition:
    bounds = [0, *(i for i, cut in enumerate(cuts, 1) if cut), n] if n else [0]
    return tuple(tuple(range(a, b)) for a, b in pairwise(bounds))


def _tuples(blocks: Blocks) -> list[tuple[int, ...]]:
    return [tuple(block) for block in blocks]


def _owners(first: Blocks, second: Blocks) -> tuple[dict[int, int], dict[int, int]]:
    """For each point its block in either partition; an error where they do not match."""
    first, second = _tuples(first), _tuples(second)
    one, two = block_numbers(first), block_numbers(second)
    for blocks, owners in ((first, one), (second, two)):
        if len(owners) != sum(map(len, blocks)):
            raise PlanarError(
                f"{tuple(blocks)} is not a partition: a point lies in two blocks; "
                "give disjoint blocks."
            )
    if one.keys() != two.keys():
        unmatched = min(one.keys() ^ two.keys())
        raise PlanarError(
            f"the point {unmatched} lies in one of the two partitions only; "
            "give partitions of the same points."
        )
    return one, two
