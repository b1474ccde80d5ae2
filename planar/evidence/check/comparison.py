"""Theory against experiment along one parameter: the equivalent on a grid, samples with their
errors at some of its points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from planar.ensembles.law import Law
from planar.evidence.check.sampling import Samples, sample
from planar.expression.tree import Target, letters
from planar.expression.values import Array, resolve
from planar.foundations.errors import ShapeError, ValueMissing
from planar.foundations.printed import Printed
from planar.foundations.traces import SamplePoints, TheoryLine, Traces

__all__ = ["Comparison", "compare", "listed", "swept"]


@dataclass(frozen=True, eq=False)
class Comparison(Printed):
    """The value of an expression along a grid of one scalar or dimension, predicted everywhere and
    sampled at some points.

    ``predicted`` has one number for each of ``grid``, NaN where the point lies on the spectrum;
    ``places`` are the positions in the grid at which ``sampled`` and ``standard_error`` were drawn,
    ``trials`` independent realisations each. Of a square matrix it is the normalised trace. Samples
    have a bias of finite size, O(1/N^2) for complex ensembles and O(1/N) for ``real`` ones: this is
    a figure, the verdict is that of ``check``.
    """

    expression: Expr
    symbol: Symbol
    grid: Array
    predicted: Array
    places: tuple[int, ...]
    sampled: Array
    standard_error: Array
    trials: int
    seed: int
    real: bool

    def traces(self) -> Traces:
        """On axes: prediction as lines, samples with bars of two standard errors, imaginary parts
        apart.
        """
        parts: dict[str, Callable[[Array], Array]] = {"": np.real}
        if np.any(np.nan_to_num(np.imag(self.predicted))):
            parts = {"(real)": np.real, "(imaginary)": np.imag}
        lines, points = [], []
        for name, part in parts.items():
            dashed = name == "(imaginary)"
            lines.append(
                TheoryLine(self.grid, part(self.predicted), name, dashed, unlabelled="theory")
            )
            points.append(
                SamplePoints(self.points, part(self.sampled), 2 * self.standard_error, name)
            )
        number = getattr(self.expression, "shape", (1, 1)) in ((), (1, 1))
        return Traces(
            self.symbol, "value" if number else "normalised trace", tuple(lines), tuple(points)
        )

    @property
    def points(self) -> Array:
        """Where samples were drawn."""
        result: Array = self.grid[list(self.places)]
        return result

    @property
    def deviation(self) -> Array:
        """How far the samples are from the prediction, relative to it."""
        expected = self.predicted[list(self.places)]
        result: Array = np.abs(self.sampled - expected) / np.abs(expected)
        return result

    @property
    def refused(self) -> Array:
        """The points of the grid that lie on the spectrum, or have no solution on the physical
        branch: nothing is predicted.
        """
        result: Array = self.grid[~np.isfinite(self.predicted)]
        return result

    def __str__(self) -> str:
        head = f"{len(self.grid)} points of {self.symbol}, {self.trials} trials at {len(self.places)} of them, seed {self.seed}"
        lines = [f"{self.symbol!s:>12}  {'predicted':>14}  {'sampled':>14}  standard error"]
        for place, x, value, error in zip(
            self.places, self.points, self.sampled, self.standard_error, strict=True
        ):
            lines.append(
                f"{x:12.6g}  {_text(self.predicted[place]):>14}  {_text(value, error):>14}  {error:.2g}"
            )
        if len(self.refused):
            shown = ", ".join(f"{x:.6g}" for x in self.refused[:6]) + (
                ", ..." if len(self.refused) > 6 else ""
            )
            lines.append(
                f"nothing is predicted at {self.symbol} = {shown}: no solution on the physical branch; move a shift away."
            )
        return "\n".join([head, *lines])


def compare(
    expression: Expr,
    target: Target,
    laws: Sequence[Law],
    scalars: Sequence[Symbol],
    predict: Callable[[Mapping[Any, Any], Symbol, Array], Array],
    values: Mapping[Any, Any],
    *,
    trials: int = 20,
    points: int = 9,
    seed: int = 0,
    real: bool = False,
    executor: Executor | None = None,
) -> Comparison:
    """The comparison; ``predict(values, symbol, grid)`` has one number a point, NaN where that lies
    on the spectrum.
    """
    _refuse_shape(target)
    for name, count, least in (("trials", trials, 2), ("points", points, 1)):
        if isinstance(count, bool) or not isinstance(count, int) or count < least:
            raise ValueMissing(
                f"a comparison needs {name} of at least {least}, got {name}={count!r}."
            )
    symbol, grid = swept(values)
    places = tuple(
        int(i) for i in np.unique(np.linspace(0, len(grid) - 1, min(points, len(grid))).round())
    )
    drawn: list[Samples] = []
    for place in places:
        here = {**values, symbol: grid[place].item()}
        found = resolve(letters(target), laws, scalars, here)
        drawn.append(
            sample(target, laws, found, trials=trials, seed=seed, real=real, executor=executor)
        )
    return Comparison(
        expression,
        symbol,
        grid,
        predict({key: x for key, x in values.items() if key != symbol}, symbol, grid),
        places,
        np.array([s.mean[0] for s in drawn]),
        np.array([s.standard_error[0] for s in drawn]),
        trials,
        seed,
        real,
    )


def swept(values: Mapping[Any, Any]) -> tuple[Symbol, Array]:
    """The one scalar or dimension that is given as a list of values, and the list.

    Raises ``ValueMissing`` where there is none, or more than one.
    """
    lists = listed(values)
    if len(lists) != 1:
        found = " and ".join(map(str, lists)) or "none"
        raise ValueMissing(
            f"a comparison runs along one scalar or dimension that is given as a list of values, found {found}; "
            "give for example lam: numpy.geomspace(0.01, 1, 30)."
        )
    ((symbol, grid),) = lists.items()
    if (
        grid.ndim != 1
        or len(grid) < 2
        or grid.dtype.kind not in "iuf"
        or not np.isfinite(grid).all()
    ):
        raise ValueMissing(
            f"{symbol} runs along at least two finite real numbers; give them as a one-dimensional array."
        )
    return symbol, grid


def listed(values: Mapping[Any, Any]) -> dict[Symbol, Array]:
    """The scalars and dimensions among the values that are given as arrays."""
    return {
        key: np.asarray(x) for key, x in values.items() if isinstance(key, Symbol) and np.ndim(x)
    }


def _refuse_shape(target: Target) -> None:
    if target.shape is not None and target.shape[0] != target.shape[1]:
        rows, cols = target.shape
        raise ShapeError(
            f"a comparison needs a number or a square matrix, this is {rows} x {cols}; take a trace of it."
        )


def _text(value: complex, error: float = 0.0) -> str:
    """A number; an imaginary part within three standard errors of none is left out."""
    value = complex(value)
    if not np.isfinite(value):
        return "none"
    small = abs(value.imag) <= max(1e-12 * abs(value), 3 * error)
    return f"{value.real:.6g}" if small else f"{value.real:.5g}{value.imag:+.5g}i"
