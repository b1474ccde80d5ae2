"""Whether a permutation of two circles is annular non-crossing, and its Kreweras complement.

The circles, and the permutation gamma of their points, are those of ``annular``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from planar.combinatorics.noncrossing.complement import predecessors
from planar.combinatorics.noncrossing.partition_types import Cycles
from planar.foundations.errors import PlanarError

__all__ = ["annular_kreweras_complement", "cycle_from", "is_annular_noncrossing"]


def annular_kreweras_complement(cycles: Iterable[Iterable[int]], p: int, q: int) -> Cycles:
    """The cycles of t^-1 gamma, where t has these cycles.

    It is an annular non-crossing permutation of the primed points. As in ``kreweras_complement``,
    i' stands just after i; the numbers of cycles of the two add up to p + q.

    Parameters
    ----------
    cycles : iterable of iterables of int
        An annular non-crossing permutation of ``range(p + q)``.
    p, q : int
        The numbers of points on the outer and on the inner circle.

    Returns
    -------
    tuple of tuples of int
        The cycles, each begun at its least point, in the order of these.

    Raises
    ------
    PlanarError
        Where ``cycles`` are not an annular non-crossing permutation.

    Examples
    --------
    >>> annular_kreweras_complement(((0, 2), (1,)), 2, 1)
    ((0, 1, 2),)
    """
    permutation = tuple(tuple(cycle) for cycle in cycles)
    if not is_annular_noncrossing(permutation, p, q):
        raise PlanarError(
            f"{permutation} is not annular non-crossing for {p} and {q} points; "
            f"give one of annular_partitions({p}, {q})."
        )
    return _complement(permutation, p, q)


def is_annular_noncrossing(cycles: Iterable[Iterable[int]], p: int, q: int) -> bool:
    """Whether the permutation t with these cycles is annular non-crossing.

    It is where a cycle joins both circles and #t + #(t^-1 gamma) = p + q.

    Parameters
    ----------
    cycles : iterable of iterables of int
        A permutation of ``range(p + q)``.
    p, q : int
        The numbers of points on the outer and on the inner circle.

    Returns
    -------
    bool
        Whether both hold.

    Raises
    ------
    PlanarError
        Where ``cycles`` are not the cycles of a permutation of ``range(p + q)``.

    Examples
    --------
    >>> is_annular_noncrossing([(0, 1, 2)], 2, 1), is_annular_noncrossing([(0, 1), (2,)], 2, 1)
    (True, False)
    """
    permutation = tuple(tuple(cycle) for cycle in cycles)
    if sorted(chain(*permutation)) != list(range(p + q)):
        raise PlanarError(
            f"{permutation} are not the cycles of a permutation of range({p + q}); "
            "each point must lie in exactly one of them."
        )
    joined = any(min(cycle) < p <= max(cycle) for cycle in permutation)
    return joined and len(permutation) + len(_complement(permutation, p, q)) == p + q


def _complement(cycles: Cycles, p: int, q: int) -> Cycles:
    before = predecessors(cycles)
    after = {i: before[_next_on_circle(i, p, q)] for i in range(p + q)}
    followed = (cycle_from(after, start) for start in range(p + q))
    return tuple(cycle for cycle in followed if cycle[0] == min(cycle))


def _next_on_circle(point: int, p: int, q: int) -> int:
    """gamma: the next point of the same circle."""
    if point + 1 == p:
        return 0
    return p if point + 1 == p + q else point + 1


def cycle_from(after: Mapping[int, int], start: int) -> tuple[int, ...]:
    """The points from ``start`` on, up to the last one or to ``start`` again."""
    points = [start]
    while (point := after.get(points[-1], start)) != start:
        points.append(point)
    return tuple(points)
