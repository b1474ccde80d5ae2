"""How each result is put on axes: theory as a line, experiment as points with error bars or a histogram."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from sympy import Symbol

from planar.check.comparison import Comparison
from planar.dynamics.sgd import SGDCurves
from planar.errors import PlanarError
from planar.latex.printer import latex
from planar.spectral import Density

__all__ = ["PLOTTED", "legend", "put"]

PLOTTED = (Comparison, Density, SGDCurves)
_COLOURS = ("#1f4e79", "#b5451f", "#3c7a3f", "#6d4c91", "#8a6d1b", "#3b8686")
_MARKERS = "osD^vP"


def put(axes: Any, value: Any, place: int, label: str, eigenvalues: Any) -> None:
    """One result on the axes, in the colour and marker of its place."""
    colour, marker = _COLOURS[place % 6], _MARKERS[place % 6]
    match value:
        case Comparison():
            _comparison(axes, value, colour, marker, label)
        case Density():
            _density(axes, value, colour, label, eigenvalues)
        case SGDCurves():
            _losses(axes, value, colour, label)


def _comparison(axes: Any, value: Comparison, colour: str, marker: str, label: str) -> None:
    parts: dict[str, Any] = {"": np.real}
    if np.any(np.nan_to_num(np.imag(value.predicted))):
        parts = {" (real)": np.real, " (imaginary)": np.imag}
    for style, (name, part) in zip(("-", "--"), parts.items(), strict=False):
        axes.plot(value.grid, part(value.predicted), style, color=colour, lw=1.1, label=f"{label}{name}" or "theory")
        bars = 2 * value.standard_error
        points = {"label": "samples"} if not f"{label}{name}" else {}
        axes.errorbar(value.points, part(value.sampled), bars, fmt=marker, color=colour, ms=3.2, lw=0.8, capsize=1.5, **points)
    axes.set_xlabel(_mathematics(value.symbol))
    axes.set_ylabel("value" if getattr(value.expression, "shape", (1, 1)) in ((), (1, 1)) else "normalised trace")


def _mathematics(symbol: Symbol) -> str:
    """The symbol as matplotlib writes mathematics; a name that is no word stands as it is."""
    return f"${latex(symbol)}$" if re.fullmatch(r"\w+'*", symbol.name) else symbol.name.replace("$", r"\$")


def _density(axes: Any, value: Density, colour: str, label: str, eigenvalues: Any) -> None:
    finite = np.isfinite(value.density)
    if eigenvalues is not None:
        held = np.asarray(eigenvalues, float).ravel()
        if not len(held) or not np.isfinite(held).all():
            raise PlanarError("the eigenvalues of a histogram are finite numbers; give those of eq.eigenvalues(...).")
        _histogram(axes, value, held)
    order = np.argsort(value.grid[finite])
    axes.plot(value.grid[finite][order], value.density[finite][order], color=colour, lw=1.2, label=label or None)
    for atom in value.atoms:
        axes.axvline(float(atom.position), color=colour, lw=0.8, ls=":", label=f"mass {float(atom.mass):.3g}")
    axes.set_xlabel("$x$")
    axes.set_ylabel("density")


def _histogram(axes: Any, value: Density, held: Any) -> None:
    """Bars whose area is the share of the eigenvalues in them; those at an atom are left to its line."""
    away = held
    for atom in value.atoms:
        away = away[np.abs(away - float(atom.position)) > 1e-6 * max(1.0, np.abs(held).max())]
    bins = min(60, max(10, int(2 * len(away) ** (1 / 3))))
    heights, edges = np.histogram(away, bins=bins)
    axes.stairs(heights / (len(held) * np.diff(edges)), edges, fill=True, color="0.85", label="sampled eigenvalues")


def _losses(axes: Any, value: SGDCurves, colour: str, label: str) -> None:
    shown = value.t > 0 if (value.t > 0).sum() > 1 else np.ones_like(value.t, bool)
    axes.plot(value.t[shown], value.test[shown], "-", color=colour, lw=1.2, label=f"{label} test".strip())
    axes.plot(value.t[shown], value.train[shown], "--", color=colour, lw=1.2, label=f"{label} train".strip())
    axes.set_xlabel("steps $t$")
    axes.set_ylabel("loss")


def legend(axes: Any, values: tuple[Any, ...]) -> None:
    """A legend where something is named; comparisons say what lines and points are."""
    handles, labels = axes.get_legend_handles_labels()
    named = "theory" not in labels and any(isinstance(v, Comparison) for v in values)
    title = "lines: theory, points: samples" if named else None
    if handles:
        axes.legend(handles, labels, title=title, title_fontsize=7)
