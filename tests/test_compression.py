"""A long spectrum in a few nodes: what it loses stays below its bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import symbols

import planar
from planar import Wishart, derive, deterministic, dims, resolvent, tr
from planar.foundations.errors import PlanarError, ShapeError

N, P = dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A, M, W = deterministic("A", N, positive=True), deterministic("M", N), Wishart("W", N, P)
rng = np.random.default_rng(0)
LONG = np.exp(rng.uniform(np.log(1e-12), 0, 200_000))
LONG[:500] = 0
KAPPAS = np.logspace(-14, 2, 33)


@pytest.mark.parametrize("tolerance", [1e-4, 1e-8, 1e-10, 1e-12])
def test_averages_keep_their_digits_over_twelve_decades(tolerance: float) -> None:
    short = planar.spectrum(LONG).compressed(tolerance)
    assert short.bound <= tolerance
    assert len(short) < 40 * 12
    for kappa in KAPPAS:
        for power in (1, 2):
            exact = np.mean(1 / (kappa + LONG) ** power)
            assert (
                abs(short.measure @ (1 / (kappa + short.eigenvalues) ** power) / exact - 1)
                <= short.bound + 1e-13
            )


def test_fewer_nodes_would_not_do() -> None:
    """The bound is tight: with two nodes an octave the error is far above what four promise."""
    coarse, fine = planar.spectrum(LONG).compressed(0.1), planar.spectrum(LONG).compressed(1e-4)
    worst = [
        max(
            abs(s.measure @ (1 / (k + s.eigenvalues)) * np.reciprocal(np.mean(1 / (k + LONG))) - 1)
            for k in KAPPAS
        )
        for s in (coarse, fine)
    ]
    assert fine.bound < 0.1 * worst[0]
    assert worst[0] < coarse.bound


def test_insertions_keep_their_digits() -> None:
    diagonal = rng.uniform(0, 1, len(LONG)) * np.sqrt(LONG)
    errors = []
    for insertions in (False, True):
        short = planar.spectrum(LONG).compressed(1e-10, insertions=insertions)
        nodes = short.project(diagonal)
        pairs = [
            (short.measure @ (nodes / (k + short.eigenvalues)), np.mean(diagonal / (k + LONG)))
            for k in KAPPAS
        ]
        errors.append(max(abs(a / b - 1) for a, b in pairs))
    assert errors[1] < 1e-10
    assert errors[0] < 1e-4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(1e-6, 1e6))
def test_short_lists_of_any_kind(values: list[float], kappa: float) -> None:
    x = np.array(values)
    short = planar.spectrum(x).compressed()
    assert short.measure.sum() == pytest.approx(1)
    assert short.measure @ (1 / (kappa + short.eigenvalues)) == pytest.approx(
        np.mean(1 / (kappa + x)), rel=1e-9
    )


def test_a_kernel_takes_it_in_place_of_the_spectrum() -> None:
    kernel = derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu))).compile()
    x = np.exp(rng.uniform(np.log(1e-6), 0, 20_000))
    diagonal = rng.uniform(0, 1, len(x))
    long = planar.spectrum(x)
    short = long.compressed(1e-10, insertions=True)
    common: dict[Any, Any] = {lam: np.logspace(-4, 0, 8), mu: 0.3, P: 9_000}
    full = kernel({A: long, M: diagonal, **common})
    quick = kernel({A: short, M: short.project(diagonal), N: len(x), **common})
    assert np.allclose(full, quick, rtol=1e-9)


def test_a_million_eigenvalues_become_a_few_hundred() -> None:
    x = np.exp(rng.uniform(np.log(1e-6), 0, 10**6))
    assert len(planar.spectrum(x).compressed()) < 250


def test_bad_input_is_one_sentence() -> None:
    with pytest.raises(PlanarError, match="without negative eigenvalues"):
        planar.spectrum([-1.0, 2.0]).compressed()
    with pytest.raises(PlanarError, match="a tolerance of 2"):
        planar.spectrum([1.0, 2.0]).compressed(2)
    with pytest.raises(ShapeError, match="give one each"):
        planar.spectrum([1.0, 2.0]).compressed().project([1.0])
