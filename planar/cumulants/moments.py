"""Moments and free cumulants of one variable, exactly.

Both generating functions are related by ``M(z) = C(z M(z))``; see Nica and Speicher, "Lectures on the combinatorics of
free probability", lecture 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeVar

from sympy import Expr

from planar.errors import PlanarError

__all__ = ["free_cumulants", "moments"]

Number = TypeVar("Number", Fraction, Expr)


def moments(cumulants: Sequence[Number]) -> list[Number]:
    """Moments m_1, m_2, ... from free cumulants kappa_1, kappa_2, ... of the same number.

    >>> moments([Fraction(1)] * 5)
    [Fraction(1, 1), Fraction(2, 1), Fraction(5, 1), Fraction(14, 1), Fraction(42, 1)]
    """
    _exact(cumulants)
    found: list[Number] = []
    for n in range(1, len(cumulants) + 1):
        found.append(sum((cumulants[k - 1] * _composed(found, k, n - k) for k in range(1, n + 1)), start=0 * cumulants[0]))
    return found


def free_cumulants(values: Sequence[Number]) -> list[Number]:
    """Free cumulants from moments; the inverse of ``moments``.

    Raises ``PlanarError`` for floats: double precision has lost every digit by order 20.

    >>> free_cumulants(moments([Fraction(3), Fraction(1, 2), Fraction(-2)]))
    [Fraction(3, 1), Fraction(1, 2), Fraction(-2, 1)]
    """
    _exact(values)
    cumulants: list[Number] = []
    for n in range(1, len(values) + 1):
        lower = (cumulants[k - 1] * _composed(values, k, n - k) for k in range(1, n))
        cumulants.append(values[n - 1] - sum(lower, start=0 * values[0]))
    return cumulants


def _exact(values: Sequence[Any]) -> None:
    inexact = next((v for v in values if isinstance(v, float) or getattr(v, "is_Float", False)), None)
    if inexact is not None:
        raise PlanarError(
            f"{inexact!r} is a float, whose rounding errors grow with the order; give fractions.Fraction({inexact!r})."
        )


def _composed(values: Sequence[Number], parts: int, total: int) -> Number:
    """Coefficient of z^total in (1 + m_1 z + m_2 z^2 + ...)^parts."""
    one: Any = 0 * values[0] + 1 if values else 1
    row = [one] + [0 * one] * total
    for _ in range(parts):
        row = [sum((row[i - j] * (values[j - 1] if j else one) for j in range(i + 1)), start=0 * one) for i in range(total + 1)]
    return row[total]
