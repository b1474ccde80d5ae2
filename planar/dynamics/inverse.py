"""From frequency to time: inverse transforms in one and in two frequencies, each with an estimate of its error.

``F(z) = integral of e^(-z t) f(t) dt`` of a decaying f is analytic off (-inf, 0], as a resolvent (z + H)^-1 is, whose
transform is e^(-H t). In two frequencies F(z, z') becomes f(t, t'), one exponential in each. For discrete times the
exponential is replaced by (1 + rate z)^t, so that (z + H)^-1 becomes the polynomial (1 - rate H)^t of t steps of gradient
descent. A transform is any function of arrays of complex numbers, the kernel of an equivalent for example; it must be
real on the positive axis, F(conj z) = conj F(z).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.dynamics.contour import Contour, circle, hyperbola, stepped_hyperbola
from planar.errors import PlanarError

__all__ = ["Inverse", "inverse_laplace", "inverse_laplace_pair", "inverse_steps", "inverse_steps_pair"]

Reals = NDArray[np.float64]
Transform = Callable[[Any], Any]
PairTransform = Callable[[Any, Any], Any]

WINDOW = 10.0
"""The ratio of the last to the first time that one contour serves."""
NODES = 20
"""Upper nodes of a hyperbola: more bring round-off back, since in two frequencies the growth of e^(Re z t) is squared."""
COARSE = 14
"""Nodes of the coarser contour, whose difference from the finer one is the estimate of the error."""
EARLY = 30
"""Steps up to which a circle serves for discrete times."""
CIRCLE = 300
ROUNDING = 16 * float(np.finfo(float).eps)
"""Relative error of one term, the transform's own included."""


@dataclass(frozen=True)
class Inverse:
    """``value`` at every time, and ``error``: the difference from a coarser contour plus what round-off may add."""

    times: Reals
    value: Reals
    error: Reals

    def __str__(self) -> str:
        return f"{len(self.times)} times, estimated error at most {float(np.max(self.error, initial=0.0)):.1e}"


Made = Callable[[int], Contour]
"""A contour with so many nodes, relative to the full number."""


def inverse_laplace(transform: Transform, times: ArrayLike) -> Inverse:
    """f(t) at positive times from its Laplace transform; times are served in windows of a decade, twenty evaluations each.

    >>> found = inverse_laplace(lambda z: 1 / (z + 2), [0.1, 1.0, 7.0])
    >>> bool(np.allclose(found.value, np.exp(-2 * found.times), rtol=0, atol=1e-8))
    True

    Raises ``PlanarError`` for times that are not positive. Source: Weideman and Trefethen, Math. Comp. 76 (2007).
    """
    return _inverse(transform, _times(times, 0.0), _laplace_windows)


def inverse_laplace_pair(transform: PairTransform, times: ArrayLike) -> Inverse:
    """f(t, t) at positive times from a transform in two frequencies, ``transform(z[:, None], z'[None, :])`` at once.

    >>> found = inverse_laplace_pair(lambda z, w: 1 / ((z + 2) * (w + 1)), [0.1, 1.0, 7.0])
    >>> bool(np.allclose(found.value, np.exp(-3 * found.times), rtol=0, atol=1e-7))
    True
    """
    return _inverse_pair(transform, _times(times, 0.0), _laplace_windows)


def inverse_steps(transform: Transform, steps: ArrayLike, *, rate: float, largest: float) -> Inverse:
    """f(t) after whole numbers of steps, each eigenvalue h of ``transform`` giving (1 - rate h)^t; h is at most ``largest``.

    >>> found = inverse_steps(lambda z: 1 / (z + 0.5), [0, 1, 50, 5000], rate=0.1, largest=1.0)
    >>> bool(np.allclose(found.value, 0.95 ** found.times, rtol=0, atol=1e-9))
    True
    """
    _check_steps(rate, largest)
    return _inverse(transform, _whole(steps), lambda times: _step_windows(times, rate, largest))


def inverse_steps_pair(transform: PairTransform, steps: ArrayLike, *, rate: float, largest: float) -> Inverse:
    """f(t, t) after whole numbers of steps, from a transform in two frequencies."""
    _check_steps(rate, largest)
    return _inverse_pair(transform, _whole(steps), lambda times: _step_windows(times, rate, largest))


Windows = Callable[[Reals], Iterator[tuple[Any, Made]]]
Quadrature = Callable[[Contour, Reals], tuple[Reals, Reals]]
"""At some times on one contour: the values, and the sums of the sizes of all their terms."""


def _inverse(transform: Transform, times: Reals, windows: Windows) -> Inverse:
    def quadrature(line: Contour, at: Reals) -> tuple[Reals, Reals]:
        weights, f = line.decay(at), _finite(transform(line.nodes), line.nodes.shape)
        return (weights @ f).real, np.abs(weights) @ np.abs(f)

    return _by_windows(quadrature, times, windows)


def _inverse_pair(transform: PairTransform, times: Reals, windows: Windows) -> Inverse:
    """Upper nodes in the first frequency, all nodes in the second: the rest is their conjugate."""

    def quadrature(line: Contour, at: Reals) -> tuple[Reals, Reals]:
        weights = line.decay(at)
        both = np.concatenate([weights, weights.conj()], axis=1) / 2
        z, w = line.nodes[:, None], line.both()[None, :]
        f = _finite(transform(z, w), np.broadcast_shapes(z.shape, w.shape))
        value = np.einsum("ti,ij,tj->t", weights, f, both).real
        return value, np.einsum("ti,ij,tj->t", np.abs(weights), np.abs(f), np.abs(both))

    return _by_windows(quadrature, times, windows)


def _by_windows(quadrature: Quadrature, times: Reals, windows: Windows) -> Inverse:
    """Every window on its contour and on a coarser one; their difference and the round-off are the error."""
    value, error = np.zeros(times.shape), np.zeros(times.shape)
    for chosen, contour in windows(times):
        fine, size = quadrature(contour(NODES), times[chosen])
        coarse, _ = quadrature(contour(COARSE), times[chosen])
        value[chosen], error[chosen] = fine, np.abs(fine - coarse) + size * ROUNDING
    return Inverse(times, value, error)


def _laplace_windows(times: Reals) -> Iterator[tuple[Any, Made]]:
    for chosen in _decades(times, np.ones(times.shape, bool)):
        first, last = _window(times[chosen])
        yield chosen, partial(hyperbola, first, last)


def _step_windows(times: Reals, rate: float, largest: float) -> Iterator[tuple[Any, Made]]:
    """A circle for early steps, hyperbolas by decades after them."""
    early = times <= EARLY
    if early.any():
        yield early, lambda nodes: circle(largest, rate, CIRCLE * nodes // NODES)
    for chosen in _decades(times, ~early):
        first, last = _window(times[chosen])
        yield chosen, partial(stepped_hyperbola, first, last, rate, largest=largest)


def _window(times: Reals) -> tuple[float, float]:
    first = float(times.min())
    return first, max(float(times.max()), 1.0001 * first)


def _decades(times: Reals, among: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    rest = among.copy()
    while rest.any():
        first = times[rest].min()
        chosen = rest & (times <= WINDOW * first)
        yield chosen
        rest &= ~chosen


def _times(times: ArrayLike, least: float) -> Reals:
    found = np.atleast_1d(np.asarray(times, float))
    if found.ndim != 1 or not np.isfinite(found).all() or not (found > least).all():
        raise PlanarError("times are a list of positive numbers; at 0 take z F(z) at large z.")
    return found


def _whole(steps: ArrayLike) -> Reals:
    found = np.atleast_1d(np.asarray(steps, float))
    if found.ndim != 1 or not np.isfinite(found).all() or (found < 0).any() or (found != np.round(found)).any():
        raise PlanarError("steps are a list of whole numbers, 0, 1, 2, ...; take inverse_laplace for continuous times.")
    return found


def _check_steps(rate: float, largest: float) -> None:
    if not 0 < rate * largest < 2:
        raise PlanarError(
            f"steps of {rate:g} with an eigenvalue {largest:g} do not stay bounded; rate * largest must lie between 0 and 2."
        )


def _finite(values: Any, shape: tuple[int, ...]) -> Any:
    found = np.broadcast_to(np.asarray(values), shape)
    if not np.isfinite(found).all():
        raise PlanarError("the transform is not finite on the contour; it must be analytic off the negative real axis.")
    return found
