"""Ridge regression on real data, linear and with kernels: derived test and training errors beside
measured ones.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. Derived from
the covariance and the best linear fit of a set; measured by fitting P of its rows, drawn with
return, and testing on all, and on those held out. Ridges are in units of Tr[Sigma], errors in units
of the variance of the labels.

Valid where rows act as Gaussian ones. Held-out errors, measured over derived, with 1000 draws (300
for kernels): at ridge 0.01 within 2 % on digits with either kernel and 5 % on breast cancer; at
ridge 0.0001 up to 7 % higher on digits, at P = 80. Those of diabetes, of 10 features, are 12 %
higher at 5 and 10 samples, of Gaussian rows there 6 to 11 % (finite size), and within 4 % from 20
on. Small training errors are less certain: on breast cancer twice as large at 5 samples, 38 %
larger at 10. At ridge 0.01 and P = 200 held-out errors are at most 3 % lower if rows are drawn
without return. ``universality`` is where this fails.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import symbols

import planar
from derivations._data import Population, kernel, linear
from derivations.theorem import SCALING, Axis, Curves, run_all

__all__ = ["M", "N", "P", "R", "derived", "lam", "mu"]

Array = NDArray[Any]
Compare = Callable[..., tuple[Any, Any, Any]]

N, P = planar.dims("N P")
lam, mu, variance = symbols("lambda mu sigma^2", positive=True)
R, M = planar.deterministic("R", N, positive=True), planar.deterministic("M", N, symmetric=True)
Y = planar.Ginibre("X", P, N, variance=1 / P) * R
left, right = planar.resolvent(Y.T * Y, lam), planar.resolvent(Y.T * Y, mu)
gram, other = planar.resolvent(Y * Y.T, lam), planar.resolvent(Y * Y.T, mu)

BIAS = N * lam * mu * planar.tr(R * R * left * M * right)
NOISE = N / P * planar.tr(R * R * left * Y.T * Y * right)
TRAINING = (
    lam * mu * (P * planar.tr(gram * Y * M * Y.T * other) + variance * planar.tr(gram * other))
)

DRAWS = 200
SIZES = (5, 10, 20, 30, 40, 60, 80, 100, 200, 300)
ERRORS = ("all rows", "held-out rows", "training set")


@cache
def kernels() -> tuple[Any, ...]:
    """Compiled for all populations."""
    return tuple(planar.derive(x).compile() for x in (BIAS, NOISE, TRAINING))


def derived(data: Population, samples: int, ridges: Any) -> Array:
    """Mean squared error over all rows, over rows that were not drawn, and over the training set:
    three rows.

    All is diagonal in the eigenbasis of the covariance, where of the teacher's M = w w.T only the
    diagonal counts. Rows are drawn with return: n (1 - 1/n)^P of the n are held out, and the error
    over all is a mean over these and those drawn.
    """
    given = {R: planar.spectrum(np.sqrt(data.spectrum)), lam: ridges, mu: ridges, P: samples}
    bias, noise, training = kernels()
    teacher = {**given, M: data.teacher**2}
    error, seen = (
        bias(teacher) + data.noise * (1 + noise(given)),
        training({**teacher, variance: data.noise}),
    )
    out = (1 - 1 / len(data.rows)) ** samples
    return np.array([error, (error - (1 - out) * seen) / out, seen])


@cache
def measured(
    data: Population, samples: int, ridges: tuple[float, ...], seed: int, draws: int
) -> Array:
    """The same three errors of each draw, draws x 3 x ridges, from nothing but the Gram matrix and
    the labels.
    """
    rng = np.random.default_rng([seed, samples])
    errors = np.empty((draws, 3, len(ridges)))
    for one in errors:
        chosen = rng.integers(len(data.labels), size=samples)
        held_out = np.bincount(chosen, minlength=len(data.labels)) == 0
        rows, y = data.gram[chosen], data.labels[chosen]
        dual = [np.linalg.solve(rows[:, chosen] + samples * x * np.eye(samples), y) for x in ridges]
        squares = (data.labels - np.array(dual) @ rows) ** 2
        one[:] = (
            squares.mean(axis=1),
            squares[:, held_out].mean(axis=1),
            squares[:, chosen].mean(axis=1),
        )
    return errors


def compared(
    data: Population, samples: int, ridges: tuple[float, ...], rng: np.random.Generator, draws: int
) -> Array:
    """Derived, measured and allowed, each 3 x ridges.

    Allowed are four standard errors, 5 % at ridges from 0.01 on and 10 % below, and for training
    errors 0.01 more.
    """
    ours, observed = (
        derived(data, samples, ridges),
        measured(data, samples, ridges, int(rng.integers(1 << 31)), draws),
    )
    share = np.where(np.array(ridges) < 0.01, 0.1, 0.05)
    allowed = 4 * observed.std(axis=0, ddof=1) / np.sqrt(draws) + share * ours
    allowed[2] += 0.01
    return np.array([ours, observed.mean(axis=0), allowed])


def by_samples(name: str, *settings: tuple[Callable[[], Population], float]) -> dict[str, Compare]:
    """Each error, a row for every population and ridge."""

    def compare(which: int, rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
        rows = [
            [compared(data(), size, (x,), rng, draws) for size in SIZES] for data, x in settings
        ]
        one, other, allowed = np.array(rows)[..., which, 0].transpose(2, 0, 1)
        return one, other, allowed

    return {f"{name}, {error}": partial(compare, i) for i, error in enumerate(ERRORS)}


def by_ridge(data: Callable[[], Population], samples: int, ridges: tuple[float, ...]) -> Compare:
    """Held-out and training error."""
    return lambda rng, draws: tuple(compared(data(), samples, ridges, rng, draws)[:, 1:])


SETS = (
    (partial(linear, "digits", False), 1e-4),
    (partial(linear, "diabetes"), 1e-3),
    (partial(linear, "breast cancer"), 1e-2),
)
KERNELS = tuple(
    (partial(kernel, *x), 0.01)
    for x in (("digits", "Gaussian"), ("digits", "cubic"), ("breast cancer", "Gaussian"))
)
STRONG, WEAK = tuple(10 ** (np.arange(-6, 1) / 2)), tuple(10 ** (np.arange(-8, 1) / 2))

theorems = (
    Curves(
        "ridge regression on digits, diabetes and breast cancer",
        SCALING,
        (BIAS, NOISE),
        draws=DRAWS,
        comparisons={
            **by_samples("linear", *SETS),
            "61 digits, 61 pixels": by_ridge(SETS[0][0], 61, WEAK),
        },
        axes={
            "linear, held-out rows": Axis(
                "samples",
                SIZES,
                "held-out error",
                ("digits, ridge 0.0001", "diabetes, ridge 0.001", "breast cancer, ridge 0.01"),
            ),
            "61 digits, 61 pixels": Axis(
                "ridge / Tr[Sigma]", WEAK, "mean squared error", ERRORS[1:]
            ),
        },
    ),
    Curves(
        "kernel ridge regression on digits and breast cancer",
        SCALING,
        (TRAINING,),
        draws=DRAWS,
        comparisons={
            **by_samples("kernels", *KERNELS),
            "100 digits, Gaussian kernel": by_ridge(KERNELS[0][0], 100, STRONG),
        },
        axes={
            "kernels, held-out rows": Axis(
                "samples",
                SIZES,
                "held-out error",
                ("digits, Gaussian", "digits, cubic", "breast cancer, Gaussian"),
            ),
            "100 digits, Gaussian kernel": Axis(
                "ridge / Tr[Sigma]", STRONG, "mean squared error", ERRORS[1:]
            ),
        },
    ),
)

if __name__ == "__main__":
    run_all(theorems)
