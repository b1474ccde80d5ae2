"""The arrays of deterministic letters, and the sizes of their spaces, for sampling."""

from __future__ import annotations

import numpy as np
from sympy import Expr, MatrixSymbol

from planar.expression.numeric import Array
from planar.expression.spectrum import Spectrum
from planar.expression.values import Values
from planar.formulas.symbols import scalar
from planar.foundations.errors import ShapeError, ValueMissing

__all__ = ["dense", "extent", "fitting"]


def extent(dimension: Expr, values: Values) -> int:
    """A dimension as an integer, at the size of the values."""
    size = dimension.xreplace({s: scalar(n) for s, n in values.dimensions.items()})
    if not size.is_Integer:
        raise ValueMissing(
            f"no value for the dimension {dimension}: "
            f"give {dimension}, for example {dimension}: 200."
        )
    return int(size)


def dense(name: str, values: Values) -> Array:
    """The matrix of a letter; a spectrum becomes a diagonal one."""
    value = values.matrices[name]
    if not isinstance(value, Spectrum):
        return value if value.ndim == 2 else np.diag(value)
    if not value.uniform:
        raise ValueMissing(
            f"{name} is given by a spectrum with unequal weights, which is not a matrix that could "
            "be sampled; give check the eigenvalues without weights, or an array."
        )
    return np.diag(value.eigenvalues)


def fitting(letter: MatrixSymbol, values: Values) -> Array:
    """The matrix of a letter.

    Refused where a spectrum has fewer or more eigenvalues than the matrix has rows.
    """
    matrix = dense(letter.name, values)
    expected = tuple(extent(d, values) for d in letter.shape)
    if matrix.shape != expected:
        raise ShapeError(
            f"{letter.name} is given in a basis of {max(matrix.shape)} eigenvalues, "
            f"but its dimension is {max(expected)}; sampling needs as many eigenvalues as rows, "
            "give them without weights or give arrays."
        )
    return matrix
