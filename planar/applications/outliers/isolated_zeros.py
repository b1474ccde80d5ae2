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

_WIDTH = 1e-3
"""Of a difference that gives a slope, in units of the distance to the nearest edge."""
_ROUNDS = 6
_JOINT = 1e-8
"""Distance in these units to which a zero is known."""
_VANISHING = 1e-7
"""Singular value that counts as zero, beside the change of the matrix over one unit, and distance
below which zeros count as one.
"""


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
    places = _polished(matrices, near, bulk)
    if not len(places):
        return []
    distances = room(bulk, places)
    _refuse_complex(places, distances)
    kept = _distinct(places.real, distances)
    onto_axis = places[kept].real.astype(complex)
    spaces = _null_spaces(matrices, onto_axis, distances[kept])
    return [
        Zero(float(places[i].real), space)
        for i, space in zip(kept, spaces, strict=True)
        if space.shape[1]
    ]


def _polished(matrices: Matrices, places: Complexes, bulk: Support) -> Complexes:
    """The zeros next to candidates; some candidates have none."""
    sizes = np.zeros(len(places))
    for _ in range(_ROUNDS):
        if not len(places):
            break
        distances = room(bulk, places)
        rows = _steps(matrices, places, distances)
        least = np.array([np.abs(row).min(initial=np.inf) for row in rows])
        near = np.flatnonzero((distances > 0) & (least < distances / 2))
        reach = np.maximum(least, _JOINT * distances)
        joint = [rows[i][np.abs(rows[i]) <= reach[i]] for i in near]
        sizes = least[near] / distances[near]
        places = places[near] + np.array([row.mean() for row in joint], dtype=complex)
    return np.asarray(places[sizes < _JOINT])


def _steps(
    matrices: Matrices, places: Complexes, distances: NDArray[np.float64]
) -> list[Complexes]:
    """How far off the zeros are according to value and slope at each place."""
    steps = list[Complexes]()
    pairs = zip(*_lines(matrices, places, distances), distances, strict=True)
    for value, slope, distance in pairs:
        known = np.isfinite(value).all() and np.isfinite(slope).all() and distance > 0
        steps.append(distance * _pencil(value, slope) if known else np.empty(0, complex))
    return steps


def _lines(
    matrices: Matrices, places: Complexes, distances: NDArray[np.float64]
) -> tuple[Complexes, Complexes]:
    """Values and slopes at each place, in units of the distance to the nearest edge."""
    width = _WIDTH * distances
    values = matrices(np.concatenate([places, places + width, places - width]))
    middle, after, before = np.split(values, 3)
    return middle, (after - before) / (2 * _WIDTH)


def _pencil(value: Complexes, slope: Complexes) -> Complexes:
    """The t at which ``value + t slope`` is singular."""
    rows = _row_sizes(value, slope)
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
        if not kept or places[i] - places[kept[-1]] > _VANISHING * distances[i]:
            kept.append(int(i))
    return kept


def _null_spaces(
    matrices: Matrices, places: Complexes, distances: NDArray[np.float64]
) -> list[Complexes]:
    """As columns, the right singular vectors of singular values that vanish at each place.

    The matrix is self-adjoint, so that as many of them vanish as eigenvalues meet. They are
    measured by how fast the matrix changes.
    """
    spaces = list[Complexes]()
    for value, slope in zip(*_lines(matrices, places, distances), strict=True):
        _, sizes, right = np.linalg.svd(value / _row_sizes(value, slope))
        spaces.append(right[sizes < _VANISHING].conj().T)
    return spaces


def _row_sizes(value: Complexes, slope: Complexes) -> NDArray[np.float64]:
    sizes = (np.abs(value) + np.abs(slope)).max(axis=1, keepdims=True)
    return np.asarray(np.maximum(sizes, 1e-300))
