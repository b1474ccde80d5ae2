"""Why a kernel has no value at a point, and what to try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from planar.derivation.equivalent import Equivalent
from planar.kernels.beside_axis import EDGE, aside
from planar.kernels.policy import POLICY
from planar.kernels.solution import Solution

__all__ = ["failure"]

Solve = Callable[[Mapping[Any, Any]], Solution]
_HEIGHT, _STEP = 1e-5, 16.0
"""Heights above a real point, in units of its shift, from which it is looked at: the first, and
the ratio of the first to the second.
"""
_BULK, _EDGE = 8.0, 2.0
"""How much 1 - gamma falls at least between these heights: in a bulk it goes with the height, by
16, next to an edge with its root, by 4, and outside not at all.
"""


def failure(
    equivalent: Equivalent, values: Mapping[Any, Any], solution: Solution, solve: Solve
) -> str:
    """What is wrong at the first point that is not good; ``solve`` looks at it from beside it."""
    place = tuple(np.argwhere(~np.atleast_1d(solution.good))[0])
    parameters = _parameters(equivalent, values, solution, place)
    gamma = np.atleast_1d(solution.gamma)[place]
    residual = np.atleast_1d(solution.residual)[place]
    if POLICY.on_branch(residual, gamma):
        return (
            f"the formula is 0/0 at {parameters}: a divided difference of R meets equal arguments; "
            "write one symbol for equal parameters, or give the law by spectrum=..., "
            "cumulants=... or a rational r_transform."
        )
    if equivalent.near is not None and (reason := _at_limit(equivalent, residual, gamma)):
        return reason
    if not parameters and np.isinf(gamma) and equivalent.near is None:
        return (
            f"`{equivalent.lhs}` has no finite value here: what it inverts has eigenvalues at "
            "zero or next to it; give other sizes, or add a scalar shift to what is inverted."
        )
    fall = _fall(equivalent, _at(equivalent, values, solution, place), solve)
    return (
        f"no solution on the physical branch at {parameters or 'these values'}: "
        f"{_reason(equivalent, residual, gamma, fall)}; "
        "move it away (a larger positive shift, or an imaginary part)."
    )


def _reason(equivalent: Equivalent, residual: float, gamma: float, fall: float) -> str:
    """What residual, gamma and the way to a point say of it, each in one sentence."""
    solved = residual < POLICY.accepted
    if fall > _BULK:
        return "the spectral parameter lies on the spectrum, where the resolvent jumps"
    if fall > _EDGE or (solved and abs(1 - gamma) < EDGE):
        return (
            "the spectral parameter is near an edge of the spectrum, where rounding is amplified "
            f"by 1/(1 - gamma) > {1 / EDGE:.0e} and leaves fewer than four digits"
        )
    if not solved:
        left = f" (a residual of {residual:.1e} is left)" if np.isfinite(residual) else ""
        return (
            f"the iteration does not converge{left}, as on the spectrum, where there is no such "
            "solution, and next to its edges and its atoms"
        )
    hole = "" if _real_letters(equivalent) else " or in a hole that complex eigenvalues enclose"
    return (
        f"gamma(R, R*) = {gamma:.3g} is not below 1, so the spectral parameter lies on the "
        f"spectrum{hole}"
    )


def _fall(equivalent: Equivalent, values: Mapping[Any, Any], solve: Solve) -> float:
    """The ratio of 1 - gamma at two heights above a point, 1 where these have no solution."""
    heights = _HEIGHT, _HEIGHT / _STEP
    beside = [solve(aside(equivalent, values, height)) for height in heights]
    if not all(b.good.all() for b in beside):
        return 1.0
    gaps = [float(1 - np.ravel(b.gamma)[0]) for b in beside]
    return gaps[0] / gaps[1]


def _real_letters(equivalent: Equivalent) -> bool:
    """Whether every letter has real eigenvalues."""
    return all(
        getattr(x, "symmetric", False) or getattr(x, "positive", False)
        for x in (*equivalent.letters, *equivalent.laws)
        if x.shape[0] == x.shape[1]
    )


def _parameters(
    equivalent: Equivalent, values: Mapping[Any, Any], solution: Solution, place: tuple[int, ...]
) -> str:
    """The scalars at a point, as text."""
    there = _at(equivalent, values, solution, place)
    return ", ".join(f"{symbol} = {there[symbol]:.6g}" for symbol in equivalent.scalars)


def _at(
    equivalent: Equivalent, values: Mapping[Any, Any], solution: Solution, place: tuple[int, ...]
) -> Mapping[Any, Any]:
    """The values, with the scalars as they are at a point."""
    scalars = dict[Any, Any]()
    for symbol in equivalent.scalars:
        value = np.broadcast_to(np.asarray(values[symbol]), solution.good.shape)
        scalars[symbol] = value[place] if value.ndim else value[()]
    return {**values, **scalars}


def _at_limit(equivalent: Equivalent, residual: float, gamma: float) -> str | None:
    """Why a limit to zero has no value."""
    names = " and ".join(str(s) for s, _ in equivalent.limits)
    if np.isinf(gamma):
        return (
            f"`{equivalent.lhs}` grows without bound as {names} -> 0 at these values; "
            f"multiply it by {names}."
        )
    if np.isnan(residual):
        return (
            f"the branch of `{equivalent.lhs}` does not settle as {names} -> 0 at these values, "
            "an interpolation threshold perhaps or eigenvalues next to zero; "
            f"give {names} a small value, or set these eigenvalues to 0."
        )
    if np.isinf(residual):
        return (
            f"`{equivalent.lhs}` is 0/0 at {names} = 0 for these values, "
            f"an interpolation threshold perhaps; give {names} a small value, or other sizes."
        )
    return None
