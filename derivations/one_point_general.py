"""One resolvent of any rotation-invariant matrix between deterministic ones, (lambda + C + A1 B
A2)^-1.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592.
The matrices need be neither symmetric nor commuting.

Valid for any rotation-invariant B and lambda off the spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all

N = planar.dims("N")
lam = symbols("lambda", positive=True)
A1, A2, C = (planar.deterministic(name, N) for name in ("A1", "A2", "C"))
B = planar.RotationInvariant("B", N)


def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
    """``(lambda + C + s A1 A2)^-1`` with s = R_B(-g), g = tr[A2 G A1]."""
    s = Symbol("s")
    dressed = Inverse(lam * Identity(N) + C + s * A1 * A2)
    return dressed, {s: Function("R_B")(-Trace(A2 * dressed * A1) / N)}


theorem = Theorem(
    "(lambda + C + A1 B A2)^-1 ~ (lambda + C + s A1 A2)^-1, s = R_B(-g), g = tr[A2 G A1]",
    '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592',
    planar.resolvent(C + A1 * B * A2, lam),
    published,
)

if __name__ == "__main__":
    run_all([theorem])
