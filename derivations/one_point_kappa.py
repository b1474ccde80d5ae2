"""One resolvent in kappa form: lambda (lambda + A B)^-1 ~ kappa (kappa + A)^-1 with kappa = lambda
S_B(-df1(kappa)).

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592.
The S-transform is written through R: S(t) R(t S(t)) = 1.

Valid for positive A and lambda off the spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all

N = planar.dims("N")
lam = symbols("lambda", positive=True)
A = planar.deterministic("A", N)
B = planar.RotationInvariant("B", N)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``(S (kappa + A)^-1`` with S R_B(-df1 S) = 1 and kappa = lambda S."""
    kappa, big_s = Symbol("kappa"), Symbol("S")
    g = Inverse(kappa * Identity(N) + A)
    return big_s * g, {big_s: 1 / Function("R_B")(-big_s * Trace(A * g) / N), kappa: lam * big_s}


theorem = Theorem(
    "lambda (lambda + A B)^-1 ~ kappa (kappa + A)^-1, kappa = lambda S_B(-df1(kappa))",
    '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592',
    planar.resolvent(A * B, lam),
    published,
)

if __name__ == "__main__":
    run_all([theorem])
