"""How many characters of LaTeX fit in a line of text; displayed formulas are broken there."""

from __future__ import annotations

from planar.foundations.errors import PlanarError
from planar.writing.latex.broken_lines import PAGE

__all__ = ["FULL_PAGE", "characters"]

FULL_PAGE = 6.3
"""Inches of a page of one column, which takes ``PAGE`` characters."""


def characters(inches: float) -> int:
    """The length at which a line is broken for a text of this width.

    >>> characters(6.3), characters(3.4)
    (62, 33)
    """
    number = isinstance(inches, int | float) and not isinstance(inches, bool)
    if not number or not 2 <= inches <= 100:
        raise PlanarError(
            f"a text width is between 2 and 100 inches, got {inches!r}; one column has 3.4."
        )
    return round(PAGE * inches / FULL_PAGE)
