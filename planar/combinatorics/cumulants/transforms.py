"""R- and S-transform of a spectrum as functions of a real or complex number.

Both are followed from their value at 0 along the straight line to z. A step is taken only where
Smale's criterion proves that Newton's method converges, from the value before it, to a root that is
the only one near; where two branches meet no step is short enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.foundations.errors import BranchError, PlanarError

__all__ = ["r_transform", "s_transform"]

_Equation = Callable[[Any, Any], tuple[Any, Any, float]]
"""At (unknown, z): f, its derivative f' in the unknown, and a bound on its higher derivatives.

The bound is on |f^(k) / (k! f')|^(1/(k-1)) for all k > 1.
"""

ALPHA = 0.12
"""Newton's method converges quadratically where |f / f'| times the bound is below 0.157 (Smale)."""

SHORTEST = 1e-9
"""The part of the way below which a step is not cut again."""


def r_transform(
    eigenvalues: ArrayLike, weights: ArrayLike | None = None
) -> Callable[[ArrayLike], Any]:
    """The R-transform of a spectrum as a function of z, with R(0) = m_1.

    R(z) + 1/z is the inverse of the Cauchy transform G(x) = mean of 1/(x - eigenvalue).

    Parameters
    ----------
    eigenvalues : array_like of float
        The spectrum, finite and real.
    weights : array_like of float, optional
        Their probabilities; equal ones by default.

    Returns
    -------
    callable
        z -> R(z), where z is a number or an array, real or complex; on the real axis R is defined
        everywhere. It raises ``BranchError`` where a branch point or a pole lies on the way from 0
        to z.

    Raises
    ------
    PlanarError
        For eigenvalues that are not finite, and weights that are not probabilities.

    Examples
    --------
    >>> R = r_transform([-1, 1])
    >>> round(R(0.5), 12) == round(2**0.5 - 1, 12)
    True
    """
    values, masses = _spectrum(eigenvalues, weights)

    def equation(r: Any, z: Any) -> tuple[Any, Any, float]:
        inverse = 1 / (1 + z * (r - values))
        slope = masses @ inverse**2
        return (
            masses @ ((r - values) * inverse),
            slope,
            _bound(masses @ abs(inverse) ** 2, slope, abs(z * inverse).max()),
        )

    along = _followed("R", equation, float(masses @ values))
    return _elementwise(
        lambda z: _real_r(values, masses, float(z.real)) if z.imag == 0 else along(z)
    )


def s_transform(
    eigenvalues: ArrayLike, weights: ArrayLike | None = None
) -> Callable[[ArrayLike], Any]:
    """The S-transform of a spectrum as a function of z, with S(0) = 1/m_1.

    u = z S(z) / (1 + z) solves: mean of u eigenvalue / (1 - u eigenvalue) = z.

    Parameters
    ----------
    eigenvalues : array_like of float
        The spectrum, finite and real.
    weights : array_like of float, optional
        Their probabilities; equal ones by default.

    Returns
    -------
    callable
        z -> S(z), where z is a number or an array, real or complex. It raises ``BranchError`` where
        a branch point or a pole lies on the way from 0 to z.

    Raises
    ------
    PlanarError
        Where the mean m_1 vanishes, for eigenvalues that are not finite, and weights that are not
        probabilities.

    Examples
    --------
    >>> S = s_transform([0, 1], [0.75, 0.25])
    >>> round(S(0.5), 12), round(1.5 / 0.75, 12)
    (2.0, 2.0)
    """
    values, masses = _spectrum(eigenvalues, weights)
    mean = float(masses @ values)
    if abs(mean) <= 1e-14 * float(masses @ abs(values)):
        raise PlanarError(
            "there is no S-transform where the mean of the eigenvalues vanishes; "
            "use the R-transform."
        )

    def equation(s: Any, z: Any) -> tuple[Any, Any, float]:
        inverse = 1 / (1 + z - z * s * values)
        slope = (1 + z) * ((masses * values) @ inverse**2)
        size = abs(1 + z) * ((masses * abs(values)) @ abs(inverse) ** 2)
        return (
            s * ((masses * values) @ inverse) - 1,
            slope,
            _bound(size, slope, abs(z * values * inverse).max()),
        )

    along = _followed("S", equation, 1 / mean)
    return _elementwise(lambda z: along(float(z.real)) if z.imag == 0 else along(z))


def _elementwise(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def transform(z: Any) -> Any:
        try:
            points = np.asarray(z, complex).ravel()
        except (TypeError, ValueError):
            raise PlanarError(
                f"{z!r} is not a number; give a real or complex number, or an array of them."
            ) from None
        if not np.isfinite(points).all():
            infinite = points[~np.isfinite(points)][0]
            raise PlanarError(f"a transform at {infinite} is not defined; give finite numbers.")
        values = np.array([function(x) for x in np.ravel(z)])
        return values.reshape(np.shape(z)) if np.ndim(z) else values.item()

    return transform


def _real_r(values: NDArray[np.float64], masses: NDArray[np.float64], z: float) -> float:
    """R on the real axis by Newton's method from the left.

    For z > 0 the equation is increasing and concave in R right of the largest pole. With the mass
    w at the largest eigenvalue it is negative at that eigenvalue less (1 - w)/z, and at the least
    one.
    """
    if z < 0:
        return -_real_r(-values, masses, -z)
    top = values.max()
    mass = masses[values == top].sum()
    r = max(values.min(), top - (1 - mass) / z) if z else masses @ values
    while True:
        inverse = 1 / (1 + z * (r - values))
        step = -(masses @ ((r - values) * inverse)) / (masses @ inverse**2)
        if not step > 1e-16 * abs(values).max():
            return float(r)
        r += step


def _bound(size: float, slope: Any, ratio: float) -> float:
    """The derivatives are bounded by |f^(k) / k!| <= size ratio^(k-1)."""
    return ratio * max(1.0, size / abs(slope))


def _followed(name: str, equation: _Equation, start: float) -> Callable[[Any], Any]:
    def at(z: complex) -> Any:
        value: Any = start
        done, step = 0.0, 1.0
        while done < 1:
            ahead = min(1.0, done + step)
            with np.errstate(all="ignore"):
                root = _root(equation, value, ahead * z)
            if root is not None:
                value, done, step = root, ahead, 2 * step
            elif step > SHORTEST:
                step /= 2
            else:
                place = complex(done * z)
                raise BranchError(
                    f"{name} has a pole or a branch point near {place:.6g}, "
                    f"on the way from 0 to {z}; take a smaller z."
                )
        return value

    return at


def _root(equation: _Equation, guess: Any, z: Any) -> Any | None:
    """The root that Newton's method reaches from a guess, to rounding.

    It is None where the guess is not proved to be near enough.
    """
    f, slope, bound = equation(guess, z)
    if not abs(f / slope) * bound < ALPHA:
        return None
    for _ in range(8):
        guess = guess - f / slope
        if abs(f / slope) <= 1e-15 * abs(guess):
            break
        f, slope, _bound_here = equation(guess, z)
    return guess


def _spectrum(
    eigenvalues: ArrayLike, weights: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = np.array(eigenvalues, np.float64).ravel()
    equal = np.full(len(values), 1 / max(len(values), 1))
    masses = equal if weights is None else np.array(weights, np.float64).ravel()
    if len(values) == 0 or not np.isfinite(values).all():
        raise PlanarError(
            f"{values} is not a spectrum; give finite real eigenvalues, at least one."
        )
    if len(masses) != len(values) or not (masses >= 0).all() or abs(masses.sum() - 1) > 1e-9:
        raise PlanarError(
            f"weights {masses} for {len(values)} eigenvalues are not probabilities; "
            "give one each, with sum 1."
        )
    return values[masses > 0], masses[masses > 0]
