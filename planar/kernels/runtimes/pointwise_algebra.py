"""Arithmetic of one point for the solver and the functions of a generated numba module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit, types
from numba.extending import overload

from planar.kernels.policy import POLICY

Array = Any
F = TypeVar("F", bound=Callable[..., Any])
options: Any = {"error_model": "numpy", "fastmath": {"contract", "arcp", "nsz", "reassoc"}}
compiled: Callable[[F], F] = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)
compiled_for_python: Callable[[F], F] = njit(**options)


def inverted(x: Any) -> Any:
    """One over x, for complex numbers too without an error where x is zero."""
    return 1 / x


@overload(inverted, jit_options=options)  # type: ignore[untyped-decorator]
def inverted_compiled(x: Any) -> Callable[..., Any]:
    """``inverted`` for the type of x."""
    if isinstance(x, types.Complex):
        return lambda x: np.conj(x) * (1 / (x.real * x.real + x.imag * x.imag))
    return lambda x: 1 / x


@compiled
def eliminated(a: Array, b: Array) -> bool:
    """Solves a x = b in place, by elimination with row exchanges; false where a is singular or no number."""
    n = len(b)
    for i in range(n):
        if not np.isfinite(b[i]):
            return False
    if not finite(a):
        return False
    for c in range(n):
        p = c
        for i in range(c + 1, n):
            if abs(a[i, c]) > abs(a[p, c]):
                p = i
        if not abs(a[p, c]) > 0:
            return False
        for j in range(c, n):
            a[c, j], a[p, j] = a[p, j], a[c, j]
        b[c], b[p] = b[p], b[c]
        for i in range(c + 1, n):
            ratio = a[i, c] * inverted(a[c, c])
            for j in range(c, n):
                a[i, j] -= ratio * a[c, j]
            b[i] -= ratio * b[c]
    for c in range(n - 1, -1, -1):
        for j in range(c + 1, n):
            b[c] -= a[c, j] * b[j]
        b[c] *= inverted(a[c, c])
    return True


@compiled
def near_at(x: Any, y: Any, slope: Any, quotient: Any) -> Any:
    """A divided difference of points x and y: its quotient, or the slope where they meet."""
    return slope if abs(x - y) < POLICY.meeting * (1 + abs(x)) else quotient


@compiled
def larger_at(x: Any, y: Any) -> float:
    """The larger of two real parts, not a number where one is none."""
    a, b = np.real(x), np.real(y)
    return a + b if np.isnan(a + b) else max(a, b)


@compiled
def power_at(x: Any, y: Any) -> complex:
    """A complex power."""
    return (x + 0j) ** y


@compiled
def scalar_at(x: Any, n: int, given: Array) -> Array:
    """A scalar times the identity."""
    out = np.zeros((n, n), given.dtype)
    for i in range(n):
        out[i, i] = x
    return out


@compiled
def diagonal_at(entries: Array, given: Array) -> Array:
    """A diagonal as a dense matrix."""
    out = np.zeros((len(entries), len(entries)), given.dtype)
    for i in range(len(entries)):
        out[i, i] = entries[i]
    return out


@compiled
def inverse_at(a: Array) -> Array:
    """The inverse, not a number where there is none."""
    if finite(a):
        try:
            found = np.ascontiguousarray(np.linalg.inv(a))
            if finite(found):
                return found
        except Exception:
            pass
    return np.full_like(a, np.nan)


@compiled
def finite(a: Array) -> bool:
    """Whether every entry of a matrix is a number."""
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if not np.isfinite(a[i, j]):
                return False
    return True


@compiled
def put_at(out: Array, start: int, a: Array) -> None:
    """Writes a matrix, row by row, into a vector."""
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            out[start + i * a.shape[1] + j] = a[i, j]


@compiled
def inner_at(a: Array, b: Array) -> Any:
    """Trace of the product of two matrices."""
    total = a[0, 0] * b[0, 0] * 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j] * b[j, i]
    return total


@compiled
def kron_at(a: Array, b: Array) -> Array:
    """The Kronecker product of two square matrices."""
    n, m = len(a), len(b)
    out = np.empty((n * m, n * m), a.dtype)
    for i in range(n * m):
        for j in range(n * m):
            out[i, j] = a[i // m, j // m] * b[i % m, j % m]
    return out


@compiled
def spectrum_step_at(s: Any, h: Any, eigenvalues: Array, weights: Array) -> Any:
    """One step of S = R(H) for a spectrum, ``mean of b/(1 + H (S - b))`` over the mean of one."""
    above, below = 0 * s, 0 * s
    for i in range(len(weights)):
        d = weights[i] * inverted(1 + h * (s - eigenvalues[i]))
        above += d * eigenvalues[i]
        below += d
    return above * inverted(below)


@compiled
def spectrum_step_matrix_at(s: Array, h: Array, eigenvalues: Array, weights: Array) -> Array:
    """The same for matrices S and H."""
    one = scalar_at(1, len(s), s)
    total, mean = np.zeros_like(s), np.zeros_like(s)
    for i in range(len(weights)):
        d = weights[i] * inverse_at(one + h @ (s - eigenvalues[i] * one))
        total += d
        mean += eigenvalues[i] * d
    return mean @ inverse_at(total)


@compiled
def spectrum_rung_at(s: Array, h: Array, s_star: Array, h_star: Array, eigenvalues: Array, weights: Array) -> Array:
    """``M_S`` beside ``M_H`` of ``mean of (S - b) D = 0``, ``D = (1 + H (S - b))^-1``, between S and its adjoint."""
    n = len(s)
    one, out = scalar_at(1, n, s), np.zeros((n * n, 2 * n * n), s.dtype)
    for i in range(len(weights)):
        shifted, shifted_star = s - eigenvalues[i] * one, s_star - eigenvalues[i] * one
        left, right = shifted @ inverse_at(one + h @ shifted), inverse_at(one + h_star @ shifted_star)
        out[:, : n * n] += weights[i] * kron_at(one - left @ h, right.T)
        out[:, n * n :] -= weights[i] * kron_at(left, (shifted_star @ right).T)
    return out


@compiled
def loops_at(g: Array, letter: Array, transposed: Array) -> Array:
    """H between a resolvent and its adjoint from their S: traces of two propagators, on pairs within a letter.

    ``g`` holds the propagators from behind occurrence o to before x, row by row; ``transposed`` tells a letter from its
    transpose where blocks alternate between these.
    """
    n, traces = len(letter), g @ np.conj(g).T
    pairs = [(o, p) for k in range(n) for o in range(n) for p in range(n) if letter[o] == k and letter[p] == k]
    out = np.zeros((len(pairs), len(pairs)), g.dtype)
    for r, (o, p) in enumerate(pairs):
        for c, (x, y) in enumerate(pairs):
            if transposed[o] == transposed[p] and transposed[x] == transposed[y]:
                out[r, c] = traces[o * n + x, p * n + y]
    return out


@compiled
def extreme(a: Array) -> float:
    """The largest real part of an eigenvalue; infinite where an entry is no number."""
    if not finite(a):
        return np.inf
    return np.max(np.linalg.eigvals(a + 0j).real)


@compiled
def rung_at(on_s: Any, on_h: Any, loop: Any) -> float:
    """gamma of a resolvent with its adjoint for one self-energy; below 1 on the branch."""
    found = -np.real(on_h * inverted(on_s) * loop)
    return found if np.isfinite(found) else np.inf


@compiled
def radius_at(on_s: Array, on_h: Array, loop: Array, rooted: bool) -> float:
    """gamma of a resolvent with its adjoint, the largest real part of an eigenvalue of their ladder; below 1 on the branch.

    Where R has a root (``rooted``), a rung is infinite at its branch point, which is no singularity of the sum: beyond it the
    eigenvalues of ``M_S + M_H loops`` tell, which reach 0 where the sum diverges.
    """
    pair = on_h @ loop
    largest = extreme(-(inverse_at(on_s) @ pair))
    if rooted and np.isfinite(largest):
        largest = min(largest, 1 + extreme(-(on_s + pair)))
    return largest
