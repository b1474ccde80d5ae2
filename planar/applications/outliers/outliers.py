"""Outliers of a random matrix with a signal of finite rank: places, overlaps, thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import MatrixExpr, Symbol

from planar.applications.outliers.determinant import (
    Determinant,
    evaluated,
    null_vector,
    values_of,
)
from planar.applications.outliers.isolated_zeros import PLACES, zeros, zeros_between
from planar.applications.outliers.realisation import Realisation
from planar.applications.spectral import Support, support
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import chalk
from planar.formulas.symbols import resolvent, tr
from planar.foundations.notebook_display import Printed
from planar.kernels.kernel import Kernel, compile_kernel
from planar.writing.latex import equations, latex

__all__ = ["Outlier", "Outliers"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Outlier(Printed):
    """An isolated eigenvalue, with overlaps of its eigenvector.

    Attributes
    ----------
    position : float
        The eigenvalue.
    overlaps : Mapping of MatrixExpr to float
        The squared overlap of the unit eigenvector with each direction that was asked for.
    """

    position: float
    overlaps: Mapping[MatrixExpr, float]

    def __str__(self) -> str:
        overlaps = (f", |{chalk(x)} . v|^2 = {value:.6g}" for x, value in self.overlaps.items())
        return f"{self.position:.9g}{''.join(overlaps)}"


@dataclass(frozen=True)
class Outliers(Printed):
    """The outlier equation of a self-adjoint matrix with a signal.

    The matrix is ``f + L (1 - C)^-1 R`` with a bulk f; its eigenvalues x off the bulk have
    det (1 - C(x)) = 0. Overlaps come from two-point functions at lambda twice.

    Attributes
    ----------
    matrix : MatrixExpr
        The matrix, with its signal.
    split : Realisation
        The matrix as a bulk f and columns L, rows R and numbers C of its signal.
    lam : sympy.Symbol
        What lambda = -x is called beside the scalars of the matrix.
    entries : tuple of tuple of DeterministicEquivalent
        The equivalents of C(x), a matrix as large as the rank, at lambda: one-point functions.
    """

    matrix: MatrixExpr
    split: Realisation
    lam: Symbol
    entries: tuple[tuple[Equivalent, ...], ...]

    @cached_property
    def kernels(self) -> tuple[tuple[Kernel, ...], ...]:
        """Kernels of the entries."""
        return tuple(map(_kernels, self.entries))

    @property
    def bulk(self) -> MatrixExpr:
        """The matrix without its signal."""
        return self.split.bulk

    def support(self, values: Mapping[Any, Any]) -> Support:
        """Edges of the bulk.

        Parameters
        ----------
        values : Mapping
            As in ``find``.

        Returns
        -------
        Support
            Intervals and atoms of the matrix without its signal.
        """
        trace = _trace(self.bulk, self.lam)
        return support(trace, values_of(trace, values))

    def find(
        self, values: Mapping[Any, Any], *directions: MatrixExpr, bulk: Support | None = None
    ) -> tuple[Outlier, ...]:
        """Every outlier, from below, with overlaps of its eigenvector.

        Parameters
        ----------
        values : Mapping
            Values of letters, scalars and dimensions, those of ``evaluate``.
        *directions : MatrixExpr
            Columns, unit vectors say; the squared overlap of the unit eigenvector with each is
            given.
        bulk : Support, optional
            The result of ``support``, which spares finding the edges again.

        Returns
        -------
        tuple of Outlier
            In increasing order; empty where the signal is too weak.

        Raises
        ------
        PlanarError
            The bulk is not found.
        """
        determinant = Determinant(self.kernels, self.lam, values)
        places = np.array(sorted(zeros(determinant, bulk or self.support(values))))
        if not len(places):
            return ()
        null = [null_vector(m) for m in determinant.matrix(places)]
        norms = self._form(values, places, null)
        overlaps = {x: self._projection(values, places, null, x) ** 2 / norms for x in directions}
        isolated = []
        for i, place in enumerate(places):
            own = {x: float(overlap[i]) for x, overlap in overlaps.items()}
            isolated.append(Outlier(float(place), own))
        return tuple(isolated)

    def threshold(
        self,
        strength: Symbol,
        values: Mapping[Any, Any],
        *,
        upper: bool = True,
        bulk: Support | None = None,
    ) -> tuple[float, ...]:
        """The strengths of the signal at which an outlier leaves the bulk.

        There the outlier equation meets 1 - gamma = 0, so that the overlap vanishes.

        Parameters
        ----------
        strength : sympy.Symbol
            The scalar that measures the signal.
        values : Mapping
            As in ``find``, without the strength.
        upper : bool, default True
            Whether the outlier leaves at the upper edge of the bulk, else at the lower one.
        bulk : Support, optional
            The result of ``support``, which spares finding the edges again.

        Returns
        -------
        tuple of float
            The strengths > 0, in increasing order.
        """
        edges = list(chain.from_iterable((bulk or self.support(values)).intervals))
        edge, width = (max(edges), 1) if upper else (min(edges), -1)
        scale = max(max(edges) - min(edges), 1e-300)
        steps = width * scale * 1e-5 * np.array([1.0, 4.0, 16.0, 64.0])
        grid = np.geomspace(1e-4, 1e4, PLACES)
        determinant = Determinant(self.kernels, self.lam, values)

        def at_edge(strengths: Reals) -> Reals:
            """The limit at the edge, where entries go as powers of the root of the distance."""
            limits = [
                determinant(np.full(len(strengths), edge + s), {strength: strengths}) for s in steps
            ]
            for power in (2, 4, 8):
                limits = [(power * near - far) / (power - 1) for near, far in pairwise(limits)]
            return limits[0]

        return tuple(zeros_between(at_edge, grid))

    def _form(self, values: Mapping[Any, Any], places: Reals, null: list[Reals]) -> Reals:
        """Squared lengths of the eigenvectors ``(x - f)^-1 L n``."""
        g = resolvent(self.bulk, self.lam)
        total = np.zeros(len(places))
        for (i, x), (j, y) in product(enumerate(self.split.left), repeat=2):
            entry = evaluated(_compiled(x.T * g.T * g * y), values, places, self.lam)
            total += np.array([n[i] * n[j] for n in null]) * entry
        return total

    def _projection(
        self, values: Mapping[Any, Any], places: Reals, null: list[Reals], direction: MatrixExpr
    ) -> Reals:
        g = resolvent(self.bulk, self.lam)
        total: Any = 0
        for j, y in enumerate(self.split.left):
            part = evaluated(_compiled(direction.T * g * y), values, places, self.lam)
            total = total + np.array([n[j] for n in null]) * part
        return np.asarray(total)

    def latex(self) -> str:
        """The outlier equation, and the equivalent of every entry of C with its definitions.

        Returns
        -------
        str
            LaTeX for text mode, one display after another.
        """
        whole = (
            rf"\[ \det\left(1 - C\right) = 0, \qquad {latex(self.lam)} = -x, "
            rf"\qquad x \text{{ an outlier of }} {latex(self.matrix)} \]"
        )
        entries = [
            f"$C_{{{i}{j}}}$:\n{equations(entry)}"
            for i, j, entry in self._numbered()
            if entry.rhs != 0
        ]
        return "\n".join([whole, *entries])

    def _numbered(self) -> Iterator[tuple[int, int, Equivalent]]:
        """Row, column and equivalent of every entry, counted from 1."""
        for i, row in enumerate(self.entries, 1):
            for j, entry in enumerate(row, 1):
                yield i, j, entry

    def __str__(self) -> str:
        lines = [f"outliers of {chalk(self.matrix)}: det(1 - C) = 0 at {self.lam} = -x"]
        for i, j, entry in self._numbered():
            lines.append(f"C{i}{j} = {chalk(entry.rhs)}")
            lines += [f"  {chalk(d.symbol)} = {chalk(d.expr)}" for d in entry.definitions]
        return "\n".join(lines)


def _kernels(row: tuple[Equivalent, ...]) -> tuple[Kernel, ...]:
    return tuple(compile_kernel(entry, "numpy") for entry in row)


@cache
def _trace(bulk: MatrixExpr, lam: Symbol) -> Equivalent:
    return derive(tr(resolvent(bulk, lam)))


@cache
def _compiled(expression: MatrixExpr) -> Kernel:
    return compile_kernel(derive(expression), "numpy")
