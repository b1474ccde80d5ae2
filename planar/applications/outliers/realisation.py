"""A matrix expression split into a bulk and a part of finite rank: f + L (1 - C)^-1 R."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import NoReturn

from sympy import Expr, Identity, Inverse, MatAdd, MatMul, MatrixExpr, Mul, S, ZeroMatrix

from planar.formulas.traversal import MatrixTraversal, apart, factors_of_power
from planar.foundations.errors import PlanarError, ReadError

__all__ = ["Realisation", "realised"]

Entry = tuple[MatrixExpr, ...]
"""A sum of 1 x 1 expressions."""
Block = tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class Realisation:
    """``bulk + left (1 - middle)^-1 right``: columns, rows, and sums of numbers between them.

    Sums, products and inverses of such expressions are such expressions again, which is all that a
    finite-rank signal needs.
    """

    bulk: MatrixExpr
    left: tuple[MatrixExpr, ...] = ()
    right: tuple[MatrixExpr, ...] = ()
    middle: Block = ()

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
        """Where two vectors meet, their product has rank one and belongs to the signal."""
        left = (*self.left, *(_product(self.bulk, x) for x in other.left))
        right = (*(_product(x, other.bulk) for x in self.right), *other.right)
        joint = _pairings(self.right, other.left, _product)
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
        across = _pairings(self.right, self.left, lambda x, y: _product(-1, x, bulk, y))
        middle = tuple(map(_row_sum, self.middle, across))
        return Realisation(
            bulk,
            tuple(_product(-1, bulk, x) for x in self.left),
            tuple(_product(x, bulk) for x in self.right),
            middle,
        )

    def transpose(self) -> Realisation:
        middle = tuple(_turned_row(column) for column in zip(*self.middle, strict=True))
        return Realisation(
            _turned(self.bulk),
            tuple(map(_turned, self.right)),
            tuple(map(_turned, self.left)),
            middle,
        )


def realised(expression: MatrixExpr) -> Realisation:
    """The realisation of an expression.

    Products of a column and a row are signal, all else is bulk.
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
        whole = reduce(Realisation.times, map(self, matrices))
        return whole.scaled(Mul(*scalars)) if scalars else whole

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
    if len(kept) > 1:
        return MatMul(*kept).doit(deep=False)
    return kept[0] if kept else factors[0]


def _sum(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    if a.is_ZeroMatrix:
        return b
    return a if b.is_ZeroMatrix else MatAdd(a, b).doit(deep=False)


def _turned(matrix: MatrixExpr) -> MatrixExpr:
    return matrix.T


def _turned_row(column: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A column of numbers as the row of the transpose."""
    return tuple(tuple(map(_turned, entry)) for entry in column)


def _pairings(
    rows: tuple[MatrixExpr, ...],
    columns: tuple[MatrixExpr, ...],
    number: Callable[[MatrixExpr, MatrixExpr], MatrixExpr],
) -> Block:
    """The number of every row with every column."""

    def row(x: MatrixExpr) -> tuple[Entry, ...]:
        return tuple((number(x, y),) for y in columns)

    return tuple(map(row, rows))


def _row_sum(a: tuple[Entry, ...], b: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _nothing(rows: int, cols: int) -> Block:
    return (((),) * cols,) * rows


def _blocks(a: Block, b: Block, c: Block, d: Block) -> Block:
    """The block matrix of a, b above c, d."""
    return (
        *(x + y for x, y in zip(a, b, strict=True)),
        *(x + y for x, y in zip(c, d, strict=True)),
    )
