"""Zeros of det (1 - C) on the real line outside of a spectrum, each with its multiplicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planar.applications.outliers.contours import candidates
from planar.applications.outliers.gaps import Matrices, cells, room
from planar.applications.spectral import Support
from planar.foundations.errors import PlanarError

__all__ = ["Zero", "zeros"]

Complexes = NDArray[np.complex128]
Counts = NDArray[np.int64]

_WIDTH = 1e-3
"""Of a difference that gives a slope, in units of the distance to the nearest edge."""
_ROUNDS = 6
_JOINT = 1e-8
"""Distance in these units below which zeros count as one."""


@dataclass(frozen=True, eq=False)
class Zero:
    """A place at which 1 - C is singular, and as columns a basis of what it takes to zero."""

    place: float
    null: Complexes

    @property
    def multiplicity(self) -> int:
        """How many eigenvalues meet at the place."""
        return int(self.null.shape[1])


def zeros(matrices: Matrices, bulk: Support, *, mirrored: bool) -> list[Zero]:
    """Zeros outside of the bulk, from below.

    The matrix is self-adjoint, so that every zero is real and has as many null vectors as it
    counts; raises ``PlanarError`` where one is not real. ``mirrored`` says that matrices at
    conjugate places are conjugate.
    """
    near = candidates(matrices, cells(matrices, bulk), mirrored=mirrored)
    places, counts = _polished(matrices, near, bulk)
    if not len(places):
        return []
    distances = room(bulk, places)
    _refuse_complex(places, distances)
    kept = _distinct(places.real, distances)
    values = matrices(places[kept].real + 0j)
    return [
        Zero(float(places[i].real), _null_space(value, int(counts[i])))
        for i, value in zip(kept, values, strict=True)
    ]


def _polished(matrices: Matrices, places: Complexes, bulk: Support) -> tuple[Complexes, Counts]:
    """The zeros next to some places, and how many meet in each; some places have none."""
    counts, sizes = np.ones(len(places), dtype=np.int64), np.zeros(len(places))
    for _ in range(_ROUNDS):
        if not len(places):
            break
        distances = room(bulk, places)
        rows = _steps(matrices, places, distances)
        least = np.array([np.abs(row).min(initial=np.inf) for row in rows])
        near = np.flatnonzero((distances > 0) & (least < distances / 2))
        reach = np.maximum(least, _JOINT * distances)
        joint = [rows[i][np.abs(rows[i]) <= reach[i]] for i in near]
        counts = np.array([len(row) for row in joint], dtype=np.int64)
        sizes = least[near] / distances[near]
        places = places[near] + np.array([row.mean() for row in joint], dtype=complex)
    settled = sizes < _JOINT
    return places[settled], counts[settled]


def _steps(
    matrices: Matrices, places: Complexes, distances: NDArray[np.float64]
) -> list[Complexes]:
    """How far off the zeros are according to value and slope at each place."""
    width = _WIDTH * distances
    values = matrices(np.concatenate([places, places + width, places - width]))
    middle, after, before = np.split(values, 3)
    steps = list[Complexes]()
    for value, change, distance in zip(middle, after - before, distances, strict=True):
        known = np.isfinite(value).all() and np.isfinite(change).all() and distance > 0
        ratio = 1 / (2 * _WIDTH)
        steps.append(distance * _pencil(value, change * ratio) if known else np.empty(0, complex))
    return steps


def _pencil(value: Complexes, slope: Complexes) -> Complexes:
    """The t at which ``value + t slope`` is singular."""
    rows = np.maximum((np.abs(value) + np.abs(slope)).max(axis=1, keepdims=True), 1e-300)
    value, slope = value / rows, slope / rows
    # nothing but rounding, so that a value that is exactly singular has an inverse
    inverted = np.linalg.pinv(value + 1e-18 * np.eye(len(value)), rcond=0)
    with np.errstate(all="ignore"):
        steps = -1 / np.linalg.eigvals(inverted @ slope)
    return np.asarray(steps[np.isfinite(steps)])


def _refuse_complex(places: Complexes, distances: NDArray[np.float64]) -> None:
    """Eigenvalues that are not real belong to a matrix that is not self-adjoint."""
    worst = int(np.argmax(np.abs(places.imag) / distances))
    if abs(places[worst].imag) > 1e-6 * distances[worst]:
        raise PlanarError(
            f"the matrix has the eigenvalue {complex(places[worst]):.6g} at these values, so that "
            "it is not self-adjoint; give the values that make it so, real strengths say."
        )


def _distinct(places: NDArray[np.float64], distances: NDArray[np.float64]) -> list[int]:
    """Places that differ, in increasing order."""
    kept = list[int]()
    for i in np.argsort(places, kind="stable"):
        if not kept or places[i] - places[kept[-1]] > _JOINT * distances[i]:
            kept.append(int(i))
    return kept


def _null_space(matrix: Complexes, dimension: int) -> Complexes:
    """The right singular vectors of the least singular values, as columns."""
    return np.asarray(np.linalg.svd(matrix)[2][-dimension:].conj().T)
