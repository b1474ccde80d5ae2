"""Errors of regression on power-law spectra, sampled; nothing here uses planar.

Modes are so many that what lies beyond them moves no slope; the teacher is fixed, w_k >= 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["errors"]

MODES = 3000
SIZES = (16, 32, 64, 128)


def errors(
    regime: str, rng: np.random.Generator, draws: int, alpha: float, r: float
) -> tuple[Any, Any]:
    """Sizes, and the errors of every draw at each of them."""
    k = np.arange(1, MODES + 1.0)
    root, teacher = k ** (-alpha / 2), k ** ((alpha - 1 - 2 * alpha * r) / 2)
    one = {"data": _data, "ridge": _ridge, "noise": _noise, "features": _features}[regime]
    return np.array(SIZES), np.array([one(rng, root, teacher) for _ in range(draws)])


def _gram(rng: np.random.Generator, root: Any, samples: int, ridge: float) -> tuple[Any, Any]:
    """Rows of data, and (ridge + X X.T/P)^-1."""
    x = rng.standard_normal((samples, len(root))) * root
    return x, np.linalg.inv(ridge * np.eye(samples) + x @ x.T / samples)


def _residual(root: Any, teacher: Any, x: Any, inverse: Any) -> float:
    gap = teacher - x.T @ (inverse @ (x @ teacher)) / len(x)
    return float(np.sum((root * gap) ** 2))


def _data(rng: np.random.Generator, root: Any, teacher: Any) -> list[float]:
    return [_residual(root, teacher, *_gram(rng, root, size, 1e-12)) for size in SIZES]


def _ridge(rng: np.random.Generator, root: Any, teacher: Any) -> list[float]:
    """The ridge falls as 1/size on 400 samples, the same for each size, far more than the modes
    that it resolves.
    """
    x = rng.standard_normal((400, len(root))) * root
    gram = x @ x.T / len(x)
    seen, unit = x @ teacher, np.eye(len(x))
    fits = [x.T @ np.linalg.solve(unit / size + gram, seen) / len(x) for size in SIZES]
    return [float(np.sum((root * (teacher - fit)) ** 2)) for fit in fits]


def _noise(rng: np.random.Generator, root: Any, teacher: Any) -> list[float]:
    """What label noise of variance one adds, at a ridge 1/sqrt(size)."""
    variances = []
    for size in SIZES:
        x, inverse = _gram(rng, root, size, size**-0.5)
        variances.append(float(np.sum((inverse @ (x * root)) ** 2) / size**2))
    return variances


def _features(rng: np.random.Generator, root: Any, teacher: Any) -> list[float]:
    """The part of the target that no combination of random features has, on infinitely many
    samples.
    """
    target, losses = root * teacher, []
    for size in SIZES:
        f = root[:, None] * rng.standard_normal((len(root), size))
        losses.append(float(np.sum((target - f @ np.linalg.solve(f.T @ f, f.T @ target)) ** 2)))
    return losses
