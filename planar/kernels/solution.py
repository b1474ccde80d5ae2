"""What a kernel computes: values and named quantities, each point with its evidence."""

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

    A point is good where its residual and gamma are small enough (``planar.kernels.policy``) and
    the value is a number.

    Attributes
    ----------
    value : numpy.ndarray
        The right-hand side: numbers at the points, or matrices along the last two axes.
    named : dict of str to numpy.ndarray
        The definitions of the formula in their order, and after them what only the evidence needs,
        by their identifiers in the module (``Kernel.identifier``).
    residual : numpy.ndarray
        The largest relative residual of the implicit definitions at each point.
    gamma : numpy.ndarray
        The ladder of a resolvent with its adjoint at each point, below 1 on the physical branch.
    """

    value: Array
    named: dict[str, Array]
    residual: Array
    gamma: Array

    @property
    def good(self) -> Array:
        """Whether each point lies on the physical branch.

        Returns
        -------
        numpy.ndarray of bool
            One entry for each point.
        """
        return accepted(self.residual, self.gamma, self.value)
