"""The expression as planar holds it: a tree of sums, products, inverses and letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from sympy import Expr, MatrixSymbol, Symbol, conjugate

from planar.formulas.symbols import Deterministic
from planar.foundations.errors import DeclarationError
from planar.foundations.words import Letter

__all__ = [
    "Inv",
    "Product",
    "Sum",
    "Target",
    "Term",
    "Tree",
    "adjoint",
    "children",
    "coefficients",
    "described",
    "identity_sizes",
    "leaves",
    "letters",
    "shape",
    "transpose",
]


@dataclass(frozen=True)
class Product:
    """Ordered product of factors; the empty product is the identity of size ``dimension``."""

    factors: tuple[Tree, ...]
    dimension: Expr


@dataclass(frozen=True)
class Sum:
    """Sum of scalar times tree."""

    terms: tuple[tuple[Expr, Tree], ...]
    shape: tuple[Expr, Expr]


@dataclass(frozen=True)
class Inv:
    """Inverse of a square tree."""

    argument: Tree


Tree = Letter | Product | Sum | Inv


@dataclass(frozen=True)
class Term:
    """``coefficient * product of normalised traces * matrix``; a scalar term has no matrix."""

    coefficient: Expr
    traces: tuple[Tree, ...]
    matrix: Tree | None

    @property
    def trees(self) -> tuple[Tree, ...]:
        """The traces in their order, and the matrix if there is one."""
        return self.traces if self.matrix is None else (*self.traces, self.matrix)

    @property
    def whole(self) -> Tree | None:
        """The one trace or matrix with its coefficient; None where there are several."""
        if len(self.trees) != 1:
            return None
        (tree,) = self.trees
        return tree if self.coefficient == 1 else Sum(((self.coefficient, tree),), shape(tree))


@dataclass(frozen=True)
class Target:
    """What is to be derived: a sum of terms.

    The shape (1, 1) is that of a matrix, None that of a scalar.
    """

    terms: tuple[Term, ...]
    shape: tuple[Expr, Expr] | None

    @property
    def trees(self) -> tuple[Tree, ...]:
        """Every trace and matrix, term by term."""
        return tuple(chain.from_iterable(term.trees for term in self.terms))


def shape(tree: Tree) -> tuple[Expr, Expr]:
    """Rows and columns."""
    match tree:
        case Letter():
            return tree.rows, tree.cols
        case Sum():
            return tree.shape
        case Inv(argument):
            return shape(argument)
        case Product((), dimension):
            return dimension, dimension
        case Product(factors, _):
            return shape(factors[0])[0], shape(factors[-1])[1]


def children(tree: Tree) -> tuple[Tree, ...]:
    """The direct subtrees."""
    match tree:
        case Product(factors, _):
            return factors
        case Sum(terms, _):
            return tuple(t for _, t in terms)
        case Inv(argument):
            return (argument,)
        case _:
            return ()


def coefficients(tree: Tree) -> tuple[Expr, ...]:
    """The scalars of the terms of a sum."""
    return tuple(c for c, _ in tree.terms) if isinstance(tree, Sum) else ()


def leaves(tree: Tree) -> Iterator[Letter]:
    """Letters in reading order, with repetitions."""
    if isinstance(tree, Letter):
        yield tree
    for child in children(tree):
        yield from leaves(child)


def letters(target: Target) -> tuple[MatrixSymbol, ...]:
    """The letters of an expression, each once, by name."""
    symbols: dict[str, MatrixSymbol] = {}
    for leaf in chain.from_iterable(map(leaves, target.trees)):
        known = symbols.setdefault(leaf.name, leaf.symbol)
        if known != leaf.symbol:
            raise DeclarationError(
                f"the letter {leaf.name} is declared twice with different parameters, "
                f"{described(known)} and {described(leaf.symbol)}; give one of them another name."
            )
    return tuple(symbols[name] for name in sorted(symbols))


def identity_sizes(target: Target) -> tuple[Symbol, ...]:
    """The symbols that count rows of an identity or of a zero matrix, by name.

    Letters need not have them: in tr(Identity(N)), say, none has N.
    """
    sizes: set[Symbol] = set()
    for tree in target.trees:
        sizes |= _bare_sizes(tree)
    return tuple(sorted(sizes, key=str))


def _bare_sizes(tree: Tree) -> set[Symbol]:
    match tree:
        case Product((), dimension):
            return dimension.atoms(Symbol)
        case Sum((), (rows, cols)):
            return rows.atoms(Symbol) | cols.atoms(Symbol)
        case _:
            return set[Symbol]().union(*map(_bare_sizes, children(tree)))


def described(symbol: MatrixSymbol) -> str:
    """Class, shape and parameters of a letter, for messages."""
    values = ", ".join(str(a) for a in symbol.args[1:])
    return f"{type(symbol).__name__}({values})"


def transpose(tree: Tree) -> Tree:
    """The transposed tree: factors reversed, letters transposed."""
    return _turn(tree, lambda c: c, lambda x: x.T)


def adjoint(tree: Tree) -> Tree:
    """The conjugate transpose.

    A random letter's adjoint is its ``.T``, a positive letter is its own.
    """

    def turn(letter: Letter) -> Letter:
        real = letter.random or (
            isinstance(letter.symbol, Deterministic) and letter.symbol.positive
        )
        return letter.T if real else letter.T.conjugate

    return _turn(tree, conjugate, turn)


def _turn(tree: Tree, scalar: Callable[[Expr], Expr], leaf: Callable[[Letter], Letter]) -> Tree:
    match tree:
        case Letter():
            return leaf(tree)
        case Product(factors, dimension):
            turned = tuple(_turn(f, scalar, leaf) for f in reversed(factors))
            return Product(turned, shape(tree)[1] if factors else dimension)
        case Sum(terms, (rows, cols)):
            return Sum(tuple((scalar(c), _turn(t, scalar, leaf)) for c, t in terms), (cols, rows))
        case Inv(argument):
            return Inv(_turn(argument, scalar, leaf))
