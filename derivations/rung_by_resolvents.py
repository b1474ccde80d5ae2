"""The rung by two resolvents of B alone, R[x,y] = 1/(x y) - 1/tr[(z - B)^-1 (z' - B)^-1].

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. So the ladder of the master formula is that of dynamical mean-field theory, which
writes the bracket. The two-point function of B alone, at z = -lambda and z' = -mu, is 1/(1/(x y) -
R[x,y]), and yields R[x,y] of a numeric spectrum without the cancellation of a divided difference.

Valid for any rotation-invariant B, lambda and mu off its spectrum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Function, Symbol, symbols

import planar
from derivations.theorem import SGD, Theorem, run_all

N = planar.dims("N")
lam, mu = symbols("lambda mu", positive=True)
B = planar.RotationInvariant("B", N)
C = planar.RotationInvariant("C", N, spectrum=(1, 1, 3))


def expression(letter: Any) -> Expr:
    """tr[(lambda + B)^-1 (mu + B)^-1]."""
    return planar.tr(planar.resolvent(letter, lam) * planar.resolvent(letter, mu))


def by_the_rung(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """1/(1/(x y) - R[x,y]) with x = -1/(lambda + s), s = R(x)."""
    s, t, x, y, rho = symbols("s s' x y rho")
    r = Function("R_B")
    definitions = {
        s: r(-1 / (lam + s)),
        t: r(-1 / (mu + t)),
        x: -1 / (lam + s),
        y: -1 / (mu + t),
        rho: (s - t) / (x - y),
    }
    return 1 / (1 / (x * y) - rho), definitions


def by_the_spectrum(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """The average over the eigenvalues."""
    return (2 / ((lam + 1) * (mu + 1)) + 1 / ((lam + 3) * (mu + 3))) / 3, {}


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """Two spectral parameters."""
    return {N: 60, lam: 0.4, mu: 1.3}


Formula = Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]
theorems = (
    Theorem(
        "tr[(lambda + B)^-1 (mu + B)^-1] ~ 1/(1/(x y) - R[x,y])", SGD, expression(B), by_the_rung
    ),
    Theorem(
        "tr[(lambda + C)^-1 (mu + C)^-1], C of eigenvalues 1, 1, 3",
        SGD,
        expression(C),
        by_the_spectrum,
        values,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
