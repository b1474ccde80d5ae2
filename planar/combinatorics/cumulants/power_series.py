"""Power series with constant term 1 over a ring of exact values: powers, inverses, reversion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flint import ctx, fmpq, fmpq_series

from planar.combinatorics.cumulants.exact_ring import Ring

__all__ = ["inverted", "power_coefficient", "reverted"]


def inverted(series: list[Any], ring: Ring) -> list[Any]:
    """The coefficients of 1/u(z), as many as there are of u, whose first is 1.

    >>> from planar.combinatorics.cumulants.exact_ring import read
    >>> ring = read([1, 1, 0, 0])
    >>> [int(c.p) for c in inverted(ring.elements, ring)]
    [1, -1, 1, -1]
    """
    if not ring.numeric:
        return [power_coefficient(series, -1, n) for n in range(len(series))]
    with _order(len(series)):
        return _padded(1 / fmpq_series(series, prec=len(series)), len(series))


def reverted(series: list[Any], ring: Ring) -> list[Any]:
    """The coefficients of v where z v(z) is the inverse function of z u(z).

    They are as many as there are of u, whose first is 1.
    v_n = [z^n] u^-(n+1) / (n + 1) (Lagrange).

    >>> from planar.combinatorics.cumulants.exact_ring import read
    >>> ring = read([1, -1, 0, 0, 0])
    >>> [int(c.p) for c in reverted(ring.elements, ring)]
    [1, 1, 2, 5, 14]
    """
    if not ring.numeric:
        return [power_coefficient(series, -(n + 1), n) * fmpq(1, n + 1) for n in range(len(series))]
    with _order(len(series) + 1):
        inverse = fmpq_series([0, *series], prec=len(series) + 1).reversion()
        return _padded(inverse, len(series) + 1)[1:]


def power_coefficient(series: list[Any], exponent: int, n: int) -> Any:
    """The coefficient of z^n in p(z) = u(z)^exponent, where u_0 = 1.

    n p_n = sum over i of ((exponent + 1) i - n) u_i p_(n-i).

    >>> power_coefficient([fmpq(1), fmpq(1), fmpq(0), fmpq(0)], 5, 3)
    10
    """
    nonzero = [(i, u) for i, u in enumerate(series[: n + 1]) if i and u != 0]
    power = [series[0]]
    for k in range(1, n + 1):
        terms = (((exponent + 1) * i - k) * u * power[k - i] for i, u in nonzero if i <= k)
        power.append(sum(terms, start=0 * series[0]) * fmpq(1, k))
    return power[n]


@contextmanager
def _order(length: int) -> Iterator[None]:
    """The order at which flint cuts every series, whatever that of the operands; set and reset."""
    before = ctx.cap
    ctx.cap = length
    try:
        yield
    finally:
        ctx.cap = before


def _padded(series: Any, length: int) -> list[Any]:
    coefficients = list(series.coeffs())[:length]
    return coefficients + [fmpq(0)] * (length - len(coefficients))
