"""A limit to zero: its value from solutions at small parameters, and the formula checked by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.kernels.program.layout import Layout
from planar.kernels.solution import Solution

__all__ = ["at_limit", "continued"]

Array = NDArray[Any]
Start = Mapping[str, Array] | None
At = Callable[[Any, Start], Solution]
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
ABOVE = 4
"""Steps up to the parameter from which the branch is followed down: it is certain there."""
PARTS = 6
"""Steps of Newton for one of ``RATIO`` on the way down from there."""
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


def continued(
    at: At,
    renamed: Callable[[Solution], Solution],
    limit: Callable[[Mapping[str, Array]], Solution],
    size: float,
    *,
    stands: bool = False,
) -> Solution:
    """The limit, from solutions ``at`` small parameters.

    At small parameters the physical branch is certain. The value at zero is a polynomial through
    several of them, and settled where smaller parameters no longer change it, on either side of a
    threshold. Where the iteration from R(0) fails at these parameters, they are followed down by
    Newton from larger ones. ``limit`` is Newton at zero from the quantities of the last solution,
    ``renamed`` as those of the limit; it stands where its value is that one, and a formula that is
    0/0, or on another branch, is replaced, unless it ``stands`` in any case, as one of the user's
    own does. The residual of a point whose value does not settle is NaN. gamma is that of the last
    solution, infinite where the value grows without bound.
    """
    descent = _descent(at, FIRST * size)
    last = renamed(descent.last)
    formula = _from(last, limit)
    if stands:
        return replace(formula, gamma=np.where(descent.grows, np.inf, descent.last.gamma))
    axes = tuple(range(descent.error.ndim, descent.value.ndim))
    off = _largest(formula.value - descent.value, axes)
    fits = formula.good & (off <= SAME * descent.size + 10 * descent.error)
    inner = fits.reshape(fits.shape + (1,) * len(axes))
    settled = descent.error <= ACCEPTED * descent.size
    residual = np.where(fits, formula.residual, np.where(settled, 0.0, np.nan))
    return replace(
        formula,
        value=np.where(inner, formula.value, descent.value),
        named=_named(formula, last, fits),
        residual=np.where(settled, residual, np.nan),
        gamma=np.where(descent.grows, np.inf, descent.last.gamma),
    )


def _descent(at: At, first: float) -> Descent:
    """Down from a parameter until extrapolations to zero settle, each point for itself.

    Where several parameters in turn have no solution, rounding has the rest, and what was accepted
    before stands.
    """
    values: list[Array] = []
    best: Descent | None = None
    before: Array | None = None
    for solution in _downwards(at, first):
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
        lost = np.all([np.isnan(_largest(v, axes)) for v in values[-DEGREE - 1 :]], axis=0)
        if (best.error <= np.where(lost, ACCEPTED, SETTLED) * best.size).all():
            break
    assert best is not None
    return best


def _downwards(at: At, first: float) -> Iterator[Solution]:
    """Solutions at ever smaller parameters, from one that fails on each from the one before."""
    solution = at(first, None)
    followed = not solution.good.all()
    if followed:
        above = at(first * RATIO**ABOVE, None)
        solution = _filled(solution, _followed(at, above, first, ABOVE))
    yield solution
    for step in range(1, STEPS):
        now, before = first * RATIO**-step, solution
        if not followed:
            solution = at(now, None)
            followed = not solution.good.all()
        if followed:
            solution = _followed(at, before, now, 1)
        yield solution


def _followed(at: At, solution: Solution, last: float, steps: int) -> Solution:
    """The solution at a parameter, by Newton from one at ``RATIO**steps`` times as much."""
    for part in range(PARTS * steps - 1, -1, -1):
        solution = at(last * RATIO ** (part / PARTS), solution.named)
    return solution


def _filled(solution: Solution, other: Solution) -> Solution:
    """A solution, at points where it is none another one."""
    taken = ~solution.good & other.good
    inner = taken.reshape(taken.shape + (1,) * (solution.value.ndim - taken.ndim))
    return Solution(
        np.where(inner, other.value, solution.value),
        {k: np.where(taken, v, solution.named[k]) for k, v in other.named.items()},
        np.where(taken, other.residual, solution.residual),
        np.where(taken, other.gamma, solution.gamma),
    )


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


def at_limit(plan: Layout, before: Layout, solution: Solution) -> Solution:
    """A solution of the kernel before the limit, with the limit's names of quantities.

    An unknown that it does not hold is NaN.
    """
    nan = np.full(solution.residual.shape, np.nan)
    known = {d.quantity: solution.named[before.bound[d.symbol]] for d in before.definitions}
    unled = [d for d in plan.unknowns if d.symbol not in plan.leads]
    named = {plan.bound[d.symbol]: nan for d in unled}
    for d in plan.definitions:
        if d.quantity in known:
            named[plan.bound[d.symbol]] = known[d.quantity]
    return replace(solution, named=named)
