"""How many points: read from whatever is an integer, refused with a sentence where it is none."""

from __future__ import annotations

from operator import index
from typing import Any

from planar.foundations.errors import PlanarError

__all__ = ["number_of"]


def number_of(n: Any, things: str = "partitions") -> int:
    """The number of points as a Python integer, at least 0.

    >>> import numpy as np
    >>> number_of(np.int64(3))
    3
    """
    try:
        found = index(n)
    except TypeError:
        raise PlanarError(f"{n!r} is no number of points; give an integer n >= 0.") from None
    if found < 0:
        raise PlanarError(f"there are no {things} of {found} points; give n >= 0.")
    return found
