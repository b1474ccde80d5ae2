"""The derivative of an expression in a scalar, by the rules of non-commuting products."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import mul
from typing import NoReturn

from sympy import (
    Basic,
    Expr,
    MatPow,
    MatrixSymbol,
    Pow,
    S,
    Symbol,
    Transpose,
    ZeroMatrix,
    together,
)

from planar.formulas.traversal import Traversal, factors_of_power
from planar.foundations.errors import ReadError

__all__ = ["derivative"]


def derivative(expression: Expr, symbol: Symbol) -> Expr:
    """``d expression / d symbol``; an inverse X^-1 gives ``-X^-1 X' X^-1``, one resolvent more.

    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> lam, A = Symbol("lambda"), deterministic("A", dims("N"))
    >>> print(derivative(resolvent(A, lam), lam))
    -(lambda*I + A)**(-2)

    Raises ``ReadError`` where the symbol is a parameter of a letter, or occurs where no rule is
    known.
    """
    if not isinstance(symbol, Symbol):
        raise ReadError(
            f"cannot differentiate `{expression}` by {symbol!r}, which is not one of its scalars; "
            "give a symbol, for example lam."
        )
    return _Derivative(symbol)(expression)


class _Derivative(Traversal[Expr]):
    """Derivatives in one symbol."""

    def __init__(self, variable: Symbol) -> None:
        self.variable = variable

    def __call__(self, expression: Basic) -> Expr:
        if not expression.has(self.variable):
            return (
                ZeroMatrix(*expression.shape) if getattr(expression, "is_Matrix", False) else S.Zero
            )
        return super().__call__(expression)

    def letter(self, expression: Expr) -> Expr:
        """A Gaussian letter is the root of its variance times one of variance one."""
        variance = getattr(expression, "variance", None)
        sizes = set[Basic]().union(*(size.free_symbols for size in expression.shape))
        if variance is not None and self.variable not in sizes:
            return together(variance.diff(self.variable) / (2 * variance)) * expression
        raise ReadError(
            f"cannot differentiate by {self.variable}: it is a parameter of the letter "
            f"{expression.name}; differentiate by another scalar, or take numbers from "
            f"compile().gradient(values, {self.variable})."
        )

    def sum(self, expression: Expr) -> Expr:
        return _sum([self(a) for a in expression.args if a.has(self.variable)])

    def product(self, expression: Expr) -> Expr:
        return self._product(expression.args)

    def _product(self, factors: Sequence[Expr]) -> Expr:
        """The product rule; order is kept."""
        places = [i for i, a in enumerate(factors) if a.has(self.variable)]
        return _sum(
            [reduce(mul, (*factors[:i], self(factors[i]), *factors[i + 1 :])) for i in places]
        )

    def inverse(self, expression: Expr) -> Expr:
        return -(expression * self(expression.args[0]) * expression)

    def power(self, expression: Expr) -> Expr:
        base, power = expression.args
        if isinstance(expression, MatPow) and power.is_Integer:
            return self._product(factors_of_power(expression))
        if isinstance(expression, Pow) and not power.has(self.variable):
            return power * base ** (power - 1) * self(base)
        return self.other(expression)

    def transpose(self, expression: Expr) -> Expr:
        return Transpose(self(expression.args[0])).doit()

    def trace(self, expression: Expr) -> Expr:
        inside = self(expression.args[0])
        return S.Zero if isinstance(inside, ZeroMatrix) else type(expression)(inside)

    normalised_trace = trace

    def other(self, expression: Expr) -> Expr:
        """Expressions without matrices are differentiated by SymPy."""
        return (
            self.unread(expression)
            if expression.has(MatrixSymbol)
            else expression.diff(self.variable)
        )

    number = imaginary = symbol = conjugate = undefined = function = other

    def unread(self, expression: Expr) -> NoReturn:
        raise ReadError(
            f"cannot differentiate `{expression}` by {self.variable}; sums, products, powers, "
            "inverses and traces can be differentiated."
        )


def _sum(terms: list[Expr]) -> Expr:
    return reduce(lambda a, b: a + b, terms)
