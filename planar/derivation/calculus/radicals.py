"""The root of a quadratic law in radicals, on the sheet that given values lie on.

The root of a discriminant has two sheets and a cut. As one root of a polynomial it is cut where the
polynomial is negative, which is not where the spectrum lies; as the product of the roots of its
linear factors, ``sqrt(z - a) sqrt(z - b)``, the cut is the interval from a to b. Which of several
ways to write it follows the physical branch is decided by values of that branch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import (
    Add,
    Dummy,
    Expr,
    I,
    Mul,
    Poly,
    Pow,
    S,
    Symbol,
    cancel,
    expand,
    factor,
    factor_list,
    fraction,
    lambdify,
    sqrt,
    together,
)

__all__ = ["Radical", "Values", "at", "quadratic_root", "written"]

Values = Mapping[Symbol, NDArray[Any]]
"""Values of symbols at several points of the physical branch."""
Factors = Sequence[tuple[Expr, int]]
Radical = tuple[Expr, Expr, Expr]
"""``u + w R`` as u, w, R, where R is a product of square roots."""
_SAME, _NOISE = 1e-7, 1e-12


def quadratic_root(polynomial: Poly, scalars: Sequence[Symbol], values: Values) -> Radical | None:
    """The root of a polynomial of degree two on the sheet of the given values, if there is one.

    ``scalars`` are the symbols in which the root may be cut, those preferred first.

    >>> s, z = Symbol("s"), Symbol("z")
    >>> below = np.array([-3.0, 3.0, 1j])
    >>> semicircle = (below - np.sqrt(below - 2 + 0j) * np.sqrt(below + 2 + 0j)) / 2
    >>> law = Poly(s**2 - z * s + 1, s)
    >>> u, w, radical = quadratic_root(law, [z], {z: below, s: semicircle})
    >>> print(u, w, radical)
    z/2 -1/2 sqrt(z - 2)*sqrt(z + 2)
    """
    (unknown,) = polynomial.gens
    a, b, c = polynomial.all_coeffs()
    centre = cancel(-b / (2 * a))
    outer, content, core = _split_squares(b**2 - 4 * a * c, scalars, values)
    width = cancel(outer / (2 * a))
    for radical in _Writings(content, core, scalars, values):
        for sign in (1, -1):
            if holds(centre + sign * width * radical, values[unknown], values):
                return centre, sign * width, radical
    return None


def holds(expression: Expr, wanted: NDArray[Any], values: Values) -> bool:
    """Whether an expression has these values."""
    found = at(expression, values)
    return bool(np.all(np.abs(found - wanted) <= _SAME * np.abs(wanted) + _NOISE))


def at(expression: Expr, values: Values) -> NDArray[Any]:
    """The complex values of an expression, roots being principal ones."""
    symbols = sorted(expression.free_symbols, key=str)
    arguments = [np.asarray(values[s], complex) for s in symbols]
    with np.errstate(all="ignore"):
        return np.asarray(lambdify(symbols, expression, "numpy")(*arguments), complex)


def _factored(expression: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """A rational function as a number and powers of irreducible polynomials."""
    content, factors = S.One, []
    for part, sign in zip(fraction(together(expression)), (1, -1), strict=True):
        number, powers = factor_list(part, gaussian=True) if part.has(I) else factor_list(part)
        content *= number**sign
        factors += [(f, sign * k) for f, k in powers]
    return content, factors


def _split_squares(
    discriminant: Expr, scalars: Sequence[Symbol], values: Values
) -> tuple[Expr, Expr, list[Expr]]:
    """``discriminant = outer^2 content * product(core)``, the core without squares.

    Factors without scalars that are negative at all points are put the other way round.
    """
    content, factors = _factored(discriminant)
    outer = Mul(*(f ** (k // 2) for f, k in factors))
    core = []
    for f, k in factors:
        if k % 2:
            negative = not f.has(*scalars) and _negative(f, values)
            core.append(-f if negative else f)
            content *= -1 if negative else 1
    return outer, content, core


def _negative(expression: Expr, values: Values) -> bool:
    """Whether an expression is real and negative at all points."""
    numbers = at(expression, values)
    return bool(np.all(numbers.real < 0) and np.all(numbers.imag == 0))


def written(radical: Radical, values: Values) -> Expr:
    """``u + w R``, or the same as ``(u^2 - w^2 R^2)/(u - w R)``, whichever cancels less.

    >>> z, far = Symbol("z"), {Symbol("z"): np.array([50.0, 9j])}
    >>> print(written((z / 2, -S.Half, sqrt(z - 2) * sqrt(z + 2)), far))
    2/(z + sqrt(z - 2)*sqrt(z + 2))
    """
    u, w, root = radical
    mark = Dummy("R")
    if u == 0:
        quotient = cancel(w * expand(root**2)) / root
        return min((w * root, quotient), key=lambda e: e.count_ops())
    first, second = at(u, values), at(w * root, values)
    size = np.abs(first) + np.abs(second)
    kept, other = (np.min(np.abs(first + sign * second) / size) for sign in (1, -1))
    if w == 0 or kept >= other:
        return cancel(u + w * mark).xreplace({mark: root})
    norm = cancel(u**2 - w**2 * expand(root**2))
    above, below = fraction(cancel(norm / (u - w * mark)))
    sign = -1 if below.coeff(mark).could_extract_minus_sign() else 1
    return (expand(sign * above) / expand(sign * below)).xreplace({mark: root})


class _Writings:
    """Ways to write the root of ``content * product(core)``, those with the plainest cuts first."""

    def __init__(
        self, content: Expr, core: Sequence[Expr], scalars: Sequence[Symbol], values: Values
    ) -> None:
        self.scale, self.core = sqrt(content), core
        self.scalars, self.values = scalars, values

    def __iter__(self) -> Iterator[Expr]:
        held = [s for s in self.scalars if any(f.has(s) for f in self.core)]
        for main in held:
            yield self.scale * self._split(self.core, main)
            power = _common_power(self.core, main)
            if power > 1:
                variable = Dummy(main.name)
                rows = _in_power(self.core, main, power, variable)
                yield self.scale * self._split(rows, variable).xreplace({variable: main**power})
            turned = [f.xreplace({main: I * main}) for f in self.core]
            yield self.scale * self._split(turned, main).xreplace({main: -I * main})
            for unit in (s for s in held if s != main):
                yield from self._homogeneous(main, unit)
        yield self.scale * sqrt(Mul(*self.core))

    def _homogeneous(self, main: Symbol, unit: Symbol) -> Iterator[Expr]:
        """With a second scalar as the unit of the first, where the factors allow it."""
        variable = Dummy(main.name)
        polynomials = [Poly(f, main, unit) for f in self.core]
        if all(f.is_homogeneous for f in polynomials):
            degree = sum(f.total_degree() for f in polynomials)
            rows = [f.as_expr().xreplace({main: variable, unit: S.One}) for f in polynomials]
            outside = unit ** (S(degree) / 2)
            split = self._split(rows, variable).xreplace({variable: main / unit})
            yield self.scale * outside * split

    def _split(self, core: Sequence[Expr], variable: Symbol) -> Expr:
        """The product of the roots of all linear factors; the others stay under one root."""
        product, others = S.One, S.One
        for f in core:
            polynomial = Poly(f, variable)
            zeros = self._zeros(polynomial)
            others *= polynomial.LC() if zeros else f
            product *= Mul(*(sqrt(variable - zero) for zero in zeros))
        return sqrt(others) * product

    def _zeros(self, polynomial: Poly) -> list[Expr]:
        """The zeros of a polynomial of degree one, two, or four and even about their mean."""
        if polynomial.degree() == 1:
            a, b = polynomial.all_coeffs()
            return [cancel(-b / a)]
        if polynomial.degree() == 2:
            a, b, c = polynomial.all_coeffs()
            squares = _split_squares(b**2 - 4 * a * c, self.scalars, self.values)
            outer, content, core = squares
            root = outer * sqrt(content) * Mul(*map(sqrt, core))
            return [self._neat(expand((-b + sign * root) / (2 * a))) for sign in (1, -1)]
        if polynomial.degree() == 4:
            a, b, *_ = polynomial.all_coeffs()
            mean, variable = -b / (4 * a), polynomial.gen
            centred = Poly(cancel(polynomial.as_expr().subs(variable, variable + mean)), variable)
            if _common_power([centred.as_expr()], variable) == 2:
                squares = Poly(_in_power([centred.as_expr()], variable, 2, variable)[0], variable)
                halves = [sqrt(square) for square in self._zeros(squares)]
                return [mean + sign * half for half in halves for sign in (1, -1)]
        return []

    def _neat(self, zero: Expr) -> Expr:
        """A zero with squares told, and those of what holds no scalar by themselves."""
        whole = _as_square(zero)
        if not whole.is_Add:
            return whole
        terms = Add.make_args(zero)
        moving = [t for t in terms if t.has(*self.scalars)]
        return _as_square(Add(*(t for t in terms if t not in moving))) + Add(*moving)


def _common_power(core: Sequence[Expr], main: Symbol) -> int:
    """The largest g such that all are polynomials in ``main**g``."""
    degrees = chain.from_iterable(Poly(f, main).monoms() for f in core)
    return reduce(gcd, (d for (d,) in degrees), 0) or 1


def _in_power(core: Sequence[Expr], main: Symbol, power: int, variable: Symbol) -> list[Expr]:
    """Each as a polynomial in ``variable = main**power``."""
    rows = (Poly(f, main).terms() for f in core)
    return [sum((c * variable ** (d // power) for (d,), c in row), S.Zero) for row in rows]


def _as_square(expression: Expr) -> Expr:
    """``1 + q - 2 sqrt(q)`` as ``(1 - sqrt(q))**2``, where roots are of positive symbols."""
    bases = {p.base for p in expression.atoms(Pow) if p.exp.is_Rational and p.exp.q == 2}
    symbols = sorted((s for s in bases if s.is_Symbol and s.is_positive), key=str)
    halves = {s: Dummy(s.name, positive=True) for s in symbols}
    squared = factor(expression.subs({s: h**2 for s, h in halves.items()}))
    return squared.xreplace({h: sqrt(s) for s, h in halves.items()})
