"""Generalised cross-validation: the test error is S^2 times the training error, and lambda
tr[(lambda + K)^-1] ~ 1/S.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. Data Y = X
R, X of P x N entries of variance 1/P, K = Y Y.T, targets Y w + noise of variance sigma^2; w holds J
teachers. The S-transform S = kappa/lambda is the gap between training and test error, at two ridges
S S'; the estimate 1/S needs the sample alone.

Valid for independent samples, lambda > 0 or off the spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import SCALING, Routes, Theorem, run_all, wishart_like

N, P, J = planar.dims("N P J")
lam, mu, variance = symbols("lambda mu sigma^2", positive=True)
R, w = planar.deterministic("R", N, positive=True), planar.deterministic("w", N, J)
Y = planar.Ginibre("X", P, N, variance=1 / P) * R
C, K = Y.T * Y, Y * Y.T
left, right = planar.resolvent(C, lam), planar.resolvent(C, mu)
gram, other = planar.resolvent(K, lam), planar.resolvent(K, mu)

test = N * lam * mu * planar.tr(R * R * left * w * w.T * right) + variance * N / P * planar.tr(
    R * R * left * C * right
)
train = P * planar.tr(gram * Y * w * w.T * Y.T * other) + variance * planar.tr(gram * other)
estimate = planar.tr(gram) * planar.tr(other)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """lambda/kappa, kappa = lambda/(1 - q df1)."""
    kappa = Symbol("kappa")
    return lam / kappa, {kappa: lam / (1 - Trace(R * R * Inverse(kappa * Identity(N) + R * R)) / P)}


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, 80 teachers."""
    n = 80
    return {
        R: wishart_like(rng, n),
        w: rng.standard_normal((n, n)) / n,
        P: 60,
        lam: 0.4,
        mu: 0.9,
        variance: 0.3,
    }


theorems = (
    Theorem(
        "lambda tr[(lambda + K)^-1] ~ 1/S",
        SCALING,
        lam * planar.tr(gram),
        published,
        values,
        order=6,
    ),
    Routes(
        "training error ~ lambda tr[(lambda + K)^-1] mu tr[(mu + K)^-1] (excess risk + sigma^2)",
        SCALING,
        (train, estimate * (test + variance)),
        values,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
