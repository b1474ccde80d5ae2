"""The user's numbers for a curve of SGD, checked, and the transforms of the model at these."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Expr

from planar.applications.dynamics.edge import largest_eigenvalue
from planar.applications.dynamics.iteration import Descent, Flow
from planar.applications.dynamics.models import Letters, Model, Shift
from planar.applications.dynamics.sgd_units import Units, units
from planar.expression.numeric import reals
from planar.expression.spectrum import spectrum as eigenvalues_of
from planar.foundations.errors import BranchError, PlanarError
from planar.kernels.kernel import Kernel

__all__ = ["Setting", "setting"]

Reals = NDArray[np.float64]
Part = Callable[[Model], Expr]


@dataclass(frozen=True)
class Setting:
    """A model with the values of its letters, the iteration, the batch and the label noise.

    All of them are in ``units``.
    """

    model: Model
    values: Mapping[Any, Any] = field(repr=False)
    iteration: Descent | Flow
    batch: float
    noise: float
    largest: float
    units: Units
    _static: dict[Part, float] = field(default_factory=dict, repr=False, compare=False)

    @property
    def fresh(self) -> float:
        """Variance of label noise that is drawn anew at every step, in one pass."""
        return self.noise if self.model.one_pass else 0.0

    @property
    def fixed(self) -> float:
        """Variance of label noise that is drawn once, with the sample."""
        return self.noise - self.fresh

    def one(self, part: Part) -> Callable[[Any], Any]:
        """A transform in one frequency."""
        kernel = self.model.kernel(part)
        values = _values_of(kernel, self.values)
        return lambda z: kernel({**values, Letters.left: z})

    def pair(self, part: Part) -> Callable[[Any, Any], Any]:
        """A transform in two frequencies."""
        kernel = self.model.kernel(part)
        values = _values_of(kernel, self.values)
        return lambda z, w: kernel({**values, Letters.left: z, Letters.right: w})

    def static(self, part: Part) -> float:
        """What is left after infinitely many steps."""
        if part not in self._static:
            kernel = self.model.static(part)
            self._static[part] = float(np.real(kernel(_values_of(kernel, self.values))))
        return self._static[part]

    def gain(self, part: Part, own: float = 0.0) -> float:
        """(rate^2/batch) times the sum of a kernel over all times, from its transform X.

        The squares of the responses of one mode sum to ``[1/h - 1/(h - h*)]/(2 rate (1 -
        momentum))``, h* the largest stable eigenvalue, so that the sum is ``[X(0) - X(-h*)]/(2 rate
        (1 - momentum))``; the integral over gradient flow is X(0)/(2 rate).

        Where a mode also feels a part ``own`` of its own noise, beside that of all modes together,
        its share k of the gain is k/(1 - own k): the same sum at ``1/h* + own c`` in place of
        ``1/h*``, with c the factor of the sum. Infinite where a mode alone does not settle.
        """
        if math.isinf(self.batch):
            return 0.0
        decay = 1 - getattr(self.iteration, "momentum", 0.0)
        inverse = 1 / self.iteration.stable_below
        inverse += own * self.iteration.rate / (2 * self.batch * decay)
        if inverse * self.largest >= 1:
            return math.inf
        edge = 1 / inverse if own else self.iteration.stable_below
        total = self.static(part)
        if math.isfinite(edge):
            total = float(total - np.real(self.one(part)(np.array([-edge]))[0])) / decay
        return total * self.iteration.rate / (2 * self.batch)

    def closure(self, gain: float) -> float:
        """How far the settled losses are off, since a mode's noise of its own is left out.

        That changes the gain, and 1/(1 - gain) by this relative amount.
        """
        try:
            whole = self.gain(Model.train_kernel, own=1.0)
        except BranchError:
            return math.inf
        return (whole - gain) / (1 - whole) if gain <= whole < 1 else math.inf


def setting(
    *,
    spectrum: ArrayLike | None,
    teacher: ArrayLike,
    samples: float | None,
    features: int | None,
    batch_size: float,
    noise: float,
    test_covariance: ArrayLike | None,
    feature_matrix: ArrayLike | None,
    iteration: Descent | Flow,
) -> Setting:
    """The user's numbers, checked; raises ``PlanarError`` where one does not fit."""
    eigenvalues, w = _population(spectrum, teacher, feature_matrix)
    _positive(
        "batch_size", batch_size, "a number of at least 1, or math.inf for gradient descent", 1
    )
    _positive("noise", noise, "the variance of the label noise, at least 0", 0)
    shift, test = _shift(test_covariance, len(eigenvalues))
    unit = units(eigenvalues, w, test)
    eigenvalues, w, noise = eigenvalues / unit.eigenvalue, w / unit.teacher, noise / unit.train
    iteration = replace(iteration, rate=iteration.rate * unit.eigenvalue)
    model = Model(features is not None, samples is None, shift)
    values: dict[Any, Any] = {
        Letters.root: eigenvalues_of(np.sqrt(eigenvalues)),
        Letters.teacher: np.outer(w, w) if shift == "any" else w**2,
    }
    sizes, bound = _sizes(samples, features, eigenvalues)
    values |= sizes
    if test is not None:
        values[Letters.test] = test / unit.test_input
    largest = _largest(model, values, float(eigenvalues.max()), bound)
    if isinstance(iteration, Descent) and not largest < iteration.stable_below:
        raise PlanarError(
            f"a learning rate of {iteration.rate / unit.eigenvalue:g} diverges, "
            f"since the largest eigenvalue is {largest * unit.eigenvalue:.4g}: "
            f"take one below {2 * (1 + iteration.momentum) / (largest * unit.eigenvalue):.4g}."
        )
    return Setting(model, values, iteration, float(batch_size), float(noise), largest, unit)


def _sizes(
    samples: float | None, features: int | None, eigenvalues: Reals
) -> tuple[dict[Any, Any], float]:
    """Numbers of samples and features, and a bound on the largest eigenvalue of H."""
    values: dict[Any, Any] = {}
    bound = float(eigenvalues.max())
    for name, symbol, number in (
        ("samples", Letters.samples, samples),
        ("features", Letters.features, features),
    ):
        if number is not None:
            _positive(name, number, "a number of at least 1", 1)
            if not math.isfinite(number) or number != round(number):
                raise PlanarError(
                    f"{name} is a whole number, got {number!r}; "
                    f"leave {name}= out for infinitely many."
                )
            values[symbol] = number
            bound *= (1 + math.sqrt(len(eigenvalues) / number)) ** 2
    return values, bound


def _largest(model: Model, values: Mapping[Any, Any], least: float, bound: float) -> float:
    if model.one_pass and not model.features:
        return least
    kernel = model.kernel(Model.resolvent)
    numbers = _values_of(kernel, values)
    return largest_eigenvalue(
        lambda z: kernel.solve({**numbers, Letters.left: z}), 1.001 * bound, least
    )


def _values_of(kernel: Kernel, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values of the letters that occur in an expression."""
    expression = kernel.equivalent.lhs
    return {letter: value for letter, value in values.items() if expression.has(letter)}


def _population(
    spectrum: ArrayLike | None, teacher: ArrayLike, feature_matrix: ArrayLike | None
) -> tuple[Reals, Reals]:
    """Eigenvalues of the covariance, and the teacher in its eigenbasis."""
    if (spectrum is None) == (feature_matrix is None):
        raise PlanarError("give either spectrum= or feature_matrix=, and not both.")
    if spectrum is not None:
        eigenvalues, basis = _array("spectrum", spectrum, 1), None
    else:
        phi = _array("feature_matrix", feature_matrix, 2)
        eigenvalues, basis = np.linalg.eigh(phi.T @ phi / len(phi))
        eigenvalues = np.maximum(eigenvalues, 0.0)
    if (eigenvalues < 0).any() or not eigenvalues.max(initial=0.0) > 0:
        least = eigenvalues.min(initial=0.0)
        raise PlanarError(
            f"spectrum are eigenvalues of a covariance, got {least:g}; give positive ones."
        )
    w = _array("teacher", teacher, 1)
    if len(w) != len(eigenvalues):
        raise PlanarError(
            f"teacher has {len(w)} entries and the covariance {len(eigenvalues)} eigenvalues; "
            "give as many."
        )
    return eigenvalues, w if basis is None else basis.T @ w


def _shift(covariance: ArrayLike | None, size: int) -> tuple[Shift, Reals | None]:
    if covariance is None:
        return "none", None
    array = reals("test_covariance", covariance)
    if array.shape not in ((size,), (size, size)):
        raise PlanarError(
            f"test_covariance has shape {array.shape}; "
            f"give {size} eigenvalues or a {size} x {size} matrix."
        )
    return ("commuting" if array.ndim == 1 else "any"), array


def _array(name: str, value: Any, dimensions: int) -> Reals:
    array = reals(name, value)
    if array.ndim != dimensions or not array.size or not np.isfinite(array).all():
        kind = "a list" if dimensions == 1 else "a matrix"
        raise PlanarError(
            f"{name} is {kind} of finite numbers, got an array of shape {array.shape}."
        )
    return array


def _positive(name: str, value: Any, wanted: str, least: float) -> None:
    """Raises ``PlanarError`` unless a value is a number of at least ``least``."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | np.number)
        or not value >= least
    ):
        raise PlanarError(f"{name} is {wanted}, got {value!r}.")
