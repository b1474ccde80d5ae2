"""The form of a scalar that is the shortest to read, modulo what defines its symbols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count

from planar.derivation.resummation.shortening.ideal import Ideal
from planar.derivation.resummation.shortening.reading_cost import ReadingCost
from planar.foundations.rational import Rational

__all__ = ["Search"]

_FRUITLESS = 3
"""Forms looked at in a row without a gain after which a search ends."""
_SMALL = 9
"""Characters below which nothing is gained."""
_WORK = 1500
"""Terms of all forms made after which a search ends: the same on every machine."""
_LARGEST = 300
"""Terms of a value beyond which its forms are not searched."""


class Search:
    """Best-first search; a move divides by one relation in one generator.

    A form counts only if it divides by nothing that the value did not divide by: what vanishes at a
    limit or cancels at a small ridge must not come into a denominator.
    """

    def __init__(self, ideal: Ideal, cost: ReadingCost) -> None:
        self.ideal, self.cost = ideal, cost
        self._found: dict[Rational, Rational] = {}

    def learn(self, relations: Iterable[Rational]) -> None:
        """More values that vanish, from here on."""
        for relation in relations:
            self.ideal.add(relation)
        self._found.clear()

    def shortest(self, value: Rational) -> Rational:
        """The cheapest form found."""
        if value not in self._found:
            self._found[value] = self._searched(value)
        return self._found[value]

    def _searched(self, value: Rational) -> Rational:
        best, least = value, self.cost.of(value)
        if least <= _SMALL or value.size() > _LARGEST:
            return value
        divisors = self._divisors(value)
        order, seen, fruitless, work = count(), {value}, 0, 0
        heap: list[tuple[float, int, Rational]] = [(least, next(order), value)]
        costs = {value: least}
        while heap and fruitless < _FRUITLESS and work < _WORK:
            current = heappop(heap)[-1]
            here = self._cost(current, costs)
            fruitless += 1
            for new in (current, *self._moves(current)):
                if new in seen and new is not current:
                    continue
                seen.add(new)
                work += new.size()
                if new is not current and new.size() > current.size() + 1:
                    heappush(heap, (here * new.size() / current.size(), next(order), new))
                    continue
                cost = self._cost(new, costs)
                if new is not current:
                    heappush(heap, (cost, next(order), new))
                if cost < least and self._divisors(new) <= divisors:
                    best, least, fruitless = new, cost, 0
        return best

    def _cost(self, value: Rational, costs: dict[Rational, int]) -> int:
        if value not in costs:
            costs[value] = self.cost.of(value)
        return costs[value]

    def _moves(self, value: Rational) -> Iterator[Rational]:
        """Values one division away, none of them much longer."""
        present, most = set(value.gens()), 2 * value.size() + 4
        for relation in self.ideal.relations(value):
            for key in relation.keys:
                if key in present:
                    new = relation.divided(value, key)
                    if new is not None and new.size() <= most:
                        yield new

    def _divisors(self, value: Rational) -> set[Rational]:
        """The irreducible factors of the denominator."""
        return {factor for factor, power in value.factors()[1] if power < 0}
