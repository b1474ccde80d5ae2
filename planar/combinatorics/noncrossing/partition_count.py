"""The number of non-crossing partitions with colours and sizes, without generating them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from math import comb
from operator import eq

from planar.combinatorics.noncrossing.partition_types import Follows, Sizes
from planar.combinatorics.noncrossing.points import check_colours, number_of

__all__ = ["count"]


def count(
    n: int,
    colours: Sequence[Hashable] | None = None,
    sizes: Sizes | None = None,
    follows: Follows = eq,
    *,
    joined: bool = False,
) -> int:
    """The number of partitions that ``partitions`` generates, without generating them.

    Parameters
    ----------
    n : int
        The number of points.
    colours : sequence, optional
        A colour for each point, as in ``partitions``.
    sizes : callable, optional
        Which block sizes are allowed, as in ``partitions``.
    follows : callable, default operator.eq
        Which colours may come next in a block, as in ``partitions``.
    joined : bool, default False
        Count only those in which the first and the last point share a block.

    Returns
    -------
    int
        Catalan(n) where all are allowed.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0, or there are not n colours.

    Examples
    --------
    >>> count(10), count(4, "abab"), count(8, None, lambda _, size: size == 2)
    (16796, 3, 14)
    >>> count(10, joined=True)
    4862
    """
    n = number_of(n)
    check_colours(colours, n)
    if colours is None and sizes is None and follows is eq:
        m = n - 1 if joined and n > 1 else n
        return comb(2 * m, m) // (m + 1) if m or not joined else 0
    return _restricted(n, colours or ("",) * n, sizes, follows, joined)


def _restricted(
    n: int, colour: Sequence[Hashable], sizes: Sizes | None, follows: Follows, joined: bool
) -> int:
    """``count`` by recursion over intervals of points."""

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

    if not joined:
        return whole(0, n)
    return block(1, n, colour[0], 1, True) if n else 0
