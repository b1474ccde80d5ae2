"""An expression evaluated on arrays, as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sympy import Expr, Symbol

from planar.expression.numeric import Array
from planar.expression.tree import Inv, Product, Sum, Tree, children
from planar.formulas.symbols import scalar
from planar.foundations.errors import PlanarError
from planar.foundations.words import Letter

__all__ = ["evaluate_tree", "nodes", "number", "with_numbers"]


def evaluate_tree(
    tree: Tree,
    matrices: Mapping[str, Array],
    scalars: Mapping[Symbol, complex],
    dimensions: Mapping[Expr, int] | None = None,
    known: dict[Tree, Array] | None = None,
) -> Array:
    """The tree as an array.

    ``dimensions`` are those of identities and zeros, by default the shapes of the letters. ``.T``
    of a random letter is the conjugate transpose of its sample, of a deterministic one the plain
    transpose. ``known`` remembers products and inverses for further trees of the same matrices.

    >>> from sympy import symbols
    >>> from planar.formulas.symbols import deterministic, dims, resolvent, scalar
    >>> from planar.expression.reading import read
    >>> M, x = deterministic("M", dims("N")), symbols("x")
    >>> tree = read(resolvent(M, x)).terms[0].matrix
    >>> evaluate_tree(tree, {"M": np.diag([1.0, 3.0])}, {x: 1}).diagonal().tolist()
    [0.5, 0.25]
    """
    sizes = _sizes_of_letters(tree, matrices) if dimensions is None else dimensions
    return _Evaluation(matrices, scalars, sizes, {} if known is None else known).array(tree)


@dataclass(frozen=True, eq=False)
class _Evaluation:
    """What trees are evaluated on, and the subtrees that were: a word that occurs twice is
    multiplied once.
    """

    matrices: Mapping[str, Array]
    scalars: Mapping[Symbol, complex]
    sizes: Mapping[Expr, int]
    known: dict[Tree, Array]

    def array(self, tree: Tree) -> Array:
        """The tree as an array."""
        if isinstance(tree, Letter):
            return _letter(tree, self.matrices[tree.name])
        if tree not in self.known:
            self.known[tree] = self._worked_out(tree)
        return self.known[tree]

    def _worked_out(self, tree: Inv | Product | Sum) -> Array:
        match tree:
            case Inv(argument):
                return _solve(self.array(argument), None)
            case Product((), dimension):
                return np.eye(_size(dimension, self.sizes))
            case Product(factors, _):
                return self._product(factors)
            case Sum((), (rows, cols)):
                return np.zeros((_size(rows, self.sizes), _size(cols, self.sizes)))
            case Sum(terms, _):
                parts = [number(c, self.scalars) * self.array(t) for c, t in terms]
                return sum(parts[1:], parts[0])

    def _product(self, factors: tuple[Tree, ...]) -> Array:
        """From the right, so that an inverse is solved for what follows it."""
        product: Array | None = None
        for factor in reversed(factors):
            if isinstance(factor, Inv):
                product = _solve(self.array(factor.argument), product)
            else:
                value = self.array(factor)
                product = value if product is None else _times(value, product)
        assert product is not None
        return product


def _times(left: Array, right: Array) -> Array:
    """The product; a real matrix times a complex one is half the work of two complex ones."""
    real = left.dtype == np.float64, right.dtype == np.float64
    if left.dtype.kind == right.dtype.kind or not any(real):
        return left @ right
    if real[1]:
        return _times(right.T, left.T).T
    right = np.ascontiguousarray(right, dtype=complex)
    result: Array = (left @ right.view(float)).view(complex)
    return result


def with_numbers(tree: Tree, scalars: Mapping[Symbol, complex]) -> Tree:
    """The tree with numbers for coefficients."""
    match tree:
        case Product(factors, dimension):
            return Product(tuple(with_numbers(f, scalars) for f in factors), dimension)
        case Sum(terms, dimensions):
            numeric = ((scalar(number(c, scalars)), with_numbers(t, scalars)) for c, t in terms)
            return Sum(tuple(numeric), dimensions)
        case Inv(argument):
            return Inv(with_numbers(argument, scalars))
        case _:
            return tree


def number(expression: Expr, scalars: Mapping[Symbol, complex]) -> complex:
    """A scalar expression as a number, real where it is."""
    if scalars:
        expression = expression.xreplace({s: scalar(x) for s, x in scalars.items()})
    value = complex(expression)
    return value if value.imag else value.real


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree and all its subtrees."""
    yield tree
    for child in children(tree):
        yield from nodes(child)


def _solve(matrix: Array, right: Array | None) -> Array:
    try:
        result: Array = np.linalg.inv(matrix) if right is None else np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        raise PlanarError(
            "an inverse in the expression does not exist for the sampled matrices; "
            "move its parameter off the spectrum."
        ) from None
    return result


def _letter(letter: Letter, matrix: Array) -> Array:
    if letter.transposed:
        matrix = matrix.conj().T if letter.random else matrix.T
    return matrix.conj() if letter.conjugated else matrix


def _sizes_of_letters(tree: Tree, matrices: Mapping[str, Array]) -> dict[Expr, int]:
    sizes: dict[Expr, int] = {}
    for node in nodes(tree):
        if isinstance(node, Letter):
            sizes.update(zip(node.symbol.shape, matrices[node.name].shape, strict=True))
    return sizes


def _size(dimension: Expr, sizes: Mapping[Expr, int]) -> int:
    return sizes[dimension] if dimension in sizes else int(dimension)
