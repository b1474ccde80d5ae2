"""Units in which a question about SGD has numbers of order one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Units", "units"]

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Units:
    """Powers of two in which eigenvalues, the teacher's outputs and the test inputs are measured.

    Nothing changes where the covariance, the inverse learning rate and the inverse square of the
    teacher grow together. Losses are proportional to the square of the teacher's outputs where the
    label noise is too, and the test loss to the covariance of the test inputs. A power of two
    changes no digit.
    """

    eigenvalue: float
    output: float
    test_input: float

    @property
    def teacher(self) -> float:
        """Of the entries of the teacher."""
        return self.output / math.sqrt(self.eigenvalue)

    @property
    def train(self) -> float:
        """Of the training loss, and of the variance of the label noise."""
        return self.output**2

    @property
    def test(self) -> float:
        """Of the test loss."""
        return self.output**2 * (self.test_input / self.eigenvalue)


def units(eigenvalues: Reals, teacher: Reals, test: Reals | None) -> Units:
    """The units of the largest numbers.

    >>> units(np.array([3.0, 1.0]), np.array([0.1, -5.0]), None)
    Units(eigenvalue=4.0, output=8.0, test_input=4.0)
    """
    eigenvalue = _power(math.sqrt(float(eigenvalues.max()))) ** 2
    output = _power(float(np.abs(teacher).max())) * math.sqrt(eigenvalue)
    test_input = eigenvalue if test is None else _power(float(np.abs(test).max()))
    return Units(eigenvalue, output, test_input)


def _power(number: float) -> float:
    """The power of two next to a number; one for zero."""
    return float(2.0 ** round(math.log2(number))) if number > 0 else 1.0
