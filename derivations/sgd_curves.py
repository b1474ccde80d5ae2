"""SGD on linear regression and on random features, R(t) = F(t) + (rate^2/batch) sum
of K(t - 1 - s) R^(s).

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. Both losses are driven by the training loss R^, label noise included. F is a
double Cauchy integral of the published F3 and F4 with (1 + rate lambda)^t (1 + rate mu)^t, K a
single one of -P kappa_1 with (1 + rate lambda)^(2t), K^ of P lambda^2/kappa_1. What planar derives,
inverts and solves is compared with those formulas on a circle of 800 points, with the exact
recursion of the error's moments over all batches (G1), and with stochastic gradient descent on
finite data.

Valid for rate below 2/h, h the largest eigenvalue, to relative order 1/P and 1/D; the linear model
is N = infinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import planar
from derivations._simulation import averaged, four_errors, sgd
from derivations.random_features import STATEMENTS as FORCINGS
from derivations.sgd_kernel import STATEMENTS as KERNELS
from derivations.theorem import SGD, Axis, Curves, run_all

SPECTRUM = np.arange(1, 81) ** -1.2
TEACHER = np.arange(1, 81) ** -0.3 / 3
TIMES = np.array([0, 1, 3, 10, 30, 100, 300])
LONG = np.array([1, 10, 100, 1000, 10000])
SETTING: dict[str, Any] = {"samples": 120, "batch_size": 4, "learning_rate": 0.2, "noise": 0.1}
WIDE: dict[str, Any] = {**SETTING, "features": 60}


def derived(setting: Mapping[str, Any], times: Any = TIMES) -> Any:
    """Test and training loss, one row each."""
    curves = planar.dynamics.sgd_curves(spectrum=SPECTRUM, teacher=TEACHER, times=times, **setting)
    return np.array([curves.test, curves.train])


def published(setting: Mapping[str, Any]) -> Any:
    """The same from the published F and K: one Cauchy integral after another, step by step."""
    samples, rate, noise = setting["samples"], setting["learning_rate"], setting["noise"]
    features, radius = setting.get("features", 1e15), 1.6
    angles = 2 * np.pi * (np.arange(800) + 0.5) / 800
    z = radius * np.exp(1j * angles) - radius + 0.04
    weights = radius * np.exp(1j * angles) / 800
    two = np.full(z.shape, 100.0 + 0j)
    for scale in np.geomspace(1e3, 1, 30):
        for _ in range(5):
            g = 1 / (two[:, None] + SPECTRUM)
            df, slope = g @ SPECTRUM, -(g**2 @ SPECTRUM)
            a, b = 1 - df / samples, 1 - df / features
            gap = two * a * b - (z + scale - 1)
            two = two - gap / (a * b - two * slope * (b / samples + a / features))
    df = (SPECTRUM / (two[:, None] + SPECTRUM)).sum(axis=1)
    one, g = two * (1 - df / features), 1 / (two[:, None] + SPECTRUM)
    t, df2 = (g * SPECTRUM) @ g.T, (g * SPECTRUM**2) @ g.T
    gamma_two = df2 / features
    k = np.multiply.outer(two, two)
    gamma_one = (df2 + k * t**2 / (features * (1 - gamma_two))) / samples
    seen = (g * SPECTRUM * TEACHER**2) @ g.T + t / features * (
        (g * (SPECTRUM * TEACHER) ** 2) @ g.T
    ) / (1 - gamma_two)
    test = (k * seen + noise * gamma_one) / (1 - gamma_one) / np.multiply.outer(z, z)
    train = np.multiply.outer(z / one, z / one) * (test + noise / np.multiply.outer(z, z))
    steps = np.arange(max(TIMES) + 1)
    powers = (1 + rate * z) ** steps[:, None] * weights
    forcing = [((powers @ x) * powers).sum(axis=1).real for x in (test, train)]
    squares = (1 + rate * z) ** (2 * steps[:, None]) * weights
    kernels = [(squares @ x).real for x in (-samples * one, samples * z**2 / one)]
    losses = [forcing[0].copy(), forcing[1].copy()]
    for n in steps:
        for loss, f, kernel in zip(losses, forcing, kernels, strict=True):
            loss[n] = f[n] + rate**2 / setting["batch_size"] * (kernel[:n][::-1] @ losses[1][:n])
    return np.array([x[TIMES] for x in losses])


def by_formulas(setting: Mapping[str, Any]) -> Any:
    """Derived against published, six digits."""

    def compare(rng: np.random.Generator) -> tuple[Any, Any, Any]:
        other = published(setting)
        return derived(setting), other, 1e-6 * np.abs(other)

    return compare


def by_samples(
    simulation: Any,
    setting: Mapping[str, Any],
    draws: int,
    times: Any = TIMES,
    *,
    shift: Any = None,
) -> Any:
    """Derived against the mean over draws, within four standard errors and a finite-size term of 2
    %.

    ``shift`` is the covariance of the test inputs, where it is another one.
    """

    def compare(rng: np.random.Generator) -> tuple[Any, Any, Any]:
        ours = derived({**setting, "test_covariance": shift}, times)
        return ours, *four_errors(
            simulation, rng, draws, SPECTRUM, TEACHER, times, **setting, test=shift
        )

    return compare


AXES = {
    "against stochastic gradient descent, 1 to 10^4 steps": Axis(
        "steps", LONG.tolist(), "loss", ("test", "training")
    )
}

theorems = (
    Curves(
        "SGD on random features: Volterra equations with the derived forcing and kernel",
        SGD,
        (
            FORCINGS[
                "F3: Tr[Sigma (lambda + F F.T C)^-1 w w.T (mu + C F F.T)^-1], the forcing at "
                "two frequencies"
            ][0],
            KERNELS[
                "K: Tr[Sigma (lambda + F F.T C)^-1 F F.T C F F.T (mu + C F F.T)^-1] ~ P "
                "gamma_1/(1 - gamma_1)"
            ][0],
        ),
        {
            "against the published formulas": by_formulas(WIDE),
            "against the exact average over batches": by_samples(averaged, WIDE, 8),
            "against stochastic gradient descent, 1 to 10^4 steps": by_samples(sgd, WIDE, 20, LONG),
        },
        axes=AXES,
    ),
    Curves(
        "SGD on linear regression",
        SGD,
        (),
        {
            "against the published formulas": by_formulas(SETTING),
            "against the exact average over batches": by_samples(averaged, SETTING, 8),
            "against stochastic gradient descent, 1 to 10^4 steps": by_samples(
                sgd, SETTING, 20, LONG
            ),
        },
        axes=AXES,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
