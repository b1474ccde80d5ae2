"""Whether a contour encloses all singularities of a transform.

If it does, and F tends to a constant at infinity, Cauchy's formula gives F beyond the contour, and
so does ``(F(x) - F(2 x))/x = (1/2 pi i) the integral of F(s)/((x - s) (2 x - s))``. A singularity
that was left out adds a term of its own to the left side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.dynamics.contour import Contour
from planar.foundations.errors import PlanarError

__all__ = ["Section", "encloses"]

Section = Callable[[Any, float], Any]
"""A transform in one frequency, at a positive number for the other where there are two."""
DISTANCES = 3.0 * 10.0 ** np.arange(0, 8, 2)
"""Of the places beyond the contour, in units of its size: singularities may be far away."""
TOLERANCE = 1e-5
"""What the two sides may differ by, relative to the terms of the sum."""


def encloses(section: Section, line: Contour, size: float) -> bool:
    """Whether nothing beyond the contour shows at any distance; ``size`` is that of the contour.

    A transform that has no value there tells nothing.
    """
    places = size * DISTANCES
    points = np.concatenate([line.nodes, line.nodes.conj()[:1], places, 2 * places])
    try:
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(section(points, size)), points.shape)
    except PlanarError:
        return True
    if not np.isfinite(values).all():
        return True
    count = len(line.nodes)
    on_line, below, beyond = values[:count], values[count], values[count + 1 :].reshape(2, -1)
    mirrored = bool(abs(np.conj(below) - on_line[0]) <= TOLERANCE * abs(below))
    return mirrored and _agree(line, on_line, places, beyond)


def _agree(
    line: Contour, on_line: NDArray[Any], places: NDArray[Any], beyond: NDArray[Any]
) -> bool:
    """Both sides of the formula, at every place."""
    kernel = 1 / ((places[:, None] - line.nodes) * (2 * places[:, None] - line.nodes))
    terms = kernel * (line.weights * on_line)
    gap = np.abs(terms.sum(axis=1).real - (beyond[0] - beyond[1]) / places)
    rounding = np.abs(beyond).sum(axis=0) / places * np.finfo(float).eps * 1e6
    return bool((gap <= TOLERANCE * np.abs(terms).sum(axis=1) + rounding).all())
