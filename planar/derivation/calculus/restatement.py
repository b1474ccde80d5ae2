"""The same expression with a formula of the user's own, a published one say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sympy import Expr, Symbol

from planar.derivation.calculus.recognition import recognised
from planar.derivation.definitions import defined
from planar.derivation.equivalent import Equivalent
from planar.formulas.symbols import scalar, unnormalised
from planar.foundations.errors import PlanarError

__all__ = ["restated"]

Stated = TypeVar("Stated", bound=Equivalent)


def restated(
    equivalent: Stated, rhs: Any, definitions: Mapping[Symbol, Any], *, knowingly: bool = False
) -> Stated:
    """The equivalent with another right-hand side and other definitions.

    What its definitions have in common with the derived ones is recognised by their equations.
    """
    expressions = {symbol: _formula(expr) for symbol, expr in definitions.items()}
    own = next((s for s in expressions if s in equivalent.problem.symbols), None)
    if own is not None:
        raise PlanarError(
            f"{own} is a symbol of `{equivalent.lhs}` and takes a value; define another symbol."
        )
    derived = equivalent.derived or equivalent
    stated = recognised(defined(expressions), derived)
    formula: dict[str, Any] = {"rhs": _formula(rhs), "definitions": stated, "derived": derived}
    return replace(equivalent, **formula, knowingly=knowingly)


def _formula(value: Any) -> Expr:
    """A SymPy expression with unnormalised traces, or a number as one; text is refused."""
    return unnormalised(value) if isinstance(value, Expr) else scalar(value)
