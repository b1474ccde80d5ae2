"""Monomials in quantities of SymPy, packed into one integer: a product is a sum of integers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from sympy import Add, Expr, Mul, S

__all__ = ["GRADE", "Monomials", "Number", "Polynomial", "grade"]

GRADE = 1
"""The monomial of one power of 1/N: the lowest digit counts 2 g."""

_WIDTH = 16
_MASK = (1 << _WIDTH) - 1
_FACTORS = 3 * _WIDTH

Number = int | Fraction

Polynomial = dict[int, Number]
"""Monomial to coefficient."""


def grade(monomial: int) -> int:
    """Twice the genus."""
    return monomial & _MASK


class Monomials:
    """Numbers the factors of monomials, and turns monomials back into SymPy.

    A monomial is a grade, the number of a scalar of the user's, and exponents >= 0 of dimensions
    and weights.

    >>> from sympy import symbols
    >>> N, lam = symbols("N lambda")
    >>> known = Monomials()
    >>> product = known.unit(N) + 2 * known.unit(1 / lam) + 3 * GRADE + known.scalar(1 + lam)
    >>> known.value(product), grade(product)
    (N*(lambda + 1)/lambda**2, 3)
    """

    def __init__(self) -> None:
        self._factors: dict[Expr, int] = {}
        self._scalars: dict[Expr, int] = {S.One: 0}
        self._numbered: list[Expr] = [S.One]
        self._values: dict[int, Expr] = {}

    def unit(self, value: Expr) -> int:
        """The monomial of one factor; of 1 the empty one."""
        if value == 1:
            return 0
        return 1 << (_FACTORS + _WIDTH * self._factors.setdefault(value, len(self._factors)))

    def polynomial(self, value: Expr) -> Polynomial:
        """An expression multiplied out.

        Each power of a factor becomes a power of its unit, or of the unit of its inverse.

        >>> from sympy import symbols
        >>> N, K = symbols("N K")
        >>> known = Monomials()
        >>> [(c, known.value(m)) for m, c in known.polynomial((K / N - 3) * K**2 / 2).items()]
        [(Fraction(-3, 2), K**2), (Fraction(1, 2), K**3/N)]
        """
        coefficients: Polynomial = {}
        for term in Add.make_args(value.expand()):
            number, factors = term.as_coeff_Mul(rational=True)
            monomial = self._product(factors)
            coefficient = int(number) if number.is_Integer else Fraction(number.p, number.q)
            coefficients[monomial] = coefficients.get(monomial, 0) + coefficient
        return {m: c for m, c in coefficients.items() if c}

    def _product(self, value: Expr) -> int:
        monomial = 0
        for base, power in value.as_powers_dict().items():
            whole = power if power.is_Integer else S.One
            factor = base ** (power / whole)
            monomial += abs(int(whole)) * self.unit(factor if whole > 0 else 1 / factor)
        return monomial

    def scalar(self, value: Expr) -> int:
        """The monomial of a scalar that is in no product with another scalar."""
        if value not in self._scalars:
            self._scalars[value] = len(self._numbered)
            self._numbered.append(value)
        return self._scalars[value] << _WIDTH

    def value(self, monomial: int) -> Expr:
        """The quantity of a monomial, without the grade."""
        key = monomial >> _WIDTH
        if key not in self._values:
            number = key & (1 << (_FACTORS - _WIDTH)) - 1
            self._values[key] = Mul(self._numbered[number], *self._powers(monomial >> _FACTORS))
        return self._values[key]

    def _powers(self, digits: int) -> Iterable[Expr]:
        for factor in self._factors:
            yield factor ** (digits & _MASK)
            digits >>= _WIDTH
