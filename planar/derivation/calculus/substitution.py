"""Substitution in an expression, which is then derived again.

So confluent arguments and equal sizes come out right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr

from planar.formulas.symbols import scalar
from planar.foundations.errors import ReadError, ShapeError

__all__ = ["substituted"]


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
            raise ReadError(
                f"{old} does not occur in `{expression}`; its symbols are "
                f"{_symbols_in(expression)}."
            )
        changes[key] = new if getattr(new, "is_Matrix", False) else scalar(new)
        if getattr(key, "is_Matrix", False) and key.shape != changes[key].shape:
            raise ShapeError(
                f"{old} is {key.shape[0]} x {key.shape[1]}, so it cannot be replaced by `{new}`, "
                f"which is {changes[key].shape[0]} x {changes[key].shape[1]}; give a matrix of "
                "the same shape."
            )
    return expression.xreplace(changes)


def _symbols_in(expression: Expr) -> str:
    atoms: Iterable[Any] = {
        *expression.free_symbols,
        *(s for s in expression.atoms() if getattr(s, "is_Symbol", False)),
    }
    return ", ".join(sorted(dict.fromkeys(str(a) for a in atoms)))
