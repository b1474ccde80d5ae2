"""Curves of SGD against SGD itself, its exact average over batches, and each other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from derivations._simulation import averaged, sgd
from planar.applications.dynamics import sgd_curves
from planar.applications.dynamics.models import Model
from planar.foundations.errors import PlanarError

D = 40
SPECTRUM = np.arange(1, D + 1.0) ** -1.2
TEACHER = np.arange(1, D + 1.0) ** -0.3
TEACHER /= np.sqrt(SPECTRUM @ TEACHER**2)
SQUARE = np.random.default_rng(3).standard_normal((D, 2 * D))
SHIFT = SQUARE @ SQUARE.T / (2 * D)
TIMES = [0, 1, 3, 10, 30, 100, 250]
BASE: dict[str, Any] = {
    "spectrum": SPECTRUM,
    "teacher": TEACHER,
    "samples": 60,
    "batch_size": 3,
    "learning_rate": 0.25,
    "noise": 0.2,
    "times": TIMES,
}


def gaps(kind: Any, draws: int, **changes: Any) -> np.ndarray[Any, Any]:
    """Differences of the derived curves from the mean of some draws, in units of the standard error
    and of 3 % together.
    """
    derived = sgd_curves(**{**BASE, **changes})
    found = drawn(kind, draws, **changes)
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(draws)
    return np.asarray(np.array([derived.test, derived.train]) - mean) / (error + 0.03 / 4 * mean)


DRAWN: dict[str, np.ndarray[Any, Any]] = {}
"""Draws by what they are of: derived curves that are wrong are held against the same ones."""


def drawn(kind: Any, draws: int, **changes: Any) -> np.ndarray[Any, Any]:
    """Curves of some draws, made once."""
    every = {**BASE, **changes}
    test = every.pop("test_covariance", None)
    positional = [every.pop(k) for k in ("spectrum", "teacher", "times")]
    key = f"{kind.__name__} {draws} {changes}"
    if key not in DRAWN:
        rng, more = np.random.default_rng(1), {} if test is None else {"test": test}
        DRAWN[key] = kind(rng, draws, *positional, **every, **more)
    return DRAWN[key]


CASES: dict[str, tuple[Any, int, dict[str, Any]]] = {
    "linear": (averaged, 20, {}),
    "features": (averaged, 20, {"features": 25}),
    "shift": (averaged, 20, {"test_covariance": SHIFT}),
    "features, shift": (averaged, 20, {"features": 25, "test_covariance": SHIFT}),
    "shift in the eigenbasis": (averaged, 20, {"test_covariance": SPECTRUM[::-1].copy()}),
    "momentum": (sgd, 100, {"momentum": 0.8, "learning_rate": 0.05}),
    "features, momentum": (sgd, 100, {"momentum": 0.5, "learning_rate": 0.1, "features": 25}),
    "one pass": (sgd, 100, {"samples": None, "batch_size": 8}),
    "one pass, features": (
        sgd,
        100,
        {"samples": None, "features": 25, "batch_size": 8, "momentum": 0.3},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_curves_are_those_of_sgd(name: str) -> None:
    kind, draws, changes = CASES[name]
    assert np.abs(gaps(kind, draws, **changes)).max() < 4


@pytest.mark.parametrize("part", ["train_noise", "test_noise", "train_kernel"])
def test_a_wrong_transform_is_seen(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = getattr(Model, part)
    monkeypatch.setattr(
        Model, part, lambda self: whole(self) * (3 if part == "train_kernel" else 1e-9)
    )
    assert np.abs(gaps(averaged, 20)).max() > 6


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"features": 160},
        {"samples": None},
        {"momentum": 0.7, "learning_rate": 0.05},
        pytest.param({"samples": 30}, marks=pytest.mark.long),
        {"flow": True},
    ],
)
def test_curves_reach_their_limits(changes: dict[str, Any]) -> None:
    """An even spectrum and more features than modes settle; the gain is the sum of the kernel,
    which Volterra summed itself.
    """
    even = {
        "spectrum": np.linspace(0.5, 1, D),
        "learning_rate": 0.2,
        "times": [4000],
        "batch_size": 8,
        "noise": 0.1,
    }
    curves = sgd_curves(**{**BASE, **even, **changes})
    assert curves.stable
    assert curves.limit == pytest.approx((curves.test[0], curves.train[0]), rel=2e-3, abs=1e-6)


def test_small_steps_are_gradient_flow() -> None:
    fine = sgd_curves(
        **{**BASE, "learning_rate": 0.002, "batch_size": 1, "times": [100, 1000, 5000]}
    )
    flow = sgd_curves(
        **{
            **BASE,
            "learning_rate": 0.002,
            "batch_size": 1,
            "times": [100, 1000, 5000],
            "flow": True,
        }
    )
    np.testing.assert_allclose(flow.test, fine.test, rtol=4e-3)
    np.testing.assert_allclose(flow.train, fine.train, rtol=4e-3)
    between = sgd_curves(**{**BASE, "times": [0, 0.31, 7.77], "flow": True})
    near = sgd_curves(**{**BASE, "times": [0, 0.31, 7.77, 9.99], "flow": True})
    np.testing.assert_allclose(between.test, near.test[:3], atol=1e-4)


def test_one_hidden_model_by_two_routes() -> None:
    """Many features are none; many samples are fresh ones; a large batch is gradient descent; phi
    has its rows' covariance.
    """
    known = sgd_curves(**BASE)
    wide = sgd_curves(**{**BASE, "features": 10**6})
    np.testing.assert_allclose(wide.test, known.test, rtol=1e-3)
    fresh, many = (
        sgd_curves(**{**BASE, "samples": p, "times": [0, 10, 100]}) for p in (None, 10**7)
    )
    np.testing.assert_allclose(many.test, fresh.test, rtol=1e-4)
    np.testing.assert_allclose(many.train, fresh.train, rtol=1e-4)
    descent, large = (sgd_curves(**{**BASE, "batch_size": b}) for b in (math.inf, 10**8))
    np.testing.assert_allclose(large.test, descent.test, rtol=1e-6)
    rotation = np.linalg.qr(SQUARE[:, :D])[0]
    rows = np.sqrt(D) * np.linalg.qr(SQUARE.T[:D, :D])[0] @ np.diag(np.sqrt(SPECTRUM)) @ rotation.T
    rotated = sgd_curves(
        **{**BASE, "spectrum": None, "feature_matrix": rows, "teacher": rotation @ TEACHER}
    )
    np.testing.assert_allclose(rotated.test, known.test, rtol=1e-8)


def test_the_edge_and_the_bound_on_the_learning_rate() -> None:
    """The edge of the derived density is where kappa(lambda) turns: lambda = kappa (1 - sum of
    s/(kappa + s)/P).
    """
    curves = sgd_curves(**BASE)
    kappa = -SPECTRUM.max() * (1 + np.logspace(-4, 2, 200001))
    edge = -(kappa * (1 - (SPECTRUM / (kappa[:, None] + SPECTRUM)).sum(axis=1) / 60)).max()
    assert curves.largest_eigenvalue == pytest.approx(edge, rel=1e-4)
    with pytest.raises(PlanarError, match=f"the largest eigenvalue is {edge:.4g}"):
        sgd_curves(**{**BASE, "learning_rate": 1.01 * 2 / edge})


def test_noise_that_does_not_settle_is_said_and_ends_in_infinity() -> None:
    curves = sgd_curves(**{**BASE, "batch_size": 1, "learning_rate": 1.0, "times": [0, 5, 10**4]})
    assert not curves.stable
    assert "diverges" in str(curves)
    assert curves.limit == (math.inf, math.inf)
    assert np.isfinite(curves.test[:2]).all()
    assert curves.test[2] == math.inf


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"spectrum": None}, "give either spectrum= or feature_matrix="),
        ({"spectrum": [1.0, -0.1]}, "spectrum are eigenvalues of a covariance, got -0.1"),
        ({"spectrum": "ab"}, "spectrum is an array of real numbers"),
        ({"teacher": [1.0]}, "teacher has 1 entries and the covariance 40"),
        ({"samples": 0}, "samples is a number of at least 1, got 0"),
        ({"features": -3}, "features is a number of at least 1, got -3"),
        ({"batch_size": 0.5}, "batch_size is a number of at least 1"),
        ({"noise": -1}, "noise is the variance of the label noise, at least 0, got -1"),
        ({"learning_rate": 0.0}, "a learning rate must be positive, got 0.0"),
        ({"learning_rate": "fast"}, "learning_rate is a number, got 'fast'"),
        ({"momentum": 1.0}, "a momentum of 1.0 does not decay"),
        ({"momentum": 0.5, "flow": True}, "gradient flow has no momentum"),
        ({"times": [0.5]}, "times are whole numbers of steps; with flow=True"),
        ({"times": [-1]}, "at least 0"),
        ({"times": [1e12]}, "flow=True goes further"),
        ({"test_covariance": np.ones(3)}, r"test_covariance has shape \(3,\)"),
    ],
)
def test_bad_input_is_one_sentence(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(PlanarError, match=says):
        sgd_curves(**{**BASE, **changes})
