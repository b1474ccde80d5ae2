"""Real points: a value there is right where it continues into the plane and has digits.

Inside of the spectrum the resolvent jumps across the axis; outside it does not. gamma alone does
not always tell: rungs of a law with a root have poles of their own, and complex arithmetic finds
the value on one side of the spectrum itself, where gamma is one up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.example import shifts
from planar.kernels.solution import Solution

__all__ = ["EDGE", "aside", "beside_axis"]

Array = NDArray[Any]
Values = Mapping[Any, Any]

_ASIDE, _ALIKE = 1e-6, 0.02
"""How far beside the axis a value is compared, in units of the shift, and how much may change:
next to an edge a resolvent moves by the root of the distance.
"""
_DOUBTFUL = 1e-9
"""1 - gamma below which a complex value at a real shift may be one on the spectrum."""
EDGE = 1e-12
"""1 - gamma at a real shift below which fewer than four digits are left: rounding is amplified by
1/(1 - gamma) there.
"""


def beside_axis(
    equivalent: Equivalent, values: Values, solution: Solution, solve: Callable[[Values], Solution]
) -> Solution:
    """The solution, with an infinite gamma at real points whose value does not continue, and a
    gamma of one where rounding has its digits.
    """
    real = _real(equivalent, values, solution)
    if not (real & solution.good).any():
        return solution
    lost = real & solution.good & (1 - solution.gamma < EDGE)
    jumps = real & ~_continued(equivalent, values, solution, solve)
    gamma = np.where(lost, 1.0, solution.gamma)
    return replace(solution, gamma=np.where(jumps, np.inf, gamma))


def _continued(
    equivalent: Equivalent, values: Values, solution: Solution, solve: Callable[[Values], Solution]
) -> Array:
    """Whether values are the same on either side of the axis, where anything is to be asked."""
    rooted = any(evidence.rooted for evidence in equivalent.evidence)
    complex_ = np.iscomplexobj(solution.value)
    doubtful = complex_ & (1 - solution.gamma < _DOUBTFUL) & solution.good
    if not rooted and not doubtful.any():
        return np.ones(solution.good.shape, bool)
    fits = _alike(solution, solve(aside(equivalent, values, _ASIDE)))
    if complex_:
        fits = fits & _alike(solution, solve(aside(equivalent, values, -_ASIDE)))
    return fits if rooted else fits | ~doubtful


def _alike(solution: Solution, other: Solution) -> Array:
    """Whether another solution is good and has nearly the same value."""
    axes = tuple(range(solution.good.ndim, solution.value.ndim))
    change = np.abs(other.value - solution.value).max(axis=axes)
    size = np.abs(solution.value).max(axis=axes)
    result: Array = other.good & (change <= _ALIKE * size)
    return result


def aside(equivalent: Equivalent, values: Values, height: float) -> Values:
    """The values, with shifts that are real moved into the plane, in units of their size
    (zero by the height itself)."""
    moved = dict(values)
    for symbol in _shifts(equivalent, values):
        x = np.asarray(values[symbol])
        size = np.where(x == 0, 1.0, np.abs(x))
        moved[symbol] = np.where(np.imag(x) == 0, x + 1j * height * size, x)
    return moved


def _real(equivalent: Equivalent, values: Values, solution: Solution) -> Array:
    """The points at which a shift is real, on the axis."""
    on_axis = [np.imag(np.asarray(values[s])) == 0 for s in _shifts(equivalent, values)]
    if equivalent.near is not None or not on_axis:
        return np.zeros(solution.good.shape, bool)
    return np.logical_or.reduce([np.broadcast_to(x, solution.good.shape) for x in on_axis])


def _shifts(equivalent: Equivalent, values: Values) -> list[Symbol]:
    """The shifts of inverses that have a value."""
    shifting = shifts(equivalent.target)
    return [s for s in equivalent.scalars if s in shifting and s in values]
