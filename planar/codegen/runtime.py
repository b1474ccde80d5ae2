"""Solvers that every generated module carries along; their source is copied into it verbatim, without the annotations.

Scalars have shape (B,), one entry a point; unknowns are dictionaries of such arrays. Self-energies of a letter that stands
n times inside one resolvent have shape (B, n, n).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
State = dict[str, Array]


def matrix_function(function: Callable[[Array], Array], matrices: Array) -> Array:
    """A scalar function of a stack of matrices, through their eigenvalues."""
    finite = np.isfinite(matrices).all(axis=(-1, -2), keepdims=True)
    values, vectors = np.linalg.eig(np.where(finite, matrices, np.eye(matrices.shape[-1])))
    return np.where(finite, (vectors * function(values)[..., None, :]) @ np.linalg.pinv(vectors), np.nan)


def spectrum_step(s: Array, h: Array, eigenvalues: Array, weights: Array) -> Array:
    """One step of S = R(H) for a spectrum, ``mean of b/(1 + H (S - b))`` over the mean of one; S and H may be matrices."""
    if np.ndim(s) < 2:
        d = weights / (1 + np.asarray(h)[..., None] * (s[..., None] - eigenvalues))
        return (d @ eigenvalues) / np.sum(d, axis=-1)
    one = np.eye(s.shape[-1])
    finite = np.isfinite(s).all(axis=(-1, -2), keepdims=True) & np.isfinite(h).all(axis=(-1, -2), keepdims=True)
    s, h = np.where(finite, s, one), np.where(finite, h, 0)
    parts = [w * np.linalg.inv(one + h @ (s - b * one)) for b, w in zip(eigenvalues, weights, strict=True)]
    total = sum(parts[1:], parts[0])
    mean = sum((b * part for b, part in zip(eigenvalues[1:], parts[1:], strict=True)), eigenvalues[0] * parts[0])
    return np.where(finite, np.linalg.solve(total.swapaxes(-1, -2), mean.swapaxes(-1, -2)).swapaxes(-1, -2), np.nan)


def r_of_spectrum(h: Array, eigenvalues: Array, weights: Array) -> Array:
    """R(h) of a spectrum: the root s of ``mean of (s - b)/(1 + h (s - b)) = 0`` that continues the mean from h = 0."""
    h = np.asarray(h)
    s = np.full(h.shape, weights @ eigenvalues, dtype=np.result_type(h, float))
    for t in (0.25, 0.5, 0.75, 1.0):
        for _ in range(40):
            s = 0.5 * s + 0.5 * spectrum_step(
                np.atleast_1d(s).ravel(), np.atleast_1d(t * h).ravel(), eigenvalues, weights
            ).reshape(s.shape)
        for _ in range(30):
            d = 1 / (1 + (t * h)[..., None] * (s[..., None] - eigenvalues))
            step = ((s[..., None] - eigenvalues) * d) @ weights / ((d * d) @ weights)
            s = np.where(np.isfinite(step), s - step, s)
            if not np.any(np.abs(step) > 1e-15 * np.abs(s)):
                break
    return s


def dyson(
    step: Callable[[State], State], state: State, damping: Array, sweeps: int, tolerance: float = 1e-14
) -> tuple[State, Array]:
    """Iterate S <- R(H) from a state, first S = R(0); it sums diagrams order by order and so chooses the branch.

    ``damping`` is the weight of the new value, one entry a point. Also returns the relative change of the last sweep: where
    it is not small, the iteration wanders, and no neighbourhood of a solution was found.
    """
    change = np.zeros(damping.shape)
    for _ in range(sweeps):
        new, change = step(state), np.zeros(damping.shape)
        for name, value in new.items():
            weight = damping.reshape(damping.shape + (1,) * (value.ndim - 1))
            gap = value - state[name]
            new[name] = state[name] + weight * gap
            axes = tuple(range(1, value.ndim))
            moved = np.sum(np.abs(gap), axis=axes) / (np.sum(np.abs(value), axis=axes) + 1e-12)
            change = np.maximum(change, np.where(np.isfinite(moved), moved, np.inf))
        state = new
        if not np.max(change) > tolerance:
            break
    return state, change


def settled(residual: Callable[[State], State], unknowns: State, sweeps: int = 300) -> State:
    """Damped substitution into the implicit definitions, which brings an arbitrary start near their solution."""
    for _ in range(sweeps):
        change = residual(unknowns)
        unknowns = {name: value + 0.5 * change[name] for name, value in unknowns.items()}
    return unknowns


def newton(residual: Callable[[State], State], unknowns: State, steps: int = 8) -> tuple[State, Array]:
    """Polish the implicit definitions by Newton steps with difference quotients, each kept only where it helps.

    ``residual`` maps unknowns to ``expr - symbol``. Returns the unknowns and the final relative residual.
    """
    names = list(unknowns)
    x = np.stack([np.asarray(unknowns[n]) for n in names], axis=-1)

    def values(point: Array) -> Array:
        found = residual({n: point[:, i] for i, n in enumerate(names)})
        return np.stack([np.broadcast_to(found[n], point.shape[:1]) for n in names], axis=-1)

    def size(r: Array, point: Array) -> Array:
        return np.max(np.abs(r) / (np.abs(point) + np.max(np.abs(point), axis=-1, keepdims=True) * 1e-3 + 1e-300), axis=-1)

    first, start = x, np.abs(x)

    def near(point: Array) -> Array:
        """Newton polishes: it may not leave the neighbourhood that the iteration chose (what starts at zero is linear)."""
        return np.all(
            (start == 0) | (np.abs(point - first) <= 2 * np.maximum(start, np.max(start, axis=-1)[:, None] * 1e-3)), axis=-1
        )

    r = values(x)
    for _ in range(steps):
        scale = size(r, x)
        if not np.any(scale > 1e-15):
            break
        top = np.max(np.abs(x), axis=-1)
        jacobian = np.empty(x.shape + x.shape[-1:], dtype=np.result_type(x, r))
        for i in range(x.shape[-1]):
            h = 1e-7 * (np.where(np.abs(x[:, i]) > 1e-9 * top, np.abs(x[:, i]), top) + 1e-300)
            moved = x.copy()
            moved[:, i] += h
            jacobian[:, :, i] = (values(moved) - r) / h[:, None]
        singular = ~(np.abs(np.linalg.det(jacobian)) > 0)
        jacobian[singular] = np.eye(x.shape[-1])
        trial = x - np.linalg.solve(jacobian, r[..., None])[..., 0]
        trial_r = values(trial)
        better = np.isfinite(trial_r).all(axis=-1) & ~singular & (size(trial_r, trial) < scale) & near(trial)
        if not np.any(better):
            break
        x, r = np.where(better[:, None], trial, x), np.where(better[:, None], trial_r, r)
    return {n: x[:, i] for i, n in enumerate(names)}, size(r, x)


def radius(on_s: Array, on_h: Array, loops: Array, *, rooted: bool = False) -> Array:
    """gamma of a resolvent with its adjoint, the largest real part of an eigenvalue of their ladder; below 1 on the branch.

    The ladder sums to 1/(1 - gamma); it is where an eigenvalue comes to 1 that the sum, and with it the resolvent, diverges.
    Where R has a root (``rooted``), a rung is infinite at its branch point, which is no singularity of the sum: beyond it the
    eigenvalues of ``M_S + M_H loops`` tell, which all start at 1 far from the spectrum and reach 0 where the sum diverges.
    """
    finite = np.all(np.isfinite(on_s) & np.isfinite(on_h) & np.isfinite(loops), axis=(-1, -2), keepdims=True)
    finite &= (np.abs(np.linalg.det(np.where(finite, on_s, 0))) > 0)[..., None, None]
    on_s, on_h, loops = (np.where(finite, x, np.eye(x.shape[-1])) for x in (on_s, on_h, loops))
    found = np.max(np.linalg.eigvals(-np.linalg.solve(on_s, on_h) @ loops).real, axis=-1)
    if rooted:
        found = np.minimum(found, 1 - np.min(np.linalg.eigvals(on_s + on_h @ loops).real, axis=-1))
    return np.where(finite[..., 0, 0], found, np.inf)


def divided(function: Callable[[Array], Array], x: Array, y: Array) -> Array:
    """Divided differences of a function between two stacks of points, the derivative where they meet."""
    x, y = x[..., :, None], y[..., None, :]
    near = np.abs(x - y) < 1e-5 * (1 + np.abs(x))
    step = 1e-4 * (1 + np.abs(x + y))
    slope = (function((x + y) / 2 + step) - function((x + y) / 2 - step)) / (2 * step)
    result: Array = np.where(near, slope, (function(x) - function(y)) / np.where(near, 1, x - y))
    return result


def matrix_radius(propagators: list[list[Array]], letters: list[Any], transposed: Array | None = None) -> Array:
    """gamma of a resolvent with its adjoint where self-energies are matrices.

    ``propagators[o][x]`` holds G from behind occurrence o to before x as a vector at each point, so that products of two are
    traces; ``letters`` lists for each letter its number of occurrences, its reference dimension, H, and R as a scalar
    function. ``transposed`` tells a letter from its transpose where blocks alternate between these.
    """
    longest = max(x.shape[-1] for row in propagators for x in row)
    flat = np.array([[np.pad(x, ((0, 0), (0, longest - x.shape[-1]))) for x in row] for row in propagators])
    loops = np.einsum("oxbs,pybs->bopxy", flat, flat.conj())
    bad = ~np.isfinite(loops).all(axis=(1, 2, 3, 4))
    loops[bad] = 0
    if transposed is not None:
        same = transposed[:, None] == transposed[None, :]
        loops = loops * same[:, :, None, None] * same
    blocks, start = [], 0
    for size, dimension, overlap, function in letters:
        overlap = np.where(np.isfinite(overlap).all(axis=(1, 2), keepdims=True), overlap, np.eye(size))
        values, vectors = np.linalg.eig(overlap + 0j)
        rungs = divided(function, values, values.conj()) / dimension
        blocks.append((slice(start, start + size), vectors, np.linalg.pinv(vectors), rungs))
        start += size
    columns = []
    for part, _, _, _ in blocks:
        for x in range(part.start, part.stop):
            for y in range(part.start, part.stop):
                column = []
                for rows, vectors, inverse, rungs in blocks:
                    h = loops[:, rows, rows, x, y]
                    inner = inverse @ h @ inverse.conj().swapaxes(-1, -2)
                    s = vectors @ (rungs * inner) @ vectors.conj().swapaxes(-1, -2)
                    column.append(s.reshape(len(s), -1))
                columns.append(np.concatenate(column, axis=-1))
    ladder = np.stack(columns, axis=-1)
    ladder = np.where(np.isfinite(ladder).all(axis=(1, 2), keepdims=True), ladder, 0)
    result: Array = np.where(bad, np.inf, np.max(np.linalg.eigvals(ladder).real, axis=-1))
    return result
