"""From frequency to time, against matrices whose exponentials and powers are known, and against
sampling.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import symbols

from planar import Wishart, derive, deterministic, dims, resolvent, tr
from planar.applications.dynamics import (
    Descent,
    Flow,
    hyperbola,
    inverse_laplace,
    inverse_laplace_pair,
    inverse_pair,
    inverse_response,
    inverse_steps,
    inverse_steps_pair,
    stepped_hyperbola,
    volterra,
    volterra_steps,
)
from planar.foundations.errors import PlanarError

rng = np.random.default_rng(0)
H = np.sort(rng.uniform(0, 2, 40))
WEIGHTS = rng.uniform(0, 1, 40)
WEIGHTS /= WEIGHTS.sum()
SQUARE = rng.standard_normal((40, 40))
MIDDLE = SQUARE @ SQUARE.T / 40
STEPS = np.array([0, 1, 2, 5, 10, 20, 30, 31, 32, 50, 99, 100, 199, 401, 1000, 5001, 10000, 50000])


def one(z: Any) -> Any:
    return (WEIGHTS / (np.asarray(z)[..., None] + H)).sum(-1)


def two(z: Any, w: Any) -> Any:
    left, right = 1 / (z[..., None] + H), 1 / (w[..., None] + H)
    return np.einsum("ik,kl,jl->ij", left[:, 0], MIDDLE, right[0])


def test_exponentials_over_six_decades() -> None:
    times = np.logspace(-2, 4, 50)
    found = inverse_laplace(one, times)
    exact = np.exp(-np.multiply.outer(times, H)) @ WEIGHTS
    assert np.max(np.abs(found.value - exact)) < 1e-8
    assert (np.abs(found.value - exact) <= found.error).all()
    pair = inverse_laplace_pair(two, times)
    decay = np.exp(-np.multiply.outer(times, H))
    both = np.einsum("tk,kl,tl->t", decay, MIDDLE, decay)
    assert np.max(np.abs(pair.value - both)) < 1e-6 * both.max()
    assert (np.abs(pair.value - both) <= pair.error).all()


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.49, 0.6, 0.9, 0.99])
def test_powers_of_steps(rate: float) -> None:
    """Rates beyond half the stable one have modes that alternate in sign."""
    found = inverse_steps(one, STEPS, rate=rate, largest=2.0)
    powers = (1 - rate * H) ** STEPS[:, None]
    assert np.max(np.abs(found.value - powers @ WEIGHTS)) < 1e-8
    assert (np.abs(found.value - powers @ WEIGHTS) <= found.error).all()
    pair = inverse_steps_pair(two, STEPS, rate=rate, largest=2.0)
    both = np.einsum("tk,kl,tl->t", powers, MIDDLE, powers)
    assert np.max(np.abs(pair.value - both)) < 1e-6 * both.max()
    assert (np.abs(pair.value - both) <= pair.error).all()


def test_without_the_second_hyperbola_alternating_modes_are_lost() -> None:
    times = np.array([31.0, 60.0])
    exact = (1 - 0.99 * H) ** times[:, None] @ WEIGHTS
    errors = []
    for largest in (2.0, 0.0):
        line = stepped_hyperbola(31, 60, Descent(0.99), largest=largest)
        found = Descent(0.99).residual(times, line.nodes) @ (line.weights * one(line.nodes))
        errors.append(np.max(np.abs(found.real - exact)))
    assert errors[0] < 1e-9
    assert errors[1] > 1e-3


@pytest.mark.parametrize("momentum", [0.3, 0.9])
@pytest.mark.parametrize("rate", [0.001, 0.1, 0.6, 0.95, 1.2])
def test_powers_of_the_heavy_ball(rate: float, momentum: float) -> None:
    """Against the recursion itself, mode by mode: residuals from rest, and the squares of the
    answers to a kick.

    The recursion has a round-off of its own.
    """
    residual, response = [np.ones(40), 1 - rate * H], [np.ones(40), 1 - rate * H + momentum]
    for p in (residual, response):
        while len(p) <= STEPS[-1]:
            p.append((1 - rate * H + momentum) * p[-1] - momentum * p[-2])
    p, r = (np.array([x[t] for t in STEPS]) for x in (residual, response))
    ball = Descent(rate, momentum)
    pair = inverse_pair(two, STEPS, ball, 2.0)
    exact = np.einsum("tk,kl,tl->t", p, MIDDLE, p)
    assert (np.abs(pair.value - exact) <= pair.error + 1e-13 * exact.max()).all()
    assert pair.error.max() < 1e-5 * exact.max()
    noise = inverse_response(one, STEPS, ball, 2.0)
    exact = r**2 @ WEIGHTS
    assert (np.abs(noise.value - exact) <= noise.error + 1e-13 * exact.max()).all()
    assert noise.error.max() < 1e-6 * exact.max()


def test_flow_from_time_zero() -> None:
    times = np.array([0.0, 0.3, 5.0, 40.0, 3000.0])
    pair = inverse_pair(two, times, Flow(0.7), 2.0)
    decay = np.exp(-0.7 * np.multiply.outer(times, H))
    exact = np.einsum("tk,kl,tl->t", decay, MIDDLE, decay)
    assert (np.abs(pair.value - exact) <= pair.error).all()
    assert pair.error.max() < 1e-6 * exact.max()


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 50), st.floats(1e-3, 1e3))
def test_one_mode_at_any_time(h: float, time: float) -> None:
    found = inverse_laplace(lambda z: 1 / (z + h), [time])
    assert abs(found.value[0] - np.exp(-h * time)) <= found.error[0] < 1e-5


def test_a_derived_equivalent_becomes_a_curve_in_time() -> None:
    """tr e^(-A W t) and tr e^(-A W t) M e^(-W A t) of sampled matrices, within their standard
    error.
    """
    n, p = dims("N P")
    z, w = symbols("z w")
    A, M, W = deterministic("A", n, positive=True), deterministic("M", n), Wishart("W", n, p)
    size, samples, draws, times = 60, 90, 40, np.array([0.1, 0.5, 2.0, 6.0])
    x = rng.standard_normal((size, 2 * size))
    values = {
        A: x @ x.T / (2 * size),
        M: np.eye(size) + rng.standard_normal((size, size)) / 8,
        p: samples,
    }
    kernel = derive(tr(resolvent(A * W, z))).compile()
    pair_kernel = derive(tr(resolvent(A * W, z) * M * resolvent(W * A, w))).compile()
    curve = inverse_laplace(lambda u: kernel({A: values[A], p: samples, z: u}), times)
    pair = inverse_laplace_pair(lambda u, v: pair_kernel({**values, z: u, w: v}), times)
    sampled = np.zeros((2, draws, len(times)))
    for k in range(draws):
        g = (
            rng.standard_normal((samples, size)) + 1j * rng.standard_normal((samples, size))
        ) / np.sqrt(2)
        h, left = np.linalg.eig(values[A] @ (g.conj().T @ g) / samples)
        inverse = np.linalg.inv(left)
        for i, t in enumerate(times):
            decay = left @ np.diag(np.exp(-h * t)) @ inverse
            sampled[0, k, i] = np.trace(decay).real / size
            sampled[1, k, i] = np.trace(decay @ values[M] @ decay.conj().T).real / size
    mean, error = sampled.mean(axis=1), sampled.std(axis=1, ddof=1) / np.sqrt(draws)
    for ours, theirs, spread in zip((curve.value, pair.value), mean, error, strict=True):
        assert np.all(np.abs(ours - theirs) < 4 * spread + 2e-3 * np.abs(theirs)), (
            ours,
            theirs,
            spread,
        )


def test_volterra_in_steps_is_the_recursion() -> None:
    f, k = rng.uniform(size=900), rng.uniform(size=900) / 900
    found = volterra_steps(f, k, 0.7)
    for t in [*range(20), 511, 512, 513, 899]:
        assert found[t] == pytest.approx(
            f[t] + 0.7 * sum(k[t - 1 - s] * found[s] for s in range(t))
        )


def test_volterra_in_continuous_time() -> None:
    """R = 1 + c e^(-a t) * R has R = 1 + c (1 - e^(-(a - c) t))/(a - c); second order without,
    fourth with extrapolation.
    """
    errors = []
    for points in (101, 201):
        t = np.linspace(0, 4, points)
        found = volterra(np.ones(points), np.exp(-1.5 * t), t[1], 0.5)
        exact = 1 + 0.5 * (1 - np.exp(-t))
        assert np.all(np.abs(found.value - exact) <= found.error + 1e-12)
        errors.append(np.max(np.abs(found.value - exact)))
    assert errors[1] < 1e-7
    assert errors[1] < errors[0] / 6


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: inverse_laplace(one, [0.0, 1.0]), "times are a list of positive numbers"),
        (
            lambda: inverse_steps(one, [1.5], rate=0.1, largest=1.0),
            "steps are a list of whole numbers",
        ),
        (lambda: inverse_steps(one, [1], rate=2.0, largest=1.0), "do not stay bounded"),
        (lambda: inverse_laplace(lambda z: z * np.nan, [1.0]), "not finite on the contour"),
        (lambda: hyperbola(0.0, 1.0), "needs 0 < first <= last"),
        (lambda: stepped_hyperbola(1, 10, Descent(0.5)), "begins at step 1 is too early"),
        (lambda: volterra([1, 2], [1], 0.1), "given at the same times"),
        (lambda: volterra(np.ones(9), np.ones(9), 3.0), "too long for this kernel"),
    ],
)
def test_bad_input_is_one_sentence(call: Any, says: str) -> None:
    with pytest.raises(PlanarError, match=says):
        call()
