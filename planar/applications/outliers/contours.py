"""Poles of the inverse of an analytic matrix inside of circles, from moments along these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planar.applications.outliers.gaps import Cells, Matrices

__all__ = ["candidates"]

Complexes = NDArray[np.complex128]

_POINTS = 40
_MARGIN = 1.2
"""How far a circle goes beyond the ends of its cell, as a ratio of distances from the edge."""
_BLOCKS = 6
_NOISE = 1e-7
"""Singular values beside the inverse itself that the edge outside of a circle may make."""


def candidates(matrices: Matrices, cells: Cells, *, mirrored: bool) -> Complexes:
    """Places near to which a matrix is singular: all zeros in the cells, and perhaps others.

    Inside of a gap the inverse of 1 - C is analytic but for simple poles, one for each eigenvalue.
    Poles are the eigenvalues of a pencil of moments of the inverse along a circle; those that share
    a circle, or a place, are not confused (Beyn, "An integral method for solving nonlinear
    eigenvalue problems", arXiv 1003.1580). ``mirrored`` says that matrices at conjugate places are
    conjugate.
    """
    centres, radii = _circles(cells)
    angles = (np.arange(_POINTS) + 0.5) * (2 * np.pi / _POINTS)
    upper = angles[: _POINTS // 2] if mirrored else angles
    places = centres[:, None] + radii[:, None] * np.exp(1j * upper)
    values = matrices(places.ravel())
    values = values.reshape(*places.shape, *values.shape[1:])
    if mirrored:
        values = np.concatenate([values, values[:, ::-1].conj()], axis=1)
    poles = [_poles(row, np.exp(1j * angles)) for row in values]
    parts = [c + r * p for c, r, p in zip(centres, radii, poles, strict=True)]
    return np.concatenate(parts)


def _circles(cells: Cells) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre and radius of a circle around each cell."""
    low, high = cells.T
    margin = (_MARGIN - 1) * (high - low) / 2
    return (low + high) / 2, (high - low) / 2 + margin


def _poles(values: Complexes, nodes: Complexes) -> Complexes:
    """Poles in the unit disc of the inverse of an analytic matrix, known at nodes of the circle.

    Where a value is missing there is none.
    """
    if not np.isfinite(values).all():
        return np.empty(0, complex)
    inverse = np.linalg.pinv(values, rcond=1e-15)
    blocks = min(values.shape[-1] + 1, _BLOCKS)
    powers = nodes[:, None] ** np.arange(1, 2 * blocks + 1)
    moments = np.einsum("nk,nij->kij", powers, inverse) / len(nodes)
    first, second = _hankel(moments, blocks, 0), _hankel(moments, blocks, 1)
    left, sizes, right = np.linalg.svd(first)
    rank = int((sizes > _NOISE * np.abs(inverse).max()).sum())
    reduced = left[:, :rank].conj().T @ second @ right[:rank].conj().T / sizes[:rank]
    poles = np.linalg.eigvals(reduced)
    return np.asarray(poles[np.abs(poles) < 1.0])


def _hankel(moments: Complexes, blocks: int, shift: int) -> Complexes:
    """The block matrix of moments i + j + shift."""
    rows = [np.hstack(list(moments[i + shift : i + shift + blocks])) for i in range(blocks)]
    return np.vstack(rows)
