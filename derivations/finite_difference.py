"""For a Wishart letter (mu - lambda)/(kappa' - kappa) = 1 - gamma(kappa, kappa'), an exact
identity.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. It follows from R R' = (R - R')/(mu - lambda), the resolvent identity, and the
two-point equivalent with M = 1.

Valid for lambda and mu off the spectrum; an identity of the formulas, not of samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all, wishart_like

N, P = planar.dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A = planar.deterministic("A", N, positive=True)
W = planar.Wishart("W", N, P)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``A g g' / (1 - gamma)`` for (lambda + A W)^-1 A W (mu + A W)^-1, 1 - gamma = (mu -
    lambda)/(kappa' - kappa).
    """
    kappas = Symbol("kappa"), Symbol("kappa'")
    g = [Inverse(k * Identity(N) + A) for k in kappas]
    definitions = {
        k: x / (1 - Trace(A * h) / P) for k, x, h in zip(kappas, (lam, mu), g, strict=True)
    }
    return (kappas[1] - kappas[0]) / (mu - lam) * A * g[0] * g[1], definitions


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """Fewer features than samples."""
    return {A: wishart_like(rng, 80), lam: 0.3, mu: 0.8, P: 120}


theorem = Theorem(
    "(mu - lambda)/(kappa' - kappa) = 1 - gamma(kappa, kappa')",
    '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models", '
    "arXiv 2502.05074",
    planar.resolvent(A * W, lam) * A * W * planar.resolvent(A * W, mu),
    published,
    values,
)

if __name__ == "__main__":
    run_all([theorem])
