"""Stochastic gradient descent itself, and its exact average over batches; neither uses planar."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["averaged", "four_errors", "sgd"]

Array = Any


def drawn(
    rng: np.random.Generator, spectrum: Array, samples: int, noise: float, features: int | None
) -> tuple[Array, Array, Array]:
    """Inputs, label noise and features F of one draw."""
    d = len(spectrum)
    x = rng.standard_normal((samples, d)) * np.sqrt(spectrum)
    f = np.eye(d) if features is None else rng.standard_normal((d, features)) / np.sqrt(features)
    return x, np.sqrt(noise) * rng.standard_normal(samples), f


def sgd(
    rng: np.random.Generator,
    draws: int,
    spectrum: Array,
    teacher: Array,
    times: Array,
    *,
    samples: int | None,
    batch_size: int,
    learning_rate: float,
    noise: float = 0.0,
    features: int | None = None,
    momentum: float = 0.0,
    test: Array | None = None,
) -> Array:
    """Test and training loss at some times of independent runs, draws x 2 x times, all of them one
    step after another.

    For one pass (no samples) the training loss is test plus noise.
    """
    spectrum, teacher = np.asarray(spectrum, float), np.asarray(teacher, float)
    data = [drawn(rng, spectrum, samples or 1, noise, features) for _ in range(draws)]
    x, eps, f = (np.array([one[part] for one in data]) for part in range(3))
    z, y, runs = x @ f, x @ teacher + eps, np.arange(draws)[:, None]
    w, before = np.zeros((2, draws, f.shape[2]))
    t = np.diag(spectrum) if test is None else np.diag(test) if np.ndim(test) == 1 else test
    losses: list[tuple[Array, Array]] = []
    wanted = set(np.asarray(times).tolist())
    for step in range(int(max(times)) + 1):
        if step in wanted:
            gap = teacher - (f @ w[:, :, None])[:, :, 0]
            residuals = (x @ gap[:, :, None])[:, :, 0] + eps
            fresh = gap**2 @ spectrum + noise
            losses.append(
                (np.sum(gap @ t * gap, axis=1), np.mean(residuals**2, axis=1) if samples else fresh)
            )
        if samples:
            chosen = rng.integers(samples, size=(draws, batch_size))
            rows, targets = z[runs, chosen], y[runs, chosen]
        else:
            inputs = rng.standard_normal((draws, batch_size, len(spectrum))) * np.sqrt(spectrum)
            rows, targets = (
                inputs @ f,
                inputs @ teacher + np.sqrt(noise) * rng.standard_normal((draws, batch_size)),
            )
        wrong = (rows @ w[:, :, None])[:, :, 0] - targets
        push = (wrong[:, None] @ rows)[:, 0]
        w, before = w - learning_rate / batch_size * push + momentum * (w - before), w
    return np.array(losses).transpose(2, 1, 0)


def averaged(
    rng: np.random.Generator,
    draws: int,
    spectrum: Array,
    teacher: Array,
    times: Array,
    *,
    samples: int,
    batch_size: float,
    learning_rate: float,
    noise: float = 0.0,
    features: int | None = None,
    test: Array | None = None,
) -> Array:
    """The exact recursion of the error's two moments over all batches, on each of some draws of the
    data.
    """
    options: dict[str, Any] = {"batch_size": batch_size, "learning_rate": learning_rate}
    spectrum, teacher = np.asarray(spectrum, float), np.asarray(teacher, float)
    t = np.diag(spectrum) if test is None else np.diag(test) if np.ndim(test) == 1 else test
    data = (drawn(rng, spectrum, samples, noise, features) for _ in range(draws))
    return np.array([_averaged(*one, teacher, times, t, **options) for one in data])


def _averaged(
    x: Array,
    eps: Array,
    f: Array,
    teacher: Array,
    times: Array,
    t: Array,
    *,
    batch_size: float,
    learning_rate: float,
) -> Array:
    samples = len(x)
    a, c = f @ f.T, x.T @ eps / samples
    covariance = x.T @ x / samples
    keep = np.eye(len(teacher)) - learning_rate * a @ covariance
    mean, second = teacher.copy(), np.outer(teacher, teacher)
    losses: list[tuple[float, float]] = []
    wanted = set(np.asarray(times).tolist())
    for step in range(int(max(times)) + 1):
        squares = np.sum(x @ second * x, axis=1) + 2 * eps * (x @ mean) + eps**2
        if step in wanted:
            losses.append((np.trace(t @ second), squares.mean()))
        cross = np.outer(covariance @ mean, c)
        gradient = covariance @ second @ covariance + cross + cross.T + np.outer(c, c)
        kick = a @ ((x.T * squares) @ x / samples - gradient) @ a
        moved = np.outer(keep @ mean, a @ c)
        second = keep @ second @ keep.T - learning_rate * (moved + moved.T)
        second = second + learning_rate**2 * (np.outer(a @ c, a @ c) + kick / batch_size)
        mean = keep @ mean - learning_rate * a @ c
    return np.array(losses).T


def four_errors(
    simulation: Any, rng: np.random.Generator, draws: int, *arguments: Array, **options: Any
) -> tuple[Array, Array]:
    """The mean of the draws, and what is allowed: four standard errors and 2 % for finite size."""
    draws_of_each = simulation(rng, draws, *arguments, **options)
    mean = draws_of_each.mean(axis=0)
    return mean, 4 * draws_of_each.std(axis=0, ddof=1) / np.sqrt(draws) + 0.02 * np.abs(mean)
