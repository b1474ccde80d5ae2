"""R-transforms at work: semicircle, shifted semicircle, projection and a two-bulk spectrum
added to a matrix.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592.
Each ensemble enters (z + A + B)^-1 ~ (kappa + A)^-1, kappa = z + R_B(-tr g).

Valid for lambda off the spectrum of each letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Rational, Symbol, Trace, sqrt, symbols

import planar
from derivations.theorem import Theorem, run_all, wishart_like

N, K = planar.dims("N K")
z = symbols("z", positive=True)
A = planar.deterministic("A", N, positive=True)
mean, variance = Rational(1, 3), Rational(1, 2)
p = K / N


def two_bulk(x: Expr) -> Expr:
    """R of half the mass at 1 and half at 3, the root of mean 1/(1 + x (R - b)) = 1 that is 2 at x
    = 0.
    """
    return 2 + 2 * x / (1 + sqrt(1 + 4 * x**2))


laws: dict[str, tuple[Any, Callable[[Expr], Expr]]] = {
    "semicircle": (planar.GOE("B", N), lambda x: x),
    "shifted semicircle": (
        planar.RotationInvariant(
            "B", N, cumulants=[mean, variance], sampler=lambda rng, n: _shifted(rng, n)
        ),
        lambda x: mean + variance * x,
    ),
    "projection": (
        planar.RandomProjection("B", N, K),
        lambda x: 2 * p / (1 - x + sqrt((1 - x) ** 2 + 4 * p * x)),
    ),
    "two bulks": (planar.RotationInvariant("B", N, spectrum=[1, 3]), two_bulk),
}


def _shifted(rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
    pair = rng.standard_normal((2, n, n))
    x = (pair[0] + 1j * pair[1]) / np.sqrt(2)
    return np.asarray(
        float(mean) * np.eye(n) + np.sqrt(float(variance)) * (x + x.conj().T) / np.sqrt(2 * n)
    )


def _published(
    r: Callable[[Expr], Expr],
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
        kappa = Symbol("kappa")
        g = Inverse(kappa * Identity(N) + A)
        return g, {kappa: z + r(-Trace(g) / N)}

    return published


def _values(law: Any) -> Callable[[np.random.Generator], Mapping[Any, Any]]:
    def values(rng: np.random.Generator) -> Mapping[Any, Any]:
        return {
            A: wishart_like(rng, 80),
            z: 3.0,
            **({K: 30} if isinstance(law, planar.RandomProjection) else {}),
        }

    return values


theorems = tuple(
    Theorem(
        f"(z + A + B)^-1 ~ (kappa + A)^-1, kappa = z + R_B(-tr g), B a {name}",
        '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592',
        planar.resolvent(A + law, z),
        _published(r),
        _values(law),
    )
    for name, (law, r) in laws.items()
)

if __name__ == "__main__":
    run_all(theorems)
