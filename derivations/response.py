"""S as a response function: what a kick on the training residuals does to a fresh sample is P
(S_1 - 1), in frequency.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. Tr[Sigma (lambda + F F.T C)^-1 F F.T] ~ P (S_1 - 1) with S_1 = kappa_1/lambda the
S-transform of the data; its inverse 1/S_1 is the response on the training side, lambda tr[(lambda +
K)^-1] with the Gram matrix K = Y F F.T Y.T: a training residual is s times what the model without
that sample would have. F is D x N with entries of variance 1/N, Sigma = R R.

Valid off the spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import SGD, run_all, stated, wishart_like

D, N, P = planar.dims("D N P")
lam = symbols("lambda", positive=True)
R = planar.deterministic("R", D, positive=True)
F = planar.Ginibre("F", D, N, variance=1 / N)
Y = planar.Ginibre("X", P, D, variance=1 / P) * R
Sigma = R * R
left = planar.resolvent(F * F.T * Y.T * Y, lam)

one, two = symbols("kappa_1 kappa_2")
g = Inverse(two * Identity(D) + Sigma)
definitions = {one: lam / (1 - Trace(Sigma * g) / P), two: one / (1 - Trace(Sigma * g) / N)}

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "Tr[Sigma (lambda + F F.T C)^-1 F F.T] ~ P (S_1 - 1)": (
        D * planar.tr(Sigma * left * F * F.T),
        P * (one / lam - 1),
    ),
    "lambda tr[(lambda + Y F F.T Y.T)^-1] ~ 1/S_1": (
        lam * planar.tr(planar.resolvent(Y * F * F.T * Y.T, lam)),
        lam / one,
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions)


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """More features than samples."""
    return {R: wishart_like(rng, 80), N: 120, P: 60, lam: 0.4}


theorems = stated(STATEMENTS, _published, values, source=SGD, order=10)

if __name__ == "__main__":
    run_all(theorems)
