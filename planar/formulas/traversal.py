"""One way through the trees of SymPy: a rule for each kind of node, chosen by type in one place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Generic, NoReturn, TypeVar

from sympy import (
    Add,
    Adjoint,
    Basic,
    BlockMatrix,
    Derivative,
    Expr,
    Function,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    Number,
    NumberSymbol,
    Pow,
    Subs,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    conjugate,
)
from sympy.core.function import AppliedUndef
from sympy.core.numbers import ImaginaryUnit

from planar.formulas.symbols import Conjugate, tr

__all__ = ["KINDS", "MatrixTraversal", "Traversal", "apart", "factors_of_power"]

T = TypeVar("T")
KINDS: Mapping[type[Basic], str] = {
    Number: "number",
    NumberSymbol: "number",
    ImaginaryUnit: "imaginary",
    Symbol: "symbol",
    MatrixSymbol: "letter",
    Identity: "identity",
    ZeroMatrix: "zero",
    BlockMatrix: "block",
    Add: "sum",
    MatAdd: "sum",
    Mul: "product",
    MatMul: "product",
    Pow: "power",
    MatPow: "power",
    Inverse: "inverse",
    Transpose: "transpose",
    Adjoint: "adjoint",
    conjugate: "conjugate",
    Conjugate: "conjugate",
    Trace: "trace",
    tr: "normalised_trace",
    AppliedUndef: "undefined",
    Derivative: "undefined",
    Subs: "undefined",
    Function: "function",
}
"""The rule for each type of node and for those that derive from it, unless these have a line of
their own.
"""


class Traversal(Generic[T]):
    """A reader of SymPy trees: ``reader(expression)`` applies the rule of its kind, a subclass
    holds those that it has.

    >>> class Depth(Traversal[int]):
    ...     def symbol(self, expression):
    ...         return 1
    ...     def sum(self, expression):
    ...         return 1 + max(map(self, expression.args))
    ...     def unread(self, expression):
    ...         raise ValueError(f"no depth of {expression}")
    >>> x, y = Symbol("x"), Symbol("y")
    >>> Depth()(x + y)
    2
    >>> Depth()(x * y)
    Traceback (most recent call last):
    ValueError: no depth of x*y
    """

    def __call__(self, expression: Basic) -> T:
        node: Any = type(expression)
        value: T = getattr(self, kind(node))(expression)
        return value

    def unread(self, expression: Any) -> NoReturn:
        """The last rule, which names what it cannot read in the reader's own words."""
        raise NotImplementedError(type(expression).__name__)

    def _last(self, expression: Any) -> T:
        self.unread(expression)

    number = imaginary = symbol = letter = identity = zero = block = _last
    sum = product = power = inverse = transpose = adjoint = conjugate = _last
    trace = normalised_trace = undefined = function = other = _last


class MatrixTraversal(Traversal[T]):
    """A reader of matrices: a scalar where a matrix is needed is not read."""

    def __call__(self, expression: Basic) -> T:
        if getattr(expression, "is_Matrix", False):
            return super().__call__(expression)
        return self.other(expression)


@cache
def kind(node: type[Basic]) -> str:
    """The name of the rule for a type of node.

    >>> kind(Inverse), kind(MatPow), kind(Symbol), kind(Basic)
    ('inverse', 'power', 'symbol', 'other')
    """
    return next((KINDS[base] for base in node.__mro__ if base in KINDS), "other")


def apart(expression: Expr) -> tuple[list[Expr], list[Expr]]:
    """The scalars and the matrices of a product, in their order; anything else is a product of
    itself.

    >>> A = MatrixSymbol("A", 2, 2)
    >>> apart(3 * A * A.T)
    ([3], [A, A.T])
    """
    arguments = expression.args if isinstance(expression, MatMul) else (expression,)
    return [a for a in arguments if not a.is_Matrix], [a for a in arguments if a.is_Matrix]


def factors_of_power(expression: Expr) -> list[Expr]:
    """An integer power of a matrix as equal factors, those of a negative one inverses.

    >>> A = MatrixSymbol("A", 2, 2)
    >>> factors_of_power(MatPow(A, -2))
    [A**(-1), A**(-1)]
    """
    base, power = expression.args
    return [base if power > 0 else Inverse(base)] * abs(int(power))
