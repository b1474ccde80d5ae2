"""What vanishes by definition: laws, ladders, and A g + kappa g - 1 in traces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from planar.foundations.algebra import Algebra
from planar.foundations.generators import (
    Complement,
    DividedDifference,
    Generator,
    PivotOf,
    RungWeight,
    SelfEnergy,
    Trace,
)
from planar.foundations.rational import Rational
from planar.foundations.words import Word

__all__ = ["Ideal", "Relation"]

_LONG = 14
"""Terms of a relation beyond which it makes nothing shorter."""

_MOVABLE = (Trace, SelfEnergy, PivotOf, Complement, RungWeight, DividedDifference)
"""Kinds of generators that one may trade for others."""


class Relation:
    """A polynomial that vanishes, divided by in one of its generators."""

    def __init__(self, value: Rational, constants: Iterable[Generator] = ()) -> None:
        self.gens = value.gens()
        allowed = set(constants)
        self.keys = [k for k in self.gens if isinstance(k, _MOVABLE) or k in allowed]
        self.traces = [k for k in self.gens if isinstance(k, Trace)]
        self._value = value
        self._coefficients: dict[Generator, list[Rational]] = {}

    def coefficients(self, key: Generator) -> list[Rational]:
        """The polynomial in one generator, its constant term first."""
        if key not in self._coefficients:
            self._coefficients[key], _ = self._value.collect(key)
        return self._coefficients[key]

    def divided(self, key: Generator, num: list[Rational], den: list[Rational]) -> Rational | None:
        """A value modulo the relation, by its numerator and denominator in powers of ``key``.

        None where its degree is lower already.
        """
        coefficients = self.coefficients(key)
        if max(len(num), len(den)) < len(coefficients):
            return None
        below = _remainder(den, coefficients, key)
        return _remainder(num, coefficients, key) / below if below else None


class Ideal:
    """Relations by the generators that they hold; those of traces are made when asked for.

    ``generators`` are all that relations of laws and ladders hold, in their order.
    """

    def __init__(
        self,
        algebra: Algebra,
        constants: Iterable[Generator],
        has_name: Callable[[Generator], bool],
    ) -> None:
        self.algebra, self._constants, self._has_name = algebra, frozenset(constants), has_name
        self._relations: list[Relation] = []
        self._traces: dict[Trace, list[Relation]] = {}
        self.generators: dict[Generator, None] = {}

    def add(self, value: Rational) -> None:
        """A value that vanishes, kept where it is short and all that it holds can be written."""
        numerator = value.numerator
        if numerator and numerator.size() <= _LONG and all(map(self._has_name, numerator.gens())):
            self._relations.append(Relation(numerator, self._constants))
            self.generators.update(dict.fromkeys(numerator.gens()))

    def relations(self, value: Rational) -> Iterator[Relation]:
        """Those that may change a value."""
        present = set(value.gens())
        for relation in self._relations:
            if not present.isdisjoint(relation.keys):
                yield relation
        known = (*value.gens(), *self.generators)
        traces = dict.fromkeys(k for k in known if isinstance(k, Trace))
        for key in traces:
            for relation in self._of_trace(key):
                held = relation.traces
                if traces.keys() >= set(held) and not present.isdisjoint(held):
                    yield relation

    def _of_trace(self, key: Trace) -> list[Relation]:
        """tr[L g w] = tr[w] - kappa tr[g w] for every way to read L g or g in the word."""
        if key not in self._traces:
            found: dict[Rational, None] = {}
            for terms in self.algebra.resolvent_identities(key.word):
                total = self.algebra.field.zero
                for word, coefficient in terms.items():
                    total += coefficient * self._trace(word)
                if total:
                    found[total] = None
            self._traces[key] = [
                Relation(total.numerator)
                for total in found
                if all(map(self._has_name, total.gens()))
            ]
        return self._traces[key]

    def _trace(self, word: Word) -> Rational:
        field = self.algebra.field
        return field.gen(Trace(self.algebra.cyclic(word))) if word else field.one


def _remainder(numbers: list[Rational], coefficients: list[Rational], key: Generator) -> Rational:
    """A polynomial modulo another one, both by their coefficients."""
    degree, lead, rest = len(coefficients) - 1, coefficients[-1], list(numbers)
    while len(rest) > degree:
        top = rest.pop()
        if top:
            for i, c in enumerate(coefficients[:-1], len(rest) - degree):
                rest[i] = rest[i] - top * c / lead
    generator = lead.field.gen(key)
    total = lead.field.zero
    for c in reversed(rest):
        total = total * generator + c
    return total
