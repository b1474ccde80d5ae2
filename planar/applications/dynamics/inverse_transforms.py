"""From frequency to time: inverse transforms in one and in two frequencies, each with an estimate
of its error.

``F(z) = integral of e^(-z t) f(t) dt`` of a decaying f is analytic off (-inf, 0], as a resolvent (z
+ H)^-1 is, whose transform is e^(-H t). In two frequencies F(z, z') becomes f(t, t'), one
exponential in each. For an iteration the exponential is replaced by its polynomial, (1 - rate H)^t
for t steps of gradient descent. A transform is any function of arrays of complex numbers, the
kernel of an equivalent for example; it must be real on the positive axis, F(conj z) = conj F(z).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.applications.dynamics.contour import Contour, ellipse, hyperbola, stepped_hyperbola
from planar.applications.dynamics.iteration import Descent, Flow, Iteration
from planar.foundations.errors import PlanarError
from planar.foundations.printed import Printed

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

Reals = NDArray[np.float64]
Transform = Callable[[Any], Any]
PairTransform = Callable[[Any, Any], Any]

WINDOW = 10.0
"""The ratio of the last to the first time that one contour serves."""
NODES = 20
"""Upper nodes of a hyperbola: more bring round-off back, since in two frequencies the growth of
e^(Re z t) is squared.
"""
COARSE = 0.7
"""Nodes of the coarser contour as a fraction; its difference from the finer one is the estimate of
the error.
"""
EPSILON = float(np.finfo(float).eps)
CHUNK = 8192
"""Times that are done at once."""


@dataclass(frozen=True)
class Inverse(Printed):
    """``value`` at every time, and ``error``: the difference from a coarser contour plus what
    round-off may add.
    """

    times: Reals
    value: Reals
    error: Reals

    def __str__(self) -> str:
        return f"{len(self.times)} times, estimated error at most {float(np.max(self.error, initial=0.0)):.1e}"


def inverse_laplace(transform: Transform, times: ArrayLike) -> Inverse:
    """f(t) at positive times from its Laplace transform; times are served in windows of a decade,
    twenty evaluations each.

    >>> found = inverse_laplace(lambda z: 1 / (z + 2), [0.1, 1.0, 7.0])
    >>> bool(np.allclose(found.value, np.exp(-2 * found.times), rtol=0, atol=1e-8))
    True

    Raises ``PlanarError`` for times that are not positive. Source: Weideman and Trefethen, Math.
    Comp. 76 (2007).
    """
    return inverse_residual(transform, _positive(times), Flow(), np.inf)


def inverse_laplace_pair(transform: PairTransform, times: ArrayLike) -> Inverse:
    """f(t, t) at positive times from a transform in two frequencies, ``transform(z[:, None],
    z'[None, :])`` at once.

    >>> found = inverse_laplace_pair(lambda z, w: 1 / ((z + 2) * (w + 1)), [0.1, 1.0, 7.0])
    >>> bool(np.allclose(found.value, np.exp(-3 * found.times), rtol=0, atol=1e-7))
    True
    """
    return inverse_pair(transform, _positive(times), Flow(), np.inf)


def inverse_steps(
    transform: Transform, steps: ArrayLike, *, rate: float, largest: float, momentum: float = 0.0
) -> Inverse:
    """f(t) after whole numbers of steps, each eigenvalue h of ``transform`` giving (1 - rate h)^t;
    h is at most ``largest``.

    With ``momentum`` it gives the polynomial of the heavy ball from rest.

    >>> found = inverse_steps(lambda z: 1 / (z + 0.5), [0, 1, 50, 5000], rate=0.1, largest=1.0)
    >>> bool(np.allclose(found.value, 0.95 ** found.times, rtol=0, atol=1e-9))
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

    >>> found = inverse_steps_pair(lambda z, w: 1 / ((z + 1) * (w + 1)), [0, 1, 2], rate=0.5, largest=2.0)
    >>> found.value.round(6).tolist()
    [1.0, 0.25, 0.0625]
    """
    return inverse_pair(transform, steps, Descent(rate, momentum), largest)


def inverse_residual(
    transform: Transform, times: ArrayLike, iteration: Iteration, largest: float
) -> Inverse:
    """f(t) where each eigenvalue h of the transform, at most ``largest``, gives the residual of the
    iteration at -h.

    >>> found = inverse_residual(lambda z: 1 / (z + 0.5), [0, 1, 50], Descent(0.1, momentum=0.5), 1.0)
    >>> found.value.round(6).tolist()
    [1.0, 0.95, 0.002687]
    """
    return _by_windows(_single(transform, iteration.residual, 1), times, iteration, largest, 1)


def inverse_response(
    transform: Transform, times: ArrayLike, iteration: Iteration, largest: float
) -> Inverse:
    """f(t) where each eigenvalue gives the square of the response: the covariance that one kick of
    noise leaves.

    >>> found = inverse_response(lambda z: 1 / (z + 0.5), [0, 1, 50], Descent(0.1), 1.0)
    >>> bool(np.allclose(found.value, 0.95 ** (2 * found.times)))
    True
    """
    return _by_windows(_single(transform, iteration.response, 2), times, iteration, largest, 2)


def inverse_pair(
    transform: PairTransform, times: ArrayLike, iteration: Iteration, largest: float
) -> Inverse:
    """f(t, t), one residual in each frequency.

    Upper nodes in the first and all nodes in the second frequency: the rest is their conjugate.

    >>> found = inverse_pair(lambda z, w: 1 / ((z + 1) * (w + 2)), [0, 1], Flow(), 2.0)
    >>> bool(np.allclose(found.value, [1, np.exp(-3)]))
    True
    """

    def quadrature(line: Contour) -> Sums:
        both = line.both()
        f = _finite(
            transform(line.nodes[:, None], both.nodes[None, :]), (len(line.nodes), len(both.nodes))
        )
        f = line.weights[:, None] * f * both.weights

        def sums(at: Reals) -> tuple[Reals, Reals]:
            upper = iteration.residual(at, line.nodes)
            every = np.concatenate([upper, upper.conj()], axis=1)
            sizes = np.einsum("ti,ti->t", np.abs(upper) @ np.abs(f), np.abs(every))
            return np.einsum("ti,ti->t", upper @ f, every).real, sizes

        return sums

    return _by_windows(quadrature, times, iteration, largest, 1)


Sums = Callable[[Reals], tuple[Reals, Reals]]
"""At some times: the values, and the sums of the sizes of all their terms."""
Quadrature = Callable[[Contour], Sums]
"""On one contour, where the transform is evaluated once for all times."""
Made = Callable[[float], Contour]
"""A contour with a fraction of the nodes."""


def _single(transform: Transform, function: Callable[[Reals, Any], Any], power: int) -> Quadrature:
    """In one frequency, with a power of a function of the iteration."""

    def quadrature(line: Contour) -> Sums:
        f = line.weights * _finite(transform(line.nodes), line.nodes.shape)

        def sums(at: Reals) -> tuple[Reals, Reals]:
            weights = function(at, line.nodes) ** power
            return (weights @ f).real, np.abs(weights) @ np.abs(f)

        return sums

    return quadrature


def _by_windows(
    quadrature: Quadrature, times: ArrayLike, iteration: Iteration, largest: float, power: int
) -> Inverse:
    """Every window on its contour and on a coarser one; their difference and the round-off are the
    error.
    """
    at = _times(times, iteration)
    if not largest > 0 or (isinstance(iteration, Descent) and not largest < iteration.stable_below):
        raise PlanarError(
            f"steps of {iteration.rate:g} with an eigenvalue {largest:g} do not stay bounded; "
            f"the largest eigenvalue must lie between 0 and {iteration.stable_below:g}."
        )
    value, error = np.zeros(at.shape), np.zeros(at.shape)
    for chosen, contour in _windows(at * power, iteration, largest):
        lines, places = (contour(1.0), contour(COARSE)), np.flatnonzero(chosen)
        both, fastest = (
            [quadrature(line) for line in lines],
            np.max(np.abs(iteration.exponent(lines[0].nodes))),
        )
        for start in range(0, len(places), CHUNK):
            here = places[start : start + CHUNK]
            (fine, size), (coarse, _) = (sums(at[here]) for sums in both)
            rounding = EPSILON * (16 + 2 * at[here] * fastest)
            value[here], error[here] = fine, np.abs(fine - coarse) + size * rounding
    return Inverse(at, value, error)


def _windows(
    times: Reals, iteration: Iteration, largest: float
) -> Iterator[tuple[NDArray[np.bool_], Made]]:
    """Ellipses for early times, hyperbolas after them, each for a decade."""
    late = iteration.late(largest)
    early = times <= late
    for last in (late / WINDOW**k for k in (2, 1, 0)):
        chosen = early & (times <= last)
        if chosen.any():
            yield chosen, partial(ellipse, largest, iteration, float(times[chosen].max()))
        early &= ~chosen
    for chosen in _decades(times, times > late):
        first = float(times[chosen].min())
        last = max(float(times[chosen].max()), 1.0001 * first)
        yield chosen, partial(_hyperbola, first, last, iteration, largest)


def _hyperbola(
    first: float, last: float, iteration: Iteration, largest: float, fineness: float = 1.0
) -> Contour:
    nodes = round(NODES * fineness)
    if isinstance(iteration, Descent):
        return stepped_hyperbola(first, last, iteration, nodes, largest=largest)
    line = hyperbola(first, last, nodes)
    return Contour(line.nodes / iteration.rate, line.weights / iteration.rate)


def _decades(times: Reals, among: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    rest = among.copy()
    while rest.any():
        first = times[rest].min()
        chosen = rest & (times <= WINDOW * first)
        yield chosen
        rest &= ~chosen


def _positive(times: ArrayLike) -> Reals:
    found = np.atleast_1d(np.asarray(times, float))
    if not (found > 0).all():
        raise PlanarError("times are a list of positive numbers; at 0 take z F(z) at large z.")
    return found


def _times(times: ArrayLike, iteration: Iteration) -> Reals:
    found = np.atleast_1d(np.asarray(times, float))
    if found.ndim != 1 or not np.isfinite(found).all() or (found < 0).any():
        raise PlanarError("times are a list of numbers of at least 0.")
    if isinstance(iteration, Descent) and (found != np.round(found)).any():
        raise PlanarError(
            "steps are a list of whole numbers, 0, 1, 2, ...; gradient flow takes any time."
        )
    return found


def _finite(values: Any, shape: tuple[int, ...]) -> Any:
    found = np.broadcast_to(np.asarray(values), shape)
    if not np.isfinite(found).all():
        raise PlanarError(
            "the transform is not finite on the contour; it must be analytic off the negative real axis."
        )
    return found
