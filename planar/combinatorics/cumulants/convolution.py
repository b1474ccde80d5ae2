"""R- and S-transform as power series, and free convolution: R adds and S multiplies.

See Nica and Speicher, "Lectures on the combinatorics of free probability", lectures 12 and 18.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

from planar.combinatorics.cumulants.exact_ring import Ring, read
from planar.combinatorics.cumulants.moments import free_cumulants, moments
from planar.combinatorics.cumulants.power_series import reverted
from planar.foundations.errors import PlanarError

__all__ = ["free_convolution", "moments_from_s", "r_series", "s_series"]


def r_series(values: Sequence[Any]) -> list[Any]:
    """Coefficients of R(z) = kappa_1 + kappa_2 z + kappa_3 z^2 + ... from moments.

    They are the free cumulants; ``moments`` leads back.

    Parameters
    ----------
    values : sequence
        The moments m_1, m_2, ..., exact numbers as in ``moments``.

    Returns
    -------
    list
        As many coefficients as there are moments, the constant one first.

    Raises
    ------
    PlanarError
        For floats.

    Examples
    --------
    >>> r_series([0, 1, 0, 2])
    [Fraction(0, 1), Fraction(1, 1), Fraction(0, 1), Fraction(0, 1)]
    """
    return free_cumulants(values)


def s_series(values: Sequence[Any]) -> list[Any]:
    """Coefficients of S(z) = (1 + z)/z chi(z), where chi inverts psi(z) = m_1 z + m_2 z^2 + ....

    Parameters
    ----------
    values : sequence
        The moments m_1, m_2, ..., exact numbers as in ``moments``; m_1 is not 0.

    Returns
    -------
    list
        As many coefficients as there are moments, the constant one first.

    Raises
    ------
    PlanarError
        For floats, and where the mean vanishes.

    Examples
    --------
    >>> s_series([1, 2, 5, 14])
    [Fraction(1, 1), Fraction(-1, 1), Fraction(1, 1), Fraction(-1, 1)]
    """
    chi = _inverse_function(values, "the first moment")
    return [a + b for a, b in pairwise([0 * values[0], *chi])] if chi else []


def moments_from_s(series: Sequence[Any]) -> list[Any]:
    """Moments from the coefficients of S: the inverse of ``s_series``.

    Parameters
    ----------
    series : sequence
        The coefficients of S(z), the constant one first and not 0; exact numbers.

    Returns
    -------
    list
        As many moments m_1, m_2, ... as there are coefficients.

    Raises
    ------
    PlanarError
        For floats, and where S(0) vanishes.

    Examples
    --------
    >>> moments_from_s(s_series([2, 5, 14]))
    [Fraction(2, 1), Fraction(5, 1), Fraction(14, 1)]
    """
    chi: list[Any] = []
    for coefficient in series:
        chi.append(coefficient - chi[-1] if chi else coefficient)
    return _inverse_function(chi, "S(0)")


def free_convolution(
    first: Sequence[Any], second: Sequence[Any], kind: Literal["additive", "multiplicative"]
) -> list[Any]:
    """Moments of a + b, or of a b, for free a and b with these moments.

    R adds and S multiplies.

    Parameters
    ----------
    first, second : sequence
        The moments m_1, m_2, ... of a and of b, exact numbers as in ``moments``.
    kind : {"additive", "multiplicative"}
        Moments of a + b, or of a b. The multiplicative one needs both means not to vanish;
        ``mixed_moment`` needs nothing.

    Returns
    -------
    list
        As many moments as both have.

    Raises
    ------
    PlanarError
        For floats, for another ``kind``, and where a mean vanishes that is needed.

    Examples
    --------
    >>> free_convolution([0, 1, 0, 2], [0, 1, 0, 2], "additive")
    [Fraction(0, 1), Fraction(2, 1), Fraction(0, 1), Fraction(8, 1)]
    >>> free_convolution([1, 2, 5], [1, 2, 5], "multiplicative")
    [Fraction(1, 1), Fraction(3, 1), Fraction(12, 1)]
    """
    n = min(len(first), len(second))
    match kind:
        case "additive":
            pairs = zip(free_cumulants(first[:n]), free_cumulants(second[:n]), strict=True)
            return moments([a + b for a, b in pairs])
        case "multiplicative":
            one, two = s_series(first[:n]), s_series(second[:n])
            return moments_from_s([_product_coefficient(one, two, k) for k in range(n)])
        case _:
            raise PlanarError(
                f"{kind!r} is not a free convolution; give 'additive' or 'multiplicative'."
            )


def _product_coefficient(one: list[Any], two: list[Any], k: int) -> Any:
    return sum((one[i] * two[k - i] for i in range(k + 1)), start=0 * one[0])


def _inverse_function(values: Sequence[Any], leading: str) -> list[Any]:
    """Coefficients of z, z^2, ... of the inverse of c_1 z + c_2 z^2 + ....

    With z = c_1 t the series is c_1^2 (t + c_2 t^2 + c_3 c_1 t^3 + ...), so that the n-th
    coefficient of the inverse is a polynomial over c_1^(2n-1).
    """
    ring: Ring = read(values)
    if not values:
        return []
    first = ring.elements[0]
    if first == 0:
        raise PlanarError(
            f"there is no S-transform where {leading} vanishes; use mixed_moment, which needs none."
        )
    scaled, power = [ring.one], ring.one
    for element in ring.elements[1:]:
        scaled.append(element * power)
        power = power * first
    mean = ring.back(first)
    return [ring.back(c) / mean ** (2 * n - 1) for n, c in enumerate(reverted(scaled, ring), 1)]
