"""Equations by their first powers: sums of monomials in the unknowns and the large parameter."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.asymptotics.exponents import Exponent, Exponents
from planar.applications.asymptotics.generalised_series import Series, binomial
from planar.applications.asymptotics.modes import Factor, ModeTerm
from planar.applications.asymptotics.zeta import edge_coefficient, must_converge, zeta
from planar.foundations.errors import PlanarError

__all__ = ["Leading", "LeadingSums", "Monomial", "Monomials"]


@dataclass(frozen=True)
class Monomial:
    """``coefficient n^exponent`` times powers of the unknowns."""

    coefficient: NDArray[np.complex128]
    exponent: Exponent
    degrees: tuple[Exponent, ...]


Monomials = tuple[Monomial, ...]


class Leading:
    """The ring of sums of monomials in the unknowns.

    It is what a ``Reader`` needs to read an equation by its first powers.
    """

    def __init__(self, exponents: Exponents, unknowns: int) -> None:
        self.exponents, self.unknowns = exponents, unknowns

    def monomial(self, coefficient: Any, exponent: Exponent, place: int | None = None) -> Monomials:
        degrees = tuple(
            self.exponents.one if i == place else self.exponents.zero for i in range(self.unknowns)
        )
        return (Monomial(np.asarray(coefficient, np.complex128), exponent, degrees),)

    def add(self, *sums: Monomials) -> Monomials:
        collected: dict[Any, Monomial] = {}
        for m in chain.from_iterable(sums):
            key = (m.exponent.value, tuple(d.value for d in m.degrees))
            if (before := collected.get(key)) is not None:
                m = Monomial(before.coefficient + m.coefficient, m.exponent, m.degrees)
            collected[key] = m
        return tuple(m for m in collected.values() if np.any(m.coefficient != 0))

    def mul(self, a: Monomials, b: Monomials) -> Monomials:
        return self.add(tuple(_times(x, y) for x, y in product(a, b)))

    def scale(self, a: Monomials, factor: Any) -> Monomials:
        return tuple(Monomial(m.coefficient * factor, m.exponent, m.degrees) for m in a)

    def power(self, a: Monomials, exponent: Exponent) -> Monomials:
        if len(a) == 1:
            m = a[0]
            coefficient = m.coefficient ** float(exponent.value)
            degrees = tuple(d * exponent for d in m.degrees)
            return (Monomial(coefficient, m.exponent * exponent, degrees),)
        if exponent.value.q != 1 or exponent.value < 0:
            raise PlanarError(
                "an equation of the equivalent is not a sum of powers, so that its balance is not "
                "found; take scales further apart."
            )
        whole = self.monomial(1.0, self.exponents.zero)
        for _ in range(int(exponent.value)):
            whole = self.mul(whole, a)
        return whole

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
                "an equation of the equivalent joins two renormalised ridges in one trace, so that "
                "no balance is found; ask for a part of the expression."
            )
        return self.ring.mul(term.coefficient, self._sum(term.decay, *term.factors))

    def _sum(self, s: Exponent, factor: Factor | None = None) -> Monomials:
        if factor is None:
            return self._plain(s)
        if self.resolved:
            return self._plain(s - factor.alpha * self.exponents.number(factor.power))
        if self.modes is None:
            must_converge(s)
        families = [self._edge(s, factor), *self._head(s, factor)]
        if self.modes is not None:
            families.append(self._tail(s, factor))
        return self.ring.add(*families)

    def _edge(self, s: Exponent, factor: Factor) -> Monomials:
        e, m, alpha = self.exponents, factor.power, factor.alpha
        edge = self.ring.power(factor.kappa, (s - e.one) / alpha - e.number(m))
        return self.ring.scale(edge, edge_coefficient(s.value, alpha.value, m))

    def _head(self, s: Exponent, factor: Factor) -> tuple[Monomials, ...]:
        """The first whole power of kappa that does not vanish, of the first two."""
        e, ring, m = self.exponents, self.ring, factor.power
        whole = ring.monomial(1.0, e.zero)
        for j in range(2):
            first = zeta((s - factor.alpha * e.number(m + j)).value)
            if first != 0:
                return (ring.scale(whole, binomial(m, j) * first),)
            whole = ring.mul(whole, factor.kappa)
        return ()

    def _tail(self, s: Exponent, factor: Factor) -> Monomials:
        below = self.ring.power(factor.kappa, self.exponents.number(-factor.power))
        return self.ring.scale(self.ring.mul(below, self._last(s)), 1 / (1 - float(s.value)))

    def _plain(self, s: Exponent) -> Monomials:
        families = [self.ring.monomial(zeta(s.value), self.exponents.zero)]
        if self.modes is not None:
            families.append(self.ring.scale(self._last(s), 1 / (1 - float(s.value))))
        return self.ring.add(*families)

    def _last(self, s: Exponent) -> Monomials:
        """D^(1 - s)."""
        assert self.modes is not None
        (place, coefficient), power = self.modes.lead, self.exponents.one - s
        return self.ring.monomial(coefficient ** float(power.value), place * power)
