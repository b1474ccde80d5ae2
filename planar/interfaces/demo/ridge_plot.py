"""The plot of theory against measurement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planar.interfaces.demo.ridge import Row

__all__ = ["plot_rows"]


def plot_rows(rows: Sequence[Row], file: Path) -> Path | None:
    """Test error against ridge, a line a sample size, measured points with error bars; None without
    matplotlib.
    """
    try:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(5.2, 3.4), layout="constrained")
    axes = figure.add_subplot()
    markers, styles = "osD^v", ("-", "--", "-.", ":", "-")
    for place, count in enumerate(sorted({r.samples for r in rows})):
        mine = [r for r in rows if r.samples == count]
        shade = str(0.65 * place / max(1, len({r.samples for r in rows}) - 1))
        axes.plot(
            [r.ridge for r in mine],
            [r.derived for r in mine],
            styles[place % 5],
            color=shade,
            lw=1.2,
        )
        errors = [2 * r.standard_error for r in mine]
        axes.errorbar(
            [r.ridge for r in mine],
            [r.measured for r in mine],
            errors,
            fmt=markers[place % 5],
            color=shade,
            ms=4,
            lw=0.8,
            label=f"P = {count}",
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"ridge $\lambda$")
    axes.set_ylabel("mean squared test error")
    axes.legend(frameon=False, title="points measured, lines derived", fontsize=8, title_fontsize=8)
    FigureCanvasSVG(figure).print_svg(str(file), metadata={"Date": None})
    return file
