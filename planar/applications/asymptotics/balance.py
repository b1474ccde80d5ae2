"""Dominant balance: the implicit quantities of an equivalent as powers of the large parameter.

In an equation that defines an unknown, every trace is replaced by the first powers of its
expansions; what remains is a sum of monomials in the unknowns and the large parameter. Dominant
ones must cancel: that gives the exponents, those the coefficients, and the equation itself,
evaluated in series, all further terms. Positive parameters have one positive solution, which is the
physical one; the other balances leave some renormalised ridge or some 1 - gamma negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Dummy, Expr, Symbol, Trace, fraction, together

from planar.applications.asymptotics.exponents import Exponent, Exponents
from planar.applications.asymptotics.generalised_series import Ring, Series
from planar.applications.asymptotics.leading_powers import Monomial, Monomials
from planar.foundations.errors import PlanarError

__all__ = ["Balance", "Balances", "cleared"]

Coefficient = NDArray[np.complex128]


@dataclass(frozen=True)
class Balance:
    """A consistent leading order of the unknowns: ``leading``, one monomial each.

    ``slopes`` are the logarithmic derivatives of each equation in the unknowns, in units of its
    ``sizes``. ``kept`` are, for each equation, the exponent of what balances and of what is left
    behind.
    """

    leading: tuple[Series, ...]
    slopes: tuple[tuple[Coefficient, ...], ...]
    sizes: tuple[Series, ...]
    kept: tuple[tuple[Exponent, Exponent], ...]


def cleared(unknown: Symbol, expression: Expr) -> Expr:
    """``unknown * denominator - numerator``, expanded; traces stay whole."""
    names = {x: Dummy() for x in sorted(expression.atoms(Trace), key=str)}
    top, bottom = fraction(together(expression.xreplace(names)))
    return (unknown * bottom - top).expand().xreplace({d: x for x, d in names.items()})


class Balances:
    """The balances of equations that are sums of monomials in as many unknowns."""

    def __init__(self, ring: Ring, exponents: Exponents, equations: Sequence[Monomials]) -> None:
        self.ring, self.exponents, self.equations = ring, exponents, equations

    def consistent(self) -> Iterator[Balance]:
        """Every balance with positive coefficients at the first node."""
        seen = set[Any]()
        for pairs in product(*(list(combinations(eq, 2)) for eq in self.equations)):
            place = _exponents(pairs)
            if place is None or (key := tuple(e.value for e in place)) in seen:
                continue
            seen.add(key)
            yield from self._at(place)

    def _at(self, place: list[Exponent]) -> Iterator[Balance]:
        """The balances at some exponents of the unknowns."""
        dominant, kept = list[list[Monomial]](), list[tuple[Exponent, Exponent]]()
        for equation in self.equations:
            orders = [_order(m, place) for m in equation]
            first = max(orders, key=lambda e: e.value)
            largest = [m for m, e in zip(equation, orders, strict=True) if e.value == first.value]
            if len(largest) < 2:
                return
            dominant.append(largest)
            kept += [(first, e) for e in orders if e.value < first.value]
        for coefficients in _coefficients(dominant):
            yield self._balance(place, coefficients, dominant, tuple(kept))

    def _balance(
        self,
        place: list[Exponent],
        coefficients: list[Coefficient],
        dominant: list[list[Monomial]],
        kept: tuple[tuple[Exponent, Exponent], ...],
    ) -> Balance:
        leading = tuple(self.ring.monomial(c, e) for c, e in zip(coefficients, place, strict=True))
        sizes, rows = list[Series](), list[tuple[Coefficient, ...]]()
        for monomials in dominant:
            values = [_value(m, coefficients) for m in monomials]
            sizes.append(self.ring.monomial(values[0], _order(monomials[0], place)))
            rows.append(tuple(_slope(monomials, values, j) for j in range(len(place))))
        return Balance(leading, tuple(rows), tuple(sizes), kept)


def _exponents(pairs: Sequence[tuple[Monomial, Monomial]]) -> list[Exponent] | None:
    """The exponents at which the two of every pair are of one order, by elimination."""
    rows = [[*_differences(a, b), b.exponent - a.exponent] for a, b in pairs]
    size = len(rows)
    for i in range(size):
        pivot = next((r for r in range(i, size) if rows[r][i].value != 0), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for r in range(size):
            if r != i:
                rows[r] = [x - rows[r][i] * y for x, y in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def _differences(a: Monomial, b: Monomial) -> list[Exponent]:
    """How much higher the degrees of one monomial are."""
    return [x - y for x, y in zip(a.degrees, b.degrees, strict=True)]


def _order(m: Monomial, place: list[Exponent]) -> Exponent:
    """The exponent of a monomial at those of the unknowns."""
    order = m.exponent
    for degree, exponent in zip(m.degrees, place, strict=True):
        order = order + degree * exponent
    return order


def _value(m: Monomial, coefficients: list[Coefficient]) -> Coefficient:
    """The coefficient of a monomial at those of the unknowns."""
    value = m.coefficient
    for c, d in zip(coefficients, m.degrees, strict=True):
        value = value * c ** float(d.value)
    return np.asarray(value)


def _slope(monomials: list[Monomial], values: list[Coefficient], j: int) -> Coefficient:
    """The logarithmic derivative in one unknown, in units of the first monomial."""
    degrees = [float(m.degrees[j].value) for m in monomials]
    total = sum(v * d for v, d in zip(values, degrees, strict=True))
    return np.asarray(total / values[0])


def _coefficients(dominant: list[list[Monomial]]) -> Iterator[list[Coefficient]]:
    """Where the dominant monomials cancel.

    By logarithms where there are two in each equation, else one unknown at a time.
    """
    if all(len(monomials) == 2 for monomials in dominant):
        yield from _by_logarithms(dominant)
    else:
        for roots in _one_by_one(dominant, {}):
            yield [np.asarray(roots[j], np.complex128) for j in range(len(dominant))]


def _by_logarithms(pairs: list[list[Monomial]]) -> Iterator[list[Coefficient]]:
    slopes = np.array([_numbers(_differences(a, b)) for a, b in pairs])
    ratios = [-b.coefficient / a.coefficient for a, b in pairs]
    if np.linalg.matrix_rank(slopes) == len(slopes) and all(map(_positive, ratios)):
        logarithms = np.stack(np.broadcast_arrays(*map(np.log, ratios)))
        solution = np.einsum("ij,j...->i...", np.linalg.inv(slopes), logarithms)
        yield [np.exp(c) for c in solution]


def _positive(ratio: Coefficient) -> bool:
    first = complex(ratio.flat[0])
    return first.real > 0 and abs(first.imag) < 1e-9 * abs(first)


def _one_by_one(
    equations: list[list[Monomial]], known: dict[int, float]
) -> Iterator[dict[int, float]]:
    """Positive solutions of equations that hold one more unknown each, up to a common factor."""
    if not equations:
        yield known
        return
    for equation in equations:
        degrees = np.array([_numbers(m.degrees) for m in equation])
        varying = set(np.flatnonzero(np.any(degrees != degrees[0], axis=0)).tolist()) - set(known)
        if len(varying) != 1:
            continue
        if any(m.coefficient.size > 1 for m in equation):
            break
        (j,) = varying
        c = [complex(m.coefficient).real * _powers(m, known) for m in equation]
        others = [e for e in equations if e is not equation]
        for root in _positive_roots(np.array(c), degrees[:, j]):
            yield from _one_by_one(others, {**known, j: root})
        return
    raise PlanarError("several scales are of one order in one equation; take them a little apart.")


def _numbers(exponents: Sequence[Exponent]) -> list[float]:
    return [float(e.value) for e in exponents]


def _powers(m: Monomial, known: dict[int, float]) -> float:
    return float(
        np.prod([known[j] ** float(d.value) for j, d in enumerate(m.degrees) if j in known])
    )


def _positive_roots(c: NDArray[np.float64], d: NDArray[np.float64]) -> Iterator[float]:
    """Positive zeros of the sum of ``c_i x^d_i``."""

    def value(x: Any) -> Any:
        powers = np.multiply.outer(x, d)
        return np.exp(powers - np.max(powers, axis=-1, keepdims=True)) @ c

    x = np.linspace(-60, 60, 24001)
    for i in np.flatnonzero(np.diff(np.sign(value(x)))):
        low, high, sign = x[i], x[i + 1], np.sign(value(x[i]))
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if np.sign(value(middle)) == sign else (low, middle)
        yield float(np.exp((low + high) / 2))
