"""Arrays of finite numbers from what a user gives, and shapes in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import PlanarError, ShapeError, ValueMissing

__all__ = ["Array", "frozen", "numbers", "reals", "shape_text"]

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


def reals(name: str, value: object) -> NDArray[np.float64]:
    """An array of real numbers; what has an imaginary part is none, and loses none in silence.

    >>> reals("times", [0, 1 + 0j])
    array([0., 1.])

    Raises ``PlanarError`` for everything else.
    """
    array = _as_array(value)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    if array.dtype.kind not in "biuf":
        part = "; give its real part" * (array.dtype.kind == "c")
        raise PlanarError(f"{name} is an array of real numbers, got {_short(value)}{part}.")
    return array.astype(float)


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:50]} ... {text[-20:]}"


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
