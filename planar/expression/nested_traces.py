"""Traces inside of products: a trace is a number, so it comes out of the product around it."""

from __future__ import annotations

from itertools import product
from math import prod

from sympy import Add, Expr, MatAdd, MatMul, MatPow, Mul, S, Trace, Transpose, ZeroMatrix

from planar.formulas.symbols import tr
from planar.formulas.traversal import apart
from planar.foundations.errors import TooLargeError

__all__ = ["outward"]

Terms = list[tuple[Expr, Expr]]
"""A matrix as a sum of scalars times matrices without traces."""

TERMS = 1024
"""Into which a product is multiplied out at most; each has its own derivation."""


def outward(expression: Expr) -> Expr:
    """The same expression, where traces multiply whole terms and stand in no other trace.

    Those inside of an inverse stay, for the reader to refuse.

    >>> from planar.formulas.symbols import deterministic, dims
    >>> A, B = (deterministic(name, dims("N")) for name in "AB")
    >>> outward(tr(tr(A) * B)).doit()
    Trace(A)*Trace(B)/N**2
    """
    matrix = bool(getattr(expression, "is_Matrix", False))
    nested = any(t.args[0].has(tr, Trace) for t in expression.atoms(tr, Trace))
    if not nested and not (matrix and _buried(expression)):
        return expression
    if not matrix:
        return _scalar(expression)
    terms = [_times(c, m) for c, m in _spread(expression)]
    return MatAdd(*terms).doit(deep=False) if terms else ZeroMatrix(*expression.shape)


def _buried(matrix: Expr) -> bool:
    """Whether a trace stands deeper than in the factors of a term."""
    terms = matrix.args if isinstance(matrix, MatAdd) else (matrix,)
    return any(factor.has(tr, Trace) for term in terms for factor in apart(term)[1])


def _times(scalar: Expr, matrix: Expr) -> Expr:
    return matrix if scalar == 1 else MatMul(scalar, matrix)


def _scalar(expression: Expr) -> Expr:
    """A scalar in whose traces there are no others."""
    traces = [t for t in expression.atoms(tr, Trace) if t.args[0].has(tr, Trace)]
    outermost = [t for t in traces if not any(t != u and u.has(t) for u in traces)]
    return expression.xreplace({t: _linear(t) for t in outermost})


def _linear(trace: Expr) -> Expr:
    """A trace as the sum of those of the terms of its matrix."""
    return Add(*(c * trace.func(m) for c, m in _spread(trace.args[0])))


def _spread(matrix: Expr) -> Terms:
    """A matrix as terms; what holds no trace is one term."""
    if not matrix.has(tr, Trace):
        return [(S.One, matrix)]
    if isinstance(matrix, MatAdd):
        return [term for part in matrix.args for term in _spread(part)]
    if isinstance(matrix, Transpose):
        return [(c, m.T) for c, m in _spread(matrix.arg)]
    if isinstance(matrix, MatPow) and matrix.exp.is_Integer and matrix.exp > 0:
        return _multiplied([_spread(matrix.base)] * int(matrix.exp), matrix)
    if isinstance(matrix, MatMul):
        scalars, factors = apart(matrix)
        terms = _multiplied([_spread(factor) for factor in factors], matrix)
        return [(_scalar(Mul(*scalars)) * c, m) for c, m in terms]
    return [(S.One, matrix)]


def _multiplied(factors: list[Terms], whole: Expr) -> Terms:
    count = prod(map(len, factors))
    if count > TERMS:
        raise TooLargeError(
            f"`{whole}` has traces inside of a product that multiplies out to {count} terms, and "
            f"{TERMS} are possible; write a scalar symbol in place of each trace."
        )
    return [_joined(parts) for parts in product(*factors)]


def _joined(parts: tuple[tuple[Expr, Expr], ...]) -> tuple[Expr, Expr]:
    """One term of a product of sums."""
    matrices = [m for _, m in parts]
    return Mul(*(c for c, _ in parts)), MatMul(*matrices).doit(deep=False)
