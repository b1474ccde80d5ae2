"""The spectral density on a grid of reals, with the evidence of every point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Rational

from planar.applications.spectral.heights import Boundary
from planar.applications.spectral.path import Path
from planar.applications.spectral.reality import refuse_complex_spectrum
from planar.derivation.equivalent import Equivalent
from planar.foundations.errors import ValueMissing
from planar.foundations.notebook_display import Printed
from planar.foundations.traces import Mark, TheoryLine, Traces

__all__ = ["Atom", "Density", "atoms_of", "density", "read"]

Array = NDArray[Any]

_LOW = 1e-7
"""Height, in units of the scale, from where on the growth of Im m tells what a point is.

Newton may stop there, above the lowest one, where unknowns of many sizes leave it no digits.
"""


@dataclass(frozen=True)
class Atom(Printed):
    """A point of the spectrum that carries mass.

    Attributes
    ----------
    position : float or sympy.Rational
        The eigenvalue; exact where it comes from a curve and is rational.
    mass : float or sympy.Rational
        Its share of all eigenvalues, between 0 and 1.
    """

    position: float | Rational
    mass: float | Rational

    def __str__(self) -> str:
        return f"{_short(self.mass)} at {_short(self.position)}"


@dataclass(frozen=True, eq=False)
class Density(Printed):
    """The spectral density on a grid; true where every point is on the physical branch.

    Attributes
    ----------
    grid : numpy.ndarray
        The points, of shape (n,).
    density : numpy.ndarray
        The density at every point, of shape (n,); with the atoms it has mass 1.
    status : numpy.ndarray of str
        "bulk", "outside" (density 0), "atom" and "singular" (density infinite: a point that carries
        mass, and one where the density diverges) or "failed" (density NaN).
    residual : numpy.ndarray
        The residual of the implicit definitions.
    gamma : numpy.ndarray
        The ladder of R with R*, on the axis: 1 in a bulk, below 1 outside.
    atoms : tuple of Atom
        The atoms at zero and on the grid.
    """

    grid: Array
    density: Array
    status: NDArray[np.str_]
    residual: Array
    gamma: Array
    atoms: tuple[Atom, ...] = ()

    def traces(self) -> Traces:
        """What ``planar.plot`` draws: the density where it is finite, a mark for every atom.

        Returns
        -------
        Traces
            One line and the marks.
        """
        finite = np.flatnonzero(np.isfinite(self.density))
        order = finite[np.argsort(self.grid[finite])]
        marks = tuple(
            Mark(float(atom.position), f"mass {float(atom.mass):.3g}") for atom in self.atoms
        )
        line = TheoryLine(self.grid[order], self.density[order])
        return Traces("$x$", "density", (line,), marks=marks, distribution=True)

    @property
    def good(self) -> Array:
        """Whether each point lies on the physical branch."""
        result: Array = self.status != "failed"
        return result

    def __bool__(self) -> bool:
        return bool(self.good.all())

    @property
    def mass(self) -> float:
        """Integral over the grid by the trapezoidal rule, plus the atoms inside of it.

        It is 1 if the grid covers the spectrum finely.
        """
        return float(self.cumulative[-1]) if len(self.grid) else 0.0

    @property
    def cumulative(self) -> Array:
        """The distribution function on the sorted grid, from the left end on."""
        x, y = self._sorted()
        steps = np.concatenate([[0.0], np.cumsum(np.diff(x) * (y[1:] + y[:-1]) / 2)])
        for atom in filter(self._covers, self.atoms):
            steps = steps + atom.mass * (x >= atom.position)
        result: Array = steps
        return result

    def _covers(self, atom: Atom) -> bool:
        """Whether an atom lies between the ends of the grid."""
        return bool(self.grid.min() <= atom.position <= self.grid.max())

    def _sorted(self) -> tuple[Array, Array]:
        """Grid and density in order; densities that are not finite are interpolated."""
        order = np.argsort(self.grid, kind="stable")
        x, y = self.grid[order], self.density[order]
        finite = np.isfinite(y)
        return x, np.interp(x, x[finite], y[finite]) if finite.any() else np.zeros_like(x)

    def __str__(self) -> str:
        count = {
            name: int((self.status == name).sum())
            for name in ("bulk", "outside", "atom", "singular", "failed")
        }
        kinds = ", ".join(f"{n} {name}" for name, n in count.items() if n)
        lines = [f"density at {len(self.grid)} points: {kinds}"]
        good = self.good & np.isfinite(self.density)
        if good.any():
            lines.append(f"residual <= {self.residual[good].max():.1e}{self._criticality()}")
        atoms = [
            f" (of it {atom})" if self._covers(atom) else f", beside it {atom}"
            for atom in self.atoms
            if len(self.grid)
        ]
        lines.append(f"mass on the grid {self.mass:.6g}{''.join(atoms)}")
        return "\n".join(lines)

    def _criticality(self) -> str:
        """How far gamma is from 1 in the bulk, in words."""
        bulk = self.status == "bulk"
        gap = np.abs(1 - self.gamma[bulk]).max(initial=0.0)
        if not bulk.any() or not np.isfinite(gap):
            return ""
        return f", |1 - gamma(R, R*)| <= {gap:.1e} in the bulk"


def density(
    equivalent: Equivalent, grid: ArrayLike, values: Mapping[Any, Any] | None = None
) -> Density:
    """The spectral density ``Im m(-x - i0)/pi`` of X at every x of a grid.

    The equivalent is that of ``tr(resolvent(X, lam))``. High above the axis the Dyson iteration
    chooses the branch. Newton follows it down, each step within the inequality ``|m(z) - m(z')| <=
    |z - z'| sqrt(Im m Im m' / (Im z Im z'))`` of every Stieltjes transform, with gamma(R, R*) < 1,
    and ends on the axis itself. A point where this breaks has the status "failed" and no number. X
    must have a real spectrum.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> W, lam = planar.Wishart("W", N, P), symbols("lambda")
    >>> equivalent = planar.derive(planar.tr(planar.resolvent(W, lam)))
    >>> points = density(equivalent, [-1, 0, 1, 2, 6], {N: 200, P: 100})
    >>> points.status.tolist()
    ['outside', 'atom', 'bulk', 'bulk', 'outside']
    >>> print(points.atoms[0])
    0.5 at 0
    >>> bool(abs(points.density[2] - 1 / (2 * np.pi)) < 1e-12) # sqrt((x+ - x)(x - x-)) / (2 pi q x)
    True

    Raises ``SpectralError`` where the expression is not the trace of one resolvent in one symbol,
    or X has complex eigenvalues.
    """
    x = np.atleast_1d(np.asarray(grid))
    if x.ndim != 1 or x.dtype.kind not in "iuf" or not np.isfinite(x).all():
        raise ValueMissing(
            "a density is computed on a list of finite real numbers; "
            "give the grid as a one-dimensional array."
        )
    refuse_complex_spectrum(equivalent, dict(values or {}))
    path = Path(equivalent, dict(values or {}))
    inner = np.unique(np.append(x.astype(float), 0.0))
    boundary = path.boundary(inner)
    place = np.searchsorted(inner, x)
    numbers, status, residual, gamma = (a[place] for a in read(path, boundary))
    return Density(x.astype(float), numbers, status, residual, gamma, atoms_of(boundary))


def read(path: Path, boundary: Boundary) -> tuple[Array, NDArray[np.str_], Array, Array]:
    """Density, status, residual and gamma from boundary values.

    Where the formula itself has no value on the axis (lam = 0 in kappa/lam, say), the value at the
    lowest height is taken in its place.
    """
    last = boundary.last
    status = _status(path, boundary)
    value = np.where(boundary.good, boundary.value, last.value).imag / np.pi
    numbers = np.where(status == "bulk", np.maximum(value, 0), 0.0)
    numbers[np.isin(status, ("singular", "atom"))] = np.inf
    numbers[status == "failed"] = np.nan
    residual = np.where(boundary.good, boundary.residual, last.residual)
    gamma = np.where(boundary.good, boundary.gamma, last.gamma)
    return numbers, status, residual, gamma


def _status(path: Path, boundary: Boundary) -> NDArray[np.str_]:
    last = boundary.last
    near = ~boundary.good & (last.reached | (last.height < _LOW * path.scale))
    flat = near & (last.growth > -0.9) & (last.growth < 0.05)
    bulk = np.where(boundary.good, path.inside(boundary.value), flat)
    status = np.full(boundary.x.shape, "failed", dtype="<U8")
    status[boundary.good | near] = "outside"
    status[bulk] = "bulk"
    status[near & (last.growth >= 0.05)] = "singular"
    status[_heavy(boundary)] = "atom"
    return status


def _heavy(boundary: Boundary) -> Array:
    """The points that carry mass."""
    result: Array = ~boundary.good & (boundary.mass > 0)
    return result


def atoms_of(boundary: Boundary) -> tuple[Atom, ...]:
    """The atoms among the points."""
    heavy = _heavy(boundary)
    pairs = zip(boundary.x[heavy], boundary.mass[heavy], strict=True)
    return tuple(Atom(float(x), float(mass)) for x, mass in pairs)


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
