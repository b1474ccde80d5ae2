"""Three resolvents, rungs between each pair and blocks that touch all three.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. With c = rho_12 t_12, c' = rho_23 t_23 the amplitudes of the inner pairs, the
outer pair sees V = (M1 + c A) G' (M2 + c' C) - R[x,y,z] t_12 t_23 A in place of M: a block that
touches all three has the weight R_B[x,y,z].

Valid for any rotation-invariant B; none of the matrices need be symmetric or commute. The Wishart
case is sampled: R_W[x,y,z] = q^2 s s' s''.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import SGD, Theorem, run_all

N, P = planar.dims("N P")
lam, mu, nu = symbols("lambda mu nu", positive=True)
A, C, D, M1, M2 = (planar.deterministic(name, N) for name in ("A", "C", "D", "M1", "M2"))
B, W = planar.RotationInvariant("B", N), planar.Wishart("W", N, P)


def expression(letter: Any) -> Expr:
    """Three resolvents of one letter."""
    return (
        planar.resolvent(A * letter, lam)
        * M1
        * planar.resolvent(C * letter, mu)
        * M2
        * planar.resolvent(D * letter, nu)
    )


def published(r: Callable[[Expr], Expr]) -> Any:
    """The composition of pair rungs and of the vertex of three, for one R-transform."""

    def formula(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
        s = symbols("s_1:4")
        x = symbols("x_1:4")
        rho12, rho23, rho13, rho123, t12, t23 = symbols("rho_12 rho_23 rho_13 rho_123 t_12 t_23")
        ridges, letters = (lam, mu, nu), (A, C, D)
        g = [Inverse(ridges[i] * Identity(N) + s[i] * letters[i]) for i in range(3)]

        def tr(*factors: Any) -> Expr:
            word = factors[0]
            for factor in factors[1:]:
                word = word * factor
            return Trace(word) / N

        def loop(i: int, j: int, rho: Expr) -> Expr:
            return 1 - rho * tr(g[i], letters[i], g[j], letters[j])

        definitions = {
            **{s[i]: r(-tr(g[i], letters[i])) for i in range(3)},
            **{x[i]: -tr(g[i], letters[i]) for i in range(3)},
            rho12: (s[0] - s[1]) / (x[0] - x[1]),
            rho23: (s[1] - s[2]) / (x[1] - x[2]),
            rho13: (s[0] - s[2]) / (x[0] - x[2]),
            rho123: (rho12 - rho23) / (x[0] - x[2]),
            t12: tr(g[0], M1, g[1], C) / loop(0, 1, rho12),
            t23: tr(g[1], M2, g[2], D) / loop(1, 2, rho23),
        }
        v = (M1 + rho12 * t12 * A) * g[1] * (M2 + rho23 * t23 * C) - rho123 * t12 * t23 * A
        outer = rho13 * tr(g[0], v, g[2], D) / loop(0, 2, rho13)
        return g[0] * v * g[2] + outer * g[0] * A * g[2], definitions

    return formula


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """q = 4/3; no matrix commutes with another or is symmetric."""
    n = 80
    some = (np.eye(n) + rng.standard_normal((n, n)) / (3 * np.sqrt(n)) for _ in range(5))
    return {**dict(zip((A, C, D, M1, M2), some, strict=True)), P: 60, lam: 0.7, mu: 1.1, nu: 1.9}


SHAPE = (
    "(lambda + A {0})^-1 M1 (mu + C {0})^-1 M2 (nu + D {0})^-1: pair rungs, and R[x,y,z] "
    "for blocks that touch all three"
)
theorems = (
    Theorem(SHAPE.format("B"), SGD, expression(B), published(Function("R_B")), order=3),
    Theorem(
        SHAPE.format("W"),
        SGD,
        expression(W),
        published(lambda z: 1 / (1 - N * z / P)),
        values,
        order=3,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
