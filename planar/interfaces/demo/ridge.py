"""Ridge regression on the digits of scikit-learn: derived risk beside measured test error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import symbols

from planar.ensembles.wishart import Wishart
from planar.formulas.symbols import deterministic, dims, resolvent, tr
from planar.foundations.errors import PlanarError
from planar.interfaces.api import derive

__all__ = ["Row", "digits", "ridge_rows"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Row:
    """Derived and measured mean squared test error, with its standard error.

    One row is for one size of the training set and one ridge.
    """

    samples: int
    ridge: float
    derived: float
    measured: float
    standard_error: float


def digits() -> tuple[Array, Array]:
    """Centred 8 x 8 images as rows, and for each the centred indicator of the digit being even."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise PlanarError(
            'the digits come with scikit-learn; install planar with pip install ".[examples]".'
        ) from None
    data = load_digits()
    features = data.data / 16.0
    labels = (data.target % 2 == 0) * 2.0 - 1.0
    return features - features.mean(axis=0), labels - labels.mean()


def ridge_rows(
    features: Array,
    labels: Array,
    samples: Sequence[int],
    ridges: Sequence[float],
    draws: int,
    seed: int,
) -> list[Row]:
    """Derived and measured risk of ridge regression, for all sizes and ridges.

    The estimate is ``(lam + X.T X/P)^-1 X.T y/P``.

    With covariance C, best linear fit w and noise variance s2 from all of the data, the error of
    the estimate is ``lam^2 w.T R C R w + s2/P Tr[C R C_hat R] + s2``, R = (lam + C_hat)^-1, C_hat =
    C^1/2 W C^1/2. The first two terms are two-point functions; planar derives both.
    """
    covariance = features.T @ features / len(features)
    values, basis = np.linalg.eigh(covariance)
    keep = values > 1e-9 * values.max()
    values, basis = values[keep], basis[:, keep]
    teacher = basis @ ((basis.T @ (features.T @ labels / len(features))) / values)
    noise = float(np.mean((labels - features @ teacher) ** 2))
    risk = derived_risk(values, basis.T @ teacher, noise, samples, ridges)
    rows = list[Row]()
    for i, count in enumerate(samples):
        seeds = np.random.SeedSequence([seed, count])
        errors = _measured(features, labels, count, ridges, draws, seeds)
        for j, ridge in enumerate(ridges):
            mean, spread = errors[:, j].mean(), errors[:, j].std(ddof=1) / np.sqrt(draws)
            rows.append(Row(count, float(ridge), float(risk[i, j]), float(mean), float(spread)))
    return rows


def derived_risk(
    values: Array, teacher: Array, noise: float, samples: Sequence[int], ridges: Sequence[float]
) -> Array:
    """Total test error by derivation.

    ``values`` are eigenvalues of the covariance, and the teacher is given in their eigenbasis.
    """
    N, P = dims("N P")
    lam, mu = symbols("lambda mu", positive=True)
    root = deterministic("R", N, positive=True)
    w = deterministic("w", N, 1)
    inner = root * Wishart("W", N, P) * root
    left, right = resolvent(inner, lam), resolvent(inner, mu)
    bias = derive(w.T * left * root * root * right * w).compile()
    variance = derive(tr(root * root * left * inner * right)).compile()
    grid = np.asarray(ridges, dtype=float)
    size = len(values)
    risk = np.empty((len(samples), len(grid)))
    for i, count in enumerate(samples):
        at = {root: np.diag(np.sqrt(values)), lam: grid, mu: grid, P: count}
        bias_term = grid**2 * bias({**at, w: teacher[:, None]})
        risk[i] = bias_term + noise * size / count * variance(at) + noise
    return risk


def _measured(
    features: Array,
    labels: Array,
    count: int,
    ridges: Sequence[float],
    draws: int,
    seed: np.random.SeedSequence,
) -> Array:
    """Test error of each draw and ridge.

    Trained on ``count`` rows drawn without return, tested on all others.
    """
    errors = np.empty((draws, len(ridges)))
    for d, child in enumerate(seed.spawn(draws)):
        order = np.random.default_rng(child).permutation(len(labels))
        train, test = order[:count], order[count:]
        x, y = features[train], labels[train]
        gram, vector = x.T @ x / count, x.T @ y / count
        for j, ridge in enumerate(ridges):
            weights = np.linalg.solve(gram + ridge * np.eye(len(gram)), vector)
            errors[d, j] = np.mean((features[test] @ weights - labels[test]) ** 2)
    return errors
