"""Block matrices: an expression in these as one in their blocks; inverses by Schur complements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from sympy import (
    Add,
    Basic,
    BlockMatrix,
    Expr,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    Mul,
    S,
    Trace,
    ZeroMatrix,
)

from planar.formulas.symbols import tr
from planar.formulas.traversal import MatrixTraversal, apart, factors_of_power
from planar.foundations.errors import ReadError, ShapeError

__all__ = ["unblocked"]

Sizes = tuple[Expr, ...]


@dataclass(frozen=True)
class _Grid:
    """Blocks of these row and column sizes."""

    rows: Sizes
    cols: Sizes
    blocks: tuple[tuple[Expr, ...], ...]


def unblocked(expression: Expr) -> Expr:
    """The same expression without block matrices: traces become sums over diagonal blocks.

    >>> from planar.expression.symbols import deterministic, dims
    >>> N, P = dims("N P")
    >>> A, C = deterministic("A", N), deterministic("C", P)
    >>> print(unblocked(tr(BlockMatrix([[A, ZeroMatrix(N, P)], [ZeroMatrix(P, N), C]]))).doit())
    Trace(A)/(N + P) + Trace(C)/(N + P)

    Raises ``ReadError`` where the whole is a matrix of several blocks, ``ShapeError`` where blocks
    do not fit.
    """
    if not expression.has(BlockMatrix):
        return expression
    if not getattr(expression, "is_Matrix", False):
        traces = [t for t in sorted(expression.atoms(tr, Trace), key=str) if t.has(BlockMatrix)]
        return expression.xreplace({t: _trace(t) for t in traces})
    grid = _grid(expression)
    if len(grid.rows) == len(grid.cols) == 1:
        return grid.blocks[0][0]
    raise ReadError(
        f"`{expression}` has {len(grid.rows)} x {len(grid.cols)} blocks; derive one of them at a time, by multiplying with "
        "BlockMatrix([[Identity(n), ZeroMatrix(n, m)]]) from the left and its transpose from the right, or a trace."
    )


def _trace(trace: Expr) -> Expr:
    inside = trace.args[0]
    grid = _grid(inside)
    if grid.rows != grid.cols:
        raise ShapeError(
            f"the trace of `{inside}` is not defined: its row and column blocks differ."
        )
    diagonal = [grid.blocks[i][i] for i in range(len(grid.rows))]
    parts = [
        (n, b) for n, b in zip(grid.rows, diagonal, strict=True) if not isinstance(b, ZeroMatrix)
    ]
    if isinstance(trace, Trace):
        return Add(*(Trace(b) for _, b in parts))
    return Add(*(n / inside.shape[0] * tr(b) for n, b in parts))


class _Grids(MatrixTraversal[_Grid]):
    """Matrix expressions as blocks; what holds no block matrix is one block."""

    def __call__(self, expression: Basic) -> _Grid:
        if not expression.has(BlockMatrix):
            return _Grid((expression.shape[0],), (expression.shape[1],), ((expression,),))
        return super().__call__(expression)

    def block(self, expression: BlockMatrix) -> _Grid:
        n, m = expression.blockshape
        blocks = tuple(tuple(expression.blocks[i, j] for j in range(m)) for i in range(n))
        return _Grid(tuple(expression.rowblocksizes), tuple(expression.colblocksizes), blocks)

    def sum(self, expression: Expr) -> _Grid:
        return _sum(expression)

    def product(self, expression: Expr) -> _Grid:
        return _product(expression)

    def inverse(self, expression: Expr) -> _Grid:
        return _inverse(self(expression.args[0]), expression)

    def power(self, expression: Expr) -> _Grid:
        if not expression.args[1].is_Integer:
            self.unread(expression)
        return self(MatMul(*factors_of_power(expression), evaluate=False))

    def transpose(self, expression: Expr) -> _Grid:
        return _turned(self(expression.args[0]), lambda b: b.T)

    def adjoint(self, expression: Expr) -> _Grid:
        return _turned(self(expression.args[0]), lambda b: b.adjoint())

    def unread(self, expression: Expr) -> NoReturn:
        raise ReadError(
            f"cannot read the block matrix `{expression}` ({type(expression).__name__})."
        )


_grid = _Grids()


def _turned(grid: _Grid, turn: Callable[[Expr], Expr]) -> _Grid:
    blocks = tuple(
        tuple(turn(grid.blocks[i][j]) for i in range(len(grid.rows))) for j in range(len(grid.cols))
    )
    return _Grid(grid.cols, grid.rows, blocks)


def _sum(expression: Expr) -> _Grid:
    first = next(_grid(a) for a in expression.args if a.has(BlockMatrix))
    grids = [
        _grid(a) if a.has(BlockMatrix) else _split(a, first.rows, first.cols)
        for a in expression.args
    ]
    if any((g.rows, g.cols) != (first.rows, first.cols) for g in grids):
        raise ShapeError(f"cannot read `{expression}`: its terms are cut into different blocks.")
    places = range(len(first.rows)), range(len(first.cols))
    blocks = tuple(
        tuple(_add(*(g.blocks[i][j] for g in grids)) for j in places[1]) for i in places[0]
    )
    return _Grid(first.rows, first.cols, blocks)


def _split(expression: Expr, rows: Sizes, cols: Sizes) -> _Grid:
    """A multiple of the identity, or zero, cut into blocks."""
    scalars, rest = apart(expression)
    if (
        len(rest) != 1
        or not isinstance(rest[0], Identity | ZeroMatrix)
        or (isinstance(rest[0], Identity) and rows != cols)
    ):
        raise ShapeError(
            f"`{expression}` stands beside a block matrix; write it as a BlockMatrix of the same blocks."
        )
    one = isinstance(rest[0], Identity)
    blocks = tuple(
        tuple(
            Mul(*scalars) * Identity(n) if one and i == j else ZeroMatrix(n, m)
            for j, m in enumerate(cols)
        )
        for i, n in enumerate(rows)
    )
    return _Grid(rows, cols, blocks)


def _product(expression: Expr) -> _Grid:
    scalar = Mul(*(a for a in expression.args if not a.is_Matrix))
    factors = [a for a in expression.args if a.is_Matrix and not isinstance(a, Identity)]
    result = _grid(factors[0])
    for factor in factors[1:]:
        result = _times(result, _grid(factor), expression)
    blocks = tuple(
        tuple(b if scalar == 1 or isinstance(b, ZeroMatrix) else scalar * b for b in row)
        for row in result.blocks
    )
    return _Grid(result.rows, result.cols, blocks)


def _times(left: _Grid, right: _Grid, whole: Expr) -> _Grid:
    if left.cols != right.rows:
        raise ShapeError(f"cannot read `{whole}`: neighbours are cut into different blocks.")
    inner = range(len(left.cols))
    blocks = tuple(
        tuple(
            _add(*(_mul(left.blocks[i][k], right.blocks[k][j]) for k in inner))
            for j in range(len(right.cols))
        )
        for i in range(len(left.rows))
    )
    return _Grid(left.rows, right.cols, blocks)


def _inverse(grid: _Grid, whole: Expr) -> _Grid:
    """By Schur complement over a diagonal block that is not zero."""
    if grid.rows != grid.cols:
        raise ShapeError(
            f"cannot read `{whole}`: only a matrix with square diagonal blocks has an inverse here."
        )
    n = len(grid.rows)
    pivot = next(
        (i for i in reversed(range(n)) if not isinstance(grid.blocks[i][i], ZeroMatrix)), None
    )
    if pivot is None:
        raise ReadError(
            f"cannot invert `{whole}`: every diagonal block is zero; add a shift to one of them."
        )
    inner = Inverse(grid.blocks[pivot][pivot]).doit(deep=False)
    if n == 1:
        return _Grid(grid.rows, grid.cols, ((inner,),))
    rest = [i for i in range(n) if i != pivot]
    into = {i: _mul(grid.blocks[i][pivot], inner) for i in rest}
    out = {j: _mul(inner, grid.blocks[pivot][j]) for j in rest}
    sizes = tuple(grid.rows[i] for i in rest)
    complement = tuple(
        tuple(
            _add(grid.blocks[i][j], _mul(S.NegativeOne, into[i], grid.blocks[pivot][j]))
            for j in rest
        )
        for i in rest
    )
    reduced = _inverse(_Grid(sizes, sizes, complement), whole).blocks
    found = {(i, j): reduced[a][b] for a, i in enumerate(rest) for b, j in enumerate(rest)}
    for a, i in enumerate(rest):
        found[i, pivot] = _add(
            *(_mul(S.NegativeOne, reduced[a][b], into[j]) for b, j in enumerate(rest))
        )
        found[pivot, i] = _add(
            *(_mul(S.NegativeOne, out[j], reduced[b][a]) for b, j in enumerate(rest))
        )
    corner = (
        _mul(out[i], reduced[a][b], into[j]) for a, i in enumerate(rest) for b, j in enumerate(rest)
    )
    found[pivot, pivot] = _add(inner, *corner)
    return _Grid(
        grid.rows, grid.cols, tuple(tuple(found[i, j] for j in range(n)) for i in range(n))
    )


def _mul(*factors: Expr) -> Expr:
    matrices = [f for f in factors if f.is_Matrix]
    if any(isinstance(f, ZeroMatrix) for f in matrices):
        return ZeroMatrix(matrices[0].shape[0], matrices[-1].shape[1])
    return MatMul(*factors).doit(deep=False)


def _add(*terms: Expr) -> Expr:
    kept = [t for t in terms if not isinstance(t, ZeroMatrix)]
    if not kept:
        return terms[0]
    return MatAdd(*kept).doit(deep=False) if len(kept) > 1 else kept[0]
