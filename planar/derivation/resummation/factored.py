"""Scalars as a constant and powers of irreducible polynomials: length, sign, common factors."""

from __future__ import annotations

from fractions import Fraction

from planar.foundations.errors import PlanarError
from planar.foundations.generators import Trace
from planar.foundations.rational import Rational

__all__ = ["Factors", "common_factors", "first_sign", "length"]

Factors = dict[Rational, int]
"""Irreducible polynomials with their powers."""


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


def first_sign(value: Rational) -> int:
    """The sign of the term that is written first: the lowest degree, and scalars before traces."""

    def rank(row: tuple[tuple[int, ...], int]) -> tuple[int, bool, tuple[int, ...]]:
        keys = [value.field.key(i) for i, e in enumerate(row[0]) if e]
        return sum(row[0]), any(isinstance(k, Trace) for k in keys), row[0]

    return 1 if min(value.field.lift(value.num).to_dict().items(), key=rank)[1] > 0 else -1
