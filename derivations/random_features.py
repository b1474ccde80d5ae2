"""Linear random features, lambda (lambda + F F.T C)^-1 ~ kappa_2 (kappa_2 + Sigma)^-1, two
resolvents, the forcing.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592; forcing: "A
Dynamical Model of Neural Scaling Laws", arXiv 2402.01092. F is D x N with entries of variance 1/N,
C = R W R is the sample covariance, Sigma = R R. The right factor is the transpose of the left form;
gamma_1 (data) holds the ladder of gamma_2 (features). w holds J teachers.

Valid for lambda and mu off the spectrum, any order of D, N and P.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

D, N, P, J = planar.dims("D N P J")
lam, mu = symbols("lambda mu", positive=True)
R = planar.deterministic("R", D, positive=True)
M, T = planar.deterministic("M", D), planar.deterministic("T", D)
w = planar.deterministic("w", D, J)
F = planar.Ginibre("F", D, N, variance=1 / N)
C = R * planar.Wishart("W", D, P) * R
left, right = planar.resolvent(F * F.T * C, lam), planar.resolvent(C * F * F.T, mu)

one, two, one_primed, two_primed, gamma_one, gamma_two = symbols(
    "kappa_1 kappa_2 kappa_1' kappa_2' gamma_1 gamma_2"
)
Sigma = R * R
g, h = (Inverse(k * Identity(D) + Sigma) for k in (two, two_primed))
t = Trace(Sigma * g * h)
features = two * two_primed * t / (N * (1 - gamma_two))
definitions = {
    one: lam / (1 - Trace(Sigma * g) / P),
    two: one / (1 - Trace(Sigma * g) / N),
    one_primed: mu / (1 - Trace(Sigma * h) / P),
    two_primed: one_primed / (1 - Trace(Sigma * h) / N),
    gamma_two: Trace(Sigma**2 * g * h) / N,
    gamma_one: (Trace(Sigma**2 * g * h) + features * t) / P,
}


def psi(m: Any) -> Expr:
    """The two-point function of kappa_1 + F F.T Sigma, in units of kappa_2 kappa_2'/(kappa_1
    kappa_1').
    """
    return g * m * h + Trace(Sigma**2 * g * m * h) / N / (1 - gamma_two) * g * h


def against(test: Any, m: Any) -> Expr:
    """Tr[test psi(m)]."""
    return Trace(test * g * m * h) + Trace(Sigma**2 * g * m * h) / N / (1 - gamma_two) * Trace(
        test * g * h
    )


H = Sigma * g * h + features * g * h
two_point = two * two_primed / (lam * mu) * (psi(M) + against(Sigma, M) / P / (1 - gamma_one) * H)
teacher = w * w.T
forcing = two * two_primed / (lam * mu) * against(Sigma, teacher) / (1 - gamma_one)
shifted = Trace(T * Sigma * g * h) + features * Trace(T * g * h)
forcing_shifted = (
    two
    * two_primed
    / (lam * mu)
    * (against(T, teacher) + against(Sigma, teacher) / P * shifted / (1 - gamma_one))
)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "F1: lambda (lambda + F F.T C)^-1 ~ kappa_2 (kappa_2 + Sigma)^-1": (lam * left, two * g),
    "F2: (lambda + F F.T C)^-1 M (mu + C F F.T)^-1 ~ kappa_2 kappa_2'/(lambda mu) [ psi + H "
    "Tr[Sigma psi]/P/(1 - gamma_1) ]": (
        left * M * right,
        two_point,
    ),
    "F3: Tr[Sigma (lambda + F F.T C)^-1 w w.T (mu + C F F.T)^-1], the forcing at two frequencies": (
        D * planar.tr(Sigma * left * teacher * right),
        forcing,
    ),
    "F3 with covariate shift: Tr[T (lambda + F F.T C)^-1 w w.T (mu + C F F.T)^-1]": (
        D * planar.tr(T * left * teacher * right),
        forcing_shifted,
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    primed = rhs.has(two_primed)
    return lambda derived: (
        rhs,
        {s: expr for s, expr in definitions.items() if primed or s in (one, two)},
    )


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """More features than samples, 80 teachers, T that commutes with nothing."""
    d = 80
    m, shift = (np.eye(d) + rng.standard_normal((d, d)) / np.sqrt(d) for _ in range(2))
    return {
        R: wishart_like(rng, d),
        M: m,
        T: shift,
        w: rng.standard_normal((d, d)) / d,
        N: 120,
        P: 60,
        lam: 0.4,
        mu: 0.9,
    }


theorems = stated(STATEMENTS, _published, values, order=12)

if __name__ == "__main__":
    run_all(theorems)
