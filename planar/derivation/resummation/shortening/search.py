"""The form of a scalar that is the shortest to read, modulo what defines its symbols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
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

    What a move makes longer is costed only when its turn comes, since that takes a factorisation.
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
        heap: list[tuple[float, int, Rational, int | None]] = [(least, next(order), value, least)]
        while heap and fruitless < _FRUITLESS and work < _WORK:
            _, _, current, known = heappop(heap)
            here = self.cost.of(current) if known is None else known
            fruitless += 1
            work += current.size()
            if here < least and self._divisors(current) <= divisors:
                best, least, fruitless = current, here, 0
            for new in self._moves(current):
                if new in seen:
                    continue
                seen.add(new)
                work += new.size()
                if new.size() > current.size() + 1:
                    guess = here * new.size() / current.size()
                    heappush(heap, (guess, next(order), new, None))
                    continue
                cost = self.cost.of(new)
                heappush(heap, (cost, next(order), new, cost))
                if cost < least and self._divisors(new) <= divisors:
                    best, least, fruitless = new, cost, 0
        return best

    def _moves(self, value: Rational) -> Iterator[Rational]:
        """Values one division away, none of them much longer."""
        most, present = 2 * value.size() + 4, set(value.gens())
        in_powers = cache(value.collect)
        for relation in self.ideal.relations(value):
            for key in relation.keys:
                if key in present:
                    new = relation.divided(key, *in_powers(key))
                    if new is not None and new.size() <= most:
                        yield new

    def _divisors(self, value: Rational) -> set[Rational]:
        """The irreducible factors of the denominator."""
        return {factor for factor, power in value.factors()[1] if power < 0}
