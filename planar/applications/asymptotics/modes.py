"""Sums over the modes k of a power-law spectrum: traces when every letter is a power of k.

The sum of ``k^-s (kappa + k^-alpha)^-m`` has, by the Mellin transform, an expansion for small kappa
in two families: the *edge*, modes near ``k = kappa^(-1/alpha)``, one power of kappa that is in
general no integer, and the *head*, the first modes, whole powers of kappa with values of the zeta
function. A spectrum of finitely many modes adds its *tail*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from sympy import Expr

from planar.applications.asymptotics.exponents import Exponent, Exponents
from planar.applications.asymptotics.generalised_series import OffScaleError, Ring, Series, binomial
from planar.applications.asymptotics.zeta import edge_coefficient, logarithm, must_converge, zeta
from planar.foundations.errors import PlanarError

__all__ = ["Factor", "ModeTerm", "Sums"]


@dataclass(frozen=True)
class Factor:
    """``(kappa + k^-alpha)^-power``; ``key`` is the matrix that was inverted."""

    key: Expr
    kappa: Any
    alpha: Exponent
    power: int


@dataclass(frozen=True)
class ModeTerm:
    """``coefficient k^-decay`` times the factors, a diagonal entry of a matrix."""

    coefficient: Any
    decay: Exponent
    factors: tuple[Factor, ...] = ()


class Sums:
    """Sums over all modes, or over the first ``modes`` of them, a monomial."""

    def __init__(self, ring: Ring, exponents: Exponents, modes: Series | None) -> None:
        self.ring, self.exponents, self.modes = ring, exponents, modes

    def total(self, term: ModeTerm) -> Series:
        """The sum over k of one term."""
        parts = [
            self.ring.mul(c, self._distinct(term.decay, factors))
            for c, factors in self._joined(term.factors)
        ]
        return self.ring.mul(term.coefficient, self.ring.add(*parts))

    def _distinct(self, s: Exponent, factors: tuple[Factor, ...]) -> Series:
        """Resolvents whose ridges differ at leading order."""
        if not factors:
            return self.plain(s)
        if len({f.alpha.value for f in factors}) > 1:
            raise PlanarError(
                "resolvents of different powers of the modes stand in one trace, whose sum is not "
                "a power; take letters of one exponent."
            )
        resolved = [self._all_resolved(f) for f in factors]
        if all(resolved):
            return self._head(s, factors, self.plain)
        if any(resolved):
            parts = [self.ring.mul(c, self._distinct(s, (f,))) for c, f in self._fractions(factors)]
            return self.ring.add(*parts)
        self._must_converge(s)
        parts = [self.ring.mul(c, self._edge(s, f)) for c, f in self._fractions(factors)]
        parts.append(self._head(s, factors, self._first))
        if self.modes is not None:
            parts.append(self._tail(s, factors))
        return self.ring.add(*parts)

    def _joined(self, factors: tuple[Factor, ...]) -> list[tuple[Series, tuple[Factor, ...]]]:
        """Resolvents whose ridges agree at leading order, in powers of the difference of these."""
        ring = self.ring
        one = ring.monomial(1.0, self.exponents.zero)
        pair = next((pair for pair in combinations(factors, 2) if _alike(*pair)), None)
        if pair is None:
            return [(one, factors)]
        first, other = pair
        remaining = tuple(f for f in factors if f not in pair)
        gap = ring.add(other.kappa, ring.scale(first.kappa, -1.0))
        part, terms = one, list[tuple[Series, tuple[Factor, ...]]]()
        for j in range(ring.terms + 1):
            whole = Factor(first.key, first.kappa, first.alpha, first.power + other.power + j)
            c = ring.scale(part, float(binomial(other.power, j)))
            c = Series((), c.lead[0].value) if j == ring.terms and c.terms else c
            for d, distinct in self._joined((whole, *remaining)):
                terms.append((ring.mul(c, d), distinct))
            if not part.terms:
                break
            part = ring.mul(part, gap)
        return terms

    def plain(self, s: Exponent) -> Series:
        """The sum over k of ``k^-s``."""
        if self.modes is None:
            self._must_converge(s)
            return self._first(s)
        return self.ring.add(self._first(s), self.ring.scale(self._beyond(s), -1.0))

    def _must_converge(self, s: Exponent) -> None:
        if self.modes is None:
            must_converge(s)

    def _first(self, s: Exponent) -> Series:
        return self.ring.monomial(zeta(s.value), self.exponents.zero)

    def _edge(self, s: Exponent, factor: Factor) -> Series:
        m = factor.power
        power = (s - self.exponents.one) / factor.alpha - self.exponents.number(m)
        return self.ring.scale(
            self.ring.power(factor.kappa, power), edge_coefficient(s.value, factor.alpha.value, m)
        )

    def _head(
        self, s: Exponent, factors: tuple[Factor, ...], sums: Callable[[Exponent], Series]
    ) -> Series:
        """In whole powers of the ridges: modes far above them."""
        m, alpha = sum(f.power for f in factors), factors[0].alpha
        powers = self._expanded([(f.kappa, f.power) for f in factors])
        orders = [s - alpha * self.exponents.number(m + j) for j in range(len(powers))]
        return self._series(powers, list(map(sums, orders)))

    def _tail(self, s: Exponent, factors: tuple[Factor, ...]) -> Series:
        """In whole powers of the inverse ridges: modes beyond the last one, with a minus."""
        inverses = [self.ring.inverse(f.kappa) for f in factors]
        outer = self.ring.monomial(-1.0, self.exponents.zero)
        for f, inverse in zip(factors, inverses, strict=True):
            outer = self.ring.mul(outer, self.ring.power(inverse, self.exponents.number(f.power)))
        multiplicities = [f.power for f in factors]
        powers = self._expanded(list(zip(inverses, multiplicities, strict=True)))
        alpha = factors[0].alpha
        sums = [self._beyond(s + alpha * self.exponents.number(j)) for j in range(len(powers))]
        return self.ring.mul(outer, self._series(powers, sums))

    def _expanded(self, arguments: list[tuple[Series, int]]) -> list[Series]:
        """The product of ``(1 + y_i t)^-m_i`` as a polynomial in t, to the last order kept."""
        ring, size = self.ring, self.ring.terms + 1
        polynomial = [ring.monomial(1.0, self.exponents.zero)]
        for y, m in arguments:
            one = ring.monomial(1.0, self.exponents.zero)
            polynomial = _convolved(ring, polynomial, self._binomials(one, y, m, size), size)
        return polynomial

    def _binomials(self, first: Series, y: Series, m: int, size: int) -> list[Series]:
        """The coefficients of ``first (1 + y t)^-m`` in powers of t."""
        part, coefficients = first, list[Series]()
        for j in range(size):
            coefficients.append(self.ring.scale(part, float(binomial(m, j))))
            part = self.ring.mul(part, y)
        return coefficients

    def _series(self, powers: list[Series], sums: list[Series]) -> Series:
        """The sum of products, the last of which gives the order of all that are left out."""
        *parts, omitted = (self.ring.mul(p, q) for p, q in zip(powers, sums, strict=True))
        cut = omitted.terms[0][0].value if omitted.terms else omitted.cut
        return self.ring.add(*parts, Series((), cut))

    def _all_resolved(self, factor: Factor) -> bool:
        """Whether kappa lies below the last mode."""
        place = factor.kappa.lead[0]
        if place.value >= 0:
            raise OffScaleError(
                "a renormalised ridge does not become small at these scales, so that no sum over "
                "modes is a power; let the ridge fall or the sample grow."
            )
        if self.modes is None:
            return False
        last = -(factor.alpha * self.modes.lead[0])
        if place.value == last.value:
            raise OffScaleError(
                "a renormalised ridge lies at the last eigenvalue; "
                "take the number of modes larger or smaller than that."
            )
        return bool(place.value < last.value)

    def _beyond(self, s: Exponent) -> Series:
        """The sum of k^-s over k > D, continued: Euler and Maclaurin."""
        assert self.modes is not None
        if s.value == 1:
            raise logarithm()
        ring, one, x = self.ring, self.exponents.one, float(s.value)
        powers = [ring.power(self.modes, one - s - self.exponents.number(j)) for j in (0, 1, 2)]
        terms = map(ring.scale, powers, (1 / (x - 1), -0.5, x / 12))
        return ring.add(*terms, Series((), (self.modes.lead[0] * (-s - one - one)).value))

    def _fractions(self, factors: tuple[Factor, ...]) -> list[tuple[Series, Factor]]:
        """A product of resolvents as a sum of powers of single ones, with coefficients."""
        ring, fractions = self.ring, list[tuple[Series, Factor]]()
        for f in factors:
            taylor = [ring.monomial(1.0, self.exponents.zero)]
            for other in factors:
                if other is not f:
                    gap = ring.add(other.kappa, ring.scale(f.kappa, -1.0))
                    taylor = self._times(taylor, gap, other.power, f.power)
            for r, c in enumerate(taylor):
                fractions.append((c, Factor(f.key, f.kappa, f.alpha, f.power - r)))
        return fractions

    def _times(self, taylor: list[Series], gap: Series, power: int, length: int) -> list[Series]:
        """A Taylor polynomial times ``(gap + y)^-power``, to a length."""
        inverse = self.ring.inverse(gap)
        first = self.ring.power(inverse, self.exponents.number(power))
        binomials = self._binomials(first, inverse, power, length)
        return _convolved(self.ring, taylor, binomials, length)


def _convolved(ring: Ring, left: list[Series], right: list[Series], size: int) -> list[Series]:
    """The product of two polynomials, to a length."""
    coefficients = []
    for n in range(min(size, len(left) + len(right) - 1)):
        pairs = range(max(0, n - len(right) + 1), min(n, len(left) - 1) + 1)
        coefficients.append(ring.add(*(ring.mul(left[i], right[n - i]) for i in pairs)))
    return coefficients


def _alike(a: Factor, b: Factor) -> bool:
    """Whether two ridges are the same at leading order."""
    (e, c), (f, d) = a.kappa.lead, b.kappa.lead
    return e.value == f.value and bool(np.all(np.abs(c - d) <= 1e-6 * np.abs(c)))
