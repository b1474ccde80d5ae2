"""The types of partitions and permutations, and of the rules that restrict blocks."""

from __future__ import annotations

from collections.abc import Callable, Hashable

__all__ = ["Cycles", "Follows", "Partition", "Sizes"]

Partition = tuple[tuple[int, ...], ...]
"""Blocks as sorted tuples of points, ordered by their least points."""

Cycles = tuple[tuple[int, ...], ...]
"""The cycles of a permutation, each begun at its least point, in the order of these."""

Sizes = Callable[[Hashable, int], bool]
"""Whether a block whose last point has this colour may have this size."""

Follows = Callable[[Hashable, Hashable], bool]
"""Whether in one block a point of the second colour may come next after one of the first.

By default it may where the colours are equal.
"""
