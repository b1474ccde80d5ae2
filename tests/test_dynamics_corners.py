"""Curves of SGD and inverse transforms at their corners: units, sizes, times, broken premises."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import symbols

from derivations._simulation import sgd
from planar import PlanarError, Wishart, derive, dims, resolvent, tr
from planar.dynamics import (
    Descent,
    Flow,
    Inverse,
    SGDCurves,
    inverse_laplace,
    inverse_laplace_pair,
    inverse_residual,
    inverse_steps,
    inverse_steps_pair,
    sgd_curves,
)

SPECTRUM = np.linspace(0.5, 1, 40)
TEACHER = np.ones(40) / np.sqrt(40)
BASE: dict[str, Any] = {
    "spectrum": SPECTRUM,
    "teacher": TEACHER,
    "samples": 60,
    "batch_size": 8,
    "learning_rate": 0.1,
    "noise": 0.1,
    "times": [0, 7, 200],
}


@cache
def base() -> SGDCurves:
    return sgd_curves(**BASE)


# -- units and sizes -------------------------------------------------------------------------------


@settings(max_examples=2, deadline=None)
@given(st.floats(-30, 30), st.floats(-20, 20), st.floats(-20, 20))
def test_curves_have_no_unit(eigenvalues: float, outputs: float, shift: float) -> None:
    """The spectrum, the teacher's outputs with the noise, and the test inputs."""
    s, u, t = 10.0**eigenvalues, 10.0**outputs, 10.0**shift
    curves = sgd_curves(
        **{
            **BASE,
            "spectrum": s * SPECTRUM,
            "learning_rate": 0.1 / s,
            "teacher": TEACHER * u / math.sqrt(s),
            "noise": 0.1 * u**2,
            "test_covariance": t * SPECTRUM,
        }
    )
    plain = base()
    np.testing.assert_allclose(curves.train / u**2, plain.train, rtol=1e-7)
    np.testing.assert_allclose(curves.test / u**2 / t * s, plain.test, rtol=1e-7)
    assert curves.gain == pytest.approx(plain.gain, rel=1e-9)
    assert curves.largest_eigenvalue == pytest.approx(s * plain.largest_eigenvalue, rel=1e-9)
    test, train = curves.limit
    assert (test / u**2 / t * s, train / u**2) == pytest.approx(plain.limit, rel=1e-7)


@pytest.mark.parametrize("samples", [10**9, 1e300])
def test_samples_without_end_are_fresh_ones(samples: float) -> None:
    fresh = sgd_curves(**{**BASE, "samples": None})
    many = sgd_curves(**{**BASE, "samples": samples})
    np.testing.assert_allclose(many.test, fresh.test, rtol=1e-6)
    assert many.limit == pytest.approx(fresh.limit, rel=1e-6)


@pytest.mark.parametrize("size", [10**9, 10**19, 10**300, 10**400])
def test_kernels_take_a_dimension_of_any_size(size: int) -> None:
    n, p = dims("N P")
    lam = symbols("lambda", positive=True)
    kernel = derive(p / n * tr(resolvent(Wishart("W", n, p), lam))).compile()
    value = kernel({n: 100, p: size, lam: 1.0})
    assert value == pytest.approx(min(size, 1.7976931348623157e308) / 200, rel=1e-6)


@pytest.mark.parametrize("value", [math.inf, 1.5])
@pytest.mark.parametrize("name", ["samples", "features"])
def test_a_number_that_counts_is_whole(name: str, value: float) -> None:
    with pytest.raises(PlanarError, match=f"{name} is a whole number, got {value}; leave {name}="):
        sgd_curves(**{**BASE, name: value})


# -- times -----------------------------------------------------------------------------------------


def test_a_long_flow_ends_at_its_limit() -> None:
    curves = sgd_curves(**{**BASE, "times": [3.0, 100.0, 1e7]}, flow=True)
    short = sgd_curves(**{**BASE, "times": [3.0, 100.0]}, flow=True)
    np.testing.assert_allclose(curves.test[:2], short.test, atol=1e-4)
    assert (curves.test[2], curves.train[2]) == pytest.approx(curves.limit, rel=1e-5)
    assert (curves.test_error < 1e-5).all()


def test_gradient_flow_of_one_mode_is_the_solution_of_its_equation() -> None:
    """One pass with one eigenvalue h: dR/dt = -2 rate h R + (rate h)^2/batch (R + noise)."""
    rate, batch, noise = 0.3, 2, 0.1
    times = np.array([0.0, 0.7, 5.0, 40.0, 1e6, 1e11])
    curves = sgd_curves(
        spectrum=[1.0],
        teacher=[1.0],
        batch_size=batch,
        learning_rate=rate,
        times=times,
        noise=noise,
        flow=True,
    )
    decay, push = 2 * rate - rate**2 / batch, noise * rate**2 / batch
    exact = push / decay + (1 - push / decay) * np.exp(-decay * times)
    np.testing.assert_allclose(curves.test, exact, rtol=1e-5)
    assert (np.abs(curves.test - exact) <= curves.test_error + 1e-12).all()
    assert curves.limit[0] == pytest.approx(push / decay, rel=1e-9)


def test_a_flow_beyond_all_times_says_where_its_end_is() -> None:
    with pytest.raises(PlanarError, match=r"take times up to .* and `limit` of the curves"):
        sgd_curves(**{**BASE, "times": [1e300]}, flow=True)


# -- how far the equation holds --------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "batch"), [(0.05, 2), (0.03, 1), (0.05, 1)])
def test_what_the_closure_leaves_out_is_what_sgd_adds(rate: float, batch: int) -> None:
    """One pass, where it is the third moment of Gaussian inputs: 0.6, 1 and 7 %."""
    setting = {**BASE, "samples": None, "learning_rate": rate, "batch_size": batch}
    curves = sgd_curves(**{**setting, "times": [2000]})
    closed = settled(curves.gain, 0.0, rate, batch)
    whole = settled(curves.gain, 1.0, rate, batch)
    assert curves.limit[0] == pytest.approx(closed, rel=1e-6)
    assert curves.closure == pytest.approx((whole + 0.1) / (closed + 0.1) - 1, rel=1e-4)
    assert f"leaves out {100 * curves.closure:.2g} %" in str(curves)


def settled(gain: float, own: float, rate: float, batch: int) -> float:
    """The settled excess risk mode by mode: v = k (R + own v), R = noise + the sum of v."""
    k = rate * SPECTRUM / (batch * (2 - rate * SPECTRUM))
    total = (k / (1 - own * k)).sum()
    assert own or gain == pytest.approx(total, rel=1e-6)
    return float(0.1 * total / (1 - total))


def test_sgd_itself_is_off_by_the_closure() -> None:
    setting = {"samples": None, "batch_size": 1, "learning_rate": 0.055, "noise": 0.1}
    curves = sgd_curves(spectrum=SPECTRUM, teacher=TEACHER, times=[1500], **setting)
    times = list(range(300, 1500, 10))
    draws = sgd(np.random.default_rng(0), 100, SPECTRUM, TEACHER, times, **setting)
    sampled = draws[:, 0].mean(axis=1)
    error = sampled.std(ddof=1) / np.sqrt(len(sampled)) / curves.limit[0]
    gap = sampled.mean() / curves.limit[0] - 1
    assert curves.closure > 0.1
    assert abs(gap - curves.closure) < 4 * error + 0.02
    assert gap > 4 * error


def test_noise_that_no_mode_survives_is_beyond_the_closure() -> None:
    curves = sgd_curves(
        spectrum=[1.0], teacher=[1.0], learning_rate=0.95, times=[0, 3], batch_size=1
    )
    assert 0.9 < curves.gain < 1
    assert curves.closure == math.inf
    assert "too strong for the closed equation" in str(curves)
    assert sgd_curves(**{**BASE, "batch_size": math.inf}).closure == 0


# -- premises of inverse transforms ----------------------------------------------------------------

LATE = np.array([30.0, 100.0, 1000.0])


@pytest.mark.parametrize(
    ("transform", "exact"),
    [
        (lambda z: z / (z * z + 1), np.cos),
        (lambda z: z / (z * z + 1e8), lambda t: np.cos(1e4 * t)),
        (lambda z: 1 / (z - 0.1), lambda t: np.exp(0.1 * t)),
        (lambda z: 1 / (z + 0.01) + 1e-3 / (z - 0.05), lambda t: 1e-3 * np.exp(0.05 * t)),
    ],
)
def test_singularities_beyond_a_contour_are_seen(
    transform: Callable[[Any], Any], exact: Callable[[Any], Any]
) -> None:
    inverse = inverse_laplace(transform, LATE)
    assert np.abs(inverse.value - exact(LATE)).max() > 0.1
    assert (inverse.error == np.inf).all()
    assert "singularities beyond a contour" in str(inverse)
    pair = inverse_laplace_pair(lambda z, w: transform(z) * 1 / (w + 0.01), LATE)
    assert (pair.error == np.inf).all()
    other = inverse_laplace_pair(lambda z, w: transform(w) * 1 / (z + 0.01), LATE)
    assert (other.error == np.inf).all()


def test_what_a_contour_encloses_keeps_its_error() -> None:
    early = inverse_laplace(lambda z: z / (z * z + 1), [0.5, 100.0])
    assert early.value[0] == pytest.approx(np.cos(0.5), abs=1e-8)
    assert early.error[0] < 1e-6
    assert early.error[1] == np.inf


def test_a_transform_that_is_not_real_is_seen() -> None:
    assert (inverse_laplace(lambda z: (1 + 1j) / (z + 0.01), LATE).error == np.inf).all()


@pytest.mark.parametrize(
    "transform", [lambda z: 1 / (z + 1.5), lambda z: 0.5 / (z + 1.9) + 0.5 / (z + 0.01)]
)
def test_an_eigenvalue_beyond_the_largest_is_seen(transform: Callable[[Any], Any]) -> None:
    steps = [0, 1, 5, 40]
    inverses: tuple[Inverse, ...] = (
        inverse_steps(transform, steps, rate=1.0, largest=1.0),
        inverse_residual(transform, steps, Flow(1.0), 1.0),
        inverse_residual(transform, steps, Descent(1.0, 0.5), 1.0),
        inverse_steps_pair(lambda z, w: transform(z) * transform(w), steps, rate=1.0, largest=1.0),
    )
    for inverse in inverses:
        assert (inverse.error == np.inf).all()


@pytest.mark.parametrize(
    ("transform", "exact"),
    [
        (lambda z: z**-0.5, lambda t: 1 / np.sqrt(np.pi * t)),
        (lambda z: 1 + 1 / (z + 0.01), lambda t: np.exp(-0.01 * t)),
        (lambda z: np.log1p(1 / z), lambda t: -np.expm1(-t) / t),
        (lambda z: 1e-12 / (z + 1e-9), lambda t: 1e-12 * np.exp(-1e-9 * t)),
    ],
)
def test_transforms_that_keep_the_premises_keep_their_errors(
    transform: Callable[[Any], Any], exact: Callable[[Any], Any]
) -> None:
    inverse = inverse_laplace(transform, LATE)
    off = np.abs(inverse.value - exact(LATE))
    assert (off <= inverse.error).all()
    assert (inverse.error < 1e-6 * np.abs(exact(LATE)).max()).all()
