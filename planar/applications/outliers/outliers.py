"""Outliers of a random matrix with a signal of finite rank: places, overlaps, thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import I, MatrixExpr, Symbol

from planar.applications.outliers.determinant import Determinant, evaluated, values_of
from planar.applications.outliers.isolated_zeros import Zero, zeros
from planar.applications.outliers.realisation import Realisation
from planar.applications.outliers.strengths import crossings
from planar.applications.spectral import Support, support
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import chalk
from planar.formulas.symbols import resolvent, tr
from planar.foundations.notebook_display import Printed
from planar.kernels.kernel import Kernel, compile_kernel
from planar.writing.latex import equations, latex

__all__ = ["Outlier", "Outliers"]

Array = NDArray[Any]

_STRENGTHS = 240
"""How many strengths are tried for a threshold, from 1e-4 to 1e4."""


@dataclass(frozen=True)
class Outlier(Printed):
    """An isolated eigenvalue, with overlaps of its eigenvector.

    Attributes
    ----------
    position : float
        The eigenvalue.
    overlaps : Mapping of MatrixExpr to float
        The squared overlap of the unit eigenvector with each direction that was asked for; of a
        multiple eigenvalue the squared length of the direction's projection on its eigenspace.
    multiplicity : int
        How many eigenvalues are equal to this one, itself included.
    """

    position: float
    overlaps: Mapping[MatrixExpr, float]
    multiplicity: int = 1

    def __str__(self) -> str:
        several = self.multiplicity > 1
        times = f" ({self.multiplicity} times, V its eigenspace)" if several else ""
        projected = "|V V^T {}|^2" if several else "|{} . v|^2"
        overlaps = (
            f", {projected.format(chalk(x))} = {value:.6g}" for x, value in self.overlaps.items()
        )
        return f"{self.position:.9g}{times}{''.join(overlaps)}"


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
            In increasing order, a multiple one as often as it counts; empty where the signal is too
            weak.

        Raises
        ------
        PlanarError
            The bulk is not found, or the matrix is not self-adjoint at these values.
        """
        determinant = Determinant(self.kernels, self.lam, values)
        known = self.support(values) if bulk is None else bulk
        isolated = zeros(determinant, known, mirrored=not self.matrix.has(I))
        if not isolated:
            return ()
        places = np.array([zero.place for zero in isolated])
        forms = self._forms(values, places)
        rows = {x: self._rows(values, places, x) for x in directions}
        eigenvalues = list[Outlier]()
        for i, zero in enumerate(isolated):
            overlaps = {x: _overlap(zero, row[i], forms[i]) for x, row in rows.items()}
            outlier = Outlier(zero.place, overlaps, zero.multiplicity)
            eigenvalues += [outlier] * zero.multiplicity
        return tuple(eigenvalues)

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
        edges = _edges(self.support(values) if bulk is None else bulk)
        edge, width = (max(edges), 1) if upper else (min(edges), -1)
        scale = max(edges) - min(edges) or abs(edge) or 1.0
        steps = width * scale * 1e-5 * np.array([1.0, 4.0, 16.0, 64.0])
        determinant = Determinant(self.kernels, self.lam, values)

        def at_edge(strengths: Array) -> Array:
            """The limit at the edge, where entries go as powers of the root of the distance."""
            limits = [
                determinant(np.full(len(strengths), edge + s), {strength: strengths}) for s in steps
            ]
            for power in (2, 4, 8):
                limits = [(power * near - far) / (power - 1) for near, far in pairwise(limits)]
            return limits[0]

        return crossings(at_edge, np.geomspace(1e-4, 1e4, _STRENGTHS))

    def _forms(self, values: Mapping[Any, Any], places: Array) -> Array:
        """At every place the matrix of inner products of the columns ``(x - f)^-1 L``."""
        g = resolvent(self.bulk, self.lam)
        size = self.split.rank
        forms = np.zeros((len(places), size, size), dtype=complex)
        for (i, x), (j, y) in product(enumerate(self.split.left), repeat=2):
            kernel = _compiled(_adjoint(g * x) * g * y)
            forms[:, i, j] = evaluated(kernel, values, places, self.lam)
        return forms

    def _rows(self, values: Mapping[Any, Any], places: Array, direction: MatrixExpr) -> Array:
        """At every place the inner products of a direction with the columns ``(x - f)^-1 L``."""
        g = resolvent(self.bulk, self.lam)
        kernels = [_compiled(_adjoint(direction) * g * y) for y in self.split.left]
        columns = [evaluated(kernel, values, places, self.lam) for kernel in kernels]
        return np.stack(columns, axis=1)

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


def _edges(bulk: Support) -> list[float]:
    """Ends of the intervals, and the atoms."""
    return [*chain.from_iterable(bulk.intervals), *(float(a.position) for a in bulk.atoms)]


def _overlap(zero: Zero, row: Array, form: Array) -> float:
    """The squared projection of a direction on the eigenspace of an outlier."""
    projected = row @ zero.null
    gram = zero.null.conj().T @ form @ zero.null
    return float((projected @ np.linalg.solve(gram, projected.conj())).real)


def _adjoint(matrix: MatrixExpr) -> MatrixExpr:
    """The adjoint of an expression whose letters and scalars are real."""
    return matrix.T.xreplace({I: -I})


def _kernels(row: tuple[Equivalent, ...]) -> tuple[Kernel, ...]:
    return tuple(compile_kernel(entry, "numpy") for entry in row)


@cache
def _trace(bulk: MatrixExpr, lam: Symbol) -> Equivalent:
    return derive(tr(resolvent(bulk, lam)))


@cache
def _compiled(expression: MatrixExpr) -> Kernel:
    return compile_kernel(derive(expression), "numpy")
