"""A limit to zero: its value from solutions at small parameters, and the formula checked by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.kernels.solution import Solution

__all__ = ["continued"]

Array = NDArray[Any]
At = Callable[[Any], Solution]
FIRST, RATIO, STEPS = 1e-3, 8.0, 26
"""The largest parameter in units of the letters, and how it falls: by 23 decades at most."""
DEGREE = 3
"""Of the polynomial through the last points, which is read off at zero."""
SETTLED, ACCEPTED, SAME = 1e-10, 1e-7, 1e-6
"""Relative changes: of extrapolations that end the descent, and that are accepted; and between an
extrapolation and a formula that is taken for it.
"""
VANISHING = 1e-2
"""Of the value at the largest of these parameters, in place of a smaller one: what goes to zero is
known no better than that.
"""
ENDLESS = 20.0
"""A value that grows by more than this while the parameter falls by ``RATIO**2`` is infinite."""


@dataclass(frozen=True)
class Descent:
    """What is known after a step down: the extrapolated value, its change, the solution there."""

    value: Array
    error: Array
    size: Array
    last: Solution
    grows: Array


def continued(at: At, limit: Callable[[Mapping[str, Array]], Solution], size: float) -> Solution:
    """The limit, from solutions ``at`` small parameters.

    At small parameters the physical branch is certain. The value at zero is a polynomial through
    several of them, and settled where smaller parameters no longer change it, on either side of a
    threshold. ``limit`` is Newton at zero from the quantities of the last solution, which stands
    where its value is that one; a formula that is 0/0, or on another branch, is replaced. The
    residual of a point whose value does not settle is NaN. gamma is that of the last solution,
    infinite where the value grows without bound.
    """
    descent = _descent(at, FIRST * size)
    formula = _from(descent.last, limit)
    axes = tuple(range(descent.error.ndim, descent.value.ndim))
    off = _largest(formula.value - descent.value, axes)
    fits = formula.good & (off <= SAME * descent.size + 10 * descent.error)
    inner = fits.reshape(fits.shape + (1,) * len(axes))
    settled = descent.error <= ACCEPTED * descent.size
    residual = np.where(fits, formula.residual, np.where(settled, 0.0, np.nan))
    return replace(
        formula,
        value=np.where(inner, formula.value, descent.value),
        named=_named(formula, descent.last, fits),
        residual=np.where(settled, residual, np.nan),
        gamma=np.where(descent.grows, np.inf, descent.last.gamma),
    )


def _descent(at: At, first: float) -> Descent:
    """Down from a parameter until extrapolations to zero settle, each point for itself."""
    values: list[Array] = []
    best: Descent | None = None
    before: Array | None = None
    for step in range(STEPS):
        solution = at(first * RATIO**-step)
        axes = tuple(range(solution.residual.ndim, solution.value.ndim))
        off_branch = ~solution.good.reshape(solution.good.shape + (1,) * len(axes))
        values.append(np.where(off_branch, np.nan, solution.value))
        if len(values) <= DEGREE:
            continue
        value = _at_zero(values[-DEGREE - 1 :])
        sizes = [_largest(v, axes) for v in values[-DEGREE - 1 :]]
        size = np.maximum(sizes[-1], VANISHING * sizes[0])
        error = _largest(value - (values[-1] if before is None else before), axes)
        grows = sizes[-1] > ENDLESS * sizes[-3]
        now = Descent(value, np.where(np.isnan(error), np.inf, error), size, solution, grows)
        best = now if best is None else _better(best, now, axes)
        before = value
        if (best.error <= SETTLED * best.size).all():
            break
    assert best is not None
    return best


def _at_zero(values: list[Array]) -> Array:
    """The polynomial through values at x, x/8, x/64, ... read off at 0, by Neville's scheme."""
    row = list(values)
    for degree in range(1, len(row)):
        ratio = RATIO**degree
        row = [(ratio * b - a) / (ratio - 1) for a, b in pairwise(row)]
    return row[0]


def _better(one: Descent, other: Descent, axes: tuple[int, ...]) -> Descent:
    """At every point the descent whose extrapolation changed least, relative to the value."""
    ahead = other.error * one.size <= one.error * other.size
    inner = ahead.reshape(ahead.shape + (1,) * len(axes))
    return Descent(
        np.where(inner, other.value, one.value),
        np.where(ahead, other.error, one.error),
        np.where(ahead, other.size, one.size),
        _either(one.last, other.last, ahead),
        np.where(ahead, other.grows, one.grows),
    )


def _either(one: Solution, other: Solution, second: Array) -> Solution:
    """At every point the evidence and the quantities of the one or of the other."""
    named = {k: np.where(second, v, one.named[k]) for k, v in other.named.items()}
    return replace(other, named=named, gamma=np.where(second, other.gamma, one.gamma))


def _largest(value: Array, axes: tuple[int, ...]) -> Array:
    """The largest entry at every point."""
    return np.asarray(np.abs(value).max(axis=axes))


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


def _named(formula: Solution, before: Solution, fits: Array) -> dict[str, Array]:
    """Named quantities of the formula, and of the last solution where that one does not fit."""
    known = before.named
    return {k: np.where(fits, v, known[k]) if k in known else v for k, v in formula.named.items()}
