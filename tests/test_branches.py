"""Which solution is physical, and what says so: complex scalars, alternating letters, limits."""

from __future__ import annotations

import numpy as np
import pytest
from letters import A, K, N, P, lam
from sympy import I, symbols

import planar
from planar import GOE, Ginibre, HaarOrthogonal, derive, deterministic, resolvent, tr

E = symbols("E")
H, G, C = GOE("H", N), deterministic("G", N, symmetric=True), deterministic("C", N)
R = deterministic("R", N, symmetric=True)
SHIFTS = (0, -0.8j, -1.2j, 1, 2, 0.5 + 0.3j, -3j, 3j, -0.5j)


def test_an_imaginary_unit_beside_a_letter_has_the_evidence_of_a_complex_letter() -> None:
    """E - H + i G against E - H + C with C = i G: the same values, residuals and gammas."""
    split = derive(tr(resolvent(-H + I * G, E))).compile()
    whole = derive(tr(resolvent(-H + C, E))).compile()
    ones = planar.spectrum([1.0, 0.0], weights=[50, 70])
    one = split.solve({G: ones, E: np.array(SHIFTS), N: 120})
    other = whole.solve({C: np.diag([1j] * 50 + [0] * 70), E: np.array(SHIFTS)})
    assert np.allclose(one.gamma, other.gamma, atol=1e-9)
    assert np.allclose(one.value, other.value, atol=1e-9)
    assert (one.good == other.good).all()
    assert abs(one.value[0] + 0.8824131j) < 1e-6
    assert one.gamma[0] == pytest.approx(0.866744, abs=1e-5)
    assert one.gamma[-1] == pytest.approx(1.533784, abs=1e-5)
    assert not one.good[-1]


def antisymmetric(value: float, kernel_value: complex) -> bool:
    return abs(kernel_value - value) < 2e-6


def test_differences_of_a_letter_and_its_transpose_start_off_zero() -> None:
    """Y - Y.T beside a letter: the first overlaps of the iteration must not cancel."""
    Y, O = Ginibre("Y", N, N), HaarOrthogonal("O", N)
    X1, X2 = Ginibre("X1", N, P), Ginibre("X2", N, P)
    r = np.diag(np.linspace(0.5, 1.5, 40))
    one = derive(tr(resolvent(A * (Y - Y.T), lam)))
    assert antisymmetric(0.346101, one.evaluate({A: np.diag([1.0, 3.0] * 20), lam: 1.0}))
    for matrix, values in (
        (R * (O - O.T) * R.T, {R: r, lam: 1.0}),
        (R * (X1 * X2.T - X2 * X1.T) * R.T, {R: r, lam: 1.0, P: 80}),
        (C * (Y - Y.T), {C: np.eye(40) + np.diag(np.full(39, 0.5), 1), lam: 2.0}),
    ):
        equivalent = derive(tr(resolvent(matrix, lam)))
        assert equivalent.check(values, trials=40, seed=0).verdict == "agree"


def test_canonical_correlations_have_a_kernel() -> None:
    """Two projections onto random subspaces, each written through an inverse."""
    X, Y = Ginibre("X", P, N), Ginibre("Y", P, K)
    product = (X.T * X).I * X.T * Y * (Y.T * Y).I * Y.T * X
    value = derive(tr(resolvent(product, lam))).evaluate({N: 100, K: 150, P: 400, lam: 0.5})
    assert value == pytest.approx(1.2360680, abs=1e-6)
