"""A Wishart matrix without a ridge: lambda (lambda + A W)^-1 ~ kappa (kappa + A)^-1 as lambda -> 0,
on either side of q = 1.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. For q < 1
and positive A kappa goes to zero; for q > 1 it stays, at q df1(kappa) = 1, and the limit is the
projection onto what the sample does not see. Two resolvents keep gamma = q df2(kappa, kappa) < 1.
planar takes the limit of what it derived; it is compared with the published equation, solved by
bisection, and with projections of sampled matrices.

Valid for A without null space and q not 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import symbols

import planar
from derivations.theorem import SCALING, Curves, run_all

N, P = planar.dims("N P")
lam = symbols("lambda", positive=True)
A = planar.deterministic("A", N, positive=True)
W = planar.Wishart("W", N, P)
one = lam * planar.tr(A * planar.resolvent(A * W, lam))
two = lam**2 * planar.tr(A * planar.resolvent(A * W, lam) * planar.resolvent(W * A, lam))
SPECTRUM = np.geomspace(0.1, 1, 80)
SAMPLES = (160, 60, 30)


def derived() -> Any:
    """One- and two-point limits for each number of samples."""
    limits = [planar.derive(expression).limit(lam, 0) for expression in (one, two)]
    return np.array(
        [
            [limit.evaluate({A: planar.spectrum(SPECTRUM), P: p}) for p in SAMPLES]
            for limit in limits
        ]
    )


def by_bisection(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """kappa = 0, or where q df1 = 1; then kappa tr[A g], and kappa^2 (tr[A g^2] + tr[A^3 g^2] q
    tr[g^2]/(1 - gamma)).
    """
    rows = []
    for p in SAMPLES:
        low, high = 0.0, 1e3
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if np.sum(SPECTRUM / (middle + SPECTRUM)) > p else (low, middle)
            )
        kappa = high if p < len(SPECTRUM) else 0.0
        g, q = 1 / (kappa + SPECTRUM), len(SPECTRUM) / p
        gamma = q * np.mean((SPECTRUM * g) ** 2)
        ladder = np.mean(SPECTRUM**3 * g**2) * q * np.mean(g**2) / (1 - gamma)
        rows.append((kappa * np.mean(SPECTRUM * g), kappa**2 * (np.mean(SPECTRUM * g**2) + ladder)))
    return derived(), np.array(rows).T, 1e-8


def by_projections(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """lambda (lambda + A W)^-1 -> A^1/2 Q A^-1/2 with Q the projection onto the null space of A^1/2
    W A^1/2.
    """
    root, draws = np.sqrt(SPECTRUM), 300
    traces = np.zeros((draws, 2, len(SAMPLES)))
    for draw in range(draws):
        for i, p in enumerate(SAMPLES):
            x = (rng.standard_normal((p, 80)) + 1j * rng.standard_normal((p, 80))) * root
            rows = np.linalg.svd(x, full_matrices=True)[2][min(p, 80) :]
            oblique = root[:, None] * (rows.conj().T @ rows) / root
            traces[draw, 0, i] = np.trace(SPECTRUM[:, None] * oblique).real / 80
            traces[draw, 1, i] = (
                np.trace(SPECTRUM[:, None] * (oblique @ oblique.conj().T)).real / 80
            )
    return derived(), traces.mean(axis=0), 4 * traces.std(axis=0, ddof=1) / np.sqrt(draws) + 1e-3


theorem = Curves(
    "ridgeless limits of one and of two resolvents",
    SCALING,
    (one, two),
    {
        "against the published equations, by bisection": by_bisection,
        "against projections of samples": by_projections,
    },
)

if __name__ == "__main__":
    run_all([theorem])
