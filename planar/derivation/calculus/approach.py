"""Any limit of an equivalent: in a scalar to zero or to another one, of a dimension to infinity."""

from __future__ import annotations

from typing import Any

from sympy import S, Symbol

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
        return at_infinity(equivalent, symbol)
    if target == 0:
        return at_zero(equivalent, symbol)
    expression = substituted(equivalent.lhs, {symbol: target})
    return derive(expression, commuting=pairs_left(equivalent.letter_pairs, expression))
