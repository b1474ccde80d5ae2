"""Densities against closed forms, sampled eigenvalues and algebraic curves; edges, atoms, and what
is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from letters import A, F, H, K, M, N, O, P, Q, V, W, gauss, lam, mu
from sympy import I, Rational, Symbol, exp

import planar
from planar import resolvent, tr
from planar.applications.spectral.curve import curve
from planar.applications.spectral.density import Density, density
from planar.applications.spectral.edges import support
from planar.applications.spectral.heights import herglotz
from planar.foundations.errors import SpectralError

D = planar.dims("D")
G = planar.GOE("G", N)
Q2 = planar.RandomProjection("R", N, D)
X = planar.Ginibre("X", P, N)
L = planar.Ginibre("L", N, K, variance=1 / K)
U = planar.Wishart("U", K, P)


def of(matrix: Any) -> planar.DeterministicEquivalent:
    return planar.derive(tr(resolvent(matrix, lam)))


def weighted(*values: float) -> Any:
    return planar.spectrum(values, weights=np.ones(len(values)))


def marchenko_pastur(x: np.ndarray, q: float) -> np.ndarray:
    low, high = (1 - np.sqrt(q)) ** 2, (1 + np.sqrt(q)) ** 2
    return np.sqrt(np.maximum((high - x) * (x - low), 0)) / (2 * np.pi * q * np.abs(x))


# -- closed forms ----------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [0.5, 1, 2])
def test_marchenko_pastur(q):
    x = np.linspace(-0.51, 6.5, 150)
    found = density(of(W), x, {N: int(100 * q), P: 100})
    assert found
    np.testing.assert_allclose(
        found.density, np.where(x > 0, marchenko_pastur(x, q), 0), atol=1e-12
    )
    assert [a.mass for a in found.atoms] == pytest.approx([1 - 1 / q] if q > 1 else [])


@pytest.mark.parametrize("distance", [1e-4, 1e-8, 1e-12])
def test_next_to_an_edge(distance):
    edge = (1 + np.sqrt(0.5)) ** 2
    found = density(of(W), [edge - distance, edge + distance], {N: 50, P: 100})
    assert found.status.tolist() == ["bulk", "outside"]
    assert found.density[0] == pytest.approx(marchenko_pastur(edge - distance, 0.5), rel=1e-3)


def test_on_an_edge_and_where_the_density_diverges():
    found = density(of(H**2), [0, 4], {})
    assert found.status[0] == "singular"
    assert np.isinf(found.density[0])
    assert found.density[1] == pytest.approx(0, abs=1e-6)
    assert density(of(H), [-2, 2], {}).density == pytest.approx([0, 0], abs=1e-6)


def test_what_is_added_to_the_spectral_symbol_shifts_the_spectrum():
    x = np.linspace(-1, 8, 60)
    found = density(planar.derive(tr(resolvent(H, lam + mu))), x, {mu: 3})
    np.testing.assert_allclose(
        found.density, np.sqrt(np.maximum(4 - (x - 3) ** 2, 0)) / (2 * np.pi), atol=1e-12
    )


def test_sum_of_two_projections_is_the_arcsine_law():
    x = np.linspace(0.013, 1.987, 60)
    found = density(of(Q + Q2), x, {N: 10, K: 5, D: 5})
    assert found
    np.testing.assert_allclose(found.density, 1 / (np.pi * np.sqrt(x * (2 - x))), rtol=1e-9)


def test_a_spectrum_in_a_random_basis_is_atoms_alone():
    found = density(of(planar.RotationInvariant("B", N, spectrum=[1, 1, 3])), [0, 1, 2, 3], {})
    assert found.status.tolist() == ["outside", "atom", "outside", "atom"]
    assert [a.mass for a in found.atoms] == pytest.approx([2 / 3, 1 / 3], abs=1e-6)


# -- sampled eigenvalues ---------------------------------------------------------------------------

FIFTY = np.concatenate([np.linspace(1, 2, 25), np.linspace(10, 20, 25)])


def wishart(rng: np.random.Generator, n: int, p: int) -> np.ndarray:
    x = gauss(rng, p, n)
    return x.conj().T @ x / p


def goe(rng: np.random.Generator, n: int) -> np.ndarray:
    x = gauss(rng, n, n)
    return (x + x.conj().T) / np.sqrt(2 * n)


def haar(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.linalg.qr(gauss(rng, n, n))[0]


def anticommutator(rng: np.random.Generator, n: int) -> np.ndarray:
    w, v = wishart(rng, n, 2 * n), wishart(rng, n, n)
    return w @ v + v @ w


def commutator(rng: np.random.Generator, n: int) -> np.ndarray:
    w, h = wishart(rng, n, 2 * n), goe(rng, n)
    return 1j * (w @ h - h @ w)


def deformed(rng: np.random.Generator, n: int) -> np.ndarray:
    root = np.sqrt(np.repeat(FIFTY, n // 50))
    return root[:, None] * wishart(rng, n, 10 * n) * root


def rotated(rng: np.random.Generator, n: int) -> np.ndarray:
    u = haar(rng, n)
    return (u * np.repeat([-1, 1, 2], n // 3)) @ u.conj().T + np.diag(np.tile([0, 1, 3], n // 3))


def features(rng: np.random.Generator, n: int) -> np.ndarray:
    k = n // 2
    x = gauss(rng, n, k) / np.sqrt(k)
    root = np.linalg.cholesky(wishart(rng, k, n))
    return root.conj().T @ (x.conj().T * np.tile([1, 4], n // 2)) @ x @ root


SAMPLED = {
    "two bulks": (
        H + F,
        {F: weighted(-3, 0, 3)},
        lambda rng, n: goe(rng, n) + np.diag(np.repeat([-3, 0, 3], n // 3)),
        600,
    ),
    "fifty eigenvalues": (A * W, {A: weighted(*FIFTY), N: 50, P: 500}, deformed, 600),
    "free sum": (
        W + V,
        {N: 4, P: 8, K: 2},
        lambda rng, n: wishart(rng, n, 2 * n) + wishart(rng, n, n // 2),
        500,
    ),
    "anticommutator": (W * V + V * W, {N: 4, P: 8, K: 4}, anticommutator, 500),
    "commutator": (I * (W * H - H * W), {N: 4, P: 8}, commutator, 500),
    "random basis": (O * F * O.T + A, {F: weighted(-1, 1, 2), A: weighted(0, 1, 3)}, rotated, 600),
    "random features": (L.T * A * L * U, {A: weighted(1, 4), N: 2, K: 1, P: 2}, features, 600),
    "gram": (X.T * X, {N: 4, P: 6}, lambda rng, n: wishart(rng, n, 3 * n // 2), 500),
    "square": (
        W**2,
        {N: 4, P: 8},
        lambda rng, n: np.linalg.matrix_power(wishart(rng, n, 2 * n), 2),
        500,
    ),
}


def distance(found: Density, eigenvalues: np.ndarray) -> float:
    """Kolmogorov's distance of the integrated density from an empirical distribution, read at the
    middle of its steps.
    """
    steps = (np.arange(len(eigenvalues)) + 0.5) / len(eigenvalues)
    return float(
        np.abs(np.interp(eigenvalues, np.sort(found.grid), found.cumulative) - steps).max()
    )


@pytest.mark.parametrize("name", SAMPLED)
def test_eigenvalues_of_a_sample(name):
    matrix, values, draw, n = SAMPLED[name]
    eigenvalues = np.linalg.eigvalsh(draw(np.random.default_rng(0), n))
    width = np.ptp(eigenvalues) * np.concatenate(
        [-np.geomspace(1e-4, 0.1, 20), np.geomspace(1e-4, 0.1, 20)]
    )
    inside = np.linspace(eigenvalues[0], eigenvalues[-1], 281)
    grid = np.unique(np.concatenate([inside, eigenvalues[0] + width, eigenvalues[-1] + width]))
    found = density(of(matrix), grid, values)
    assert found, str(found)
    assert found.mass == pytest.approx(1, abs=2e-3)
    assert distance(found, eigenvalues) < 0.008
    wrong = Density(grid, 1.02 * found.density, found.status, found.residual, found.gamma)
    assert distance(wrong, eigenvalues) > 0.012
    wrong = Density(grid, 1.01 * found.density, found.status, found.residual, found.gamma)
    assert wrong.mass != pytest.approx(1, abs=2e-3)
    bulk = found.status == "bulk"
    if name != "random basis":
        assert np.abs(1 - found.gamma[bulk]).max() < 1e-6
        assert (found.gamma[~bulk] < 1).all()


# -- evidence --------------------------------------------------------------------------------------


def test_the_conjugate_root_is_rejected():
    def m(z: complex, sheet: int) -> complex:
        root = np.sqrt(z - 2) * np.sqrt(z + 2)
        return (-z + sheet * root) / 2

    for x in (-3, -1, 0.5, 2, 3):
        high, low = x + 0.1j, x + 0.05j
        assert herglotz(m(high, 1), m(low, 1), 0.1, 0.05)
        assert not herglotz(m(high, 1), m(low, -1), 0.1, 0.05)
        assert not herglotz(m(high, 1), np.conj(m(low, 1)), 0.1, 0.05)


def test_a_matrix_with_complex_eigenvalues_is_refused():
    values = {A: weighted(1, 2), N: 2, P: 4, K: 3}
    with pytest.raises(SpectralError, match="has complex eigenvalues"):
        density(of(A * W * V), np.linspace(0.1, 3, 20), values)


def test_what_is_no_single_resolvent_is_refused():
    for expression in (
        tr(W),
        resolvent(W, lam),
        tr(resolvent(W, lam) ** 2),
        2 * tr(resolvent(W, lam)),
        tr(resolvent(W, 1)),
    ):
        with pytest.raises(SpectralError, match=r"derive tr\(resolvent\(X, lam\)\)"):
            density(planar.derive(expression), [1.0], {N: 4, P: 8})
    with pytest.raises(SpectralError, match="stands elsewhere"):
        density(of(lam * W), [1.0], {N: 4, P: 8})
    with pytest.raises(planar.PlanarError, match="one-dimensional"):
        density(of(W), [[1.0]], {N: 4, P: 8})
    with pytest.raises(planar.PlanarError, match="no value for P"):
        density(of(W), [1.0], {N: 4})


# -- support ---------------------------------------------------------------------------------------


def test_support_with_several_bulks():
    found = support(of(H + F), {F: weighted(-3, 0, 3)})
    exact = curve(of(H + F), {F: weighted(-3, 0, 3)}).edges()
    assert found
    assert len(found.intervals) == 3
    np.testing.assert_allclose(np.ravel(found.intervals), exact, atol=1e-11)
    assert found.mass == pytest.approx(1, abs=1e-9)


def test_support_with_an_atom_in_a_gap():
    equivalent, values = of(Q + Q2), {N: 20, K: 6, D: 9}
    found = support(equivalent, values)
    assert [a.position for a in found.atoms] == pytest.approx([0, 1], abs=1e-9)
    assert [a.mass for a in found.atoms] == pytest.approx([0.25, 0.15], abs=1e-6)
    algebraic = curve(equivalent, values)
    assert [(a.position, a.mass) for a in algebraic.atoms()] == [
        (0, Rational(1, 4)),
        (1, Rational(3, 20)),
    ]
    np.testing.assert_allclose(np.ravel(found.intervals), algebraic.edges(), atol=1e-11)


def test_quadrature_of_moments():
    equivalent, values = of(A * W), {A: weighted(1, 4), N: 2, P: 8}
    x, weights = support(equivalent, values).grid(100)
    found = weights * density(equivalent, x, values).density
    assert found @ x == pytest.approx(2.5, abs=1e-9)
    assert found @ x**2 == pytest.approx(8.5 + 0.25 * 2.5**2, abs=1e-9)


# -- curves ----------------------------------------------------------------------------------------

CURVES = {
    "Wishart": (W, {N: 2, P: 1}, 2),
    "given spectrum": (A * W, {A: weighted(1, 4), N: 2, P: 10}, 3),
    "anticommutator": (W * V + V * W, {N: 4, P: 8, K: 4}, 6),
    "commutator": (I * (W * H - H * W), {N: 4, P: 8}, 4),
    "zero mean": (H * G + G * H, {}, 3),
    "square and sum": (W**2 + H, {N: 4, P: 8}, 7),
    "projections": (Q * Q2, {N: 20, K: 6, D: 9}, 2),
    "random basis": (O * F * O.T + A, {F: weighted(-1, 1), A: weighted(0, 1)}, 2),
    "gram": (X.T * X, {N: 4, P: 6}, 2),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_density_lies_on_the_curve(name):
    matrix, values, degree = CURVES[name]
    equivalent = of(matrix)
    found = curve(equivalent, values)
    assert found.degree == degree
    x = np.linspace(-1.03, 3.11, 12)
    read = density(equivalent, x, values)
    assert read
    for place, value in zip(x, read.density, strict=True):
        sheets = np.roots(
            [
                complex(c)
                for c in found.polynomial.as_expr()
                .subs(lam, -place)
                .as_poly(Symbol("m"))
                .all_coeffs()
            ]
        )
        assert np.abs(sheets.imag / np.pi - value).min() < 1e-8


def test_parameters_stay_symbols():
    found = curve(of(W))
    m, q = Symbol("m"), Symbol("q", positive=True)
    assert found.polynomial.as_expr() - (lam * m**2 * q + m * (lam + 1 - q) - 1).expand() == 0
    with pytest.raises(SpectralError, match="holds q"):
        found.edges()
    valued = curve(of(W), {N: 2, P: 1})
    assert valued.polynomial.as_expr() == (found.polynomial.as_expr().subs(q, 2)).expand()
    assert [str(a) for a in valued.atoms()] == ["1/2 at 0"]


def test_what_has_no_curve_is_refused():
    with pytest.raises(SpectralError, match="finite spectrum"):
        curve(of(A * W), {A: np.eye(3), P: 4})
    analytic = planar.RotationInvariant("B", N, r_transform=lambda s: exp(s) - 1)
    with pytest.raises(SpectralError, match="not algebraic"):
        curve(of(analytic + H))
    with pytest.raises(SpectralError, match="eigenvalues"):
        curve(of(A * W), {A: weighted(*range(1, 60)), N: 60, P: 100})
    with pytest.raises(SpectralError, match="derive tr"):
        curve(planar.derive(tr(W * M)))
