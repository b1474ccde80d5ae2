"""From a height above the real axis down to it, along the physical branch."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral.heights import Boundary, Heights, herglotz, solved_at
from planar.applications.spectral.resolvent_trace import completed, needs_gamma, spectral_symbol
from planar.applications.spectral.roots import rooted
from planar.derivation.equivalent import Equivalent
from planar.expression.spectrum import Spectrum
from planar.foundations.errors import BranchError
from planar.kernels.kernel import Kernel, compile_kernel
from planar.kernels.policy import POLICY
from planar.kernels.program.planning import planned
from planar.kernels.solution import Solution

__all__ = ["Path"]

Array = NDArray[Any]

_FLOOR = 1e-9
"""Lowest height, in units of the spectrum's scale; from it Newton goes to the axis in one step."""
_STILL = 1e-7
"""Height, in units of the scale, below which a value in a bulk may stand still."""
_RATIO = 0.125
_ROUNDS = 150
_SLACK = 1e-8
_WINDOWS = (0, -30, 30, -60, 60, -90, 90)
"""Middles of the ranges, as powers of 4, in which the scale of a spectrum is looked for in turn."""
_LOWEST = 6
"""Heights of a range that have to lie below the scale, so that the range is not above all of it."""


class Path:
    """The Stieltjes transform ``m(z) = tr (X - z)^-1`` of an equivalent at fixed values."""

    def __init__(self, equivalent: Equivalent, values: Mapping[Any, Any]) -> None:
        self.symbol = spectral_symbol(equivalent, values)
        self.values = _diagonal(equivalent, completed(equivalent, values))
        plain = rooted(equivalent)
        self.kernel: Kernel = compile_kernel(plain)
        self.names = planned(plain).bound
        self.strict = needs_gamma(equivalent)
        self.scale = self._scale()

    def solve(self, z: Array, start: Mapping[str, Array] | None = None) -> Solution:
        """The kernel at lambda = -z; no numbers at a point where an inverse does not exist."""
        z = np.asarray(z, complex)
        try:
            with np.errstate(all="ignore"):
                return self.kernel.solve({**self.values, self.symbol: -z}, start=start)
        except (np.linalg.LinAlgError, BranchError):
            if len(z) == 1:
                nothing = np.full(1, np.nan)
                return Solution(
                    nothing + 0j, dict.fromkeys(start or {}, nothing + 0j), nothing, nothing
                )
        middle = len(z) // 2
        halves = (slice(0, middle), slice(middle, None))
        return _joined([self.solve(z[half], _part(start, half)) for half in halves])

    def _scale(self) -> float:
        """Twice the root mean square of the spectrum.

        Its square is the limit from below of ``eta^2 (1 - Im[eta m(i eta)])``.
        """
        for power in _WINDOWS:
            heights = 4.0 ** np.arange(power - 24, power + 25)
            part = self._beyond(heights)
            known, seen = np.flatnonzero(np.isfinite(part)), np.flatnonzero(part > 1e-9)
            if len(seen) and seen[-1] >= _LOWEST and part[known[-1]] < 1e-2:
                return float(2 * np.max(heights[seen] * np.sqrt(part[seen])))
        raise BranchError("the resolvent is not near 1/lam where lam is large; check the values.")

    def _beyond(self, heights: Array) -> Array:
        """``1 - Im[eta m(i eta)]`` at heights eta, NaN where it is not known."""
        solution = self.solve(1j * heights)
        return np.where(solution.good, 1 - heights * solution.value.imag, np.nan)

    def above(self, x: Array) -> Heights:
        """The Dyson iteration high above the axis, which chooses the branch; higher if it fails."""
        height = np.full(x.shape, 2 * self.scale)
        solution = self.solve(x + 1j * height)
        state = solved_at(height, solution, self._on_branch(solution))
        for _ in range(6):
            failed = np.flatnonzero(~state.reached)
            if not len(failed):
                break
            higher = 2 * state.height[failed]
            again = self.solve(x[failed] + 1j * higher)
            state = state.replaced(failed, solved_at(higher, again, self._on_branch(again)))
        return state

    def descend(self, x: Array, floor: Array, state: Heights | None = None) -> Heights:
        """Down to the heights ``floor``, by Newton from height to height.

        Steps that break the evidence are shortened. A point stops where no step keeps residual,
        gamma(R, R*) < 1, Im m > 0 and the inequality of ``herglotz``.
        """
        state = self.above(x) if state is None else state
        ratio = np.full(x.shape, _RATIO)
        for _ in range(_ROUNDS):
            moving = np.flatnonzero(state.reached & (state.height > floor * (1 + 1e-12)))
            if not len(moving):
                return state
            near = state.at(moving)
            lower = np.maximum(near.height * ratio[moving], floor[moving])
            solution = self.solve(x[moving] + 1j * lower, near.ahead(lower))
            fits = self._on_branch(solution) & herglotz(
                near.value, solution.value, near.height, lower
            )
            step = solved_at(lower, solution, fits, near)
            state = state.replaced(moving[fits], step.at(np.flatnonzero(fits)))
            ratio[moving] = np.where(
                fits, np.maximum(ratio[moving] ** 1.5, _RATIO), np.sqrt(ratio[moving])
            )
            state.reached[moving[ratio[moving] > 0.998]] = False
        state.reached[state.height > floor * (1 + 1e-12)] = False
        return state

    def boundary(self, x: Array) -> Boundary:
        """``m(x + i0)``: from the lowest height to the axis, with the evidence on the axis.

        Where Im m > 0 the ladder of R with R* is critical, gamma = 1; outside of the support gamma
        < 1. A value is good where this holds, the imaginary part is not negative and it has moved
        no further than the last step above the axis did. A rung may be singular on the axis, gamma
        then is rounding, and the value is good where it stands still and gamma came to 1 above.
        """
        floor = np.full(x.shape, _FLOOR * self.scale)
        before = self.descend(x, 8 * floor)
        last = self.descend(x, floor, before)
        solution = self.solve(x + 0j, last.ahead(np.zeros(x.shape)))
        good = self._good_on_axis(solution, last, before)
        return Boundary(
            x, solution.value, solution.residual, solution.gamma, good, last, self._atoms(last)
        )

    def _good_on_axis(self, solution: Solution, last: Heights, before: Heights) -> Array:
        with np.errstate(all="ignore"):
            moved = np.abs(solution.value - last.value)
            close = moved <= 4 * np.abs(last.value - before.value) + 1e-6 * np.abs(last.value)
            still = self._still(moved, last, before)
            critical = np.where(
                self.inside(solution.value),
                (np.abs(solution.gamma - 1) < 1e-5) | still,
                solution.gamma < 1 + 1e-5,
            )
            upward = solution.value.imag >= -1e-7 * np.abs(solution.value)
            result: Array = (
                (solution.residual < POLICY.accepted)
                & close
                & (critical | (not self.strict))
                & upward
            )
        result &= (last.reached | still) & (last.growth < 0.2)
        return result

    def _still(self, moved: Array, last: Heights, before: Heights) -> Array:
        """Whether a point is in a bulk whose value no longer moves, gamma having come to 1."""
        gap = np.minimum(np.abs(last.gamma - 1), np.abs(before.gamma - 1))
        low = last.height < _STILL * self.scale
        return low & (moved < 1e-4 * np.abs(last.value)) & (gap < 1e-5)

    def _atoms(self, last: Heights) -> Array:
        """The mass of each point, height Im m where Im m grows as 1/height.

        Newton may stop some way above an atom, where unknowns of the size 1/height leave no digits
        to the others.
        """
        mass = last.height * last.value.imag
        near = (last.height < 1e-4 * self.scale) & (last.growth > 0.95) & (mass > 1e-6)
        return np.where(near, mass, 0.0)

    def inside(self, value: Array) -> Array:
        """Whether the imaginary part on the axis is more than rounding."""
        result: Array = np.imag(value) > 1e-7 * (np.abs(value) + 1e-2 / self.scale)
        return result

    def _on_branch(self, solution: Solution) -> Array:
        with np.errstate(all="ignore"):
            result: Array = (
                (solution.residual < POLICY.accepted)
                & ((solution.gamma < 1 + _SLACK) | (not self.strict))
                & np.isfinite(solution.value)
                & (solution.value.imag > 0)
            )
        return result


def _diagonal(equivalent: Equivalent, values: dict[Any, Any]) -> dict[Any, Any]:
    """The one deterministic letter by its eigenvalues, so that they are computed once."""
    if len(equivalent.letters) != 1:
        return values
    (letter,) = equivalent.letters
    value = values.get(letter)
    if value is None or isinstance(value, Spectrum) or not getattr(letter, "symmetric", False):
        return values
    array = np.asarray(value)
    square = array.ndim == 2 and array.shape[0] == array.shape[1] and array.dtype.kind in "iuf"
    if not (square and np.isfinite(array).all() and _symmetric(array)):
        return values
    return {**values, letter: Spectrum(np.linalg.eigvalsh(array))}


def _symmetric(array: Array) -> bool:
    """Whether an array is its own transpose but for rounding, whatever its unit."""
    return bool(np.abs(array - array.T).max() <= 1e-8 * np.abs(array).max())


def _part(start: Mapping[str, Array] | None, places: slice) -> dict[str, Array] | None:
    return None if start is None else {name: guess[places] for name, guess in start.items()}


def _joined(parts: list[Solution]) -> Solution:
    """Solutions one after another; a name that one of them lacks has no number there."""

    def together(attribute: str) -> Array:
        return np.concatenate([getattr(part, attribute) for part in parts])

    def quantity(name: str) -> Array:
        return np.concatenate(
            [part.named.get(name, np.full(len(part.value), np.nan)) for part in parts]
        )

    names = dict.fromkeys(chain.from_iterable(part.named for part in parts))
    named = {name: quantity(name) for name in names}
    return Solution(together("value"), named, together("residual"), together("gamma"))
