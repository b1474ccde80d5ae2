"""Whether an axis is linear or logarithmic, by its data, and how a short one is labelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from planar.foundations.errors import PlanarError

__all__ = ["set_scales"]

Values = np.ndarray[Any, Any]

_SPREAD = 30
"""How much data must span for logarithms: a grid in even ratios, or positive values."""


def set_scales(axes: Any, xscale: str | None, yscale: str | None) -> None:
    """Set both scales, "linear" or "log", by the data where they are not given."""
    grids, values = _data(axes)
    axes.set_xscale(_scale("xscale", xscale, lambda: _geometric(grids[0])))
    axes.set_yscale(_scale("yscale", yscale, lambda: _wide(values)))
    _set_ticks(axes)


def _scale(name: str, given: str | None, is_logarithmic: Callable[[], bool]) -> str:
    if given not in (None, "linear", "log"):
        raise PlanarError(f'{name} is "linear" or "log", got {given!r}.')
    return given or ("log" if is_logarithmic() else "linear")


def _data(axes: Any) -> tuple[list[Values], Values]:
    """The grid of each line, and the values of all."""
    lines = [line.get_xydata() for line in axes.get_lines() if len(line.get_xdata()) > 1]
    values = [line[:, 1] for line in lines] or [np.ones(1)]
    return [line[:, 0] for line in lines], np.concatenate(values)


def _geometric(grid: Values) -> bool:
    """Whether a grid spans decades and is closer to even ratios than to even steps."""
    x = np.sort(grid[grid > 0]) if (grid >= 0).all() else np.ones(1)
    first, middle, last = x[0], x[len(x) // 2], x[-1]
    off_ratio = abs(np.log(middle**2 / (first * last)))
    off_step = abs(np.log(2 * middle / (first + last)))
    return bool(last > _SPREAD * first and off_ratio < off_step)


def _wide(values: Values) -> bool:
    """Whether all values are positive and span decades."""
    y = values[np.isfinite(values)]
    return bool(len(y) and y.min() > 0 and y.max() > _SPREAD * y.min())


def _set_ticks(axes: Any) -> None:
    """On a logarithmic axis of less than two decades 1, 2 and 5 times powers of ten, as numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis in (axes.xaxis, axes.yaxis):
        low, high = axis.get_view_interval()
        if axis.get_scale() == "log" and low > 0 and high < 100 * low:
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(NullFormatter())
