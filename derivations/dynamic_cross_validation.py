"""Cross-validation at every pair of times: the training loss is s s' times the test loss, in
frequency, noise included.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. Random features under gradient flow: the test error is Sigma, the training error
C, between (lambda + F F.T C)^-1 and its partner; w holds J teachers. s = lambda tr[(lambda + K)^-1]
is measured on the sample, K = Y F F.T Y.T; so F^ = s s' [F + sigma^2/(lambda mu)], two derivations
of one curve.

Valid off the spectrum; the curves in time are their inverse transforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import MatMul, symbols

import planar
from derivations.theorem import SGD, Routes, run_all, wishart_like

D, N, P, J = planar.dims("D N P J")
lam, mu = symbols("lambda mu", positive=True)
R, w = planar.deterministic("R", D, positive=True), planar.deterministic("w", D, J)
F = planar.Ginibre("F", D, N, variance=1 / N)
Y = planar.Ginibre("X", P, D, variance=1 / P) * R
C, Sigma, a = Y.T * Y, R * R, F * F.T
left, right = planar.resolvent(a * C, lam), planar.resolvent(C * a, mu)
gram, other = planar.resolvent(Y * a * Y.T, lam), planar.resolvent(Y * a * Y.T, mu)
scale = lam * mu * planar.tr(gram) * planar.tr(other)

test = D * planar.tr(Sigma * left * w * w.T * right)
train = D * planar.tr(C * left * w * w.T * right)
noise = D / P * planar.tr(MatMul(Sigma, left, a, C, a, right))


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """More features than samples, 80 teachers."""
    return {
        R: wishart_like(rng, 80),
        w: rng.standard_normal((80, 80)) / 80,
        N: 120,
        P: 60,
        lam: 0.4,
        mu: 0.9,
    }


theorems = (
    Routes(
        "training loss of the teachers ~ s s' test loss",
        SGD,
        (train, scale * test),
        values,
        order=6,
    ),
    Routes(
        "training loss of the noise: tr[(lambda + K)^-1 (mu + K)^-1] ~ s s' [ noise + 1 "
        "]/(lambda mu)",
        SGD,
        (planar.tr(gram * other), scale / (lam * mu) * (noise + 1)),
        values,
        order=6,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
