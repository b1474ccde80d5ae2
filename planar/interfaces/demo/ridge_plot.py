"""The plot of theory against measurement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planar.interfaces.demo.ridge import Row

__all__ = ["plot_rows"]

_MARKERS, _LINES = "osD^v", ("-", "--", "-.", ":", "-")


def plot_rows(rows: Sequence[Row], file: Path) -> Path | None:
    """Test error against ridge: a line for each sample size, measured points with error bars.

    None where matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(5.2, 3.4), layout="constrained")
    axes = figure.add_subplot()
    counts = sorted({row.samples for row in rows})
    for place, count in enumerate(counts):
        shade = str(0.65 * place / max(1, len(counts) - 1))
        _add_curve(axes, [row for row in rows if row.samples == count], place % 5, shade)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"ridge $\lambda$")
    axes.set_ylabel("mean squared test error")
    axes.legend(frameon=False, title="points measured, lines derived", fontsize=8, title_fontsize=8)
    FigureCanvasSVG(figure).print_svg(str(file), metadata={"Date": None})
    return file


def _add_curve(axes: Any, rows: Sequence[Row], style: int, shade: str) -> None:
    """Derived line and measured points of one sample size."""
    ridges = [row.ridge for row in rows]
    axes.plot(ridges, [row.derived for row in rows], _LINES[style], color=shade, lw=1.2)
    axes.errorbar(
        ridges,
        [row.measured for row in rows],
        [2 * row.standard_error for row in rows],
        fmt=_MARKERS[style],
        color=shade,
        ms=4,
        lw=0.8,
        label=f"P = {rows[0].samples}",
    )
