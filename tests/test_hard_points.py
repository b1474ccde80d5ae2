"""Points where solvers go wrong: the right number with its evidence, or a status, never a wrong
number.
"""

from __future__ import annotations

import numpy as np
import pytest
from letters import A, M, N, P, W, X, lam, mu, positive, z
from sympy import Symbol

import planar
from planar import Ginibre, HaarOrthogonal, RotationInvariant, derive, deterministic, resolvent, tr

O = HaarOrthogonal("O", N)
U = deterministic("U", N, positive=True)
RNG = np.random.default_rng(11)
A_VALUE, U_VALUE, M_VALUE = positive(RNG, 6), positive(RNG, 6), RNG.standard_normal((6, 6))


def bisected(ridge: float, q: float, eigenvalues: np.ndarray) -> float:
    """kappa with kappa (1 - q df1(kappa)) = ridge, by bisection on the logarithm."""
    low, high = np.log(1e-14), np.log(1e4)
    for _ in range(200):
        middle = (low + high) / 2
        kappa = np.exp(middle)
        value = kappa * (1 - q * np.mean(eigenvalues / (kappa + eigenvalues)))
        low, high = (middle, high) if value < ridge else (low, middle)
    return float(np.exp(low))


@pytest.mark.parametrize("samples", [2, 4, 12])
def test_small_ridges_on_both_sides_of_the_threshold(samples):
    solution = (
        derive(tr(resolvent(A * X.T * X, lam)))
        .compile()
        .solve({A: A_VALUE, P: samples, lam: np.logspace(1, -6, 8)})
    )
    assert solution.good.all()
    expected = [
        bisected(x, 6 / samples, np.linalg.eigvalsh(A_VALUE)) for x in np.logspace(1, -6, 8)
    ]
    np.testing.assert_allclose(next(iter(solution.named.values())), expected, rtol=1e-7)


def test_next_to_the_spectrum():
    q, eta = 0.5, 1e-4
    low, high = (1 - np.sqrt(q)) ** 2, (1 + np.sqrt(q)) ** 2
    x = np.array([low - 1e-3, low, low + 1e-3, 1.0, high, high + 1e-3]) + 1j * eta
    solution = derive(tr(resolvent(W, z))).compile().solve({N: 100, P: 200, z: -x})
    roots = np.array([np.roots([q * w, 1 - q - w, 1]) for w in x])
    exact = np.array(
        [-r[np.argmin(r.imag)] if r[np.argmin(r.imag)].imag < 0 else np.nan for r in roots]
    )
    assert solution.good.all()
    np.testing.assert_allclose(solution.value, exact, rtol=1e-6)


@pytest.mark.parametrize("gap", [0.0, 1e-9])
@pytest.mark.parametrize("law", [W, RotationInvariant("B", N, spectrum=[1, 1, 3])])
def test_nearly_equal_ridges(law, gap):
    expression = resolvent(A * law, lam) * M * resolvent(law * A, mu)
    values = {A: A_VALUE, M: M_VALUE, lam: 0.3, **({P: 9} if law is W else {})}
    confluent = derive(expression.subs(mu, lam)).evaluate(values)
    np.testing.assert_allclose(
        derive(expression).evaluate({**values, mu: 0.3 + gap}), confluent, rtol=1e-7, atol=1e-8
    )


def test_a_haar_letter_on_both_sides_of_half_the_degrees_of_freedom():
    ridges = np.logspace(1, -4, 12)
    conjugated = (
        derive(tr(resolvent(A * O * U * O.T, lam)))
        .compile()
        .solve({A: A_VALUE, U: U_VALUE, lam: ridges})
    )
    law = RotationInvariant("B", N, spectrum=np.linalg.eigvalsh(U_VALUE).tolist())
    other = derive(tr(resolvent(A * law, lam))).compile().solve({A: A_VALUE, lam: ridges})
    kappa = conjugated.named["kappa_1"]
    freedom = np.mean(
        np.linalg.eigvalsh(A_VALUE) / (kappa[:, None] + np.linalg.eigvalsh(A_VALUE)), axis=1
    )
    assert freedom.min() < 0.5 < freedom.max()
    assert conjugated.good.all()
    np.testing.assert_allclose(conjugated.value, other.value, rtol=1e-8)


@pytest.mark.parametrize("radius", [0.3, 0.9, 1.1, 3.0])
def test_inside_the_disc_of_a_non_normal_letter_there_is_no_number(radius):
    """Inside, the series says 1/z; the expectation over a Ginibre matrix does not."""
    G = Ginibre("G", N)
    kernel = derive(tr(resolvent(G, z))).compile()
    if radius > 1:
        assert kernel({N: 100, z: radius}) == pytest.approx(1 / radius)
    else:
        with pytest.raises(planar.PlanarError, match="no solution on the physical branch"):
            kernel({N: 100, z: radius})


def test_a_non_symmetric_matrix_beside_wishart():
    """Where samples and series part, the evidence is above one; where they agree, below."""
    J = deterministic("J", N)
    j = RNG.standard_normal((40, 40)) / np.sqrt(40)
    equivalent = derive(tr(resolvent(J * W, z)))
    assert equivalent.check({J: j, z: 6.0, P: 60}).verdict == "agree"
    with pytest.raises(planar.PlanarError, match="no solution on the physical branch"):
        equivalent.evaluate({J: j, z: 0.3, P: 60})


def test_newton_is_not_drawn_to_infinity():
    """A relative residual vanishes where kappa grows without bound; the iteration's neighbourhood
    is not left.
    """
    F, G = deterministic("F", N, symmetric=True), Ginibre("G", N)
    shift = Symbol("x")
    f = np.diag([-0.62, -0.36, 0.16, 0.3, 1.06, 1.35])
    equivalent = derive(tr(resolvent(F * G.T * G + G * F * G.T, shift)))
    solution = equivalent.compile().solve({F: f, shift: 2.614})
    assert solution.good.all()
    assert 1 < solution.named["kappa_1"] < 10
    assert equivalent.check({F: np.kron(np.eye(8), f), shift: 2.614}, trials=60).verdict == "agree"


@pytest.mark.parametrize("samples", [800, 401, 267, 100])
@pytest.mark.parametrize("spectrum", ["twelve decades", "atom at zero"])
def test_long_and_degenerate_spectra_against_bisection(spectrum, samples):
    a = (
        np.geomspace(1e-12, 1, 400)
        if spectrum == "twelve decades"
        else np.maximum(0.0, np.linspace(-1, 1, 400))
    )
    ridges = np.geomspace(1e-9, 10, 11)
    solution = (
        derive(tr(resolvent(A * W, lam)))
        .compile()
        .solve({A: planar.spectrum(a), lam: ridges, P: samples})
    )
    assert solution.good.all()
    exact = [bisected(x, 400 / samples, a) for x in ridges]
    np.testing.assert_allclose(
        solution.named["kappa"], exact, rtol=1e-12 / (1 - solution.gamma.max())
    )


def test_a_million_eigenvalues_cost_a_short_quadrature():
    long = planar.spectrum(np.random.default_rng(0).gamma(0.3, size=10**6))
    short = long.compressed(1e-10)
    kernel = derive(tr(resolvent(A * W, lam))).compile()
    whole, few = (
        kernel({A: s, lam: np.geomspace(1e-3, 10, 4), N: 10**6, P: 7 * 10**5})
        for s in (long, short)
    )
    assert len(short) < 500
    np.testing.assert_allclose(few, whole, rtol=20 * short.bound)


def test_near_the_edge_a_point_converges_or_says_so():
    gaps = np.array([1e-2, 1e-4, 1e-6, 1e-8, 1e-10, -1e-4])
    edge = (1 - np.sqrt(0.5)) ** 2
    solution = derive(tr(resolvent(W, z))).compile().solve({z: gaps - edge, N: 50, P: 100})
    x = (gaps - edge)[solution.good]
    exact = (np.sqrt((x + 0.5) ** 2 + 2 * x) - (x + 0.5)) / x  # q z m^2 + (z + 1 - q) m = 1
    assert solution.good[:3].all()
    assert not solution.good[-1]
    np.testing.assert_allclose(solution.value[solution.good], exact, rtol=1e-6)
