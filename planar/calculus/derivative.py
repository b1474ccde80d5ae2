"""The derivative of an expression with respect to a scalar, by the rules of non-commuting products."""

from __future__ import annotations

from functools import reduce
from operator import mul

from sympy import Add, Expr, Inverse, MatAdd, MatMul, MatPow, MatrixSymbol, Mul, Pow, S, Symbol, Trace, Transpose, ZeroMatrix

from planar.errors import ReadError
from planar.expression.symbols import tr

__all__ = ["derivative"]


def derivative(expression: Expr, symbol: Symbol) -> Expr:
    """``d expression / d symbol``; an inverse X^-1 gives ``-X^-1 X' X^-1``, one resolvent more.

    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> lam, A = Symbol("lambda"), deterministic("A", dims("N"))
    >>> print(derivative(resolvent(A, lam), lam))
    -(lambda*I + A)**(-2)

    Raises ``ReadError`` where the symbol is a parameter of a letter, or stands where no rule is known.
    """
    if not expression.has(symbol):
        return ZeroMatrix(*expression.shape) if getattr(expression, "is_Matrix", False) else S.Zero
    match expression:
        case MatrixSymbol():
            raise ReadError(f"cannot differentiate by {symbol}: it is a parameter of the letter {expression.name}.")
        case MatAdd() | Add():
            return _sum([derivative(a, symbol) for a in expression.args if a.has(symbol)])
        case MatMul() | Mul():
            return _sum([_product(expression.args, place, symbol) for place, a in enumerate(expression.args) if a.has(symbol)])
        case Inverse():
            (inside,) = expression.args[:1]
            return -(expression * derivative(inside, symbol) * expression)
        case MatPow() if expression.args[1].is_Integer:
            base, power = expression.args
            factor = base if power > 0 else Inverse(base)
            return _sum([_product((factor,) * abs(int(power)), place, symbol) for place in range(abs(int(power)))])
        case Transpose():
            return Transpose(derivative(expression.args[0], symbol)).doit()
        case tr() | Trace():
            inside = derivative(expression.args[0], symbol)
            return S.Zero if isinstance(inside, ZeroMatrix) else type(expression)(inside)
        case Pow() if not expression.exp.has(symbol):
            return expression.exp * expression.base ** (expression.exp - 1) * derivative(expression.base, symbol)
        case _ if not expression.has(MatrixSymbol):
            return expression.diff(symbol)
        case _:
            raise ReadError(
                f"cannot differentiate `{expression}` by {symbol}; sums, products, powers, inverses and traces can be."
            )


def _product(factors: tuple[Expr, ...], place: int, symbol: Symbol) -> Expr:
    changed = derivative(factors[place], symbol)
    return reduce(mul, (*factors[:place], changed, *factors[place + 1 :]))


def _sum(terms: list[Expr]) -> Expr:
    return reduce(lambda a, b: a + b, terms)
