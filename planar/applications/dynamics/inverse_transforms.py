"""From frequency to time: inverse transforms in one and two frequencies, with their errors.

``F(z) = integral of e^(-z t) f(t) dt`` of a decaying f is analytic off (-inf, 0], as a resolvent (z
+ H)^-1 is, whose transform is e^(-H t). In two frequencies F(z, z') becomes f(t, t'), one
exponential in each. For an iteration the exponential is replaced by its polynomial, (1 - rate H)^t
for t steps of gradient descent. A transform is any function of arrays of complex numbers, the
kernel of an equivalent for example; it must be real on the positive axis, F(conj z) = conj F(z).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planar.applications.dynamics.iteration import Descent, Flow, Iteration
from planar.applications.dynamics.premise import Section
from planar.applications.dynamics.windows import (
    PairTransform,
    Reals,
    Transform,
    by_windows,
    pair,
    single,
)
from planar.expression.numeric import reals
from planar.foundations.errors import PlanarError
from planar.foundations.notebook_display import Printed

__all__ = [
    "Inverse",
    "inverse_laplace",
    "inverse_laplace_pair",
    "inverse_pair",
    "inverse_residual",
    "inverse_response",
    "inverse_steps",
    "inverse_steps_pair",
]


@dataclass(frozen=True)
class Inverse(Printed):
    """An inverse transform at some times, with an estimate of its error.

    Attributes
    ----------
    times : numpy.ndarray
        The times, of shape (n,).
    value : numpy.ndarray
        The value at every time, of shape (n,).
    error : numpy.ndarray
        The difference from a coarser contour plus what round-off may add, of shape (n,). Infinite
        where the transform is no such transform: it has singularities off the negative axis, or
        beyond ``largest``, that the contour leaves out, or is not real on the positive axis.
    """

    times: Reals
    value: Reals
    error: Reals

    def __str__(self) -> str:
        worst = float(np.max(self.error, initial=0.0))
        if worst == np.inf:
            return (
                f"{len(self.times)} times; the transform has singularities beyond a contour, or is "
                "not real on the positive axis, so that the error is unknown"
            )
        return f"{len(self.times)} times, estimated error at most {worst:.1e}"


def inverse_laplace(transform: Transform, times: ArrayLike) -> Inverse:
    """f(t) at positive times from its Laplace transform.

    Times are served in windows of a decade, with twenty evaluations each.

    Parameters
    ----------
    transform : callable
        F(z), which gets an array of complex numbers and returns an array of their shape.
    times : array_like
        Positive times, of shape (n,).

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A time is not positive, or the transform is not finite on a contour.

    References
    ----------
    Weideman and Trefethen, Math. Comp. 76 (2007).

    Examples
    --------
    >>> decay = inverse_laplace(lambda z: 1 / (z + 2), [0.1, 1.0, 7.0])
    >>> bool(np.allclose(decay.value, np.exp(-2 * decay.times), rtol=0, atol=1e-8))
    True
    """
    return inverse_residual(transform, _positive(times), Flow(), np.inf)


def inverse_laplace_pair(transform: PairTransform, times: ArrayLike) -> Inverse:
    """f(t, t) at positive times from a Laplace transform in two frequencies.

    Parameters
    ----------
    transform : callable
        F(z, z'), which gets ``z[:, None]`` and ``z'[None, :]`` and returns all values at once.
    times : array_like
        Positive times, of shape (n,).

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A time is not positive, or the transform is not finite on a contour.

    Examples
    --------
    >>> decay = inverse_laplace_pair(lambda z, w: 1 / ((z + 2) * (w + 1)), [0.1, 1.0, 7.0])
    >>> bool(np.allclose(decay.value, np.exp(-3 * decay.times), rtol=0, atol=1e-7))
    True
    """
    return inverse_pair(transform, _positive(times), Flow(), np.inf)


def inverse_steps(
    transform: Transform, steps: ArrayLike, *, rate: float, largest: float, momentum: float = 0.0
) -> Inverse:
    """f(t) after whole numbers of steps of gradient descent.

    Each eigenvalue h of the transform gives (1 - rate h)^t; with ``momentum`` it gives the
    polynomial of the heavy ball from rest.

    Parameters
    ----------
    transform : callable
        F(z), which gets an array of complex numbers and returns an array of their shape.
    steps : array_like
        Whole numbers of steps, of shape (n,).
    rate : float
        The learning rate.
    largest : float
        No eigenvalue is larger.
    momentum : float, default 0
        From 0 to below 1.

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A step is not a whole number, the iteration diverges at ``largest``, or the transform is not
        finite on a contour.

    Examples
    --------
    >>> decay = inverse_steps(lambda z: 1 / (z + 0.5), [0, 1, 50, 5000], rate=0.1, largest=1.0)
    >>> bool(np.allclose(decay.value, 0.95 ** decay.times, rtol=0, atol=1e-9))
    True
    """
    return inverse_residual(transform, steps, Descent(rate, momentum), largest)


def inverse_steps_pair(
    transform: PairTransform,
    steps: ArrayLike,
    *,
    rate: float,
    largest: float,
    momentum: float = 0.0,
) -> Inverse:
    """f(t, t) after whole numbers of steps, from a transform in two frequencies.

    Parameters
    ----------
    transform : callable
        F(z, z'), which gets ``z[:, None]`` and ``z'[None, :]`` and returns all values at once.
    steps : array_like
        Whole numbers of steps, of shape (n,).
    rate : float
        The learning rate.
    largest : float
        No eigenvalue is larger.
    momentum : float, default 0
        From 0 to below 1.

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A step is not a whole number, the iteration diverges at ``largest``, or the transform is not
        finite on a contour.

    Examples
    --------
    >>> transform = lambda z, w: 1 / ((z + 1) * (w + 1))
    >>> inverse_steps_pair(transform, [0, 1, 2], rate=0.5, largest=2.0).value.round(6).tolist()
    [1.0, 0.25, 0.0625]
    """
    return inverse_pair(transform, steps, Descent(rate, momentum), largest)


def inverse_residual(
    transform: Transform, times: ArrayLike, iteration: Iteration, largest: float
) -> Inverse:
    """f(t) where each eigenvalue h of the transform gives the residual of an iteration at -h.

    Parameters
    ----------
    transform : callable
        F(z), which gets an array of complex numbers and returns an array of their shape.
    times : array_like
        Times of at least 0, of shape (n,); whole numbers for ``Descent``.
    iteration : Descent or Flow
        What is done at every step.
    largest : float
        No eigenvalue is larger.

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A time does not fit, the iteration diverges at ``largest``, or the transform is not finite
        on a contour.

    Examples
    --------
    >>> ball = Descent(0.1, momentum=0.5)
    >>> inverse_residual(lambda z: 1 / (z + 0.5), [0, 1, 50], ball, 1.0).value.round(6).tolist()
    [1.0, 0.95, 0.002687]
    """
    quadrature = single(transform, iteration.residual, 1)
    return Inverse(*by_windows(quadrature, (_alone(transform),), times, iteration, largest, 1))


def inverse_response(
    transform: Transform, times: ArrayLike, iteration: Iteration, largest: float
) -> Inverse:
    """f(t) where each eigenvalue gives the square of the response of an iteration.

    That is the covariance which one kick of noise leaves.

    Parameters
    ----------
    transform : callable
        F(z), which gets an array of complex numbers and returns an array of their shape.
    times : array_like
        Times of at least 0, of shape (n,); whole numbers for ``Descent``.
    iteration : Descent or Flow
        What is done at every step.
    largest : float
        No eigenvalue is larger.

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A time does not fit, the iteration diverges at ``largest``, or the transform is not finite
        on a contour.

    Examples
    --------
    >>> decay = inverse_response(lambda z: 1 / (z + 0.5), [0, 1, 50], Descent(0.1), 1.0)
    >>> bool(np.allclose(decay.value, 0.95 ** (2 * decay.times)))
    True
    """
    quadrature = single(transform, iteration.response, 2)
    return Inverse(*by_windows(quadrature, (_alone(transform),), times, iteration, largest, 2))


def inverse_pair(
    transform: PairTransform, times: ArrayLike, iteration: Iteration, largest: float
) -> Inverse:
    """f(t, t), with one residual of an iteration in each frequency.

    Parameters
    ----------
    transform : callable
        F(z, z'), which gets ``z[:, None]`` and ``z'[None, :]`` and returns all values at once.
    times : array_like
        Times of at least 0, of shape (n,); whole numbers for ``Descent``.
    iteration : Descent or Flow
        What is done at every step.
    largest : float
        No eigenvalue is larger.

    Returns
    -------
    Inverse
        The value at every time, with an estimate of its error.

    Raises
    ------
    PlanarError
        A time does not fit, the iteration diverges at ``largest``, or the transform is not finite
        on a contour.

    Examples
    --------
    >>> decay = inverse_pair(lambda z, w: 1 / ((z + 1) * (w + 2)), [0, 1], Flow(), 2.0)
    >>> bool(np.allclose(decay.value, [1, np.exp(-3)]))
    True
    """
    quadrature = pair(transform, iteration.residual)
    return Inverse(*by_windows(quadrature, _halves(transform), times, iteration, largest, 1))


def _alone(transform: Transform) -> Section:
    return lambda z, _: transform(z)


def _halves(transform: PairTransform) -> tuple[Section, Section]:
    """A transform in either frequency, at a positive number for the other."""
    return (
        lambda z, fixed: transform(z[:, None], np.full((1, 1), fixed + 0j))[:, 0],
        lambda z, fixed: transform(np.full((1, 1), fixed + 0j), z[None, :])[0],
    )


def _positive(times: ArrayLike) -> Reals:
    numbers = np.atleast_1d(reals("times", times))
    if not (numbers > 0).all():
        raise PlanarError("times are a list of positive numbers; at 0 take z F(z) at large z.")
    return numbers
