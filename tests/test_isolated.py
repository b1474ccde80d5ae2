"""Outliers beside each other, beside atoms and of complex signals, against exact numbers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sympy import I, Identity, symbols

import planar

N, P, K = planar.dims("N P K")
s, t = symbols("s t", positive=True)
u, v = planar.deterministic("u", N, 1), planar.deterministic("v", N, 1)
H, W = planar.GOE("H", N), planar.Wishart("W", N, P)
X = planar.Ginibre("X", P, N, variance=1 / P)
Q = planar.RandomProjection("Q", N, K)
U, V = np.eye(200)[:, :1], np.eye(200)[:, 1:2]

pair = planar.outliers(H + s * u * u.T + t * v * v.T)
pair_bulk = pair.support({})
spiked = planar.outliers(X * (Identity(N) + s * u * u.T + t * v * v.T) * X.T)
spiked_bulk = spiked.support({N: 100, P: 200})


def positions(eigenvalues: tuple[Any, ...]) -> list[float]:
    return [x.position for x in eigenvalues]


@pytest.mark.parametrize(
    "strengths",
    [(2.0, 2.0), (3.0, 3.03), (2.0, 2.0000001), (1.05, 1.06), (1.5, 1e8), (1.2, 40.0), (0.5, 2.0)],
)
def test_two_in_one_cell(strengths: tuple[float, float]) -> None:
    values = {u: U, v: V, s: strengths[0], t: strengths[1]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        eigenvalues = pair.find(values, u, v, bulk=pair_bulk)
    strong = [x for x in strengths if x > 1]
    exact = sorted(x + 1 / x for x in strong)
    assert positions(eigenvalues) == pytest.approx(exact, rel=1e-12)
    assert len(eigenvalues) == len(strong)


def test_overlaps_of_a_double_outlier_are_of_its_eigenspace() -> None:
    values = {u: U, v: V, s: 2.0, t: 2.0}
    one, other = pair.find(values, u, v, u + v, bulk=pair_bulk)
    assert one.multiplicity == other.multiplicity == 2
    assert [one.overlaps[x] for x in (u, v, u + v)] == pytest.approx([0.75, 0.75, 1.5])
    assert "(2 times, V its eigenspace), |V V^T u|^2 = 0.75" in str(one)


@pytest.mark.parametrize("strengths", [(2.0, 2.0), (3.0, 3.03), (1.5, 6.0)])
def test_two_spikes_of_a_covariance(strengths: tuple[float, float]) -> None:
    values = {u: U[:100], v: V[:100], s: strengths[0], t: strengths[1], P: 200}
    exact = sorted((1 + x) * (1 + 0.5 / x) for x in strengths)
    assert positions(spiked.find(values, bulk=spiked_bulk)) == pytest.approx(exact, rel=1e-12)


def test_a_spiked_covariance_times_a_wishart() -> None:
    product = planar.outliers((Identity(N) + s * u * u.T) * W)
    (one,) = product.find({u: U, s: 3.0, P: 400}, bulk=product.support({N: 200, P: 400}))
    assert one.position == pytest.approx(4 * (1 + 0.5 / 3), rel=1e-10)


@pytest.mark.parametrize("strength", [1e-6, 0.01, 0.1])
def test_beside_an_atom(strength: float) -> None:
    """1/s = u.T (x - W)^-1 u is that of Marchenko and Pastur, with half of the mass at zero."""
    below = planar.outliers(W + s * u * u.T)
    (one,) = below.find({u: U, s: strength, P: 100})
    x, q = one.position, 2.0
    root = np.sqrt((x - (1 - np.sqrt(q)) ** 2) * (x - (1 + np.sqrt(q)) ** 2))
    exact = (x + q - 1 + root) / (2 * q * x)
    assert strength * exact == pytest.approx(1, rel=1e-8)
    assert one.position == pytest.approx(strength / 2, rel=0.1)


def test_between_two_atoms() -> None:
    atoms = planar.outliers(Q + s * u * u.T)
    eigenvalues = atoms.find({u: U, s: 0.7, K: 50})
    exact = np.roots([1, -1.7, 0.7 * 0.75])[::-1]
    assert positions(eigenvalues) == pytest.approx(exact.tolist(), rel=1e-6)


def test_a_complex_signal() -> None:
    turned = planar.outliers(H + 3 * u * u.T + v * v.T + I * (u * v.T - v * u.T))
    (one,) = turned.find({u: U, v: V}, u, v, bulk=pair_bulk)
    top = 2 + np.sqrt(2)
    weight = 1 - 1 / top**2
    first = (1 + np.sqrt(2)) / (2 * np.sqrt(2))
    assert one.position == pytest.approx(top + 1 / top, rel=1e-12)
    assert one.overlaps[u] == pytest.approx(first * weight)
    assert one.overlaps[v] == pytest.approx((1 - first) * weight)


def test_an_indefinite_signal() -> None:
    mixed = planar.outliers(H + s * (u * v.T + v * u.T))
    eigenvalues = mixed.find({u: U, v: V, s: 2.0}, u, bulk=pair_bulk)
    assert positions(eigenvalues) == pytest.approx([-2.5, 2.5], rel=1e-12)
    assert [x.overlaps[u] for x in eigenvalues] == pytest.approx([0.375, 0.375])


def test_two_thresholds_at_once() -> None:
    both = planar.outliers(H + s * u * u.T + s * v * v.T)
    assert both.threshold(s, {u: U, v: V}, bulk=pair_bulk) == pytest.approx([1], abs=1e-6)
    near = planar.outliers(H + s * u * u.T + 1.01 * s * v * v.T)
    thresholds = near.threshold(s, {u: U, v: V}, bulk=pair_bulk)
    assert thresholds == pytest.approx([1 / 1.01, 1], abs=1e-6)


def test_strengths_that_break_the_symmetry_are_refused() -> None:
    strength = symbols("c")
    lone = planar.outliers(H + strength * u * u.T)
    with pytest.raises(planar.PlanarError, match="is not self-adjoint"):
        lone.find({u: U, strength: 3.0 + 0.2j}, bulk=pair_bulk)
