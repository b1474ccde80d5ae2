"""A scalar as the sum of terms that is the shortest to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from planar.derivation.resummation.factored import (
    Form,
    Rows,
    collected,
    divisors,
    taken_out,
)
from planar.derivation.resummation.shortening.reading_cost import ReadingCost
from planar.derivation.resummation.shortening.search import Search
from planar.foundations.generators import Generator, PivotOf
from planar.foundations.rational import Rational

__all__ = ["Shortening"]

_MOST = 12
"""Terms into which one value is split at most."""
_LONG = 20
"""Terms beyond which a value with several sources is searched source by source alone."""


class Shortening:
    """Writes values as common factors before a sum, each in the shortest form found.

    ``is_source`` tells the generators by which terms are collected first: traces that hold what no
    resolvent holds, such as the M of g M g'.
    """

    def __init__(
        self, search: Search, cost: ReadingCost, is_source: Callable[[Generator], bool]
    ) -> None:
        self.search, self.cost, self._is_source = search, cost, is_source
        self._forms: dict[Rational, Form] = {}

    def learn(self, relations: Iterable[Rational]) -> None:
        """More values that vanish, from here on."""
        self.search.learn(relations)
        self._forms.clear()

    def form(self, value: Rational) -> Form:
        """The cheapest of: one product, terms by source, either split at its pivots."""
        if value not in self._forms:
            self._forms[value] = min(self._candidates(value), key=lambda form: self.cost.sum(*form))
        return self._forms[value]

    def together(self, values: Sequence[Rational]) -> Rows:
        """The cheapest way found to write the coefficients of one sum."""
        return min(self._rows(values), key=lambda rows: self.cost.rows(*rows))

    def _rows(self, values: Sequence[Rational]) -> Iterator[Rows]:
        """Each for itself, or all divided by the first."""
        yield taken_out([self.form(value) for value in values])
        if len(values) > 1:
            inside = [self.form(value / values[0]) for value in values]
            pairs = zip(inside, values, strict=True)
            if all(divisors(form) <= divisors(collected([value])) for form, value in pairs):
                yield self.form(values[0]), inside

    def _candidates(self, value: Rational) -> list[Form]:
        by_sources = self._by_sources(value)
        if by_sources and value.size() > _LONG:
            return by_sources
        short = self.search.shortest(value)
        return [collected([value]), collected([short]), *by_sources, *self._by_pivots([short])]

    def _by_sources(self, value: Rational) -> list[Form]:
        sources = [key for key in value.gens() if self._is_source(key)]
        terms = grouped(value, sources) if sources else []
        if not 1 < len(terms) <= _MOST:
            return []
        parts = [m * self.search.shortest(c) for m, c in terms]
        return [collected(parts), *self._by_divisors(parts), *self._by_pivots(parts)]

    def _by_divisors(self, parts: Sequence[Rational]) -> list[Form]:
        """What is divided by the same is added up, since the sum may factor."""
        groups: dict[frozenset[Rational], Rational] = {}
        for part in parts:
            below = frozenset(divisors(collected([part])))
            groups[below] = groups.get(below, part.field.zero) + part
        return [collected(list(groups.values()))] if 1 < len(groups) < len(parts) else []

    def _by_pivots(self, parts: Sequence[Rational]) -> list[Form]:
        """Partial fractions in every pivot in turn, as long as that is shorter."""
        forms, current = list[Form](), list(parts)
        pivots = dict.fromkeys(k for p in parts for k in p.gens() if isinstance(k, PivotOf))
        for pivot in pivots:
            split = [term for part in current for term in self._split(part, pivot)]
            if len(current) < len(split) <= _MOST:
                form = collected(split)
                forms += [form, *self._by_divisors(split)]
                if self.cost.sum(*form) <= self.cost.sum(*collected(current)):
                    current = split
        return forms

    def _split(self, part: Rational, pivot: PivotOf) -> list[Rational]:
        """A value in powers of one pivot, each coefficient in its shortest form."""
        return [self.search.shortest(m * c) for m, c in grouped(part, [pivot])]


def grouped(value: Rational, keys: Sequence[Generator]) -> list[tuple[Rational, Rational]]:
    """The value as a sum of monomials in ``keys`` times coefficients without them.

    The denominator goes with the coefficients.
    """
    field = value.field
    num, den = field.lift(value.num), field.lift(value.den)
    places = [i for key in keys if (i := field.index(key)) is not None]
    rows: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in num.to_dict().items():
        powers = tuple(int(exponents[i]) for i in places)
        rest = tuple(0 if i in places else int(e) for i, e in enumerate(exponents))
        rows.setdefault(powers, {})[rest] = int(coefficient)
    terms = []
    for powers, poly in rows.items():
        monomial = field.one
        for key, n in zip(keys, powers, strict=True):
            monomial *= field.gen(key) ** n
        terms.append((monomial, Rational(field, *field.reduce(num.context().from_dict(poly), den))))
    return terms
