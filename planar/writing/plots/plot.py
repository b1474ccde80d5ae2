"""One figure from results, as SVG, PDF or PNG, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from planar.foundations.errors import PlanarError
from planar.foundations.traces import Traceable
from planar.writing.plots.traces import legend, put

__all__ = ["Plot", "plot"]

_STYLE = {
    "svg.hashsalt": "planar",
    "svg.fonttype": "path",
    "font.family": ["STIXGeneral", "DejaVu Serif"],
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.linewidth": 0.6,
    "axes.formatter.use_mathtext": True,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
}
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {},
}
_SPREAD = 30
"""A grid that spans this factor in even ratios is shown in logarithms, and so are positive values
that span it.
"""


@dataclass(frozen=True, eq=False)
class Plot:
    """A figure of matplotlib: it shows itself in a notebook; ``axes`` takes whatever else is to be
    drawn or set.
    """

    figure: Any
    axes: Any

    @property
    def svg(self) -> str:
        """The figure as SVG."""
        return self._bytes("svg").decode()

    def save(self, path: str | Path) -> Path:
        """Write the figure as its ending says: ``.svg``, ``.pdf`` or ``.png`` (300 dots an inch)."""
        file = Path(path)
        kind = file.suffix.lstrip(".").lower()
        if kind not in _METADATA:
            raise PlanarError(
                f"a plot is saved as svg, pdf or png, not as {file.name!r}; end the name with one of them."
            )
        try:
            file.write_bytes(self._bytes(kind))
        except OSError as error:
            raise PlanarError(
                f"cannot write {file}: {error.strerror}; give another path."
            ) from None
        return file

    def _bytes(self, kind: str) -> bytes:
        from matplotlib import rc_context

        target = BytesIO()
        with rc_context(_STYLE):
            self.figure.savefig(target, format=kind, dpi=300, metadata=_METADATA[kind])
        return target.getvalue()

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        width, height = self.figure.get_size_inches()
        return f"<plot of {width:g} x {height:g} inches>"


def plot(
    value: Any,
    *,
    eigenvalues: Any = None,
    width: float = 3.4,
    height: float | None = None,
    xscale: str | None = None,
    yscale: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> Plot:
    """A figure of a ``Comparison``, a ``Density`` (over a histogram of ``eigenvalues``),
    ``SGDCurves``, or of several.

    Lines are theory, points with bars of two standard errors experiment. A mapping from labels to
    values, ``{"P = 20": ...}``, puts them on the same axes. ``width`` and ``height`` are in inches,
    3.4 one column of a journal. Scales are ``"linear"`` or ``"log"``, chosen by the data unless
    given. Needs matplotlib (``pip install "planar-rmt[plots]"``).

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> eq = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), symbols("lambda", positive=True))))
    >>> values = {N: 100, P: 200}
    >>> density = eq.density(np.linspace(0.01, 3.5, 100), values)
    >>> plot(density, eigenvalues=eq.eigenvalues(values))
    <plot of 3.4 x 2.3 inches>

    Raises ``PlanarError`` where matplotlib is missing, or a value is none of these.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise PlanarError(
            'plots need matplotlib; install it with pip install "planar-rmt[plots]".'
        ) from None
    named: Mapping[str, Any] = value if isinstance(value, Mapping) else {"": value}
    wrong = [x for x in named.values() if not isinstance(x, Traceable)]
    if wrong or not named:
        what = f"a value of type {type(wrong[0]).__name__}" if wrong else "nothing"
        raise PlanarError(
            f"cannot plot {what}; plot takes what eq.compare, eq.density and planar.dynamics.sgd_curves return."
        )
    height = _checked("height", height if height is not None else 0.68 * _checked("width", width))
    with rc_context(_STYLE):
        figure = Figure(figsize=(width, round(height, 1)), layout="constrained")
        axes = figure.add_subplot()
        shown = [result.traces() for result in named.values()]
        for place, (label, traces) in enumerate(zip(named, shown, strict=True)):
            put(axes, traces, place, label, eigenvalues if place == 0 else None)
        xs, ys = _data(axes)
        axes.set_xscale(_scale("xscale", xscale, lambda: _geometric(xs)))
        axes.set_yscale(_scale("yscale", yscale, lambda: _wide(ys)))
        _ticks(axes)
        legend(axes, shown)
        for setter, text in ((axes.set_xlabel, xlabel), (axes.set_ylabel, ylabel)):
            if text is not None:
                setter(text)
    return Plot(figure, axes)


def _checked(name: str, inches: Any) -> float:
    if isinstance(inches, bool) or not isinstance(inches, int | float) or not 0.5 <= inches <= 50:
        raise PlanarError(
            f"a {name} of {inches!r} inches is no size of a figure; give one between 0.5 and 50."
        )
    return float(inches)


def _scale(name: str, given: str | None, wide: Callable[[], bool]) -> str:
    if given not in (None, "linear", "log"):
        raise PlanarError(f'{name} is "linear" or "log", got {given!r}.')
    return given or ("log" if wide() else "linear")


def _ticks(axes: Any) -> None:
    """On a logarithmic axis of less than two decades 1, 2 and 5 times powers of ten, written as
    numbers.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis in (axes.xaxis, axes.yaxis):
        low, high = axis.get_view_interval()
        if axis.get_scale() == "log" and low > 0 and high < 100 * low:
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(NullFormatter())


def _data(axes: Any) -> tuple[list[np.ndarray[Any, Any]], np.ndarray[Any, Any]]:
    lines = [line.get_xydata() for line in axes.get_lines() if len(line.get_xdata()) > 1]
    return [line[:, 0] for line in lines], np.concatenate(
        [line[:, 1] for line in lines] or [np.ones(1)]
    )


def _geometric(grids: list[np.ndarray[Any, Any]]) -> bool:
    """Whether a grid spans decades and is closer to even ratios than to even steps."""
    (x, *_) = grids
    x = np.sort(x[x > 0]) if (x >= 0).all() else np.ones(1)
    middle = x[len(x) // 2]
    return bool(
        x[-1] > _SPREAD * x[0]
        and abs(np.log(middle**2 / (x[0] * x[-1]))) < abs(np.log(2 * middle / (x[0] + x[-1])))
    )


def _wide(values: np.ndarray[Any, Any]) -> bool:
    y = values[np.isfinite(values)]
    return bool(len(y) and y.min() > 0 and y.max() > _SPREAD * y.min())
