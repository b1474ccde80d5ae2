"""The share of the null space, lam tr (lam + X)^-1 as lam goes to 0, on all sides of thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from letters import A, K, N, P, lam
from sympy import Expr

import planar
from planar import Ginibre, RandomProjection, Wishart, derive, resolvent, tr

F, X = Ginibre("F", N, K, variance=1 / K), Ginibre("X", P, N)
W, V, Q = Wishart("W", N, P), Wishart("V", N, K), RandomProjection("Q", N, K)
PRODUCTS: dict[str, tuple[Expr, int]] = {
    "F F.T W": (F * F.T * W, 40),
    "W V": (W * V, 40),
    "Q W": (Q * W, 40),
    "F F.T X.T X": (F * F.T * X.T * X, 40),
}
RANKS = ((10, 39), (30, 10), (39, 38), (60, 38), (400, 38), (60, 45), (10, 30))


@pytest.mark.parametrize("name", PRODUCTS)
def test_ranks_are_counted(name: str) -> None:
    """1 - min(K, P, N)/N at N = 40, also one or two below full rank."""
    matrix, size = PRODUCTS[name]
    kernel = derive(lam * tr(resolvent(matrix, lam))).limit(lam, 0).compile()
    for samples, features in RANKS:
        if name == "Q W" and features > size:
            continue
        null = 1 - min(samples, features, size) / size
        value = kernel({N: size, P: samples, K: features})
        assert value == pytest.approx(null, abs=1e-8), (samples, features)


def test_the_smaller_side_has_the_null_space_too() -> None:
    kernel = derive(lam * tr(resolvent(F.T * W * F, lam))).limit(lam, 0).compile()
    for samples, features in ((10, 30), (60, 38), (60, 45), (30, 60)):
        null = 1 - min(samples, features, 40) / features
        value = kernel({N: 40, P: samples, K: features})
        assert value == pytest.approx(null, abs=1e-8), (samples, features)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e4, 1e7, 1e12])
def test_a_share_has_no_scale(scale: float) -> None:
    limit = derive(lam * tr(resolvent(A * W, lam))).limit(lam, 0)
    letters = planar.spectrum(np.linspace(0.1, 2, 40) * scale)
    assert limit.evaluate({A: letters, P: 30}) == pytest.approx(0.25, abs=1e-8)


@pytest.mark.parametrize(
    "features",
    [pytest.param(24, marks=pytest.mark.long), 25, pytest.param(26, marks=pytest.mark.long)],
)
def test_curves_of_sgd_have_a_limit_whatever_the_number_of_features(features: int) -> None:
    """In any unit, for the path to zero has no other."""
    modes, unit = np.arange(1, 41.0), 1e16
    curves = planar.dynamics.sgd_curves(
        spectrum=np.linspace(0.5, 1, 40) * unit,
        teacher=modes**-0.4 / np.sqrt(unit),
        samples=60,
        noise=0.1,
        batch_size=8,
        learning_rate=0.2 / unit,
        times=[4000],
        features=features,
    )
    test, train = curves.limit
    assert test == pytest.approx(curves.test[0], rel=1e-3)
    assert train == pytest.approx(curves.train[0], rel=1e-2)
