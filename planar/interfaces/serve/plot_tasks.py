"""The tasks ``controls``, ``theory`` and ``samples``: numbers for the plot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from planar.evidence.check.comparison import Comparison
from planar.foundations.errors import PlanarError
from planar.interfaces.serve import asked
from planar.interfaces.serve.control import Control
from planar.interfaces.serve.subject import Subject
from planar.writing.latex import chalk, latex

__all__ = ["compared", "controls", "samples", "theory"]

_SAMPLED = 9
_GRID, _FEW = 81, 33
"""Points along a scalar, and along a dimension, where each is solved by itself."""


def controls(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """The controls of the plot, or why there is no plot."""
    try:
        shown, first = [control.shown for control in subject.controls], subject.first
        return {
            "controls": shown,
            "plot": bool(subject.kernel),
            "plotted": latex(subject.plotted),
            "unit": "Size" if first is None else chalk(first),
            "letters": [letter.name for letter in subject.number.letters],
        }
    except PlanarError as error:
        return {"controls": [], "plot": False, "why": str(error)}


def theory(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """The curve along the axis, and its value where the control stands."""
    axis, unit, values = _position(subject, request)
    current, grid = values[axis.symbol], axis.grid(_FEW if axis.counts else _GRID, unit)
    if axis.counts:
        curve = np.array([_at(subject, {**values, axis.symbol: int(n)}) for n in grid])
    else:
        curve = np.asarray(_at(subject, {**values, axis.symbol: grid}))
    value = _at(subject, {**values, axis.symbol: current})
    return {
        **_points(axis, unit, grid, curve),
        "here": _points(axis, unit, np.array([current]), np.array([value])),
    }


def samples(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """Means of samples along the axis, with their standard errors."""
    axis, unit, _ = _position(subject, request)
    comparison = compared(subject, request, _SAMPLED)
    return {
        **_points(axis, unit, comparison.points, comparison.sampled),
        "error_bar": _plain(comparison.standard_error),
        "trials": comparison.trials,
    }


def compared(subject: Subject, request: Mapping[str, Any], points: int) -> Comparison:
    """Theory at ``points`` points of the axis, samples at some of them."""
    axis, unit, values = _position(subject, request)
    trials = asked.integer(request, "trials", 2, 200, 20)
    seed = asked.integer(request, "seed", 0, 2**31, 0)
    grid = axis.grid(points, unit)
    return subject.number.compare(
        {**values, axis.symbol: grid}, trials=trials, points=_SAMPLED, seed=seed
    )


def _position(subject: Subject, request: Mapping[str, Any]) -> tuple[Control, int, dict[Any, Any]]:
    """The control on the axis, the first dimension, and the values of everything."""
    size = asked.integer(request, "size", 8, 200, 60)
    values = subject.values(size, asked.numbers(request, "values"))
    names = [control.name for control in subject.controls]
    if not names:
        raise PlanarError(
            "there is nothing to move: the expression has no scalar and no ratio of dimensions."
        )
    along = asked.choice(request, "along", names, names[0])
    return subject.controls[names.index(along)], subject.unit(size), values


def _at(subject: Subject, values: Mapping[Any, Any]) -> Any:
    """The plotted number, NaN on the spectrum."""
    return subject.kernel(values, on_failure="nan")


def _points(axis: Control, unit: int, x: Any, y: Any) -> dict[str, Any]:
    """Points of a plot, NaN as null; the imaginary part where there is one."""
    places = x / unit if axis.counts else x
    parts = {"x": _plain(places), "y": _plain(np.real(y))}
    return (
        {**parts, "imaginary": _plain(np.imag(y))}
        if np.iscomplexobj(y) and np.nanmax(np.abs(np.imag(y))) > 0
        else parts
    )


def _plain(values: Any) -> list[float | None]:
    return [float(f"{v:.10g}") if np.isfinite(v) else None for v in np.asarray(values, dtype=float)]
