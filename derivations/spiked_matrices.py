"""Outliers of spiked random matrices: position, threshold and overlap of Wigner, Wishart and
rectangular models, and of sums.

Source: Benaych-Georges and Nadakuditi, "The eigenvalues and eigenvectors of finite, low rank
perturbations of large random matrices", arXiv 0910.2120, and "The singular values and vectors of
low rank perturbations of large rectangular random matrices", arXiv 1103.2221; Baik, Ben Arous and
Peche, "Phase transition of the largest eigenvalue", arXiv math/0403022. A signal u u.T stands in H
+ theta u u.T, in Y.T Y with Y = X + theta v u.T (q = N/P, entries of variance 1/P), in a population
covariance 1 + l u u.T. By rule the matrix is split into f + L (1 - C)^-1 R; C is a one-point
function, det (1 - C) = 0 the outlier equation, which meets 1 - gamma = 0 at the threshold, and
two-point functions are the length of the eigenvector. Published: theta + 1/theta, 1 - 1/theta^2,
threshold 1; with s = theta^2 (1 + s)(q + s)/s, 1 - q (1 + s)/(s (s + q)), threshold q^(1/4); (1 +
l)(1 + q/l), threshold sqrt(q).

Valid for signals of finite rank that are free of the noise; at the threshold itself outliers stand
N^(-2/3) off the edge, and overlaps are N^(-1/3), where theory says zero: 0.2 at N = 300.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sympy import Identity, symbols

import planar
from derivations.theorem import Axis, Curves, run_all

SOURCE = (
    '"The eigenvalues and eigenvectors of finite, low rank perturbations of large random '
    'matrices", arXiv 0910.2120'
)
N, P = planar.dims("N P")
theta = symbols("theta", positive=True)
A = planar.deterministic("A", N, positive=True)
u, v = planar.deterministic("u", N, 1), planar.deterministic("v", P, 1)
H, X = planar.GOE("H", N), planar.Ginibre("X", P, N, variance=1 / P)

SIZE, SAMPLES, DRAWS = 300, 600, 12
Q = SIZE / SAMPLES
UNIT, LONG = np.eye(SIZE)[:, :1], np.eye(SAMPLES)[:, :1]
STEADY = np.linspace(0.5, 1.5, SIZE)

data = X + theta * v * u.T
wigner = planar.outliers(H + theta * u * u.T)
rectangular = planar.outliers(data.T * data)
covariance = planar.outliers(X * (Identity(N) + theta * u * u.T) * X.T)
mixed = planar.outliers(A * X.T * X * A + H + theta * u * u.T)
MODELS = {
    "Wigner": wigner,
    "rectangular": rectangular,
    "covariance": covariance,
    "A W A + H": mixed,
}
VALUES = {u: UNIT, v: LONG, A: planar.spectrum(STEADY), P: SAMPLES}


def published(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Position and overlap at three strengths, and the threshold, to eight digits and six."""
    ours, theirs = [], []
    three_models = (wigner, rectangular, covariance)
    edges = [_edge(name) for name in ("Wigner", "rectangular", "covariance")]
    for t in (1.1, 1.5, 3.0):
        asked: tuple[Any, ...] = ((u,), (u,), ())
        spikes = [
            m.find({**_held(m), theta: t}, *d, bulk=b)
            for m, d, (b, _) in zip(three_models, asked, edges, strict=True)
        ]
        one, two, three = (x for (x,) in spikes)
        s = t**2
        ours += [one.position, one.overlaps[u], two.position, two.overlaps[u], three.position]
        theirs += [
            t + 1 / t,
            1 - 1 / s,
            (1 + s) * (Q + s) / s,
            1 - Q * (1 + s) / (s * (s + Q)),
            (1 + t) * (1 + Q / t),
        ]
    ours += [threshold for _, threshold in edges]
    theirs += [1.0, Q**0.25, Q**0.5]
    return ours, theirs, np.array([1e-8] * 15 + [2e-6] * 3)


def sampled(
    name: str, strengths: tuple[float, ...]
) -> Callable[[np.random.Generator], tuple[Any, Any, Any]]:
    """Largest eigenvalue and squared overlap below, at and above the threshold; where there is
    none, the edge and zero.
    """

    def compare(rng: np.random.Generator) -> tuple[Any, Any, Any]:
        spikes, bulk, threshold = MODELS[name], *_edge(name)
        ours, means, allowed = [], [], []
        for t in strengths:
            last = spikes.find({**_held(spikes), theta: t}, u, bulk=bulk)[-1:]
            edge = bulk.intervals[-1][1]
            ours.append((last[0].position, last[0].overlaps[u]) if last else (edge, 0.0))
            draws = np.array([_top(name, t, rng) for _ in range(DRAWS)])
            means.append(draws.mean(axis=0))
            finite = (
                2 * SIZE ** (-2 / 3) * edge,
                2.5 * SIZE ** (-1 / 3) if t < 1.2 * threshold else 0.02,
            )
            allowed.append(4 * draws.std(axis=0, ddof=1) / np.sqrt(DRAWS) + np.array(finite))
        return np.array(ours).T, np.array(means).T, np.array(allowed).T

    return compare


@cache
def _edge(name: str) -> tuple[Any, float]:
    spikes = MODELS[name]
    bulk = spikes.support(_held(spikes))
    (threshold,) = spikes.threshold(theta, _held(spikes), bulk=bulk)
    return bulk, threshold


def _held(spikes: Any) -> dict[Any, Any]:
    return {
        letter: value
        for letter, value in VALUES.items()
        if spikes.matrix.has(letter) or letter in spikes.matrix.atoms()
    }


def _top(name: str, strength: float, rng: np.random.Generator) -> tuple[float, float]:
    g, x = (
        rng.standard_normal((SIZE, SIZE)),
        rng.standard_normal((SAMPLES, SIZE)) / np.sqrt(SAMPLES),
    )
    h, spike = (g + g.T) / np.sqrt(2 * SIZE), strength * UNIT @ UNIT.T
    x_spiked = x + strength * LONG @ UNIT.T
    matrix = {
        "Wigner": h + spike,
        "rectangular": x_spiked.T @ x_spiked,
        "A W A + H": (x * STEADY).T @ (x * STEADY) + h + spike,
    }[name]
    values, vectors = np.linalg.eigh(matrix)
    return float(values[-1]), float(vectors[0, -1] ** 2)


STRENGTHS = {
    "Wigner": (0.6, 1.0, 1.5, 2.5),
    "rectangular": (0.5, 0.84, 1.2, 2.0),
    "A W A + H": (2.0, 3.3, 4.0, 6.0),
}
theorems = (
    Curves(
        "spiked Wigner, rectangular and covariance matrices, and a sum of Wishart and Wigner",
        SOURCE,
        (u.T * planar.resolvent(H, symbols("lambda")) * u,),
        {
            "published forms": published,
            **{f"{name}, sampled": sampled(name, s) for name, s in STRENGTHS.items()},
        },
        axes={
            f"{name}, sampled": Axis(
                "strength",
                s,
                "largest eigenvalue, overlap",
                ("position", "overlap"),
                "linear",
                "linear",
            )
            for name, s in STRENGTHS.items()
        },
    ),
)

if __name__ == "__main__":
    run_all(theorems)
