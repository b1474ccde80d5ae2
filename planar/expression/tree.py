"""The expression as planar holds it: a tree of sums, products, inverses and letters, read from
SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from sympy import (
    Add,
    Dummy,
    Expr,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    S,
    Symbol,
    Trace,
    conjugate,
)
from sympy.core.function import AppliedUndef

from planar.expression.block_matrices import unblocked
from planar.formulas.symbols import Deterministic, RandomLetter, tr
from planar.formulas.traversal import MatrixTraversal, apart
from planar.foundations.errors import DeclarationError, ReadError, ShapeError
from planar.foundations.words import Letter

__all__ = ["Inv", "Product", "Sum", "Target", "Term", "Tree", "children", "letters", "read"]


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
    """``coefficient * product of normalised traces * matrix``; the matrix is missing in a scalar
    term.
    """

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
    """What is to be derived: a sum of terms, of this shape ((1, 1) counts as a matrix, None is a
    scalar).
    """

    terms: tuple[Term, ...]
    shape: tuple[Expr, Expr] | None

    @property
    def trees(self) -> tuple[Tree, ...]:
        """Every trace and matrix, term by term."""
        return tuple(tree for term in self.terms for tree in term.trees)


def shape(tree: Tree) -> tuple[Expr, Expr]:
    """Rows and columns."""
    match tree:
        case Letter():
            return tree.rows, tree.cols
        case Sum():
            return tree.shape
        case Inv(argument):
            return shape(argument)
        case Product(factors, dimension):
            return (
                (shape(factors[0])[0], shape(factors[-1])[1]) if factors else (dimension, dimension)
            )


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
    found: dict[str, MatrixSymbol] = {}
    for leaf in (leaf for tree in target.trees for leaf in leaves(tree)):
        known = found.setdefault(leaf.name, leaf.symbol)
        if known != leaf.symbol:
            raise DeclarationError(
                f"the letter {leaf.name} is declared twice with different parameters, {described(known)} and "
                f"{described(leaf.symbol)}; give one of them another name."
            )
    return tuple(found[name] for name in sorted(found))


def described(symbol: MatrixSymbol) -> str:
    """Class, shape and parameters of a letter, for messages."""
    values = ", ".join(str(a) for a in symbol.args[1:])
    return f"{type(symbol).__name__}({values})"


# -- reading
# -----------------------------------------------------------------------------------------------------


def read(expression: object) -> Target:
    """The target that a SymPy expression states: a matrix expression, or scalars times (products
    of) traces.

    Raises ``ReadError`` for what it cannot read, ``ShapeError`` for a scalar added to a matrix.
    """
    if not isinstance(expression, Expr):
        raise ReadError(
            f"cannot read {expression!r}: give a SymPy matrix expression, or tr(...) of one."
        )
    plain = unblocked(expression)
    terms = tuple(_merge(_terms(plain)))
    kinds = {term.matrix is None for term in terms}
    if len(kinds) > 1:
        raise ShapeError(
            f"cannot read `{expression}`: it adds a scalar to a matrix; write the scalar times Identity(n)."
        )
    target = Target(terms, None if kinds == {True} else tuple(plain.shape))
    letters(target)
    return target


def _merge(terms: Iterator[Term]) -> Iterator[Term]:
    """Matrix terms without traces become one sum, so that they share one pencil."""
    plain: list[tuple[Expr, Tree]] = []
    for term in terms:
        if term.matrix is not None and not term.traces:
            plain.append((term.coefficient, term.matrix))
        else:
            yield term
    if plain:
        one = len(plain) == 1
        yield (
            Term(plain[0][0], (), plain[0][1])
            if one
            else Term(S.One, (), Sum(tuple(plain), shape(plain[0][1])))
        )


def _terms(expression: Expr) -> Iterator[Term]:
    if getattr(expression, "is_Matrix", False):
        for part in expression.args if isinstance(expression, MatAdd) else (expression,):
            scalars, rest = apart(part)
            matrix = _tree(MatMul(*rest) if len(rest) > 1 else rest[0])
            for coefficient, traces in _products(Mul(*scalars)):
                yield Term(coefficient, traces, matrix)
    else:
        for coefficient, traces in _products(expression):
            yield Term(coefficient, traces, None)


def _products(expression: Expr) -> Iterator[tuple[Expr, tuple[Tree, ...]]]:
    """A scalar expression as a sum of coefficient times product of normalised traces."""
    for part in Add.make_args(_expanded(expression)):
        coefficient, traces = S.One, []
        for factor in Mul.make_args(part):
            base, power = factor.as_base_exp()
            if isinstance(base, tr | Trace) and power.is_Integer and power > 0:
                traces += [_tree(base.args[0])] * int(power)
                if isinstance(base, Trace):
                    coefficient *= _square(base.args[0]) ** power
            elif factor.has(tr, Trace):
                raise ReadError(
                    f"cannot read `{factor}`: only products and sums of traces have a deterministic equivalent."
                )
            else:
                coefficient *= _scalar(factor)
        yield coefficient, tuple(traces)


def _expanded(expression: Expr) -> Expr:
    """Products of sums of traces multiplied out; what stands inside a trace stays as it was
    written.
    """
    traces = {t: Dummy() for t in sorted(expression.atoms(tr, Trace), key=str)}
    if not traces:
        return expression
    return expression.xreplace(traces).expand().xreplace({d: t for t, d in traces.items()})


def _square(matrix: Expr) -> Expr:
    if matrix.shape[0] != matrix.shape[1]:
        raise ShapeError(
            f"the trace of {matrix} is not defined: it is {matrix.shape[0]} x {matrix.shape[1]}."
        )
    return matrix.shape[0]


def _scalar(expression: Expr) -> Expr:
    if expression.has(MatrixSymbol):
        raise ReadError(
            f"cannot read the scalar `{expression}`: it holds a matrix outside of a trace."
        )
    odd = list(expression.atoms(AppliedUndef)) or [
        a for a in expression.atoms(Symbol) if not a.is_commutative
    ]
    if odd:
        raise ReadError(
            f"cannot read the scalar `{expression}`: {odd[0]} is no commuting symbol; use sympy.symbols."
        )
    return expression


class _Trees(MatrixTraversal[Tree]):
    """Matrix expressions as trees."""

    def letter(self, expression: MatrixSymbol) -> Tree:
        symmetric = bool(getattr(expression, "symmetric", False))
        return Letter(
            expression.name,
            symbol=expression,
            symmetric=symmetric,
            random=isinstance(expression, RandomLetter),
        )

    def identity(self, expression: Expr) -> Tree:
        return Product((), expression.shape[0])

    def zero(self, expression: Expr) -> Tree:
        return Sum((), tuple(expression.shape))

    def sum(self, expression: Expr) -> Tree:
        _must_fit(expression)
        return Sum(tuple(_weighted(a) for a in expression.args), tuple(expression.shape))

    def product(self, expression: Expr) -> Tree:
        coefficient, tree = _weighted(expression)
        return tree if coefficient == 1 else Sum(((coefficient, tree),), tuple(expression.shape))

    def inverse(self, expression: Expr) -> Tree:
        _must_be_square(expression.args[0], expression)
        return Inv(self(expression.args[0]))

    def power(self, expression: MatPow) -> Tree:
        base, power = expression.args
        if not power.is_Integer:
            raise ReadError(
                f"cannot read `{expression}`: only integer powers are read; declare a letter for the root of {base}, "
                f'for example deterministic("R", n, symmetric=True), and write R*R for {base}.'
            )
        _must_be_square(base, expression)
        tree = self(base) if power > 0 else Inv(self(base))
        factors = tree.factors if isinstance(tree, Product) else (tree,)
        return Product(factors * abs(int(power)), base.shape[0])

    def transpose(self, expression: Expr) -> Tree:
        return transpose(self(expression.args[0]))

    def adjoint(self, expression: Expr) -> Tree:
        return adjoint(self(expression.args[0]))

    def unread(self, expression: Expr) -> NoReturn:
        if not getattr(expression, "is_Matrix", False):
            raise ShapeError(
                f"`{expression}` is a scalar where a matrix is needed; write it times Identity(n)."
            )
        raise ReadError(
            f"cannot read `{expression}` ({type(expression).__name__}); planar reads sums, products, integer powers, "
            "inverses, transposes, adjoints and traces of named matrices."
        )


_tree = _Trees()


def _must_be_square(matrix: Expr, whole: Expr) -> None:
    if matrix.shape[0] != matrix.shape[1]:
        rows, cols = matrix.shape
        raise ShapeError(
            f"cannot read `{whole}`: {matrix} is {rows} x {cols}, and only a square matrix has an inverse."
        )


def _must_fit(expression: Expr) -> None:
    """Neighbours in a product, or terms of a sum, have fitting shapes; SymPy lets symbolic ones
    pass.
    """
    matrices = [a for a in expression.args if a.is_Matrix]
    for left, right in pairwise(matrices):
        fits = (
            left.shape == right.shape
            if isinstance(expression, MatAdd)
            else left.shape[1] == right.shape[0]
        )
        if not fits:
            sizes = " and ".join(" x ".join(map(str, m.shape)) for m in (left, right))
            raise ShapeError(
                f"cannot read `{expression}`: the shapes of {left} and {right} do not match, {sizes}."
            )


def _weighted(expression: Expr) -> tuple[Expr, Tree]:
    if not isinstance(expression, MatMul):
        return S.One, _tree(expression)
    _must_fit(expression)
    scalars = [_scalar(a) for a in expression.args if not a.is_Matrix]
    factors: list[Tree] = []
    for argument in expression.args:
        if argument.is_Matrix:
            tree = _tree(argument)
            factors += tree.factors if isinstance(tree, Product) else (tree,)
    flat = factors[0] if len(factors) == 1 else Product(tuple(factors), expression.shape[0])
    return Mul(*scalars), flat


def transpose(tree: Tree) -> Tree:
    """The transposed tree: factors reversed, letters transposed."""
    return _turn(tree, lambda c: c, lambda x: x.T)


def adjoint(tree: Tree) -> Tree:
    """The conjugate transpose; a random letter's adjoint is its ``.T``, a positive letter is its
    own.
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
