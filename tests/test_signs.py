"""Where minus signs stand in a pencil: kappa comes out positive however letters are shared."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import symbols

from planar import Ginibre, derive, deterministic, dims, resolvent, spectrum, tr
from planar.expression.pencil import linearise
from planar.expression.reading import read
from planar.expression.sharing import shared
from planar.expression.signs import signed

D, N, P = dims("D N P")
lam, mu = symbols("lambda mu", positive=True)
R, M = deterministic("R", D, positive=True), deterministic("M", D)
F, X = Ginibre("F", D, N, variance=1 / N), Ginibre("X", P, D, variance=1 / P)
C, A = R * X.T * X * R, F * F.T
SHARED = {
    "ends alike": C * resolvent(A * C, lam) * M,
    "begins alike": M * resolvent(C * A, lam) * C,
    "between two": C * resolvent(A * C, lam) * M * resolvent(C * A, mu),
    "twice": C * resolvent(A * C, lam) * C * M,
}


@pytest.mark.parametrize("name", SHARED)
def test_kappa_is_positive(name: str) -> None:
    equivalent = derive(tr(SHARED[name]))
    values = {R: spectrum(np.linspace(0.3, 1, 40)), P: 30, N: 50, lam: 0.4, mu: 0.7}
    held = {k: v for k, v in values.items() if equivalent.lhs.has(k)} | {M: np.ones(40)}
    named = equivalent.compile().solve(held).named
    assert all(value > 0 for key, value in named.items() if key.startswith("kappa"))
    assert "- R²" not in str(equivalent)
    assert equivalent.verify(order=8)


def test_without_it_the_sign_stands_inside_a_block() -> None:
    """The bare minus sign between X.T and X is taken up by a word."""
    tree = read(tr(SHARED["ends alike"])).terms[0].traces[0]
    before = shared(linearise([tree]))
    bare = [
        c
        for pencil in (before, signed(before))
        for terms in pencil.edges.values()
        for c, word in terms
        if not word
    ]
    assert sum(c == -1 for c in bare) == 1
    assert all(c != -1 for terms in signed(before).edges.values() for c, word in terms if not word)
