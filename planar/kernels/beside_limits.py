"""Values next to the limits of an equivalent, where samples of it can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import S

from planar.derivation.derive import derive
from planar.derivation.equivalent import NEAR, Equivalent
from planar.foundations.errors import PlanarError
from planar.kernels.inputs import largest
from planar.kernels.kernel import compile_kernel

__all__ = ["beside_limits"]

_MEETING = 5e-3
"""How far a value next to a limit may be from it: some go there by the root of a parameter."""


def beside_limits(
    equivalent: Equivalent, value: Any, values: Mapping[Any, Any]
) -> tuple[Any, Mapping[Any, Any]]:
    """What samples next to the limits of an equivalent are compared with, and the values there.

    It is the equivalent before the limits, where that leads to the value of the limit; else that
    value itself, which samples then contradict. Without limits nothing changes.
    """
    if not equivalent.limits:
        return value, values
    beside = _next_to(equivalent, values)
    before = derive(equivalent.lhs, commuting=equivalent.letter_pairs)
    near = compile_kernel(before)(beside, on_failure="nan")
    meets = np.abs(near - value) <= _MEETING * (1 + np.abs(value))
    return (near if np.all(meets) else value), beside


def _next_to(equivalent: Equivalent, values: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The values, with a small number for what went to zero and a large one for a scalar at oo.

    Raises ``PlanarError`` where a dimension went to infinity.
    """
    size = max((largest(v) for k, v in values.items() if k in equivalent.letters), default=1.0)
    beside = {s: NEAR * size for s, point in equivalent.limits if point == 0}
    for symbol, point in equivalent.limits:
        if point == S.Infinity and symbol.is_integer:
            raise PlanarError(
                f"`{equivalent.lhs}` at {symbol} -> oo cannot be sampled; "
                f"check the equivalent before that limit at a large {symbol}."
            )
        if point == S.Infinity:
            beside[symbol] = size / NEAR
    return {**values, **beside}
