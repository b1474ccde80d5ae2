"""Letters and values that the tests share."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Rational, Symbol, catalan, symbols

import planar

N, P, K, D, L = planar.dims("N P K D L")
lam, mu, nu, a, b, c = symbols("lambda mu nu a b c", positive=True)
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

R, U = (planar.deterministic(name, N, positive=True) for name in ("R", "U"))
T = planar.deterministic("T", P, positive=True)
E, E2 = (planar.deterministic(name, P) for name in ("E", "E2"))
w = planar.deterministic("w", N, 1)
X, Y = planar.Ginibre("X", P, N), planar.Ginibre("Y", K, N)
Z = planar.Ginibre("Z", P, N, variance=1)
F1, F2, F3 = (
    planar.Ginibre(f"F_{i}", n, m, variance=1 / m)
    for i, (n, m) in enumerate(((N, D), (D, L), (L, K)), start=1)
)
J, Theta = planar.Ginibre("J", K, P), planar.Ginibre("Theta", K, N)
G = planar.Ginibre("G", N)
O = planar.HaarOrthogonal("O", N)


def gauss(rng: np.random.Generator, rows: int, cols: int) -> np.ndarray[Any, Any]:
    """Complex entries of mean square one."""
    pair = rng.standard_normal((2, rows, cols))
    return (pair[0] + 1j * pair[1]) / np.sqrt(2)


def spiky(rng: np.random.Generator, rows: int, cols: int) -> np.ndarray[Any, Any]:
    """Independent entries of variance 1/cols plus half a Haar co-isometry, rows <= cols."""
    u, _, v = np.linalg.svd(gauss(rng, rows, cols), full_matrices=False)
    return gauss(rng, rows, cols) / np.sqrt(cols) + u @ v / 2


_OF_HALF = [Rational(1, 4) ** n * catalan(n - 1) * (-P / N) ** (n - 1) for n in range(1, 4)]
S = planar.BiInvariant("S", P, N, cumulants=[1 + _OF_HALF[0], *_OF_HALF[1:]], sampler=spiky)
"""Cumulants of ``spiky`` to third order: those of X X.T = 1 are (-rows/cols)^(n-1) Catalan(n-1)."""


def positive(rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
    """A well-conditioned positive matrix."""
    x = rng.standard_normal((n, 2 * n))
    return x @ x.T / (2 * n)


def numbers(n: int = 60, seed: int = 0) -> dict[Any, Any]:
    """A value for every letter, scalar and dimension above; pick what an expression needs with
    ``pick``.
    """
    rng = np.random.default_rng(seed)

    def near_one(scale: float, size: int = n) -> np.ndarray[Any, Any]:
        return np.eye(size) + scale * rng.standard_normal((size, size)) / np.sqrt(size)

    f = rng.standard_normal((n, n)) / np.sqrt(n)
    values: dict[Any, Any] = {
        A: positive(rng, n),
        F: (f + f.T) / 2 + np.eye(n),
        M: near_one(1),
        M2: 0.3 * near_one(3),
    }
    values |= {C: 0.3 * positive(rng, n) + 0.1 * near_one(1), A1: near_one(0.3), A2: near_one(0.3)}
    sizes = {P: (2 * n) // 3, K: (3 * n) // 5, D: (5 * n) // 4, L: (3 * n) // 2}
    p = sizes[P]
    values |= {
        R: positive(rng, n),
        U: positive(rng, n),
        T: positive(rng, p),
        E: near_one(1, p),
        E2: 0.3 * near_one(3, p),
    }
    values |= {w: rng.standard_normal((n, 1)) / np.sqrt(n)}
    return values | {lam: 0.7, mu: 1.9, nu: 0.4, z: 3.0, a: 0.8, b: 0.5, c: 0.3} | sizes


def pick(equivalent: planar.DeterministicEquivalent, n: int = 60, seed: int = 0) -> dict[Any, Any]:
    """The values that one expression needs."""
    parameters = (x for law in equivalent.laws for x in law.args[1:])
    sides = (x for letter in equivalent.letters for x in letter.shape)
    dimensions = {s for x in (*parameters, *sides) for s in x.atoms(Symbol)} - {N}
    needed = {*equivalent.letters, *equivalent.scalars, *dimensions}
    values = {k: v for k, v in numbers(n, seed).items() if k in needed}
    return values if any(N in letter.shape for letter in equivalent.letters) else values | {N: n}
