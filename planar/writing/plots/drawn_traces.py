"""How traces are drawn: theory as a line, experiment as points with error bars or a histogram."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Symbol

from planar.formulas.latex import latex
from planar.foundations.errors import PlanarError
from planar.foundations.traces import Mark, Traces

__all__ = ["legend", "put"]

_COLOURS = ("#1f4e79", "#b5451f", "#3c7a3f", "#6d4c91", "#8a6d1b", "#3b8686")
_MARKERS = "osD^vP"


def put(axes: Any, traces: Traces, place: int, label: str, eigenvalues: ArrayLike | None) -> None:
    """One result on the axes, in the colour and marker of its place."""
    colour, marker = _COLOURS[place % 6], _MARKERS[place % 6]
    if traces.distribution and eigenvalues is not None:
        _histogram(axes, traces.marks, eigenvalues)
    for line in traces.lines:
        name = f"{label} {line.name}".strip() or line.unlabelled or None
        axes.plot(line.x, line.y, "--" if line.dashed else "-", color=colour, lw=1.2, label=name)
    for points in traces.points:
        axes.errorbar(
            points.x,
            points.y,
            points.error,
            fmt=marker,
            color=colour,
            ms=3.2,
            lw=0.8,
            capsize=1.5,
            **({} if f"{label}{points.name}" else {"label": "samples"}),
        )
    for mark in traces.marks:
        axes.axvline(mark.x, color=colour, lw=0.8, ls=":", label=mark.text)
    axes.set_xlabel(_mathematics(traces.across))
    axes.set_ylabel(traces.up)


def _mathematics(across: Symbol | str) -> str:
    """A symbol as matplotlib writes mathematics; a name that is not a word stands as it is."""
    if isinstance(across, str):
        return across
    if re.fullmatch(r"\w+'*", across.name):
        return f"${latex(across)}$"
    return str(across.name.replace("$", r"\$"))


def _histogram(axes: Any, marks: Iterable[Mark], eigenvalues: ArrayLike) -> None:
    """Bars whose area is the share of the eigenvalues in them.

    Those at a mark are left to its line.
    """
    sampled = np.asarray(eigenvalues, float).ravel()
    if not len(sampled) or not np.isfinite(sampled).all():
        raise PlanarError(
            "the eigenvalues of a histogram are finite numbers; give those of eq.eigenvalues(...)."
        )
    spread = sampled
    for mark in marks:
        spread = spread[np.abs(spread - mark.x) > 1e-6 * max(1.0, np.abs(sampled).max())]
    bins = min(60, max(10, int(2 * len(spread) ** (1 / 3))))
    heights, edges = np.histogram(spread, bins=bins)
    heights = heights / (len(sampled) * np.diff(edges))
    axes.stairs(heights, edges, fill=True, color="0.85", label="sampled eigenvalues")


def legend(axes: Any, shown: Iterable[Traces]) -> None:
    """A legend where something is named; with points it says what lines and points are."""
    handles, labels = axes.get_legend_handles_labels()
    named = "theory" not in labels and any(traces.points for traces in shown)
    title = "lines: theory, points: samples" if named else None
    if handles:
        axes.legend(handles, labels, title=title, title_fontsize=7)
