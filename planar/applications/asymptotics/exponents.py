"""Exponents of power laws: exact forms in the user's symbols, ordered by their value at a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq
from sympy import QQ, Expr, Rational, Symbol, nsimplify

from planar.formulas.symbols import scalar
from planar.foundations.errors import PlanarError

__all__ = ["Exponent", "Exponents"]


@dataclass(frozen=True)
class Exponent:
    """An exact form; its ``value`` at the point orders exponents.

    ``parts`` are multiples of the forms of ``ring``, under their numbers.
    """

    value: fmpq
    parts: dict[int, fmpq] = field(hash=False)
    ring: Exponents = field(compare=False, repr=False)

    def __add__(self, other: Exponent) -> Exponent:
        parts = dict(self.parts)
        for i, c in other.parts.items():
            parts[i] = parts.get(i, fmpq(0)) + c
        return Exponent(self.value + other.value, parts, self.ring)

    def __sub__(self, other: Exponent) -> Exponent:
        return self + other.times(fmpq(-1))

    def __neg__(self) -> Exponent:
        return self.times(fmpq(-1))

    def times(self, number: fmpq | int) -> Exponent:
        """A multiple."""
        return Exponent(
            self.value * number, {i: c * number for i, c in self.parts.items()}, self.ring
        )

    def __mul__(self, other: Exponent) -> Exponent:
        for a, b in ((self, other), (other, self)):
            if not any(i for i, c in b.parts.items() if c):
                return a.times(b.value)
        return self.ring.product(self, other)

    def __truediv__(self, other: Exponent) -> Exponent:
        if not any(i for i, c in other.parts.items() if c):
            return self.times(1 / other.value)
        return self.ring.form(
            self.value / other.value, self.ring.element(self) / self.ring.element(other)
        )


class Exponents:
    """The exponents in some symbols, each with its value at the point.

    They are a field of fractions, of which sums are kept apart.
    """

    def __init__(self, at: Mapping[Symbol, Any]) -> None:
        self.at = {s: _rational(s, v) for s, v in at.items()}
        self.field = QQ.frac_field(*at)
        self.forms: list[Any] = [self.field.one]
        self.place: dict[Any, int] = {self.field.one: 0}
        self.zero, self.one = self.number(0), self.number(1)
        self._products: dict[tuple[frozenset[tuple[int, fmpq]], ...], Exponent] = {}

    def read(self, expression: Expr) -> Exponent:
        """The exponent of an expression in the symbols.

        Raises ``PlanarError`` where it holds anything else.
        """
        exact = nsimplify(expression, rational=True)
        unknown = sorted(exact.free_symbols - set(self.at), key=str)
        if unknown:
            raise PlanarError(
                f"the exponent {expression} holds {unknown[0]}, which has no value; "
                f"give at={{{unknown[0]}: ...}}."
            )
        value = exact.xreplace(self.at)
        if not value.is_Rational:
            raise PlanarError(
                f"the exponent {expression} is {value} at the point given; take rational numbers."
            )
        return self.form(fmpq(int(value.p), int(value.q)), self.field.from_sympy(exact))

    def number(self, value: int | fmpq) -> Exponent:
        """A number as an exponent."""
        return Exponent(fmpq(value), {0: fmpq(value)}, self)

    def form(self, value: fmpq, element: Any) -> Exponent:
        """An element of the field as an exponent."""
        if element == QQ(int(value.p), int(value.q)):
            return self.number(value)
        if element not in self.place:
            self.place[element] = len(self.forms)
            self.forms.append(element)
        return Exponent(value, {self.place[element]: fmpq(1)}, self)

    def product(self, one: Exponent, other: Exponent) -> Exponent:
        """The product in the field, where that is long, once for each pair."""
        key = frozenset(one.parts.items()), frozenset(other.parts.items())
        if key not in self._products:
            self._products[key] = self.form(
                one.value * other.value, self.element(one) * self.element(other)
            )
        return self._products[key]

    def element(self, exponent: Exponent) -> Any:
        """An exponent as an element of the field."""
        multiples = (self.forms[i] * QQ(int(c.p), int(c.q)) for i, c in exponent.parts.items())
        return sum(multiples, self.field.zero)

    def write(self, exponent: Exponent) -> Expr:
        """The form as SymPy writes it, apart where that is shorter."""
        whole = self.field.to_sympy(self.element(exponent))
        parts = whole.expand()
        return parts if parts.count_ops() <= whole.count_ops() else whole


def _rational(symbol: Symbol, value: Any) -> Rational:
    number = nsimplify(scalar(value), rational=True)
    if not number.is_Rational:
        raise PlanarError(
            f"{symbol} = {value} is not a number; "
            "exponents are compared at a point of rational numbers."
        )
    return number
