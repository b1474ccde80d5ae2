"""Volterra equations of the second kind, ``R = F + c K * R``, in discrete and continuous time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.expression.numeric import reals
from planar.foundations.errors import PlanarError

__all__ = ["Response", "convolved", "volterra", "volterra_steps"]

Reals = NDArray[np.float64]
BLOCK = 256
"""Steps that are solved one by one.

A longer stretch is halved, and the first half's share of the second is one product.
"""


@dataclass(frozen=True)
class Response:
    """The solution of a Volterra equation in continuous time.

    Attributes
    ----------
    value : numpy.ndarray
        The solution at every time, of shape (n,).
    error : numpy.ndarray
        An estimate of what the discretisation leaves, of shape (n,); NaN for fewer than 5 times.
    """

    value: Reals
    error: Reals


def volterra_steps(forcing: ArrayLike, kernel: ArrayLike, strength: float = 1.0) -> Reals:
    """The solution of R = F + c K * R in discrete time.

    R(t) = F(t) + strength times the sum over s < t of K(t - 1 - s) R(s), for t = 0, 1, ..., in
    T log^2 T operations for T times.

    Parameters
    ----------
    forcing : array_like
        F(0), F(1), ..., of shape (T,).
    kernel : array_like
        K(0), K(1), ..., of shape (T,).
    strength : float, default 1
        The factor c.

    Returns
    -------
    numpy.ndarray
        R(0), R(1), ..., of shape (T,).

    Raises
    ------
    PlanarError
        Forcing and kernel do not have one shape.

    Examples
    --------
    >>> volterra_steps([1, 1, 1], [1, 0, 0]).tolist()
    [1.0, 2.0, 3.0]
    """
    f, k = _same(forcing, kernel)
    solution = f.copy()
    _solve(solution, strength * k, 0, len(f))
    return solution


def _solve(solution: Reals, k: Reals, start: int, stop: int) -> None:
    """Turns forcing plus all that came before ``start`` into the solution up to ``stop``."""
    if stop - start <= BLOCK:
        for t in range(start + 1, stop):
            solution[t] += k[: t - start][::-1] @ solution[start:t]
        return
    middle = (start + stop) // 2
    _solve(solution, k, start, middle)
    passed = convolved(solution[start:middle], k[: stop - start - 1])
    solution[middle:stop] += passed[middle - start - 1 : stop - start - 1]
    _solve(solution, k, middle, stop)


def convolved(a: Reals, b: Reals) -> Reals:
    """The sums over i of a(i) b(n - i), for n up to the length of b."""
    size = 1 << (len(a) + len(b) - 1).bit_length()
    product: Reals = np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size)[: len(b)]
    return product


def volterra(forcing: ArrayLike, kernel: ArrayLike, step: float, strength: float = 1.0) -> Response:
    """The solution of R = F + c K * R in continuous time.

    R(t) = F(t) + strength times the integral of K(t - s) R(s) from 0 to t. The trapezoidal rule is
    taken at ``step`` and at twice that, and extrapolated; the difference is the estimate of the
    error.

    Parameters
    ----------
    forcing : array_like
        F at t = 0, step, 2 step, ..., of shape (n,).
    kernel : array_like
        K at the same times, of shape (n,).
    step : float
        The distance of two times, positive.
    strength : float, default 1
        The factor c.

    Returns
    -------
    Response
        R at the same times, with an estimate of its error.

    Raises
    ------
    PlanarError
        Forcing and kernel do not have one shape, or the step is not positive or too long.

    Examples
    --------
    >>> t = np.linspace(0, 1, 201)
    >>> response = volterra(np.ones(201), np.ones(201), t[1])
    >>> bool(np.max(np.abs(response.value - np.exp(t))) < 1e-8)
    True
    """
    f, k = _same(forcing, kernel)
    if not step > 0:
        raise PlanarError(f"a step in time must be positive, got {step:g}.")
    fine = _trapezoid(f, k, step * strength)
    if len(f) < 5:
        return Response(fine, np.full(len(f), np.nan))
    coarse = _trapezoid(f[::2], k[::2], 2 * step * strength)
    gap = (fine[::2] - coarse) / 3
    places = np.arange(len(f))
    correction = np.interp(places, places[::2], gap)
    return Response(fine + correction, np.abs(correction))


def _trapezoid(f: Reals, k: Reals, weight: float) -> Reals:
    """The equation solved for R(t), which is one in steps.

    The newest term is divided out, the oldest counts half.
    """
    own = 1 - weight * k[0] / 2
    if not own > 0:
        raise PlanarError("the step in time is too long for this kernel; take a shorter one.")
    forced = np.concatenate([f[:1], (f[1:] - weight * k[1:] * f[0] / 2) / own])
    return volterra_steps(forced, np.append(k[1:], 0.0), weight / own)


def _same(forcing: ArrayLike, kernel: ArrayLike) -> tuple[Reals, Reals]:
    f, k = reals("forcing", forcing), reals("kernel", kernel)
    if f.ndim != 1 or f.shape != k.shape:
        raise PlanarError(
            f"forcing and kernel are given at the same times, got shapes {f.shape} and {k.shape}."
        )
    return f, k
