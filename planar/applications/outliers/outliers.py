"""Outliers of a random matrix with a signal of finite rank: where they lie, from which strength on,
what they tell of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Integer, MatAdd, MatrixExpr, MatrixSymbol, Symbol

from planar.applications.outliers.realisation import Realisation, realised
from planar.applications.spectral import Support, support
from planar.applications.spectral.resolvent_trace import self_adjoint
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.expression.tree import read
from planar.formulas.chalk import chalk
from planar.formulas.naming import unused
from planar.formulas.symbols import resolvent, tr
from planar.foundations.errors import PlanarError
from planar.foundations.printed import Printed
from planar.kernels.kernel import Kernel, compile_kernel
from planar.writing.latex import equations, latex

__all__ = ["Outlier", "Outliers", "outliers"]

Reals = NDArray[np.float64]
NEAREST, FARTHEST, PLACES = 1e-7, 1e4, 240
"""How far from an edge outliers are looked for, in units of the spectrum's width, and at how many
places.
"""


@dataclass(frozen=True)
class Outlier(Printed):
    """An isolated eigenvalue, and the squared overlap of its eigenvector with each direction that
    was asked for.
    """

    position: float
    overlaps: Mapping[MatrixExpr, float]

    def __str__(self) -> str:
        told = "".join(f", |{chalk(x)} . v|^2 = {value:.6g}" for x, value in self.overlaps.items())
        return f"{self.position:.9g}{told}"


@dataclass(frozen=True)
class Outliers(Printed):
    """A self-adjoint matrix ``f + L (1 - C)^-1 R`` with a bulk f: eigenvalues x off the bulk have
    det (1 - C(x)) = 0.

    ``entries`` are the equivalents of C(x), a matrix as large as the rank, at lambda = -x:
    one-point functions; ``lam`` is how lambda is called beside the scalars of the matrix. Overlaps
    come from two-point functions at lambda twice.
    """

    matrix: MatrixExpr
    split: Realisation
    lam: Symbol
    entries: tuple[tuple[Equivalent, ...], ...]

    @cached_property
    def kernels(self) -> tuple[tuple[Kernel, ...], ...]:
        """Kernels of the entries."""
        return tuple(tuple(compile_kernel(e, "numpy") for e in row) for row in self.entries)

    @property
    def bulk(self) -> MatrixExpr:
        """The matrix without its signal."""
        return self.split.bulk

    def support(self, values: Mapping[Any, Any]) -> Support:
        """Edges of the bulk."""
        trace = _trace(self.bulk, self.lam)
        return support(trace, {k: v for k, v in _sized(values).items() if _held(trace, k)})

    def find(
        self, values: Mapping[Any, Any], *directions: MatrixExpr, bulk: Support | None = None
    ) -> tuple[Outlier, ...]:
        """Every outlier, from below, with squared overlaps of its unit eigenvector with these
        columns (unit vectors, say).

        ``values`` are those of ``evaluate``; ``bulk`` spares finding its edges again. Raises
        ``PlanarError`` where it is not found.
        """
        determinant = _Determinant(self, values)
        places = np.array(sorted(_zeros(determinant, bulk or self.support(values))))
        if not len(places):
            return ()
        null = [_null(m) for m in determinant.matrix(places)]
        norms = self._form(values, places, null)
        found = {x: self._projection(values, places, null, x) ** 2 / norms for x in directions}
        return tuple(
            Outlier(float(p), {x: float(o[i]) for x, o in found.items()})
            for i, p in enumerate(places)
        )

    def threshold(
        self,
        strength: Symbol,
        values: Mapping[Any, Any],
        *,
        upper: bool = True,
        bulk: Support | None = None,
    ) -> tuple[float, ...]:
        """The strengths > 0 of the signal at which an outlier leaves the bulk at its upper (or
        lower) edge.

        There the outlier equation meets 1 - gamma = 0, so that the overlap vanishes. ``values``
        leaves the strength out.
        """
        edges = [e for interval in (bulk or self.support(values)).intervals for e in interval]
        edge, width = (max(edges), 1) if upper else (min(edges), -1)
        scale = max(max(edges) - min(edges), 1e-300)
        steps = width * scale * 1e-5 * np.array([1.0, 4.0, 16.0, 64.0])
        grid = np.geomspace(1e-4, 1e4, PLACES)
        determinant = _Determinant(self, values)

        def at_edge(strengths: Reals) -> Reals:
            """The limit at the edge, where entries go as powers of the root of the distance."""
            found = [
                determinant(np.full(len(strengths), edge + s), {strength: strengths}) for s in steps
            ]
            for power in (2, 4, 8):
                found = [(power * near - far) / (power - 1) for near, far in pairwise(found)]
            return found[0]

        return tuple(_zeros_between(at_edge, grid))

    def _form(self, values: Mapping[Any, Any], places: Reals, null: list[Reals]) -> Reals:
        """Squared lengths of the eigenvectors ``(x - f)^-1 L n``."""
        g = resolvent(self.bulk, self.lam)
        total = np.zeros(len(places))
        for i, x in enumerate(self.split.left):
            for j, y in enumerate(self.split.left):
                entry = _evaluated(_compiled(x.T * g.T * g * y), values, places, self.lam)
                total += np.array([n[i] * n[j] for n in null]) * entry
        return total

    def _projection(
        self, values: Mapping[Any, Any], places: Reals, null: list[Reals], direction: MatrixExpr
    ) -> Reals:
        g = resolvent(self.bulk, self.lam)
        parts = [
            _evaluated(_compiled(direction.T * g * y), values, places, self.lam)
            for y in self.split.left
        ]
        return np.asarray(
            sum(np.array([n[j] for n in null]) * part for j, part in enumerate(parts))
        )

    def latex(self) -> str:
        """The outlier equation, and the equivalent of every entry of C with its definitions."""
        whole = (
            rf"\[ \det\left(1 - C\right) = 0, \qquad {latex(self.lam)} = -x, "
            rf"\qquad x \text{{ an outlier of }} {latex(self.matrix)} \]"
        )
        entries = [
            f"$C_{{{i}{j}}}$:\n{equations(entry)}"
            for i, row in enumerate(self.entries, 1)
            for j, entry in enumerate(row, 1)
            if entry.rhs != 0
        ]
        return "\n".join([whole, *entries])

    def __str__(self) -> str:
        lines = [f"outliers of {chalk(self.matrix)}: det(1 - C) = 0 at {self.lam} = -x"]
        for i, row in enumerate(self.entries):
            for j, entry in enumerate(row):
                lines.append(f"C{i + 1}{j + 1} = {chalk(entry.rhs)}")
                lines += [f"  {chalk(d.symbol)} = {chalk(d.expr)}" for d in entry.definitions]
        return "\n".join(lines)


def outliers(matrix: MatrixExpr) -> Outliers:
    """The outliers of a self-adjoint matrix that holds products ``u * v.T`` of vectors, its signal,
    anywhere.

    The expression is split into a bulk and a finite rank by rule: signals may be added to a random
    matrix, to the population covariance inside of a product, to data that are then squared, or to
    what is inverted.

    Source: Benaych-Georges and Nadakuditi, "The eigenvalues and eigenvectors of finite, low rank
    perturbations of large random matrices", arXiv 0910.2120, for sums and products.

    >>> import planar
    >>> import numpy as np
    >>> N = planar.dims("N")
    >>> theta = Symbol("theta", positive=True)
    >>> u = planar.deterministic("u", N, 1)
    >>> found = outliers(planar.GOE("H", N) + theta * u * u.T)
    >>> unit = np.eye(400)[:, :1]
    >>> print(found.find({u: unit, theta: 2.0}, u)[0])       # theta + 1/theta, 1 - 1/theta^2
    2.5, |u . v|^2 = 0.75
    >>> [round(t, 6) for t in found.threshold(theta, {u: unit})]
    [1.0]

    Raises ``PlanarError`` where the matrix has no signal or is not self-adjoint.
    """
    if not getattr(matrix, "is_Matrix", False) or matrix.shape[0] != matrix.shape[1]:
        raise PlanarError(f"outliers are those of a square matrix, got {matrix}.")
    split = realised(matrix)
    if not split.rank:
        raise PlanarError(
            f"`{matrix}` holds no signal; write one as theta*u*u.T with a vector u = deterministic('u', n, 1)."
        )
    if split.bulk.is_ZeroMatrix:
        raise PlanarError(f"`{matrix}` is nothing but a signal; add it to a random matrix.")
    tree = read(tr(matrix)).terms
    if not all(self_adjoint(t.traces[0]) for t in tree):
        raise PlanarError(
            f"`{matrix}` is not self-adjoint; ask for the outliers of X.T*X, its squared singular values."
        )
    lam = Symbol(
        unused(
            ("lambda", "omega", "zeta"),
            {str(s.name) for s in matrix.free_symbols | matrix.atoms(Symbol)},
        )
    )
    g = resolvent(split.bulk, lam)
    entries = []
    for i, x in enumerate(split.right):
        row: list[Equivalent] = []
        for j, y in enumerate(split.left):
            # (x - f)^-1 is minus the resolvent at lambda = -x
            parts = [*split.middle[i][j], Integer(-1) * x * g * y]
            row.append(derive(MatAdd(*parts) if len(parts) > 1 else parts[0]))
        entries.append(tuple(row))
    return Outliers(matrix, split, lam, tuple(entries))


class _Determinant:
    """det (1 - C) over places and, if wished, other scalars."""

    def __init__(self, found: Outliers, values: Mapping[Any, Any]) -> None:
        self.kernels, self.lam = found.kernels, found.lam
        self.values = values

    def matrix(self, places: Reals, more: Mapping[Any, Any] | None = None) -> Reals:
        held = {**self.values, **(more or {})}
        rows = [
            [_evaluated(kernel, held, places, self.lam) for kernel in row] for row in self.kernels
        ]
        found = -np.moveaxis(np.array(rows), -1, 0)
        return np.asarray(found + np.eye(len(rows)))

    def __call__(self, places: Reals, more: Mapping[Any, Any] | None = None) -> Reals:
        return np.asarray(np.linalg.det(self.matrix(places, more)))


def _evaluated(kernel: Kernel, values: Mapping[Any, Any], places: Reals, lam: Symbol) -> Reals:
    """A number at every place; NaN where there is none, on the spectrum."""
    held = {k: v for k, v in _sized(values).items() if _held(kernel.equivalent, k)}
    if lam in kernel.equivalent.scalars:
        held[lam] = -places
    found = np.asarray(kernel(held, on_failure="nan")).real.reshape(-1)
    return np.broadcast_to(found, places.shape) if found.size == 1 else found


@cache
def _trace(bulk: MatrixExpr, lam: Symbol) -> Equivalent:
    return derive(tr(resolvent(bulk, lam)))


@cache
def _compiled(expression: MatrixExpr) -> Kernel:
    return compile_kernel(derive(expression), "numpy")


def _sized(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values, and the dimensions that arrays tell."""
    found: dict[Any, Any] = {}
    for letter, value in values.items():
        if isinstance(letter, MatrixSymbol):
            found |= dict(zip(letter.shape, getattr(value, "shape", ()), strict=False))
    return {**{d: n for d, n in found.items() if isinstance(d, Symbol)}, **values}


def _held(equivalent: Equivalent, symbol: Any) -> bool:
    sizes = {
        s for x in (*equivalent.letters, *equivalent.laws) for a in x.args for s in a.atoms(Symbol)
    }
    return symbol in (*equivalent.letters, *equivalent.scalars) or symbol in sizes


def _zeros(determinant: _Determinant, bulk: Support) -> list[float]:
    """Zeros of the determinant outside of the bulk, between bands, and on either side."""
    edges = [e for interval in bulk.intervals for e in interval]
    scale = max(edges) - min(edges)
    away = scale * np.geomspace(NEAREST, FARTHEST, PLACES)
    found = _zeros_between(determinant, max(edges) + away) + _zeros_between(
        determinant, (min(edges) - away)[::-1]
    )
    for (_, low), (high, _) in pairwise(bulk.intervals):
        half = (high - low) / 2 * np.geomspace(NEAREST, 1, PLACES // 2)
        found += _zeros_between(determinant, np.unique(np.concatenate([low + half, high - half])))
    return found


def _zeros_between(function: Any, grid: Reals) -> list[float]:
    """Zeros between neighbours of a grid with different signs, where the function does not jump
    through infinity.
    """
    values = function(grid)
    places = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    if not len(places):
        return []
    low, high, below, above = grid[places], grid[places + 1], values[places], values[places + 1]
    largest = np.maximum(np.abs(below), np.abs(above))
    for _ in range(60):
        middle = (low * above - high * below) / (above - below)
        found = function(middle)
        same = np.sign(found) == np.sign(below)
        # the Illinois rule: an end that stays counts half, so that both ends close in
        low, below, above = (
            np.where(same, middle, low),
            np.where(same, found, below),
            np.where(same, above / 2, above),
        )
        high, above, below = (
            np.where(same, high, middle),
            np.where(same, above, found),
            np.where(same, below, below / 2),
        )
        if np.all((np.abs(found) < 1e-14 * largest) | (high - low < 1e-13 * np.abs(middle))):
            break
    return [float(x) for x, good in zip(middle, np.abs(found) < largest, strict=True) if good]


def _null(matrix: Reals) -> Reals:
    """The right null vector of a matrix that is singular but for rounding."""
    return np.asarray(np.linalg.svd(matrix)[2][-1])
