"""The kernels of SGD on random features, gamma_1/(1 - gamma_1) for the test loss, of one
frequency in disguise.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. A kick by gradient noise has the covariance F F.T C F F.T and is forgotten by
(lambda + F F.T C)^-1 on either side. Test loss: K = P gamma_1/(1 - gamma_1), with T in place of
Sigma Tr[T H]/(1 - gamma_1); training loss: P [ 1 - s - s' + s s'/(1 - gamma_1) ], s =
lambda/kappa_1. As (mu - lambda)/(kappa_1' - kappa_1) = 1 - gamma_1, K needs the one-point function
alone: K = P [ (kappa_1' - kappa_1)/(mu - lambda) - 1 ]. F is D x N with entries of variance 1/N,
Sigma = R R.

Valid off the spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Expr, Symbol, Trace

import planar
from derivations.random_features import (
    C,
    D,
    F,
    H,
    P,
    Sigma,
    T,
    definitions,
    gamma_one,
    lam,
    left,
    mu,
    one,
    one_primed,
    right,
    values,
)
from derivations.theorem import SGD, run_all, stated

kick = left * F * F.T * C * F * F.T * right
s, s_primed = lam / one, mu / one_primed

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "K: Tr[Sigma (lambda + F F.T C)^-1 F F.T C F F.T (mu + C F F.T)^-1] ~ P gamma_1/(1 - "
    "gamma_1)": (
        D * planar.tr(Sigma * kick),
        P * gamma_one / (1 - gamma_one),
    ),
    "K by one-point functions: P [ (kappa_1' - kappa_1)/(mu - lambda) - 1 ]": (
        D * planar.tr(Sigma * kick),
        P * ((one_primed - one) / (mu - lam) - 1),
    ),
    "K with covariate shift: Tr[T H]/(1 - gamma_1)": (
        D * planar.tr(T * kick),
        Trace(T * H) / (1 - gamma_one),
    ),
    "K of the training loss: P [ 1 - s - s' + s s'/(1 - gamma_1) ]": (
        D * planar.tr(C * kick),
        P * (1 - s - s_primed + s * s_primed / (1 - gamma_one)),
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions)


theorems = stated(STATEMENTS, _published, values, source=SGD, order=12)

if __name__ == "__main__":
    run_all(theorems)
