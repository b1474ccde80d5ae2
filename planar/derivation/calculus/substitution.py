"""Substitution in an expression, which is then derived again.

So confluent arguments and equal sizes come out right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from sympy import Expr, Identity, MatrixSymbol, ZeroMatrix

from planar.formulas.arguments import dimension, finite_scalar, scalar
from planar.foundations.errors import ReadError, ShapeError

__all__ = ["not_occurring", "pairs_left", "substituted"]


def substituted(expression: Expr, values: Mapping[Any, Any]) -> Expr:
    """All replacements at once, in scalars, dimensions, parameters of laws, and letters.

    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> from sympy import symbols
    >>> lam, mu = symbols("lambda mu")
    >>> A = deterministic("A", dims("N"))
    >>> print(substituted(resolvent(A, lam) * A * resolvent(A, mu), {mu: lam}))
    (lambda*I + A)**(-1)*A*(lambda*I + A)**(-1)

    Raises ``ReadError`` where something is to be replaced that does not occur in the expression,
    ``ShapeError`` where a matrix is to be replaced by one of another shape.
    """
    changes: dict[Expr, Expr] = {}
    for old, new in values.items():
        key = scalar(old) if not getattr(old, "is_Matrix", False) else old
        if not expression.has(key):
            raise not_occurring(old, expression)
        if key in _sizes(expression) and getattr(new, "is_number", True):
            dimension(finite_scalar(new), str(key))
        changes[key] = _matrix(key, new) if getattr(key, "is_Matrix", False) else finite_scalar(new)
    return expression.xreplace(changes)


def _matrix(letter: Expr, value: Any) -> Expr:
    """What stands in the place of a matrix: another of its shape."""
    shape = getattr(value, "shape", ()) if getattr(value, "is_Matrix", False) else ()
    if tuple(shape) != tuple(letter.shape):
        what = f"which is {shape[0]} x {shape[1]}" if shape else "which is not a matrix"
        raise ShapeError(
            f"{letter} is {letter.shape[0]} x {letter.shape[1]}, so it cannot be replaced by "
            f"`{value}`, {what}; give a matrix of the same shape."
        )
    return value


def _sizes(expression: Expr) -> set[Expr]:
    """The numbers of rows and columns of all matrices with a shape of their own."""
    shaped = expression.atoms(MatrixSymbol) | expression.atoms(Identity, ZeroMatrix)
    return set(chain.from_iterable(matrix.shape for matrix in shaped))


def not_occurring(symbol: Any, expression: Expr) -> ReadError:
    """What is wrong with a symbol that an expression does not hold."""
    return ReadError(
        f"{symbol} does not occur in `{expression}`; its symbols are {_symbols_in(expression)}."
    )


def pairs_left(
    pairs: Iterable[tuple[MatrixSymbol, MatrixSymbol]], expression: Expr
) -> list[tuple[MatrixSymbol, MatrixSymbol]]:
    """The pairs of commuting letters that an expression still holds."""
    return [(a, b) for a, b in pairs if expression.has(a) and expression.has(b)]


def _symbols_in(expression: Expr) -> str:
    atoms: Iterable[Any] = {
        *expression.free_symbols,
        *(s for s in expression.atoms() if getattr(s, "is_Symbol", False)),
    }
    return ", ".join(sorted(dict.fromkeys(str(a) for a in atoms)))
