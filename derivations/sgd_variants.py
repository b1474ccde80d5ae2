"""SGD with covariate shift, with momentum, in one pass: the same Volterra equation with
other forcings and kernels.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. Covariate shift changes the test forcing and kernel and leaves the training
equation alone. Momentum replaces (1 + rate lambda)^t by the polynomial of the heavy ball. In one
pass the data covariance is Sigma itself and the residual of a fresh sample drives both equations, R
+ sigma^2.

Valid for rate below 2 (1 + momentum)/h; one pass where one sample's share of a step is small, rate
Tr[Sigma]/batch. Each is compared with stochastic gradient descent on finite data, or with its exact
average.
"""

from __future__ import annotations

import numpy as np

from derivations._simulation import averaged, sgd
from derivations.random_features import STATEMENTS as FORCINGS
from derivations.sgd_curves import SETTING, WIDE, by_samples
from derivations.sgd_kernel import STATEMENTS as KERNELS
from derivations.theorem import SGD, Curves, run_all

SQUARE = np.random.default_rng(5).standard_normal((80, 160))
SHIFT = SQUARE @ SQUARE.T / 160
"""A test covariance that commutes with nothing."""


shifted = FORCINGS["F3 with covariate shift: Tr[T (lambda + F F.T C)^-1 w w.T (mu + C F F.T)^-1]"][
    0
]
kick = KERNELS["K with covariate shift: Tr[T H]/(1 - gamma_1)"][0]

theorems = (
    Curves(
        "SGD on random features, tested under another covariance",
        SGD,
        (shifted, kick),
        {
            "random features": by_samples(averaged, WIDE, 8, shift=SHIFT),
            "linear regression": by_samples(averaged, SETTING, 8, shift=SHIFT),
        },
    ),
    Curves(
        "SGD with momentum",
        SGD,
        (),
        {
            "random features": by_samples(
                sgd, {**WIDE, "momentum": 0.7, "learning_rate": 0.06}, 60
            ),
            "linear regression": by_samples(
                sgd, {**SETTING, "momentum": 0.9, "learning_rate": 0.02}, 60
            ),
        },
    ),
    Curves(
        "one-pass SGD",
        SGD,
        (),
        {
            "random features": by_samples(sgd, {**WIDE, "samples": None, "batch_size": 8}, 60),
            "linear regression": by_samples(sgd, {**SETTING, "samples": None, "batch_size": 8}, 60),
        },
    ),
)

if __name__ == "__main__":
    run_all(theorems)
