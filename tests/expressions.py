"""Every expression that the tests and the benchmark derive, by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
from letters import (
    A1,
    A2,
    F1,
    F2,
    F3,
    M2,
    TWO,
    A,
    B,
    C,
    E,
    F,
    G,
    H,
    J,
    K,
    M,
    N,
    O,
    P,
    Q,
    R,
    S,
    T,
    Theta,
    U,
    V,
    W,
    X,
    Y,
    Z,
    a,
    b,
    c,
    lam,
    mu,
    nu,
    two_point,
    w,
    z,
)
from sympy import Expr, I, Identity, Inverse

import derivations
import planar
from derivations.theorem import Routes, Statement, Theorem
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
    "three, two bulks": resolvent(A * TWO, lam)
    * M
    * resolvent(TWO * A, mu)
    * M2
    * resolvent(A * TWO, lam),
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
    "any letter, three-point": resolvent(A * B, lam)
    * M
    * resolvent(B * A, mu)
    * M2
    * resolvent(A * B, lam),
    "any letter directly between": resolvent(A * B, lam) * B * resolvent(A * B, mu),
    "any letter between": resolvent(A * B, lam) * M * B * M2 * resolvent(A * B, mu),
}

COVARIANCE = R * X.T * X * R
CHOLESKY = A1.T * Z.T * Z * A1 / P
FEATURES = F1 * F1.T
WEIGHTED = A1 * FEATURES * A1.T
DEEP = F1 * F2 * F3 * F3.T * F2.T * F1.T
CORRELATED = R * X.T * T * X * R
POOLED = R * (X.T * X + Y.T * Y) * R
GROUPS = R * X.T * X * R + U * Y.T * Y * U
NETWORK = a * J * X + b * Theta
TANGENT = c * X.T * X + NETWORK.T * NETWORK
ROTATED = O * U * O.T

RECTANGULAR: dict[str, Any] = {
    "feature side": resolvent(COVARIANCE, lam),
    "feature side, two-point": resolvent(COVARIANCE, lam) * M * resolvent(COVARIANCE, mu),
    "Gram side": resolvent(X * A * X.T, lam),
    "Gram side, two-point": resolvent(X * A * X.T, lam) * E * resolvent(X * A * X.T, mu),
    "both sides": resolvent(COVARIANCE, lam) * R * X.T * E * resolvent(X * A * X.T, mu) * X,
    "both sides, three resolvents": resolvent(COVARIANCE, lam)
    * (M * resolvent(COVARIANCE, mu) * R * X.T * E * resolvent(X * R * R * X.T, nu) * X * R),
    "X alone between resolvents": tr(
        resolvent(A * X.T * X, lam) * A1 * X.T * E * X * A2 * resolvent(X.T * X * A, mu)
    ),
    "X outside": X * resolvent(COVARIANCE, lam) * M * X.T,
    "random features": resolvent(FEATURES * COVARIANCE, lam),
    "random features, two-point": resolvent(FEATURES * COVARIANCE, lam)
    * M
    * resolvent(COVARIANCE * FEATURES, mu),
    "random features, same side twice": resolvent(FEATURES * COVARIANCE, lam)
    * M
    * resolvent(FEATURES * COVARIANCE, mu),
    "random features, space of the features": resolvent(F1.T * COVARIANCE * F1, lam),
    "random features, kernel": tr(
        A
        * resolvent(FEATURES * COVARIANCE, lam)
        * FEATURES
        * COVARIANCE
        * FEATURES
        * resolvent(COVARIANCE * FEATURES, mu)
    ),
    "anisotropic features": resolvent(WEIGHTED * COVARIANCE, lam),
    "anisotropic features, two-point": resolvent(WEIGHTED * COVARIANCE, lam)
    * M
    * resolvent(COVARIANCE * WEIGHTED, mu),
    "deep features": resolvent(DEEP * COVARIANCE, lam),
    "deep features, two-point": resolvent(DEEP * COVARIANCE, lam)
    * M
    * resolvent(COVARIANCE * DEEP, mu),
    "correlated samples": resolvent(CORRELATED, lam),
    "correlated samples, two-point": resolvent(CORRELATED, lam) * M * resolvent(CORRELATED, mu),
    "correlated samples, Gram side": resolvent(X * A * X.T * T, lam)
    * E
    * resolvent(T * X * A * X.T, mu),
    "correlated samples, noise": tr(
        A * resolvent(CORRELATED, lam) * R * X.T * E * X * R * resolvent(CORRELATED, mu)
    ),
    "two groups": resolvent(GROUPS, lam),
    "two groups, two-point": resolvent(GROUPS, lam) * M * resolvent(GROUPS, mu),
    "two groups of one covariance": resolvent(R * (X.T * X + Y.T * Y) * R, lam)
    * M
    * resolvent(R * (X.T * X + Y.T * Y) * R, mu),
    "covariance shift": tr(C * resolvent(COVARIANCE, lam) * M * resolvent(COVARIANCE, mu)),
    "covariance shift, training error": tr(
        C * resolvent(COVARIANCE, lam) * COVARIANCE * M * resolvent(COVARIANCE, mu)
    ),
    "ridge, bias": lam**2 * tr(A * resolvent(CHOLESKY, lam) * M * resolvent(CHOLESKY, lam)),
    "ridge, bias of one target": mu**2
    * w.T
    * resolvent(CHOLESKY, mu)
    * C
    * resolvent(CHOLESKY, mu)
    * w,
    "ridge, noise": tr(
        C * resolvent(CHOLESKY, lam) * A1.T * Z.T * E * Z * A1 * resolvent(CHOLESKY, lam)
    )
    / P,
    "network": resolvent(TANGENT, lam),
    "network, two-point": resolvent(TANGENT, lam) * M * resolvent(TANGENT, mu),
    "network, equal ridges": resolvent(TANGENT, lam) * M * resolvent(TANGENT, lam),
    "Haar, multiplied": resolvent(A * ROTATED, lam),
    "Haar, multiplied, two-point": resolvent(A * ROTATED, lam) * M * resolvent(ROTATED * A, mu),
    "Haar, itself added": resolvent(F + O + O.T, z + 3),
    "Haar, itself added, two-point": resolvent(F + O + O.T, z + 3)
    * M
    * resolvent(F + O + O.T, z + 4),
    "Haar, rotated added": resolvent(A + ROTATED, lam),
    "Haar, rotated added, two-point": resolvent(A + ROTATED, lam) * M * resolvent(A + ROTATED, mu),
    "square Ginibre, adjoint": resolvent(C + G, z) * M * resolvent(C.T + G.T, z + 1),
    "square Ginibre, three resolvents": resolvent(C + G, z)
    * M
    * resolvent(C + G, z + 1)
    * M2
    * resolvent(C.T + G.T, z + 2),
    "bi-invariant": resolvent(S.T * S * A, lam),
    "bi-invariant, two-point": resolvent(S.T * S * A, lam) * M * resolvent(A * S.T * S, mu),
    "bi-invariant, Gram side": resolvent(S * A * S.T, lam) * E * resolvent(S * A * S.T, mu),
}

GROUPED = (
    ("one-point", ONE_POINT),
    ("two-point", TWO_POINT),
    ("three-point", THREE_POINT),
    ("system", SYSTEMS),
    ("rectangular", RECTANGULAR),
)
NUMERIC = {f"{kind}: {name}": e for kind, group in GROUPED for name, e in group.items()}
EVERY = NUMERIC | {f"symbolic: {name}": e for name, e in SYMBOLIC.items()}


@cache
def theorems() -> dict[str, Statement]:
    """What the derivations state, by file and place."""
    modules = {
        m.name: import_module(f"derivations.{m.name}") for m in iter_modules(derivations.__path__)
    }
    found = {
        name: getattr(m, "theorems", None) or (getattr(m, "theorem", None),)
        for name, m in modules.items()
    }
    return {
        f"{name} {i}": theorem
        for name, every in found.items()
        for i, theorem in enumerate(every)
        if theorem is not None
    }


@cache
def stated() -> dict[str, Expr]:
    """Every expression, and those of which the derivations state a formula."""
    found = dict(EVERY)
    for name, theorem in theorems().items():
        match theorem:
            case Theorem(expression=expression):
                found[name] = expression
            case Routes(expressions=expressions):
                found |= {f"{name} {k}": expression for k, expression in enumerate(expressions)}
    return found


__all__ = [
    "EVERY", "K", "NUMERIC", "ONE_POINT", "P", "RECTANGULAR", "SYMBOLIC", "SYSTEMS", "THREE_POINT",
    "TWO_POINT", "stated", "theorems",
]  # fmt: skip
