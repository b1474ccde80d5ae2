"""Bias and variances of random features, of the features, the sample, both, the noise;
ensembles of features.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. Two
predictors that share nothing have the bias kappa_2^2 Tr[w.T Sigma g^2 w] in common; those that
share features alone also the variance of the features, those that share the sample alone bias/(1 -
gamma_X) with gamma_X = Tr[Sigma^2 g^2]/P, and of the noise sigma^2 gamma_X/(1 - gamma_X). What the
risk has beyond these is their interaction. An average over E feature draws on one sample has the
risk R/E + (1 - 1/E)(bias + sigma^2 gamma_X)/(1 - gamma_X). w holds J teachers; F, G are independent
features and X, Z independent data.

Valid for one ridge off the spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, MatMul, Symbol, Trace

import planar
from derivations.random_features_risk import (
    D,
    F,
    N,
    P,
    R,
    Sigma,
    Y,
    definitions,
    g,
    kept,
    lam,
    left,
    risk,
    two,
    values,
    variance,
    w,
)
from derivations.theorem import run_all, stated

G = planar.Ginibre("G", D, N, variance=1 / N)
Z = planar.Ginibre("Z", P, D, variance=1 / P) * R
members = planar.dims("E")
bias = two**2 * Trace(w.T * Sigma * g * g * w)
gamma_x = Trace(Sigma**2 * g * g) / P


def common(features: Any, data: Any) -> Expr:
    """lambda^2 Tr[Sigma (lambda + F F.T C)^-1 w w.T (lambda + C' F' F'.T)^-1], the part of two
    predictors' errors in common.
    """
    partner = planar.resolvent(data.T * data * features * features.T, lam)
    return D * lam**2 * planar.tr(Sigma * left * w * w.T * partner)


def noise(features: Any) -> Expr:
    """The same for the label noise, which two predictors on one sample share."""
    partner = planar.resolvent(Y.T * Y * features * features.T, lam)
    return D / P * planar.tr(MatMul(Sigma, left, F, F.T, Y.T, Y, features, features.T, partner))


whole = common(F, Y) + variance * noise(F)
across = common(G, Y) + variance * noise(G)

STATEMENTS: dict[str, tuple[Expr, Expr]] = {
    "bias, features and sample independent: kappa_2^2 Tr[w.T Sigma g^2 w]": (common(G, Z), bias),
    "bias and variance of the features, sample independent: + kappa_2^2 t/N Tr[w.T Sigma^2 g^2 "
    "w]/(1 - gamma_2)": (
        common(F, Z),
        kept,
    ),
    "bias and variance of the sample, features independent: bias/(1 - gamma_X)": (
        common(G, Y),
        bias / (1 - gamma_x),
    ),
    "noise that survives an ensemble of features: gamma_X/(1 - gamma_X)": (
        noise(G),
        gamma_x / (1 - gamma_x),
    ),
    "ensemble of E feature draws: R/E + (1 - 1/E) (bias + sigma^2 gamma_X)/(1 - gamma_X)": (
        whole / members + (1 - 1 / members) * across,
        risk / members + (1 - 1 / members) * (bias + variance * gamma_x) / (1 - gamma_x),
    ),
}


def _published(
    rhs: Expr,
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    return lambda derived: (rhs, definitions)


def drawn(rng: np.random.Generator) -> Mapping[Any, Any]:
    """The values of derivations.random_features_risk, and five members of an ensemble."""
    return {**values(rng), members: 5}


theorems = stated(STATEMENTS, _published, drawn, order=8)

if __name__ == "__main__":
    run_all(theorems)
