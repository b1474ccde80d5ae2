"""Any limit of an equivalent: in a scalar to zero or to another one, of a dimension to infinity."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from sympy import Expr, S, Symbol, ZeroMatrix

from planar.derivation.calculus.leading_order import leading_order
from planar.derivation.calculus.limits import at_infinity, at_zero
from planar.derivation.calculus.substitution import (
    not_occurring,
    pairs_left,
    substituted,
)
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.formulas.symbols import scalar
from planar.foundations.errors import PlanarError, ReadError

__all__ = ["limit"]


def limit(equivalent: Equivalent, symbol: Symbol, point: Any) -> Equivalent:
    """The limit of a symbol to a point; at a point that is neither 0 nor infinite it is derived."""
    if not isinstance(symbol, Symbol):
        raise ReadError(f"a limit is taken in a scalar or a dimension, got {symbol!r}.")
    if not equivalent.lhs.has(symbol):
        raise not_occurring(symbol, equivalent.lhs)
    target = scalar(point)
    if target.has(S.NaN, S.ComplexInfinity, S.NegativeInfinity):
        raise PlanarError(
            f"{symbol} has no limit to {point}; limits go to 0, to another scalar, or of a "
            "dimension to oo."
        )
    if target.is_infinite:
        return _far(equivalent, symbol)
    if target == 0:
        return at_zero(equivalent, symbol)
    expression = substituted(equivalent.lhs, {symbol: target})
    return derive(expression, commuting=pairs_left(equivalent.letter_pairs, expression))


def _far(equivalent: Equivalent, symbol: Symbol) -> Equivalent:
    """The limit to infinity, of a scalar in the expression itself where its leading order is known.

    Matrices are bounded, so that the leading order of an expression is that of its equivalent.
    """
    if symbol not in equivalent.scalars:
        return at_infinity(equivalent, symbol)
    try:
        power, coefficient = leading_order(equivalent.lhs, symbol)
    except PlanarError as error:
        with suppress(PlanarError):
            return at_infinity(equivalent, symbol)
        raise error from None
    if power > 0:
        raise PlanarError(
            f"`{equivalent.lhs}` grows as {symbol**power} with {symbol}; "
            f"divide it by {symbol**power}."
        )
    return _of_order(equivalent, symbol, S.Zero if power < 0 else coefficient)


def _of_order(equivalent: Equivalent, symbol: Symbol, expression: Expr) -> Equivalent:
    """The equivalent of an expression as that of the limit, after the limits before it."""
    scalars = tuple(s for s in equivalent.scalars if s != symbol)
    problem = replace(equivalent.problem, scalars=scalars)
    limits = (*equivalent.limits, (symbol, S.Infinity))
    if expression == 0:
        matrix = getattr(equivalent.lhs, "is_Matrix", False)
        zero = ZeroMatrix(*equivalent.lhs.shape) if matrix else S.Zero
        return Equivalent(problem, zero, (), limits=limits, assumptions=equivalent.assumptions)
    derived = derive(expression, commuting=pairs_left(equivalent.letter_pairs, expression))
    for earlier, point in equivalent.limits:
        if expression.has(earlier):
            derived = limit(derived, earlier, point)
    return replace(derived, problem=problem, limits=limits)
