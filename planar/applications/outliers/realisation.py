"""A matrix expression split into what is random in bulk and what has finite rank: f + L (1 - C)^-1
R.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import NoReturn

from sympy import Expr, Identity, Inverse, MatAdd, MatMul, MatrixExpr, Mul, S, ZeroMatrix

from planar.formulas.traversal import MatrixTraversal, apart, factors_of_power
from planar.foundations.errors import PlanarError, ReadError

__all__ = ["Realisation", "realised"]

Entry = tuple[MatrixExpr, ...]
"""A sum of 1 x 1 expressions."""


@dataclass(frozen=True)
class Realisation:
    """``bulk + left (1 - middle)^-1 right``: columns, rows, and sums of numbers between them.

    Sums, products and inverses of such expressions are such expressions again; that is all that a
    finite-rank signal needs.
    """

    bulk: MatrixExpr
    left: tuple[MatrixExpr, ...] = ()
    right: tuple[MatrixExpr, ...] = ()
    middle: tuple[tuple[Entry, ...], ...] = ()

    @property
    def rank(self) -> int:
        return len(self.left)

    def plus(self, other: Realisation) -> Realisation:
        bulk = _sum(self.bulk, other.bulk)
        middle = _blocks(
            self.middle,
            _nothing(self.rank, other.rank),
            _nothing(other.rank, self.rank),
            other.middle,
        )
        return Realisation(bulk, self.left + other.left, self.right + other.right, middle)

    def times(self, other: Realisation) -> Realisation:
        """Where two vectors meet, their product has rank one and is no bulk."""
        left = (*self.left, *(_product(self.bulk, x) for x in other.left))
        right = (*(_product(x, other.bulk) for x in self.right), *other.right)
        joint = tuple(tuple((_product(x, y),) for y in other.left) for x in self.right)
        middle = _blocks(self.middle, joint, _nothing(other.rank, self.rank), other.middle)
        bulk = _product(self.bulk, other.bulk)
        whole = Realisation(bulk, left, right, middle)
        if (
            self.bulk.shape[1] != 1
            or self.bulk.is_ZeroMatrix
            or other.bulk.is_ZeroMatrix
            or bulk.shape == (1, 1)
        ):
            return whole
        outer = Realisation(ZeroMatrix(*bulk.shape), (self.bulk,), (other.bulk,), (((),),))
        return Realisation(ZeroMatrix(*bulk.shape), left, right, middle).plus(outer)

    def scaled(self, factor: Expr) -> Realisation:
        return Realisation(
            _product(factor, self.bulk),
            tuple(_product(factor, x) for x in self.left),
            self.right,
            self.middle,
        )

    def inverse(self) -> Realisation:
        """``f^-1 - f^-1 L (1 - C + R f^-1 L)^-1 R f^-1``."""
        if self.bulk.is_ZeroMatrix:
            raise PlanarError(
                "a matrix of finite rank has no inverse; add what makes it invertible."
            )
        bulk = Inverse(self.bulk)
        across = tuple(tuple((_product(-1, x, bulk, y),) for y in self.left) for x in self.right)
        middle = tuple(
            tuple(a + b for a, b in zip(row, more, strict=True))
            for row, more in zip(self.middle, across, strict=True)
        )
        return Realisation(
            bulk,
            tuple(_product(-1, bulk, x) for x in self.left),
            tuple(_product(x, bulk) for x in self.right),
            middle,
        )

    def transpose(self) -> Realisation:
        middle = tuple(
            tuple(tuple(_turned(e) for e in self.middle[j][i]) for j in range(self.rank))
            for i in range(self.rank)
        )
        return Realisation(
            _turned(self.bulk),
            tuple(map(_turned, self.right)),
            tuple(map(_turned, self.left)),
            middle,
        )


def realised(expression: MatrixExpr) -> Realisation:
    """The realisation of an expression: products of a column and a row are signal, all else is
    bulk.
    """
    return _Realised()(expression)


class _Realised(MatrixTraversal[Realisation]):
    def letter(self, expression: MatrixExpr) -> Realisation:
        return Realisation(expression)

    identity = zero = letter

    def sum(self, expression: MatrixExpr) -> Realisation:
        return reduce(Realisation.plus, map(self, expression.args))

    def product(self, expression: MatrixExpr) -> Realisation:
        scalars, matrices = apart(expression)
        found = reduce(Realisation.times, map(self, matrices))
        return found.scaled(Mul(*scalars)) if scalars else found

    def inverse(self, expression: MatrixExpr) -> Realisation:
        return self(expression.args[0]).inverse()

    def power(self, expression: MatrixExpr) -> Realisation:
        if not expression.exp.is_Integer or expression.exp == 0:
            self.unread(expression)
        return reduce(Realisation.times, map(self, factors_of_power(expression)))

    def transpose(self, expression: MatrixExpr) -> Realisation:
        return self(expression.args[0]).transpose()

    def adjoint(self, expression: MatrixExpr) -> Realisation:
        raise ReadError(f"cannot split `{expression}`: signals are real; write the transpose.")

    def unread(self, expression: Expr) -> NoReturn:
        raise ReadError(
            f"cannot split `{expression}` ({type(expression).__name__}) into a bulk and a signal."
        )


def _product(*factors: Expr) -> MatrixExpr:
    matrices = [f for f in factors if getattr(f, "is_Matrix", False)]
    if any(f.is_ZeroMatrix for f in matrices):
        return ZeroMatrix(matrices[0].shape[0], matrices[-1].shape[1])
    kept = [
        f for f in factors if f != S.One and not (isinstance(f, Identity) and len(matrices) > 1)
    ]
    return MatMul(*kept).doit(deep=False) if len(kept) > 1 else kept[0] if kept else factors[0]


def _sum(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    return b if a.is_ZeroMatrix else a if b.is_ZeroMatrix else MatAdd(a, b).doit(deep=False)


def _turned(matrix: MatrixExpr) -> MatrixExpr:
    return matrix.T


def _nothing(rows: int, cols: int) -> tuple[tuple[Entry, ...], ...]:
    return (((),) * cols,) * rows


def _blocks(
    a: tuple[tuple[Entry, ...], ...],
    b: tuple[tuple[Entry, ...], ...],
    c: tuple[tuple[Entry, ...], ...],
    d: tuple[tuple[Entry, ...], ...],
) -> tuple[tuple[Entry, ...], ...]:
    return (
        *(x + y for x, y in zip(a, b, strict=True)),
        *(x + y for x, y in zip(c, d, strict=True)),
    )
