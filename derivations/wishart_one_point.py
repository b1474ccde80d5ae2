"""The white Wishart matrix, kappa = lambda / (1 - q df1(kappa)).

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592.

Valid for positive A, lambda off the spectrum, any q.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all, wishart_like

N, P = planar.dims("N P")
lam = symbols("lambda", positive=True)
A = planar.deterministic("A", N, positive=True)
W = planar.Wishart("W", N, P)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``S (kappa + A)^-1`` with S = 1/(1 - q df1(kappa))."""
    kappa, big_s, q = Symbol("kappa"), Symbol("S"), N / P
    g = Inverse(kappa * Identity(N) + A)
    factor = 1 / (1 - q * Trace(A * g) / N)
    return big_s * g, {kappa: lam * factor, big_s: factor}


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """More features than samples: q = 3/2."""
    return {A: wishart_like(rng, 90), lam: 0.2, P: 60}


theorem = Theorem(
    "lambda (lambda + A W)^-1 ~ kappa (kappa + A)^-1, kappa = lambda/(1 - q df1(kappa))",
    '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592',
    planar.resolvent(A * W, lam),
    published,
    values,
)

if __name__ == "__main__":
    run_all([theorem])
