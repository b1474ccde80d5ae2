"""Iterations on a quadratic loss, as functions of an eigenvalue: how a mode is forgotten, and how
it answers a kick.

At z = -h an eigenvalue h of the curvature keeps ``residual(t, z)`` of its initial error after t
steps, and ``response(t, z)`` of a kick that it got t steps ago. Both are entire in z;
``exponent(z)`` is the rate per step of their growth off the spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import PlanarError

__all__ = ["Descent", "Flow", "Iteration"]

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]


class Iteration(Protocol):
    """What a contour must know of an iteration; ``late`` is the first time for a hyperbola, given
    the largest eigenvalue.
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
    """Gradient flow in units of steps, e^(rate z t); every eigenvalue is stable.

    >>> float(Flow(0.5).residual(np.array([2.0]), np.array([-1.0]))[0, 0].round(6))
    0.367879
    """

    rate: float = 1.0

    @property
    def stable_below(self) -> float:
        return float("inf")

    def exponent(self, z: Any) -> Any:
        return self.rate * z

    def residual(self, times: Reals, z: Complexes) -> Complexes:
        found: Complexes = np.exp(np.multiply.outer(times, self.rate * z))
        return found

    response = residual

    def late(self, largest: float) -> float:
        return 30 / (self.rate * largest)


@dataclass(frozen=True)
class Descent:
    """Gradient descent with a heavy ball, w(t+1) = w(t) - rate gradient + momentum (w(t) - w(t-1)),
    from rest.

    A mode decays as the powers of the roots rho of ``rho^2 - (1 + rate z + momentum) rho +
    momentum``; without momentum residual and response are both (1 + rate z)^t.

    >>> Descent(0.5).residual(np.array([0.0, 2.0]), np.array([-1.0])).real.round(12)
    array([[1.  ],
           [0.25]])
    >>> Descent(0.5, momentum=0.5).response(np.array([0.0, 1.0, 2.0]), np.array([-1.0])).real.round(12).T
    array([[1. , 1. , 0.5]])
    """

    rate: float
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rate) and self.rate > 0):
            raise PlanarError(f"a learning rate of {self.rate!r} is none; give a positive number.")
        if not 0 <= self.momentum < 1:
            raise PlanarError(
                f"a momentum of {self.momentum!r} does not decay; give a number from 0 to below 1."
            )

    @property
    def stable_below(self) -> float:
        return 2 * (1 + self.momentum) / self.rate

    def exponent(self, z: Any) -> Any:
        """log rho of the larger root; rho - 1 is found without cancellation at small z."""
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
        if not self.momentum:
            return self._power(times, self.exponent(z))
        one, other = self._roots(z)
        a, b = np.exp(one), np.exp(other)
        powers = self._power(times, one), self._power(times, other)
        found: Complexes = ((a - self.momentum) * powers[0] + (self.momentum - b) * powers[1]) / (
            a - b
        )
        return found

    def response(self, times: Reals, z: Complexes) -> Complexes:
        if not self.momentum:
            return self._power(times, self.exponent(z))
        one, other = self._roots(z)
        a, b = np.exp(one), np.exp(other)
        found: Complexes = (self._power(times + 1, one) - self._power(times + 1, other)) / (a - b)
        return found

    def late(self, largest: float) -> float:
        """Modes that oscillate decay as momentum^(t/2); a hyperbola leaves them out, so it waits
        until they are gone.
        """
        return max(30.0, 75 / -np.log(self.momentum)) if self.momentum else 30.0

    def _roots(self, z: Complexes) -> tuple[Complexes, Complexes]:
        one: Complexes = np.asarray(self.exponent(z))
        return one, np.log(self.momentum) - one

    def _power(self, times: Reals, exponent: Complexes) -> Complexes:
        found: Complexes = np.exp(np.multiply.outer(np.asarray(times, float), exponent))
        return found
