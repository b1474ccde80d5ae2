"""Equations that are too long for a line of a page, broken at terms, brackets and fractions."""

from __future__ import annotations

from sympy import Expr

from planar.formulas.latex import latex
from planar.writing.latex.broken_text import broken
from planar.writing.latex.measured import width

__all__ = ["PAGE", "fitted", "lines_of", "long_term", "width"]

PAGE = 62
"""About how many glyphs fit on a line of a single-column page."""

_SIDE = 3
"""A left side wider than this part of a page is not aligned with the others."""
_INDENT = 4
"""Glyphs of the sign, and of the indent of further lines."""


def long_term(page: int) -> int:
    """How wide a term may be before it is parted or shortened."""
    return page * 2 // 3 + 1


def fitted(left: str, lines: list[str], page: int = PAGE) -> list[str]:
    """The lines of one equation.

    A left side that would push all others to the right has no place before the sign: it goes on a
    line of its own, broken where it is too long, or its equation stands on one line as it is.
    """
    first = lines[0].removeprefix(f"{left} &")
    if width(left) <= page // _SIDE or first == lines[0]:
        return lines
    if len(lines) == 1 and width(left) + width(first) <= page:
        return [f"&{left} {first}"]
    above, *more = broken(left, page, width)
    return [f"&{above}", *(rf"&\qquad {m}" for m in more), rf"&\qquad {first}", *lines[1:]]


def lines_of(left: Expr, right: Expr, relation: str, page: int = PAGE) -> list[str]:
    """One line, or where that is too long for a page as many as its terms need."""
    start, whole = f"{latex(left)} &{relation}", latex(right)
    beside = width(latex(left))
    if beside + width(whole) <= page:
        return [f"{start} {whole}"]
    taken = beside if beside <= page // _SIDE else 0
    first, *others = broken(whole, max(page - taken - _INDENT, page // 2), width)
    return [f"{start} {first}", *(rf"&\qquad {other}" for other in others)]
