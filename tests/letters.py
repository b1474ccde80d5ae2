"""Letters and values that the tests share."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Symbol, symbols

import planar

N, P, K = planar.dims("N P K")
lam, mu, nu = symbols("lambda mu nu", positive=True)
z = Symbol("z")
A = planar.deterministic("A", N, positive=True)
F = planar.deterministic("F", N, symmetric=True)
M, M2, C, A1, A2 = (planar.deterministic(name, N) for name in ("M", "M2", "C", "A1", "A2"))
W, V = planar.Wishart("W", N, P), planar.Wishart("V", N, K)
H = planar.GOE("H", N)
Q = planar.RandomProjection("Q", N, K)
B = planar.RotationInvariant("B", N)
TWO = planar.RotationInvariant("B", N, spectrum=[1, 1, 3])
two_point = planar.resolvent(A * W, lam) * M * planar.resolvent(W * A, mu)


def positive(rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
    """A well-conditioned positive matrix."""
    x = rng.standard_normal((n, 2 * n))
    return x @ x.T / (2 * n)


def numbers(n: int = 60, seed: int = 0) -> dict[Any, Any]:
    """A value for every letter, scalar and dimension above; pick what an expression needs with ``pick``."""
    rng = np.random.default_rng(seed)

    def near_one(scale: float) -> np.ndarray[Any, Any]:
        return np.eye(n) + scale * rng.standard_normal((n, n)) / np.sqrt(n)

    f = rng.standard_normal((n, n)) / np.sqrt(n)
    values: dict[Any, Any] = {A: positive(rng, n), F: (f + f.T) / 2 + np.eye(n), M: near_one(1), M2: 0.3 * near_one(3)}
    values |= {C: 0.3 * positive(rng, n) + 0.1 * near_one(1), A1: near_one(0.3), A2: near_one(0.3)}
    return values | {lam: 0.7, mu: 1.9, nu: 0.4, z: 3.0, P: (2 * n) // 3, K: (3 * n) // 5}


def pick(equivalent: planar.DeterministicEquivalent, n: int = 60, seed: int = 0) -> dict[Any, Any]:
    """The values that one expression needs."""
    dimensions = {s for law in equivalent.laws for a in law.args[2:] for s in a.atoms(Symbol)} - {N}
    needed = {*equivalent.letters, *equivalent.scalars, *dimensions}
    values = {k: v for k, v in numbers(n, seed).items() if k in needed}
    return values if any(N in letter.shape for letter in equivalent.letters) else values | {N: n}
