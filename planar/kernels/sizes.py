"""Dimensions as kernels compute with them."""

from __future__ import annotations

import sys
from math import floor

__all__ = ["Size", "counted"]

_EXACT = 2**31
"""Below this, integers and their products stay as they are."""


class Size(float):
    """A dimension that need not be an integer, and counts as the nearest where rows are counted."""

    def __int__(self) -> int:
        return round(self)

    __index__ = __int__


def counted(size: int) -> int | Size:
    """A dimension in arithmetic: a large one is a floating-point number, as all others round it.

    Products of large integers leave what numpy computes with.

    >>> counted(200), counted(10**30), float(counted(10**400)) < float("inf")
    (200, 1e+30, True)
    """
    return size if size < _EXACT else Size(min(size, floor(sys.float_info.max)))
