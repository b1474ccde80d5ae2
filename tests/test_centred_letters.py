"""Products of two different centred letters: no diagram has them, so a resolvent is 1/z alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from letters import A, F, M, N, z

from planar import GOE, RotationInvariant, derive, resolvent, tr

H, G = GOE("H", N), GOE("G", N)
B = RotationInvariant("B", N, spectrum=[-1, 1])
C = RotationInvariant("C", N, cumulants=[0, 1, 1])
m = np.eye(6) + np.diag(np.full(5, 0.5), 1)
VALUES = {A: m @ m.T, F: m + m.T, M: m}


@pytest.mark.parametrize(
    "product", [A * H * G, M.T * H * M * G, H * F * G, F * H * M * G, B * A * H, C * A * H], ids=str
)
def test_the_resolvent_is_that_of_zero(product: Any) -> None:
    given = {x: value for x, value in VALUES.items() if product.has(x)}
    for shift in (30.0, -40.0, 20j):
        value = derive(resolvent(product, z)).evaluate({**given, z: shift})
        assert np.allclose(value, np.eye(6) / shift, atol=1e-12)


def test_its_spectrum_is_the_disk_of_the_second_moment() -> None:
    kernel = derive(tr(resolvent(A * H * G, z))).compile()
    solution = kernel.solve({A: np.eye(6), z: np.array([0.1, 0.9, 1.1, -2.0, 0.8j, 1.2j])})
    assert solution.good.tolist() == [False, False, True, True, False, True]


def test_a_letter_that_stands_twice_keeps_its_self_energy() -> None:
    """tr (z + H M H)^-1 by its series in tr M^n of free moments: 1/z - tr M/z^2 + ..."""
    shift = 200.0
    value = derive(tr(resolvent(H * M * H, z))).evaluate({M: m, z: shift})
    mean, square = np.trace(m) / 6, np.trace(m @ m) / 6
    series = 1 / shift - mean / shift**2 + (square + mean**2) / shift**3
    assert value == pytest.approx(series, rel=1e-5)
