"""SymPy's expressions as trees; what planar cannot read is refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NoReturn

from sympy import (
    Add,
    Basic,
    BlockMatrix,
    Dummy,
    Expr,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixSymbol,
    Mul,
    S,
    Symbol,
    Trace,
)
from sympy.core.function import AppliedUndef

from planar.expression.block_matrices import unblocked
from planar.expression.nested_traces import outward
from planar.expression.reach import refuse_power, refuse_traces
from planar.expression.tree import (
    Inv,
    Product,
    Sum,
    Target,
    Term,
    Tree,
    adjoint,
    letters,
    shape,
    transpose,
)
from planar.formulas.arguments import explicit, refuse_shapeless
from planar.formulas.symbols import RandomLetter, normalised, tr
from planar.formulas.traversal import MatrixTraversal, apart
from planar.foundations.errors import ReadError, ShapeError
from planar.foundations.words import Letter

__all__ = ["read"]


def read(expression: object) -> Target:
    """The target that a SymPy expression states.

    It is a matrix expression, or a sum of scalars times (products of) traces.

    Raises ``ReadError`` for what it cannot read, ``ShapeError`` for a scalar added to a matrix.
    """
    if isinstance(expression, MatrixBase):
        raise explicit(expression)
    if not isinstance(expression, Expr):
        raise ReadError(
            f"cannot read {expression!r}: give a SymPy matrix expression, or tr(...) of one."
        )
    _refuse_shapeless(expression)
    plain = outward(unblocked(expression))
    terms = tuple(_merge(_terms(plain)))
    kinds = {term.matrix is None for term in terms}
    if len(kinds) > 1:
        raise ShapeError(
            f"cannot read `{expression}`: it adds a scalar to a matrix; "
            "write the scalar times Identity(n)."
        )
    target = Target(terms, None if kinds == {True} else tuple(plain.shape))
    letters(target)
    return target


def _refuse_shapeless(expression: Expr) -> None:
    """Every matrix has a shape, unlike the adjoint of a scalar, and is one by its name."""
    for part in _parts(expression):
        if isinstance(part, MatrixBase):
            raise explicit(part)
        refuse_shapeless(part)


def _parts(expression: Basic) -> Iterator[Basic]:
    """The expression and all its parts; the blocks of a block matrix stand for their array."""
    blocks = isinstance(expression, BlockMatrix)
    yield expression
    for part in expression.blocks if blocks else expression.args:
        yield from _parts(part)


def _merge(terms: Iterator[Term]) -> Iterator[Term]:
    """Matrix terms without traces become one sum, so that they share one pencil."""
    matrices: list[tuple[Expr, Tree]] = []
    for term in terms:
        if term.matrix is not None and not term.traces:
            matrices.append((term.coefficient, term.matrix))
        else:
            yield term
    if len(matrices) == 1:
        ((coefficient, matrix),) = matrices
        yield Term(coefficient, (), matrix)
    elif matrices:
        yield Term(S.One, (), Sum(tuple(matrices), shape(matrices[0][1])))


def _terms(expression: Expr) -> Iterator[Term]:
    if getattr(expression, "is_Matrix", False):
        for part in expression.args if isinstance(expression, MatAdd) else (expression,):
            scalars, factors = apart(part)
            matrix = _tree(MatMul(*factors) if len(factors) > 1 else factors[0])
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
                refuse_traces(base, int(power))
                traces += [_tree(base.args[0])] * int(power)
                if isinstance(base, Trace):
                    coefficient *= _square(base.args[0]) ** power
            elif factor.has(tr, Trace):
                raise ReadError(
                    f"cannot read `{factor}`: only products and sums of traces have "
                    "a deterministic equivalent."
                )
            else:
                coefficient *= _scalar(factor)
        yield coefficient, tuple(traces)


def _expanded(expression: Expr) -> Expr:
    """Products of sums of traces multiplied out; the insides of traces stay as written."""
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
    if expression.has(S.NaN, S.Infinity, S.NegativeInfinity, S.ComplexInfinity):
        raise ReadError(
            f"cannot read the scalar `{expression}`: a scalar must be finite and commute."
        )
    if expression.has(MatrixSymbol):
        raise _holds_matrix(expression)
    noncommuting = [a for a in expression.atoms(Symbol) if not a.is_commutative]
    unreadable = list(expression.atoms(AppliedUndef)) or noncommuting
    if unreadable:
        raise ReadError(
            f"cannot read the scalar `{expression}`: {unreadable[0]} is not a commuting symbol; "
            "use sympy.symbols."
        )
    return expression


def _holds_matrix(expression: Expr) -> ReadError:
    """Why a scalar inside of a product or an inverse is not read, and what to write."""
    if expression.has(tr, Trace):
        return ReadError(
            f"cannot read `{normalised(expression)}` inside of an inverse or an adjoint: it holds "
            "a trace; write a scalar symbol in its place, whose value is that of derive(tr(...))."
        )
    return ReadError(
        f"cannot read the scalar `{expression}`: it holds a matrix outside of a trace; "
        "write tr(...) of the matrix, or a scalar symbol in its place."
    )


class _Trees(MatrixTraversal[Tree]):
    """Matrix expressions as trees."""

    def letter(self, expression: MatrixSymbol) -> Tree:
        return Letter(
            expression.name,
            symbol=expression,
            symmetric=bool(getattr(expression, "symmetric", False)),
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
                f"cannot read `{expression}`: only integer powers are read; declare a letter for "
                f'the root of {base}, for example deterministic("R", n, symmetric=True), '
                f"and write R*R for {base}."
            )
        _must_be_square(base, expression)
        tree = self(base) if power > 0 else Inv(self(base))
        factors = tree.factors if isinstance(tree, Product) else (tree,)
        refuse_power(base, len(factors), int(power))
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
            f"cannot read `{expression}` ({type(expression).__name__}); planar reads sums, "
            "products, integer powers, inverses, transposes, adjoints and traces of named matrices."
        )


_tree = _Trees()


def _must_be_square(matrix: Expr, whole: Expr) -> None:
    if matrix.shape[0] != matrix.shape[1]:
        rows, cols = matrix.shape
        raise ShapeError(
            f"cannot read `{whole}`: {matrix} is {rows} x {cols}, "
            "and only a square matrix has an inverse."
        )


def _must_fit(expression: Expr) -> None:
    """Neighbours in a product, or terms of a sum, have fitting shapes.

    SymPy does not compare symbolic ones.
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
                f"cannot read `{expression}`: the shapes of {left} and {right} do not match, "
                f"{sizes}."
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
