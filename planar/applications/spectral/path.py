"""From a height above the real axis down to it, along the physical branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral.resolvent_trace import completed, needs_gamma, spectral_symbol
from planar.applications.spectral.roots import rooted
from planar.derivation.equivalent import Equivalent
from planar.expression.values import Spectrum
from planar.foundations.errors import BranchError
from planar.kernels.kernel import Kernel, Solution, compile_kernel
from planar.kernels.policy import POLICY
from planar.kernels.program.planning import planned

__all__ = ["Boundary", "Heights", "Path", "herglotz"]

Array = NDArray[Any]

_FLOOR = 1e-9
"""Lowest height, in units of the scale of the spectrum; from there Newton goes to the axis in one
step.
"""
_RATIO = 0.125
_ROUNDS = 150
_SLACK = 1e-8


@dataclass(frozen=True)
class Heights:
    """Solutions at ``x + i height``, one a point, and which of them were reached on the physical
    branch.

    ``higher`` and ``earlier`` are the height before the last step and the named quantities there;
    ``growth`` tells how Im m has grown on it, as ``height^-growth``: -1 outside of the support, 0
    in a bulk, 1 at an atom.
    """

    height: Array
    value: Array
    named: dict[str, Array]
    higher: Array
    earlier: dict[str, Array]
    residual: Array
    gamma: Array
    reached: Array
    growth: Array

    def ahead(self, height: Array) -> dict[str, Array]:
        """A guess at the named quantities at another height: along a line, or along a power law
        where they follow one.
        """
        with np.errstate(all="ignore"):
            steps = (height - self.height) / (self.height - self.higher)
            powers = np.log(height / self.height) / np.log(self.height / self.higher)
            found = {}
            for k, v in self.named.items():
                line = v + (v - self.earlier[k]) * steps
                power = v * np.exp(powers * np.log(v / self.earlier[k]))
                exponent = np.log(np.abs(v / self.earlier[k])) / np.log(self.height / self.higher)
                lawful = (height > 0) & ((exponent < -0.2) | ((exponent > 0.2) & (exponent < 0.8)))
                guess = np.where(lawful, power, line)
                found[k] = np.where(np.isfinite(guess), guess, v)
        large = np.max([np.abs(v) for v in found.values()], axis=0) if found else 0.0
        return {k: np.where(np.abs(v) > 1e-12 * large, v, 0) for k, v in found.items()}


@dataclass(frozen=True)
class Boundary:
    """Boundary values ``m(x + i0)`` with their evidence.

    ``last`` is what was found at the lowest height above each point, ``mass`` that of an atom
    there.
    """

    x: Array
    value: Array
    residual: Array
    gamma: Array
    good: Array
    last: Heights
    mass: Array


def herglotz(upper: Array, lower: Array, high: Array, low: Array) -> Array:
    """Whether values at heights ``high`` > ``low`` above one point can belong to one positive
    measure.

    By Cauchy and Schwarz ``|m(z) - m(z')| <= |z - z'| sqrt(Im m Im m' / (Im z Im z'))``, and both
    imaginary parts are positive.

    >>> m = lambda z: 2 / (-z - 1j * np.sqrt(4 - z * z))        # semicircle: the physical root ...
    >>> bool(herglotz(m(1 + 0.2j), m(1 + 0.1j), 0.2, 0.1))
    True
    >>> wrong = lambda z: 2 / (-z + 1j * np.sqrt(4 - z * z))    # ... and the other
    >>> bool(herglotz(m(1 + 0.2j), wrong(1 + 0.1j), 0.2, 0.1))
    False
    """
    product = np.where(
        (np.imag(upper) > 0) & (np.imag(lower) > 0), np.imag(upper) * np.imag(lower), np.nan
    )
    bound = (high - low) * np.sqrt(product / (high * low))
    result: Array = np.abs(upper - lower) <= bound * (1 + 1e-6) + 1e-10 * np.abs(upper)
    return result


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
            return self.kernel.solve({**self.values, self.symbol: -z}, start=start)
        except np.linalg.LinAlgError:
            if len(z) == 1:
                nothing = np.full(1, np.nan)
                return Solution(
                    nothing + 0j, dict.fromkeys(start or {}, nothing + 0j), nothing, nothing
                )
        halves = (slice(0, len(z) // 2), slice(len(z) // 2, None))
        parts = [
            self.solve(z[h], None if start is None else {k: v[h] for k, v in start.items()})
            for h in halves
        ]
        return _joined(parts)

    def _scale(self) -> float:
        """Twice the root mean square of the spectrum, to which ``eta^2 (1 - Im[eta m(i eta)])``
        tends, squared, from below.
        """
        heights = 4.0 ** np.arange(-24, 25)
        solution = self.solve(1j * heights)
        part = np.where(solution.good, 1 - heights * solution.value.imag, np.nan)
        seen = part > 1e-9
        if not solution.good[-1] or (solution.good.sum() > 1 and not seen.any()):
            raise BranchError(
                "the resolvent is not near 1/lam where lam is large; check the values."
            )
        return float(2 * np.sqrt(np.max(heights[seen] ** 2 * part[seen])))

    def above(self, x: Array) -> Heights:
        """The Dyson iteration high above the axis, where it chooses the branch; higher where it
        fails.
        """
        height = np.full(x.shape, 2 * self.scale)
        solution = self.solve(x + 1j * height)
        state = _heights(height, solution, self._on_branch(solution))
        for _ in range(6):
            todo = np.flatnonzero(~state.reached)
            if not len(todo):
                break
            higher = 2 * state.height[todo]
            again = self.solve(x[todo] + 1j * higher)
            state = _placed(state, todo, _heights(higher, again, self._on_branch(again)))
        return state

    def descend(self, x: Array, floor: Array, state: Heights | None = None) -> Heights:
        """Down to the heights ``floor``, by Newton from height to height; steps that break the
        evidence are shortened.

        A point stops where no step keeps residual, gamma(R, R*) < 1, Im m > 0 and the inequality of
        ``herglotz``.
        """
        state = self.above(x) if state is None else state
        ratio = np.full(x.shape, _RATIO)
        for _ in range(_ROUNDS):
            todo = np.flatnonzero(state.reached & (state.height > floor * (1 + 1e-12)))
            if not len(todo):
                return state
            near = _taken(state, todo)
            lower = np.maximum(near.height * ratio[todo], floor[todo])
            solution = self.solve(x[todo] + 1j * lower, near.ahead(lower))
            fits = self._on_branch(solution) & herglotz(
                near.value, solution.value, near.height, lower
            )
            found = _heights(lower, solution, fits, near)
            state = _placed(state, todo[fits], _taken(found, np.flatnonzero(fits)))
            ratio[todo] = np.where(
                fits, np.maximum(ratio[todo] ** 1.5, _RATIO), np.sqrt(ratio[todo])
            )
            state.reached[todo[ratio[todo] > 0.998]] = False
        state.reached[state.height > floor * (1 + 1e-12)] = False
        return state

    def boundary(self, x: Array) -> Boundary:
        """``m(x + i0)``: from the lowest height to the axis, with the evidence on the axis.

        Where Im m > 0 the ladder of R with R* is critical, gamma = 1; outside of the support gamma
        < 1. A value is good where this holds, the imaginary part is not negative and it has moved
        no further than the last step above the axis did.
        """
        floor = np.full(x.shape, _FLOOR * self.scale)
        before = self.descend(x, 8 * floor)
        last = self.descend(x, floor, before)
        solution = self.solve(x + 0j, last.ahead(np.zeros(x.shape)))
        with np.errstate(all="ignore"):
            moved = np.abs(solution.value - last.value)
            close = moved <= 4 * np.abs(last.value - before.value) + 1e-6 * np.abs(last.value)
            critical = np.where(
                self.inside(solution.value),
                np.abs(solution.gamma - 1) < 1e-5,
                solution.gamma < 1 + 1e-5,
            )
            upward = solution.value.imag >= -1e-7 * np.abs(solution.value)
            good = (
                (solution.residual < POLICY.accepted)
                & close
                & (critical | (not self.strict))
                & upward
            )
        good &= last.reached & (last.growth < 0.2)
        return Boundary(
            x, solution.value, solution.residual, solution.gamma, good, last, self._atoms(last)
        )

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
    if not (square and np.isfinite(array).all() and np.allclose(array, array.T)):
        return values
    return {**values, letter: Spectrum(np.linalg.eigvalsh(array))}


def _heights(
    height: Array, solution: Solution, reached: Array, before: Heights | None = None
) -> Heights:
    named = {
        k: np.array(np.broadcast_to(v, height.shape), dtype=complex)
        for k, v in solution.named.items()
    }
    if before is None:
        before = Heights(
            height, solution.value, named, height, named, height, height, reached, height
        )
    with np.errstate(all="ignore"):
        growth = np.log(solution.value.imag / before.value.imag) / np.log(before.height / height)
    return Heights(
        height,
        solution.value,
        named,
        before.height,
        before.named,
        solution.residual,
        solution.gamma,
        reached,
        growth,
    )


def _taken(state: Heights, places: Array) -> Heights:
    """Some of the points of a state."""
    return Heights(*(_each(lambda a: a[places], getattr(state, f.name)) for f in fields(state)))


def _placed(state: Heights, places: Array, part: Heights) -> Heights:
    """The state with some of its points replaced."""

    def put(old: Array, new: Array) -> Array:
        copy = old.copy()
        copy[places] = new
        return copy

    return Heights(
        *(_each(put, getattr(state, f.name), getattr(part, f.name)) for f in fields(state))
    )


def _joined(parts: list[Solution]) -> Solution:
    names = dict.fromkeys(k for p in parts for k in p.named)
    named = {
        k: np.concatenate([p.named.get(k, np.full(len(p.value), np.nan)) for p in parts])
        for k in names
    }
    value, residual, gamma = (
        np.concatenate([getattr(p, k) for p in parts]) for k in ("value", "residual", "gamma")
    )
    return Solution(value, named, residual, gamma)


def _each(change: Callable[..., Array], *parts: Any) -> Any:
    """A function of arrays, applied under every key where they are dictionaries of arrays."""
    return (
        {k: change(*(p[k] for p in parts)) for k in parts[0]}
        if isinstance(parts[0], dict)
        else change(*parts)
    )
