"""Operations on whole arrays of points, for numpy and (with jax.numpy in place of numpy) for JAX.

Scalars have any shape of points, diagonals one axis more, dense matrices two; axes of points broadcast, so that what depends
on one of two frequencies has shape (R, 1) or (1, C).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from planar.kernels.policy import POLICY

Array = np.ndarray[Any, np.dtype[Any]]


def vector(scalar: Array) -> Array:
    """A scalar beside diagonals: one more axis."""
    return np.asarray(scalar)[..., None]


def matrix(scalar: Array) -> Array:
    """A scalar beside dense matrices: two more axes."""
    return np.asarray(scalar)[..., None, None]


def column(diagonal: Array) -> Array:
    """A diagonal matrix on the left of a dense one."""
    return diagonal[..., :, None]


def row(diagonal: Array) -> Array:
    """A diagonal matrix on the right of a dense one."""
    return diagonal[..., None, :]


def diagonal_matrix(diagonal: Array) -> Array:
    """A diagonal as a dense matrix."""
    return diagonal[..., None] * np.eye(diagonal.shape[-1])


def stacked(rows: list[list[Array]]) -> Array:
    """A matrix from its entries, which may be numbers or arrays of points."""
    entries = np.broadcast_arrays(*(np.asarray(x) for line in rows for x in line))
    return np.stack(entries, axis=-1).reshape((*entries[0].shape, len(rows), len(rows[0])))


def combined(parts: list[Array], inner: int, constant: Array, product: Callable[..., Array]) -> Array:
    """The sum over the last ``inner`` axes of a product of factors that were grouped by their axes of points.

    Two groups of different axes, a grid of two frequencies, are one matrix product.
    """
    if not parts:
        return constant.sum(axis=tuple(range(-inner, 0)))
    first = reduce(product, parts[:-1]) * constant if len(parts) > 1 else parts[0]
    last = parts[-1] if len(parts) > 1 else constant
    mine, other = first.shape[:-inner], last.shape[:-inner]
    depth = max(len(mine), len(other))
    left, right = ((1,) * (depth - len(x)) + x for x in (mine, other))
    used = [i for i, n in enumerate(left) if n > 1], [i for i, n in enumerate(right) if n > 1]
    if used[0] and used[1] and max(used[0]) >= min(used[1]):
        return (first * last).sum(axis=tuple(range(-inner, 0)))
    size = math.prod(first.shape[-inner:])
    flat = first.reshape(-1, size) @ last.reshape(-1, size).T
    return flat.reshape(tuple(max(a, b) for a, b in zip(left, right, strict=True)))


def grouped(factors: tuple[Array, ...], inner: int, product: Callable[..., Array]) -> dict[tuple[int, ...], Array]:
    """Products of the factors that have the same axes of points, in the order of these axes."""
    groups: dict[tuple[int, ...], list[Array]] = {}
    for factor in factors:
        groups.setdefault(tuple(factor.shape[:-inner]), []).append(factor)
    found = {k: reduce(product, v) for k, v in groups.items()}
    depth = max(map(len, found))
    return dict(sorted(found.items(), key=lambda kv: next((i - len(kv[0]) + depth for i, n in enumerate(kv[0]) if n > 1), -1)))


def average(weights: Array, *factors: Array) -> Array:
    """Mean over the spectrum of a product of diagonals: one matrix product, also on a grid of two frequencies."""
    deep = [x for x in factors if x.ndim > 1]
    if len({x.shape for x in deep}) == 1:
        return reduce(np.multiply, deep) @ reduce(np.multiply, [x for x in factors if x.ndim == 1], weights)
    groups = grouped(factors, 1, np.multiply)
    constant = weights * groups.pop((), 1.0)
    return combined(list(groups.values()), 1, constant, np.multiply)


def trace(*factors: Array) -> Array:
    """Unnormalised trace of a product of matrices; neighbours of the same points are multiplied first.

    On a grid of two frequencies ``tr(G_i G'_j)`` is one product of the matrices of all entries.
    """
    if len(factors) == 1:
        return np.trace(factors[0], axis1=-2, axis2=-1)
    rest = list(factors)
    while len(rest) > 2:
        pairs = list(zip(rest, rest[1:] + rest[:1]))
        cost = [math.prod(np.broadcast_shapes(a.shape[:-2], b.shape[:-2])) for a, b in pairs]
        i = cost.index(min(cost))
        rest = rest[i:] + rest[:i]
        rest[:2] = [rest[0] @ rest[1]]
    a, b = rest[0], np.swapaxes(rest[1], -1, -2)
    if a.shape[:-2] == b.shape[:-2]:
        return np.einsum("...ij,...ij->...", a, b)
    groups = grouped((a, b), 2, np.multiply)
    constant = groups.pop((), np.ones(()))
    return combined(list(groups.values()), 2, constant, np.multiply)


def inverse(a: Array) -> Array:
    """The inverse at each point, not a number where there is none."""
    try:
        found = np.linalg.inv(a)
    except ValueError:
        one, good = np.eye(a.shape[-1]), np.isfinite(a).all(axis=(-1, -2), keepdims=True)
        good = good & (np.linalg.slogdet(np.where(good, a, one))[0] != 0)[..., None, None]
        found = np.where(good, np.linalg.inv(np.where(good, a, one)), np.nan)
    return np.where(np.isfinite(a + found).all(axis=(-1, -2), keepdims=True), found, np.nan)


def accepted(residual: Array, gamma: Array, value: Array) -> Array:
    """Whether each point has a value on the physical branch: solved, with a ladder that converges."""
    extra = tuple(range(np.ndim(residual), np.ndim(value)))
    return (residual < POLICY.accepted) & (gamma < POLICY.critical) & np.isfinite(value).all(axis=extra)


def near(x: Array, y: Array, slope: Array, quotient: Array) -> Array:
    """A divided difference of points x and y: its quotient, or the slope where they meet."""
    return np.where(np.abs(x - y) < POLICY.meeting * (1 + np.abs(x)), slope, quotient)


def spectrum_step(s: Array, h: Array, eigenvalues: Array, weights: Array) -> Array:
    """One step of S = R(H) for a spectrum, ``mean of b/(1 + H (S - b))`` over the mean of one."""
    d = weights / (1 + np.asarray(h)[..., None] * (np.asarray(s)[..., None] - eigenvalues))
    return (d @ eigenvalues) / np.sum(d, axis=-1)


def spectrum_step_matrix(s: Array, h: Array, eigenvalues: Array, weights: Array) -> Array:
    """The same for matrices S and H of points."""
    one = np.eye(s.shape[-1])
    finite = np.isfinite(s).all(axis=(-1, -2), keepdims=True) & np.isfinite(h).all(axis=(-1, -2), keepdims=True)
    s, h = np.where(finite, s, one), np.where(finite, h, 0)
    parts = [w * inverse(one + h @ (s - b * one)) for b, w in zip(eigenvalues, weights)]
    total = sum(parts[1:], parts[0])
    mean = sum((b * part for b, part in zip(eigenvalues[1:], parts[1:])), eigenvalues[0] * parts[0])
    return np.where(finite, mean @ inverse(total), np.nan)


def spectrum_rung(s: Array, h: Array, s_star: Array, h_star: Array, eigenvalues: Array, weights: Array) -> Array:
    """``M_S`` beside ``M_H`` of ``mean of (S - b) D = 0``, ``D = (1 + H (S - b))^-1``, between S and its adjoint."""
    one = np.eye(s.shape[-1])
    on_s, on_h = 0.0, 0.0
    for b, w in zip(eigenvalues, weights):
        left = (s - b * one) @ inverse(one + h @ (s - b * one))
        right = inverse(one + h_star @ (s_star - b * one))
        on_s = on_s + w * kron(one - left @ h, np.swapaxes(right, -1, -2))
        on_h = on_h - w * kron(left, np.swapaxes((s_star - b * one) @ right, -1, -2))
    return np.concatenate([on_s, on_h], axis=-1)


def kron(left: Array, right: Array) -> Array:
    """The Kronecker product at each point."""
    product = np.einsum("...ij,...kl->...ikjl", left, right)
    n = left.shape[-1] * right.shape[-1]
    return product.reshape((*product.shape[:-4], n, n))


def blocks(*parts: Array) -> Array:
    """A block diagonal matrix."""
    shape = np.broadcast_shapes(*(x.shape[:-2] for x in parts))
    total = sum(x.shape[-1] for x in parts)
    rows, start = [], 0
    for x in parts:
        n = x.shape[-1]
        wide = [np.zeros((*shape, n, start)), np.broadcast_to(x, (*shape, n, n)), np.zeros((*shape, n, total - start - n))]
        rows.append(np.concatenate(wide, axis=-1))
        start += n
    return np.concatenate(rows, axis=-2)


def loops(sizes: tuple[int, ...], kinds: str, weights: Any, propagators: list[Array], transposed: Any = None) -> Array:
    """H between a resolvent and its adjoint from their S: traces of two propagators, on pairs within a letter.

    ``propagators`` go from behind occurrence o to before x, row by row; ``sizes`` are numbers of occurrences of the letters,
    ``transposed`` tells a letter from its transpose where blocks alternate between these.
    """
    flat = []
    for kind, x in zip(kinds, propagators):
        points = np.asarray(x)[..., None] if kind == "s" else x * np.sqrt(weights) if kind == "d" else x
        flat.append(points.reshape((*points.shape[:-2], -1)) if kind == "m" else points)
    n = sum(sizes)
    longest = max(x.shape[-1] for x in flat)
    shape = np.broadcast_shapes(*(x.shape[:-1] for x in flat))
    wide = []
    for x in flat:
        rest = np.zeros((*x.shape[:-1], longest - x.shape[-1]))
        wide.append(np.broadcast_to(np.concatenate([x, rest], axis=-1), (*shape, longest)))
    g = np.stack(wide, axis=-2).reshape((*shape, n, n, longest))
    found = np.einsum("...oxs,...pys->...opxy", g, np.conj(g))
    if transposed is not None:
        same = transposed[:, None] == transposed[None, :]
        found = found * same[:, :, None, None] * same
    letter = [k for k, size in enumerate(sizes) for _ in range(size)]
    pairs = [o * n + p for k in range(len(sizes)) for o in range(n) for p in range(n) if letter[o] == letter[p] == k]
    return found.reshape((*shape, n * n, n * n))[..., np.array(pairs), :][..., np.array(pairs)]


def radius(on_s: Array, on_h: Array, loop: Array, rooted: bool = False) -> Array:
    """gamma of a resolvent with its adjoint, the largest real part of an eigenvalue of their ladder; below 1 on the branch.

    The ladder sums to 1/(1 - gamma); it is where an eigenvalue comes to 1 that the sum, and with it the resolvent, diverges.
    Where R has a root (``rooted``), a rung is infinite at its branch point, which is no singularity of the sum: beyond it the
    eigenvalues of ``M_S + M_H loops`` tell, which all start at 1 far from the spectrum and reach 0 where the sum diverges.
    """
    if on_s.shape[-1] == 1 and not rooted:
        found = -(on_h / on_s * loop)[..., 0, 0].real
        return np.where(np.isfinite(found), found, np.inf)
    on_s, on_h, loop = np.broadcast_arrays(on_s + 0j, on_h + 0j, loop + 0j)
    finite = np.all(np.isfinite(on_s) & np.isfinite(on_h) & np.isfinite(loop), axis=(-1, -2), keepdims=True)
    one = np.eye(on_s.shape[-1])
    regular = (np.linalg.slogdet(np.where(finite, on_s, one))[0] != 0)[..., None, None]
    on_s, on_h, loop = (np.where(finite & regular, x, one) for x in (on_s, on_h, loop))
    found = extreme(-np.linalg.solve(on_s, on_h) @ loop)
    if rooted:
        found = np.where(np.isfinite(found), np.minimum(found, 1 + extreme(-(on_s + on_h @ loop))), np.inf)
    return np.where((finite & regular)[..., 0, 0], found, np.inf)


def extreme(a: Array) -> Array:
    """The largest real part of an eigenvalue at each point; infinite where an entry is no number."""
    finite: Any = np.isfinite(a).all(axis=(-1, -2), keepdims=True)
    found = np.max(np.linalg.eigvals(np.where(finite, a, 0)).real, axis=-1)
    return np.where(finite[..., 0, 0], found, np.inf)


def implicit_step(values: tuple[Array, ...], k: int) -> Array:
    """``-J^-1 f`` from k residuals and the rows of their Jacobian, the unknowns along the first axis."""
    wide = np.stack(np.broadcast_arrays(*values), axis=-1)
    slope = wide[..., k:].reshape((*wide.shape[:-1], k, k))
    return -np.moveaxis(np.linalg.solve(slope, wide[..., :k, None])[..., 0], -1, 0)


def refuse_sizes(**sizes: Any) -> None:
    """Dimensions are positive integers, where they are given."""
    for name, size in sizes.items():
        if size is not None and (isinstance(size, complex) or not (size >= 1 and size % 1 == 0)):
            raise ValueError(f"the dimension {name} is given as {size}; give a positive integer")


def refuse_asymmetric(**letters: Any) -> None:
    """What is declared symmetric is its own transpose."""
    for name, value in letters.items():
        x = np.asarray(value)
        if x.ndim == 2 and not np.allclose(x, x.T):
            raise ValueError(f"{name} is declared symmetric, but its value is not; give ({name} + {name}.T)/2")


def refuse_negative(**letters: Any) -> None:
    """What is declared positive is real and has no negative eigenvalue."""
    for name, value in letters.items():
        x = np.asarray(value)
        if np.any(np.imag(x)):
            raise ValueError(f"{name} is declared positive, but its value is complex; give a real positive matrix")
        eigenvalues = np.linalg.eigvalsh(np.real(x)) if x.ndim == 2 else np.real(x)
        if np.min(eigenvalues) < -POLICY.rounded * np.max(np.abs(eigenvalues)):
            raise ValueError(f"{name} is declared positive, but its value has the eigenvalue {np.min(eigenvalues):.3g}")
