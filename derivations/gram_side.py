"""The Gram side: K = Y Y.T in place of C = Y.T Y, its resolvents, and words that join the two
sides.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. The data are
Y = X R, X of P x N entries of variance 1/P, and A = R R; kappa and gamma are those of the feature
side.

Valid for independent samples, lambda and mu off the spectrum.
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
R = planar.deterministic("R", N, positive=True)
M = planar.deterministic("M", N)
L = planar.deterministic("L", P)
Y = planar.Ginibre("X", P, N, variance=1 / P) * R
gram, covariance = Y * Y.T, Y.T * Y

kappa, primed, gamma = symbols("kappa kappa' gamma")
A = R * R
g, h = (Inverse(k * Identity(N) + A) for k in (kappa, primed))
definitions = {
    kappa: lam / (1 - Trace(A * g) / P),
    primed: mu / (1 - Trace(A * h) / P),
    gamma: Trace(A * A * g * h) / P,
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, {s: expr for s, expr in definitions.items() if rhs.has(s)})


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, lambda different from mu, L and M without symmetry."""
    n, p = 80, 60
    m, l = (np.eye(k) + rng.standard_normal((k, k)) / np.sqrt(k) for k in (n, p))
    return {R: wishart_like(rng, n), M: m, L: l, P: p, lam: 0.5, mu: 1.3}


STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "(lambda + K)^-1 ~ 1/kappa": (planar.resolvent(gram, lam), Identity(P) / kappa),
    "(lambda + K)^-1 L (mu + K)^-1 ~ [ L + tr(L) gamma/(1 - gamma) ]/(kappa kappa')": (
        planar.resolvent(gram, lam) * L * planar.resolvent(gram, mu),
        (L + gamma / (1 - gamma) * Trace(L) / P * Identity(P)) / (kappa * primed),
    ),
    "(lambda + C)^-1 Y.T L Y (mu + C)^-1 ~ A g g' tr(L)/(1 - gamma), of L only its trace": (
        planar.resolvent(covariance, lam) * Y.T * L * Y * planar.resolvent(covariance, mu),
        Trace(L) / P / (1 - gamma) * A * g * h,
    ),
    "(lambda + K)^-1 Y M Y.T (mu + K)^-1 ~ Tr[A g M g']/P/(1 - gamma)": (
        planar.resolvent(gram, lam) * Y * M * Y.T * planar.resolvent(gram, mu),
        Trace(A * g * M * h) / P / (1 - gamma) * Identity(P),
    ),
}

theorems = stated(STATEMENTS, _published, values, order=6)

if __name__ == "__main__":
    run_all(theorems)
