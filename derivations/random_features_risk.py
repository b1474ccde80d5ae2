"""Ridge regression on linear random features: excess risk and training error, which is s^2
(excess risk + sigma^2).

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. F is D x N
with entries of variance 1/N, data Y = X R, Sigma = R R, label noise of variance sigma^2; w holds J
teachers. The excess risk is [ kappa_2^2 (Tr[w.T Sigma g^2 w] + t/N Tr[w.T Sigma^2 g^2 w]/(1 -
gamma_2)) + sigma^2 gamma_1 ]/(1 - gamma_1) with t = Tr[Sigma g^2], and s = lambda/kappa_1.

Valid for one ridge off the spectrum, any order of D, N and P.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, MatMul, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

D, N, P, J = planar.dims("D N P J")
lam, variance = symbols("lambda sigma^2", positive=True)
R, w = planar.deterministic("R", D, positive=True), planar.deterministic("w", D, J)
F = planar.Ginibre("F", D, N, variance=1 / N)
Y = planar.Ginibre("X", P, D, variance=1 / P) * R
C, Sigma, a = Y.T * Y, R * R, F * F.T
left, right = planar.resolvent(a * C, lam), planar.resolvent(C * a, lam)
gram = planar.resolvent(Y * a * Y.T, lam)

one, two, gamma_one, gamma_two, t = symbols("kappa_1 kappa_2 gamma_1 gamma_2 t")
g = Inverse(two * Identity(D) + Sigma)
definitions = {
    one: lam / (1 - Trace(Sigma * g) / P),
    two: one / (1 - Trace(Sigma * g) / N),
    t: Trace(Sigma * g * g),
    gamma_two: Trace(Sigma**2 * g * g) / N,
    gamma_one: (Trace(Sigma**2 * g * g) + two**2 * t**2 / (N * (1 - gamma_two))) / P,
}
kept = two**2 * (
    Trace(w.T * Sigma * g * g * w) + t / N * Trace(w.T * Sigma**2 * g * g * w) / (1 - gamma_two)
)
risk = (kept + variance * gamma_one) / (1 - gamma_one)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "excess risk": (
        D * lam**2 * planar.tr(Sigma * left * w * w.T * right)
        + variance * D / P * planar.tr(MatMul(Sigma, left, a, C, a, right)),
        risk,
    ),
    "training error: s^2 [ excess risk + sigma^2 ]": (
        lam**2 * (D * planar.tr(C * left * w * w.T * right) + variance * planar.tr(gram * gram)),
        (lam / one) ** 2 * (risk + variance),
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions)


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """More features than samples, 80 teachers."""
    return {
        R: wishart_like(rng, 80),
        w: rng.standard_normal((80, 80)) / 80,
        N: 120,
        P: 60,
        lam: 0.4,
        variance: 0.3,
    }


theorems = stated(STATEMENTS, _published, values, order=8)

if __name__ == "__main__":
    run_all(theorems)
