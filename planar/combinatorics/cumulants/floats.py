"""Moments and free cumulants of floats in ball arithmetic, which proves how many digits are right.

A float represents every number that rounds to it. The transforms are taken of the whole interval,
at more than double precision, so that the radius of a result bounds its error; a result with too
large a radius is refused, never returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite, ulp
from sys import float_info
from typing import Any

from flint import arb, arb_series, ctx

from planar.foundations.errors import PlanarError

__all__ = ["cumulants_of_floats", "moments_of_floats"]


def moments_of_floats(cumulants: Sequence[Any], tolerance: float) -> list[float]:
    """Moments from free cumulants, each with at most this relative error.

    It holds for all numbers that round to these floats.

    >>> [round(m, 9) for m in moments_of_floats([0.5, 0.1], 1e-9)]
    [0.5, 0.35]
    """
    with _room_for(len(cumulants)):
        series = (arb_series([0, 1]) / arb_series([arb(1), *map(_ball, cumulants)])).reversion()
        return _certain(list(series.coeffs())[2:], len(cumulants), tolerance, "moment")


def cumulants_of_floats(moments: Sequence[Any], tolerance: float) -> list[float]:
    """Free cumulants from moments, in the same way.

    >>> [round(k, 9) for k in cumulants_of_floats([0.5, 0.35], 1e-9)]
    [0.5, 0.1]
    """
    with _room_for(len(moments)):
        inverse = arb_series([arb(0), arb(1), *map(_ball, moments)]).reversion()
        series = 1 / arb_series(list(inverse.coeffs())[1:])
        return _certain(list(series.coeffs())[1:], len(moments), tolerance, "free cumulant")


@contextmanager
def _room_for(order: int) -> Iterator[None]:
    """flint's own limits, wide enough for series of this order, and put back."""
    before = ctx.cap, ctx.prec
    ctx.cap, ctx.prec = order + 2, 128 + 16 * order
    try:
        yield
    finally:
        ctx.cap, ctx.prec = before


def _ball(value: Any) -> Any:
    number = float(value)
    if not isfinite(number):
        raise PlanarError(f"{number} is not a valid moment or cumulant; give finite numbers.")
    return arb(number, arb(ulp(number)) / 2 if number else 0)


def _certain(balls: list[Any], length: int, tolerance: float, name: str) -> list[float]:
    """The midpoints as floats; a coefficient that flint left out is zero."""
    midpoints = [float(ball.mid()) for ball in balls[:length]]
    for order, (ball, value) in enumerate(zip(balls, midpoints, strict=False), 1):
        if ball.rad() > abs(ball.mid()) * tolerance:
            raise PlanarError(
                f"of these floats the {name} of order {order} is {value:.6g} "
                f"with an error up to {float(ball.rad()):.1g}, "
                f"beyond the tolerance {tolerance:g}; give exact numbers, or fewer of them."
            )
        if not isfinite(value) or (ball.mid() != 0 and abs(value) < float_info.min):
            raise PlanarError(
                f"the {name} of order {order}, {ball.mid()}, is out of the range of floats; "
                "give fractions, or scale the variable."
            )
    return midpoints + [0.0] * (length - len(midpoints))
