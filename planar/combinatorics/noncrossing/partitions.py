"""Non-crossing partitions of ``range(n)``: generation in canonical order.

A partition is a tuple of blocks, each a sorted tuple, ordered by their least points. It is
non-crossing where no a < b < c < d have a, c in one block and b, d in another. The canonical order
of partitions is lexicographic in the numbers of the blocks to which 0, 1, 2, ... belong: one block
first, singletons last.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from operator import eq

from planar.combinatorics.noncrossing.partition_types import Follows, Partition, Sizes
from planar.combinatorics.noncrossing.points import check_colours, number_of
from planar.combinatorics.noncrossing.sized_partitions import sized_partitions

__all__ = ["pairings", "partitions"]

_Block = tuple[int, ...]


def partitions(
    n: int,
    colours: Sequence[Hashable] | None = None,
    sizes: Sizes | None = None,
    follows: Follows = eq,
) -> Iterator[Partition]:
    """All non-crossing partitions of ``range(n)``, lazily and in canonical order.

    All restrictions prune the search; nothing is generated and thrown away.

    Parameters
    ----------
    n : int
        The number of points.
    colours : sequence, optional
        A colour for each point: only points of one colour share a block, or with ``follows`` those
        of which each may come next after the one before it.
    sizes : callable, optional
        A block whose last point has the colour c has a size s with ``sizes(c, s)``.
    follows : callable, default operator.eq
        ``follows(c, d)`` says whether in one block a point of colour d may come next after one of
        colour c.

    Yields
    ------
    tuple of tuples of int
        The blocks, each sorted, ordered by their least points.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0, or there are not n colours.

    Examples
    --------
    >>> list(partitions(3))[:3]
    [((0, 1, 2),), ((0, 1), (2,)), ((0, 2), (1,))]
    >>> [sum(1 for _ in partitions(n)) for n in range(7)]
    [1, 1, 2, 5, 14, 42, 132]
    >>> list(partitions(4, "abab"))
    [((0, 2), (1,), (3,)), ((0,), (1, 3), (2,)), ((0,), (1,), (2,), (3,))]
    >>> list(partitions(4, "xyxy", lambda _, size: size % 2 == 0, lambda a, b: a != b))
    [((0, 1, 2, 3),), ((0, 1), (2, 3)), ((0, 3), (1, 2))]
    """
    n = number_of(n)
    check_colours(colours, n)
    if sizes is not None:
        return sized_partitions(n, colours or ("",) * n, sizes, follows)
    if n == 0:
        return iter(((),))
    plain = follows is eq and (colours is None or all(colour == colours[0] for colour in colours))
    return chain.from_iterable(_families(n, None if plain else colours or ("",) * n, follows))


def _families(
    n: int, colours: Sequence[Hashable] | None, follows: Follows
) -> Iterator[list[Partition]]:
    """For each way to place all points but the last, the list of all ways to place the last one.

    A node holds the next point, the blocks, and for each unfinished one its number and itself with
    the last point appended: the partitions of a family, and its cousins, share their blocks.
    """
    last = n - 1
    end = (last,)
    todo: list[tuple[int, list[_Block], tuple[tuple[int, _Block], ...]]] = [(0, [], ())]
    while todo:
        k, blocks, unfinished = todo.pop()
        if k == last:
            family: list[Partition] = []
            for b, ended in unfinished:
                if colours is None or follows(colours[ended[-2]], colours[last]):
                    kept = blocks[b]
                    blocks[b] = ended
                    family.append(tuple(blocks))
                    blocks[b] = kept
            blocks.append(end)
            family.append(tuple(blocks))
            yield family
            continue
        point = (k,)
        todo.append((k + 1, [*blocks, point], (*unfinished, (len(blocks), (k, last)))))
        for depth in range(len(unfinished) - 1, -1, -1):
            b = unfinished[depth][0]
            if colours is None or follows(colours[blocks[b][-1]], colours[k]):
                longer, grown = blocks[b] + point, blocks.copy()
                grown[b] = longer
                todo.append((k + 1, grown, (*unfinished[:depth], (b, longer + end))))


def pairings(
    n: int, colours: Sequence[Hashable] | None = None, follows: Follows = eq
) -> Iterator[Partition]:
    """All non-crossing pairings of ``range(n)``, lazily and in canonical order.

    Parameters
    ----------
    n : int
        The number of points.
    colours : sequence, optional
        A colour for each point: only those pairings whose pairs could be blocks of ``partitions``.
    follows : callable, default operator.eq
        Which colours may come next in a pair, as in ``partitions``.

    Yields
    ------
    tuple of pairs of int
        None for odd n; Catalan(n/2) for even n where all are allowed.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0, or there are not n colours.

    Examples
    --------
    >>> list(pairings(4))
    [((0, 1), (2, 3)), ((0, 3), (1, 2))]
    >>> list(pairings(6, "abbaaa"))
    [((0, 3), (1, 2), (4, 5)), ((0, 5), (1, 2), (3, 4))]
    """
    n = number_of(n)
    check_colours(colours, n)
    if colours is not None or follows is not eq:
        return partitions(n, colours, lambda _, size: size == 2, follows)
    return _paired(n) if n % 2 == 0 else iter(())


def _paired(n: int) -> Iterator[Partition]:
    """Depth first over the unfinished pairs.

    Each already holds the partner that it gets where every point to come finishes one.
    """
    todo: list[tuple[int, Partition, tuple[int, ...]]] = [(0, (), ())]
    while todo:
        k, blocks, unfinished = todo.pop()
        depth = len(unfinished)
        if depth == n - k:
            yield blocks
            continue
        todo.append((k + 1, (*blocks, (k, n - 1 - depth)), (*unfinished, len(blocks))))
        if depth:
            b = unfinished[-1]
            todo.append(
                (k + 1, (*blocks[:b], (blocks[b][0], k), *blocks[b + 1 :]), unfinished[:-1])
            )
