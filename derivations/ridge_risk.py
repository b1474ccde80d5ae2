"""Ridge regression: bias, variance, noise, training error, covariate and label shift, each at two
ridges.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. Data Y = X
R, X of P x N entries of variance 1/P, Sigma = R R; targets are Y w + noise; C = Y.T Y, so that w -
w^ is lambda (lambda + C)^-1 w - (lambda + C)^-1 Y.T noise. w holds J teachers, v their shift; T,
the covariance of the test inputs, commutes with nothing. Excess risk at equal ridges: [ kappa^2
Tr[w.T Sigma g^2 w] + sigma^2 gamma ]/(1 - gamma).

Valid for independent samples, lambda and mu off the spectrum; a test covariance T need not commute
with Sigma.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, MatrixExpr, Symbol, Trace, symbols

import planar
from derivations.theorem import run_all, stated, wishart_like

N, P, J = planar.dims("N P J")
lam, mu, variance = symbols("lambda mu sigma^2", positive=True)
R, T = planar.deterministic("R", N, positive=True), planar.deterministic("T", N, symmetric=True)
w, v = planar.deterministic("w", N, J), planar.deterministic("v", N, J)
Y = planar.Ginibre("X", P, N, variance=1 / P) * R
Sigma, C = R * R, Y.T * Y

kappa, primed, gamma = symbols("kappa kappa' gamma")
g, h = (Inverse(k * Identity(N) + Sigma) for k in (kappa, primed))
one_frequency = {kappa: lam / (1 - Trace(Sigma * g) / P)}
definitions = {
    **one_frequency,
    primed: mu / (1 - Trace(Sigma * h) / P),
    gamma: Trace(Sigma**2 * g * h) / P,
}


def left(test: MatrixExpr, teachers: MatrixExpr = w * w.T) -> Expr:
    """Tr[test lambda (lambda + C)^-1 teachers mu (mu + C)^-1]."""
    return (
        N
        * lam
        * mu
        * planar.tr(test * planar.resolvent(C, lam) * teachers * planar.resolvent(C, mu))
    )


def noise(test: MatrixExpr) -> Expr:
    """Tr[test (lambda + C)^-1 C (mu + C)^-1]/P."""
    return N / P * planar.tr(test * planar.resolvent(C, lam) * C * planar.resolvent(C, mu))


bias = kappa * primed * Trace(Sigma * g * w * w.T * h)
at_test = Trace(T * Sigma * g * h) / P / (1 - gamma)
gram = [planar.resolvent(Y * Y.T, x) for x in (lam, mu)]
shifted = kappa * primed * Trace(T * g * w * w.T * h) + bias * at_test

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "bias: lambda (lambda + C)^-1 w ~ kappa g w": (
        lam * planar.resolvent(C, lam) * w,
        kappa * g * w,
    ),
    "bias and variance of the data: kappa kappa' Tr[w.T Sigma g g' w]/(1 - gamma)": (
        left(Sigma),
        bias / (1 - gamma),
    ),
    "variance of the noise: gamma/(1 - gamma)": (noise(Sigma), gamma / (1 - gamma)),
    "excess risk: [ kappa kappa' Tr[w.T Sigma g g' w] + sigma^2 gamma ]/(1 - gamma)": (
        left(Sigma) + variance * noise(Sigma),
        (bias + variance * gamma) / (1 - gamma),
    ),
    "training error: s s' [ excess risk + sigma^2 ]": (
        lam
        * mu
        * (
            P * planar.tr(gram[0] * Y * w * w.T * Y.T * gram[1])
            + variance * planar.tr(gram[0] * gram[1])
        ),
        lam * mu / (kappa * primed) * (bias + variance) / (1 - gamma),
    ),
    "covariate shift: kappa kappa' Tr[T g w w.T g'] + (bias + sigma^2) Tr[T Sigma g g']/P/(1 - "
    "gamma)": (
        left(T) + variance * noise(T),
        shifted + variance * at_test,
    ),
    "label shift: Tr[T v v.T] + kappa Tr[T g w v.T] + kappa' Tr[T v w.T g'] + the above": (
        N
        * planar.tr(
            T
            * (v + lam * planar.resolvent(C, lam) * w)
            * (v.T + mu * w.T * planar.resolvent(C, mu))
        ),
        Trace(T * v * v.T)
        + kappa * Trace(T * g * w * v.T)
        + primed * Trace(T * v * w.T * h)
        + shifted,
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (
        rhs,
        definitions if rhs.has(primed) or rhs.has(gamma) else one_frequency,
    )


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, 80 teachers and shifts."""
    n = 80
    teachers, shifts = rng.standard_normal((2, n, n)) / n
    return {
        R: wishart_like(rng, n),
        T: wishart_like(rng, n),
        w: teachers,
        v: shifts,
        P: 60,
        lam: 0.4,
        mu: 0.9,
        variance: 0.3,
    }


theorems = stated(STATEMENTS, _published, values, order=6)

if __name__ == "__main__":
    run_all(theorems)
