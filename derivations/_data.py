"""Real populations: the sets that come with scikit-learn, linear or through a kernel, in the
eigenbasis of their covariance.

Source: the digits, breast cancer and diabetes sets bundled with scikit-learn. A population is the
uniform distribution on the n rows of a set. Samples drawn from it with replacement are independent,
and an average over all rows is an expectation, so that a derived risk needs no correction for a
finite set.

Valid for the set itself: what lies behind it is a larger population, of which n rows are a sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Population", "kernel", "linear"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Population:
    """n rows of mean 0 whose second moment is the diagonal ``spectrum``, of sum 1, and their
    labels, of mean 0 and variance 1.

    ``teacher`` is the best linear fit to all labels, and ``noise`` the variance of its residual,
    which is uncorrelated with the rows but a function of them.
    """

    name: str
    rows: Array
    labels: Array
    spectrum: Array

    @cached_property
    def teacher(self) -> Array:
        """The minimiser of the error over the population."""
        return np.asarray(self.rows.T @ self.labels / len(self.rows) / self.spectrum)

    @cached_property
    def fitted(self) -> Array:
        """The teacher's label of each row."""
        return np.asarray(self.rows @ self.teacher)

    @cached_property
    def noise(self) -> float:
        """Variance of what the teacher leaves."""
        return float(np.mean((self.labels - self.fitted) ** 2))

    @cached_property
    def gram(self) -> Array:
        """Inner products of all rows: the kernel, centred."""
        return np.asarray(self.rows @ self.rows.T)

    @cached_property
    def norms(self) -> Array:
        """Of Sigma^-1/2 x for each row x, their mean square one."""
        return np.asarray(np.sqrt(np.mean(self.rows**2 / self.spectrum, axis=1)))

    def drawn(self, kind: str, samples: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Independent rows and labels of the same covariance, teacher and variance of noise.

        ``kind`` is "real"; "signs", real rows and residuals, these of random sign; "inputs", real
        rows, independent noise; and, with such noise, "norms", Gaussian directions of real norms;
        "marginals", each mode from a row of its own; "Gaussian".
        """
        n, modes = self.rows.shape
        chosen = rng.integers(n, size=samples)
        x, noise = self.rows[chosen], (self.labels - self.fitted)[chosen]
        if kind == "real":
            return x, self.labels[chosen]
        if kind == "signs":
            return x, self.fitted[chosen] + noise * rng.choice([-1.0, 1.0], size=samples)
        if kind == "marginals":
            x = np.take_along_axis(self.rows, rng.integers(n, size=(samples, modes)), axis=0)
        elif kind != "inputs":
            x = rng.standard_normal((samples, modes)) * np.sqrt(self.spectrum)
            x = x * self.norms[chosen, None] if kind == "norms" else x
        return x, x @ self.teacher + np.sqrt(self.noise) * rng.standard_normal(samples)


@cache
def linear(name: str, standardised: bool = True, common: float = 0.0) -> Population:
    """Linear regression on a set: "digits" (even or odd), "breast cancer" (benign or not) or
    "diabetes" (a real target).

    Features that leave their median in no more than a share ``common`` of the rows are left out.
    """
    features, labels = _loaded(name)
    chosen = features[:, (features != np.median(features, axis=0)).mean(axis=0) > common]
    x = _standard(chosen) if standardised else chosen - chosen.mean(axis=0)
    values, basis = np.linalg.eigh(x.T @ x / len(x))
    return _population(name, x @ basis, values, labels)


@cache
def kernel(name: str, shape: str) -> Population:
    """The eigenfeatures of a kernel on all rows of a set: every component of kernel principal
    component analysis.

    ``shape`` is "Gaussian", exp(-d^2/median of d^2) of the distance d, or "cubic", (1 + x.x'/mean
    of x.x)^3. Where the Gram matrix has full rank, the teacher fits every label, and there is no
    noise.
    """
    features, labels = _loaded(name)
    gram = SHAPES[shape](features if name == "digits" else _standard(features))
    centred = gram - gram.mean(axis=0) - gram.mean(axis=1)[:, None] + gram.mean()
    values, vectors = np.linalg.eigh(centred)
    return _population(
        f"{name}, {shape}", vectors * np.sqrt(np.maximum(values, 0)), values / len(values), labels
    )


def _population(name: str, rows: Array, values: Array, labels: Array) -> Population:
    """Directions in which no row varies are left out."""
    kept = np.flatnonzero(values > 1e-9 * values.max())[::-1]
    total = values[kept].sum()
    return Population(
        name,
        rows[:, kept] / np.sqrt(total),
        (labels - labels.mean()) / labels.std(),
        values[kept] / total,
    )


def _gaussian(x: Array) -> Array:
    norms = (x**2).sum(axis=1)
    squares = norms[:, None] + norms - 2 * x @ x.T
    return np.asarray(np.exp(-squares / np.median(squares)))


def _cubic(x: Array) -> Array:
    return np.asarray((1 + x @ x.T / (x**2).sum(axis=1).mean()) ** 3)


SHAPES: dict[str, Callable[[Array], Array]] = {"Gaussian": _gaussian, "cubic": _cubic}


def _standard(features: Array) -> Array:
    return np.asarray((features - features.mean(axis=0)) / features.std(axis=0))


def _loaded(name: str) -> tuple[Array, Array]:
    """Features that vary, and labels."""
    from sklearn import datasets

    loaders = {
        "digits": datasets.load_digits,
        "diabetes": datasets.load_diabetes,
        "breast cancer": datasets.load_breast_cancer,
    }
    data = loaders[name]()
    labels = (
        np.where(data.target % 2 == 0, 1.0, -1.0) if name == "digits" else data.target.astype(float)
    )
    return data.data[:, data.data.std(axis=0) > 0], labels
