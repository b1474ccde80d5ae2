"""Sums over the modes k of a power-law spectrum: what a trace is when every letter is a power of k.

The sum of ``k^-s (kappa + k^-alpha)^-m`` has, by the Mellin transform, an expansion for small kappa
in two families: the *edge*, modes near ``k = kappa^(-1/alpha)``, one power of kappa that is in
general no integer, and the *head*, the first modes, whole powers of kappa with values of the zeta
function. A spectrum of finitely many modes adds its *tail*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from flint import fmpq
from mpmath import mp
from sympy import Expr

from planar.applications.asymptotics.exponents import Exponent, Exponents
from planar.applications.asymptotics.generalised_series import OffScaleError, Ring, Series, binomial
from planar.foundations.errors import PlanarError

__all__ = ["Factor", "ModeTerm", "Sums", "edge_coefficient", "must_converge", "zeta"]


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


@cache
def zeta(argument: fmpq) -> float:
    """The zeta function, continued; a pole is where two families meet and bring a logarithm."""
    if argument == 1:
        raise _logarithm()
    return float(mp.zeta(_real(argument)))


@cache
def edge_coefficient(s: fmpq, alpha: fmpq, m: int) -> float:
    """That of ``kappa^((s - 1)/alpha - m)``: B(m - a, a)/alpha with a = (s - 1)/alpha, continued."""
    a = (s - 1) / alpha
    if any(x.q == 1 and x <= 0 for x in (m - a, a)):
        raise _logarithm()
    return float(mp.beta(_real(m - a), _real(a)) / _real(alpha))


def _real(a: fmpq) -> Any:
    return mp.mpf(int(a.p)) / int(a.q)


def _logarithm() -> PlanarError:
    return PlanarError(
        "at these exponents two contributions to a sum meet and bring a logarithm; move one of them a little."
    )


def must_converge(s: Exponent) -> None:
    """Raises ``PlanarError`` where the sum of k^-s over all modes is infinite."""
    if s.value <= 1:
        raise PlanarError(
            f"a sum over modes that falls as k^({-s.value}) grows with their number; "
            "give the dimension of the spectral letter a size."
        )


class Sums:
    """Sums over all modes, or over the first ``modes`` of them where that is given, a monomial."""

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
                "resolvents of different powers of the modes stand in one trace; their sum is no power of one."
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
        pair = next(
            ((a, b) for i, a in enumerate(factors) for b in factors[i + 1 :] if _alike(a, b)), None
        )
        if pair is None:
            return [(one, factors)]
        first, other = pair
        rest = tuple(f for f in factors if f not in pair)
        gap = ring.add(other.kappa, ring.scale(first.kappa, -1.0))
        part, found = one, list[tuple[Series, tuple[Factor, ...]]]()
        for j in range(ring.terms + 1):
            whole = Factor(first.key, first.kappa, first.alpha, first.power + other.power + j)
            c = ring.scale(part, float(binomial(other.power, j)))
            c = Series((), c.lead[0].value) if j == ring.terms and c.terms else c
            found += [(ring.mul(c, d), more) for d, more in self._joined((whole, *rest))]
            if not part.terms:
                break
            part = ring.mul(part, gap)
        return found

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
        return self._series(
            powers, [sums(s - alpha * self.exponents.number(m + j)) for j in range(len(powers))]
        )

    def _tail(self, s: Exponent, factors: tuple[Factor, ...]) -> Series:
        """In whole powers of the inverse ridges: modes beyond the last one, with a minus."""
        inverses = [self.ring.inverse(f.kappa) for f in factors]
        outer = self.ring.monomial(-1.0, self.exponents.zero)
        for f, inverse in zip(factors, inverses, strict=True):
            outer = self.ring.mul(outer, self.ring.power(inverse, self.exponents.number(f.power)))
        powers = self._expanded(
            [(inverse, f.power) for f, inverse in zip(factors, inverses, strict=True)]
        )
        sums = [
            self._beyond(s + factors[0].alpha * self.exponents.number(j))
            for j in range(len(powers))
        ]
        return self.ring.mul(outer, self._series(powers, sums))

    def _expanded(self, arguments: list[tuple[Series, int]]) -> list[Series]:
        """The product of ``(1 + y_i t)^-m_i`` as a polynomial in t, up to the last order that is
        kept.
        """
        ring, size = self.ring, self.ring.terms + 1
        found = [ring.monomial(1.0, self.exponents.zero)]
        for y, m in arguments:
            part, more = ring.monomial(1.0, self.exponents.zero), list[Series]()
            for j in range(size):
                more.append(ring.scale(part, float(binomial(m, j))))
                part = ring.mul(part, y)
            found = _convolved(ring, found, more, size)
        return found

    def _series(self, powers: list[Series], sums: list[Series]) -> Series:
        """The sum of products, the last of which stands for all that are left out."""
        parts = [self.ring.mul(p, q) for p, q in zip(powers, sums, strict=True)]
        return self.ring.add(
            *parts[:-1],
            Series((), parts[-1].terms[0][0].value if parts[-1].terms else parts[-1].cut),
        )

    def _all_resolved(self, factor: Factor) -> bool:
        """Whether kappa lies below the last mode."""
        place = factor.kappa.lead[0]
        if place.value >= 0:
            raise OffScaleError(
                "a renormalised ridge does not become small at these scales; no sum over modes is a power then."
            )
        if self.modes is None:
            return False
        last = -(factor.alpha * self.modes.lead[0])
        if place.value == last.value:
            raise OffScaleError(
                "a renormalised ridge lies at the last eigenvalue; take the number of modes larger or smaller than that."
            )
        return bool(place.value < last.value)

    def _beyond(self, s: Exponent) -> Series:
        """The sum of k^-s over k > D, continued: Euler and Maclaurin."""
        assert self.modes is not None
        if s.value == 1:
            raise _logarithm()
        ring, one, x = self.ring, self.exponents.one, float(s.value)
        power = [ring.power(self.modes, one - s - self.exponents.number(j)) for j in (0, 1, 2)]
        every = zip(power, (1 / (x - 1), -0.5, x / 12), strict=True)
        return ring.add(
            *(ring.scale(p, c) for p, c in every),
            Series((), (self.modes.lead[0] * (-s - one - one)).value),
        )

    def _fractions(self, factors: tuple[Factor, ...]) -> list[tuple[Series, Factor]]:
        """A product of resolvents as a sum of powers of single ones, with coefficients."""
        ring, found = self.ring, list[tuple[Series, Factor]]()
        for f in factors:
            taylor = [ring.monomial(1.0, self.exponents.zero)]
            for other in factors:
                if other is not f:
                    gap = ring.add(other.kappa, ring.scale(f.kappa, -1.0))
                    taylor = self._times(taylor, gap, other.power, f.power)
            found += [
                (c, Factor(f.key, f.kappa, f.alpha, f.power - r)) for r, c in enumerate(taylor)
            ]
        return found

    def _times(self, taylor: list[Series], gap: Series, power: int, length: int) -> list[Series]:
        """A Taylor polynomial times ``(gap + y)^-power``, to a length."""
        ring, inverse = self.ring, self.ring.inverse(gap)
        part, more = ring.power(inverse, self.exponents.number(power)), list[Series]()
        for j in range(length):
            more.append(ring.scale(part, float(binomial(power, j))))
            part = ring.mul(part, inverse)
        return _convolved(ring, taylor, more, length)


def _convolved(ring: Ring, left: list[Series], right: list[Series], size: int) -> list[Series]:
    """The product of two polynomials, to a length."""
    found = []
    for n in range(min(size, len(left) + len(right) - 1)):
        pairs = range(max(0, n - len(right) + 1), min(n, len(left) - 1) + 1)
        found.append(ring.add(*(ring.mul(left[i], right[n - i]) for i in pairs)))
    return found


def _alike(a: Factor, b: Factor) -> bool:
    """Whether two ridges are the same at leading order."""
    (e, c), (f, d) = a.kappa.lead, b.kappa.lead
    return e.value == f.value and bool(np.all(np.abs(c - d) <= 1e-6 * np.abs(c)))
