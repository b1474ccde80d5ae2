"""Real points where R has a root: a value there is right where it continues into the plane.

Rungs of such a law have poles of their own, so that gamma alone does not tell a point inside of the
spectrum from one beyond it. Inside, the resolvent jumps across the axis; outside it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.example import shifts
from planar.kernels.solution import Solution

__all__ = ["beside_axis"]

_ASIDE, _ALIKE = 1e-6, 0.02
"""How far beside the axis a value is compared, in units of the shift, and how much may change:
next to an edge a resolvent moves by the root of the distance.
"""


def beside_axis(
    equivalent: Equivalent,
    values: Mapping[Any, Any],
    solution: Solution,
    solve: Callable[[Mapping[Any, Any]], Solution],
) -> Solution:
    """The solution, with an infinite gamma at real points whose value does not continue."""
    symbols = _real_shifts(equivalent, values)
    if not symbols or not solution.good.any() or np.iscomplexobj(solution.value):
        return solution
    aside = {s: np.asarray(values[s]) * (1 + 1j * _ASIDE) for s in symbols}
    other = solve({**values, **aside})
    axes = tuple(range(solution.good.ndim, solution.value.ndim))
    change = np.abs(other.value - solution.value).max(axis=axes)
    size = np.abs(solution.value).max(axis=axes)
    continued = other.good & (change <= _ALIKE * size)
    return replace(solution, gamma=np.where(continued, solution.gamma, np.inf))


def _real_shifts(equivalent: Equivalent, values: Mapping[Any, Any]) -> list[Symbol]:
    """The shifts of inverses, where a law has a root and all that is given is real."""
    rooted = any(evidence.rooted for evidence in equivalent.evidence)
    if equivalent.near is not None or not rooted or any(map(np.iscomplexobj, values.values())):
        return []
    shifting = shifts(equivalent.target)
    return [s for s in equivalent.scalars if s in shifting and s in values]
