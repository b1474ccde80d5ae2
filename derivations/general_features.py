"""Features and data of any law: each brings its own R-transform, 1/P becomes c_1/D and 1/N
becomes c_2/D.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. (lambda + C R W R)^-1 M (mu + R W R C)^-1 with C and W rotation-invariant and
free, Sigma = R R. s_1 = R_W(-df1/s_1), s_2 = R_C(-df1/s_2), kappa_1 = lambda/s_1, kappa_2 =
kappa_1/s_2; c_1 = R_W[x,x']/(s_1 s_1') with x = -df1/s_1, c_2 likewise. For Wishart letters these
are D/P and D/N.

Valid for any two laws; sampled for features that are a random projection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, sqrt, symbols

import planar
from derivations.theorem import SGD, Theorem, run_all, wishart_like

D, K, N, P = planar.dims("D K N P")
lam, mu = symbols("lambda mu", positive=True)
R, M = planar.deterministic("R", D, positive=True), planar.deterministic("M", D)
Sigma = R * R
Law = Callable[[Expr], Expr]


def expression(features: Any, data: Any) -> Expr:
    """Two resolvents, the right one the transpose of the left form."""
    left, right = (
        planar.resolvent(x, z)
        for x, z in ((features * R * data * R, lam), (R * data * R * features, mu))
    )
    return left * M * right


def published(r_features: Law, r_data: Law) -> Any:
    """F2 with c_1/D for 1/P and c_2/D for 1/N."""

    def formula(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
        s1, s2, s1p, s2p, x1, x2, x1p, x2p = symbols("s_1 s_2 s_1' s_2' x_1 x_2 x_1' x_2'")
        one, two, onep, twop, c1, c2, gamma_one, gamma_two = symbols(
            "kappa_1 kappa_2 kappa_1' kappa_2' c_1 c_2 gamma_1 gamma_2"
        )
        g, h = (Inverse(k * Identity(D) + Sigma) for k in (two, twop))
        df1, df1p = (Trace(Sigma * x) / D for x in (g, h))
        t = Trace(Sigma * g * h)
        features = c2 / D * two * twop * t / (1 - gamma_two)
        definitions = {
            s1: r_data(-df1 / s1),
            s2: r_features(-df1 / s2),
            s1p: r_data(-df1p / s1p),
            s2p: r_features(-df1p / s2p),
            x1: -df1 / s1,
            x2: -df1 / s2,
            x1p: -df1p / s1p,
            x2p: -df1p / s2p,
            one: lam / s1,
            two: one / s2,
            onep: mu / s1p,
            twop: onep / s2p,
            c1: (s1 - s1p) / (x1 - x1p) / (s1 * s1p),
            c2: (s2 - s2p) / (x2 - x2p) / (s2 * s2p),
            gamma_two: c2 / D * Trace(Sigma**2 * g * h),
            gamma_one: c1 / D * (Trace(Sigma**2 * g * h) + features * t),
        }
        weight = c2 / D * Trace(Sigma**2 * g * M * h) / (1 - gamma_two)
        psi = g * M * h + weight * g * h
        seen = Trace(Sigma * g * M * h) + weight * t
        ladder = c1 / D * seen / (1 - gamma_one) * (Sigma * g * h + features * g * h)
        return two * twop / (lam * mu) * (psi + ladder), definitions

    return formula


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """M commutes with nothing."""
    m = np.eye(90) + rng.standard_normal((90, 90)) / np.sqrt(90)
    return {R: wishart_like(rng, 90), M: m, N: 120, P: 70, lam: 0.4, mu: 0.9}


def wishart(size: Any) -> Law:
    """R of a Wishart letter."""
    return lambda z: 1 / (1 - D * z / size)


def projection(z: Expr) -> Expr:
    """R of a projection of rank K."""
    p = K / D
    return 2 * p / (1 - z + sqrt((1 - z) ** 2 + 4 * p * z))


symbolic = planar.RotationInvariant("C", D), planar.RotationInvariant("W", D)
wisharts = planar.Wishart("C", D, N), planar.Wishart("W", D, P)
projected = planar.RandomProjection("C", D, K), planar.Wishart("W", D, P)
STATEMENT = "(lambda + C R W R)^-1 M (mu + R W R C)^-1, {}: F2 with 1/P -> c_1/D, 1/N -> c_2/D"

theorems = (
    Theorem(
        STATEMENT.format("any laws"),
        SGD,
        expression(*symbolic),
        published(Function("R_C"), Function("R_W")),
        order=8,
    ),
    Theorem(
        STATEMENT.format("Wishart matrices"),
        SGD,
        expression(*wisharts),
        published(wishart(N), wishart(P)),
        values,
        order=8,
    ),
    Theorem(
        STATEMENT.format("a projection and a Wishart matrix"),
        SGD,
        expression(*projected),
        published(projection, wishart(P)),
        lambda rng: {**{k: v for k, v in values(rng).items() if k != N}, K: 60},
        order=8,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
