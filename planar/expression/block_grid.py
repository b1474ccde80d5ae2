"""Arithmetic of matrices of blocks: sums, products, transposes, inverses by Schur complements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from sympy import Expr, Inverse, MatAdd, MatMul, S, ZeroMatrix

from planar.foundations.errors import ReadError, ShapeError

__all__ = ["Grid", "added", "inverse", "multiplied", "transposed"]

Blocks = tuple[tuple[Expr, ...], ...]


@dataclass(frozen=True)
class Grid:
    """Blocks of these row and column sizes."""

    rows: tuple[Expr, ...]
    cols: tuple[Expr, ...]
    blocks: Blocks

    @classmethod
    def of(
        cls, rows: Sequence[Expr], cols: Sequence[Expr], block: Callable[[int, int], Expr]
    ) -> Grid:
        """The grid whose blocks are ``block(i, j)``."""

        def row(i: int) -> tuple[Expr, ...]:
            return tuple(block(i, j) for j in range(len(cols)))

        return cls(tuple(rows), tuple(cols), tuple(map(row, range(len(rows)))))

    def map(self, change: Callable[[Expr], Expr]) -> Grid:
        """The grid with every block changed, sizes kept."""
        return Grid.of(self.rows, self.cols, lambda i, j: change(self.blocks[i][j]))


def transposed(grid: Grid, turn: Callable[[Expr], Expr]) -> Grid:
    """Rows and columns exchanged, each block turned."""
    return Grid.of(grid.cols, grid.rows, lambda i, j: turn(grid.blocks[j][i]))


def added(grids: Sequence[Grid], whole: Expr) -> Grid:
    """The sum of grids, which must be cut alike; ``whole`` is what messages name."""
    rows, cols = grids[0].rows, grids[0].cols
    if any((g.rows, g.cols) != (rows, cols) for g in grids):
        raise ShapeError(f"cannot read `{whole}`: its terms are cut into different blocks.")
    return Grid.of(rows, cols, lambda i, j: _add(*(g.blocks[i][j] for g in grids)))


def multiplied(left: Grid, right: Grid, whole: Expr) -> Grid:
    """The product of two grids; ``whole`` is what messages name."""
    if left.cols != right.rows:
        raise ShapeError(f"cannot read `{whole}`: neighbours are cut into different blocks.")

    def block(i: int, j: int) -> Expr:
        inner = range(len(left.cols))
        return _add(*(_mul(left.blocks[i][k], right.blocks[k][j]) for k in inner))

    return Grid.of(left.rows, right.cols, block)


def inverse(grid: Grid, whole: Expr) -> Grid:
    """By Schur complement over a diagonal block that is not zero.

    With D that block, B its column, C its row, A the others and S = A - B D^-1 C, the inverse has
    the blocks S^-1, -S^-1 B D^-1, -D^-1 C S^-1 and D^-1 + D^-1 C S^-1 B D^-1.
    """
    if grid.rows != grid.cols:
        raise ShapeError(
            f"cannot read `{whole}`: only a matrix with square diagonal blocks has an inverse here."
        )
    pivot = _pivot(grid, whole)
    inner = Inverse(grid.blocks[pivot][pivot]).doit(deep=False)
    if len(grid.rows) == 1:
        return Grid(grid.rows, grid.cols, ((inner,),))
    others = [i for i in range(len(grid.rows)) if i != pivot]
    into = [_mul(grid.blocks[i][pivot], inner) for i in others]
    out = [_mul(inner, grid.blocks[pivot][j]) for j in others]

    def complement(a: int, b: int) -> Expr:
        i, j = others[a], others[b]
        return _add(grid.blocks[i][j], _mul(S.NegativeOne, into[a], grid.blocks[pivot][j]))

    sizes = [grid.rows[i] for i in others]
    reduced = inverse(Grid.of(sizes, sizes, complement), whole).blocks
    return _bordered(grid, pivot, inner, into, out, reduced)


def _pivot(grid: Grid, whole: Expr) -> int:
    """The last diagonal block that is not zero."""
    for i in reversed(range(len(grid.rows))):
        if not isinstance(grid.blocks[i][i], ZeroMatrix):
            return i
    raise ReadError(
        f"cannot invert `{whole}`: every diagonal block is zero; add a shift to one of them."
    )


def _bordered(
    grid: Grid, pivot: int, inner: Expr, into: list[Expr], out: list[Expr], reduced: Blocks
) -> Grid:
    """The inverse from that of the complement: D^-1, B D^-1, D^-1 C and S^-1, in this order."""
    places = range(len(reduced))

    def block(i: int, j: int) -> Expr:
        a, b = i - (i > pivot), j - (j > pivot)
        if i == j == pivot:
            corner = (_mul(out[k], reduced[k][m], into[m]) for k, m in product(places, places))
            return _add(inner, *corner)
        if i == pivot:
            return _add(*(_mul(S.NegativeOne, out[k], reduced[k][b]) for k in places))
        if j == pivot:
            return _add(*(_mul(S.NegativeOne, reduced[a][m], into[m]) for m in places))
        return reduced[a][b]

    return Grid.of(grid.rows, grid.cols, block)


def _mul(*factors: Expr) -> Expr:
    matrices = [f for f in factors if f.is_Matrix]
    if any(isinstance(f, ZeroMatrix) for f in matrices):
        return ZeroMatrix(matrices[0].shape[0], matrices[-1].shape[1])
    return MatMul(*factors).doit(deep=False)


def _add(*terms: Expr) -> Expr:
    nonzero = [t for t in terms if not isinstance(t, ZeroMatrix)]
    if not nonzero:
        return terms[0]
    return MatAdd(*nonzero).doit(deep=False) if len(nonzero) > 1 else nonzero[0]
