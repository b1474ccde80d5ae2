"""Solutions at heights above the real axis, and what one height predicts for the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.kernels.solution import Solution

__all__ = ["Boundary", "Heights", "herglotz", "solved_at"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Heights:
    """Solutions at ``x + i height``, one a point, and which are on the physical branch.

    ``higher`` and ``earlier`` are the height before the last step and the named quantities there;
    ``growth`` is how Im m has grown on it, as ``height^-growth``: -1 outside of the support, 0 in a
    bulk, 1 at an atom.
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
        """A guess at the named quantities at another height.

        It follows a line, or a power law where the quantities follow one.
        """
        with np.errstate(all="ignore"):
            guesses = {k: self._extrapolated(k, height) for k in self.named}
        return {k: np.where(self._significant(k, v), v, 0) for k, v in guesses.items()}

    def _significant(self, name: str, guess: Array) -> Array:
        """Whether a guess is more than what rounding leaves of the quantity, in its own unit."""
        large = np.maximum(np.abs(self.named[name]), np.abs(self.earlier[name]))
        return np.asarray(np.abs(guess) > 1e-12 * large)

    def _extrapolated(self, name: str, height: Array) -> Array:
        value, earlier = self.named[name], self.earlier[name]
        steps = (height - self.height) / (self.height - self.higher)
        powers = np.log(height / self.height) / np.log(self.height / self.higher)
        line = value + (value - earlier) * steps
        power = value * np.exp(powers * np.log(value / earlier))
        exponent = np.log(np.abs(value / earlier)) / np.log(self.height / self.higher)
        lawful = (height > 0) & ((exponent < -0.2) | ((exponent > 0.2) & (exponent < 0.8)))
        guess = np.where(lawful, power, line)
        return np.where(np.isfinite(guess), guess, value)

    def at(self, places: Array) -> Heights:
        """The solutions at some of the points."""
        columns = (_each(lambda a: a[places], getattr(self, f.name)) for f in fields(self))
        return Heights(*columns)

    def replaced(self, places: Array, part: Heights) -> Heights:
        """The same with the solutions at some of the points replaced."""

        def put(old: Array, new: Array) -> Array:
            copy = old.copy()
            copy[places] = new
            return copy

        names = [f.name for f in fields(self)]
        return Heights(*(_each(put, getattr(self, k), getattr(part, k)) for k in names))


@dataclass(frozen=True)
class Boundary:
    """Boundary values ``m(x + i0)`` with their evidence.

    ``last`` holds the solutions at the lowest height above each point, ``mass`` that of an atom
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
    """Whether values at heights ``high`` > ``low`` can belong to one positive measure.

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


def solved_at(
    height: Array, solution: Solution, reached: Array, before: Heights | None = None
) -> Heights:
    """A solution at its heights; ``before`` is the step above it."""
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


def _each(change: Callable[..., Array], *parts: Any) -> Any:
    """A function of arrays, applied under every key where they are dictionaries of arrays."""
    if not isinstance(parts[0], dict):
        return change(*parts)
    columns = {key: [part[key] for part in parts] for key in parts[0]}
    return {key: change(*arrays) for key, arrays in columns.items()}
