"""One model by two routes: W = X.T X with X of Ginibre's law, O B O.T by its spectrum, GOE by its
free cumulants.

Source: Nica and Speicher, "Lectures on the combinatorics of free probability". No formula is
compared with: each side is derived for itself, and both must be the same series. Ginibre and Haar
letters alternate with their transposes, the letters of the other sides are their own.

Valid for each pair of laws where both have the free cumulants named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, symbols

import planar
from derivations.theorem import Routes, run_all, wishart_like

N, P = planar.dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A = planar.deterministic("A", N, positive=True)
M = planar.deterministic("M", N)
B = planar.deterministic("B", N, symmetric=True)
O = planar.HaarOrthogonal("O", N)
X = planar.Ginibre("X", P, N, variance=1 / P)
spectrum = (1, 1, 3)


def semicircle(rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
    """A Gaussian Hermitian matrix whose free cumulants are 0, 1, 0, 0, ..."""
    x, y = rng.standard_normal((2, n, n))
    return np.asarray((x + x.T + 1j * (y - y.T)) / (2 * np.sqrt(n)))


W = planar.Wishart("W", N, P)
H = planar.GOE("H", N)
rotated = planar.RotationInvariant("C", N, spectrum=spectrum)
given = planar.RotationInvariant("G", N, cumulants=[0, 1], sampler=semicircle)


def one_point(m: Expr) -> Expr:
    """``(lambda + m)^-1``."""
    return planar.resolvent(m, lam)


def two_point(m: Expr) -> Expr:
    """``(lambda + m)^-1 M (mu + m.T)^-1``."""
    return planar.resolvent(m, lam) * M * planar.resolvent(m.T, mu)


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3 or so; lambda and mu lie beyond the semicircle."""
    n = 81
    m = np.eye(n) + rng.standard_normal((n, n)) / np.sqrt(n)
    return {
        A: wishart_like(rng, n),
        B: np.diag(np.resize(spectrum, n)),
        M: m,
        P: 60,
        lam: 3.0,
        mu: 4.0,
    }


MODELS: dict[str, tuple[Expr, Expr]] = {
    "A W = A X.T X": (A * W, A * X.T * X),
    "A C = A O B O.T, C of the spectrum of B": (A * rotated, A * O * B * O.T),
    "A + C = A + O B O.T, C of the spectrum of B": (A + rotated, A + O * B * O.T),
    "A + H = A + G, G of free cumulants 0, 1": (A + H, A + given),
}
POINTS: dict[str, Callable[[Expr], Expr]] = {
    "one resolvent of {}": one_point,
    "two resolvents of {}": two_point,
}

theorems = tuple(
    Routes(
        point.format(name),
        'Nica and Speicher, "Lectures on the combinatorics of free probability"',
        (function(one), function(other)),
        values,
        {B: np.diag(spectrum)} if other.has(B) else {},
        order=6,
    )
    for name, (one, other) in MODELS.items()
    for point, function in POINTS.items()
)

if __name__ == "__main__":
    run_all(theorems)
