"""Loss curves of stochastic gradient descent, from derived equivalents."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rich.progress import Progress

from planar.applications.dynamics.iteration import Descent, Flow
from planar.applications.dynamics.models import Model
from planar.applications.dynamics.sgd_losses import losses
from planar.applications.dynamics.sgd_setting import Setting, setting
from planar.expression.numeric import reals
from planar.foundations.errors import PlanarError
from planar.foundations.notebook_display import Printed
from planar.foundations.traces import TheoryLine, Traces

__all__ = ["SGDCurves", "sgd_curves"]

Reals = NDArray[np.float64]
MOST = 1 << 22
"""Steps of one curve at most, since all are solved for and kept in memory."""


@dataclass(frozen=True)
class SGDCurves(Printed):
    """Test and training loss of SGD at some times, with estimates of their numerical errors.

    Attributes
    ----------
    t : numpy.ndarray
        The times, of shape (n,), in units of steps.
    test : numpy.ndarray
        The excess risk, of shape (n,).
    train : numpy.ndarray
        The mean squared residual on the sample, label noise included, of shape (n,); for one pass,
        that of the next fresh sample.
    test_error, train_error : numpy.ndarray
        Estimates of the numerical error of each, of shape (n,).
    largest_eigenvalue : float
        The edge of the spectrum of H.
    gain : float
        What a unit of squared residual adds to later ones in all, (rate^2/batch) times the sum of
        the kernel of the training loss; below one, the losses settle.
    closure : float
        How much larger the settled losses are, relatively, once a mode also feels the noise of its
        own gradient: what the equation leaves out. The curves hold where it is small; it grows with
        1/(1 - gain), so that small batches near a gain of one are off by as much. Infinite where
        that noise alone no longer settles.
    """

    t: Reals
    test: Reals
    train: Reals
    test_error: Reals = field(repr=False)
    train_error: Reals = field(repr=False)
    largest_eigenvalue: float
    gain: float
    closure: float
    _setting: Setting = field(repr=False)

    def traces(self) -> Traces:
        """What ``planar.plot`` draws: test loss and, dashed, training loss over the steps.

        Returns
        -------
        Traces
            Two lines; step zero is left out beside later ones.
        """
        later = self.t > 0 if (self.t > 0).sum() > 1 else np.ones_like(self.t, bool)
        test = TheoryLine(self.t[later], self.test[later], "test")
        train = TheoryLine(self.t[later], self.train[later], "train", dashed=True)
        return Traces("steps $t$", "loss", (test, train))

    @property
    def stable(self) -> bool:
        """Whether the noise of the gradients settles, ``gain < 1``."""
        return self.gain < 1

    @cached_property
    def limit(self) -> tuple[float, float]:
        """Test and training loss after infinitely many steps.

        They are infinite where the noise does not settle. F(infinity) is z z' F(z, z') at 0, and
        R(infinity) = F(infinity) + gain R_train(infinity).
        """
        if not self.stable:
            return math.inf, math.inf
        setting = self._setting
        test, train = setting.static(Model.test), setting.static(Model.train)
        if setting.fixed:
            test += setting.fixed * setting.static(Model.test_noise)
            train += setting.fixed * setting.static(Model.train_noise)
        settled = (train + setting.fresh) / (1 - self.gain)
        test += setting.gain(Model.test_kernel) * settled
        return test * setting.units.test, settled * setting.units.train

    def __str__(self) -> str:
        errors = np.concatenate([self.test_error, self.train_error])
        worst = np.max(errors[np.isfinite(errors)], initial=0.0)
        state = "settles" if self.stable else "diverges"
        return (
            f"{len(self.t)} times, estimated error at most {worst:.1e}; "
            f"largest eigenvalue {self.largest_eigenvalue:.4g}, gain {self.gain:.4g}: {state}; "
            f"{self._reach()}"
        )

    def _reach(self) -> str:
        """How far the equation holds."""
        if math.isinf(self.closure):
            return "the noise is too strong for the closed equation"
        return f"the closed equation leaves out {100 * self.closure:.2g} %"


def sgd_curves(
    *,
    spectrum: ArrayLike | None = None,
    teacher: ArrayLike,
    samples: float | None = None,
    features: int | None = None,
    batch_size: float = 1,
    learning_rate: float,
    times: ArrayLike,
    noise: float = 0.0,
    momentum: float = 0.0,
    test_covariance: ArrayLike | None = None,
    feature_matrix: ArrayLike | None = None,
    flow: bool = False,
    progress: bool = False,
) -> SGDCurves:
    """Test and training loss of SGD on linear regression, in high dimension.

    The student is linear, a kernel regression or one of random features. Inputs x have a covariance
    with D eigenvalues, targets are w.T x + label noise, and P samples are drawn once. The step is
    w(t+1) = w(t) - (learning_rate/batch_size) sum over the batch of x r + momentum (w(t) - w(t-1)),
    r the residual, from zero.

    Each loss solves R(t) = F(t) + (learning_rate^2/batch_size) sum over s < t of K(t - 1 - s)
    R_train(s). The forcing F and the kernel K are derived here, as equivalents of two and of one
    frequency, and brought to time on contours. Left out are terms of relative order 1/P, and of the
    gradient's noise Sigma Delta Delta.T Sigma beside Sigma Tr[Sigma Delta Delta.T]. That matters
    for small batches near a gain of one; ``closure`` of the result says how much.

    Parameters
    ----------
    spectrum : array_like, optional
        The eigenvalues of the covariance, of shape (D,).
    teacher : array_like
        w in the eigenbasis of the covariance, of shape (D,).
    samples : float, optional
        The number P of samples that are drawn once; None is one pass, fresh samples at every step.
    features : int, optional
        The number of Gaussian features that the student sees, of variance 1/features each; None is
        linear regression.
    batch_size : float, default 1
        How many samples a step takes, with replacement; ``math.inf`` is gradient descent.
    learning_rate : float
        The factor of the mean gradient of the batch, positive.
    times : array_like
        Whole numbers of steps, of shape (n,); with ``flow`` any times in units of steps.
    noise : float, default 0
        The variance of the label noise.
    momentum : float, default 0
        The factor of the last step, from 0 to below 1.
    test_covariance : array_like, optional
        Shifts the test inputs: D numbers, its diagonal in the eigenbasis, or any D x D matrix
        there.
    feature_matrix : array_like, optional
        In place of the spectrum: n x D rows phi(x) of a population, kernel regression say, whose
        second moment phi.T phi/n is diagonalised; the teacher is then in the coordinates of its
        columns.
    flow : bool, default False
        Gradient flow with the same noise, in place of steps.
    progress : bool, default False
        Whether a bar is shown.

    Returns
    -------
    SGDCurves
        The losses at the times, with estimates of their errors.

    Raises
    ------
    PlanarError
        Values do not fit, or the learning rate is beyond 2 (1 + momentum)/largest eigenvalue, where
        gradient descent diverges. Where only the noise does, the curves grow, and ``stable`` says
        so.

    References
    ----------
    "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
    arXiv 2502.05074.

    Examples
    --------
    >>> curves = sgd_curves(
    ...     spectrum=[1.0, 0.5, 0.25] * 20,
    ...     teacher=np.ones(60) / 8,
    ...     samples=90,
    ...     batch_size=4,
    ...     learning_rate=0.1,
    ...     noise=0.05,
    ...     times=[0, 10, 100, 1000],
    ... )
    >>> print(curves.test.round(3), curves.train.round(3))
    [0.547 0.315 0.094 0.108] [0.597 0.268 0.047 0.031]
    >>> [round(x, 3) for x in curves.limit]
    [0.114, 0.031]
    """
    wanted = _times(times, flow)
    question = setting(
        spectrum=spectrum,
        teacher=teacher,
        samples=samples,
        features=features,
        batch_size=batch_size,
        noise=noise,
        test_covariance=test_covariance,
        feature_matrix=feature_matrix,
        iteration=_iteration(learning_rate, momentum, flow),
    )
    with Progress(disable=not progress, transient=True) as bar:
        test, train, test_error, train_error = losses(question, wanted, bar)
    gain, unit = question.gain(Model.train_kernel), question.units
    return SGDCurves(
        wanted,
        test * unit.test,
        train * unit.train,
        test_error * unit.test,
        train_error * unit.train,
        question.largest * unit.eigenvalue,
        gain,
        question.closure(gain),
        question,
    )


def _iteration(rate: Any, momentum: Any, flow: bool) -> Descent | Flow:
    for name, value in (("learning_rate", rate), ("momentum", momentum)):
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise PlanarError(f"{name} is a number, got {value!r}.")
    descent = Descent(float(rate), float(momentum))
    if flow and momentum:
        raise PlanarError("gradient flow has no momentum; leave flow= or momentum= out.")
    return Flow(descent.rate) if flow else descent


def _times(times: ArrayLike, flow: bool) -> Reals:
    numbers = np.atleast_1d(reals("times", times))
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (numbers < 0).any():
        raise PlanarError("times are a list of finite numbers of at least 0.")
    if not flow and (numbers != np.round(numbers)).any():
        raise PlanarError("times are whole numbers of steps; with flow=True they may be any.")
    if not flow and numbers.max(initial=0) > MOST:
        raise PlanarError(
            f"{numbers.max():g} steps are more than the {MOST:g} that one curve holds; "
            "flow=True goes further."
        )
    return numbers
