"""The support of a spectrum: its intervals of positive density, and its atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.spectral.density import Atom
from planar.foundations.notebook_display import Printed

__all__ = ["Support"]

Array = NDArray[Any]

_MISSING = (
    ", which is not 1: a band or an atom is missing or not resolved, so look at density(grid)"
)


@dataclass(frozen=True)
class Support(Printed):
    """Intervals of positive density, and atoms; true where these are all, ``|mass - 1| < 1e-4``.

    Attributes
    ----------
    intervals : tuple of (float, float)
        Lower and upper edge of every band, in increasing order.
    atoms : tuple of Atom
        Points that carry mass.
    error : float
        Each edge lies within this of its number.
    mass : float
        What bands and atoms carry together.
    """

    intervals: tuple[tuple[float, float], ...]
    atoms: tuple[Atom, ...]
    error: float
    mass: float

    def __bool__(self) -> bool:
        return abs(self.mass - 1) < 1e-4

    def grid(self, points: int = 200) -> tuple[Array, Array]:
        """Points in each interval, dense near its edges, with the weights of a quadrature.

        It integrates densities that vanish as a square root at their edges.

        Parameters
        ----------
        points : int, default 200
            How many points an interval gets.

        Returns
        -------
        tuple of numpy.ndarray
            Points and weights, each of shape (points times the number of intervals,).

        Examples
        --------
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
        atoms = "".join(f", {atom}" for atom in self.atoms)
        missing = "" if self else _MISSING
        return f"{bands}{atoms}; edges to {self.error:.0e}, mass {self.mass:.8f}{missing}"
