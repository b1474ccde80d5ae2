"""Volterra equations of the second kind, ``R = F + c K * R``, in discrete and in continuous time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.errors import PlanarError

__all__ = ["Response", "volterra", "volterra_steps"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Response:
    """``value`` at every time, and ``error``, an estimate of what the discretisation leaves."""

    value: Reals
    error: Reals


def volterra_steps(forcing: ArrayLike, kernel: ArrayLike, strength: float = 1.0) -> Reals:
    """R(t) = F(t) + strength times the sum over s < t of K(t - 1 - s) R(s), for t = 0, 1, ..., exactly.

    >>> volterra_steps([1, 1, 1], [1, 0, 0]).tolist()
    [1.0, 2.0, 3.0]
    """
    f, k = _same(forcing, kernel)
    found = np.zeros(len(f))
    for t in range(len(f)):
        found[t] = f[t] + strength * (k[:t][::-1] @ found[:t])
    return found


def volterra(forcing: ArrayLike, kernel: ArrayLike, step: float, strength: float = 1.0) -> Response:
    """R(t) = F(t) + strength times the integral of K(t - s) R(s) from 0 to t, at t = 0, step, 2 step, ...

    The trapezoidal rule at ``step`` and at twice that, extrapolated; the difference is the estimate of the error.

    >>> t = np.linspace(0, 1, 201)
    >>> found = volterra(np.ones(201), np.ones(201), t[1])
    >>> bool(np.max(np.abs(found.value - np.exp(t))) < 1e-8)
    True
    """
    f, k = _same(forcing, kernel)
    if not step > 0:
        raise PlanarError(f"a step of {step:g} in time is none; give a positive one.")
    fine = _trapezoid(f, k, step * strength)
    if len(f) < 5:
        return Response(fine, np.full(len(f), np.nan))
    coarse = _trapezoid(f[::2], k[::2], 2 * step * strength)
    gap = (fine[::2] - coarse) / 3
    places = np.arange(len(f))
    correction = np.interp(places, places[::2], gap)
    return Response(fine + correction, np.abs(correction))


def _trapezoid(f: Reals, k: Reals, weight: float) -> Reals:
    found = np.zeros(len(f))
    own = 1 - weight * k[0] / 2
    if not own > 0:
        raise PlanarError("the step in time is too long for this kernel; take a shorter one.")
    for t in range(len(f)):
        past = k[1:t][::-1] @ found[1:t] + k[t] * found[0] / 2 if t else 0.0
        found[t] = f[t] if t == 0 else (f[t] + weight * past) / own
    return found


def _same(forcing: ArrayLike, kernel: ArrayLike) -> tuple[Reals, Reals]:
    f, k = np.asarray(forcing, float), np.asarray(kernel, float)
    if f.ndim != 1 or f.shape != k.shape:
        raise PlanarError(f"forcing and kernel are given at the same times, got shapes {f.shape} and {k.shape}.")
    return f, k
