"""The inverse of a matrix of words: scalar diagonals are eliminated first, the last is a core."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sympy import Expr

from planar.foundations.algebra import Algebra, WordSum
from planar.foundations.errors import PlanarError
from planar.foundations.rational import Rational
from planar.foundations.words import Word

__all__ = ["Matrix", "invert"]

Matrix = dict[tuple[int, int], WordSum]


def invert(
    algebra: Algebra,
    matrix: Matrix,
    nodes: Sequence[int],
    spaces: Sequence[Expr],
    *,
    scaled: bool = True,
    shorten: Callable[[Rational], Rational] = lambda value: value,
) -> Matrix:
    """All entries of the inverse of a matrix of words, by Gaussian elimination.

    Nodes with a numeric diagonal go first, then those with a scalar one; the first node stays
    longest, so that the core appears where the resolvent was written. Every coefficient passes
    through ``shorten``, which may put a name in its place.
    """
    if len(nodes) == 1:
        (node,) = nodes
        diagonal = matrix.get((node, node), algebra.sum())
        return {(node, node): inverse(algebra, diagonal, spaces[node], scaled).map(shorten)}
    pivot = _pivot(matrix, nodes)
    inner = inverse(algebra, matrix[pivot, pivot], spaces[pivot], scaled).map(shorten)
    others = [n for n in nodes if n != pivot]
    out = {n: matrix[pivot, n] for n in others if (pivot, n) in matrix}
    into = {n: matrix[n, pivot] for n in others if (n, pivot) in matrix}
    reduced = {k: v for k, v in matrix.items() if pivot not in k}
    for i, left in into.items():
        for j, right in out.items():
            step = algebra.homogenise(reduced.get((i, j), algebra.sum()) - left * inner * right)
            reduced[i, j] = step.map(shorten)
    reduced = {k: v for k, v in reduced.items() if v}
    result = invert(algebra, reduced, others, spaces, scaled=scaled, shorten=shorten)
    return _bordered(algebra, result, pivot, inner, out, into, others, shorten)


def _bordered(
    algebra: Algebra,
    result: Matrix,
    pivot: int,
    inner: WordSum,
    out: dict[int, WordSum],
    into: dict[int, WordSum],
    others: Sequence[int],
    shorten: Callable[[Rational], Rational],
) -> Matrix:
    """The inverse with the row and the column of the pivot, from that of the other nodes.

    ``inner`` is the inverse of the pivot's diagonal, ``out`` its row and ``into`` its column.
    """
    zero = algebra.sum()
    rows, cols = {}, {}
    for n in others:
        to_n = (inner * w * result[m, n] for m, w in out.items() if (m, n) in result)
        rows[n] = sum(to_n, zero)
    for n in others:
        from_n = (result[n, m] * w * inner for m, w in into.items() if (n, m) in result)
        cols[n] = sum(from_n, zero)
    corner = sum((rows[m] * w * inner for m, w in into.items()), inner)
    for n in others:
        result[pivot, n] = algebra.homogenise(-rows[n]).map(shorten)
        result[n, pivot] = algebra.homogenise(-cols[n]).map(shorten)
    result[pivot, pivot] = algebra.homogenise(corner).map(shorten)
    return {k: v for k, v in result.items() if v}


def _pivot(matrix: Matrix, nodes: Sequence[int]) -> int:
    """The node to eliminate next."""

    def rank(node: int) -> tuple[int, bool, int]:
        diagonal = matrix.get((node, node))
        if not diagonal:
            return (9, node == nodes[0], node)
        value = diagonal.scalar_value
        kind = 2 if value is None else int(not value.is_constant)
        return (kind, node == nodes[0], -node)

    best = min(nodes, key=rank)
    if rank(best)[0] == 9:
        raise PlanarError(
            "a block of the linearised expression has no invertible diagonal; add a scalar shift "
            "to the inverse."
        )
    return best


def inverse(algebra: Algebra, total: WordSum, dimension: Expr, scaled: bool = True) -> WordSum:
    """``total^-1``: a scalar, or a scaled core.

    Where all words share one coefficient c, not a number, the core is scaled to ``(kappa +
    words)^-1 / c``.
    """
    value = total.scalar_value
    if value is not None:
        if not value:
            raise PlanarError("the expression inverts zero; add a scalar shift to the inverse.")
        return algebra.scalar(1 / value)
    scale = _scale(algebra, total) if scaled else algebra.field.one
    core = algebra.core({w: c / scale for w, c in total.terms.items()}, dimension)
    return algebra.sum({(core,): 1 / scale})


def _length_and_atoms(word: Word) -> tuple[int, list[tuple[object, ...]]]:
    return len(word), [atom.sort_key for atom in word]


def _scale(algebra: Algebra, total: WordSum) -> Rational:
    words: list[Word] = sorted((w for w in total.terms if w), key=_length_and_atoms)
    lead = total.terms[words[0]]
    ratios = [total.terms[w] / lead for w in words]
    one = algebra.field.one
    if any(not r.is_constant for r in ratios):
        return one
    if lead.is_constant:
        return algebra.field.constant(abs(lead.constant_value())) if len(words) == 1 else one
    if () in total.terms and total.terms[()].is_constant:
        return lead
    return -lead if lead.num.leading_coefficient() < 0 else lead
