"""Where SGD settles, and at what: (rate/batch) Tr[H/(2 - rate H)] ~ -(D/batch)
df1(kappa_2(-2/rate)) < 1.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. The sum of the kernel of the training loss is one resolvent at lambda = -2/rate,
beyond the spectrum. Losses settle where the gain (rate^2/batch) sum K^ is below one, at R^ = F^/(1
- gain) and R = F + (rate^2/batch) sum K R^, with F the ridgeless risk. Compared with the trace over
sampled matrices, with the curves at late times, and with SGD on either side of the bound.

Valid for rate below 2/h, h the largest eigenvalue.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sympy import symbols

import planar
from derivations._simulation import averaged, four_errors, sgd
from derivations.theorem import SGD, Curves, run_all

D, N, P = planar.dims("D N P")
z = symbols("z")
R = planar.deterministic("R", D, positive=True)
F, X = planar.Ginibre("F", D, N, variance=1 / N), planar.Ginibre("X", P, D, variance=1 / P)
H = F * F.T * R * X.T * X * R
spread = D * planar.tr(planar.resolvent(H, z) * H)

SPECTRUM = np.linspace(0.4, 1.2, 60)
TEACHER = np.ones(60) / 8
LATE = np.array([300])
SETTING: dict[str, Any] = {
    "samples": 100,
    "features": 40,
    "batch_size": 12,
    "learning_rate": 0.15,
    "noise": 0.1,
}


@cache
def curves(time: int = 0, **changes: Any) -> Any:
    """The derived curves, at one time: gain and limit ask for none."""
    return planar.dynamics.sgd_curves(
        spectrum=SPECTRUM, teacher=TEACHER, times=[time], **{**SETTING, **changes}
    )


def by_one_resolvent(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """The gain from the kernel's sum, and from Tr[H (z + H)^-1] at z = -2/rate."""
    rate, batch = SETTING["learning_rate"], SETTING["batch_size"]
    root = planar.spectrum(np.sqrt(SPECTRUM))
    values = {R: root, N: SETTING["features"], P: SETTING["samples"], z: -2 / rate}
    return curves().gain, -np.real(planar.derive(spread).evaluate(values)) / batch, 1e-9


def by_matrices(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """(rate/batch) Tr[H (2 - rate H)^-1] over sampled matrices."""
    rate, batch, gains = SETTING["learning_rate"], SETTING["batch_size"], []
    for _ in range(100):
        x = rng.standard_normal((SETTING["samples"], 60)) * np.sqrt(SPECTRUM)
        f = rng.standard_normal((60, SETTING["features"])) / np.sqrt(SETTING["features"])
        h = np.linalg.eigvalsh((x @ f).T @ (x @ f) / SETTING["samples"])
        gains.append(rate / batch * np.sum(h / (2 - rate * h)))
    return (
        curves().gain,
        np.mean(gains),
        4 * np.std(gains, ddof=1) / np.sqrt(100) + 0.005 * np.mean(gains),
    )


def by_late_times(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """The limit against the curve itself."""
    late = curves(5000)
    return np.array(curves().limit), np.array([late.test[0], late.train[0]]), 1e-6


def by_averages(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """The limit against the exact recursion over all batches."""
    mean, allowed = four_errors(averaged, rng, 8, SPECTRUM, TEACHER, LATE, **SETTING)
    return np.array(curves().limit), mean[:, 0], allowed[:, 0]


def by_divergence(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Single samples, on either side of the bound: whether the loss of a run stays of the order of
    the first.
    """
    rates = [0.02, 0.25]
    stable = [curves(batch_size=1, learning_rate=rate).stable for rate in rates]
    ends = []
    for rate in rates:
        single = {**SETTING, "batch_size": 1, "learning_rate": rate}
        ((test, _),) = sgd(rng, 1, SPECTRUM, TEACHER, np.array([0, 150]), **single)
        ends.append(bool(test[1] < 10 * test[0]))
    return np.array(stable, float), np.array(ends, float), 0.0


theorems = (
    Curves(
        "gain of SGD and its static limit",
        SGD,
        (spread,),
        {
            "gain: kernel, and one resolvent at -2/rate": by_one_resolvent,
            "gain: derived, and over sampled matrices": by_matrices,
            "limit: derived, and the curve after 5000 steps": by_late_times,
            "limit: derived, and the exact average over batches": by_averages,
            "settles (1) or not (0): derived, and a run of SGD": by_divergence,
        },
    ),
)

if __name__ == "__main__":
    run_all(theorems)
