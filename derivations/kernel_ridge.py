"""Kernel ridge regression is ridge regression on the kernel's eigenfeatures: the dual predictor has
the risk of the primal one.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. With
eigenfeatures of covariance Lambda = R R, Phi = sqrt(P) Y, the kernel's Gram matrix is Phi Phi.T = P
Y Y.T and the predictor k(x).T (Phi Phi.T + P lambda)^-1 y: the ridge of the kernel is P lambda. Its
error w - Y.T (lambda + Y Y.T)^-1 (Y w + noise) is derived from the Gram side, and equals the one
derived from the feature side.

Valid where eigenfeatures act as Gaussian ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Identity, symbols

import planar
from derivations.theorem import SCALING, Routes, run_all, wishart_like

N, P, J = planar.dims("N P J")
lam, mu = symbols("lambda mu", positive=True)
R, w = planar.deterministic("R", N, positive=True), planar.deterministic("w", N, J)
Lambda = R * R
Y = planar.Ginibre("X", P, N, variance=1 / P) * R
left, right = planar.resolvent(Y.T * Y, lam), planar.resolvent(Y.T * Y, mu)
gram, other = planar.resolvent(Y * Y.T, lam), planar.resolvent(Y * Y.T, mu)
one = Identity(N)

primal = N * lam * mu * planar.tr(Lambda * left * w * w.T * right)
dual = N * planar.tr(Lambda * (one - Y.T * gram * Y) * w * w.T * (one - Y.T * other * Y))


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3, 80 teachers."""
    n = 80
    return {R: wishart_like(rng, n), w: rng.standard_normal((n, n)) / n, P: 60, lam: 0.4, mu: 0.9}


theorems = (
    Routes(
        "risk of the teachers: from the features, and from the kernel",
        SCALING,
        (primal, dual),
        values,
    ),
    Routes(
        "risk of the noise: from the features, and from the kernel",
        SCALING,
        (
            N / P * planar.tr(Lambda * left * Y.T * Y * right),
            planar.tr(gram * Y * Lambda * Y.T * other),
        ),
        values,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
