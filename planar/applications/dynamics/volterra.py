"""Volterra equations of the second kind, ``R = F + c K * R``, in discrete and in continuous time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.foundations.errors import PlanarError

__all__ = ["Response", "convolved", "volterra", "volterra_steps"]

Reals = NDArray[np.float64]
BLOCK = 256
"""Steps that are solved one by one; what is longer is halved, and the first half's share of the
second is one product.
"""


@dataclass(frozen=True)
class Response:
    """``value`` at every time, and ``error``, an estimate of what the discretisation leaves."""

    value: Reals
    error: Reals


def volterra_steps(forcing: ArrayLike, kernel: ArrayLike, strength: float = 1.0) -> Reals:
    """R(t) = F(t) + strength times the sum over s < t of K(t - 1 - s) R(s), for t = 0, 1, ..., in T
    log^2 T operations.

    >>> volterra_steps([1, 1, 1], [1, 0, 0]).tolist()
    [1.0, 2.0, 3.0]
    """
    f, k = _same(forcing, kernel)
    found = f.copy()
    _solve(found, strength * k, 0, len(f))
    return found


def _solve(found: Reals, k: Reals, start: int, stop: int) -> None:
    """``found`` holds forcing plus all that came before ``start``; afterwards the solution up to
    ``stop``.
    """
    if stop - start <= BLOCK:
        for t in range(start + 1, stop):
            found[t] += k[: t - start][::-1] @ found[start:t]
        return
    middle = (start + stop) // 2
    _solve(found, k, start, middle)
    passed = convolved(found[start:middle], k[: stop - start - 1])
    found[middle:stop] += passed[middle - start - 1 : stop - start - 1]
    _solve(found, k, middle, stop)


def convolved(a: Reals, b: Reals) -> Reals:
    """The sums over i of a(i) b(n - i), for n up to the length of b."""
    size = 1 << (len(a) + len(b) - 1).bit_length()
    product: Reals = np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size)[: len(b)]
    return product


def volterra(forcing: ArrayLike, kernel: ArrayLike, step: float, strength: float = 1.0) -> Response:
    """R(t) = F(t) + strength times the integral of K(t - s) R(s) from 0 to t, at t = 0, step, 2
    step, ...

    The trapezoidal rule at ``step`` and at twice that, extrapolated; the difference is the estimate
    of the error.

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
    """The equation solved for R(t), which is one in steps: the newest term is divided out, the
    oldest counts half.
    """
    own = 1 - weight * k[0] / 2
    if not own > 0:
        raise PlanarError("the step in time is too long for this kernel; take a shorter one.")
    forced = np.concatenate([f[:1], (f[1:] - weight * k[1:] * f[0] / 2) / own])
    return volterra_steps(forced, np.append(k[1:], 0.0), weight / own)


def _same(forcing: ArrayLike, kernel: ArrayLike) -> tuple[Reals, Reals]:
    f, k = np.asarray(forcing, float), np.asarray(kernel, float)
    if f.ndim != 1 or f.shape != k.shape:
        raise PlanarError(
            f"forcing and kernel are given at the same times, got shapes {f.shape} and {k.shape}."
        )
    return f, k
