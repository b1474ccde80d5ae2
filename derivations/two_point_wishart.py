"""Two resolvents of a Wishart matrix, S S' [ g M g' + ... q tr[...]/(1 - gamma) ], gamma = q
df2(kappa, kappa').

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. gamma is the same in every ordering.

Valid for positive A, any M, lambda and mu off the spectrum, any q.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, MatMul, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all, wishart_like

N, P = planar.dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A = planar.deterministic("A", N, positive=True)
M = planar.deterministic("M", N)
W = planar.Wishart("W", N, P)
one = Identity(N)

ORDERINGS: dict[str, tuple[Expr, Expr, Any, Any]] = {
    "A W, W A": (A * W, W * A, one, A * A),
    "A W, A W": (A * W, A * W, A, A),
    "W A, W A": (W * A, W * A, A, A),
    "W A, A W": (W * A, A * W, A * A, one),
}
"""Left and right product, what is traced beside g M g', and the open legs beside g g'."""


def _published(
    inner: Any, legs: Any
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
        kappas, gamma, q = (Symbol("kappa"), Symbol("kappa'")), Symbol("gamma"), N / P
        g, h = (Inverse(k * one + A) for k in kappas)
        definitions = {
            k: x / (1 - q * Trace(A * i) / N)
            for k, x, i in zip(kappas, (lam, mu), (g, h), strict=True)
        }
        definitions[gamma] = q * Trace(A * A * g * h) / N
        rung = q * Trace(MatMul(inner, g, M, h).doit()) / N / (1 - gamma)
        return kappas[0] * kappas[1] / (lam * mu) * (g * M * h + rung * legs * g * h), definitions

    return published


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, lambda different from mu, M without symmetry."""
    n = 80
    return {
        A: wishart_like(rng, n),
        M: np.eye(n) + rng.standard_normal((n, n)) / np.sqrt(n),
        lam: 0.5,
        mu: 1.3,
        P: 60,
    }


theorems = tuple(
    Theorem(
        f"two-point function of ({name}): S S' [ g M g' + legs g g' q tr[...]/(1 - gamma) ], "
        f"gamma = q df2(kappa, kappa')",
        '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear '
        'Models", arXiv 2502.05074',
        planar.resolvent(left, lam) * M * planar.resolvent(right, mu),
        _published(inner, legs),
        values,
    )
    for name, (left, right, inner, legs) in ORDERINGS.items()
)

if __name__ == "__main__":
    run_all(theorems)
