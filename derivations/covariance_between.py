"""The sample covariance between two of its resolvents, R C R' ~ A g g'/(1 - gamma), without
factors S.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. C = R W R with R the symmetric root of A = R R.

Valid for lambda and mu off the spectrum, any q.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all

N, P = planar.dims("N P")
lam, mu = symbols("lambda mu", positive=True)
R = planar.deterministic("R", N, positive=True)
W = planar.Wishart("W", N, P)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``A g g'/(1 - gamma)`` with gamma = q df2(kappa, kappa')."""
    kappas, gamma = (Symbol("kappa"), Symbol("kappa'")), Symbol("gamma")
    g, h = (Inverse(k * Identity(N) + R * R) for k in kappas)
    definitions = {
        k: x / (1 - Trace(R * R * i) / P) for k, x, i in zip(kappas, (lam, mu), (g, h), strict=True)
    }
    definitions[gamma] = Trace(R**4 * g * h) / P
    return 1 / (1 - gamma) * R * R * g * h, definitions


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """A spectrum between 0.3 and 1.5."""
    q, _ = np.linalg.qr(rng.standard_normal((80, 80)))
    root = (q * rng.uniform(0.3, 1.5, 80)) @ q.T
    return {R: 0.5 * (root + root.T), lam: 0.4, mu: 1.1, P: 110}


theorem = Theorem(
    "(lambda + C)^-1 C (mu + C)^-1 ~ A g g'/(1 - gamma), C = A^1/2 W A^1/2",
    '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models", '
    "arXiv 2502.05074",
    planar.resolvent(R * W * R, lam) * R * W * R * planar.resolvent(R * W * R, mu),
    published,
    values,
)

if __name__ == "__main__":
    run_all([theorem])
