"""A long spectrum as a short quadrature, octave by octave, with a bound of its error.

On an octave [a, 2a] a function 1/(kappa + x), kappa >= 0, has its pole three half-lengths from the
middle. A Gauss quadrature of m nodes is exact to degree 2m - 1, so that it errs by at most rho^-(2m
- 1), rho = 3 + sqrt(8), relative to the average itself, and by 2m times that for the square.
Source: Trefethen, "Is Gauss quadrature better than Clenshaw-Curtis?", SIAM Review 50 (2008), for
such bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike

from planar.expression.numeric import Array
from planar.foundations.errors import PlanarError, ShapeError

__all__ = ["Quadrature", "compress"]

RHO = 3 + sqrt(8)


@dataclass(frozen=True)
class Quadrature:
    """A spectrum in a few nodes.

    Attributes
    ----------
    eigenvalues : array of shape (nodes,)
        The nodes.
    weights : array of shape (nodes,)
        The weight of each node.
    bound : float
        The largest relative error that the quadrature adds to an average of 1/(kappa + x) or
        1/(kappa + x)^2, at every kappa >= 0.
    """

    eigenvalues: Array
    weights: Array
    bound: float
    _octaves: tuple[tuple[Array, Array, Array], ...] = field(repr=False)
    _length: int = field(repr=False)

    def project(self, diagonal: ArrayLike) -> Array:
        """The diagonal of another letter in the eigenbasis, as values at the nodes.

        Its averages with functions of the spectrum keep about half of the digits of ``bound``; ask
        for ``insertions=True`` to keep all.

        Parameters
        ----------
        diagonal : array_like of shape (eigenvalues,)
            The diagonal, given at every eigenvalue of the long spectrum in its order.

        Returns
        -------
        array of shape (nodes,)

        Raises
        ------
        ShapeError
            Where the diagonal does not have one entry for each eigenvalue.
        """
        values = np.asarray(diagonal)
        if values.shape != (self._length,):
            raise ShapeError(
                f"the diagonal has shape {values.shape}, the spectrum {self._length} eigenvalues; "
                "give one each."
            )
        return np.concatenate(
            [(weights * values[members]) @ basis for members, weights, basis in self._octaves]
        )


def compress(
    eigenvalues: Array, weights: Array, tolerance: float, *, insertions: bool
) -> Quadrature:
    """Eigenvalues by octaves, each of at most m nodes; zero is a node of its own."""
    _check(eigenvalues, tolerance)
    nodes = next(m for m in range(2, 100) if _bound(m) <= tolerance)
    nodes = 2 * nodes if insertions else nodes
    order = np.argsort(eigenvalues, kind="stable")
    values = eigenvalues[order]
    points: list[Array] = []
    masses: list[Array] = []
    octaves: list[tuple[Array, Array, Array]] = []
    for start, stop in pairwise(_octave_edges(values)):
        members = order[start:stop]
        x, w = values[start:stop], weights[members]
        is_long = np.count_nonzero(np.diff(x)) >= nodes
        at, mass, basis = _gauss(x, w, nodes) if is_long else _distinct(x, w)
        points.append(at)
        masses.append(mass)
        octaves.append((members, w, basis))
    bound = _bound(nodes) if any(len(at) >= nodes for at in points) else 0.0
    return Quadrature(
        np.concatenate(points), np.concatenate(masses), bound, tuple(octaves), len(values)
    )


def _check(eigenvalues: Array, tolerance: float) -> None:
    if not 1e-14 <= tolerance < 1:
        raise PlanarError(
            f"a tolerance of {tolerance!r} is not possible; give one between 1e-14 and 1, "
            "for example 1e-10."
        )
    if (eigenvalues < 0).any():
        raise PlanarError(
            "only a spectrum without negative eigenvalues can be compressed, and the least is "
            f"{eigenvalues.min():g}; give the eigenvalues of a positive matrix."
        )


def _octave_edges(values: Array) -> list[int]:
    """The places where ascending eigenvalues are cut: behind the zeros, then an octave each."""
    zeros = int(np.searchsorted(values, 0.0, side="right"))
    edges = {0, zeros, len(values)}
    if zeros < len(values):
        least, greatest = values[zeros], values[-1]
        octaves = ceil(np.log2(greatest) - np.log2(least))
        cuts = np.ldexp(greatest, -np.arange(octaves, 0, -1))
        edges.update(np.searchsorted(values, cuts, side="right").tolist())
    return sorted(edges)


def _bound(nodes: int) -> float:
    return float(2 * nodes * RHO ** (1 - 2 * nodes))


def _distinct(x: Array, w: Array) -> tuple[Array, Array, Array]:
    """Few values stay, equal ones together."""
    at, place = np.unique(x, return_inverse=True)
    member = np.zeros((len(x), len(at)))
    member[np.arange(len(x)), place] = 1
    mass = w @ member
    return at, mass, member / mass


def _gauss(x: Array, w: Array, nodes: int) -> tuple[Array, Array, Array]:
    """Gauss nodes and weights of a discrete measure, and 1/weight times the cardinal polynomials.

    Stieltjes' recurrence. The last are the orthogonal projection on polynomials of degree
    nodes - 1, read at the nodes.
    """
    middle, half = (x[0] + x[-1]) / 2, (x[-1] - x[0]) / 2
    t, mass = (x - middle) / half, w.sum()
    polynomials = [np.full(len(x), 1 / np.sqrt(mass))]
    alpha, beta = list[float](), list[float]()
    for k in range(nodes):
        p = polynomials[k]
        alpha.append(float(w @ (t * p * p)))
        residual = (t - alpha[k]) * p - (beta[k - 1] * polynomials[k - 1] if k else 0.0)
        for q in polynomials:
            residual -= ((w * q) @ residual) * q
        beta.append(float(np.sqrt(w @ (residual * residual))))
        if k + 1 < nodes:
            polynomials.append(residual / beta[k])
    at, vectors = np.linalg.eigh(np.diag(alpha) + np.diag(beta[:-1], 1) + np.diag(beta[:-1], -1))
    shares = mass * vectors[0] ** 2
    basis = np.stack(polynomials, axis=1) @ vectors / (np.sqrt(mass) * vectors[0])
    return middle + half * at, shares, basis
