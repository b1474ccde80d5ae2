"""Stochastic gradient descent on real data, linear, with kernels and with random features: derived
and measured losses.

Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
arXiv 2502.05074. Derived from the covariance and the best linear fit of a set by ``sgd_curves``;
measured by running SGD on P of its rows, drawn with return, and testing on all. Tr[Sigma] is 1,
errors are in units of the variance of the labels.

Valid where rows act as Gaussian ones, at learning rates whose noise settles: the gain is 0.41 here
at batches of one digit. Measured over derived, with 300 draws: errors over all rows within 3 %, but
for 100 digits late, 5 % higher after 4096 steps, as at a small ridge (see ``universality``), and
200 rows of breast cancer, 3 % higher. Training errors within 5 %; with the kernel, where they
vanish, 21 % lower after 256 steps, 0.026 for 0.033.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import planar
from derivations._data import Population, kernel, linear
from derivations.theorem import SGD, Axis, Curves, run_all

Array = NDArray[Any]
Times = tuple[int, ...]
Compare = Callable[[np.random.Generator, int], tuple[Any, Any, Any]]

DRAWS = 100
TIMES = (1, 4, 16, 64, 256, 1024, 2048, 4096)
SHORT = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def sgd(
    data: Population,
    times: Times,
    samples: int,
    batch: int,
    rate: float,
    features: int | None,
    rng: np.random.Generator,
    count: int,
) -> Array:
    """Error over all rows and over the training set, draws x 2 x times; each draw has its own
    samples, batches and features.
    """
    draws = np.arange(count)[:, None]
    chosen = rng.integers(len(data.rows), size=(count, samples))
    x, y = data.rows[chosen], data.labels[chosen]
    f = rng.standard_normal((count if features else 0, x.shape[2], features or 1)) / np.sqrt(
        features or 1
    )
    x = x @ f if features else x
    w, losses = np.zeros((count, x.shape[2])), []
    for step in range(max(times) + 1):
        if step in times:
            weights = np.einsum("dif,df->di", f, w) if features else w
            squares = (y - np.einsum("dpi,di->dp", x, w)) ** 2
            losses.append(
                (np.mean((data.labels - weights @ data.rows.T) ** 2, axis=1), squares.mean(axis=1))
            )
        drawn = rng.integers(samples, size=(count, batch))
        rows = x[draws, drawn]
        residuals = np.einsum("dbi,di->db", rows, w) - y[draws, drawn]
        w -= rate / batch * np.einsum("db,dbi->di", residuals, rows)
    return np.array(losses).transpose(2, 1, 0)


def against_sgd(
    data: Callable[[], Population],
    samples: int,
    batch: int,
    rate: float,
    features: int | None = None,
    times: Times = TIMES,
) -> tuple[Compare, Axis]:
    """Both errors, noise included, and their figure.

    Allowed are four standard errors and 5 %, for training errors 0.01 more.
    """

    def compare(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
        one = data()
        curves = planar.dynamics.sgd_curves(
            spectrum=one.spectrum,
            teacher=one.teacher,
            noise=one.noise,
            samples=samples,
            features=features,
            batch_size=batch,
            learning_rate=rate,
            times=times,
        )
        ours = np.array([curves.test + one.noise, curves.train])
        measured = sgd(one, times, samples, batch, rate, features, rng, draws)
        allowed = 4 * measured.std(axis=0, ddof=1) / np.sqrt(draws) + 0.05 * ours
        allowed[1] += 0.01
        return ours, measured.mean(axis=0), allowed

    return compare, Axis("steps", times, "mean squared error", ("all rows", "training set"))


DIGITS, DIABETES, CANCER = (
    partial(linear, "digits", False),
    partial(linear, "diabetes"),
    partial(linear, "breast cancer"),
)
LINEAR = {
    "SGD, 100 digits": against_sgd(DIGITS, 100, 4, 1.0),
    "SGD, 300 digits, batches of one": against_sgd(DIGITS, 300, 1, 0.8),
    "SGD, 100 rows of diabetes": against_sgd(DIABETES, 100, 4, 0.5),
    "SGD, 200 rows of breast cancer": against_sgd(CANCER, 200, 8, 0.5),
}
FEATURES = {
    "SGD, 100 digits, Gaussian kernel": against_sgd(
        partial(kernel, "digits", "Gaussian"), 100, 2, 1.6, times=SHORT
    ),
    "SGD, 300 digits, 20 random features": against_sgd(DIGITS, 300, 4, 1.0, 20),
}


def curves(statement: str, compared: Mapping[str, tuple[Compare, Axis]]) -> Curves:
    """Each comparison with its figure."""
    comparisons = {name: compare for name, (compare, _) in compared.items()}
    return Curves(
        statement,
        SGD,
        (),
        comparisons,
        axes={name: axis for name, (_, axis) in compared.items()},
        draws=DRAWS,
    )


theorems = (
    curves("SGD on linear regression: digits, diabetes and breast cancer", LINEAR),
    curves("SGD on a kernel's eigenfeatures, and on random features of digits", FEATURES),
)

if __name__ == "__main__":
    run_all(theorems)
