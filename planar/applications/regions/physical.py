"""Which branch is the physical one: by values next to the limit, and then by a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, S, Symbol
from sympy.logic.boolalg import Boolean

from planar.applications.regions.branches import Branches
from planar.applications.regions.near_limit import POINTS, NearLimit
from planar.applications.regions.thresholds import conditions
from planar.foundations.errors import PlanarError

__all__ = ["close", "physical"]

Array = NDArray[Any]
Case = tuple[Expr, Boolean]
_ALIKE = 0.02
"""How near to its limit a value is at a small parameter, relative to it."""
_FALLS, _GROWS = 0.4, 2.5
"""Of a distance or a value from one small parameter to the next, ten times smaller: by its root."""
_ENDLESS = 1e3
"""A formula that is so much larger than a growing value, or no number, is infinite as well."""


def close(limit: Any, values: Array) -> bool:
    """Whether values at the small parameters lead to that of a limit, be it infinite."""
    before, last = np.abs(values[-2]).max(), np.abs(values[-1]).max()
    if last > _GROWS * before:
        return not np.abs(limit).max() < _ENDLESS * last
    with np.errstate(invalid="ignore"):
        now, off = np.abs(limit - values[-1]).max(), np.abs(limit - values[-2]).max()
    return bool(now <= _ALIKE * last or now <= _FALLS * off)


def physical(known: Branches, scalar: Expr, samples: Sequence[NearLimit]) -> list[Case]:
    """The branches of a scalar that are physical somewhere, each with its condition.

    Raises ``PlanarError`` where no condition is known.
    """
    regions: dict[Expr, list[Mapping[Symbol, float]]] = {v: [] for v in _in_reading_order(known)}
    for sample in samples:
        constants = _constants(sample)
        value = _branch(known.values, constants, _near(scalar, sample))
        if value is not None:
            regions[value].append(constants)
    places = {value: points for value, points in regions.items() if points}
    sides = conditions(list(places.values()), known.thresholds) if places else None
    if sides is None:
        raise PlanarError("signs of the thresholds do not tell the regions apart.")
    return list(zip(places, sides, strict=True))


def _in_reading_order(known: Branches) -> list[Expr]:
    """Finite values before zero, and infinity last."""
    return sorted(known.values, key=lambda v: (v.is_infinite is True, v == 0))


def _constants(sample: NearLimit) -> dict[Symbol, float]:
    """Sizes, scalars and what the formula names of them."""
    scalars = {s: v for s, v in sample.values.items() if np.ndim(v) == 0}
    return {**{s: v.real for s, v in sample.named(0).items()}, **scalars}


def _near(scalar: Expr, sample: NearLimit) -> Array:
    """The scalar at every point of a sample."""
    return np.array([[sample.number(scalar, place)] for place in range(len(POINTS))])


def _branch(values: Sequence[Expr], constants: Mapping[Symbol, float], at: Array) -> Expr | None:
    """The branch on which a sample lies, None next to a threshold."""
    if abs(at[-1, 0]) > _GROWS * abs(at[-2, 0]):
        return S.Infinity
    finite = [v for v in values if v.is_infinite is not True]
    near = [v for v in finite if close(complex(v.xreplace(dict(constants))), at)]
    return near[0] if len(near) == 1 else None
