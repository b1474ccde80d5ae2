"""Which solution is physical, and what says so: complex scalars beside letters, alternating ones."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import I, symbols

import planar
from letters import N
from planar import GOE, deterministic, derive, resolvent, tr

E = symbols("E")
H, G, C = GOE("H", N), deterministic("G", N, symmetric=True), deterministic("C", N)
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
