"""Non-crossing partitions of ``range(n)``: generation in canonical order, counting, the Kreweras
complement.

A partition is a tuple of blocks, each a sorted tuple, ordered by their least points. It is
non-crossing where no a < b < c < d have a, c in one block and b, d in another. The canonical order
of partitions is lexicographic in the numbers of the blocks to which 0, 1, 2, ... belong: one block
first, singletons last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from math import comb
from operator import eq
from typing import Any

from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = [
    "Follows",
    "Partition",
    "Sizes",
    "count",
    "is_noncrossing",
    "kreweras_complement",
    "pairings",
    "partitions",
]

Partition = tuple[tuple[int, ...], ...]
Sizes = Callable[[Hashable, int], bool]
"""Whether a block whose last point has this colour may have this size."""

Follows = Callable[[Hashable, Hashable], bool]
"""Whether in one block a point of the second colour may come next after one of the first; by
default where they are equal.
"""

_Block = tuple[int, ...]
_Stack = tuple[tuple[Hashable, int], ...]


def partitions(
    n: int,
    colours: Sequence[Hashable] | None = None,
    sizes: Sizes | None = None,
    follows: Follows = eq,
) -> Iterator[Partition]:
    """All non-crossing partitions of ``range(n)``, lazily and in canonical order.

    Where ``colours`` gives each point a colour, only points of one colour share a block, or with
    ``follows`` those of which each may come next after the one before it; where ``sizes`` is given,
    a block whose last point has the colour c has a size s with ``sizes(c, s)``. All prune the
    search; nothing is generated and thrown away.

    >>> list(partitions(3))[:3]
    [((0, 1, 2),), ((0, 1), (2,)), ((0, 2), (1,))]
    >>> [sum(1 for _ in partitions(n)) for n in range(7)]
    [1, 1, 2, 5, 14, 42, 132]
    >>> list(partitions(4, "abab"))
    [((0, 2), (1,), (3,)), ((0,), (1, 3), (2,)), ((0,), (1,), (2,), (3,))]
    >>> list(partitions(4, "xyxy", lambda _, size: size % 2 == 0, lambda a, b: a != b))
    [((0, 1, 2, 3),), ((0, 1), (2, 3)), ((0, 3), (1, 2))]
    """
    n = _checked(n, colours)
    if sizes is not None:
        return _sized(n, colours or ("",) * n, sizes, follows)
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


def _sized(
    n: int, colours: Sequence[Hashable], sizes: Sizes, follows: Follows
) -> Iterator[Partition]:
    """Depth first over the stack of unfinished blocks; a branch is entered only where some
    completion exists.
    """
    largest = _largest(n, colours, sizes, follows)

    def steps(k: int, stack: _Stack) -> Iterator[tuple[int, _Stack]]:
        """Join the block at ``depth``, which finishes all above it, or open a new one; a block that
        is full is finished.
        """
        here, full = colours[k], largest[colours[k]]
        for depth in range(len(stack) + 1):
            size = stack[depth][1] + 1 if depth < len(stack) else 1
            joins = depth == len(stack) or follows(stack[depth][0], here)
            finished = stack[depth + 1 :] if size < full else (*stack[depth + 1 :], (here, size))
            if joins and size <= full and all(sizes(c, s) for c, s in finished):
                yield depth, stack[:depth] + (((here, size),) if size < full else ())

    @cache
    def completes(k: int, stack: _Stack) -> bool:
        if k == n:
            return all(sizes(c, s) for c, s in stack)
        return any(completes(k + 1, after) for _, after in steps(k, stack))

    def extend(
        blocks: Partition, k: int, stack: _Stack, unfinished: tuple[int, ...]
    ) -> Iterator[Partition]:
        if k == n:
            yield blocks
            return
        for depth, after in steps(k, stack):
            if completes(k + 1, after):
                b = unfinished[depth] if depth < len(stack) else len(blocks)
                grown = (
                    *blocks[:b],
                    (*(blocks[b] if b < len(blocks) else ()), k),
                    *blocks[b + 1 :],
                )
                yield from extend(grown, k + 1, after, (*unfinished[:depth], b)[: len(after)])

    if completes(0, ()):
        yield from extend((), 0, (), ())


def _largest(
    n: int, colours: Sequence[Hashable], sizes: Sizes, follows: Follows
) -> dict[Hashable, int]:
    """The size that a block can reach, at most, from a last point of each colour on."""
    found = {
        c: max((s for s in range(1, n + 1) if sizes(c, s)), default=0)
        for c in dict.fromkeys(colours)
    }
    before: dict[Hashable, int] = {}
    while found != before:
        before = found
        found = {
            c: max([largest, *(before[d] for d in before if follows(c, d))])
            for c, largest in before.items()
        }
    return found


def pairings(
    n: int, colours: Sequence[Hashable] | None = None, follows: Follows = eq
) -> Iterator[Partition]:
    """All non-crossing pairings of ``range(n)``, lazily and in canonical order; none for odd n,
    Catalan(n/2) for even n.

    With ``colours``, or these and ``follows``, only those whose pairs could be blocks of
    ``partitions``.

    >>> list(pairings(4))
    [((0, 1), (2, 3)), ((0, 3), (1, 2))]
    >>> list(pairings(6, "abbaaa"))
    [((0, 3), (1, 2), (4, 5)), ((0, 5), (1, 2), (3, 4))]
    """
    n = _checked(n, colours)
    if colours is not None or follows is not eq:
        return partitions(n, colours, lambda _, size: size == 2, follows)
    return _paired(n) if n % 2 == 0 else iter(())


def _paired(n: int) -> Iterator[Partition]:
    """Depth first; each unfinished block already holds the partner that it gets where every point
    to come finishes one.
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


def count(
    n: int,
    colours: Sequence[Hashable] | None = None,
    sizes: Sizes | None = None,
    follows: Follows = eq,
    *,
    joined: bool = False,
) -> int:
    """The number of partitions that ``partitions`` generates, without generating them; Catalan(n)
    where all are allowed.

    With ``joined``, only those in which the first and the last point share a block.

    >>> count(10), count(4, "abab"), count(8, None, lambda _, size: size == 2), count(10, joined=True)
    (16796, 3, 14, 4862)
    """
    n = _checked(n, colours)
    if colours is None and sizes is None and follows is eq:
        m = n - 1 if joined and n > 1 else n
        return comb(2 * m, m) // (m + 1) if m or not joined else 0
    colour = colours or ("",) * n

    @cache
    def whole(i: int, j: int) -> int:
        """Partitions of the interval from i up to j."""
        return block(i + 1, j, colour[i], 1, False) if i < j else 1

    @cache
    def block(i: int, j: int, c: Hashable, size: int, ends: bool) -> int:
        """Ways to go on from i up to j inside a block with its last leg, of colour c, at i - 1."""
        last = whole(i, j) if (i == j or not ends) and (sizes is None or sizes(c, size)) else 0
        return last + sum(
            whole(i, k) * block(k + 1, j, colour[k], size + 1 if sizes else 1, ends)
            for k in range(i, j)
            if follows(c, colour[k])
        )

    return whole(0, n) if not joined else block(1, n, colour[0], 1, True) if n else 0


def is_noncrossing(partition: Iterable[Iterable[int]]) -> bool:
    """Whether no two blocks cross.

    >>> is_noncrossing([(0, 3), (1, 2)]), is_noncrossing([(0, 2), (1, 3)])
    (True, False)
    """
    blocks = [tuple(block) for block in partition]
    owner = {point: b for b, block in enumerate(blocks) for point in block}
    if len(owner) != sum(map(len, blocks)):
        raise PlanarError(
            f"{blocks} is no partition: a point lies in two blocks; give disjoint blocks."
        )
    left, unfinished = [len(block) for block in blocks], list[int]()
    for point in sorted(owner):
        b = owner[point]
        if left[b] == len(blocks[b]):
            unfinished.append(b)
        elif unfinished[-1] != b:
            return False
        left[b] -= 1
        if left[b] == 0:
            unfinished.pop()
    return True


def kreweras_complement(partition: Iterable[Iterable[int]], n: int) -> Partition:
    """The coarsest partition of 0', 1', ... that does not cross ``partition`` where i' stands just
    after i.

    With a block read as a cycle in increasing order it is the permutation i -> P^-1(i + 1). The
    numbers of blocks of the two add up to n + 1, and the complement of the complement is the
    rotation by one, i -> i - 1.

    >>> kreweras_complement([(0, 1), (2,)], 3)
    ((0,), (1, 2))
    >>> kreweras_complement(kreweras_complement([(0, 1), (2,)], 3), 3)
    ((0, 2), (1,))
    """
    blocks = [sorted(block) for block in partition]
    if sorted(point for block in blocks for point in block) != list(range(n)):
        raise PlanarError(
            f"{blocks} is no partition of range({n}); each of 0, ..., {n - 1} must lie in one block."
        )
    if not is_noncrossing(blocks):
        raise PlanarError(
            f"{blocks} has blocks that cross, and only a non-crossing partition has a Kreweras complement."
        )
    before = {point: block[i - 1] for block in blocks for i, point in enumerate(block)}
    seen, found = [False] * n, []
    for start in range(n):
        cycle, i = list[int](), start
        while not seen[i]:
            seen[i] = True
            cycle.append(i)
            i = before[(i + 1) % n]
        if cycle:
            found.append(tuple(sorted(cycle)))
    return tuple(found)


def _checked(n: Any, colours: Sequence[Hashable] | None) -> int:
    found = number_of(n)
    if colours is not None and len(colours) != found:
        raise PlanarError(f"{len(colours)} colours for {found} points; give one colour a point.")
    return found
