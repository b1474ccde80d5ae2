"""One figure from results, as SVG, PDF or PNG, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from planar.foundations.errors import PlanarError
from planar.foundations.traces import Traceable
from planar.writing.plots.axis_scales import set_scales
from planar.writing.plots.drawn_traces import legend, put

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


@dataclass(frozen=True, eq=False)
class Plot:
    """A figure of matplotlib, which a notebook shows as SVG.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    axes : matplotlib.axes.Axes
        Takes whatever else is to be drawn or set.
    """

    figure: Any
    axes: Any

    @property
    def svg(self) -> str:
        """The figure as SVG.

        Returns
        -------
        str
        """
        return self._bytes("svg").decode()

    def save(self, path: str | Path) -> Path:
        """Write the figure in the format that the ending of its name says.

        Parameters
        ----------
        path : str or Path
            Ends in ``.svg``, ``.pdf`` or ``.png`` (300 dots an inch).

        Returns
        -------
        Path
            The file.

        Raises
        ------
        PlanarError
            If the ending is another one, or the file cannot be written.
        """
        file = Path(path)
        kind = file.suffix.lstrip(".").lower()
        if kind not in _METADATA:
            raise PlanarError(
                f"a plot is saved as svg, pdf or png, not as {file.name!r}; end the name with one "
                "of them."
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
    value: Traceable | Mapping[str, Traceable],
    *,
    eigenvalues: ArrayLike | None = None,
    width: float = 3.4,
    height: float | None = None,
    xscale: str | None = None,
    yscale: str | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> Plot:
    """A figure of theory and experiment, of one result or of several on the same axes.

    Lines are theory, points with bars of two standard errors experiment. Needs matplotlib
    (``pip install matplotlib``).

    Parameters
    ----------
    value : Comparison, Density, SGDCurves, or mapping from str to these
        What ``eq.compare``, ``eq.density`` and ``planar.dynamics.sgd_curves`` return. A mapping
        from labels to results, ``{"P = 20": ...}``, puts them on the same axes.
    eigenvalues : array_like, optional
        Sampled eigenvalues, whose histogram is drawn under a ``Density``; with several results
        under the first one.
    width, height : float
        In inches; 3.4, one column of a journal, by default, and 0.68 of the width.
    xscale, yscale : {"linear", "log"}, optional
        Chosen by the data unless given.
    xlabel, ylabel : str, optional
        Labels of the axes in place of those of the result.

    Returns
    -------
    Plot

    Raises
    ------
    PlanarError
        If matplotlib is missing, a value is none of these, or an option is out of range.

    Examples
    --------
    >>> import numpy as np, planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> W, lam = planar.Wishart("W", N, P), symbols("lambda", positive=True)
    >>> eq = planar.derive(planar.tr(planar.resolvent(W, lam)))
    >>> values = {N: 100, P: 200}
    >>> density = eq.density(np.linspace(0.01, 3.5, 100), values)
    >>> plot(density, eigenvalues=eq.eigenvalues(values))
    <plot of 3.4 x 2.3 inches>
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise PlanarError(
            "plots need matplotlib, which is not installed: pip install matplotlib"
        ) from None
    results = _results(value)
    height = _checked("height", height if height is not None else 0.68 * _checked("width", width))
    with rc_context(_STYLE):
        figure = Figure(figsize=(width, round(height, 1)), layout="constrained")
        axes = figure.add_subplot()
        shown = [result.traces() for result in results.values()]
        for place, (label, traces) in enumerate(zip(results, shown, strict=True)):
            put(axes, traces, place, label, eigenvalues if place == 0 else None)
        set_scales(axes, xscale, yscale)
        legend(axes, shown)
        if xlabel is not None:
            axes.set_xlabel(xlabel)
        if ylabel is not None:
            axes.set_ylabel(ylabel)
    return Plot(figure, axes)


def _results(value: Traceable | Mapping[str, Traceable]) -> Mapping[str, Traceable]:
    """Results by label; one alone has none."""
    results: Mapping[str, Traceable] = value if isinstance(value, Mapping) else {"": value}
    wrong = [result for result in results.values() if not isinstance(result, Traceable)]
    if wrong or not results:
        what = f"a value of type {type(wrong[0]).__name__}" if wrong else "nothing"
        raise PlanarError(
            f"cannot plot {what}; plot takes what eq.compare, eq.density and "
            "planar.dynamics.sgd_curves return."
        )
    return results


def _checked(name: str, inches: object) -> float:
    if isinstance(inches, bool) or not isinstance(inches, int | float) or not 0.5 <= inches <= 50:
        raise PlanarError(
            f"a {name} of {inches!r} inches is not a valid size of a figure; give one between 0.5 "
            "and 50."
        )
    return float(inches)
