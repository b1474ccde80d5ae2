"""Support and atoms of a spectrum, located numerically."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral.density import Atom, atoms_of
from planar.applications.spectral.heights import Boundary
from planar.applications.spectral.intervals import Support
from planar.applications.spectral.path import Path
from planar.applications.spectral.reality import refuse_complex_spectrum
from planar.derivation.equivalent import Equivalent
from planar.foundations.errors import BranchError

__all__ = ["support"]

Array = NDArray[Any]

_CELLS = 200
_LIGHTEST = 1e-4
"""Mass that a stretch without density at its ends may hide before it is divided again."""


def support(
    equivalent: Equivalent,
    values: Mapping[Any, Any] | None = None,
    *,
    atoms: Iterable[float] = (0.0,),
) -> Support:
    """Support of the spectral density of X, and its atoms.

    The equivalent is that of ``tr(resolvent(X, lam))``. A contour integral of m finds a radius that
    holds the whole spectrum. A stretch of half-width eta about x has mass at most ``2 eta Im m(x +
    i eta)``, so stretches that may hide some are divided again; an edge is bracketed between a
    point with density and one without. ``atoms`` are positions at which atoms are looked for;
    others are found where no bulk touches them.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> W, lam = planar.Wishart("W", N, P), symbols("lambda")
    >>> equivalent = planar.derive(planar.tr(planar.resolvent(W, lam)))
    >>> print(support(equivalent, {N: 200, P: 100}))       # (1 ± sqrt 2)^2
    [0.171572875, 5.82842712], 0.5 at 0; edges to ...e-1..., mass 1.00000000

    Raises ``SpectralError`` where the expression is not the trace of one resolvent or X has
    complex eigenvalues, ``BranchError`` where nothing is found.
    """
    refuse_complex_spectrum(equivalent, dict(values or {}))
    path = Path(equivalent, dict(values or {}))
    search = _Search(path, np.array(sorted({float(a) for a in atoms})))
    tolerance = _LIGHTEST
    while True:
        bands = search.bands(tolerance)
        if abs(bands.mass - 1) < 1e-6 or tolerance < 1e-6:
            return bands
        tolerance /= 10


class _Search:
    """Points whose density is known: sorted places, and whether each lies in a bulk.

    ``silent`` points gave no answer; ``hard`` are the candidates at which the density diverges.
    """

    def __init__(self, path: Path, candidates: Array) -> None:
        self.path = path
        self.error = 0.0
        self.radius = self._radius()
        self.atoms: list[Atom] = []
        self.hard = np.empty(0)
        if len(candidates):
            boundary = path.boundary(candidates)
            self.atoms = list(atoms_of(boundary))
            self.hard = candidates[_diverging(boundary)]
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
        """Compute the density at more points; those without an answer are left out."""
        boundary = self.path.boundary(x)
        self._enter(x[boundary.good], self.path.inside(boundary.value)[boundary.good])
        self.silent.update(x[~boundary.good].tolist())

    def _enter(self, x: Array, bulk: Array) -> None:
        self.x, first = np.unique(np.concatenate([self.x, x]), return_index=True)
        self.bulk = np.concatenate([self.bulk, bulk])[first]

    def bands(self, tolerance: float) -> Support:
        """Edges and atoms, once no stretch may hide more than the tolerance.

        No band then has a point without density.
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
            boundary = self.path.boundary(x)
            gaps = boundary.good & ~self.path.inside(boundary.value)
            if not gaps.any():
                value = np.where(boundary.good, boundary.value, boundary.last.value)
                density = value.imag / np.pi
                mass = float(weights @ density) + sum(a.mass for a in self.atoms)
                return Support(intervals, draft.atoms, self.error, mass)
            self.add(x)
        return Support((), tuple(self.atoms), self.error, float(sum(a.mass for a in self.atoms)))

    def _divide(self, tolerance: float) -> None:
        """Halve the stretches without density at their ends that may hold mass no atom explains."""
        tried: set[float] = set()
        for _ in range(60):
            outside = ~self.bulk[:-1] & ~self.bulk[1:]
            left, right = self.x[:-1][outside], self.x[1:][outside]
            middle, half = (left + right) / 2, (right - left) / 2
            bound = self._largest_mass(middle, half)
            heavy = (bound > tolerance) & ~np.isin(middle, list(self.silent))
            if not heavy.any():
                return
            worst = int(np.argmax(np.where(heavy, bound, 0)))
            small = half[worst] < 1e-2 * self.path.scale and middle[worst] not in tried
            tried.add(float(middle[worst]))
            if not (small and self._atom(left[worst], right[worst])):
                self.add(middle[heavy])

    def _largest_mass(self, middle: Array, half: Array) -> Array:
        """A bound on the mass of each stretch beyond that of the known atoms."""
        state = self.path.descend(middle, half)
        known = sum(
            (a.mass * half**2 / ((middle - a.position) ** 2 + half**2) for a in self.atoms),
            np.zeros(len(half)),
        )
        return np.where(state.reached, 2 * (half * state.value.imag - known), 0.0)

    def _atom(self, a: float, b: float) -> bool:
        """Find the zero of 1/m between two points by the secant; whether it is a new atom.

        Near an atom m = mass/(position - x).
        """
        mass, place, settled = 0.0, np.nan, np.inf
        for _ in range(8):
            boundary = self.path.boundary(np.array([a, b]))
            if not boundary.good.all() or self.path.inside(boundary.value).any():
                break
            one, two = 1 / boundary.value.real
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
        """Lower and upper edges, each bracketed until no double lies between."""
        change = np.flatnonzero(self.bulk[:-1] != self.bulk[1:])
        left, right, rising = self.x[change], self.x[change + 1], self.bulk[change + 1]
        for hard in self.hard:
            around = (left <= hard) & (hard <= right)
            left, right = np.where(around, hard, left), np.where(around, hard, right)
        active = np.arange(len(change))
        for _ in range(16):
            active = active[right[active] - left[active] > 1e-13 * self.path.scale]
            if not len(active):
                break
            low, high = left[active], right[active]
            last, first = self._bracketed(low, high, rising[active])
            left[active], right[active] = last, first
            active = active[first - last < (high - low) / 2]
        self._enter(np.concatenate([left, right]), np.concatenate([~rising, rising]))
        edge = (left + right) / 2
        self.error = float(np.max(right - left, initial=0.0))
        return edge[rising], edge[~rising]

    def _bracketed(self, low: Array, high: Array, rising: Array) -> tuple[Array, Array]:
        """Narrower brackets of edges, from sixteen parts of each."""
        inner = low[:, None] + (high - low)[:, None] * np.arange(1, 16) / 16
        boundary = self.path.boundary(inner.ravel())
        inside = self.path.inside(boundary.value) == np.repeat(rising, 15)
        beyond, good = inside.reshape(inner.shape), boundary.good.reshape(inner.shape)
        last = np.where(good & ~beyond, inner, low[:, None]).max(axis=1)
        after = good & beyond & (inner > last[:, None])
        return last, np.where(after, inner, high[:, None]).min(axis=1)


def _diverging(boundary: Boundary) -> Array:
    """The points at which the density diverges without an atom."""
    last = boundary.last
    return last.reached & ~boundary.good & (last.growth > 0.05) & (boundary.mass == 0)
