"""Non-crossing permutations and pairings of an annulus: two circles that some cycle joins.

The outer points 0, ..., p - 1 run along their circle in this order, the inner ones p, ..., p + q -
1 along theirs the other way round, as seen from above; gamma is the permutation with these two
cycles. A permutation t of all points, with a cycle that holds points of both circles, is annular
non-crossing where #t + #(t^-1 gamma) = p + q. The blocks do not determine it: with a single through
cycle they leave open where it passes the hole. See Mingo and Nica, "Annular noncrossing
permutations and partitions, and second-order asymptotics for random matrices".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import chain, combinations

from planar.combinatorics.noncrossing.annular_complement import cycle_from
from planar.combinatorics.noncrossing.annular_counts import two_circles
from planar.combinatorics.noncrossing.partition_types import Cycles
from planar.combinatorics.noncrossing.points import check_colours

__all__ = [
    "annular_pairings",
    "annular_partitions",
]

_Half = tuple[list[tuple[int, ...]], list[tuple[int, ...]]]
"""On one circle: the cycles that stay there, and the runs of points that go through, in order."""

_Halves = Callable[[int, int, int], Iterator[_Half]]


def annular_partitions(
    p: int, q: int, colours: Sequence[Hashable] | None = None
) -> Iterator[Cycles]:
    """All annular non-crossing permutations of p outer and q inner points, lazily.

    Those with most through cycles come first.

    Parameters
    ----------
    p, q : int
        The numbers of points 0, ..., p - 1 on the outer and p, ..., p + q - 1 on the inner circle,
        each at least 1.
    colours : sequence, optional
        A colour for each of the p + q points: only permutations whose cycles are of one colour.

    Yields
    ------
    tuple of tuples of int
        The cycles, each begun at its least point, in the order of these.

    Raises
    ------
    PlanarError
        Where a circle is empty, or there are not p + q colours.

    References
    ----------
    Mingo and Nica, "Annular noncrossing permutations and partitions, and second-order asymptotics
    for random matrices".

    Examples
    --------
    >>> list(annular_partitions(2, 1))
    [((0,), (1, 2)), ((0, 1, 2),), ((0, 2), (1,)), ((0, 2, 1),)]
    >>> sum(1 for _ in annular_partitions(3, 4))
    1200
    """
    return _glued(p, q, colours, _half_partitions)


def annular_pairings(p: int, q: int, colours: Sequence[Hashable] | None = None) -> Iterator[Cycles]:
    """All annular non-crossing pairings of p outer and q inner points, lazily.

    Otherwise as ``annular_partitions``.

    Parameters
    ----------
    p, q : int
        The numbers of points on the outer and on the inner circle, each at least 1.
    colours : sequence, optional
        A colour for each of the p + q points: only pairings whose pairs are of one colour.

    Yields
    ------
    tuple of pairs of int
        The pairs, in the order of their least points; none where p + q is odd.

    Raises
    ------
    PlanarError
        Where a circle is empty, or there are not p + q colours.

    Examples
    --------
    >>> list(annular_pairings(2, 2))
    [((0, 2), (1, 3)), ((0, 3), (1, 2))]
    """
    return _glued(p, q, colours, _half_pairings)


def _glued(p: int, q: int, colours: Sequence[Hashable] | None, halves: _Halves) -> Iterator[Cycles]:
    p, q = two_circles(p, q)
    check_colours(colours, p + q)
    return _glue(p, q, colours, halves)


def _glue(p: int, q: int, colours: Sequence[Hashable] | None, halves: _Halves) -> Iterator[Cycles]:
    """Runs of the two circles are matched in opposite orders, in as many ways as there are runs."""

    def one_colour(run: tuple[int, ...]) -> bool:
        return colours is None or all(colours[point] == colours[run[0]] for point in run)

    def allowed(points: int, first: int, through: int) -> Iterator[_Half]:
        candidates = halves(points, first, through)
        return (half for half in candidates if all(map(one_colour, chain(*half))))

    for through in range(min(p, q), 0, -1):
        large, small = ((p, 0), (q, p)) if p >= q else ((q, p), (p, 0))
        other_halves = list(allowed(*small, through))
        for half in allowed(*large, through):
            for other in other_halves:
                (closed, outer), (inside, inner) = (half, other) if p >= q else (other, half)
                for turn in range(through):
                    joined = [run + inner[(turn - a) % through] for a, run in enumerate(outer)]
                    if all(map(one_colour, joined)):
                        yield tuple(sorted(map(_from_least, (*closed, *inside, *joined))))


def _half_partitions(points: int, first: int, through: int) -> Iterator[_Half]:
    """Halves of permutations: each point has two sides, which are paired or go through.

    Of the sides ``points - through`` look clockwise for a partner and take the nearest free one. A
    right side that is paired with a left side has the point there after its own; a left side that
    is paired with none is entered from the other circle, and a right side that is paired with none
    is left for it.
    """
    for seekers in combinations(range(2 * points), points - through):
        after: dict[int, int] = {}
        for pair in _pairs(seekers, 2 * points):
            left, right = sorted(pair, key=lambda side: side % 2)
            after[right // 2] = left // 2
        entered = sorted(set(range(points)) - set(after.values()))
        runs = [cycle_from(after, start) for start in entered]
        left_over = sorted(set(range(points)) - set(chain(*runs)))
        closed = [cycle for start in left_over if min(cycle := cycle_from(after, start)) == start]
        yield [_shifted(cycle, first) for cycle in closed], [_shifted(run, first) for run in runs]


def _half_pairings(points: int, first: int, through: int) -> Iterator[_Half]:
    if (points - through) % 2:
        return
    for seekers in combinations(range(points), (points - through) // 2):
        pairs = _pairs(seekers, points)
        single = sorted(set(range(points)) - set(chain(*pairs)))
        yield [_shifted(pair, first) for pair in pairs], [(point + first,) for point in single]


def _pairs(seekers: tuple[int, ...], size: int) -> list[tuple[int, ...]]:
    """Each seeker with the nearest place after it, around the circle, that is left free.

    Seekers must be fewer than half of the places.
    """
    seeking, waiting, free = set(seekers), list[int](), list[int]()
    pairs = list[tuple[int, ...]]()
    for place in range(size):
        if place in seeking:
            waiting.append(place)
        elif waiting:
            pairs.append((waiting.pop(), place))
        else:
            free.append(place)
    return pairs + [(place, free[i]) for i, place in enumerate(reversed(waiting))]


def _shifted(points: tuple[int, ...], by: int) -> tuple[int, ...]:
    return tuple(point + by for point in points)


def _from_least(cycle: tuple[int, ...]) -> tuple[int, ...]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]
