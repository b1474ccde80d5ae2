"""Wigner and Wishart matrices with a variance profile of finite rank: one unknown a factor, where a
white matrix has one.

Source: Ajanki, Erdos and Krueger, "Quadratic vector equations on complex upper half-plane", arXiv
1506.05095; Hachem, Loubaton and Najim, "Deterministic equivalents for certain functionals of large
random matrices", arXiv math/0507172. E H_ij^2 = S_ij/N with S = sum over r of a_r a_r.T, or E
X_ij^2 = S_ij/P, S = sum of c_r b_r.T: independent Gaussians add, so these are sums of A_r H_r A_r,
or of C_r X_r B_r, the letters roots of the factors. Rank one is a separable covariance; blocks are
one factor for each row of blocks. The general equation -1/m_i = z + (1/N) sum over j of S_ij m_j,
in as many unknowns as entries, is solved here by its own iteration, and gives the same resolvent
from a few unknowns; the entries are sampled as sqrt(S_ij) times independent normals, whatever the
factors.

Valid for bounded profiles of fixed rank, to relative order 1/N; answers are named systems, also for
two resolvents.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sympy import symbols

import planar
from derivations.theorem import Axis, Curves, run_all

SOURCE = '"Quadratic vector equations on complex upper half-plane", arXiv 1506.05095'
N, P = planar.dims("N P")
lam, mu = symbols("lambda mu")
A, B = (planar.deterministic(x, N, positive=True) for x in "AB")
C, E = (planar.deterministic(x, P, positive=True) for x in "CE")
T, M = planar.deterministic("T", N), planar.deterministic("M", N)

H = planar.variance_profile("H", [(A, A), (B, B)], symmetric=True)
X = planar.variance_profile("X", [(C, A), (E, B)])
WIGNER = planar.tr(planar.resolvent(H, lam))
ONE = planar.tr(T * planar.resolvent(X.T * X, lam))
TWO = planar.tr(T * planar.resolvent(X.T * X, lam) * M * planar.resolvent(X.T * X, mu))

SIZE, SAMPLES = 160, 240
ROWS, LONG = np.linspace(0, 1, SIZE), np.linspace(0, 1, SAMPLES)
BLOCK = (ROWS < 0.4).astype(float)
"""Two blocks for the Wigner matrix: 2.3 within the first, 0.3 elsewhere and so on; a smooth profile
of rank two beside it.
"""
FACTORS = {"blocks": (1.4 * BLOCK, np.full(SIZE, 0.55)), "smooth": (1.5 * ROWS, 1 - 0.8 * ROWS)}
DATA = (1 + LONG, np.cos(3 * LONG) ** 2, 1.2 - ROWS, ROWS**2)
"""Roots of the factors of the profile of the data: C, E, A, B."""
ENERGIES, HEIGHT = np.linspace(-3, 3, 13), 0.15


@cache
def smoothed(profile: str) -> Any:
    """Density of eigenvalues at some height above the axis, derived."""
    a, b = FACTORS[profile]
    kernel = planar.derive(WIGNER).compile()
    return -kernel({A: np.diag(a), B: np.diag(b), lam: -ENERGIES - 1j * HEIGHT}).imag / -np.pi


def vector_equation(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """The same from the quadratic vector equation in N unknowns, by damped iteration, to 1e-10."""
    ours, theirs = [], []
    for profile, (a, b) in FACTORS.items():
        s = (np.outer(a**2, a**2) + np.outer(b**2, b**2)) / SIZE
        m = np.full((SIZE, len(ENERGIES)), 1j)
        for _ in range(500):
            m = (m - 1 / (ENERGIES + 1j * HEIGHT + s @ m)) / 2
        ours.append(smoothed(profile))
        theirs.append(m.mean(axis=0).imag / np.pi)
    return ours, theirs, 1e-9


def wigner(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """Density of Wigner matrices whose entries are drawn with their variances."""
    means, errors = [], []
    for a, b in FACTORS.values():
        root = np.sqrt(np.outer(a**2, a**2) + np.outer(b**2, b**2))
        traces = []
        for _ in range(draws):
            g = rng.standard_normal((SIZE, SIZE))
            values = np.linalg.eigvalsh(root * (g + g.T) / np.sqrt(2 * SIZE))
            traces.append(
                np.mean(1 / (values[:, None] - ENERGIES - 1j * HEIGHT), axis=0).imag / np.pi
            )
        means.append(np.mean(traces, axis=0))
        errors.append(np.std(traces, axis=0, ddof=1) / np.sqrt(draws))
    return [smoothed(p) for p in FACTORS], means, 4 * np.array(errors) + 0.01


def wishart(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """tr[T R] and tr[T R M R'] of X.T X with T and M that commute with nothing, at two pairs of
    ridges.
    """
    t, m = np.eye(SIZE) + rng.standard_normal((2, SIZE, SIZE)) / np.sqrt(SIZE)
    c, e, a, b = DATA
    values = {A: np.diag(a), B: np.diag(b), C: np.diag(c), E: np.diag(e), T: t, M: m}
    ridges = np.array([0.05, 0.4]), np.array([0.1, 1.0])
    one = planar.derive(ONE).evaluate(
        {**{x: y for x, y in values.items() if x != M}, lam: ridges[0]}
    )
    ours = [one, planar.derive(TWO).evaluate({**values, lam: ridges[0], mu: ridges[1]})]
    root = np.sqrt(np.outer(c**2, a**2) + np.outer(e**2, b**2))
    traces = []
    for _ in range(draws):
        x = root * rng.standard_normal((SAMPLES, SIZE)) / np.sqrt(SAMPLES)
        w = x.T @ x
        left, right = (np.linalg.inv(w + r[:, None, None] * np.eye(SIZE)) for r in ridges)
        traces.append(
            [
                np.einsum("ij,rji->r", t, left) / SIZE,
                np.einsum("rij,rji->r", t @ left, m @ right) / SIZE,
            ]
        )
    errors = np.std(traces, axis=0, ddof=1) / np.sqrt(draws)
    return np.real(ours), np.mean(traces, axis=0), 4 * errors + 0.01 * np.abs(np.real(ours))


theorems = (
    Curves(
        "Wigner and Wishart matrices with a variance profile",
        SOURCE,
        (WIGNER, ONE),
        {
            "against the quadratic vector equation": vector_equation,
            "density of Wigner matrices, sampled": wigner,
            "one and two resolvents of Wishart matrices, sampled": wishart,
        },
        draws=45,
        axes={
            "density of Wigner matrices, sampled": Axis(
                "x", ENERGIES.tolist(), "density at height 0.15", tuple(FACTORS), "linear", "linear"
            )
        },
    ),
)

if __name__ == "__main__":
    run_all(theorems)
