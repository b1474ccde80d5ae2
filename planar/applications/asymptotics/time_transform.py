"""Series in frequencies taken to times: every coefficient integrated along contours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.applications.asymptotics.generalised_series import Series
from planar.applications.asymptotics.power_laws import PowerLaw
from planar.applications.dynamics.contour import hyperbola
from planar.foundations.errors import PlanarError

__all__ = ["Nodes", "contours", "transformed"]

SILENT = 1e-8
"""A part of an inverse transform this small is that of a function without a singularity, zero."""

Nodes = tuple[NDArray[np.complex128], NDArray[np.complex128]]


def contours(times: Mapping[Symbol, PowerLaw]) -> dict[Symbol, Nodes]:
    """Nodes and weights of each transform, along an axis of its own.

    The first node is positive and has no weight.
    """
    if len(times) > 2:
        raise PlanarError(
            f"at most two spectral parameters go over to times, got {len(times)}; "
            "give values to the others."
        )
    lines = dict[Symbol, Nodes]()
    for axis, s in enumerate(times):
        line = hyperbola(1.0, 1.0, 19 + axis).both()
        shape = [-1 if i == axis else 1 for i in range(len(times))]
        nodes = np.concatenate([[1.0 + axis], line.nodes])
        weights = np.concatenate([[0.0], np.exp(line.nodes) * line.weights])
        lines[s] = (nodes.reshape(shape), weights.reshape(shape))
    return lines


def transformed(
    series: Series, lines: Mapping[Symbol, Nodes], times: Mapping[Symbol, PowerLaw]
) -> Series:
    """The series at times; a coefficient without a singularity leaves nothing."""
    shape = np.broadcast_shapes(*(nodes.shape for nodes, _ in lines.values()))
    for axis, (s, (_, weights)) in enumerate(lines.items()):
        series = _over_time(series, weights, times[s], axis, shape)
    terms = tuple((e, np.asarray(c).ravel()[-1:].reshape(())) for e, c in series.terms)
    return Series(terms, series.cut)


def _over_time(
    series: Series,
    weights: NDArray[np.complex128],
    time: PowerLaw,
    axis: int,
    shape: tuple[int, ...],
) -> Series:
    """The integral over one frequency."""
    terms = list[Any]()
    for place, coefficient in series.terms:
        nodes = np.broadcast_shapes(coefficient.shape, shape)
        values = np.broadcast_to(coefficient, nodes) * weights
        integral = values.sum(axis=axis, keepdims=True) / time.coefficient
        size = SILENT * np.abs(values).sum(axis=axis, keepdims=True) / abs(time.coefficient)
        if np.any(np.abs(integral) > size):
            terms.append((place - time.exponent, integral))
    cut = None if series.cut is None else series.cut - time.exponent.value
    return Series(tuple(terms), cut)
