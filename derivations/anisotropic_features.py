"""Random features of covariance A that does not commute with Sigma, (lambda + F F.T C)^-1 M
(mu + C F F.T)^-1.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. F = B F_0
with A = B B and F_0 of D x N entries of variance 1/N, C = R W R with Sigma = R R. g = (kappa_2 + A
Sigma)^-1 and its partner g' = (kappa_2' + Sigma A)^-1 are transposes of one form.

Valid for positive A and Sigma that need not commute, lambda and mu off the spectrum, any order of
D, N and P.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

D, N, P = planar.dims("D N P")
lam, mu = symbols("lambda mu", positive=True)
B, R = planar.deterministic("B", D, positive=True), planar.deterministic("R", D, positive=True)
M = planar.deterministic("M", D)
F = B * planar.Ginibre("F_0", D, N, variance=1 / N)
C = R * planar.Wishart("W", D, P) * R

one, two, one_primed, two_primed, gamma_one, gamma_two = symbols(
    "kappa_1 kappa_2 kappa_1' kappa_2' gamma_1 gamma_2"
)
A, Sigma = B * B, R * R
g, h = Inverse(two * Identity(D) + A * Sigma), Inverse(two_primed * Identity(D) + Sigma * A)
across = Inverse(two * Identity(D) + Sigma * A)
one_frequency = {
    one: lam / (1 - Trace(A * Sigma * g) / P),
    two: one / (1 - Trace(A * Sigma * g) / N),
}
features = two * two_primed * Trace(Sigma * A * across * h) / (N * (1 - gamma_two))
definitions = {
    **one_frequency,
    one_primed: mu / (1 - Trace(Sigma * A * h) / P),
    two_primed: one_primed / (1 - Trace(Sigma * A * h) / N),
    gamma_two: Trace(Sigma * g * A * h * Sigma * A) / N,
    gamma_one: (Trace(Sigma * g * A * Sigma * A * h) + features * Trace(Sigma * g * A * h)) / P,
}
weight = Trace(Sigma * g * M * h * Sigma * A) / N / (1 - gamma_two)
psi = g * M * h + weight * g * A * h
data = (Trace(Sigma * g * M * h) + weight * Trace(Sigma * g * A * h)) / P / (1 - gamma_one)
two_point = (
    two * two_primed / (lam * mu) * (psi + data * (g * A * Sigma * A * h + features * g * A * h))
)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "lambda (lambda + F F.T C)^-1 ~ kappa_2 (kappa_2 + A Sigma)^-1": (
        lam * planar.resolvent(F * F.T * C, lam),
        two * g,
    ),
    "(lambda + F F.T C)^-1 M (mu + C F F.T)^-1 ~ kappa_2 kappa_2'/(lambda mu) [ psi + H "
    "Tr[Sigma psi]/P/(1 - gamma_1) ]": (
        planar.resolvent(F * F.T * C, lam) * M * planar.resolvent(C * F * F.T, mu),
        two_point,
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions if rhs.has(two_primed) else one_frequency)


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """B, R and M that do not commute."""
    d = 80
    m = np.eye(d) + rng.standard_normal((d, d)) / np.sqrt(d)
    return {
        B: wishart_like(rng, d),
        R: wishart_like(rng, d),
        M: m,
        N: 120,
        P: 60,
        lam: 0.4,
        mu: 0.9,
    }


theorems = stated(STATEMENTS, _published, values, order=15)

if __name__ == "__main__":
    run_all(theorems)
