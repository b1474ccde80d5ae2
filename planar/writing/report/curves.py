"""The plots of a report: a spectral density over sampled eigenvalues, and theory against samples
along one scalar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.evidence.check.comparison import Comparison, listed
from planar.foundations.errors import PlanarError, SpectralError
from planar.foundations.traces import Traceable
from planar.kernels.kernel import Kernel
from planar.writing.latex import chalk
from planar.writing.plots import Plot, plot

__all__ = ["Plotted", "Sampled", "along", "one_point", "spectrum"]

WIDTH = 3.4
"""Inches."""
POINTS, PLACES, TRIALS = 41, 9, 20
"""Points of a curve, those among them that are sampled, and the samples of each."""
_LARGEST = 400
"""Of larger matrices a whole grid at once takes too much memory."""
MATRICES = 25
"""Sampled matrices of a histogram."""


class Bands(Protocol):
    """The support of a spectrum."""

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]: ...

    @property
    def atoms(self) -> tuple[Any, ...]: ...

    def grid(self, points: int = ...) -> tuple[Any, Any]: ...


class Sampled(Protocol):
    """What plots ask of the user's object."""

    @property
    def spectral_symbol(self) -> Symbol: ...

    def compile(self, backend: str = ...) -> Kernel: ...

    def compare(
        self, values: Mapping[Any, Any], *, trials: int = ..., points: int = ..., seed: int = ...
    ) -> Comparison: ...

    def density(self, grid: Any, values: Mapping[Any, Any] | None = ...) -> Traceable: ...

    def support(self, values: Mapping[Any, Any] | None = ...) -> Bands: ...

    def eigenvalues(
        self, values: Mapping[Any, Any] | None = ..., *, trials: int = ..., seed: int = ...
    ) -> Any: ...


@dataclass(frozen=True, eq=False)
class Plotted:
    """A plot, its SVG, what is to be said below it, and its numbers as text."""

    plot: Plot
    svg: str
    caption: str
    text: str


def spectrum(readers: Sampled, values: Mapping[Any, Any], seed: int) -> Plotted:
    """The density of X in ``tr(resolvent(X, lam))`` over eigenvalues of sampled matrices.

    Raises ``PlanarError`` where the expression is no such trace, or nothing draws plots.
    """
    try:
        symbol = readers.spectral_symbol
    except SpectralError:
        raise PlanarError(
            "this is not the normalised trace of one resolvent, so it is no transform of a spectrum."
        ) from None
    given = {key: value for key, value in values.items() if key != symbol}
    support = readers.support(given)
    found = readers.density(_grid(support), given)
    sampled = readers.eigenvalues(given, trials=MATRICES, seed=seed)
    bands = " and ".join(f"[{a:.4g}, {b:.4g}]" for a, b in support.intervals) or "no interval"
    atoms = "".join(f", mass {atom.mass:.4g} at {atom.position:.4g}" for atom in support.atoms)
    caption = (
        f"The spectral density (line) over the eigenvalues of {MATRICES} sampled matrices of size {sampled.shape[1]} "
        f"(histogram), seed {seed}. Support: {bands}{atoms}."
    )
    drawn = plot(found, eigenvalues=sampled, width=WIDTH)
    return Plotted(drawn, drawn.svg, caption, f"support {support}\n{found}")


def _grid(support: Bands, points: int = 160) -> Any:
    """Points within each interval, dense at its edges, and some outside of all."""
    if not support.intervals:
        raise PlanarError("the spectrum has no interval of positive density, only atoms.")
    nodes, _ = support.grid(points)
    low, high = support.intervals[0][0], support.intervals[-1][1]
    margin = 0.08 * (high - low)
    edges = [x for a, b in support.intervals for x in (a - 1e-3 * margin, b + 1e-3 * margin)]
    grid = np.unique(np.concatenate([nodes, edges, [low - margin, high + margin]]))
    held = np.array([atom.position for atom in support.atoms])
    return grid[(np.abs(grid[:, None] - held).min(axis=1, initial=np.inf)) > 0]


def along(
    equivalent: Equivalent, readers: Sampled, values: Mapping[Any, Any], seed: int
) -> Plotted:
    """The equivalent along one scalar, the first one that the values do not already give as a list,
    with samples.

    Raises ``PlanarError`` where there is no real scalar, or nothing draws plots.
    """
    symbol, given = _swept(equivalent, readers, values)
    found = readers.compare(given, trials=TRIALS, points=PLACES, seed=seed)
    shape = equivalent.target.shape
    what = "The value" if shape is None or shape == (1, 1) else "The normalised trace"
    caption = (
        f"{what} along `{chalk(symbol)}`: the derived formula (line), and means of {TRIALS} sampled realisations with two "
        f"standard errors (points), seed {seed}; all else as in the table of values."
    )
    drawn = plot(found, width=WIDTH)
    return Plotted(drawn, drawn.svg, caption, str(found))


def _swept(
    equivalent: Equivalent, readers: Sampled, values: Mapping[Any, Any]
) -> tuple[Symbol, dict[Any, Any]]:
    if lists := listed(values):
        return next(iter(lists)), dict(values)
    for symbol in equivalent.scalars:
        value = values.get(symbol)
        if value is not None and np.isrealobj(value) and value != 0:
            middle = float(value)
            positive = bool(symbol.is_positive) and middle > 0
            grid = (
                np.geomspace(middle / 10, 10 * middle, POINTS)
                if positive
                else np.linspace(middle, 3 * middle, POINTS)
            )
            return symbol, {**values, symbol: _outside(readers, values, symbol, grid)}
    raise PlanarError("there is no real scalar along which to plot.")


def _outside(readers: Sampled, values: Mapping[Any, Any], symbol: Symbol, grid: Any) -> Any:
    """The grid from where the scalar has left the spectrum for good, and a little further."""
    if max((n for value in values.values() for n in np.shape(value)), default=1) > _LARGEST:
        return grid
    good = readers.compile().solve({**values, symbol: grid}).good
    bad = np.flatnonzero(~good)
    if not len(bad):
        return grid
    if bad[-1] >= len(grid) - 6:
        raise PlanarError(
            f"{symbol} lies on the spectrum nearly everywhere between {grid[0]:.3g} and {grid[-1]:.3g}."
        )
    return np.geomspace(grid[bad[-1] + 1] + 0.1 * abs(grid[bad[-1] + 1]), grid[-1], POINTS)


def one_point(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values with one number, the middle one, in place of every list of a scalar."""
    return {**values, **{k: v.ravel()[v.size // 2].item() for k, v in listed(values).items()}}
