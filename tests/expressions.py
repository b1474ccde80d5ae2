"""Every expression that the tests and the benchmark derive, by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from letters import A1, A2, M2, TWO, A, B, C, F, H, K, M, N, P, Q, V, W, lam, mu, nu, two_point, z
from sympy import I, Identity, Inverse

import planar
from planar import resolvent, tr


def _shifted_semicircle(rng: np.random.Generator, n: int) -> Any:
    """One plus a semicircle of variance two: kappa_1 = 1, kappa_2 = 2 and no others."""
    pair = rng.standard_normal((2, n, n))
    x = (pair[0] + 1j * pair[1]) / np.sqrt(2)
    return np.eye(n) + np.sqrt(2) * (x + x.conj().T) / np.sqrt(2 * n)


SHIFTED = planar.RotationInvariant("B", N, cumulants=[1, 2], sampler=_shifted_semicircle)

ONE_POINT: dict[str, Any] = {
    "Wishart": resolvent(A * W, lam),
    "Wishart, sampled covariance": resolvent(A1 * W * A2 + C, lam),
    "Marchenko-Pastur": tr(resolvent(W, lam)),
    "GOE": resolvent(F + H, z),
    "projection, multiplied": resolvent(A * Q, lam),
    "projection, added": resolvent(A + Q, lam),
    "two bulks": resolvent(A * TWO, lam),
    "cumulants": resolvent(F + SHIFTED, z + 6),
    "product of two": resolvent(A * W * V, lam),
    "sum of two": resolvent(A * W + C * V, lam),
    "free product": resolvent(W * V, lam),
    "free sum": resolvent(W + V, lam),
}

TWO_POINT: dict[str, Any] = {
    "Wishart": two_point,
    "Wishart, A W twice": resolvent(A * W, lam) * M * resolvent(A * W, mu),
    "Wishart, W A twice": resolvent(W * A, lam) * M * resolvent(W * A, mu),
    "Wishart, W A then A W": resolvent(W * A, lam) * M * resolvent(A * W, mu),
    "equal ridges": resolvent(A * W, lam) * M * resolvent(W * A, lam),
    "non-commuting": resolvent(A * W, lam) * M * resolvent(W * F, mu),
    "general position": resolvent(C + A1 * W * A2, lam) * M * resolvent(A2 * W * A1, mu),
    "GOE": resolvent(F + H, z) * M * resolvent(F + H, z + 1),
    "projection": resolvent(A * Q, lam) * M * resolvent(Q * A, mu),
    "two bulks": resolvent(A * TWO, lam) * M * resolvent(TWO * A, mu),
    "cumulants": resolvent(F + SHIFTED, z + 6) * M * resolvent(F + SHIFTED, z + 7),
    "letter directly between": resolvent(A * W, lam) * W * resolvent(A * W, mu),
    "two bulks directly between": resolvent(A * TWO, lam) * TWO * resolvent(A * TWO, lam),
    "a square and a sum": resolvent(Q * A, z) ** 2 * M * resolvent(Q + A * Q, lam),
    "letter between": resolvent(A * W, lam) * M * W * M2 * resolvent(A * W, mu),
    "two-bulk letter between": resolvent(A * TWO, lam) * M * TWO * M2 * resolvent(A * TWO, mu),
    "product of two": resolvent(A * W * V, lam) * M * resolvent(A * W * V, mu),
    "two letters in two ways": resolvent(A * W * A * V, lam) * M * resolvent(V * A * W, mu),
    "mixed sum": resolvent(A * Q + W, lam) * Q * M * resolvent(W * A + Q, mu),
    "nested inverse": resolvent(Inverse(Identity(N) + W) * A, lam) * M * resolvent(W * A, mu),
    "transposes": resolvent(A * M * W * M2, z) * M.T * resolvent(M2.T * W * M.T * A, z + 1),
}

THREE_POINT: dict[str, Any] = {
    "three resolvents": two_point * M2 * resolvent(A * W, nu),
    "first and third equal": two_point * M2 * resolvent(A * W, lam),
    "three, two bulks": resolvent(A * TWO, lam) * M * resolvent(TWO * A, mu) * M2 * resolvent(A * TWO, lam),
    "no resolvent": W * M * W * M2 * W,
}

SYSTEMS: dict[str, Any] = {
    "A W + W A": resolvent(A * W + W * A, z),
    "A W + W A, two-point": resolvent(A * W + W * A, z) * M * resolvent(A * W + W * A, z + 1),
    "anticommutator": resolvent(W * V + V * W, z + 3),
    "commutator": resolvent(I * (W * H - H * W), 10 * z),
    "letter before its square": W * resolvent(W * M * W, 6 * z),
    "letter between squares": resolvent(W * W, lam) * W * M * resolvent(W * W, mu),
    "zero mean twice": resolvent(H * A * H, 6 * lam),
    "two bulks twice": resolvent(TWO * M * TWO, 4 * z),
    "three times": resolvent(W * W * W * M, 9 * z),
    "square of a sum": resolvent((W + H) ** 2, z),
}

SYMBOLIC: dict[str, Any] = {
    "any letter": resolvent(A * B, lam),
    "any letter, two-point": resolvent(A * B, lam) * M * resolvent(B * A, mu),
    "any letter, three-point": resolvent(A * B, lam) * M * resolvent(B * A, mu) * M2 * resolvent(A * B, lam),
    "any letter directly between": resolvent(A * B, lam) * B * resolvent(A * B, mu),
    "any letter between": resolvent(A * B, lam) * M * B * M2 * resolvent(A * B, mu),
}

NUMERIC = {
    f"{kind}: {name}": e
    for kind, group in (("one-point", ONE_POINT), ("two-point", TWO_POINT), ("three-point", THREE_POINT), ("system", SYSTEMS))
    for name, e in group.items()
}
EVERY = NUMERIC | {f"symbolic: {name}": e for name, e in SYMBOLIC.items()}

__all__ = ["EVERY", "K", "NUMERIC", "ONE_POINT", "P", "SYMBOLIC", "SYSTEMS", "THREE_POINT", "TWO_POINT"]
