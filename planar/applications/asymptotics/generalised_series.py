"""Generalised power series in one large parameter n: sums of c n^e, cut off below an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from itertools import chain, product
from operator import add
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from planar.applications.asymptotics.exponents import Exponent
from planar.foundations.errors import PlanarError

__all__ = ["CancelledError", "OffScaleError", "Ring", "Series", "binomial"]

Coefficient = NDArray[np.complex128]
ROUND_OFF = 1e-10
"""A coefficient that is this small a part of the terms it is the sum of has cancelled."""


class CancelledError(PlanarError):
    """All known terms of a series cancelled: more of them are needed."""


class OffScaleError(PlanarError):
    """A quantity lies where a sum over modes is not a power of it."""


@dataclass(frozen=True)
class Series:
    """``terms`` by falling exponent; what lies at ``cut`` or below is not known.

    The sum is exact where ``cut`` is None. Coefficients are complex numbers, or arrays over the
    nodes of a contour.
    """

    terms: tuple[tuple[Exponent, Coefficient], ...]
    cut: fmpq | None = None

    @property
    def lead(self) -> tuple[Exponent, Coefficient]:
        """The dominant term; raises ``CancelledError`` where none is known."""
        if not self.terms:
            raise CancelledError("all terms that are known cancel.")
        return self.terms[0]


@dataclass(frozen=True)
class Ring:
    """Arithmetic of series that keep at most so many ``terms``."""

    terms: int

    def monomial(self, coefficient: Any, exponent: Exponent) -> Series:
        """One term, exactly."""
        return Series(((exponent, np.asarray(coefficient, np.complex128)),))

    def add(self, *series: Series) -> Series:
        cuts = [s.cut for s in series if s.cut is not None]
        terms = chain.from_iterable(s.terms for s in series)
        return self._collected([(e.value, (e,), c) for e, c in terms], max(cuts, default=None))

    def mul(self, a: Series, b: Series) -> Series:
        cuts = [
            x.terms[0][0].value + y.cut
            for x, y in ((a, b), (b, a))
            if x.terms and y.cut is not None
        ]
        if a.cut is not None and b.cut is not None:
            cuts.append(a.cut + b.cut)
        cut = max(cuts, default=None)
        terms = []
        for (e, c), (f, d) in product(a.terms, b.terms):
            value = e.value + f.value
            if cut is None or value > cut:
                terms.append((value, (e, f), c * d))
        return self._collected(terms, cut)

    def scale(self, a: Series, factor: Any) -> Series:
        return Series(tuple((e, c * factor) for e, c in a.terms), a.cut)

    def power(self, a: Series, exponent: Exponent) -> Series:
        """The principal power, by the binomial series in what follows the dominant term."""
        first, leading = a.lead
        p = float(exponent.value)
        factor = self.monomial(leading**p, first * exponent)
        if len(a.terms) == 1 and a.cut is None:
            return factor
        inverse = self.monomial(1 / leading, -first)
        correction = self.mul(Series(a.terms[1:], a.cut), inverse)
        one = self.monomial(1.0, first.ring.zero)
        total, part = one, one
        for j in range(1, self.terms + 1):
            part = self.scale(self.mul(part, correction), (p - j + 1) / j)
            total = self.add(total, part)
            if not part.terms:
                break
        else:
            omitted = part.terms[0][0].value + correction.lead[0].value
            total = self.add(total, Series((), omitted))
        return self.mul(total, factor)

    def inverse(self, a: Series) -> Series:
        return self.power(a, -a.lead[0].ring.one)

    def _collected(
        self, terms: Iterable[tuple[fmpq, tuple[Exponent, ...], Coefficient]], cut: fmpq | None
    ) -> Series:
        """Like powers together.

        Each term comes with its value and with the exponents that it is the sum of.
        """
        powers: dict[fmpq, tuple[tuple[Exponent, ...], Coefficient, Any]] = {}
        for value, parts, c in terms:
            if cut is not None and value <= cut:
                continue
            size = np.abs(c)
            if (before := powers.get(value)) is not None:
                parts, c, size = before[0], before[1] + c, before[2] + size
            powers[value] = (parts, c, size)
        kept = [
            (v, parts, c)
            for v, (parts, c, size) in powers.items()
            if (np.abs(c) > ROUND_OFF * size).any()
        ]
        kept.sort(key=lambda term: -term[0])
        if len(kept) > self.terms:
            cut = kept[self.terms][0]
        return Series(tuple((reduce(add, parts), c) for _, parts, c in kept[: self.terms]), cut)


@cache
def binomial(m: int, j: int) -> int:
    """The binomial coefficient of -m over j, the j-th of (1 + x)^-m."""
    coefficient = 1
    for i in range(j):
        coefficient = coefficient * (-m - i) // (i + 1)
    return coefficient
