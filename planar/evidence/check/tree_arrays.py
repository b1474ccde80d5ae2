"""An expression evaluated on arrays, as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
) -> Array:
    """The tree as an array.

    ``dimensions`` are those of identities and zeros, by default the shapes of the letters. ``.T``
    of a random letter is the conjugate transpose of its sample, of a deterministic one the plain
    transpose.

    >>> from sympy import symbols
    >>> from planar.formulas.symbols import deterministic, dims, resolvent, scalar
    >>> from planar.expression.reading import read
    >>> M, x = deterministic("M", dims("N")), symbols("x")
    >>> tree = read(resolvent(M, x)).terms[0].matrix
    >>> evaluate_tree(tree, {"M": np.diag([1.0, 3.0])}, {x: 1}).diagonal().tolist()
    [0.5, 0.25]
    """
    sizes = _sizes_of_letters(tree, matrices) if dimensions is None else dimensions
    match tree:
        case Letter():
            return _letter(tree, matrices[tree.name])
        case Inv(argument):
            return _solve(evaluate_tree(argument, matrices, scalars, sizes), None)
        case Product((), dimension):
            return np.eye(_size(dimension, sizes))
        case Product(factors, _):
            return _product(factors, matrices, scalars, sizes)
        case Sum((), (rows, cols)):
            return np.zeros((_size(rows, sizes), _size(cols, sizes)))
        case Sum(terms, _):
            parts = [
                number(c, scalars) * evaluate_tree(t, matrices, scalars, sizes) for c, t in terms
            ]
            return sum(parts[1:], parts[0])


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


def _product(
    factors: tuple[Tree, ...],
    matrices: Mapping[str, Array],
    scalars: Mapping[Symbol, complex],
    sizes: Mapping[Expr, int],
) -> Array:
    """From the right, so that an inverse is solved for what follows it."""
    product: Array | None = None
    for factor in reversed(factors):
        if isinstance(factor, Inv):
            product = _solve(evaluate_tree(factor.argument, matrices, scalars, sizes), product)
        else:
            value = evaluate_tree(factor, matrices, scalars, sizes)
            product = value if product is None else value @ product
    assert product is not None
    return product


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
