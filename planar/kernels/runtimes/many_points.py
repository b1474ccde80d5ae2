"""The solver of a generated numpy module: many points at once, those that are done no longer touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from planar.kernels.policy import POLICY

Array = np.ndarray[Any, np.dtype[Any]]
Vector = tuple[Array, ...]
Tuple = Callable[..., Vector]


class Block(Protocol):
    """Implicit definitions that are solved together; each function works on vectors of arrays of points.

    ``sizes`` are the sizes of the self-energies of the Dyson iteration, ``damping`` the weight of a sweep where parameters are
    positive and elsewhere; ``positive`` says that the positive solution is the physical one where they are, ``certain`` that
    residual and gamma prove the branch, ``settles`` that nothing tells where Newton starts.
    """

    initial: Tuple
    sweep: Any
    quantities: Tuple
    equations: Tuple
    evidence: Tuple | None
    unknowns: int
    sizes: tuple[int, ...]
    damping: tuple[float, float]
    positive: bool
    certain: bool
    settles: bool


def found(block: Block, given: Vector, scalars: Vector, data: Any, start: Vector | None = None) -> tuple[Any, Array, Array]:
    """The unknowns at every point, the relative residual and gamma(R, R*).

    ``start`` holds values near the solution, those at a neighbouring point say; Newton alone starts from there.
    """
    shape = np.broadcast_shapes(*(np.shape(x) for x in (*given, *scalars)), *(np.shape(x) for x in start or ()))
    count = int(np.prod(shape))
    flat = [np.broadcast_to(x, shape).reshape(-1) if np.ndim(x) else x for x in given]
    signs = [np.broadcast_to(np.isreal(x) & (np.real(x) > 0), shape).reshape(-1) for x in scalars]
    real = np.logical_and.reduce([np.ones(count, bool), *signs])
    near = None if start is None else [np.broadcast_to(x, shape).reshape(-1) for x in start]
    width = max([x.shape[-1] if x.ndim == 1 else x.size for x in data] or [1])
    step = max(16, min(4096, 2**19 // width))
    np.empty(2**22 - 2**12)  # once this is freed, glibc keeps the pages of smaller arrays instead of fetching new ones
    parts = []
    for i in range(0, count, step):
        here = slice(i, min(i + step, count))
        begin = None if near is None else [x[here] for x in near]
        parts.append(solved(block, picked(flat, here), real[here], data, begin))
    unknowns = [np.concatenate(x).reshape(shape) for x in zip(*(q[0] for q in parts))]
    residual, gamma = (np.concatenate([q[k] for q in parts]).reshape(shape) for k in (1, 2))
    return unknowns, residual, gamma


def picked(given: Any, here: Any) -> list[Any]:
    """The parameters at some of the points."""
    return [x[here] if np.ndim(x) else x for x in given]


def solved(block: Block, given: Any, real: Array, data: Any, start: Any) -> tuple[Array, Array, Array]:
    """``found`` for a block of points: (unknowns, residual, gamma).

    First from above, where one positive solution exists: a sweep from S = 0, and Newton. Then by the iteration from R(0),
    which sums diagrams order by order and so chooses the branch, with Newton from where it stands.
    """
    count = len(real)
    kind = np.result_type(float, *given, *(data or ()), *(start or ()))
    best = np.full((block.unknowns, count), np.nan, dtype=kind), np.full(count, np.inf), np.full(count, np.inf)
    if start is not None:
        return attempt(block, np.stack(start), given, data, POLICY.steps, False)
    todo = np.arange(count)

    def keep(points: Array, result: tuple[Array, Array, Array]) -> Array:
        nonlocal best
        if result[0].dtype != best[0].dtype:
            best = (best[0].astype(np.result_type(best[0], result[0])), *best[1:])
        for old, new in zip(best, result):
            old[..., points] = new
        return points[~((result[1] < POLICY.converged) & (result[2] < POLICY.critical))]

    if block.sweep is None:
        keep(todo, attempt(block, begun(block, given, data, count), given, data, POLICY.steps, False))
        return best
    if block.positive and np.any(real):
        points = np.flatnonzero(real)
        part = picked(given, points)
        nothing = [POLICY.above * x for x in spread(block.initial(part, data), block.sizes, len(points))]
        state = spread(block.sweep(nothing, part, data), block.sizes, len(points))
        x = begun(block, part, data, len(points), state)
        bad = keep(points, attempt(block, x, part, data, POLICY.steps_above, True))
        todo = np.union1d(np.flatnonzero(~real), bad)
    state = spread(block.initial(given, data), block.sizes, count)
    state = [x[todo] + np.zeros((), kind) for x in state]
    damping = np.where(real[todo], *block.damping)
    for sweeps, largest, slowing in zip(POLICY.sweeps, POLICY.change, POLICY.slowing):
        if not len(todo):
            break
        part = picked(given, todo)
        state, change = iterated(block, state, part, data, damping, sweeps)
        x, residual, gamma = attempt(block, begun(block, part, data, len(todo), state), part, data, POLICY.steps, False)
        residual = np.where(block.certain | (change < largest), residual, np.inf)
        bad = np.isin(todo, keep(todo, (x, residual, gamma)))
        todo, state, damping = todo[bad], [s[bad] for s in state], damping[bad] * slowing
    return best


def spread(values: Vector, sizes: tuple[int, ...], count: int) -> list[Array]:
    """Self-energies with an axis of points."""
    return [np.broadcast_to(v, (count, n, n) if n > 1 else (count,)) for v, n in zip(values, sizes)]


def begun(block: Block, given: Any, data: Any, count: int, state: Any = None) -> Array:
    """Where Newton starts."""
    values = block.quantities(given, data) if state is None else block.quantities(state, given, data)
    x = np.stack([np.broadcast_to(v, (count,)) for v in values]) * 1.0
    if block.settles:
        for _ in range(POLICY.settling_sweeps):
            f, _, below = split(block.equations(x, given, data), len(x), x)
            x = x + POLICY.settling * f / below
    return x


def iterated(block: Block, state: Any, given: Any, data: Any, damping: Array, sweeps: int) -> tuple[list[Array], Array]:
    """Sweeps S <- R(H), and the relative change of the last: where it is not small, no neighbourhood was found."""
    change = np.full(len(damping), np.inf)
    todo, state = np.arange(len(damping)), list(state)
    for _ in range(sweeps):
        here = [s[todo] for s in state]
        part = picked(given, todo)
        moved = np.zeros(len(todo))
        for k, value in enumerate(spread(block.sweep(here, part, data), block.sizes, len(todo))):
            gap = value - here[k]
            if np.iscomplexobj(gap) and not np.iscomplexobj(state[k]):
                state[k] = state[k] + 0j
            axes = tuple(range(1, value.ndim))
            state[k][todo] = here[k] + damping[todo].reshape((-1,) + (1,) * len(axes)) * gap
            size = np.sum(np.abs(gap), axis=axes) / (np.sum(np.abs(value), axis=axes) + POLICY.sweep_floor)
            moved = np.maximum(moved, np.where(np.isfinite(size), size, np.inf))
        change[todo] = moved
        todo = todo[moved > POLICY.still]
        if not len(todo):
            break
    return state, change


def split(values: Vector, k: int, x: Array) -> tuple[Array, Array, Array]:
    """Residuals (k, points), Jacobian (points, k, k) and denominators (k, points)."""
    if k == 1:
        f, slope, below = (np.asarray(v).reshape(1, -1) for v in values)
        return f, slope.reshape(-1, 1, 1), below
    wide = np.stack([np.broadcast_to(v, x.shape[1:]) for v in values])
    return wide[:k], np.moveaxis(wide[k : k + k * k].reshape(k, k, -1), -1, 0), wide[k + k * k :]


def attempt(block: Block, x: Array, given: Any, data: Any, steps: int, positive: bool) -> tuple[Array, Array, Array]:
    """Newton from x, each step kept only where it helps, and the evidence where it ends.

    It polishes: it may not leave the neighbourhood that the iteration chose (what starts at zero is linear), or, where the
    solution is known to be ``positive``, the positive numbers. Where rounding alone leaves a residual, the step that Newton
    would take from there stands in its place: the relative error of the unknowns.
    """
    k, first = len(x), np.abs(x)
    room = POLICY.room * np.maximum(first, np.max(first, axis=0) * POLICY.floor)
    begin, x = x, x.copy()
    f, slope, below = split(block.equations(x, given, data), k, x)
    residual = relative(f, below, x)
    todo = np.flatnonzero(residual > POLICY.exact)
    f, slope = f[:, todo], slope[todo]
    for _ in range(steps):
        if not len(todo):
            break
        here = x[:, todo]
        step = newton_step(slope, f)
        trial = here - step
        trial_f, slope, below = split(block.equations(trial, picked(given, todo), data), k, trial)
        size = relative(trial_f, below, trial)
        if positive:
            fits = np.all((np.real(trial) > 0) | (first[:, todo] == 0), axis=0)
        else:
            fits = np.all((first[:, todo] == 0) | (np.abs(trial - begin[:, todo]) <= room[:, todo]), axis=0)
        better = fits & (size < residual[todo])
        kept = todo[better]
        if np.iscomplexobj(trial) and not np.iscomplexobj(x):
            x = x + 0j
        x[:, kept], residual[kept] = trial[:, better], size[better]
        last = np.max(np.abs(step[:, better]) / (np.abs(trial[:, better]) + POLICY.tiny), axis=0) < POLICY.last_step
        go = ~last & (size[better] > POLICY.exact)
        todo, f, slope = kept[go], trial_f[:, better][:, go], slope[better][go]
    unsure = np.flatnonzero((residual > POLICY.converged) & (residual < POLICY.unsure))
    if len(unsure):
        here = x[:, unsure]
        f, slope, _ = split(block.equations(here, picked(given, unsure), data), k, here)
        residual[unsure] = np.minimum(residual[unsure], relative(newton_step(slope, f), 1.0, here))
    gamma = np.zeros(x.shape[1]) if block.evidence is None else block.evidence(x, given, data)[0] + np.zeros(x.shape[1])
    return x, residual, np.where(np.isnan(gamma), np.inf, gamma)


def newton_step(slope: Array, f: Array) -> Array:
    """The solution of ``slope step = f``, not a number where there is none."""
    if len(f) == 1:
        return f / slope[:, 0, 0]
    good: Any = np.isfinite(slope).all(axis=(1, 2)) & np.isfinite(f).all(axis=0)
    good = good & (np.linalg.slogdet(np.where(good[:, None, None], slope, 0))[0] != 0)
    step = np.full(f.shape, np.nan, dtype=np.result_type(f, slope))
    step[:, good] = np.linalg.solve(slope[good], f.T[good][..., None])[..., 0].T
    return step


def relative(f: Array, below: Any, x: Array) -> Array:
    """The largest residual of the printed definitions, in units of their unknowns; infinite where it is no number."""
    size = np.abs(f / below) / (np.abs(x) + np.max(np.abs(x), axis=0) * POLICY.floor + POLICY.tiny)
    return np.where((np.isfinite(size) & np.isfinite(x)).all(axis=0), np.max(size, axis=0), np.inf)
