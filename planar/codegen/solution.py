"""What a kernel finds: values and named quantities, each point with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Solution"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Solution:
    """Values of the right-hand side and of every named quantity, with the evidence at each point.

    ``named`` holds the definitions of the formula in their order, and after them what only the evidence needs.

    ``residual`` is the largest relative residual of the implicit definitions, ``gamma`` the ladder of a resolvent with its
    adjoint; a point is good where ``residual < 1e-9`` and ``gamma < 1``.
    """

    value: Array
    named: dict[str, Array]
    residual: Array
    gamma: Array

    @property
    def good(self) -> Array:
        """Whether each point lies on the physical branch."""
        extra = tuple(range(self.residual.ndim, self.value.ndim))
        result: Array = (self.residual < 1e-9) & (self.gamma < 1) & np.isfinite(self.value).all(axis=extra)
        return result
