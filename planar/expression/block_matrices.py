"""Block matrices: an expression in these as one in their blocks."""

from __future__ import annotations

from typing import NoReturn

from sympy import Add, Basic, BlockMatrix, Expr, Identity, MatMul, Mul, Trace, ZeroMatrix

from planar.expression.block_grid import Grid, added, inverse, multiplied, transposed
from planar.formulas.symbols import tr
from planar.formulas.traversal import MatrixTraversal, apart, factors_of_power
from planar.foundations.errors import ReadError, ShapeError

__all__ = ["unblocked"]


def unblocked(expression: Expr) -> Expr:
    """The same expression without block matrices: traces become sums over diagonal blocks.

    >>> from planar.formulas.symbols import deterministic, dims
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
        f"`{expression}` has {len(grid.rows)} x {len(grid.cols)} blocks; derive one of them at a "
        "time, by multiplying with BlockMatrix([[Identity(n), ZeroMatrix(n, m)]]) from the left "
        "and its transpose from the right, or a trace."
    )


def _trace(trace: Expr) -> Expr:
    inside = trace.args[0]
    grid = _grid(inside)
    if grid.rows != grid.cols:
        raise ShapeError(
            f"the trace of `{inside}` is not defined: its row and column blocks differ."
        )
    diagonal = [(n, grid.blocks[i][i]) for i, n in enumerate(grid.rows)]
    terms = [(n, block) for n, block in diagonal if not isinstance(block, ZeroMatrix)]
    if isinstance(trace, Trace):
        return Add(*(Trace(block) for _, block in terms))
    return Add(*(n / inside.shape[0] * tr(block) for n, block in terms))


class _Grids(MatrixTraversal[Grid]):
    """Matrix expressions as blocks; what holds no block matrix is one block."""

    def __call__(self, expression: Basic) -> Grid:
        if not expression.has(BlockMatrix):
            return Grid((expression.shape[0],), (expression.shape[1],), ((expression,),))
        return super().__call__(expression)

    def block(self, expression: BlockMatrix) -> Grid:
        rows, cols, blocks = expression.rowblocksizes, expression.colblocksizes, expression.blocks
        return Grid.of(rows, cols, lambda i, j: blocks[i, j])

    def sum(self, expression: Expr) -> Grid:
        """Identities and zeros take the blocks of the first block matrix among the terms."""
        first = next(self(a) for a in expression.args if a.has(BlockMatrix))
        terms = [self(a) if a.has(BlockMatrix) else _cut(a, first) for a in expression.args]
        return added(terms, expression)

    def product(self, expression: Expr) -> Grid:
        scalar = Mul(*(a for a in expression.args if not a.is_Matrix))
        factors = [a for a in expression.args if a.is_Matrix and not isinstance(a, Identity)]
        result = self(factors[0])
        for factor in factors[1:]:
            result = multiplied(result, self(factor), expression)
        if scalar == 1:
            return result
        return result.map(lambda b: b if isinstance(b, ZeroMatrix) else scalar * b)

    def inverse(self, expression: Expr) -> Grid:
        return inverse(self(expression.args[0]), expression)

    def power(self, expression: Expr) -> Grid:
        if not expression.args[1].is_Integer:
            self.unread(expression)
        return self(MatMul(*factors_of_power(expression), evaluate=False))

    def transpose(self, expression: Expr) -> Grid:
        return transposed(self(expression.args[0]), lambda b: b.T)

    def adjoint(self, expression: Expr) -> Grid:
        return transposed(self(expression.args[0]), lambda b: b.adjoint())

    def unread(self, expression: Expr) -> NoReturn:
        raise ReadError(
            f"cannot read the block matrix `{expression}` ({type(expression).__name__})."
        )


_grid = _Grids()


def _cut(expression: Expr, like: Grid) -> Grid:
    """A multiple of the identity, or zero, cut into the blocks of another matrix."""
    scalars, matrices = apart(expression)
    matrix = matrices[0] if len(matrices) == 1 else None
    is_identity = isinstance(matrix, Identity) and like.rows == like.cols
    if not is_identity and not isinstance(matrix, ZeroMatrix):
        raise ShapeError(
            f"`{expression}` is added to a block matrix; "
            "write it as a BlockMatrix of the same blocks."
        )

    def block(i: int, j: int) -> Expr:
        if is_identity and i == j:
            return Mul(*scalars) * Identity(like.rows[i])
        return ZeroMatrix(like.rows[i], like.cols[j])

    return Grid.of(like.rows, like.cols, block)
