"""The J-form: the risk of ridge regression from one function, the objective of the population at
ridge kappa.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. J(kappa) =
min over v of (w - v).T Sigma (w - v) + kappa v.T v = kappa Tr[w.T Sigma (kappa + Sigma)^-1 w]. Then
excess risk + sigma^2 = (J - kappa J' + sigma^2)/(1 - gamma), and gamma = d(kappa Tr[Sigma g])/d
kappa/P: no two-point function is needed. J stands here as a trace and is differentiated by SymPy's
rules for the resolvent, g' = -g g.

Valid for one ridge, off the spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import SCALING, Theorem, run_all, wishart_like

N, P, J = planar.dims("N P J")
lam, variance = symbols("lambda sigma^2", positive=True)
R, w = planar.deterministic("R", N, positive=True), planar.deterministic("w", N, J)
Sigma = R * R
C = R * planar.Wishart("W", N, P) * R
left = planar.resolvent(C, lam)
total = (
    N * lam**2 * planar.tr(Sigma * left * w * w.T * left)
    + variance * N / P * planar.tr(Sigma * left * C * left)
    + variance
)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """(J - kappa J' + sigma^2)/(1 - gamma)."""
    kappa, gamma, objective, slope = symbols("kappa gamma J J'")
    g = Inverse(kappa * Identity(N) + Sigma)
    definitions = {
        kappa: lam / (1 - Trace(Sigma * g) / P),
        gamma: (Trace(Sigma * g) - kappa * Trace(Sigma * g * g)) / P,
        objective: kappa * Trace(w.T * Sigma * g * w),
        slope: Trace(w.T * Sigma * g * w) - kappa * Trace(w.T * Sigma * g * g * w),
    }
    return (objective - kappa * slope + variance) / (1 - gamma), definitions


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, 80 teachers."""
    n = 80
    return {
        R: wishart_like(rng, n),
        w: rng.standard_normal((n, n)) / n,
        P: 60,
        lam: 0.4,
        variance: 0.3,
    }


theorem = Theorem(
    "excess risk + sigma^2 ~ (J - kappa J' + sigma^2)/(1 - gamma)",
    SCALING,
    total,
    published,
    values,
    order=4,
)

if __name__ == "__main__":
    run_all([theorem])
