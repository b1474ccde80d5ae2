"""Non-crossing partitions whose blocks have restricted sizes, by a search that never fails.

A branch is entered only where some completion exists. A stack holds the unfinished blocks, each as
the colour of its last point and its size.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cache

from planar.combinatorics.noncrossing.partition_types import Follows, Partition, Sizes

__all__ = ["sized_partitions"]

_Stack = tuple[tuple[Hashable, int], ...]

_Steps = Callable[[int, _Stack], Iterator[tuple[int, _Stack]]]
"""At (point, stack): the depth of the block that the point joins, and the stack after it."""


def sized_partitions(
    n: int, colours: Sequence[Hashable], sizes: Sizes, follows: Follows
) -> Iterator[Partition]:
    """Depth first over the stack of unfinished blocks, in canonical order.

    >>> list(sized_partitions(4, "xxxx", lambda _, size: size == 2, lambda a, b: a == b))
    [((0, 1), (2, 3)), ((0, 3), (1, 2))]
    """
    steps = _steps(colours, _largest(n, colours, sizes, follows), sizes, follows)

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
                block = blocks[b] if b < len(blocks) else ()
                grown = (*blocks[:b], (*block, k), *blocks[b + 1 :])
                yield from extend(grown, k + 1, after, (*unfinished[:depth], b)[: len(after)])

    if completes(0, ()):
        yield from extend((), 0, (), ())


def _steps(
    colours: Sequence[Hashable], largest: dict[Hashable, int], sizes: Sizes, follows: Follows
) -> _Steps:
    def steps(k: int, stack: _Stack) -> Iterator[tuple[int, _Stack]]:
        """Join the block at ``depth``, which finishes all above it, or open a new one.

        A block that is full is finished.
        """
        colour, full = colours[k], largest[colours[k]]
        for depth in range(len(stack) + 1):
            size = stack[depth][1] + 1 if depth < len(stack) else 1
            joins = depth == len(stack) or follows(stack[depth][0], colour)
            finished = stack[depth + 1 :] if size < full else (*stack[depth + 1 :], (colour, size))
            if joins and size <= full and all(sizes(c, s) for c, s in finished):
                yield depth, stack[:depth] + (((colour, size),) if size < full else ())

    return steps


def _largest(
    n: int, colours: Sequence[Hashable], sizes: Sizes, follows: Follows
) -> dict[Hashable, int]:
    """The size that a block can reach, at most, from a last point of each colour on."""
    largest = {c: _largest_allowed(n, c, sizes) for c in dict.fromkeys(colours)}
    before: dict[Hashable, int] = {}
    while largest != before:
        before, largest = largest, {}
        for colour, size in before.items():
            later = [before[d] for d in before if follows(colour, d)]
            largest[colour] = max([size, *later])
    return largest


def _largest_allowed(n: int, colour: Hashable, sizes: Sizes) -> int:
    return max((size for size in range(1, n + 1) if sizes(colour, size)), default=0)
