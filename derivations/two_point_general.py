"""Two resolvents of any rotation-invariant matrix, the master formula with every matrix in
general position.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. None of A1, ..., A4, C, C', M need be symmetric or commute.

Valid for any rotation-invariant B, lambda and mu off the spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all

N = planar.dims("N")
lam, mu = symbols("lambda mu", positive=True)
A1, A2, A3, A4, C, D, M = (
    planar.deterministic(name, N) for name in ("A1", "A2", "A3", "A4", "C", "D", "M")
)
B = planar.RotationInvariant("B", N)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``G M G' + rho tr[A2 G M G' A3]/(1 - gamma) G A1 A4 G'``, gamma = rho tr[A2 G A1 A4 G' A3],
    rho = R_B[x, y].
    """
    s, t, x, y, rho, gamma = symbols("s s' x y rho gamma")
    left, right = (
        Inverse(lam * Identity(N) + C + s * A1 * A2),
        Inverse(mu * Identity(N) + D + t * A3 * A4),
    )
    r = Function("R_B")
    definitions = {
        s: r(-Trace(A2 * left * A1) / N),
        t: r(-Trace(A4 * right * A3) / N),
        x: -Trace(A2 * left * A1) / N,
        y: -Trace(A4 * right * A3) / N,
        rho: (s - t) / (x - y),
        gamma: rho * Trace(A2 * left * A1 * A4 * right * A3) / N,
    }
    rung = rho * Trace(A2 * left * M * right * A3) / N / (1 - gamma)
    return left * M * right + rung * left * A1 * A4 * right, definitions


theorem = Theorem(
    "(lambda + C + A1 B A2)^-1 M (mu + D + A3 B A4)^-1 ~ G M G' + rho tr[A2 G M G' A3]/(1 - "
    "gamma) G A1 A4 G'",
    '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models", '
    "arXiv 2502.05074",
    planar.resolvent(C + A1 * B * A2, lam) * M * planar.resolvent(D + A3 * B * A4, mu),
    published,
    order=3,
)

if __name__ == "__main__":
    run_all([theorem])
