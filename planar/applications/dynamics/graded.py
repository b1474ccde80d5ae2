"""A Volterra equation over many decades of time: a mesh that is even in log t, and even at zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mesh", "convolution", "lagrange"]

Reals = NDArray[np.float64]
WIDTH = 0.05
"""Of the steps of a mesh in asinh(t/unit)."""
STEP, TAIL = 0.25, 20.0
"""Steps of the integral over a logit, and how far it goes beyond what the mesh resolves."""


@dataclass(frozen=True)
class Mesh:
    """``count`` + 1 times from zero, ``unit`` sinh(width), unit sinh(2 width) and so on."""

    unit: float
    width: float
    count: int

    @classmethod
    def until(cls, last: float, unit: float) -> Mesh:
        """Up to a last time, with an even number of steps."""
        count = 2 * int(np.ceil(np.arcsinh(last / unit) / WIDTH / 2))
        return cls(unit, float(np.arcsinh(last / unit)) / count, count)

    @property
    def times(self) -> Reals:
        """The times of the mesh."""
        return np.asarray(self.unit * np.sinh(np.arange(self.count + 1) * self.width))

    @property
    def coarser(self) -> Mesh:
        """Every other time."""
        return Mesh(self.unit, 2 * self.width, self.count // 2)

    def places(self, times: Reals) -> Reals:
        """Where times lie between those of the mesh."""
        return np.asarray(np.arcsinh(times / self.unit) / self.width)


def convolution(mesh: Mesh, kernel: Reals) -> Reals:
    """The matrix that takes R on a mesh to the integrals of K(t - s) R(s) over s from 0 to t.

    In the logit x of s/t both ends are as fine as the mesh, and sums over even steps in x converge
    faster than any power. Between the times of the mesh K and R are cubics.
    """
    matrix = np.zeros((mesh.count + 1, mesh.count + 1))
    for row, time in enumerate(mesh.times):
        reach = np.log1p(time / mesh.unit) + TAIL
        logits = np.arange(-reach, reach + STEP, STEP)
        part, other = 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(logits))
        passed = STEP * time * part * other * _between(mesh, kernel, time * other)
        first, weights = lagrange(mesh.places(time * part), len(kernel))
        for i, weight in enumerate(weights):
            matrix[row] += np.bincount(first + i, passed * weight, len(kernel))
    return matrix


def _between(mesh: Mesh, values: Reals, times: Reals) -> Reals:
    """Values on a mesh at other times."""
    first, weights = lagrange(mesh.places(times), len(values))
    terms = (w * values[first + i] for i, w in enumerate(weights))
    return np.asarray(sum(terms, np.zeros(len(times))))


def lagrange(places: Reals, count: int) -> tuple[NDArray[np.int_], list[Reals]]:
    """The cubic through the four nearest of ``count`` values at 0, 1, 2, ...

    The place of the first of the four, and the weight of each.
    """
    first = np.clip(np.floor(places).astype(int) - 1, 0, count - 4)
    x = places - first
    return first, [
        -(x - 1) * (x - 2) * (x - 3) / 6,
        x * (x - 2) * (x - 3) / 2,
        -x * (x - 1) * (x - 3) / 2,
        x * (x - 1) * (x - 2) / 6,
    ]
