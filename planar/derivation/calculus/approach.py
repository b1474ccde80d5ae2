"""Any limit of an equivalent: in a scalar to zero or to another one, of a dimension to infinity."""

from __future__ import annotations

from typing import Any

from sympy import Symbol

from planar.derivation.calculus.limits import at_infinity, at_zero
from planar.derivation.calculus.substitution import substituted
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.formulas.symbols import scalar

__all__ = ["limit"]


def limit(equivalent: Equivalent, symbol: Symbol, point: Any) -> Equivalent:
    """The limit of a symbol to a point; at a point that is neither 0 nor infinite it is derived."""
    target = scalar(point)
    if target.is_infinite:
        return at_infinity(equivalent, symbol)
    if target == 0:
        return at_zero(equivalent, symbol)
    return derive(substituted(equivalent.lhs, {symbol: target}), commuting=equivalent.letter_pairs)
