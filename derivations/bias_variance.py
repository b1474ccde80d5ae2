"""Bias and variances of ridge regression: what survives the average over samples, what each sample
and each noise adds.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. Data Y = X
R, X of P x N entries of variance 1/P, Sigma = R R; w holds J teachers. Two predictors of
independent samples share their bias alone, kappa kappa' Tr[w.T Sigma g g' w]; the sample adds
gamma/(1 - gamma) times that, the label noise sigma^2 gamma/(1 - gamma).

Valid for lambda off the spectrum; lambda = mu gives squares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

N, P, J = planar.dims("N P J")
lam, mu = symbols("lambda mu", positive=True)
R, w = planar.deterministic("R", N, positive=True), planar.deterministic("w", N, J)
Sigma = R * R
X, Z = planar.Ginibre("X", P, N, variance=1 / P), planar.Ginibre("Z", P, N, variance=1 / P)
C, fresh = R * X.T * X * R, R * Z.T * Z * R

kappa, primed, gamma = symbols("kappa kappa' gamma")
g, h = (Inverse(k * Identity(N) + Sigma) for k in (kappa, primed))
definitions = {
    kappa: lam / (1 - Trace(Sigma * g) / P),
    primed: mu / (1 - Trace(Sigma * h) / P),
    gamma: Trace(Sigma**2 * g * h) / P,
}
bias = kappa * primed * Trace(Sigma * g * w * w.T * h)


def shared(other: Any) -> Expr:
    """lambda mu Tr[Sigma (lambda + C)^-1 w w.T (mu + other)^-1]."""
    return (
        N
        * lam
        * mu
        * planar.tr(Sigma * planar.resolvent(C, lam) * w * w.T * planar.resolvent(other, mu))
    )


noise = N / P * planar.tr(Sigma * planar.resolvent(C, lam) * C * planar.resolvent(C, mu))

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "bias, from two independent samples: kappa kappa' Tr[w.T Sigma g g' w]": (shared(fresh), bias),
    "bias and variance of the sample: bias/(1 - gamma)": (shared(C), bias / (1 - gamma)),
    "variance of the noise, by sigma^2: gamma/(1 - gamma)": (noise, gamma / (1 - gamma)),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (
        rhs,
        {s: e for s, e in definitions.items() if s != gamma or rhs.has(gamma)},
    )


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, 80 teachers."""
    n = 80
    return {R: wishart_like(rng, n), w: rng.standard_normal((n, n)) / n, P: 60, lam: 0.4, mu: 0.9}


theorems = stated(STATEMENTS, _published, values, order=6)

if __name__ == "__main__":
    run_all(theorems)
