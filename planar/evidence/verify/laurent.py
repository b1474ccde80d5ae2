"""Laurent series in eps with exact matrix coefficients.

A scalar coefficient next to a matrix is read as that multiple of the identity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from planar.evidence.verify.gaussian_rationals import Exact, FormalError, convolved, number

__all__ = ["EXACT", "Series"]

EXACT = 10**9
"""The order of the first unknown coefficient of a series that is known entirely."""

_LEADING = 4
"""Terms that tell the value near zero."""


@dataclass(frozen=True, slots=True)
class Series:
    """``sum of coefficients[k] eps^(low + k) + O(eps^high)``.

    At most ``terms`` coefficients are kept.

    >>> x = Series.of(0, [number(1), number(-1)], 4)
    >>> [c.entry(0, 0) for c in x.inverse().coefficients]
    [1, 1, 1, 1]
    """

    low: int
    coefficients: tuple[Exact, ...]
    high: int
    terms: int

    @staticmethod
    def of(low: int, coefficients: Sequence[Exact], terms: int, high: int = EXACT) -> Series:
        """The series with leading zeros stripped and no more than ``terms`` coefficients."""
        start = next((k for k, c in enumerate(coefficients) if not c.is_zero), None)
        if start is None:
            return Series(high, (), high, terms)
        stop = min(len(coefficients), high - low)
        if stop - start > terms:
            stop = start + terms
            high = min(high, low + stop)
        while stop > start and coefficients[stop - 1].is_zero:
            stop -= 1
        if stop <= start:
            return Series(high, (), high, terms)
        return Series(low + start, tuple(coefficients[start:stop]), high, terms)

    def coefficient(self, power: int) -> Exact:
        """The coefficient of eps^power; FormalError where it is not known."""
        if power >= self.high:
            raise FormalError(
                f"the coefficient of order {power} is not known, only those below {self.high}."
            )
        k = power - self.low
        return self.coefficients[k] if 0 <= k < len(self.coefficients) else number(0)

    def same(self, other: Series) -> bool:
        """Whether the known coefficients of both are the same, and as many."""
        mine, theirs = (self.low, self.high, self.terms), (other.low, other.high, other.terms)
        return mine == theirs and self._parts() == other._parts()

    def _parts(self) -> list[tuple[fmpq_mat, fmpq_mat | None]]:
        return [(c.re, c.im) for c in self.coefficients]

    def agrees(self, other: Series, high: int) -> bool:
        """Whether all coefficients below ``high`` are equal."""
        difference = self - other
        return difference.low >= min(high, difference.high)

    def map(self, function: Callable[[Exact], Exact]) -> Series:
        """Every coefficient through a linear function."""
        return Series.of(self.low, [function(c) for c in self.coefficients], self.terms, self.high)

    @property
    def bits(self) -> int:
        """The length of the longest numerator or denominator."""
        return max((c.bits for c in self.coefficients), default=0)

    def cut(self, terms: int) -> Series:
        """No more than this many coefficients."""
        return Series.of(self.low, self.coefficients, terms, self.high)

    def exactly(self, terms: int) -> Series:
        """Its known coefficients, taken as all of them; room for this many."""
        return (
            Series.of(self.low, self.coefficients, terms)
            if self.coefficients
            else Series.of(0, [], terms)
        )

    def shift(self, power: int) -> Series:
        """Times eps^power."""
        return Series(self.low + power, self.coefficients, self.high + power, self.terms)

    def __add__(self, other: Series) -> Series:
        if not self.coefficients and self.high > EXACT // 2:
            return other
        if not other.coefficients and other.high > EXACT // 2:
            return self
        high = min(self.high, other.high)
        low = min(self.low, other.low)
        ends = self.low + len(self.coefficients), other.low + len(other.coefficients)
        powers = range(low, min(high, max(ends)))
        total = [_plus(self._stored(power), other._stored(power)) for power in powers]
        return Series.of(low, total, min(self.terms, other.terms), high)

    def _stored(self, power: int) -> Exact | None:
        k = power - self.low
        return self.coefficients[k] if 0 <= k < len(self.coefficients) else None

    def __neg__(self) -> Series:
        return self.map(lambda c: -c)

    def __sub__(self, other: Series) -> Series:
        return self + (-other)

    def __mul__(self, other: Series) -> Series:
        low, terms = self.low + other.low, min(self.terms, other.terms)
        high = min(self.high + other.low, other.high + self.low)
        a, b = self.coefficients, other.coefficients
        if not a or not b:
            return Series(min(high, EXACT), (), min(high, EXACT), terms)
        total = convolved(a, b, min(len(a) + len(b) - 1, terms + 1, high - low))
        if len(a) + len(b) - 1 > len(total):
            high = min(high, low + len(total))
        return Series.of(low, total, terms, high)

    def inverse(self) -> Series:
        """The inverse; FormalError where the leading coefficient has none."""
        if not self.coefficients:
            raise FormalError("an inverse is taken of a series that vanishes to every known order.")
        first = self.coefficients[0].inverse()
        length = min(self.high - self.low, self.terms)
        if len(self.coefficients) == 1 and self.high > EXACT // 2:
            return Series(-self.low, (first,), EXACT, self.terms)
        inverse = [first]
        for n in range(1, length):
            known = range(1, min(n + 1, len(self.coefficients)))
            products = [self.coefficients[k] * inverse[n - k] for k in known]
            inverse.append(-(first * _total(products)) if products else number(0))
        return Series.of(-self.low, inverse, self.terms, length - self.low)

    def __pow__(self, power: int) -> Series:
        base = self if power >= 0 else self.inverse()
        result = Series.of(0, [number(1)], self.terms)
        for _ in range(abs(power)):
            result = result * base
        return result

    def sqrt(self) -> Series:
        """The square root of a scalar series.

        The leading coefficient must be the square of a positive rational.
        """
        if not self.coefficients or self.low % 2 or not self.coefficients[0].is_scalar:
            raise FormalError(
                "the root of a matrix, of zero or of an odd power is not a Laurent series."
            )
        first = Exact(fmpq_mat(1, 1, [_rational_root(self.coefficients[0])]))
        half, root = (first + first).inverse(), [first]
        for n in range(1, min(self.high - self.low, self.terms)):
            value = self.coefficients[n] if n < len(self.coefficients) else number(0)
            cross_terms = [-(root[k] * root[n - k]) for k in range(1, n)]
            root.append(half * _total([value, *cross_terms]))
        return Series.of(self.low // 2, root, self.terms, self.low // 2 + len(root))

    def near_zero(self, eps: float) -> complex:
        """The leading terms of a scalar series as a number, at a small eps."""
        terms = enumerate(self.coefficients[:_LEADING], self.low)
        return sum((complex(c.entry(0, 0)) * eps**n for n, c in terms), 0j)

    def composed(self, taylor: Callable[[int], Exact]) -> Series:
        """``sum of taylor(n) z^n`` for z of positive valuation."""
        if self.coefficients and self.low < 1:
            raise FormalError(
                "a power series is taken at an argument that does not vanish to leading order."
            )
        result = Series.of(0, [taylor(0)], self.terms, min(self.high, EXACT))
        power = Series.of(0, [number(1)], self.terms)
        for n in range(1, self.terms + 1):
            power = power * self
            result = result + power.map(taylor(n).__mul__)
        return Series.of(result.low, result.coefficients, self.terms, min(result.high, self.terms))


def _plus(a: Exact | None, b: Exact | None) -> Exact:
    """The sum of two coefficients, None where a series has none."""
    if a is None:
        return number(0) if b is None else b
    return a if b is None else a + b


def _total(parts: Sequence[Exact]) -> Exact:
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def _rational_root(value: Exact) -> fmpq:
    square = value.re[0, 0]
    if value.im is None and square >= 0:
        root = fmpq(square.p.isqrt(), square.q.isqrt())
        if root * root == square:
            return root
    raise FormalError(f"the root of {value.entry(0, 0)} is not rational.")
