"""What a kernel finds: values and named quantities, each point with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from planar.kernels.runtimes.array_operations import accepted

__all__ = ["Solution"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Solution:
    """Values of the right-hand side and of every named quantity, with the evidence at each point.

    ``named`` holds the definitions of the formula in their order, and after them what only the
    evidence needs.

    ``residual`` is the largest relative residual of the implicit definitions, ``gamma`` the ladder
    of a resolvent with its adjoint; a point is good where ``planar.kernels.policy`` accepts both
    and the value is a number.
    """

    value: Array
    named: dict[str, Array]
    residual: Array
    gamma: Array

    @property
    def good(self) -> Array:
        """Whether each point lies on the physical branch."""
        return accepted(self.residual, self.gamma, self.value)
