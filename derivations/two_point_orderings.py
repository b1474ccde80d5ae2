"""All seven orderings of two resolvents: where A and A' stand beside B on the left and on the right
decides how a rung closes.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. A and A' do not commute; M is not symmetric.

Valid for lambda and mu off the spectrum; A and A' need not commute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Function, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all

N = planar.dims("N")
lam, mu = symbols("lambda mu", positive=True)
A, F, L, R, M = (
    planar.deterministic(name, N, symmetric=name != "M") for name in ("A", "F", "L", "R", "M")
)
B = planar.RotationInvariant("B", N)
one = Identity(N)

SIDES: dict[str, tuple[Any, Any]] = {"A B": (A, one), "B A": (one, A), "sym A": (L, L)}
OTHERS: dict[str, tuple[Any, Any]] = {"A' B": (F, one), "B A'": (one, F), "sym A'": (R, R)}
"""Outer and inner factors (A1, A2) of A1 B A2; L and R are symmetric square roots of A and A'."""

ORDERINGS = (
    ("A B", "B A'"),
    ("A B", "A' B"),
    ("B A", "B A'"),
    ("B A", "A' B"),
    ("sym A", "sym A'"),
    ("A B", "sym A'"),
    ("sym A", "A' B"),
)


def expression(law: Any, left: str, right: str) -> Expr:
    """``(lambda + A1 B A2)^-1 M (mu + A3 B A4)^-1`` for one ordering and any law."""
    (a1, a2), (a3, a4) = SIDES[left], OTHERS[right]
    return planar.resolvent(a1 * law * a2, lam) * M * planar.resolvent(a3 * law * a4, mu)


def _published(
    left: str, right: str
) -> Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]:
    def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
        (a1, a2), (a3, a4) = SIDES[left], OTHERS[right]
        s, t, x, y, rho, gamma = symbols("s s' x y rho gamma")
        g, h = Inverse(lam * one + s * a1 * a2), Inverse(mu * one + t * a3 * a4)
        r = Function("R_B")
        definitions = {
            s: r(-Trace(a2 * g * a1) / N),
            t: r(-Trace(a4 * h * a3) / N),
            x: -Trace(a2 * g * a1) / N,
            y: -Trace(a4 * h * a3) / N,
            rho: (s - t) / (x - y),
            gamma: rho * Trace(a2 * g * a1 * a4 * h * a3) / N,
        }
        return g * M * h + rho * Trace(a2 * g * M * h * a3) / N / (
            1 - gamma
        ) * g * a1 * a4 * h, definitions

    return published


def values(rng: np.random.Generator, n: int = 80) -> dict[Any, Any]:
    """Non-commuting symmetric letters and a matrix M without symmetry."""
    numbers: dict[Any, Any] = {}
    for outer, root in ((A, L), (F, R)):
        q, _ = np.linalg.qr(rng.standard_normal((n, n)))
        spectrum = rng.uniform(0.3, 2.0, n)
        numbers[outer], numbers[root] = ((q * f(spectrum)) @ q.T for f in (lambda v: v, np.sqrt))
        numbers[outer], numbers[root] = (0.5 * (m + m.T) for m in (numbers[outer], numbers[root]))
    return {**numbers, M: np.eye(n) + rng.standard_normal((n, n)) / np.sqrt(n), lam: 0.7, mu: 1.9}


theorems = tuple(
    Theorem(
        f"({left}) with ({right}): rung and open legs as in the table of the master formula",
        '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear '
        'Models", arXiv 2502.05074',
        expression(B, left, right),
        _published(left, right),
        order=3,
    )
    for left, right in ORDERINGS
)

if __name__ == "__main__":
    run_all(theorems)
