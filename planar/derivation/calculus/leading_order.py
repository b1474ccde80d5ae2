"""An expression as a scalar goes to infinity: its power of the scalar, and what that multiplies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add, mul
from typing import NoReturn

from sympy import (
    Basic,
    Expr,
    Identity,
    Inverse,
    MatAdd,
    MatrixSymbol,
    Pow,
    Rational,
    S,
    Symbol,
    Transpose,
)

from planar.formulas.symbols import tr
from planar.formulas.traversal import Traversal, factors_of_power
from planar.foundations.errors import PlanarError

__all__ = ["leading_order"]

Leading = tuple[Expr, Expr]
"""The power of the symbol, and its coefficient."""


def leading_order(expression: Expr, symbol: Symbol) -> Leading:
    """``expression ~ coefficient * symbol**power`` as the symbol goes to infinity.

    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> mu, A = Symbol("mu"), deterministic("A", dims("N"))
    >>> leading_order(mu * A * resolvent(A, mu), mu)
    (0, A)

    Raises ``PlanarError`` where leading terms cancel, or a matrix without a shift is inverted.
    """
    return _LeadingOrder(symbol)(expression)


class _LeadingOrder(Traversal[Leading]):
    def __init__(self, variable: Symbol) -> None:
        self.variable = variable

    def __call__(self, expression: Basic) -> Leading:
        if not expression.has(self.variable):
            return S.Zero, expression
        return super().__call__(expression)

    def symbol(self, expression: Expr) -> Leading:
        return S.One, S.One

    def sum(self, expression: Expr) -> Leading:
        terms = [self(a) for a in expression.args]
        highest = max(power for power, _ in terms)
        total = reduce(add, (c for power, c in terms if power == highest))
        if total == 0 or getattr(total, "is_ZeroMatrix", False):
            raise PlanarError(
                f"the leading terms of `{expression}` cancel as {self.variable} goes to infinity, "
                "so that its limit is not read off; write it without the difference."
            )
        return highest, total

    def product(self, expression: Expr) -> Leading:
        return _times([self(a) for a in expression.args])

    def inverse(self, expression: Expr) -> Leading:
        power, coefficient = self(expression.args[0])
        if power > 0 and not _shifted(coefficient):
            raise PlanarError(
                f"`{expression}` inverts `{coefficient}` as {self.variable} goes to infinity, "
                "which may be singular; give it a scalar shift that grows as well."
            )
        return -power, Inverse(coefficient).doit()

    def power(self, expression: Expr) -> Leading:
        base, exponent = expression.args
        if isinstance(expression, Pow) and isinstance(exponent, Rational):
            power, coefficient = self(base)
            return power * exponent, coefficient**exponent
        if getattr(exponent, "is_Integer", False):
            return _times([self(a) for a in factors_of_power(expression)])
        return self.other(expression)

    def transpose(self, expression: Expr) -> Leading:
        power, coefficient = self(expression.args[0])
        return power, Transpose(coefficient).doit()

    def trace(self, expression: Expr) -> Leading:
        power, coefficient = self(expression.args[0])
        if coefficient.atoms(MatrixSymbol):
            return power, expression.func(coefficient)
        number = coefficient.xreplace(dict.fromkeys(coefficient.atoms(Identity), S.One)).doit()
        return power, number if isinstance(expression, tr) else number * coefficient.shape[0]

    normalised_trace = trace

    def unread(self, expression: Expr) -> NoReturn:
        raise PlanarError(
            f"no limit of `{expression}` as {self.variable} goes to infinity; sums, products, "
            "powers, inverses and traces have one."
        )


def _times(parts: Sequence[Leading]) -> Leading:
    return sum((power for power, _ in parts), S.Zero), reduce(mul, (c for _, c in parts))


def _shifted(matrix: Expr) -> bool:
    """Whether a sum holds a multiple of the identity."""
    terms = matrix.args if isinstance(matrix, MatAdd) else (matrix,)
    return any(not t.atoms(MatrixSymbol) for t in terms)
