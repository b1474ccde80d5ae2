"""The largest eigenvalue of a random matrix, from the branch evidence of its resolvent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from planar.kernels.solution import Solution

__all__ = ["largest_eigenvalue"]

Solved = Callable[[Any], Solution]
CLOSE = 1e-5
"""Steps relative to the eigenvalue at which the walk ends, where the bulk is as near."""


def largest_eigenvalue(solve: Solved, beyond: float, least: float) -> float:
    """Where the spectrum of H ends.

    ``solve(z)`` gives (z + H)^-1, and z = -``beyond`` lies off the spectrum. Walks inwards along
    the real axis as far as gamma(R, R*) < 1 allows, which reaches 1 at the edge, and no further
    than ``least``, a lower bound. gamma falls off as a power of the distance from the bulk, so that
    its slope shows how far the bulk still is; the steps are short of that, since to jump a narrow
    bulk would be to miss it. The result lies outside, by 1e-5.
    """
    x, step = beyond, (beyond - least) / 2
    while x > least and step > CLOSE * x:
        near = x * (1 + CLOSE / 2)
        solution = solve(np.array([-x, -near]))
        if solution.good[0]:
            gamma = float(solution.gamma[0])
            slope = float(solution.gamma[0] - solution.gamma[1]) / (near - x)
            step = (x - least) / 2
            if gamma > 0 and slope > 0:
                step = min(0.8 * gamma / slope * (1 - np.sqrt(gamma)), step)
        else:
            x, step = x + step, step / 2
        x -= step
    return float(max(x + step, least))
