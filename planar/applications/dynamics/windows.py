"""Inverse transforms by windows of times: a contour for each, and a coarser one for the error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planar.applications.dynamics.contour import (
    Contour,
    ellipse,
    hyperbola,
    stepped_hyperbola,
    whole_hyperbola,
)
from planar.applications.dynamics.iteration import Descent, Flow, Iteration
from planar.applications.dynamics.premise import Section, encloses
from planar.expression.numeric import reals
from planar.foundations.errors import PlanarError

__all__ = ["PairTransform", "Reals", "Transform", "by_windows", "pair", "single"]

Reals = NDArray[np.float64]
Transform = Callable[[Any], Any]
PairTransform = Callable[[Any, Any], Any]

WINDOW = 10.0
"""The ratio of the last to the first time that one contour serves."""
NODES = 20
"""Upper nodes of a hyperbola.

More bring round-off back, since in two frequencies the growth of e^(Re z t) is squared.
"""
COARSE = 0.7
"""Nodes of the coarser contour as a fraction.

Its difference from the finer one is the estimate of the error.
"""
EPSILON = float(np.finfo(float).eps)
CHUNK = 8192
"""Times that are done at once."""


Sums = Callable[[Reals], tuple[Reals, Reals]]
"""At some times: the values, and the sums of the sizes of all their terms."""
Quadrature = Callable[[Contour], Sums]
"""On one contour, where the transform is evaluated once for all times."""
Contours = Callable[[float], Contour]
"""A contour with a fraction of the nodes."""
Sections = tuple[Section, ...]
"""The transform in each of its frequencies."""


@dataclass(frozen=True)
class Window:
    """Times that one contour serves, and a contour of its size that goes all around."""

    chosen: NDArray[np.bool_]
    contour: Contours
    around: Contour


def single(transform: Transform, function: Callable[[Reals, Any], Any], power: int) -> Quadrature:
    """The quadrature in one frequency, with a power of a function of the iteration."""

    def quadrature(line: Contour) -> Sums:
        f = line.weights * _finite(transform(line.nodes), line.nodes.shape)

        def sums(times: Reals) -> tuple[Reals, Reals]:
            weights = function(times, line.nodes) ** power
            return (weights @ f).real, np.abs(weights) @ np.abs(f)

        return sums

    return quadrature


def pair(transform: PairTransform, function: Callable[[Reals, Any], Any]) -> Quadrature:
    """The quadrature in two frequencies, with a function of the iteration in each.

    It takes upper nodes in the first and all nodes in the second frequency; the other half of the
    sum is their conjugate.
    """

    def quadrature(line: Contour) -> Sums:
        both = line.both()
        shape = (len(line.nodes), len(both.nodes))
        f = _finite(transform(line.nodes[:, None], both.nodes[None, :]), shape)
        f = line.weights[:, None] * f * both.weights

        def sums(times: Reals) -> tuple[Reals, Reals]:
            upper = function(times, line.nodes)
            whole = np.concatenate([upper, upper.conj()], axis=1)
            sizes = np.einsum("ti,ti->t", np.abs(upper) @ np.abs(f), np.abs(whole))
            return np.einsum("ti,ti->t", upper @ f, whole).real, sizes

        return sums

    return quadrature


def by_windows(
    quadrature: Quadrature,
    sections: Sections,
    times: ArrayLike,
    iteration: Iteration,
    largest: float,
    power: int,
) -> tuple[Reals, Reals, Reals]:
    """Times, values and errors, every window on its contour and on a coarser one.

    Their difference and the round-off are the error, which is infinite where the transform has
    singularities beyond the contour.
    """
    at = _times(times, iteration)
    if not largest > 0 or (isinstance(iteration, Descent) and not largest < iteration.stable_below):
        raise PlanarError(
            f"steps of {iteration.rate:g} with an eigenvalue {largest:g} do not stay bounded; "
            f"the largest eigenvalue must lie between 0 and {iteration.stable_below:g}."
        )
    value, error = np.zeros(at.shape), np.zeros(at.shape)
    windows = list(_windows(at * power, iteration, largest))
    bounded = _all_inside(sections, largest)
    # The contour of the latest times is the smallest, and what it encloses all others do.
    sound = bounded and all(_enclosed(sections, window.around) for window in windows[-1:])
    for window in windows:
        lines, places = (window.contour(1.0), window.contour(COARSE)), np.flatnonzero(window.chosen)
        on_fine, on_coarse = map(quadrature, lines)
        fastest = np.max(np.abs(iteration.exponent(lines[0].nodes)))
        for start in range(0, len(places), CHUNK):
            chunk = places[start : start + CHUNK]
            (fine, size), (coarse, _) = on_fine(at[chunk]), on_coarse(at[chunk])
            rounding = EPSILON * (16 + 2 * at[chunk] * fastest)
            value[chunk], error[chunk] = fine, np.abs(fine - coarse) + size * rounding
        if not (sound or (bounded and _enclosed(sections, window.around))):
            error[places] = np.inf
    return at, value, error


def _all_inside(sections: Sections, largest: float) -> bool:
    """Whether the spectrum ends at the largest eigenvalue, where that is known."""
    if not np.isfinite(largest):
        return True
    return _enclosed(sections, ellipse(largest, Flow(1 / largest), 1.0))


def _enclosed(sections: Sections, around: Contour) -> bool:
    size = float(np.abs(around.nodes[0]))
    return all(encloses(section, around, size) for section in sections)


def _windows(times: Reals, iteration: Iteration, largest: float) -> Iterator[Window]:
    """Ellipses for early times, hyperbolas after them, each for a decade."""
    late = iteration.late(largest)
    early = times <= late
    for last in (late / WINDOW**k for k in (2, 1, 0)):
        chosen = early & (times <= last)
        if chosen.any():
            contour = partial(ellipse, largest, iteration, float(times[chosen].max()))
            yield Window(chosen, contour, contour(1.0))
        early &= ~chosen
    for chosen in _decades(times, times > late):
        first = float(times[chosen].min())
        last = max(float(times[chosen].max()), 1.0001 * first)
        around = whole_hyperbola(first, last, NODES)
        unit = iteration.rate / (1 - getattr(iteration, "momentum", 0.0))
        yield Window(
            chosen,
            partial(_hyperbola, first, last, iteration, largest),
            Contour(around.nodes / unit, around.weights / unit),
        )


def _hyperbola(
    first: float, last: float, iteration: Iteration, largest: float, fineness: float = 1.0
) -> Contour:
    nodes = round(NODES * fineness)
    if isinstance(iteration, Descent):
        return stepped_hyperbola(first, last, iteration, nodes, largest=largest)
    line = hyperbola(first, last, nodes)
    return Contour(line.nodes / iteration.rate, line.weights / iteration.rate)


def _decades(times: Reals, among: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    remaining = among.copy()
    while remaining.any():
        first = times[remaining].min()
        chosen = remaining & (times <= WINDOW * first)
        yield chosen
        remaining &= ~chosen


def _times(times: ArrayLike, iteration: Iteration) -> Reals:
    numbers = np.atleast_1d(reals("times", times))
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise PlanarError("times are a list of numbers of at least 0.")
    if isinstance(iteration, Descent) and (numbers != np.round(numbers)).any():
        raise PlanarError(
            "steps are a list of whole numbers, 0, 1, 2, ...; gradient flow takes any time."
        )
    return numbers


def _finite(values: Any, shape: tuple[int, ...]) -> Any:
    array = np.broadcast_to(np.asarray(values), shape)
    if not np.isfinite(array).all():
        raise PlanarError(
            "the transform is not finite on the contour; "
            "it must be analytic off the negative real axis."
        )
    return array
