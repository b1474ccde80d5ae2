"""The Volterra equation of SGD on a grid of times: forcing, kernel, and the losses they give."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress
from sympy import Expr

from planar.applications.dynamics.graded import Mesh, convolution, lagrange
from planar.applications.dynamics.inverse_transforms import Inverse, inverse_pair, inverse_response
from planar.applications.dynamics.iteration import Descent
from planar.applications.dynamics.models import Model
from planar.applications.dynamics.sgd_setting import Setting
from planar.applications.dynamics.volterra import convolved, volterra, volterra_steps
from planar.foundations.errors import PlanarError

__all__ = ["losses"]

Reals = NDArray[np.float64]
Part = Callable[[Model], Expr]
FINENESS = 8
"""Points of the grid of gradient flow in the time in which the fastest mode decays by e."""
LONGEST = 1 << 17
"""Points of that grid at most; a mesh that is even in log t is taken beyond."""
LATEST = 1e15
"""The last time of gradient flow, in that in which the fastest mode decays by e."""
GROWN = 1e8
"""The factor beyond which a loss counts as infinite."""


@dataclass(frozen=True)
class _Equation:
    """Forcing of the test and of the training loss, and their kernels, on a grid of times."""

    setting: Setting
    step: float
    test: Reals
    train: Reals
    test_kernel: Reals
    train_kernel: Reals
    mesh: Mesh | None

    def solved(self) -> tuple[Reals, Reals, Reals]:
        """Test loss, training loss, and what the discretisation leaves of an error."""
        if self.mesh is not None:
            return self._on_mesh(self.mesh)
        discrete = isinstance(self.setting.iteration, Descent)
        strength = self.setting.iteration.rate**2 / self.setting.batch
        if discrete:
            loss = volterra_steps(self.train, self.train_kernel, strength)
            error = np.zeros(len(self.test))
        else:
            response = volterra(self.train, self.train_kernel, self.step, strength)
            loss, error = response.value, response.error
        beyond = np.arange(len(self.test)) >= _grown(loss)
        kept = np.where(beyond, 0.0, loss)
        passed = self._in_steps(kept) if discrete else self._in_time(kept)
        test = np.where(beyond, np.inf, self.test + strength * passed)
        return test, np.where(beyond, np.inf, loss), error

    def _on_mesh(self, mesh: Mesh) -> tuple[Reals, Reals, Reals]:
        """Both losses by one linear system, and their difference from those of the coarser mesh."""
        fine, coarse = self._solved_every(mesh, 1), self._solved_every(mesh.coarser, 2)
        gap = np.abs(np.array(fine)[:, ::2] - coarse).max(axis=0)
        between = np.interp(np.arange(mesh.count + 1), np.arange(0, mesh.count + 1, 2), gap)
        return *fine, between

    def _solved_every(self, mesh: Mesh, step: int) -> tuple[Reals, Reals]:
        """Test and training loss at the times of a mesh, which are every so many of the known."""
        strength = self.setting.iteration.rate**2 / self.setting.batch
        passed = strength * convolution(mesh, self.train_kernel[::step])
        train: Reals = np.asarray(
            np.linalg.solve(np.eye(mesh.count + 1) - passed, self.train[::step]), np.float64
        )
        passed = strength * convolution(mesh, self.test_kernel[::step])
        return self.test[::step] + passed @ train, train

    def _in_steps(self, loss: Reals) -> Reals:
        """What the noise of earlier steps leaves of the test loss."""
        passed: Reals = np.concatenate([[0.0], convolved(loss, self.test_kernel)[:-1]])
        return passed

    def _in_time(self, loss: Reals) -> Reals:
        k = self.test_kernel
        passed: Reals = self.step * (convolved(loss, k) - (k * loss[0] + k[0] * loss) / 2)
        return passed


def losses(setting: Setting, times: Reals, bar: Progress) -> tuple[Reals, ...]:
    """Test and training loss at some times, and the errors of each."""
    last = float(np.max(times, initial=0.0))
    mesh = _mesh(setting, last)
    grid, step = _grid(setting, last) if mesh is None else (mesh.times, 0.0)
    test, train, *kernels = _transforms(setting, grid, bar)
    if kernels:
        on_grid = _with_errors(setting, step, mesh, test, train, *kernels)
    else:
        on_grid = (test.value, train.value + setting.fresh, test.error, train.error)
    if mesh is None:
        return tuple(_between(values, times / step) for values in on_grid)
    return _between_decades(on_grid, mesh.places(times))


def _between_decades(on_mesh: tuple[Reals, ...], places: Reals) -> tuple[Reals, ...]:
    """Losses and errors between the times of a mesh; half of these show what a cubic is off by."""
    values = [_between(x, places) for x in on_mesh]
    half = [np.abs(x - _between(y[::2], places / 2)) for x, y in zip(values, on_mesh, strict=True)]
    return values[0], values[1], values[2] + half[0], values[3] + half[1]


def _transforms(setting: Setting, grid: Reals, bar: Progress) -> list[Inverse]:
    """Both forcings in time, and with a batch both kernels."""
    forcing, kernel = partial(_forcing, setting, grid), partial(_kernel, setting, grid)
    tasks: list[tuple[str, Callable[[], Inverse]]] = [
        ("forcing of the test loss", partial(forcing, Model.test, Model.test_noise)),
        ("forcing of the training loss", partial(forcing, Model.train, Model.train_noise)),
    ]
    if math.isfinite(setting.batch):
        tasks += [
            ("kernel of the test loss", partial(kernel, Model.test_kernel)),
            ("kernel of the training loss", partial(kernel, Model.train_kernel)),
        ]
    shown, transforms = bar.add_task("", total=len(tasks)), []
    for name, task in tasks:
        bar.update(shown, description=name)
        transforms.append(task())
        bar.advance(shown)
    return transforms


def _forcing(setting: Setting, grid: Reals, teacher: Part, noise: Part) -> Inverse:
    """What gradient descent without noise of its own leaves."""
    bias = setting.pair(teacher)
    if not setting.fixed:
        return inverse_pair(bias, grid, setting.iteration, setting.largest)
    variance = setting.pair(noise)
    return inverse_pair(
        lambda z, w: bias(z, w) + setting.fixed * variance(z, w),
        grid,
        setting.iteration,
        setting.largest,
    )


def _kernel(setting: Setting, grid: Reals, part: Part) -> Inverse:
    return inverse_response(setting.one(part), grid, setting.iteration, setting.largest)


def _with_errors(
    setting: Setting,
    step: float,
    mesh: Mesh | None,
    test: Inverse,
    train: Inverse,
    k: Inverse,
    k_train: Inverse,
) -> tuple[Reals, ...]:
    """Both losses on the grid, and their errors.

    Each equation is solved again with everything moved by its error.
    """
    driven = train.value + setting.fresh
    equation = _Equation(setting, step, test.value, driven, k.value, k_train.value, mesh)
    moved = _Equation(
        setting,
        step,
        test.value + test.error,
        driven + train.error,
        k.value + k.error,
        k_train.value + k_train.error,
        mesh,
    )
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = equation.solved(), moved.solved()
        errors = [
            np.nan_to_num(np.abs(b - a) + low[2], nan=np.inf)
            for a, b in zip(low[:2], high[:2], strict=True)
        ]
    return low[0], low[1], *errors


def _grown(loss: Reals) -> int:
    """The first step at which a loss that diverges is beyond all bounds; infinite from there on."""
    beyond = np.flatnonzero(~(loss < GROWN * max(float(loss[0]), 1e-300)))
    return int(beyond[0]) if len(beyond) else len(loss)


def _mesh(setting: Setting, last: float) -> Mesh | None:
    """The mesh for a flow that is too long for even steps; none where its noise does not settle."""
    if isinstance(setting.iteration, Descent):
        return None
    unit = 1 / (setting.iteration.rate * setting.largest)
    if last > LATEST * unit:
        raise PlanarError(
            f"gradient flow until {last:g} is longer than curves reach; take times up to "
            f"{LATEST * unit:.3g}, and `limit` of the curves for what comes after all times."
        )
    if last <= LONGEST * unit / FINENESS or setting.gain(Model.train_kernel) >= 1:
        return None
    return Mesh.until(last, unit)


def _grid(setting: Setting, last: float) -> tuple[Reals, float]:
    """The times at which the equation is solved, and their distance.

    These are every step, or for flow what resolves the fastest mode.
    """
    if isinstance(setting.iteration, Descent):
        return np.arange(round(last) + 1.0), 1.0
    step = 1 / (FINENESS * setting.iteration.rate * setting.largest)
    count = min(max(math.ceil(last / step), 8), LONGEST)
    width = max(last, step) / count
    return np.asarray(np.arange(count + 1) * width, np.float64), width


def _between(values: Reals, places: Reals) -> Reals:
    """Values on an even grid, between its points by the cubic through the four nearest."""
    if (places == np.round(places)).all():
        return values[places.astype(int)]
    first, weights = lagrange(places, len(values))
    terms = (w * values[first + i] for i, w in enumerate(weights))
    interpolated: Reals = sum(terms, np.zeros(len(places)))
    return interpolated
