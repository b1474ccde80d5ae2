"""Non-crossing permutations and pairings of an annulus: two circles of points, joined by at least
one cycle.

The outer points 0, ..., p - 1 run along their circle in this order, the inner ones p, ..., p + q -
1 along theirs the other way round, as seen from above; gamma is the permutation with these two
cycles. A permutation t of all points, with a cycle that holds points of both circles, is annular
non-crossing where #t + #(t^-1 gamma) = p + q. The blocks do not determine it: with a single through
cycle they leave open where it passes the hole. See Mingo and Nica, "Annular noncrossing
permutations and partitions, and second-order asymptotics for random matrices".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, combinations

from planar.combinatorics.noncrossing.counting import two_circles
from planar.foundations.errors import PlanarError

__all__ = [
    "Cycles",
    "annular_kreweras_complement",
    "annular_pairings",
    "annular_partitions",
    "is_annular_noncrossing",
]

Cycles = tuple[tuple[int, ...], ...]
"""The cycles of a permutation, each begun at its least point, in the order of these."""

_Half = tuple[list[tuple[int, ...]], list[tuple[int, ...]]]
"""On one circle: the cycles that stay there, and in their order along it the runs of points that go
through.
"""

_Halves = Callable[[int, int, int], Iterator[_Half]]


def annular_partitions(
    p: int, q: int, colours: Sequence[Hashable] | None = None
) -> Iterator[Cycles]:
    """All annular non-crossing permutations of p outer and q inner points, lazily, those with most
    through cycles first.

    Where ``colours`` gives each point a colour, only those whose cycles are of one colour.

    >>> list(annular_partitions(2, 1))
    [((0,), (1, 2)), ((0, 1, 2),), ((0, 2), (1,)), ((0, 2, 1),)]
    >>> sum(1 for _ in annular_partitions(3, 4))
    1200
    """
    return _glued(p, q, colours, _half_partitions)


def annular_pairings(p: int, q: int, colours: Sequence[Hashable] | None = None) -> Iterator[Cycles]:
    """All annular non-crossing pairings, in the same way; none where p + q is odd.

    >>> list(annular_pairings(2, 2))
    [((0, 2), (1, 3)), ((0, 3), (1, 2))]
    """
    return _glued(p, q, colours, _half_pairings)


def _glued(p: int, q: int, colours: Sequence[Hashable] | None, halves: _Halves) -> Iterator[Cycles]:
    p, q = two_circles(p, q)
    if colours is not None and len(colours) != p + q:
        raise PlanarError(f"{len(colours)} colours for {p + q} points; give one colour a point.")
    return _glue(p, q, colours, halves)


def _glue(p: int, q: int, colours: Sequence[Hashable] | None, halves: _Halves) -> Iterator[Cycles]:
    """Runs of the two circles are matched in opposite orders, in as many ways as there are runs."""

    def plain(run: tuple[int, ...]) -> bool:
        return colours is None or all(colours[point] == colours[run[0]] for point in run)

    def allowed(points: int, first: int, through: int) -> Iterator[_Half]:
        return (half for half in halves(points, first, through) if all(map(plain, chain(*half))))

    for through in range(min(p, q), 0, -1):
        large, small = ((p, 0), (q, p)) if p >= q else ((q, p), (p, 0))
        other_halves = list(allowed(*small, through))
        for half in allowed(*large, through):
            for other in other_halves:
                (closed, outer), (inside, inner) = (half, other) if p >= q else (other, half)
                for turn in range(through):
                    joined = [run + inner[(turn - a) % through] for a, run in enumerate(outer)]
                    if all(map(plain, joined)):
                        yield tuple(sorted(map(_from_least, (*closed, *inside, *joined))))


def _half_partitions(points: int, first: int, through: int) -> Iterator[_Half]:
    """Each point has two sides, of which ``points - through`` look clockwise for a partner and find
    the nearest free one.

    A right side that is paired with a left side has the point there after its own; a left side that
    is paired with none is entered from the other circle, and a right side that is paired with none
    is left for it.
    """
    for seekers in combinations(range(2 * points), points - through):
        after: dict[int, int] = {}
        for pair in _pairs(seekers, 2 * points):
            left, right = sorted(pair, key=lambda side: side % 2)
            after[right // 2] = left // 2
        entered = sorted(set(range(points)) - set(after.values()))
        runs = [_followed(after, start) for start in entered]
        left_over = sorted(set(range(points)) - set(chain(*runs)))
        closed = [cycle for start in left_over if min(cycle := _followed(after, start)) == start]
        yield [_shifted(cycle, first) for cycle in closed], [_shifted(run, first) for run in runs]


def _half_pairings(points: int, first: int, through: int) -> Iterator[_Half]:
    if (points - through) % 2:
        return
    for seekers in combinations(range(points), (points - through) // 2):
        pairs = _pairs(seekers, points)
        single = sorted(set(range(points)) - set(chain(*pairs)))
        yield [_shifted(pair, first) for pair in pairs], [(point + first,) for point in single]


def _pairs(seekers: tuple[int, ...], size: int) -> list[tuple[int, ...]]:
    """Each seeker with the nearest place after it, around the circle, that is left free; seekers
    must be fewer than half.
    """
    seeking, waiting, found, free = set(seekers), list[int](), list[tuple[int, ...]](), list[int]()
    for place in range(size):
        if place in seeking:
            waiting.append(place)
        elif waiting:
            found.append((waiting.pop(), place))
        else:
            free.append(place)
    return found + [(place, free[i]) for i, place in enumerate(reversed(waiting))]


def _followed(after: dict[int, int], start: int) -> tuple[int, ...]:
    """The points from ``start`` on, up to the last one or to ``start`` again."""
    found = [start]
    while (point := after.get(found[-1], start)) != start:
        found.append(point)
    return tuple(found)


def _shifted(points: tuple[int, ...], by: int) -> tuple[int, ...]:
    return tuple(point + by for point in points)


def _from_least(cycle: tuple[int, ...]) -> tuple[int, ...]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]


def annular_kreweras_complement(cycles: Iterable[Iterable[int]], p: int, q: int) -> Cycles:
    """The cycles of t^-1 gamma, where t has these cycles: an annular non-crossing permutation of
    the primed points.

    As in ``kreweras_complement``, i' stands just after i; the numbers of cycles of the two add up
    to p + q.

    >>> annular_kreweras_complement(((0, 2), (1,)), 2, 1)
    ((0, 1, 2),)
    """
    found = tuple(tuple(cycle) for cycle in cycles)
    if not is_annular_noncrossing(found, p, q):
        raise PlanarError(
            f"{found} is not annular non-crossing for {p} and {q} points; see annular_partitions({p}, {q})."
        )
    return _complement(found, p, q)


def is_annular_noncrossing(cycles: Iterable[Iterable[int]], p: int, q: int) -> bool:
    """Whether the permutation t with these cycles joins both circles and #t + #(t^-1 gamma) = p +
    q.

    >>> is_annular_noncrossing([(0, 1, 2)], 2, 1), is_annular_noncrossing([(0, 1), (2,)], 2, 1)
    (True, False)
    """
    found = tuple(tuple(cycle) for cycle in cycles)
    if sorted(chain(*found)) != list(range(p + q)):
        raise PlanarError(
            f"{found} are no cycles of a permutation of range({p + q}); each point lies in one of them."
        )
    joined = any(min(cycle) < p <= max(cycle) for cycle in found)
    return joined and len(found) + len(_complement(found, p, q)) == p + q


def _complement(cycles: Cycles, p: int, q: int) -> Cycles:
    before = {point: cycle[i - 1] for cycle in cycles for i, point in enumerate(cycle)}
    after = {
        i: before[i + 1 if i + 1 not in (p, p + q) else i + 1 - (p if i < p else q)]
        for i in range(p + q)
    }
    followed = (_followed(after, start) for start in range(p + q))
    return tuple(cycle for cycle in followed if cycle[0] == min(cycle))
