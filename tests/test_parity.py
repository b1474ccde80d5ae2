"""Even letters: what stands an odd number of times vanishes, so that more systems close."""

from __future__ import annotations

import numpy as np
import pytest
from dense_oracle import fixed_point
from letters import A, H, M, N, P, W, lam, mu, z
from sympy import Identity

import planar
from planar import RotationInvariant, derive, resolvent, tr
from planar.derivation.resummation import pattern
from planar.derivation.resummation.parity import is_even

T = RotationInvariant("T", N, spectrum=[1, -1])
G = planar.GOE("G", N)
SIZES = {N: 6, P: 9}

CASES = {
    "alone": (tr(resolvent(H * A * H, 6 * lam)), 80),
    "beside the letter inside": (tr(resolvent(H * A * H + A, 6 * lam) * M), 160),
    "one after another": (tr(resolvent(H * A * H * A, 9 * lam) * M), 170),
    "two even letters": (tr(resolvent(H * G * A * G * H, 7 * lam)), 120),
    "across each other": (tr(resolvent(H * A * G + G * A * H, 9 * z)), 130),
    "signs": (tr(resolvent(T * A * T, 6 * lam) * M), 150),
    "two bulks within": (tr(resolvent(H * T * H, 6 * z)), 250),
    "square and another letter": (tr(resolvent(H * H + W, 3 * lam)), 160),
    "a Wishart matrix within": (tr(resolvent(H * W * H, 6 * lam)), 150),
    "two resolvents": (
        tr(resolvent(H * A * H, 6 * lam) * M * resolvent(H * A * H, 5 * mu) * A),
        270,
    ),
    "the letter between": (
        tr(resolvent(H * A * H, 6 * lam) * H * M * resolvent(H * A * H, 6 * mu) * H),
        220,
    ),
    "signs in two resolvents": (
        tr(resolvent(T * A * T, 6 * lam) * M * resolvent(T * M * T, 25 * mu)),
        900,
    ),
}


def values(expression):
    rng = np.random.default_rng(8)
    size = SIZES[N]
    known = {
        A: np.cov(rng.standard_normal((size, 3 * size))),
        M: rng.standard_normal((size, size)) / 2,
        lam: 0.9,
        mu: 1.3,
        z: 1.1 + 0.4j,
        **SIZES,
    }
    return {x: v for x, v in known.items() if expression.has(x)} | {N: size}


@pytest.mark.parametrize("name", CASES)
def test_it_closes_and_is_the_fixed_point_of_the_whole(name):
    expression, length = CASES[name]
    equivalent = derive(expression)
    assert equivalent.closed
    assert len(str(equivalent)) <= length
    known = values(expression)
    found = equivalent.evaluate(known)
    assert found == pytest.approx(fixed_point(expression, known, SIZES), rel=1e-8)


def test_a_matrix_and_its_square_have_no_parity():
    """H + A flips no sign, so all four entries of S stay."""
    assert not derive(tr(resolvent((H + A) ** 2, 9 * lam))).closed


@pytest.mark.parametrize(
    ("law", "even"),
    [
        (H, True),
        (T, True),
        (W, False),
        (RotationInvariant("B", N, spectrum=[1, 1, 3]), False),
        (RotationInvariant("B", N, spectrum=[1, 0, -1]), True),
        (RotationInvariant("B", N, spectrum=[1, 1, -1]), False),
        (planar.HaarOrthogonal("O", N), True),
    ],
)
def test_even_laws_are_told_by_relation_or_spectrum(law, even):
    assert is_even(law) is even


def test_a_letter_taken_for_even_is_not_certified(monkeypatch):
    """W A W has no parity: leaving out its diagonal self-energies is seen."""
    monkeypatch.setattr("planar.derivation.resummation.parity.is_even", lambda law: True)
    monkeypatch.setattr(pattern, "is_even", lambda law: True)
    expression = tr(resolvent(W * A * W + Identity(N), 6 * lam))
    with pytest.raises(planar.PlanarError):
        derive(expression).evaluate(values(expression))
