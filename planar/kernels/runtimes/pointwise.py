"""The solver of a generated numba module: one point after another, compiled together with the functions of a block.

A function of a block fills the arrays that it is given first. ``given`` holds the parameters of a point, ``data`` the arrays of
the program; eigenvalues and weights are real, everything else has the type of ``given``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planar.kernels.policy import POLICY
from planar.kernels.runtimes.pointwise_algebra import (
    Array,
    compiled,
    compiled_for_python,
    eliminated,
    inverted,
)


def found(block: Any, given: Any, scalars: Any, data: Any, start: Any = None) -> tuple[list[Array], Array, Array]:
    """The unknowns at every point, the relative residual and gamma(R, R*).

    ``start`` holds values near the solution, those at a neighbouring point say; Newton alone starts from there.
    """
    shape = np.broadcast_shapes(*(np.shape(x) for x in (*given, *scalars)), *(np.shape(x) for x in start or ()))
    real = np.ones(shape, bool)
    for x in scalars:
        real &= np.isreal(x) & (np.real(x) > 0)
    plain = not any(np.iscomplexobj(x) for x in (*given, *data, *(start or ())))
    kind = np.dtype(float if plain and not block.complex_ else complex)
    arrays = tuple(np.array(x, float if k == "d" else kind, order="C") for k, x in zip(block.kinds, data))
    functions = block.initial, block.sweep, block.quantities, block.equations, block.evidence
    rules = np.array(block.sizes, int), block.length, np.array(block.damping), block.positive, block.certain, block.settles
    unknowns = np.full((real.size, block.unknowns), np.nan, kind) if start is None else rows(start, shape, kind)
    residual, gamma = np.full(real.size, np.inf), np.full(real.size, np.inf)
    points(*functions, rules, rows(given, shape, kind), real.reshape(-1), arrays, unknowns, start is not None, residual, gamma)
    if plain and not np.any(unknowns.imag):
        unknowns = unknowns.real
    return [x.reshape(shape) for x in unknowns.T], residual.reshape(shape), gamma.reshape(shape)


def rows(values: Any, shape: tuple[int, ...], kind: Any) -> Array:
    """One row of values for every point."""
    table = np.empty((int(np.prod(shape)), len(values)), kind)
    for k, x in enumerate(values):
        table[:, k] = np.broadcast_to(x, shape).reshape(-1)
    return table


@compiled_for_python
def points(
    initial: Any,
    sweep: Any,
    quantities: Any,
    equations: Any,
    evidence: Any,
    rules: Any,
    given: Array,
    real: Array,
    data: Any,
    unknowns: Array,
    continued: bool,
    residual: Array,
    gamma: Array,
) -> None:
    """Every point, whose unknowns, residual and gamma are filled in.

    First from above, where one positive solution exists: a sweep from S = 0, and Newton. Then by the iteration from R(0),
    which sums diagrams order by order and so chooses the branch, with Newton from where it stands.
    """
    sizes, length, dampings, positive, certain, settles = rules
    iterates = len(sizes) > 0 and not continued
    state, fresh = np.zeros(length, given.dtype), np.zeros(length, given.dtype)
    for p in range(len(given)):
        x, damping = unknowns[p], dampings[0] if real[p] else dampings[1]
        for stage in range(-1, len(POLICY.sweeps)):
            above = iterates and stage < 0
            if above and not (positive and real[p]):
                continue
            if iterates and stage <= 0:
                initial(state, given[p], data)
            for i in range(length if above else 0):
                state[i] *= POLICY.above
            change = 0.0
            if iterates:
                weight, sweeps = (1.0, 1) if above else (damping, POLICY.sweeps[stage])
                change = iterated(sweep, sizes, state, fresh, given[p], data, weight, sweeps)
            if not continued:
                begun(quantities, equations, settles, x, state, given[p], data)
            residual[p] = attempt(equations, x, given[p], data, POLICY.steps_above if above else POLICY.steps, above)
            gamma[p] = evidence(x, given[p], data)
            if np.isnan(gamma[p]):
                gamma[p] = np.inf
            if iterates and not (above or certain or change < POLICY.change[stage]):
                residual[p] = np.inf
            if not iterates or (residual[p] < POLICY.converged and gamma[p] < POLICY.critical):
                break
            if stage >= 0:
                damping *= POLICY.slowing[stage]


@compiled
def begun(quantities: Any, equations: Any, settles: bool, x: Array, state: Array, given: Array, data: Any) -> None:
    """Where Newton starts, in x."""
    k = len(x)
    quantities(x, state, given, data)
    if settles:
        f, slope, below = np.empty_like(x), np.empty((k, k), x.dtype), np.empty_like(x)
        for _ in range(POLICY.settling_sweeps):
            equations(f, slope, below, x, given, data)
            for i in range(k):
                x[i] += POLICY.settling * f[i] * inverted(below[i])


@compiled
def iterated(
    sweep: Any, sizes: Array, state: Array, fresh: Array, given: Array, data: Any, damping: float, sweeps: int
) -> float:
    """Sweeps S <- R(H), and the relative change of the last: where it is not small, no neighbourhood was found."""
    change = np.inf
    for _ in range(sweeps):
        sweep(fresh, state, given, data)
        change, place = 0.0, 0
        for n in sizes:
            gap, size = 0.0, POLICY.sweep_floor
            for i in range(place, place + n * n):
                gap += abs(fresh[i] - state[i])
                size += abs(fresh[i])
                state[i] += damping * (fresh[i] - state[i])
            place += n * n
            moved = gap / size
            if not np.isfinite(moved):
                moved = np.inf
            if moved > change:
                change = moved
        if change <= POLICY.still:
            break
    return change


@compiled
def attempt(equations: Any, x: Array, given: Array, data: Any, steps: int, positive: bool) -> float:
    """Newton from x, each step kept only where it helps, and the residual where it ends.

    It may not leave the neighbourhood that the iteration chose (what starts at zero is linear), or, where the solution is known
    to be ``positive``, the positive numbers. Where rounding alone leaves a residual, the step that Newton would take from there
    stands in its place: the relative error of the unknowns.
    """
    k, begin = len(x), x.copy()
    f, slope, below = np.empty_like(x), np.empty((k, k), x.dtype), np.empty_like(x)
    trial, trial_f, trial_slope = np.empty_like(x), np.empty_like(x), np.empty((k, k), x.dtype)
    equations(f, slope, below, x, given, data)
    residual = relative(f, below, x)
    for _ in range(steps):
        if not residual > POLICY.exact:
            break
        step = f.copy()
        if not eliminated(slope.copy(), step):
            break
        for i in range(k):
            trial[i] = x[i] - step[i]
        if not fitting(trial, begin, positive):
            break
        equations(trial_f, trial_slope, below, trial, given, data)
        size = relative(trial_f, below, trial)
        if not size < residual:
            break
        residual, largest = size, 0.0
        for i in range(k):
            x[i], f[i] = trial[i], trial_f[i]
            largest = max(largest, abs(step[i]) / (abs(x[i]) + POLICY.tiny))
            for j in range(k):
                slope[i, j] = trial_slope[i, j]
        if largest < POLICY.last_step:
            break
    if POLICY.converged < residual < POLICY.unsure:
        step = f.copy()
        if eliminated(slope.copy(), step):
            residual = min(residual, relative(step, np.ones_like(x), x))
    return residual


@compiled
def fitting(trial: Array, begin: Array, positive: bool) -> bool:
    """Whether a step stays among the positive numbers, or else near to where Newton began."""
    top = highest(begin)
    for i in range(len(trial)):
        room = POLICY.room * max(abs(begin[i]), POLICY.floor * top)
        inside = trial[i].real > 0 if positive else abs(trial[i] - begin[i]) <= room
        if abs(begin[i]) > 0 and not inside:
            return False
    return True


@compiled
def relative(f: Array, below: Array, x: Array) -> float:
    """The largest residual of the printed definitions, in units of their unknowns; infinite where it is no number."""
    top, largest = highest(x), 0.0
    for i in range(len(x)):
        size = abs(f[i] * inverted(below[i])) / (abs(x[i]) + top * POLICY.floor + POLICY.tiny)
        if not (np.isfinite(size) and np.isfinite(x[i])):
            return np.inf
        largest = max(largest, size)
    return largest


@compiled
def highest(x: Array) -> float:
    """The largest absolute value."""
    top = 0.0
    for i in range(len(x)):
        top = max(top, abs(x[i]))
    return top
