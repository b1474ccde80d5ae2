"""The plots of a report: a spectral density, and theory against samples along one scalar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.evidence.check.comparison import listed
from planar.foundations.errors import PlanarError, SpectralError
from planar.writing.latex import chalk
from planar.writing.plots import Plot, plot
from planar.writing.report.readers import Bands, Sampled

__all__ = ["Plotted", "along", "has_spectrum", "one_point", "spectrum"]

WIDTH = 3.4
"""Inches."""
POINTS, PLACES, TRIALS = 41, 9, 20
"""Points of a curve, those among them that are sampled, and the samples of each."""
_LARGEST = 400
"""Of larger matrices a whole grid at once takes too much memory."""
MATRICES = 25
"""Sampled matrices of a histogram."""


@dataclass(frozen=True, eq=False)
class Plotted:
    """A plot, its SVG, what is to be said below it, and its numbers as text."""

    plot: Plot
    svg: str
    caption: str
    text: str


def has_spectrum(readers: Sampled) -> bool:
    """Whether the expression is the normalised trace of one resolvent."""
    try:
        _ = readers.spectral_symbol
    except SpectralError:
        return False
    return True


def spectrum(readers: Sampled, values: Mapping[Any, Any], seed: int) -> Plotted:
    """The density of X in ``tr(resolvent(X, lam))`` over eigenvalues of sampled matrices.

    Raises ``PlanarError`` where matplotlib is missing or the spectrum has no density.
    """
    given = {key: value for key, value in values.items() if key != readers.spectral_symbol}
    support = readers.support(given)
    density = readers.density(_grid(support), given)
    sampled = readers.eigenvalues(given, trials=MATRICES, seed=seed)
    bands = " and ".join(f"[{a:.4g}, {b:.4g}]" for a, b in support.intervals) or "no interval"
    atoms = "".join(f", mass {atom.mass:.4g} at {atom.position:.4g}" for atom in support.atoms)
    caption = (
        f"The spectral density (line) over the eigenvalues of {MATRICES} sampled matrices of size "
        f"{sampled.shape[1]} (histogram), seed {seed}. Support: {bands}{atoms}."
    )
    drawn = plot(density, eigenvalues=sampled, width=WIDTH)
    return Plotted(drawn, drawn.svg, caption, f"support {support}\n{density}")


def _grid(support: Bands, points: int = 160) -> Any:
    """Points within each interval, dense at its edges, and some outside of all."""
    if not support.intervals:
        raise PlanarError("the spectrum has no interval of positive density, only atoms.")
    nodes, _ = support.grid(points)
    low, high = support.intervals[0][0], support.intervals[-1][1]
    margin = 0.08 * (high - low)
    edges = list[float]()
    for left, right in support.intervals:
        edges += (left - 1e-3 * margin, right + 1e-3 * margin)
    grid = np.unique(np.concatenate([nodes, edges, [low - margin, high + margin]]))
    atoms = np.array([atom.position for atom in support.atoms])
    return grid[(np.abs(grid[:, None] - atoms).min(axis=1, initial=np.inf)) > 0]


def along(
    equivalent: Equivalent, readers: Sampled, values: Mapping[Any, Any], seed: int
) -> Plotted:
    """The equivalent along one scalar, with samples.

    That is the scalar that the values give as a list, or else the first real one. Raises
    ``PlanarError`` where there is no real scalar, or matplotlib is missing.
    """
    symbol, given = _swept(equivalent, readers, values)
    comparison = readers.compare(given, trials=TRIALS, points=PLACES, seed=seed)
    shape = equivalent.target.shape
    what = "The value" if shape is None or shape == (1, 1) else "The normalised trace"
    caption = (
        f"{what} along `{chalk(symbol)}`: the derived formula (line), and means of {TRIALS} "
        f"sampled realisations with two standard errors (points), seed {seed}; all else as in the "
        "table of values."
    )
    drawn = plot(comparison, width=WIDTH)
    return Plotted(drawn, drawn.svg, caption, str(comparison))


def _swept(
    equivalent: Equivalent, readers: Sampled, values: Mapping[Any, Any]
) -> tuple[Symbol, dict[Any, Any]]:
    """The scalar along which to plot, and the values with a grid for it."""
    if lists := listed(values):
        return next(iter(lists)), dict(values)
    for symbol in equivalent.scalars:
        value = values.get(symbol)
        if value is not None and np.isrealobj(value) and value != 0:
            grid = _outside(readers, values, symbol, _around(symbol, float(value)))
            return symbol, {**values, symbol: grid}
    raise PlanarError("there is no real scalar along which to plot.")


def _around(symbol: Symbol, middle: float) -> Any:
    """A grid about a value, two decades of positive numbers where the symbol is positive."""
    if symbol.is_positive and middle > 0:
        return np.geomspace(middle / 10, 10 * middle, POINTS)
    return np.linspace(middle, 3 * middle, POINTS)


def _outside(readers: Sampled, values: Mapping[Any, Any], symbol: Symbol, grid: Any) -> Any:
    """The grid from where the scalar has left the spectrum for good, and a little further."""
    if max((max(np.shape(value), default=1) for value in values.values()), default=1) > _LARGEST:
        return grid
    solved = readers.compile().solve({**values, symbol: grid}).good
    unsolved = np.flatnonzero(~solved)
    if not len(unsolved):
        return grid
    last = unsolved[-1]
    if last >= len(grid) - 6:
        raise PlanarError(
            f"{symbol} lies on the spectrum nearly everywhere between {grid[0]:.3g} and "
            f"{grid[-1]:.3g}."
        )
    return np.geomspace(grid[last + 1] + 0.1 * abs(grid[last + 1]), grid[-1], POINTS)


def one_point(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values with one number, the middle one, in place of every list of a scalar."""
    middles = {key: grid.ravel()[grid.size // 2].item() for key, grid in listed(values).items()}
    return {**values, **middles}
