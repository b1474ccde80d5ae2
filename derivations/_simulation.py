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
    """Test and training loss of one run at some times; for one pass (no samples) the training loss is test plus noise."""
    spectrum, teacher = np.asarray(spectrum, float), np.asarray(teacher, float)
    x, eps, f = drawn(rng, spectrum, samples or 1, noise, features)
    y = x @ teacher + eps
    w, before = np.zeros(f.shape[1]), np.zeros(f.shape[1])
    t = np.diag(spectrum) if test is None else np.diag(test) if np.ndim(test) == 1 else test
    found: list[tuple[float, float]] = []
    wanted = set(np.asarray(times).tolist())
    for step in range(int(max(times)) + 1):
        if step in wanted:
            gap = teacher - f @ w
            loss = gap @ t @ gap
            found.append((loss, np.mean((x @ gap + eps) ** 2) if samples else gap @ (spectrum * gap) + noise))
        if samples:
            chosen = rng.integers(samples, size=batch_size)
            rows, targets = x[chosen], y[chosen]
        else:
            rows = rng.standard_normal((batch_size, len(spectrum))) * np.sqrt(spectrum)
            targets = rows @ teacher + np.sqrt(noise) * rng.standard_normal(batch_size)
        z = rows @ f
        w, before = w - learning_rate / batch_size * z.T @ (z @ w - targets) + momentum * (w - before), w
    return np.array(found).T


def averaged(
    rng: np.random.Generator,
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
    """The exact recursion of the error's two moments over all batches, on one draw of the data."""
    spectrum, teacher = np.asarray(spectrum, float), np.asarray(teacher, float)
    x, eps, f = drawn(rng, spectrum, samples, noise, features)
    a, c = f @ f.T, x.T @ eps / samples
    covariance = x.T @ x / samples
    keep = np.eye(len(spectrum)) - learning_rate * a @ covariance
    t = np.diag(spectrum) if test is None else np.diag(test) if np.ndim(test) == 1 else test
    mean, second = teacher.copy(), np.outer(teacher, teacher)
    found: list[tuple[float, float]] = []
    wanted = set(np.asarray(times).tolist())
    for step in range(int(max(times)) + 1):
        squares = np.einsum("pi,ij,pj->p", x, second, x) + 2 * eps * (x @ mean) + eps**2
        if step in wanted:
            found.append((np.trace(t @ second), squares.mean()))
        cross = np.outer(covariance @ mean, c)
        gradient = covariance @ second @ covariance + cross + cross.T + np.outer(c, c)
        kick = a @ ((x.T * squares) @ x / samples - gradient) @ a
        moved = np.outer(keep @ mean, a @ c)
        second = keep @ second @ keep.T - learning_rate * (moved + moved.T)
        second = second + learning_rate**2 * (np.outer(a @ c, a @ c) + kick / batch_size)
        mean = keep @ mean - learning_rate * a @ c
    return np.array(found).T


def four_errors(
    simulation: Any, rng: np.random.Generator, draws: int, *arguments: Array, **options: Any
) -> tuple[Array, Array]:
    """The mean of some draws, and what is allowed: four standard errors and 2 % for finite sizes."""
    found = np.array([simulation(rng, *arguments, **options) for _ in range(draws)])
    mean = found.mean(axis=0)
    return mean, 4 * found.std(axis=0, ddof=1) / np.sqrt(draws) + 0.02 * np.abs(mean)
