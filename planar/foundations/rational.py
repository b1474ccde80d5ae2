"""Rational functions with integer coefficients in named generators, in lowest terms."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx

__all__ = ["IMAGINARY", "Field", "Imaginary", "Key", "Rational"]

Key = Hashable
"""The name of a generator: a frozen value, such as those of ``planar.foundations.generators``."""


@dataclass(frozen=True)
class Imaginary:
    """The generator i, reduced by i**2 = -1."""


IMAGINARY = Imaginary()


class Field:
    """The field Q(x1, x2, ...) whose generators are created when first used, each under its key.

    >>> field = Field()
    >>> x, y = field.gen("x"), field.gen("y")
    >>> (x * x - y * y) / (x - y) == x + y
    True
    >>> i = field.gen(IMAGINARY)
    >>> i * i == -field.one
    True
    """

    def __init__(self) -> None:
        self._index: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._factored: dict[str, tuple[int, list[tuple[fmpz_mpoly, int]]]] = {}
        self._ctx = self._context(24)
        self.zero = self.constant(0)
        self.one = self.constant(1)

    @staticmethod
    def _context(size: int) -> fmpz_mpoly_ctx:
        return fmpz_mpoly_ctx.get([f"x{i}" for i in range(size)], Ordering.lex)

    def constant(self, value: int | Fraction) -> Rational:
        """The constant ``value``."""
        value = Fraction(value)
        return Rational(
            self, self._ctx.constant(value.numerator), self._ctx.constant(value.denominator)
        )

    def gen(self, key: Key) -> Rational:
        """The generator named ``key``."""
        if key not in self._index:
            self._index[key] = len(self._keys)
            self._keys.append(key)
            if len(self._keys) > self._ctx.nvars():
                self._ctx = self._context(2 * self._ctx.nvars())
        return Rational(self, self._ctx.gen(self._index[key]), self._ctx.constant(1))

    def key(self, index: int) -> Any:
        """The key of the generator of this index."""
        return self._keys[index]

    def gens(self) -> tuple[Any, ...]:
        """All keys in order of creation."""
        return tuple(self._keys)

    def index(self, key: Key) -> int | None:
        """The index of a generator, None where it was never created."""
        return self._index.get(key)

    def lift(self, poly: fmpz_mpoly) -> fmpz_mpoly:
        """The same polynomial in the present context (contexts grow with the generators)."""
        return poly if poly.context() is self._ctx else poly.project_to_context(self._ctx)

    def factor(self, poly: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
        """Content, and the irreducible factors with their powers.

        It is done in the generators that occur alone: a factorisation pays for those that do not.
        Monomials need none, and what was factored once is remembered.
        """
        poly = self.lift(poly)
        if len(poly) <= 1:
            return self._factored_monomial(poly)
        text = str(poly)
        if text not in self._factored:
            self._factored[text] = self._factored_sum(poly)
        return self._factored[text]

    def _factored_monomial(self, poly: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
        if poly.is_zero():
            return 0, []
        powers = ((i, int(n)) for i, n in enumerate(poly.monomial(0)) if n)
        return int(poly.coefficient(0)), [(self._ctx.gen(i), n) for i, n in powers]

    def _factored_sum(self, poly: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
        names = [self._ctx.name(i) for i, degree in enumerate(poly.degrees()) if degree]
        own = fmpz_mpoly_ctx.get(names, Ordering.lex)
        content, factors = poly.project_to_context(own).factor()
        return int(content), [(f.project_to_context(self._ctx), int(n)) for f, n in factors]

    def reduce(self, num: fmpz_mpoly, den: fmpz_mpoly) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        """Lowest terms, the denominator's leading coefficient positive."""
        unit = self._index.get(IMAGINARY)
        if unit is not None:
            num, den = self._mod_i(num, unit), self._mod_i(den, unit)
            if den.degrees()[unit] and den.total_degree() == 1:
                conjugate = 2 * den.subs({self._ctx.name(unit): 0}) - den
                num, den = self._mod_i(num * conjugate, unit), self._mod_i(den * conjugate, unit)
        if num.is_zero():
            return num, self._ctx.constant(1)
        if not den.is_one():
            common = num.gcd(den)
            if not common.is_one():
                num, den = num / common, den / common
            if den.leading_coefficient() < 0:
                num, den = -num, -den
        return num, den

    def _mod_i(self, poly: fmpz_mpoly, unit: int) -> fmpz_mpoly:
        if poly.degrees()[unit] < 2:
            return poly
        terms: dict[tuple[int, ...], int] = {}
        for monomial, coefficient in poly.to_dict().items():
            power = monomial[unit]
            key = (*monomial[:unit], power % 2, *monomial[unit + 1 :])
            terms[key] = terms.get(key, 0) + (-1) ** (power // 2) * int(coefficient)
        return self._ctx.from_dict({k: v for k, v in terms.items() if v})


class Rational:
    """An element of a ``Field``: ``num / den`` in lowest terms; immutable and hashable."""

    __slots__ = ("_gens", "_hash", "den", "field", "num")

    def __init__(self, field: Field, num: fmpz_mpoly, den: fmpz_mpoly) -> None:
        self.field, self.num, self.den = field, num, den
        self._hash: int | None = None
        self._gens: tuple[Any, ...] | None = None

    def _pair(self) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        # The polynomials themselves stay what they are; keeping them in the present context saves
        # doing this again.
        self.num, self.den = self.field.lift(self.num), self.field.lift(self.den)
        return self.num, self.den

    def _make(self, num: fmpz_mpoly, den: fmpz_mpoly) -> Rational:
        return Rational(self.field, *self.field.reduce(num, den))

    def _coerce(self, other: Rational | int | Fraction) -> Rational:
        return other if isinstance(other, Rational) else self.field.constant(other)

    def __add__(self, other: Rational | int) -> Rational:
        (a, b), (c, d) = self._pair(), self._coerce(other)._pair()
        return self._make(a + c, b) if b == d else self._make(a * d + c * b, b * d)

    __radd__ = __add__

    def __neg__(self) -> Rational:
        return Rational(self.field, -self.num, self.den)

    def __sub__(self, other: Rational | int) -> Rational:
        return self + (-self._coerce(other))

    def __rsub__(self, other: Rational | int) -> Rational:
        return self._coerce(other) - self

    def __mul__(self, other: Rational | int) -> Rational:
        (a, b), (c, d) = self._pair(), self._coerce(other)._pair()
        return self._make(a * c, b * d)

    __rmul__ = __mul__

    def __truediv__(self, other: Rational | int) -> Rational:
        (a, b), (c, d) = self._pair(), self._coerce(other)._pair()
        if c.is_zero():
            raise ZeroDivisionError("division by a vanishing rational function")
        return self._make(a * d, b * c)

    def __rtruediv__(self, other: Rational | int) -> Rational:
        return self._coerce(other) / self

    def __pow__(self, power: int) -> Rational:
        base = self if power >= 0 else 1 / self
        num, den = base._pair()
        return Rational(self.field, num ** abs(power), den ** abs(power))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rational | int | Fraction):
            return NotImplemented
        (a, b), (c, d) = self._pair(), self._coerce(other)._pair()
        return bool(a == c and b == d)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash((str(self.num), str(self.den)))  # the same in every context
        return self._hash

    def __bool__(self) -> bool:
        return not self.num.is_zero()

    def __repr__(self) -> str:
        return f"Rational({self.num} / {self.den})"

    @property
    def is_constant(self) -> bool:
        """Whether no generator occurs."""
        return bool(self.num.is_constant() and self.den.is_constant())

    def constant_value(self) -> Fraction:
        """The value of a constant."""
        return Fraction(
            int(self.num.leading_coefficient()) if self else 0, int(self.den.leading_coefficient())
        )

    @property
    def numerator(self) -> Rational:
        """The numerator alone, a polynomial."""
        return Rational(self.field, self.num, self.field.one.num)

    def gens(self) -> tuple[Any, ...]:
        """Keys of the generators that occur, in order of creation."""
        if self._gens is None:
            num, den = self._pair()
            degrees = map(max, num.degrees(), den.degrees())
            self._gens = tuple(self.field.key(i) for i, e in enumerate(degrees) if e > 0)
        return self._gens

    def size(self) -> int:
        """Number of terms of numerator and denominator."""
        return len(self.num) + len(self.den)

    def collect(self, key: Key) -> tuple[list[Rational], list[Rational]]:
        """Numerator and denominator as polynomials in one generator.

        Each is a list of coefficients, the constant one first.
        """
        index = self.field.index(key)
        num, den = self._pair()
        if index is None:
            one = self._make
            return [one(num, num.context().constant(1))], [one(den, num.context().constant(1))]
        return self._coefficients(num, index), self._coefficients(den, index)

    def _coefficients(self, poly: fmpz_mpoly, index: int) -> list[Rational]:
        """By derivatives at zero, which costs less than going through the exponents."""
        one, zero = poly.context().constant(1), {poly.context().name(index): 0}
        coefficients = []
        for order in range(1, max(int(poly.degrees()[index]), 0) + 2):
            coefficients.append(Rational(self.field, poly.subs(zero), one))
            poly = poly.derivative(index) / order
        return coefficients

    def subs(self, values: Mapping[Any, Rational]) -> Rational:
        """Replace generators, one after another.

        No value may hold a generator that is replaced later.
        """
        result = self
        for key, value in values.items():
            if key in result.gens():
                num, den = result.collect(key)
                result = _horner(num, value) / _horner(den, value)
        return result

    def factors(self) -> tuple[Fraction, list[tuple[Rational, int]]]:
        """A constant, and the irreducible polynomial factors with their powers.

        Those of the denominator have negative powers.
        """
        constant, powers, one = Fraction(1), [], self.field.one.num
        for poly, sign in ((self.num, 1), (self.den, -1)):
            content, factors = self.field.factor(poly)
            constant *= Fraction(content) ** sign
            powers += [(Rational(self.field, f, one), sign * n) for f, n in factors]
        return constant, powers


def _horner(coefficients: list[Rational], value: Rational) -> Rational:
    result = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        result = result * value + coefficient
    return result
