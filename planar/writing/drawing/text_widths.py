"""The grid of characters, and upper bounds for the width of a text on it and in print."""

from __future__ import annotations

from math import ceil

__all__ = ["COLUMN", "ROW", "aligned", "label_width", "typeset_width"]

COLUMN, ROW = 0.25, 0.5
"""Width and height of a character on the grid, in units of a picture."""

_WIDE = frozenset("MWmw%@ΣΩΘΦΨΞ")
_NARROW = frozenset("[](),.|/'⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ₀₁₂₃₄₅₆₇₈₉")


def label_width(text: str) -> float:
    """An upper bound for the width of a text in characters on the grid, in units.

    Wide characters count half as much again.

    >>> label_width("AW")
    0.625
    """
    return COLUMN * sum(1.5 if character in _WIDE else 1.0 for character in text)


def typeset_width(text: str) -> float:
    """An upper bound for the width of a text in print.

    There letters are narrower than the grid, and exponents are small.

    >>> typeset_width("q tr[A]") < label_width("q tr[A]")
    True
    """
    return sum(map(_typeset_character, text))


def _typeset_character(character: str) -> float:
    if character in _WIDE:
        return 0.34
    if character.isspace():
        return 0.11
    if character in _NARROW:
        return 0.15
    return 0.28 if character.isupper() else 0.21


def aligned(length: float) -> float:
    """The length rounded up to whole columns."""
    return COLUMN * ceil(round(length / COLUMN, 6))
