"""Gradient flow on a noisy low-rank target: an outlier that carries it emerges from the start, and
drowns in fitted noise.

Source: a signal in a compound Wishart matrix, Benaych-Georges and Nadakuditi, arXiv 1103.2221;
linear maps learnt by flow as in "A dynamical model of neural scaling laws", arXiv 2402.01092. K
outputs y = theta u v.T x + noise of P white inputs in D dimensions, weights from independent
entries of variance 1/K by gradient flow: W(t) = theta u b.T + G B, b = (1 - e^(-t h)) v, B^2 = (1 -
e^(-t h))^2 K sigma^2/(P h) + e^(-2 t h), functions of the sample covariance h, and G a K x D matrix
of independent entries of variance 1/K that is free of them: the start and the noise are Gaussian
and add. Singular values of W(t) are those of a matrix with a signal; position, overlap with u and
the edge of the noise follow at every time. Early the start hides the target, late the noise that is
fitted at small h outgrows it.

Valid for K, D, P large at fixed ratios and noise independent of inputs; an edge fluctuates by
K^(-2/3), an overlap there by K^(-1/3).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import symbols

import planar
from derivations.theorem import Axis, Curves, run_all

SOURCE = (
    '"The singular values and vectors of low rank perturbations of large rectangular '
    'random matrices", arXiv 1103.2221'
)
D, K = planar.dims("D K")
theta = symbols("theta", positive=True)
u, b = planar.deterministic("u", K, 1), planar.deterministic("b", D, 1)
B = planar.deterministic("B", D, positive=True)
W = planar.Ginibre("G", K, D) * B + theta * u * b.T
model = planar.outliers(W * W.T)

OUTPUTS, INPUTS, SAMPLES, SIGMA, STRENGTH, DRAWS = 100, 100, 120, 1.0, 2.0, 20
TIMES = np.array([0.2, 1.5, 30.0])


def eigenvalues() -> Any:
    """Those of a sample covariance: D quantiles of the density of a Wishart matrix, derived."""
    N, P = planar.dims("N P")
    trace = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), symbols("lambda"))))
    low, high = trace.support({N: INPUTS, P: SAMPLES}).intervals[-1]
    turns = np.pi * (np.arange(4000) + 0.5) / 4000
    x = (low + high) / 2 - (high - low) / 2 * np.cos(turns)
    mass = np.cumsum(trace.density(x, {N: INPUTS, P: SAMPLES}).density * np.sin(turns))
    return np.interp((np.arange(INPUTS) + 0.5) / INPUTS, mass / mass[-1], x)


def derived() -> Any:
    """The largest singular value and its left vector's squared overlap with u at every time; the
    edge where there is none.
    """
    h, overlaps = eigenvalues(), []
    for t in TIMES:
        learnt = -np.expm1(-t * h)
        values = {
            u: np.eye(OUTPUTS)[:, :1],
            b: learnt[:, None] / np.sqrt(INPUTS),
            B: planar.spectrum(
                np.sqrt(learnt**2 * OUTPUTS * SIGMA**2 / (SAMPLES * h) + np.exp(-2 * t * h))
            ),
        }
        bulk = model.support(values)
        last = model.find({**values, theta: STRENGTH}, u, bulk=bulk)[-1:]
        overlaps.append(
            (last[0].position, last[0].overlaps[u]) if last else (bulk.intervals[-1][1], 0.0)
        )
    position, overlap = np.array(overlaps).T
    return np.array([np.sqrt(position), overlap])


def sampled(rng: np.random.Generator) -> Any:
    """The same of gradient flow itself on drawn data."""
    v = np.full(INPUTS, 1 / np.sqrt(INPUTS))
    overlaps = []
    for _ in range(DRAWS):
        x = rng.standard_normal((SAMPLES, INPUTS))
        start = rng.standard_normal((OUTPUTS, INPUTS)) / np.sqrt(OUTPUTS)
        noise = SIGMA * rng.standard_normal((OUTPUTS, SAMPLES))
        y = noise + STRENGTH * np.eye(OUTPUTS)[:, :1] * (x @ v)
        h, basis = np.linalg.eigh(x.T @ x / SAMPLES)
        drawn = []
        for t in TIMES:
            learnt = (y @ x / SAMPLES @ basis) * (-np.expm1(-t * h) / h)
            weights = (learnt + start @ basis * np.exp(-t * h)) @ basis.T
            left, singular, _ = np.linalg.svd(weights)
            drawn.append((singular[0], left[0, 0] ** 2))
        overlaps.append(np.array(drawn).T)
    return np.array(overlaps)


def compare(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Within four standard errors, and what edges fluctuate by, 2 K^(-2/3) of the position and 2
    K^(-1/3) of the overlap.
    """
    ours, draws = derived(), sampled(rng)
    hidden = ours[1] < 0.2
    finite = np.array(
        [
            np.where(hidden, 2 * OUTPUTS ** (-2 / 3), 0.02) * ours[0],
            np.where(hidden, 2 * OUTPUTS ** (-1 / 3), 0.03),
        ]
    )
    return ours, draws.mean(axis=0), 4 * draws.std(axis=0, ddof=1) / np.sqrt(DRAWS) + finite


NAMES = ("largest singular value", "overlap with the target")
theorems = (
    Curves(
        "the transient outlier of gradient flow",
        SOURCE,
        (),
        {"largest singular value and overlap": compare},
        axes={
            "largest singular value and overlap": Axis(
                "time", TIMES.tolist(), "singular value, overlap", NAMES, upward="linear"
            )
        },
    ),
)

if __name__ == "__main__":
    run_all(theorems)
