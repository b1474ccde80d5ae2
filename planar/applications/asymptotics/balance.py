"""Dominant balance: the implicit quantities of an equivalent as series in the large parameter.

In an equation that defines an unknown, every trace is replaced by the first powers of its
expansions; what remains is a sum of monomials in the unknowns and the large parameter. Dominant
ones must cancel: that gives the exponents, those the coefficients, and the equation itself,
evaluated in series, all further terms. Positive parameters have one positive solution, which is the
physical one; the other balances leave some renormalised ridge or some 1 - gamma negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Dummy, Expr, Symbol, Trace, fraction, together

from planar.applications.asymptotics.exponents import Exponent, Exponents
from planar.applications.asymptotics.generalised_series import (
    CancelledError,
    Ring,
    Series,
    binomial,
)
from planar.applications.asymptotics.modes import (
    Factor,
    ModeTerm,
    edge_coefficient,
    must_converge,
    zeta,
)
from planar.foundations.errors import PlanarError

__all__ = ["Balance", "Balances", "Leading", "LeadingSums", "Monomial", "cleared", "refined"]

SWEEPS = 30


@dataclass(frozen=True)
class Monomial:
    """``coefficient n^exponent`` times powers of the unknowns."""

    coefficient: NDArray[np.complex128]
    exponent: Exponent
    degrees: tuple[Exponent, ...]


Monomials = tuple[Monomial, ...]


class Leading:
    """The ring of sums of monomials in the unknowns: what a ``Reader`` needs to read an equation by
    its first powers.
    """

    def __init__(self, exponents: Exponents, unknowns: int) -> None:
        self.exponents, self.unknowns = exponents, unknowns

    def monomial(self, coefficient: Any, exponent: Exponent, place: int | None = None) -> Monomials:
        degrees = tuple(
            self.exponents.one if i == place else self.exponents.zero for i in range(self.unknowns)
        )
        return (Monomial(np.asarray(coefficient, np.complex128), exponent, degrees),)

    def add(self, *sums: Monomials) -> Monomials:
        found: dict[Any, Monomial] = {}
        for m in chain.from_iterable(sums):
            key = (m.exponent.value, tuple(d.value for d in m.degrees))
            known = found.get(key)
            found[key] = (
                m
                if known is None
                else Monomial(known.coefficient + m.coefficient, m.exponent, m.degrees)
            )
        return tuple(m for m in found.values() if np.any(m.coefficient != 0))

    def mul(self, a: Monomials, b: Monomials) -> Monomials:
        return self.add(tuple(_times(x, y) for x in a for y in b))

    def scale(self, a: Monomials, factor: Any) -> Monomials:
        return tuple(Monomial(m.coefficient * factor, m.exponent, m.degrees) for m in a)

    def power(self, a: Monomials, exponent: Exponent) -> Monomials:
        if len(a) == 1:
            m = a[0]
            degrees = tuple(d * exponent for d in m.degrees)
            return (
                Monomial(m.coefficient ** float(exponent.value), m.exponent * exponent, degrees),
            )
        if exponent.value.q != 1 or exponent.value < 0:
            raise PlanarError(
                "an equation of the equivalent is no sum of powers; its balance is not found."
            )
        found = self.monomial(1.0, self.exponents.zero)
        for _ in range(int(exponent.value)):
            found = self.mul(found, a)
        return found

    def inverse(self, a: Monomials) -> Monomials:
        return self.power(a, -self.exponents.one)


def _times(a: Monomial, b: Monomial) -> Monomial:
    degrees = tuple(x + y for x, y in zip(a.degrees, b.degrees, strict=True))
    return Monomial(a.coefficient * b.coefficient, a.exponent + b.exponent, degrees)


class LeadingSums:
    """The first powers of each family of a sum over modes: edge, head, tail."""

    def __init__(
        self, ring: Leading, exponents: Exponents, modes: Series | None, resolved: bool
    ) -> None:
        self.ring, self.exponents, self.modes, self.resolved = ring, exponents, modes, resolved

    def total(self, term: ModeTerm) -> Monomials:
        if len(term.factors) > 1:
            raise PlanarError(
                "an equation of the equivalent joins two renormalised ridges in one trace; no balance is found."
            )
        return self.ring.mul(term.coefficient, self._sum(term.decay, *term.factors))

    def _sum(self, s: Exponent, factor: Factor | None = None) -> Monomials:
        e, ring = self.exponents, self.ring
        if factor is None:
            return self._plain(s)
        m, alpha = factor.power, factor.alpha
        if self.resolved:
            return self._plain(s - alpha * e.number(m))
        if self.modes is None:
            must_converge(s)
        edge = ring.power(factor.kappa, (s - e.one) / alpha - e.number(m))
        found = [ring.scale(edge, edge_coefficient(s.value, alpha.value, m))]
        whole = ring.monomial(1.0, e.zero)
        for j in range(2):
            first = zeta((s - alpha * e.number(m + j)).value)
            if first != 0:
                found.append(ring.scale(whole, binomial(m, j) * first))
                break
            whole = ring.mul(whole, factor.kappa)
        if self.modes is not None:
            below = ring.power(factor.kappa, e.number(-m))
            found.append(ring.scale(ring.mul(below, self._last(s)), 1 / (1 - float(s.value))))
        return ring.add(*found)

    def _plain(self, s: Exponent) -> Monomials:
        found = [self.ring.monomial(zeta(s.value), self.exponents.zero)]
        if self.modes is not None:
            found.append(self.ring.scale(self._last(s), 1 / (1 - float(s.value))))
        return self.ring.add(*found)

    def _last(self, s: Exponent) -> Monomials:
        """D^(1 - s)."""
        assert self.modes is not None
        (place, coefficient), power = self.modes.lead, self.exponents.one - s
        return self.ring.monomial(coefficient ** float(power.value), place * power)


@dataclass(frozen=True)
class Balance:
    """A consistent leading order: one monomial an unknown, and for each equation what balances and
    what is left behind.
    """

    leading: tuple[Series, ...]
    slopes: Any
    sizes: tuple[Series, ...]
    kept: tuple[tuple[Exponent, Exponent], ...]


def cleared(unknown: Symbol, expression: Expr) -> Expr:
    """``unknown * denominator - numerator``, expanded; traces stay whole."""
    whole = {x: Dummy() for x in sorted(expression.atoms(Trace), key=str)}
    top, bottom = fraction(together(expression.xreplace(whole)))
    return (unknown * bottom - top).expand().xreplace({d: x for x, d in whole.items()})


class Balances:
    """The balances of equations that are sums of monomials in as many unknowns."""

    def __init__(self, ring: Ring, exponents: Exponents, equations: Sequence[Monomials]) -> None:
        self.ring, self.exponents, self.equations = ring, exponents, equations

    def every(self) -> Iterator[Balance]:
        """Every balance with positive coefficients at the first node."""
        seen = set[Any]()
        for pairs in product(*(list(combinations(eq, 2)) for eq in self.equations)):
            place = self._exponents(pairs)
            if place is None or (key := tuple(e.value for e in place)) in seen:
                continue
            seen.add(key)
            yield from self._at(place)

    def _exponents(self, pairs: Sequence[tuple[Monomial, Monomial]]) -> list[Exponent] | None:
        """The exponents at which the two of every pair are of one order, by elimination."""
        rows = [
            [*(x - y for x, y in zip(a.degrees, b.degrees, strict=True)), b.exponent - a.exponent]
            for a, b in pairs
        ]
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

    def _at(self, place: list[Exponent]) -> Iterator[Balance]:
        dominant, kept = list[list[Monomial]](), list[tuple[Exponent, Exponent]]()
        for equation in self.equations:
            orders = [
                _sum(m.exponent, *(d * e for d, e in zip(m.degrees, place, strict=True)))
                for m in equation
            ]
            first = max(orders, key=lambda e: e.value)
            largest = [m for m, e in zip(equation, orders, strict=True) if e.value == first.value]
            if len(largest) < 2:
                return
            dominant.append(largest)
            kept += [(first, e) for e in orders if e.value < first.value]
        for coefficients in self._coefficients(dominant):
            yield self._balance(place, coefficients, dominant, tuple(kept))

    def _coefficients(
        self, dominant: list[list[Monomial]]
    ) -> Iterator[list[NDArray[np.complex128]]]:
        """Where the dominant monomials cancel: by logarithms where there are two an equation, else
        one unknown at a time.
        """
        if all(len(d) == 2 for d in dominant):
            slopes = np.array(
                [
                    [float((x - y).value) for x, y in zip(*(m.degrees for m in d), strict=True)]
                    for d in dominant
                ]
            )
            ratios = [-b.coefficient / a.coefficient for a, b in dominant]
            if np.linalg.matrix_rank(slopes) == len(slopes) and all(_positive(r) for r in ratios):
                logs = np.broadcast_arrays(*(np.log(r) for r in ratios))
                yield [
                    np.exp(c)
                    for c in np.einsum("ij,j...->i...", np.linalg.inv(slopes), np.stack(logs))
                ]
        else:
            for found in _one_by_one(dominant, {}):
                yield [np.asarray(found[j], np.complex128) for j in range(len(dominant))]

    def _balance(
        self,
        place: list[Exponent],
        coefficients: list[NDArray[np.complex128]],
        dominant: list[list[Monomial]],
        kept: tuple[tuple[Exponent, Exponent], ...],
    ) -> Balance:
        leading = tuple(self.ring.monomial(c, e) for c, e in zip(coefficients, place, strict=True))
        sizes, rows = list[Series](), list[Any]()
        for monomials in dominant:
            values = [self._value(m, place, coefficients) for m in monomials]
            sizes.append(self.ring.monomial(values[0][1], values[0][0]))
            degrees = [[float(d.value) for d in m.degrees] for m in monomials]
            rows.append(
                [
                    sum(v[1] * d[j] for v, d in zip(values, degrees, strict=True)) / values[0][1]
                    for j in range(len(place))
                ]
            )
        return Balance(leading, rows, tuple(sizes), kept)

    def _value(
        self, m: Monomial, place: list[Exponent], coefficients: list[NDArray[np.complex128]]
    ) -> tuple[Exponent, NDArray[np.complex128]]:
        found = m.coefficient
        for c, d in zip(coefficients, m.degrees, strict=True):
            found = found * c ** float(d.value)
        return _sum(
            m.exponent, *(d * e for d, e in zip(m.degrees, place, strict=True))
        ), np.asarray(found)


def refined(
    ring: Ring, balance: Balance, residuals: Callable[[tuple[Series, ...]], list[Series]]
) -> tuple[Series, ...]:
    """The unknowns beyond leading order: the equations brought to zero, their slopes at leading
    order held fixed.
    """
    unknowns = balance.leading
    slopes = np.array(np.broadcast_arrays(*(np.asarray(x) for row in balance.slopes for x in row)))
    size = len(unknowns)
    grid = np.moveaxis(slopes.reshape(size, size, *slopes.shape[1:]), (0, 1), (-2, -1))
    inverse = np.moveaxis(np.linalg.inv(grid), (-2, -1), (0, 1))
    for _ in range(SWEEPS):
        left = [
            ring.mul(r, ring.inverse(s))
            for r, s in zip(residuals(unknowns), balance.sizes, strict=True)
        ]
        if not any(r.terms and float(r.terms[0][0].value) > _floor(ring, unknowns) for r in left):
            break
        steps = [
            ring.add(*(ring.scale(r, -inverse[j, i]) for i, r in enumerate(left)))
            for j in range(size)
        ]
        unknowns = tuple(
            _open(ring.add(u, ring.mul(lead, step)))
            for u, lead, step in zip(unknowns, balance.leading, steps, strict=True)
        )
    cuts = [r.terms[0][0].value if r.terms else r.cut for r in left]
    known = max((c for c in cuts if c is not None), default=None)
    if known is None:
        return unknowns
    if known >= 0:
        raise CancelledError("the corrections to a balance are as large as itself.")
    return tuple(ring.add(u, Series((), u.lead[0].value + known)) for u in unknowns)


def _floor(ring: Ring, unknowns: tuple[Series, ...]) -> float:
    """Below which relative order a correction changes none of the terms that are kept."""
    full = [
        float((u.terms[-1][0] - u.lead[0]).value) for u in unknowns if len(u.terms) == ring.terms
    ]
    return max(full) if len(full) == len(unknowns) else -np.inf


def _open(series: Series) -> Series:
    """An iterate as an exact sum: how far it is right is seen from the equation that it is put
    into.
    """
    return Series(series.terms)


def _sum(first: Exponent, *more: Exponent) -> Exponent:
    for e in more:
        first = first + e
    return first


def _positive(ratio: NDArray[np.complex128]) -> bool:
    first = complex(ratio.flat[0])
    return first.real > 0 and abs(first.imag) < 1e-9 * abs(first)


def _one_by_one(
    equations: list[list[Monomial]], known: dict[int, float]
) -> Iterator[dict[int, float]]:
    """Positive solutions of equations the first of which holds one unknown, up to a common factor,
    and so on.
    """
    if not equations:
        yield known
        return
    for equation in equations:
        degrees = np.array([[float(d.value) for d in m.degrees] for m in equation])
        open_ = set(np.flatnonzero(np.any(degrees != degrees[0], axis=0)).tolist()) - set(known)
        if len(open_) != 1:
            continue
        if any(m.coefficient.size > 1 for m in equation):
            break
        (j,) = open_
        c = [complex(m.coefficient).real * _powers(m, known) for m in equation]
        for root in _positive_roots(np.array(c), degrees[:, j]):
            yield from _one_by_one([e for e in equations if e is not equation], {**known, j: root})
        return
    raise PlanarError("several scales are of one order in one equation; take them a little apart.")


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
