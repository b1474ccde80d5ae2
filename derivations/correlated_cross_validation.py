"""Cross-validation with correlated samples: the test error is S df1~/(df1~ - df2~) times the
training error.

Source: "Risk and cross validation in ridge regression with correlated samples", arXiv 2408.04607. Y
= K^1/2 Z A^1/2 as in derivations.correlated_samples, label noise correlated likewise, of covariance
sigma^2 K; w holds J teachers. E_tot = [kappa^2 Tr[w.T A g^2 w] + sigma^2]/(1 - gamma) is the error
on an independent test point. The residuals on the sample have the covariance E_tot G K G, G =
kappa~ (kappa~ + K)^-1, whose trace is the training error. Also here: the error on a test point that
is correlated with the sample, x* = Y.T sqrt(P) u + fresh, where rho = u.T K u is the share that the
sample knows.

Valid for K and A in general position, lambda off the spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import CORRELATED, run_all, stated, wishart_like

N, P, J = planar.dims("N P J")
lam, variance, rho = symbols("lambda sigma^2 rho", positive=True)
R, Q = planar.deterministic("R", N, positive=True), planar.deterministic("Q", P, positive=True)
w, u = planar.deterministic("w", N, J), planar.deterministic("u", P, 1)
Y = Q * planar.Ginibre("Z", P, N, variance=1 / P) * R
A, K, q = R * R, Q * Q, N / P
left, gram = planar.resolvent(Y.T * Y, lam), planar.resolvent(Y * Y.T, lam)

kappa, tilde, s, gamma, total = symbols("kappa kappa~ s gamma E_tot")
g, G = Inverse(kappa * Identity(N) + A), Inverse(tilde * Identity(P) + K)
df1, df2 = (Trace(x) / N for x in (A * g, A * A * g * g))
df1_tilde, df2_tilde = (Trace(x) / P for x in (K * G, K * K * G * G))
definitions = {
    kappa: lam / s,
    s: tilde * df1_tilde,
    tilde: s / (q * df1),
    gamma: df2 * df2_tilde / (q * df1**2),
    total: (kappa**2 * Trace(w.T * A * g * g * w) + variance) / (1 - gamma),
}
test = (
    N * lam**2 * planar.tr(A * left * w * w.T * left)
    + variance * q * planar.tr(A * left * Y.T * K * Y * left)
    + variance
)
residuals = lam**2 * gram * (P * Y * w * w.T * Y.T + variance * K) * gram
train = lam**2 * (
    P * planar.tr(gram * Y * w * w.T * Y.T * gram) + variance * planar.tr(gram * K * gram)
)
residual = P * planar.tr(residuals * u * u.T)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "error on an independent test point: [ kappa^2 Tr[w.T A g^2 w] + sigma^2 ]/(1 - gamma)": (
        test,
        total,
    ),
    "covariance of the residuals: E_tot G K G": (residuals, total * tilde**2 * G * K * G),
    "training error: E_tot s (df1~ - df2~)/df1~, so that CorrGCV = S df1~/(df1~ - df2~) train": (
        train,
        total * s * (df1_tilde - df2_tilde) / df1_tilde * kappa * s / lam,
    ),
    "error on a correlated test point: E_tot [ 1 - rho + kappa~^2 u.T K (kappa~ + K)^-2 u ]": (
        residual + (1 - rho) * test,
        total * (1 - rho + tilde**2 * Trace(u.T * G * K * G * u)),
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions)


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, 80 teachers, roots Q and R with full spectra; u has length one."""
    n, p = 80, 60
    direction = rng.standard_normal((p, 1))
    return {
        R: wishart_like(rng, n),
        Q: wishart_like(rng, p),
        w: rng.standard_normal((n, n)) / n,
        u: direction / np.linalg.norm(direction),
        lam: 0.5,
        variance: 0.3,
        rho: 0.4,
    }


theorems = stated(STATEMENTS, _published, values, source=CORRELATED, order=4)

if __name__ == "__main__":
    run_all(theorems)
