"""A bare random letter between two non-commuting matrices, (lambda + A B)^-1 M1 B M2 (mu + A'
B)^-1.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. The master formula with M replaced by V, whose weights are divided differences
with a node at 0.

Valid for any rotation-invariant B; the matrices need neither be symmetric nor commute.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all

N = planar.dims("N")
lam, mu = symbols("lambda mu", positive=True)
A, F, M1, M2 = (planar.deterministic(name, N) for name in ("A", "F", "M1", "M2"))
B = planar.RotationInvariant("B", N)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """V = R(0) M1 M2 - R[0,y] tr[M2 G'A'] M1 - R[x,0] tr[G M1] A M2 + R[x,0,y] tr[G M1] tr[M2 G'A']
    A.
    """
    s, t, x, y, rho, gamma, to_x, to_y, through = symbols("s s' x y rho gamma rho_x rho_y rho_xy")
    left, right = Inverse(lam * Identity(N) + s * A), Inverse(mu * Identity(N) + t * F)
    r = Function("R_B")
    r0 = r(0)
    definitions = {
        s: r(-Trace(left * A) / N),
        t: r(-Trace(right * F) / N),
        x: -Trace(left * A) / N,
        y: -Trace(right * F) / N,
        rho: (s - t) / (x - y),
        to_x: (s - r0) / x,
        to_y: (t - r0) / y,
        through: (to_x - to_y) / (x - y),
        gamma: rho * Trace(left * A * right * F) / N,
    }
    a, b = Trace(left * M1) / N, Trace(M2 * right * F) / N
    v = r0 * M1 * M2 - to_y * b * M1 - to_x * a * A * M2 + through * a * b * A
    return left * v * right + rho * Trace(left * v * right * F) / N / (
        1 - gamma
    ) * left * A * right, definitions


theorem = Theorem(
    "(lambda + A B)^-1 M1 B M2 (mu + A' B)^-1: the master formula with M replaced by V",
    '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models", '
    "arXiv 2502.05074",
    planar.resolvent(A * B, lam) * M1 * B * M2 * planar.resolvent(F * B, mu),
    published,
    order=3,
)

if __name__ == "__main__":
    run_all([theorem])
