"""Correlated samples: C = Y.T Y with Y = K^1/2 Z A^1/2, kappa on the features and kappa~ on the
samples.

Source: "Risk and cross validation in ridge regression with correlated samples", arXiv 2408.04607. Z
is P x N with entries of variance 1/P, A = R R, K = Q Q. With df~ the traces of K over P: lambda =
kappa s, s = kappa~ df1~(kappa~), df1~(kappa~) = q df1(kappa), and gamma = df2 df2~/(q df1 df1'),
where df2 and df2~ are mixed.

Valid for K and A in general position, lambda and mu off the spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

N, P = planar.dims("N P")
lam, mu = symbols("lambda mu", positive=True)
R, Q = planar.deterministic("R", N, positive=True), planar.deterministic("Q", P, positive=True)
M, L = planar.deterministic("M", N), planar.deterministic("L", P)
Y = Q * planar.Ginibre("Z", P, N, variance=1 / P) * R
A, K, q = R * R, Q * Q, N / P
C, gram = Y.T * Y, Y * Y.T

kappa, primed, tilde, tilde_primed, s, s_primed, gamma = symbols(
    "kappa kappa' kappa~ kappa~' s s' gamma"
)
g, h = (Inverse(k * Identity(N) + A) for k in (kappa, primed))
G, H = (Inverse(k * Identity(P) + K) for k in (tilde, tilde_primed))
df1, df1_primed, df2 = (Trace(x) / N for x in (A * g, A * h, A * A * g * h))
one_frequency = {kappa: lam / s, s: tilde * Trace(K * G) / P, tilde: s / (q * df1)}
definitions = {
    **one_frequency,
    primed: mu / s_primed,
    s_primed: tilde_primed * Trace(K * H) / P,
    tilde_primed: s_primed / (q * df1_primed),
    gamma: df2 * Trace(K * K * G * H) / P / (q * df1 * df1_primed),
}
scales = kappa * primed / (lam * mu)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "lambda (lambda + C)^-1 ~ kappa (kappa + A)^-1": (lam * planar.resolvent(C, lam), kappa * g),
    "lambda (lambda + Y Y.T)^-1 ~ G = kappa~ (kappa~ + K)^-1": (
        lam * planar.resolvent(gram, lam),
        tilde * G,
    ),
    "(lambda + C)^-1 M (mu + C)^-1 ~ S S' [ g M g' + A g g' (gamma/df2) tr[A g M g']/(1 - "
    "gamma) ]": (
        planar.resolvent(C, lam) * M * planar.resolvent(C, mu),
        scales * (g * M * h + gamma / df2 * Trace(A * g * M * h) / N / (1 - gamma) * A * g * h),
    ),
    "lambda mu (lambda + Y Y.T)^-1 L (mu + Y Y.T)^-1 ~ G L G' + G K G' q S S' df2 tr[K G L "
    "G']/(1 - gamma)": (
        lam * mu * planar.resolvent(gram, lam) * L * planar.resolvent(gram, mu),
        tilde
        * tilde_primed
        * (
            G * L * H
            + q
            * scales
            * df2
            * tilde
            * tilde_primed
            * Trace(K * G * L * H)
            / P
            / (1 - gamma)
            * G
            * K
            * H
        ),
    ),
    "noise of covariance L: (lambda + C)^-1 Y.T L Y (mu + C)^-1 ~ S S' A g g' tr[K G L G']/(1 - "
    "gamma)": (
        planar.resolvent(C, lam) * Y.T * L * Y * planar.resolvent(C, mu),
        scales * tilde * tilde_primed * Trace(K * G * L * H) / P / (1 - gamma) * A * g * h,
    ),
    "noise of covariance K: q tr[A (lambda + C)^-1 Y.T K Y (mu + C)^-1] ~ gamma/(1 - gamma)": (
        q * planar.tr(A * planar.resolvent(C, lam) * Y.T * K * Y * planar.resolvent(C, mu)),
        gamma / (1 - gamma),
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions if rhs.has(gamma) else one_frequency)


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, roots Q and R with full spectra, L and M without symmetry."""
    n, p = 80, 60
    m, l = (np.eye(k) + rng.standard_normal((k, k)) / np.sqrt(k) for k in (n, p))
    return {R: wishart_like(rng, n), Q: wishart_like(rng, p), M: m, L: l, lam: 0.5, mu: 1.3}


SOURCE = '"Risk and cross validation in ridge regression with correlated samples", arXiv 2408.04607'
theorems = stated(STATEMENTS, _published, values, source=SOURCE, order=6)

if __name__ == "__main__":
    run_all(theorems)
