"""Moments and free cumulants of one variable, exactly.

Both generating functions are related by ``M(z) = C(z M(z))``; see Nica and Speicher, "Lectures on
the combinatorics of free probability", lecture 11. So z M(z) and w / C(w) are inverse functions of
each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import Any, overload

from flint import fmpq

from planar.combinatorics.cumulants.exact_ring import read
from planar.combinatorics.cumulants.floats import cumulants_of_floats, moments_of_floats
from planar.combinatorics.cumulants.power_series import inverted, power_coefficient, reverted
from planar.combinatorics.noncrossing.counting import Type, block_types
from planar.foundations.errors import PlanarError

__all__ = ["cumulant_polynomial", "free_cumulants", "moment_polynomial", "moments"]


@overload
def moments(cumulants: Sequence[int | Fraction]) -> list[Fraction]: ...
@overload
def moments(cumulants: Sequence[Any], tolerance: float | None = None) -> list[Any]: ...
def moments(cumulants: Sequence[Any], tolerance: float | None = None) -> list[Any]:
    """Moments m_1, m_2, ... from free cumulants: m_n = [w^n] C(w)^(n+1) / (n+1).

    Parameters
    ----------
    cumulants : sequence
        kappa_1, kappa_2, ..., exact numbers: integers, fractions, flint rationals, SymPy
        expressions; floats only with a ``tolerance``.
    tolerance : float, optional
        The relative error that each moment of floats may have, at most; see ``free_cumulants``.

    Returns
    -------
    list
        As many moments as cumulants. The kind of number is that of the cumulants: fractions for
        integers and fractions, flint rationals, SymPy expressions (expanded).

    Raises
    ------
    PlanarError
        For floats without a ``tolerance``, and where it cannot be met.

    References
    ----------
    Nica and Speicher, "Lectures on the combinatorics of free probability", lecture 11.

    Examples
    --------
    >>> moments([1] * 5)
    [Fraction(1, 1), Fraction(2, 1), Fraction(5, 1), Fraction(14, 1), Fraction(42, 1)]
    >>> from sympy.abc import a, b
    >>> moments([0, a, b, 0])
    [0, a, b, 2*a**2]
    """
    if tolerance is not None:
        return moments_of_floats(cumulants, tolerance)
    ring = read(cumulants)
    series = [ring.one, *ring.elements]
    if ring.numeric:
        return [ring.back(m) for m in reverted(inverted(series, ring), ring)[1:]]
    return [
        ring.back(power_coefficient(series, n + 1, n) * fmpq(1, n + 1))
        for n in range(1, len(series))
    ]


@overload
def free_cumulants(values: Sequence[int | Fraction]) -> list[Fraction]: ...
@overload
def free_cumulants(values: Sequence[Any], tolerance: float | None = None) -> list[Any]: ...
def free_cumulants(values: Sequence[Any], tolerance: float | None = None) -> list[Any]:
    """Free cumulants from moments: kappa_n = -[z^n] M(z)^(1-n) / (n-1) for n > 1.

    It inverts ``moments``.

    Parameters
    ----------
    values : sequence
        The moments m_1, m_2, ..., exact numbers: integers, fractions, flint rationals, SymPy
        expressions; floats only with a ``tolerance``, since double precision has lost every digit
        by order 20.
    tolerance : float, optional
        Floats are taken for all numbers that round to them, and the result is returned where each
        cumulant is proved to have at most this relative error, and refused otherwise.

    Returns
    -------
    list
        As many free cumulants kappa_1, kappa_2, ... as moments, of the same kind of number.

    Raises
    ------
    PlanarError
        For floats without a ``tolerance``, and where it cannot be met.

    Examples
    --------
    >>> free_cumulants(moments([Fraction(3), Fraction(1, 2), Fraction(-2)]))
    [Fraction(3, 1), Fraction(1, 2), Fraction(-2, 1)]
    >>> from sympy.abc import a, b
    >>> free_cumulants([a, b])
    [a, -a**2 + b]
    """
    if tolerance is not None:
        return cumulants_of_floats(values, tolerance)
    ring = read(values)
    series = [ring.one, *ring.elements]
    if ring.numeric:
        return [ring.back(k) for k in inverted(reverted(series, ring), ring)[1:]]
    higher = [power_coefficient(series, 1 - n, n) * fmpq(-1, n - 1) for n in range(2, len(series))]
    return [ring.back(k) for k in [*series[1:2], *higher]]


def moment_polynomial(n: int) -> dict[Type, int]:
    """m_n as a polynomial in the free cumulants.

    Parameters
    ----------
    n : int
        The order, at least 0.

    Returns
    -------
    dict
        From each type of NC(n), (3, 1) for kappa_3 kappa_1, to its coefficient: the number of
        non-crossing partitions of that type (Kreweras).

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0.

    Examples
    --------
    >>> moment_polynomial(4)
    {(4,): 1, (3, 1): 4, (2, 2): 2, (2, 1, 1): 6, (1, 1, 1, 1): 1}
    """
    return dict(block_types(n))


def cumulant_polynomial(n: int) -> dict[Type, int]:
    """kappa_n as a polynomial in the moments.

    Of b factors of which m_i have order i it is (-1)^(b-1) (n+b-2)! / ((n-1)! m_1! m_2! ...)
    (Lagrange inversion), the number of partitions n! / ((n-b+1)! m_1! m_2! ...) times (-1)^(b-1)
    (n+b-2)! (n-b+1)! / (n! (n-1)!).

    Parameters
    ----------
    n : int
        The order, at least 1.

    Returns
    -------
    dict
        From each type, (3, 1) for m_3 m_1, to its coefficient.

    Raises
    ------
    PlanarError
        Where n is less than 1.

    Examples
    --------
    >>> cumulant_polynomial(4)
    {(4,): 1, (3, 1): -4, (2, 2): -2, (2, 1, 1): 10, (1, 1, 1, 1): -5}
    """
    if n < 1:
        raise PlanarError(f"there is no free cumulant of order {n}; give n >= 1.")
    scale = factorial(n) * factorial(n - 1)
    ratios = [
        (-1) ** (b - 1) * factorial(n + b - 2) * factorial(n - b + 1) for b in range(1, n + 1)
    ]
    return {sizes: number * ratios[len(sizes) - 1] // scale for sizes, number in block_types(n)}
