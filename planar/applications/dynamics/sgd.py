"""Loss curves of stochastic gradient descent, derived: forcing and kernel in frequency, a Volterra
equation in time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rich.progress import Progress
from sympy import Expr

from planar.applications.dynamics.inverse_transforms import Inverse, inverse_pair, inverse_response
from planar.applications.dynamics.iteration import Descent, Flow
from planar.applications.dynamics.models import Model
from planar.applications.dynamics.sgd_setting import Setting, setting
from planar.applications.dynamics.volterra import convolved, volterra, volterra_steps
from planar.foundations.errors import PlanarError
from planar.foundations.printed import Printed
from planar.foundations.traces import TheoryLine, Traces

__all__ = ["SGDCurves", "sgd_curves"]

Reals = NDArray[np.float64]
Part = Callable[[Model], Expr]
MOST = 1 << 22
"""Steps of one curve: all are solved for, and held."""
FINENESS = 8
"""Points of the grid of gradient flow in the time in which the fastest mode decays by e."""
LONGEST = 1 << 19
"""Points of that grid; what would need more is solved on a coarser one, whose error is reported."""
GROWN = 1e8
"""What a loss may grow to, beside its first value."""


@dataclass(frozen=True)
class SGDCurves(Printed):
    """Losses at every time ``t``, and estimates of the numerical error of each.

    ``test`` is the excess risk, ``train`` the mean squared residual on the sample, label noise
    included; for one pass, that of the next fresh sample. ``largest_eigenvalue`` is the edge of the
    spectrum of H; ``gain`` is what a unit of squared residual adds to later ones in all,
    (rate^2/batch) times the sum of the kernel of the training loss: below one, the losses settle.
    """

    t: Reals
    test: Reals
    train: Reals
    test_error: Reals = field(repr=False)
    train_error: Reals = field(repr=False)
    largest_eigenvalue: float
    gain: float
    _setting: Setting = field(repr=False)

    def traces(self) -> Traces:
        """On axes: test loss and, dashed, training loss over the steps; step zero is left out
        beside later ones.
        """
        later = self.t > 0 if (self.t > 0).sum() > 1 else np.ones_like(self.t, bool)
        test = TheoryLine(self.t[later], self.test[later], "test")
        train = TheoryLine(self.t[later], self.train[later], "train", dashed=True)
        return Traces("steps $t$", "loss", (test, train))

    @property
    def stable(self) -> bool:
        """Whether the noise of the gradients settles."""
        return self.gain < 1

    @cached_property
    def limit(self) -> tuple[float, float]:
        """Test and train loss after infinitely many steps; infinite where the noise does not
        settle.

        F(infinity) is z z' F(z, z') at 0, and R(infinity) = F(infinity) + gain R_train(infinity).
        """
        if not self.stable:
            return math.inf, math.inf
        at = self._setting
        test, train = (at.static(part) for part in (Model.test, Model.train))
        if at.fixed:
            test, train = (
                x + at.fixed * at.static(part)
                for x, part in ((test, Model.test_noise), (train, Model.train_noise))
            )
        settled = (train + at.fresh) / (1 - self.gain)
        return test + at.gain(Model.test_kernel) * settled, settled

    def __str__(self) -> str:
        errors = np.concatenate([self.test_error, self.train_error])
        worst = np.max(errors[np.isfinite(errors)], initial=0.0)
        state = "settles" if self.stable else "diverges"
        return (
            f"{len(self.t)} times, estimated error at most {worst:.1e}; "
            f"largest eigenvalue {self.largest_eigenvalue:.4g}, gain {self.gain:.4g}: {state}"
        )


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
    """Test and training loss of SGD on linear regression, kernel regression or random features, in
    high dimension.

    Inputs x of covariance eigenvalues ``spectrum`` (D of them), targets w.T x + label noise of
    variance ``noise``, with ``teacher`` w in the eigenbasis of the covariance; ``samples`` P of
    them are drawn once, and every step takes a batch of ``batch_size`` of these with replacement.
    ``samples=None`` is one pass, fresh samples at every step; ``batch_size=math.inf`` is gradient
    descent. The step is w(t+1) = w(t) - (learning_rate/batch_size) sum over the batch of x r +
    ``momentum`` (w(t) - w(t-1)), r the residual, from zero. ``features``: None, or the number of
    Gaussian features that the student sees, of variance 1/features each.

    ``times`` are whole numbers of steps; with ``flow`` any times in units of steps, of gradient
    flow with the same noise. ``test_covariance`` shifts the test inputs: D numbers, its diagonal in
    the eigenbasis, or any D x D matrix there. ``feature_matrix`` in place of the spectrum: n x D
    rows phi(x) of a population, kernel regression say, whose second moment phi.T phi/n is
    diagonalised; the teacher is then in the coordinates of its columns.

    >>> curves = sgd_curves(spectrum=[1.0, 0.5, 0.25] * 20, teacher=np.ones(60) / 8, samples=90, batch_size=4,
    ...                     learning_rate=0.1, noise=0.05, times=[0, 10, 100, 1000])
    >>> print(curves.test.round(3), curves.train.round(3))
    [0.547 0.315 0.094 0.108] [0.597 0.268 0.047 0.031]
    >>> [round(x, 3) for x in curves.limit]
    [0.114, 0.031]

    Each loss solves R(t) = F(t) + (learning_rate^2/batch_size) sum over s < t of K(t - 1 - s)
    R_train(s). The forcing F and the kernel K are derived here, as equivalents of two and of one
    frequency, and brought to time on contours. Left out are terms of relative order 1/P, and for
    one pass Sigma Delta Delta.T Sigma beside Sigma Tr[Sigma Delta Delta.T]. Source: "Two-Point
    Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models", arXiv 2502.05074.

    Raises ``PlanarError`` for values that do not fit, and for a learning rate beyond 2 (1 +
    momentum)/largest eigenvalue, where gradient descent diverges; where only the noise does, the
    curves grow, and ``stable`` says so.
    """
    wanted = _times(times, flow)
    at = setting(
        spectrum=spectrum, teacher=teacher, samples=samples, features=features, batch_size=batch_size, noise=noise,
        test_covariance=test_covariance, feature_matrix=feature_matrix, iteration=_iteration(learning_rate, momentum, flow),
    )  # fmt: skip
    with Progress(disable=not progress, transient=True) as bar:
        return _curves(at, wanted, bar)


def _curves(at: Setting, wanted: Reals, bar: Progress) -> SGDCurves:
    grid, step = _grid(at, float(np.max(wanted, initial=0.0)))
    work: list[tuple[str, Callable[[], Inverse]]] = [
        ("forcing of the test loss", partial(_forcing, at, grid, Model.test, Model.test_noise)),
        (
            "forcing of the training loss",
            partial(_forcing, at, grid, Model.train, Model.train_noise),
        ),
    ]
    if math.isfinite(at.batch):
        work += [
            ("kernel of the test loss", partial(_kernel, at, grid, Model.test_kernel)),
            ("kernel of the training loss", partial(_kernel, at, grid, Model.train_kernel)),
        ]
    shown, found = bar.add_task("", total=len(work)), []
    for name, task in work:
        bar.update(shown, description=name)
        found.append(task())
        bar.advance(shown)
    test, train, test_error, train_error = (
        _between(loss, wanted / step) for loss in _losses(at, step, *found)
    )
    return SGDCurves(
        wanted, test, train, test_error, train_error, at.largest, at.gain(Model.train_kernel), at
    )


def _forcing(at: Setting, grid: Reals, teacher: Part, noise: Part) -> Inverse:
    """What gradient descent without noise of its own leaves."""
    bias = at.pair(teacher)
    if not at.fixed:
        return inverse_pair(bias, grid, at.iteration, at.largest)
    variance = at.pair(noise)
    return inverse_pair(
        lambda z, w: bias(z, w) + at.fixed * variance(z, w), grid, at.iteration, at.largest
    )


def _kernel(at: Setting, grid: Reals, part: Part) -> Inverse:
    return inverse_response(at.one(part), grid, at.iteration, at.largest)


def _losses(
    at: Setting, step: float, test: Inverse, train: Inverse, *kernels: Inverse
) -> tuple[Reals, ...]:
    """Both losses on the grid, and their errors: each equation is solved again with everything
    moved by its error.
    """
    driven = train.value + at.fresh
    if not kernels:
        return test.value, driven, test.error, train.error
    strength = at.iteration.rate**2 / at.batch
    k, k_train = kernels

    def solved(f: Reals, g: Reals, k: Reals, h: Reals) -> tuple[Reals, Reals, Reals]:
        if isinstance(at.iteration, Descent):
            loss, error = volterra_steps(g, h, strength), np.zeros(len(f))
        else:
            answer = volterra(g, h, step, strength)
            loss, error = answer.value, answer.error
        beyond = np.arange(len(f)) >= _grown(loss)
        kept = np.where(beyond, 0.0, loss)
        if isinstance(at.iteration, Descent):
            passed = np.concatenate([[0.0], convolved(kept, k)[:-1]])
        else:
            passed = step * (convolved(kept, k) - (k * kept[0] + k[0] * kept) / 2)
        return (
            np.where(beyond, np.inf, f + strength * passed),
            np.where(beyond, np.inf, loss),
            error,
        )

    with np.errstate(over="ignore", invalid="ignore"):
        low = solved(test.value, driven, k.value, k_train.value)
        high = solved(
            test.value + test.error,
            driven + train.error,
            k.value + k.error,
            k_train.value + k_train.error,
        )
        moved = (
            np.nan_to_num(np.abs(b - a) + low[2], nan=np.inf)
            for a, b in zip(low[:2], high[:2], strict=True)
        )
        return low[0], low[1], *moved


def _grown(loss: Reals) -> int:
    """The first step at which a loss that diverges is beyond all bounds; infinite from there on."""
    beyond = np.flatnonzero(~(loss < GROWN * max(float(loss[0]), 1e-300)))
    return int(beyond[0]) if len(beyond) else len(loss)


def _grid(at: Setting, last: float) -> tuple[Reals, float]:
    """The times at which the equation is solved, and their distance: every step; for flow what
    resolves the fastest mode.
    """
    if isinstance(at.iteration, Descent):
        return np.arange(round(last) + 1.0), 1.0
    step = 1 / (FINENESS * at.iteration.rate * at.largest)
    count = min(max(math.ceil(last / step), 8), LONGEST)
    width = max(last, step) / count
    return np.asarray(np.arange(count + 1) * width, np.float64), width


def _between(values: Reals, places: Reals) -> Reals:
    """Values on an even grid, between its points by the cubic through the four nearest."""
    if (places == np.round(places)).all():
        return values[places.astype(int)]
    first = np.clip(np.floor(places).astype(int) - 1, 0, len(values) - 4)
    x = places - first
    weights = [
        -(x - 1) * (x - 2) * (x - 3) / 6,
        x * (x - 2) * (x - 3) / 2,
        -x * (x - 1) * (x - 3) / 2,
        x * (x - 1) * (x - 2) / 6,
    ]
    found: Reals = sum((w * values[first + i] for i, w in enumerate(weights)), np.zeros(len(x)))
    return found


def _iteration(rate: Any, momentum: Any, flow: bool) -> Descent | Flow:
    for name, value in (("learning_rate", rate), ("momentum", momentum)):
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise PlanarError(f"{name} is a number, got {value!r}.")
    descent = Descent(float(rate), float(momentum))
    if flow and momentum:
        raise PlanarError("gradient flow has no momentum; leave flow= or momentum= out.")
    return Flow(descent.rate) if flow else descent


def _times(times: ArrayLike, flow: bool) -> Reals:
    try:
        found = np.atleast_1d(np.asarray(times, float))
    except (TypeError, ValueError):
        raise PlanarError(f"times are a list of numbers, got {times!r}.") from None
    if found.ndim != 1 or not np.isfinite(found).all() or (found < 0).any():
        raise PlanarError("times are a list of finite numbers of at least 0.")
    if not flow and (found != np.round(found)).any():
        raise PlanarError("times are whole numbers of steps; with flow=True they may be any.")
    if not flow and found.max(initial=0) > MOST:
        raise PlanarError(
            f"{found.max():g} steps are more than the {MOST:g} that one curve holds; flow=True goes further."
        )
    return found
