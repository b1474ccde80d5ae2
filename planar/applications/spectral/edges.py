"""Support and atoms of a spectrum, located numerically."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral.density import Atom, atoms_of
from planar.applications.spectral.path import Path
from planar.derivation.equivalent import Equivalent
from planar.foundations.errors import BranchError
from planar.foundations.printed import Printed

__all__ = ["Support", "support"]

Array = NDArray[Any]

_CELLS = 200
_LIGHTEST = 1e-4
"""Mass that a stretch without density at its ends may hide before it is divided again."""


@dataclass(frozen=True)
class Support(Printed):
    """Intervals of positive density, each edge to within ``error``, and atoms; ``mass`` is what
    they carry together.

    True where that is all there is, ``|mass - 1| < 1e-4``.
    """

    intervals: tuple[tuple[float, float], ...]
    atoms: tuple[Atom, ...]
    error: float
    mass: float

    def __bool__(self) -> bool:
        return abs(self.mass - 1) < 1e-4

    def grid(self, points: int = 200) -> tuple[Array, Array]:
        """Points in each interval, dense near its edges, and weights of a quadrature for densities
        with root edges.

        >>> x, weights = Support(((-2.0, 2.0),), (), 0.0, 1.0).grid(20)
        >>> round(float(weights @ np.sqrt(4 - x**2) / (2 * np.pi)), 12)
        1.0
        """
        angles = (np.arange(points) + 0.5) * np.pi / points
        nodes, weights = [np.empty(0)], [np.empty(0)]
        for a, b in self.intervals:
            nodes.append((a + b) / 2 - (b - a) / 2 * np.cos(angles))
            weights.append((b - a) / 2 * np.sin(angles) * np.pi / points)
        return np.concatenate(nodes), np.concatenate(weights)

    def __str__(self) -> str:
        bands = " and ".join(f"[{a:.9g}, {b:.9g}]" for a, b in self.intervals) or "no interval"
        held = "".join(f", {atom}" for atom in self.atoms)
        return f"{bands}{held}; edges to {self.error:.0e}, mass {self.mass:.8f}"


def support(
    equivalent: Equivalent,
    values: Mapping[Any, Any] | None = None,
    *,
    atoms: Iterable[float] = (0.0,),
) -> Support:
    """Support of the spectral density of X from the equivalent of ``tr(resolvent(X, lam))``, and
    its atoms.

    A contour integral of m finds a radius that holds the whole spectrum. A stretch of half-width
    eta about x has mass at most ``2 eta Im m(x + i eta)``, so stretches that may hide some are
    divided again; an edge is bracketed between a point with density and one without. ``atoms`` are
    positions at which atoms are looked for; others are found where no bulk touches them.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> equivalent = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), symbols("lambda"))))
    >>> found = support(equivalent, {N: 200, P: 100})
    >>> print(found)                                       # (1 ± sqrt 2)^2
    [0.171572875, 5.82842712], 0.5 at 0; edges to ...e-1..., mass 1.00000000

    Raises ``SpectralError`` where the expression is not the trace of one resolvent, ``BranchError``
    where nothing is found.
    """
    search = _Search(
        Path(equivalent, dict(values or {})), np.array(sorted({float(a) for a in atoms}))
    )
    tolerance = _LIGHTEST
    while True:
        found = search.bands(tolerance)
        if abs(found.mass - 1) < 1e-6 or tolerance < 1e-6:
            return found
        tolerance /= 10


class _Search:
    """Points whose density is known: sorted places, and whether each lies in a bulk; ``silent``
    ones gave no answer.

    ``hard`` are the candidates at which the density diverges.
    """

    def __init__(self, path: Path, candidates: Array) -> None:
        self.path = path
        self.error = 0.0
        self.radius = self._radius()
        self.atoms: list[Atom] = []
        self.hard = np.empty(0)
        if len(candidates):
            found = path.boundary(candidates)
            self.atoms = list(atoms_of(found))
            self.hard = candidates[
                found.last.reached & ~found.good & (found.last.growth > 0.05) & (found.mass == 0)
            ]
        self.x = np.empty(0)
        self.bulk = np.empty(0, dtype=bool)
        self.silent: set[float] = set()
        self.add(self.radius * (np.linspace(-1, 1, _CELLS + 1) + 0.618e-3))

    def _radius(self) -> float:
        """``-1/(2 pi i)`` times the integral of m around a circle is the mass inside of it."""
        angles = (np.arange(64) + 0.5) * np.pi / 64
        radius = self.path.scale
        for _ in range(12):
            z = radius * np.exp(1j * angles)
            solution = self.path.solve(z)
            if solution.good.all() and abs(-np.mean((solution.value * z).real) - 1) < 1e-7:
                return 1.1 * radius
            radius *= 1.5
        raise BranchError(
            "the spectrum is not bounded, or no solution is found around it; check the values."
        )

    def add(self, x: Array) -> None:
        """Know the density at more points; those without an answer are left out."""
        found = self.path.boundary(x)
        self._enter(x[found.good], self.path.inside(found.value)[found.good])
        self.silent.update(x[~found.good].tolist())

    def _enter(self, x: Array, bulk: Array) -> None:
        every = np.concatenate([self.x, x])
        self.x, first = np.unique(every, return_index=True)
        self.bulk = np.concatenate([self.bulk, bulk])[first]

    def bands(self, tolerance: float) -> Support:
        """Edges and atoms once no stretch hides more than the tolerance, and no band has a point
        without density.
        """
        for _ in range(4):
            self._divide(tolerance)
            low, high = self._edges()
            self._divide(tolerance)
            intervals = tuple(zip(low.tolist(), high.tolist(), strict=True))
            draft = Support(intervals, tuple(self.atoms), self.error, 0.0)
            x, weights = draft.grid()
            if not len(x):
                break
            found = self.path.boundary(x)
            gaps = found.good & ~self.path.inside(found.value)
            if not gaps.any():
                density = np.where(found.good, found.value, found.last.value).imag / np.pi
                mass = float(weights @ density) + sum(a.mass for a in self.atoms)
                return Support(intervals, draft.atoms, self.error, mass)
            self.add(x)
        return Support((), tuple(self.atoms), self.error, float(sum(a.mass for a in self.atoms)))

    def _divide(self, tolerance: float) -> None:
        """Halve the stretches between points without density that may hold mass, unless an atom
        explains it.
        """
        tried: set[float] = set()
        for _ in range(60):
            outside = ~self.bulk[:-1] & ~self.bulk[1:]
            left, right = self.x[:-1][outside], self.x[1:][outside]
            middle, half = (left + right) / 2, (right - left) / 2
            state = self.path.descend(middle, half)
            known = sum(
                (a.mass * half**2 / ((middle - a.position) ** 2 + half**2) for a in self.atoms),
                np.zeros(len(half)),
            )
            most = np.where(state.reached, 2 * (half * state.value.imag - known), 0.0)
            held = (most > tolerance) & ~np.isin(middle, list(self.silent))
            if not held.any():
                return
            worst = int(np.argmax(np.where(held, most, 0)))
            small = half[worst] < 1e-2 * self.path.scale and middle[worst] not in tried
            tried.add(float(middle[worst]))
            if not (small and self._atom(left[worst], right[worst])):
                self.add(middle[held])

    def _atom(self, a: float, b: float) -> bool:
        """Find the zero of 1/m between two points by the secant: near an atom m = mass/(position -
        x).
        """
        mass, place, settled = 0.0, np.nan, np.inf
        for _ in range(8):
            found = self.path.boundary(np.array([a, b]))
            if not found.good.all() or self.path.inside(found.value).any():
                break
            one, two = 1 / found.value.real
            last, mass = mass, -(b - a) / (two - one)
            place = a + one * mass
            if not (mass > 0 and abs(place - (a + b) / 2) <= b - a):
                return False
            settled = abs(mass - last) / mass
            width = (b - a) / 8
            a, b = place - width, place + 1.1 * width
        new = all(abs(place - known.position) > 1e-6 * self.path.scale for known in self.atoms)
        if new and settled < 1e-3:
            self.atoms = sorted(
                (*self.atoms, Atom(float(place), float(mass))), key=lambda atom: atom.position
            )
        return new and settled < 1e-3

    def _edges(self) -> tuple[Array, Array]:
        """Lower and upper edges, each bracketed by sixteen points at a time until no double lies
        between.
        """
        change = np.flatnonzero(self.bulk[:-1] != self.bulk[1:])
        left, right, rising = self.x[change], self.x[change + 1], self.bulk[change + 1]
        for hard in self.hard:
            here = (left <= hard) & (hard <= right)
            left, right = np.where(here, hard, left), np.where(here, hard, right)
        active = np.arange(len(change))
        for _ in range(16):
            active = active[right[active] - left[active] > 1e-13 * self.path.scale]
            if not len(active):
                break
            low, high = left[active], right[active]
            inner = low[:, None] + (high - low)[:, None] * np.arange(1, 16) / 16
            found = self.path.boundary(inner.ravel())
            inside = (self.path.inside(found.value) == np.repeat(rising[active], 15)).reshape(
                inner.shape
            )
            good = found.good.reshape(inner.shape)
            last = np.where(good & ~inside, inner, low[:, None]).max(axis=1)
            first = np.where(good & inside & (inner > last[:, None]), inner, high[:, None]).min(
                axis=1
            )
            left[active], right[active] = last, first
            active = active[first - last < (high - low) / 2]
        self._enter(np.concatenate([left, right]), np.concatenate([~rising, rising]))
        edge = (left + right) / 2
        self.error = float(np.max(right - left, initial=0.0))
        return edge[rising], edge[~rising]
