"""A limit to zero: Newton from the solution at small parameters, and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.derivation.equivalent import NEAR
from planar.kernels.solution import Solution

__all__ = ["continued"]

Array = NDArray[Any]
At = Callable[[Any], Solution]
_STEP = 100.0
_DESCENTS = 12
_BEYOND = 1e-12


def continued(
    at: At, limit: Callable[[Mapping[str, Array]], Solution], size: float, varying: tuple[str, ...]
) -> Solution:
    """The limit, from solutions ``at`` small parameters.

    ``limit`` is Newton at zero from the quantities of such a solution. How small the parameters
    are depends on where it leads: each point goes down, from a scale that the ``size`` of the
    letters sets, until the limit lies beside the solution that it came from in all ``varying``
    quantities. The residual of a point that comes to no such place is NaN. A limit keeps gamma of
    the solution beside it, infinite where the value grows without bound.
    """
    x: Any = NEAR * max(size, size**2)
    for _ in range(_DESCENTS):
        before = at(x)
        after = _from(before, limit)
        settled = before.good & _beside(before, after, partial(at, _BEYOND * x), varying)
        if settled.all():
            break
        x = np.where(settled, x, x / _STEP)
    far = at(100 * x)
    axes = tuple(range(before.gamma.ndim, before.value.ndim))
    grows = np.abs(before.value).max(axis=axes) > 30 * np.abs(far.value).max(axis=axes)
    after = replace(after, gamma=np.where(grows, np.inf, before.gamma))
    compared = _compared(after, far, lambda c: at(c * x))
    return replace(compared, residual=np.where(settled, compared.residual, np.nan))


def _from(before: Solution, limit: Callable[[Mapping[str, Array]], Solution]) -> Solution:
    """The limit, in which what goes to zero with the parameters is zero.

    Newton comes ever nearer to it, and never there.
    """
    after = limit(before.named)
    cleared = dict(after.named)
    for k, value in after.named.items():
        if k in before.named:
            vanishes = np.abs(value) < 1e-2 * np.abs(before.named[k])
            cleared[k] = np.where(vanishes, 0, value)
    return limit(cleared)


def _beside(
    before: Solution, after: Solution, beyond: Callable[[], Solution], varying: tuple[str, ...]
) -> Array:
    """Whether the limit is near to the solution at a small parameter.

    It is so in every quantity that stays finite and not zero. Where the formula of one is 0/0 or
    infinite up to rounding, the solution ``beyond``, at a parameter smaller by far, stands in its
    place; one that grows for ever proves nothing, so that another has to be near then.
    """
    fits: Array = np.ones(before.gamma.shape, bool)
    proof, endless = ~fits, ~fits
    further: Solution | None = None
    for k in (k for k in varying if k in before.named):
        x, y = np.broadcast_arrays(before.named[k], after.named[k])
        lost = ~(np.abs(y) < 1e9 * np.abs(x)) & (y != 0)
        if lost.any():
            further = further or beyond()
            y = np.where(lost, further.named[k], y)
        close = np.abs(y - x) <= 1e-3 * np.abs(y)
        grows = lost & (np.abs(x) < np.sqrt(_BEYOND) * np.abs(y))
        gone = np.abs(y) <= np.where(lost, np.sqrt(_BEYOND), 0) * np.abs(x)
        fits = fits & (close | grows | gone)
        proof, endless = proof | close, endless | grows
    return fits & (proof | ~endless)


def _compared(limit: Solution, far: Solution, at: At) -> Solution:
    """The limit, replaced by its extrapolation from small parameters where the formula is 0/0.

    0/0 in floating point may look like a number. What is extrapolated is done once more from ten
    times as far.
    """
    f = [at(c).value for c in (0.02, 0.04, 0.2, 0.4)]
    value, check = 2 * f[0] - f[1], 2 * f[2] - f[3]
    axes = tuple(range(limit.residual.ndim, value.ndim))
    gap, off, size = (
        np.abs(x).max(axis=axes) for x in (value - check, value - limit.value, far.value)
    )
    lost = ~(off <= 10 * gap + 1e-6 * size)
    inner = lost.reshape(lost.shape + (1,) * len(axes))
    doubt = np.where(gap < 1e-4 * size, 0.0, np.inf)
    return replace(
        limit,
        value=np.where(inner, value, limit.value),
        residual=np.where(lost, doubt, limit.residual),
    )
