"""Densities are of real spectra alone, in any unit, and say what mass they have."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import I, symbols

import planar
from planar.applications.spectral import density, eigenvalues, support
from planar.applications.spectral.reality import refuse_complex_spectrum

N, P, K = planar.dims("N P K")
lam = symbols("lambda")
mu = symbols("mu", positive=True)
A = planar.deterministic("A", N, positive=True)
B = planar.deterministic("B", N, symmetric=True)
C = planar.deterministic("C", N, positive=True)
M = planar.deterministic("M", N)
u, w = planar.deterministic("u", N, 1), planar.deterministic("w", N, 1)
W, V, H = planar.Wishart("W", N, P), planar.Wishart("V", N, K), planar.GOE("H", N)
X, G = planar.Ginibre("X", P, N), planar.Ginibre("G", N)
O, R = planar.HaarOrthogonal("O", N), planar.RandomProjection("R", N, K)
UNITS = [
    1e-30,
    pytest.param(1e-12, marks=pytest.mark.long),
    pytest.param(1e-6, marks=pytest.mark.long),
    1.0,
    pytest.param(1e6, marks=pytest.mark.long),
    pytest.param(1e12, marks=pytest.mark.long),
    1e30,
]

indefinite = planar.spectrum(np.linspace(-0.5, 1, 200))
positive = planar.spectrum(np.linspace(0.1, 1, 200))
weighted = planar.spectrum([-1.0, 1.0], weights=[1, 3])
COLUMN, OTHER = np.eye(200)[:, :1], np.eye(200)[:, 1:2]


@cache
def of(matrix: Any) -> Any:
    return planar.derive(planar.tr(planar.resolvent(matrix, lam)))


REAL = [
    (B * H, {B: positive}),
    (B * H, {B: planar.spectrum(-np.linspace(0.1, 1, 200))}),
    (A * H, {A: positive}),
    (H * A, {A: positive}),
    (W * V, {N: 2, P: 4, K: 3}),
    (W * (W + V), {N: 20, P: 40, K: 30}),
    ((A + W) * (H + V), {A: positive, P: 400, K: 300}),
    ((A * W).inverse(), {A: positive, P: 400}),
    (A * W * A * W + A * W, {A: positive, P: 400}),
    (A * C * W, {A: positive, C: np.linspace(1, 3, 200), P: 400}),
    (mu * B + H, {B: indefinite, mu: 2}),
    (I * (W * H - H * W), {N: 4, P: 8}),
    (H + 3 * u * w.T, {u: COLUMN, w: OTHER}),
    (O + O.T, {}),
    (H * X.T * X, {N: 40, P: 50}),
    (R * H, {N: 10, K: 4}),
    (A * (W + H) * A.inverse(), {A: positive, P: 300}),
    (B**2 * H, {B: indefinite}),
    (M + H, {M: np.diag(np.arange(5.0))}),
]
COMPLEX = [
    (B * H, {B: indefinite}),
    (B * H, {B: weighted, N: 4}),
    (A * W * V, {A: planar.spectrum([1, 2], weights=[1, 1]), N: 2, P: 4, K: 3}),
    (H * G, {}),
    (G, {}),
    (mu * B + H, {B: indefinite, mu: 1j}),
    (W * H - H * W, {N: 4, P: 8}),
    (M + H, {M: np.triu(np.arange(25.0).reshape(5, 5))}),
]


@pytest.mark.parametrize(("matrix", "values"), REAL, ids=str)
def test_real_spectra_are_not_refused(matrix: Any, values: dict[Any, Any]) -> None:
    refuse_complex_spectrum(of(matrix), values)


@pytest.mark.parametrize(("matrix", "values"), COMPLEX, ids=str)
def test_complex_spectra_are_refused(matrix: Any, values: dict[Any, Any]) -> None:
    with pytest.raises(planar.PlanarError, match="has complex eigenvalues"):
        density(of(matrix), [0.5], values)
    with pytest.raises(planar.PlanarError, match="has complex eigenvalues"):
        support(of(matrix), values)


@pytest.mark.parametrize("unit", UNITS)
def test_density_and_support_in_any_unit(unit: float) -> None:
    product, values = of(A * W), {A: planar.spectrum(np.array([1, 2]) * unit), P: 4}
    bands = support(product, values)
    assert np.ravel(bands.intervals) / unit == pytest.approx([0.10968566, 4.87402368], rel=1e-7)
    assert bands
    grid = np.linspace(-0.5, 5.5, 13)
    points = density(product, grid * unit, values)
    plain = density(product, grid, {A: planar.spectrum([1, 2]), P: 4})
    assert points.status.tolist() == plain.status.tolist()
    np.testing.assert_allclose(points.density * unit, plain.density, rtol=1e-9)
    semicircle = support(of(mu * H), {mu: unit})
    assert np.ravel(semicircle.intervals) / unit == pytest.approx([-2, 2])


def test_complex_eigenvalues_are_seen_in_any_unit() -> None:
    values = {B: planar.spectrum(np.linspace(-0.5, 1, 60) * 1e-12)}
    with pytest.raises(planar.PlanarError, match="complex eigenvalues"):
        eigenvalues(of(B * H), values)


def test_an_atom_off_the_grid_is_not_mass_on_it() -> None:
    points = density(of(W), np.linspace(0.1, 7, 200), {N: 200, P: 100})
    assert points.mass == pytest.approx(0.5, abs=3e-3)
    assert str(points).endswith(", beside it 0.5 at 0")
    covering = density(of(W), np.linspace(-1, 7, 200), {N: 200, P: 100})
    assert "(of it 0.5 at 0)" in str(covering)


def test_mass_that_is_missing_is_said() -> None:
    lacking = planar.applications.spectral.Support(((0.0, 1.0),), (), 1e-12, 0.7)
    assert "mass 0.70000000, which is not 1" in str(lacking)
    assert "not 1" not in str(support(of(W), {N: 50, P: 100}))


def test_the_commutator_of_two_projections() -> None:
    """Eigenvalues are sin(2 angle)/2 with uniform angles: the arcsine law on [-1/2, 1/2]."""
    one, other = (planar.RotationInvariant(x, N, spectrum=[0, 1]) for x in ("B1", "B2"))
    x = np.array([-0.6, -0.5, -0.3, -0.15, 0, 0.2, 0.5])
    points = density(of(I * (one * other - other * one)), x, {})
    assert points
    assert points.status.tolist()[:2] == ["outside", "singular"]
    inside = 1 / (np.pi * np.sqrt(0.25 - x[2:-1] ** 2))
    np.testing.assert_allclose(points.density[2:-1], inside, rtol=1e-8)
