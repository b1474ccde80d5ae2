"""Iterations on a quadratic loss: how a mode is forgotten, and how it answers a kick.

At z = -h an eigenvalue h of the curvature keeps ``residual(t, z)`` of its initial error after t
steps, and ``response(t, z)`` of a kick that it got t steps ago. Both are entire in z;
``exponent(z)`` is the rate per step of their growth off the spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import PlanarError

__all__ = ["Descent", "Flow", "Iteration"]

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]


class Iteration(Protocol):
    """What a contour needs of an iteration.

    ``late`` is the first time for a hyperbola, given the largest eigenvalue.
    """

    @property
    def rate(self) -> float: ...
    @property
    def stable_below(self) -> float: ...
    def exponent(self, z: Complexes) -> Complexes: ...
    def residual(self, times: Reals, z: Complexes) -> Complexes: ...
    def response(self, times: Reals, z: Complexes) -> Complexes: ...
    def late(self, largest: float) -> float: ...


@dataclass(frozen=True)
class Flow:
    """Gradient flow in units of steps, e^(rate z t).

    Attributes
    ----------
    rate : float, default 1
        The learning rate: t steps are a time of ``rate * t``.

    Examples
    --------
    >>> float(Flow(0.5).residual(np.array([2.0]), np.array([-1.0]))[0, 0].round(6))
    0.367879
    """

    rate: float = 1.0

    @property
    def stable_below(self) -> float:
        """Infinity: every eigenvalue is stable."""
        return float("inf")

    def exponent(self, z: Complexes) -> Complexes:
        """The rate of growth per step.

        Parameters
        ----------
        z : numpy.ndarray of complex
            Minus an eigenvalue.

        Returns
        -------
        numpy.ndarray of complex
            rate z, of the shape of ``z``.
        """
        return self.rate * z

    def residual(self, times: Reals, z: Complexes) -> Complexes:
        """What is left of a mode, of its initial error or of a kick.

        Parameters
        ----------
        times : numpy.ndarray
            Times of shape (t,), in units of steps.
        z : numpy.ndarray of complex
            Minus the eigenvalues, of shape (n,).

        Returns
        -------
        numpy.ndarray of complex
            e^(rate z t), of shape (t, n).
        """
        remainder: Complexes = np.exp(np.multiply.outer(times, self.rate * z))
        return remainder

    response = residual

    def late(self, largest: float) -> float:
        """The first time that a hyperbola serves.

        Parameters
        ----------
        largest : float
            The largest eigenvalue.

        Returns
        -------
        float
            A time in units of steps.
        """
        return 30 / (self.rate * largest)


@dataclass(frozen=True)
class Descent:
    """Gradient descent with a heavy ball, from rest.

    A step is w(t+1) = w(t) - rate gradient + momentum (w(t) - w(t-1)). A mode decays as the powers
    of the roots rho of ``rho^2 - (1 + rate z + momentum) rho + momentum``; without momentum
    residual and response are both (1 + rate z)^t.

    Attributes
    ----------
    rate : float
        The learning rate, positive.
    momentum : float, default 0
        From 0 to below 1.

    Raises
    ------
    PlanarError
        The learning rate is not positive, or the momentum is not in its range.

    Examples
    --------
    >>> Descent(0.5).residual(np.array([0.0, 2.0]), np.array([-1.0])).real.round(12)
    array([[1.  ],
           [0.25]])
    >>> ball = Descent(0.5, momentum=0.5)
    >>> ball.response(np.array([0.0, 1.0, 2.0]), np.array([-1.0])).real.round(12).T
    array([[1. , 1. , 0.5]])
    """

    rate: float
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rate) and self.rate > 0):
            raise PlanarError(f"a learning rate must be positive, got {self.rate!r}.")
        if not 0 <= self.momentum < 1:
            raise PlanarError(
                f"a momentum of {self.momentum!r} does not decay; give a number from 0 to below 1."
            )

    @property
    def stable_below(self) -> float:
        """The eigenvalue below which a mode decays."""
        return 2 * (1 + self.momentum) / self.rate

    def exponent(self, z: Complexes) -> Complexes:
        """The rate of growth per step, without cancellation at small z.

        Parameters
        ----------
        z : numpy.ndarray of complex
            Minus an eigenvalue.

        Returns
        -------
        numpy.ndarray of complex
            log rho of the larger root, of the shape of ``z``.
        """
        x = self.rate * z + 0j
        if not self.momentum:
            return np.log1p(x)
        b = 1 - self.momentum - x
        root = np.sqrt(b * b + 4 * x)
        root = np.where((np.conj(b) * root).real < 0, -root, root)
        first = np.log1p(2 * x / (b + root))
        second = np.log(self.momentum) - first
        return np.where(first.real < second.real, second, first)

    def residual(self, times: Reals, z: Complexes) -> Complexes:
        """What is left of the initial error of a mode.

        Parameters
        ----------
        times : numpy.ndarray
            Numbers of steps, of shape (t,).
        z : numpy.ndarray of complex
            Minus the eigenvalues, of shape (n,).

        Returns
        -------
        numpy.ndarray of complex
            A polynomial in z, of shape (t, n).
        """
        if not self.momentum:
            return self._power(times, self.exponent(z))
        one, other = self._roots(z)
        a, b = np.exp(one), np.exp(other)
        powers = self._power(times, one), self._power(times, other)
        numerator = (a - self.momentum) * powers[0] + (self.momentum - b) * powers[1]
        remainder: Complexes = numerator / (a - b)
        return remainder

    def response(self, times: Reals, z: Complexes) -> Complexes:
        """What is left of a kick that a mode got some steps ago.

        Parameters
        ----------
        times : numpy.ndarray
            Numbers of steps, of shape (t,).
        z : numpy.ndarray of complex
            Minus the eigenvalues, of shape (n,).

        Returns
        -------
        numpy.ndarray of complex
            A polynomial in z, of shape (t, n).
        """
        if not self.momentum:
            return self._power(times, self.exponent(z))
        one, other = self._roots(z)
        a, b = np.exp(one), np.exp(other)
        later = times + 1
        remainder: Complexes = (self._power(later, one) - self._power(later, other)) / (a - b)
        return remainder

    def late(self, largest: float) -> float:
        """The first step that a hyperbola serves.

        Modes that oscillate decay as momentum^(t/2); a hyperbola leaves them out, so it waits until
        they are gone.

        Parameters
        ----------
        largest : float
            The largest eigenvalue.

        Returns
        -------
        float
            A number of steps.
        """
        return max(30.0, 75 / -np.log(self.momentum)) if self.momentum else 30.0

    def _roots(self, z: Complexes) -> tuple[Complexes, Complexes]:
        one: Complexes = np.asarray(self.exponent(z))
        return one, np.log(self.momentum) - one

    def _power(self, times: Reals, exponent: Complexes) -> Complexes:
        powers: Complexes = np.exp(np.multiply.outer(np.asarray(times, float), exponent))
        return powers
