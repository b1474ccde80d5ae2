"""Scalars as powers of irreducible polynomials and sums of these: common factors, length, sign."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from planar.foundations.errors import PlanarError
from planar.foundations.generators import Trace
from planar.foundations.rational import Rational

__all__ = [
    "ONE",
    "Factors",
    "Form",
    "Rows",
    "Term",
    "collected",
    "common_factors",
    "divided",
    "divisors",
    "first_sign",
    "length",
    "taken_out",
]

Factors = dict[Rational, int]
"""Irreducible polynomials with their powers."""
Term = tuple[Fraction, Factors]
"""A constant and powers of irreducible polynomials."""
Form = tuple[Factors, list[Term]]
"""Common factors before a sum of products."""
Rows = tuple[Form, list[Form]]
"""What stands before a bracket, and the coefficients inside it."""

ONE: Form = ({}, [(Fraction(1), {})])


def length(form: tuple[Fraction, list[tuple[Rational, int]]]) -> int:
    """How long a factored form is to read: terms of every factor, and its brackets."""
    sizes = (factor.size() for factor, _ in form[1])
    return sum(size + 1 if size > 2 else 1 for size in sizes)


def common_factors(rows: list[Factors]) -> Factors:
    """Factors that every row holds with the same sign, at the least power."""
    if not rows:
        raise PlanarError("an empty sum has no common factor.")
    common = {}
    for factor, power in rows[0].items():
        powers = [row.get(factor, 0) for row in rows]
        if all(p > 0 for p in powers) or all(p < 0 for p in powers):
            common[factor] = min(powers) if power > 0 else max(powers)
    return common


def divided(powers: Factors, common: Factors) -> Factors:
    """A product over another one."""
    every = dict.fromkeys((*powers, *common))
    return {f: n for f in every if (n := powers.get(f, 0) - common.get(f, 0))}


def collected(parts: Sequence[Rational]) -> Form:
    """A sum of values with their common factors taken out."""
    rows = [(constant, dict(factors)) for constant, factors in (p.factors() for p in parts)]
    if len(rows) == 1:
        return {}, rows
    common = common_factors([factors for _, factors in rows])
    return common, [(constant, divided(factors, common)) for constant, factors in rows]


def taken_out(forms: Sequence[Form]) -> Rows:
    """Factors that all coefficients hold, taken out of them."""
    common = common_factors([_outside(form) for form in forms])
    return ({}, [(Fraction(1), common)]), [_without(form, common) for form in forms]


def divisors(form: Form) -> set[Rational]:
    """All that a form divides by."""
    common, terms = form
    rows = [common, *(factors for _, factors in terms)]
    return {factor for factors in rows for factor, power in factors.items() if power < 0}


def _outside(form: Form) -> Factors:
    """The factors of a whole coefficient."""
    common, terms = form
    return common if len(terms) > 1 else terms[0][1]


def _without(form: Form, taken: Factors) -> Form:
    common, terms = form
    if len(terms) > 1:
        return divided(common, taken), terms
    return {}, [(terms[0][0], divided(terms[0][1], taken))]


def first_sign(value: Rational) -> int:
    """The sign of the term that is written first: the lowest degree, and scalars before traces."""

    def rank(row: tuple[tuple[int, ...], int]) -> tuple[int, bool, tuple[int, ...]]:
        keys = [value.field.key(i) for i, e in enumerate(row[0]) if e]
        return sum(row[0]), any(isinstance(k, Trace) for k in keys), row[0]

    return 1 if min(value.field.lift(value.num).to_dict().items(), key=rank)[1] > 0 else -1
