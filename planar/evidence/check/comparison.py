"""Theory against experiment along one parameter.

The equivalent is evaluated on a grid; samples with their errors are drawn at some of its points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from planar.ensembles.law import Law
from planar.evidence.check.sampling import sample
from planar.expression.numeric import Array
from planar.expression.tree import Target, identity_sizes, letters
from planar.expression.values import resolve
from planar.foundations.errors import ShapeError, ValueMissing
from planar.foundations.notebook_display import Printed
from planar.foundations.traces import SamplePoints, TheoryLine, Traces

__all__ = ["Comparison", "compare", "listed", "swept"]

_SHOWN = 6


@dataclass(frozen=True, eq=False)
class Comparison(Printed):
    """An expression along a grid, predicted at every point and sampled at some of them.

    The grid is of one scalar or dimension. Of a square matrix the value is the normalised trace.
    Samples have a bias of finite size, O(1/N^2) for complex ensembles and O(1/N) for ``real`` ones:
    this is a figure, the verdict is that of ``check``.

    Attributes
    ----------
    expression : Expr
        What is predicted and sampled.
    symbol : Symbol
        The scalar or dimension that runs along the grid.
    grid : array of shape (n,)
        Its values.
    predicted : array of shape (n,)
        The equivalent at every point, NaN where the point lies on the spectrum.
    places : tuple of int
        The positions in the grid at which samples were drawn.
    sampled : array, one entry a place
        The mean of ``trials`` independent realisations.
    standard_error : array, one entry a place
        Of ``sampled``.
    trials : int
        The number of realisations at each place.
    seed : int
        Of the samples.
    real : bool
        Whether real matrices were drawn rather than complex ones.
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
        """What is drawn on axes; imaginary parts have a line and points of their own.

        Returns
        -------
        Traces
            The prediction as lines, samples with bars of two standard errors.
        """
        parts: dict[str, Callable[[Array], Array]] = {"": np.real}
        if np.any(np.nan_to_num(np.imag(self.predicted))):
            parts = {"(real)": np.real, "(imaginary)": np.imag}
        lines, points, bar = [], [], 2 * self.standard_error
        for name, part in parts.items():
            dashed, values = name == "(imaginary)", part(self.predicted)
            lines.append(TheoryLine(self.grid, values, name, dashed, unlabelled="theory"))
            points.append(SamplePoints(self.points, part(self.sampled), bar, name))
        is_number = getattr(self.expression, "shape", (1, 1)) in ((), (1, 1))
        up = "value" if is_number else "normalised trace"
        return Traces(self.symbol, up, tuple(lines), tuple(points))

    @property
    def points(self) -> Array:
        """The points of the grid at which samples were drawn."""
        result: Array = self.grid[list(self.places)]
        return result

    @property
    def deviation(self) -> Array:
        """The distance of the samples from the prediction, relative to the prediction."""
        expected = self.predicted[list(self.places)]
        result: Array = np.abs(self.sampled - expected) / np.abs(expected)
        return result

    @property
    def refused(self) -> Array:
        """The points of the grid at which nothing is predicted.

        They lie on the spectrum, or have no solution on the physical branch.
        """
        result: Array = self.grid[~np.isfinite(self.predicted)]
        return result

    def __str__(self) -> str:
        name = str(self.symbol)
        lines = [
            f"{len(self.grid)} points of {name}, {self.trials} trials at {len(self.places)} of "
            f"them, seed {self.seed}",
            f"{name:>12}  {'predicted':>14}  {'sampled':>14}  standard error",
        ]
        for place, x, value, error in zip(
            self.places, self.points, self.sampled, self.standard_error, strict=True
        ):
            predicted, sampled = _text(self.predicted[place]), _text(value, error)
            lines.append(f"{x:12.6g}  {predicted:>14}  {sampled:>14}  {error:.2g}")
        if len(self.refused):
            lines.append(
                f"nothing is predicted at {name} = {_first_few(self.refused)}: "
                "no solution on the physical branch; move a shift away."
            )
        return "\n".join(lines)


def _first_few(points: Array) -> str:
    dots = ", ..." if len(points) > _SHOWN else ""
    return ", ".join(f"{x:.6g}" for x in points[:_SHOWN]) + dots


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
    """The comparison of an expression along the one list among its values.

    ``predict(values, symbol, grid)`` has one number a point, NaN where that lies on the spectrum.
    """
    _refuse_shape(target)
    _refuse_count("trials", trials, 2)
    _refuse_count("points", points, 1)
    symbol, grid = swept(values)
    places = _places(len(grid), points)
    settings = [{**values, symbol: grid[place].item()} for place in places]
    bare = identity_sizes(target)
    numbers = (
        resolve(letters(target), laws, scalars, setting, identities=bare) for setting in settings
    )
    draw = partial(sample, trials=trials, seed=seed, real=real, executor=executor)
    drawn = [draw(target, laws, resolved) for resolved in numbers]
    fixed = {key: value for key, value in values.items() if key != symbol}
    return Comparison(
        expression,
        symbol,
        grid,
        predict(fixed, symbol, grid),
        places,
        np.array([s.mean[0] for s in drawn]),
        np.array([s.standard_error[0] for s in drawn]),
        trials,
        seed,
        real,
    )


def _places(length: int, points: int) -> tuple[int, ...]:
    """Positions in the grid, evenly spread from its first to its last point."""
    spread = np.linspace(0, length - 1, min(points, length)).round()
    return tuple(int(place) for place in np.unique(spread))


def swept(values: Mapping[Any, Any]) -> tuple[Symbol, Array]:
    """The one scalar or dimension that is given as a list of values, and the list.

    Raises ``ValueMissing`` where there is none, or more than one.
    """
    lists = listed(values)
    if len(lists) != 1:
        names = " and ".join(map(str, lists)) or "none"
        raise ValueMissing(
            "a comparison runs along one scalar or dimension that is given as a list of values, "
            f"found {names}; give for example lam: numpy.geomspace(0.01, 1, 30)."
        )
    ((symbol, grid),) = lists.items()
    is_list = grid.ndim == 1 and len(grid) >= 2
    if not is_list or grid.dtype.kind not in "iuf" or not np.isfinite(grid).all():
        raise ValueMissing(
            f"{symbol} runs along at least two finite real numbers; "
            "give them as a one-dimensional array."
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
            f"a comparison needs a number or a square matrix, this is {rows} x {cols}; "
            "take a trace of it."
        )


def _refuse_count(name: str, count: int, least: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < least:
        raise ValueMissing(f"a comparison needs {name} of at least {least}, got {name}={count!r}.")


def _text(value: complex, error: float = 0.0) -> str:
    """A number; an imaginary part within three standard errors of none is left out."""
    value = complex(value)
    if not np.isfinite(value):
        return "none"
    small = abs(value.imag) <= max(1e-12 * abs(value), 3 * error)
    return f"{value.real:.6g}" if small else f"{value.real:.5g}{value.imag:+.5g}i"
