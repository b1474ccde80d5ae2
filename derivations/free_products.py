"""Chains multiply their S-transforms, lambda (lambda + A W V)^-1 ~ kappa (kappa + A)^-1.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592.
kappa = lambda S_W S_V, each at -df1(kappa).

Valid for lambda off the spectrum, any q of either letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all, wishart_like

N, P, K = planar.dims("N P K")
lam = symbols("lambda", positive=True)
A = planar.deterministic("A", N, positive=True)
W, V = planar.Wishart("W", N, P), planar.Wishart("V", N, K)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``kappa/lambda (kappa + A)^-1``, kappa = lambda / ((1 - q_W df1)(1 - q_V df1))."""
    kappa = Symbol("kappa")
    g = Inverse(kappa * Identity(N) + A)
    df1 = Trace(A * g) / N
    return kappa / lam * g, {kappa: lam / ((1 - N / P * df1) * (1 - N / K * df1))}


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """Two Wishart letters, one with fewer samples than features."""
    return {A: wishart_like(rng, 80), lam: 0.4, P: 60, K: 160}


theorem = Theorem(
    "lambda (lambda + A W V)^-1 ~ kappa (kappa + A)^-1, kappa = lambda S_W(-df1) S_V(-df1)",
    '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592',
    planar.resolvent(A * W * V, lam),
    published,
    values,
)

if __name__ == "__main__":
    run_all([theorem])
