"""Arrays of finite numbers from what a user gives, and shapes in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import ShapeError, ValueMissing

__all__ = ["Array", "frozen", "numbers", "shape_text"]

Array = NDArray[Any]


def numbers(name: str, value: object, wanted: str) -> Array:
    """A finite, non-empty array of floats or complex numbers.

    ``wanted`` says in messages what to give.

    Raises ``ValueMissing`` for what is not numeric or not finite, ``ShapeError`` where it is empty.
    """
    array = _as_array(value)
    if array.dtype.kind not in "biufc":
        raise ValueMissing(
            f"{name} has a value of type {type(value).__name__} that is not numeric; give {wanted}."
        )
    if array.size == 0:
        raise ShapeError(
            f"{name} has an empty value of shape {shape_text(array.shape)}; give {wanted}."
        )
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        at = f" at {place}" if place else ""
        raise ValueMissing(
            f"{name} holds {array[place]}{at}; every number must be finite, replace it."
        )
    return array if array.dtype.kind == "c" else array.astype(float)


def _as_array(value: object) -> Array:
    """NumPy's array, with SymPy's numbers as floats; an array of text where there is none."""
    try:
        array = np.asarray(value)
        if array.dtype.kind != "O":
            return array
        array = array.astype(complex)
    except (TypeError, ValueError):
        return np.asarray("")
    return array if array.imag.any() else array.real


def frozen(array: Array) -> Array:
    """A copy that cannot be changed."""
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def shape_text(shape: tuple[Any, ...]) -> str:
    """A shape as in a sentence.

    >>> shape_text((3, 4)), shape_text((3,))
    ('3 x 4', '(3,)')
    """
    return " x ".join(str(n) for n in shape) if len(shape) != 1 else f"({shape[0]},)"
