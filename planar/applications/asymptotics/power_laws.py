"""A value as a power of one symbol, with a number for its coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, S, Symbol, powsimp

from planar.applications.asymptotics.exponents import Exponent, Exponents
from planar.foundations.errors import PlanarError

__all__ = ["PowerLaw", "power_law"]


@dataclass(frozen=True)
class PowerLaw:
    """``coefficient * symbol^exponent``."""

    coefficient: complex
    exponent: Exponent


def power_law(name: Any, value: Expr, symbol: Symbol | None, exponents: Exponents) -> PowerLaw:
    """A value as a power of one symbol; raises ``PlanarError`` where it is not one."""
    coefficient, power = (
        powsimp(value).as_independent(symbol, as_Add=False)
        if symbol is not None
        else (value, S.One)
    )
    base, exponent = power.as_base_exp() if power != 1 else (symbol, S.Zero)
    number = coefficient.xreplace(exponents.at)
    if base != symbol or (symbol is not None and exponent.has(symbol)) or not number.is_number:
        raise PlanarError(
            f"{name} = {value} is not a power of {symbol}; give a number times {symbol}**exponent."
        )
    return PowerLaw(complex(number), exponents.read(exponent))
