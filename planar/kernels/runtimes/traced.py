"""The solver of a generated JAX module: all points in step, masks for an active set, gradients by the implicit function."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from planar.kernels.policy import POLICY
from planar.kernels.runtimes.many_points import Block

Array = Any


def found(block: Block, given: Any, scalars: Any, data: Any, start: Any = None) -> tuple[list[Array], Array, Array]:
    """The unknowns at every point, the relative residual and gamma(R, R*).

    The solution is found outside of differentiation; two Newton steps from it, which leave its value alone, are its derivatives
    of first and second order, ``dx = -J^-1 dF``, as the theorem of the implicit function has them.
    """
    shape = jnp.broadcast_shapes(*(jnp.shape(x) for x in (*given, *scalars, *(start or ()))))
    flat = [x if isinstance(x, int | float) else jnp.broadcast_to(x, shape).reshape(-1) if jnp.ndim(x) else x for x in given]
    kind = jnp.result_type(float, *flat, *data)
    real = jnp.ones(shape, bool)
    for x in scalars:
        real &= (jnp.imag(x) == 0) & (jnp.real(x) > 0)
    held = [x if isinstance(x, int | float) else lax.stop_gradient(x) for x in flat]
    begin = None if start is None else [jnp.broadcast_to(x, shape).reshape(-1) for x in start]
    count = real.size
    x, residual, gamma = solved(block, held, real.reshape(-1), lax.stop_gradient(data), begin, kind, count)
    for _ in range(2):
        f, slope, _ = split(block, x, flat, data)
        step = newton_step(slope, f)
        step = jnp.where(jnp.isfinite(step), step, 0)
        x = x - (step - lax.stop_gradient(step))
    return [v.reshape(shape) for v in x], residual.reshape(shape), gamma.reshape(shape)


def solved(block: Block, given: Any, real: Array, data: Any, start: Any, kind: Any, count: int) -> tuple[Array, Array, Array]:
    """From above, where one positive solution exists; then by the iteration from R(0), which chooses the branch."""
    if start is not None:
        return attempt(block, jnp.stack(start).astype(kind), given, data, POLICY.steps, False)
    if block.sweep is None:
        return attempt(block, begun(block, None, given, data, kind, count), given, data, POLICY.steps, False)
    first = spread(block.initial(given, data), block.sizes, kind, count)
    best = jnp.full((block.unknowns, count), jnp.nan, kind), jnp.full(count, jnp.inf), jnp.full(count, jnp.inf)
    if block.positive:
        state = spread(block.sweep([POLICY.above * s for s in first], given, data), block.sizes, kind, count)
        x, residual, gamma = attempt(
            block, begun(block, state, given, data, kind, count), given, data, POLICY.steps_above, True
        )
        best = x, jnp.where(real, residual, jnp.inf), gamma

    def stage(carry: Any) -> Any:
        k, state, damping, best = carry
        state, change = iterated(block, state, given, data, damping, jnp.array(POLICY.sweeps)[k], good(best))
        x, residual, gamma = attempt(block, begun(block, state, given, data, kind, count), given, data, POLICY.steps, False)
        residual = jnp.where(block.certain | (change < jnp.array(POLICY.change)[k]), residual, jnp.inf)
        take = ~good(best)
        best = jnp.where(take, x, best[0]), jnp.where(take, residual, best[1]), jnp.where(take, gamma, best[2])
        return k + 1, state, damping * jnp.array(POLICY.slowing)[k], best

    damping = jnp.where(real, block.damping[0], block.damping[1])
    go = lax.while_loop(lambda c: (c[0] < len(POLICY.sweeps)) & ~jnp.all(good(c[3])), stage, (0, first, damping, best))
    return go[3]


def good(best: Any) -> Array:
    """Whether an attempt ends the stages."""
    return (best[1] < POLICY.converged) & (best[2] < POLICY.critical)


def spread(values: Any, sizes: Any, kind: Any, count: int) -> list[Array]:
    """Self-energies with an axis of points."""
    shapes = [(count, n, n) if n > 1 else (count,) for n in sizes]
    return [jnp.broadcast_to(jnp.asarray(v), shape).astype(kind) for v, shape in zip(values, shapes)]


def begun(block: Block, state: Any, given: Any, data: Any, kind: Any, count: int) -> Array:
    """Where Newton starts."""
    values = block.quantities(given, data) if state is None else block.quantities(state, given, data)
    x = jnp.stack([jnp.broadcast_to(jnp.asarray(v), (count,)).astype(kind) for v in values])
    if not block.settles:
        return x

    def settle(_: int, x: Array) -> Array:
        f, _, below = split(block, x, given, data)
        return x + POLICY.settling * f / below

    return lax.fori_loop(0, POLICY.settling_sweeps, settle, x)


def iterated(block: Block, state: Any, given: Any, data: Any, damping: Array, sweeps: Any, done: Array) -> tuple[Any, Array]:
    """Sweeps S <- R(H), and the relative change of the last."""

    def sweep(carry: Any) -> Any:
        k, state, change = carry
        active = ~done & (change > POLICY.still)
        moved, new = jnp.zeros(len(damping)), []
        for old, value in zip(state, spread(block.sweep(state, given, data), block.sizes, state[0].dtype, len(damping))):
            axes = tuple(range(1, value.ndim))
            wide = (-1,) + (1,) * len(axes)
            new.append(jnp.where(active.reshape(wide), old + damping.reshape(wide) * (value - old), old))
            size = jnp.sum(jnp.abs(value - old), axis=axes) / (jnp.sum(jnp.abs(value), axis=axes) + POLICY.sweep_floor)
            moved = jnp.maximum(moved, jnp.where(jnp.isfinite(size), size, jnp.inf))
        return k + 1, new, jnp.where(active, moved, change)

    def going(carry: Any) -> Array:
        return (carry[0] < sweeps) & jnp.any(~done & (carry[2] > POLICY.still))

    _, state, change = lax.while_loop(going, sweep, (0, list(state), jnp.full(len(damping), jnp.inf)))
    return state, change


def split(block: Block, x: Array, given: Any, data: Any) -> tuple[Array, Array, Array]:
    """Residuals (k, points), Jacobian (points, k, k) and denominators (k, points)."""
    k = len(x)
    wide = jnp.stack([jnp.broadcast_to(jnp.asarray(v), x.shape[1:]).astype(x.dtype) for v in block.equations(x, given, data)])
    return wide[:k], jnp.moveaxis(wide[k : k + k * k].reshape(k, k, -1), -1, 0), wide[k + k * k :]


def attempt(block: Block, x: Array, given: Any, data: Any, steps: int, positive: bool) -> tuple[Array, Array, Array]:
    """Newton from x, each step kept only where it helps, and the evidence where it ends."""
    begin, first = x, jnp.abs(x)
    room = POLICY.room * jnp.maximum(first, jnp.max(first, axis=0) * POLICY.floor)
    f, slope, below = split(block, x, given, data)
    residual = relative(f, below, x)

    def step(carry: Any) -> Any:
        k, x, f, slope, residual, active = carry
        move = newton_step(slope, f)
        trial = x - move
        trial_f, trial_slope, below = split(block, trial, given, data)
        size = relative(trial_f, below, trial)
        near = (jnp.real(trial) > 0) if positive else (jnp.abs(trial - begin) <= room)
        better = active & jnp.all(near | (first == 0), axis=0) & (size < residual)
        last = jnp.max(jnp.abs(move) / (jnp.abs(trial) + POLICY.tiny), axis=0) < POLICY.last_step
        x, f = jnp.where(better, trial, x), jnp.where(better, trial_f, f)
        slope = jnp.where(better[:, None, None], trial_slope, slope)
        residual = jnp.where(better, size, residual)
        return k + 1, x, f, slope, residual, better & ~last & (size > POLICY.exact)

    carry = 0, x, f, slope, residual, residual > POLICY.exact
    _, x, f, slope, residual, _ = lax.while_loop(lambda c: (c[0] < steps) & jnp.any(c[5]), step, carry)
    error = jnp.minimum(residual, relative(newton_step(slope, f), 1.0, x))
    residual = jnp.where((residual > POLICY.converged) & (residual < POLICY.unsure), error, residual)
    gamma = jnp.zeros(x.shape[1]) if block.evidence is None else block.evidence(x, given, data)[0] + jnp.zeros(x.shape[1])
    return x, residual, jnp.where(jnp.isnan(gamma), jnp.inf, gamma)


def newton_step(slope: Array, f: Array) -> Array:
    """The solution of ``slope step = f``."""
    if len(f) == 1:
        return f / slope[:, 0, 0]
    finite = jnp.all(jnp.isfinite(slope), axis=(1, 2)) & jnp.all(jnp.isfinite(f), axis=0)
    safe = jnp.where(finite[:, None, None], slope, jnp.eye(len(f)))
    return jnp.where(finite, jnp.linalg.solve(safe, f.T[..., None])[..., 0].T, jnp.nan)


def relative(f: Array, below: Array, x: Array) -> Array:
    """The largest residual of the printed definitions, in units of their unknowns; infinite where it is no number."""
    size = jnp.abs(f / below) / (jnp.abs(x) + jnp.max(jnp.abs(x), axis=0) * POLICY.floor + POLICY.tiny)
    return jnp.where(jnp.all(jnp.isfinite(size) & jnp.isfinite(x), axis=0), jnp.max(size, axis=0), jnp.inf)
