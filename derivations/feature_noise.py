"""Random features that are noisy for each sample, z = F.T x + xi: the model of nonlinear
random features.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592; nonlinear
features enter this way by their Gaussian equivalents. F is D x N with entries of variance 1/N,
inputs Y = X R on the sample with Sigma = R R, noise Xi of variance eta on each feature of each
sample, on the test point too; w holds J teachers. With u = kappa_1 + eta = kappa_2 (1 - Tr[Sigma
g]/N), f = (eta N + kappa_1 Tr[Sigma g])/u, lambda = kappa_1 (1 - f/P) and J = kappa_2 Tr[w.T Sigma
g w], the test error is (J - kappa_1 dJ/du + sigma^2)/(1 - gamma_1) with gamma_1 = (f + kappa_1
f')/P; the training error is (lambda/kappa_1)^2 times that.

Valid for one ridge off the spectrum; eta -> 0 is derivations.random_features_risk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

D, N, P, J = planar.dims("D N P J")
lam, variance, eta = symbols("lambda sigma^2 eta", positive=True)
R, w = planar.deterministic("R", D, positive=True), planar.deterministic("w", D, J)
F = planar.Ginibre("F", D, N, variance=1 / N)
Y = planar.Ginibre("X", P, D, variance=1 / P) * R
Z = Y * F + planar.Ginibre("Xi", P, N, variance=eta / P)
Sigma = R * R
inner, gram = planar.resolvent(Z.T * Z, lam), planar.resolvent(Z * Z.T, lam)
fit = inner * Z.T * Y
gap = Identity(D) - F * fit

one, two, f, slope, objective, rise, gamma_one, gamma_two = symbols(
    "kappa_1 kappa_2 f f' J J' gamma_1 gamma_2"
)
g = Inverse(two * Identity(D) + Sigma)
u = one + eta
definitions = {
    one: lam / (1 - f / P),
    two: u / (1 - Trace(Sigma * g) / N),
    f: (eta * N + one * Trace(Sigma * g)) / u,
    gamma_two: Trace(Sigma**2 * g * g) / N,
    slope: (Trace(Sigma * g) - one * Trace(Sigma * g * g) / (1 - gamma_two)) / u - f / u,
    gamma_one: (f + one * slope) / P,
    objective: two * Trace(w.T * Sigma * g * w),
    rise: Trace(w.T * Sigma**2 * g * g * w) / (1 - gamma_two),
}
total = (objective - one * rise + variance) / (1 - gamma_one)

test = D * planar.tr(Sigma * gap * w * w.T * gap.T) + eta * N * planar.tr(fit * w * w.T * fit.T)
noise = D / P * planar.tr(Sigma * F * inner * Z.T * Z * inner * F.T) + eta * N / P * planar.tr(
    inner * Z.T * Z * inner
)
train = P * planar.tr(gram * Y * w * w.T * Y.T * gram) + variance * planar.tr(gram * gram)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "excess risk of the teachers: [ J - kappa_1 dJ/du ]/(1 - gamma_1)": (
        test,
        total.subs(variance, 0),
    ),
    "excess risk of the noise, by sigma^2: gamma_1/(1 - gamma_1)": (
        noise,
        gamma_one / (1 - gamma_one),
    ),
    "training error: (lambda/kappa_1)^2 times the excess risk plus sigma^2": (
        lam**2 * train,
        (lam / one) ** 2 * total,
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (
        rhs,
        {s: e for s, e in definitions.items() if rhs.has(objective) or not e.has(w)},
    )


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """More features than samples, 80 teachers."""
    teachers = rng.standard_normal((80, 80)) / 80
    return {R: wishart_like(rng, 80), w: teachers, N: 120, P: 60, lam: 0.4, variance: 0.3, eta: 0.5}


theorems = stated(STATEMENTS, _published, values, order=4, compared=8)

if __name__ == "__main__":
    run_all(theorems)
