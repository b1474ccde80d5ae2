"""Equations that are too long for a line of a page, broken at terms, brackets and fractions."""

from __future__ import annotations

import re

from sympy import Expr, MatMul, Mul

from planar.formulas.latex import bracket, latex
from planar.formulas.order import scalar_terms
from planar.formulas.symbols import tr

__all__ = ["PAGE", "fitted", "lines_of", "long_term", "width"]

PAGE = 62
"""About how many glyphs fit on a line of a single-column page."""

_FRACTION = re.compile(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
_SIZES_AND_FONTS = re.compile(r"\\(left|right|operatorname|mathrm|mathsf)")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_UNSEEN = re.compile(r"[{}^_\s]")


def width(text: str) -> int:
    """Roughly the number of glyphs; a fraction counts its longer part."""
    text = _FRACTION.sub(lambda match: max(match[1], match[2], key=len), text)
    text = _SIZES_AND_FONTS.sub("", text)
    return len(_UNSEEN.sub("", _COMMAND.sub("x", text)))


def long_term(page: int) -> int:
    """How wide a term may be before it is parted or shortened."""
    return page * 2 // 3 + 1


def fitted(left: str, lines: list[str], page: int = PAGE) -> list[str]:
    """The lines of one equation.

    A left side of half a page has a line of its own where the right one would not fit.
    """
    first = lines[0].removeprefix(f"{left} &")
    if width(left) <= page // 2 or width(lines[0]) <= page or first == lines[0]:
        return lines
    return [f"&{left}", rf"&\qquad {first}", *lines[1:]]


def lines_of(left: Expr, right: Expr, relation: str, page: int = PAGE) -> list[str]:
    """One line, or where that is too long for a page one line a term of the bracket."""
    start, whole = f"{latex(left)} &{relation}", latex(right)
    if width(latex(left) + whole) <= page:
        return [f"{start} {whole}"]
    head, terms = bracket(right)
    terms = _parted(right, page) if len(terms) < 2 else terms
    if len(terms) < 2:
        return _over(start, right)
    opening, closing = (rf"{latex(head)} \Bigl[", r"\Bigr]") if head != 1 else ("", "")
    parts = list[str]()
    for term in terms:
        parts += map(latex, _parted(term, page))
    lines = [rf"{start} {opening} {parts[0]}"]
    lines += [rf"&\qquad {part if part.startswith('-') else '+ ' + part}" for part in parts[1:]]
    lines[-1] += closing
    return lines


def _over(start: str, right: Expr) -> list[str]:
    """A long fraction of two sums with its denominator on a line of its own; all else as it is."""
    factors = Mul.make_args(right)
    if len(factors) != 2 or not all(f.is_Add or _is_reciprocal_sum(f) for f in factors):
        return [f"{start} {latex(right)}"]
    numerator, denominator = (
        rf"\Bigl({latex(f if f.is_Add else f.base)}\Bigr)"
        for f in sorted(factors, key=lambda f: f.is_Pow)
    )
    return [f"{start} {numerator}", rf"&\qquad \Big/ {denominator}"]


def _is_reciprocal_sum(factor: Expr) -> bool:
    return bool(factor.is_Pow and factor.exp == -1 and factor.base.is_Add)


def _parted(term: Expr, page: int) -> list[Expr]:
    """A term whose coefficient is a long sum, as one term for each of its parts."""
    if term.is_Add:
        return list(scalar_terms(term.args))
    scalars, matrices = _scalars_and_matrices(term)
    factors = Mul.make_args(Mul(*scalars))
    total = next((f for f in factors if f.is_Add and f.has(tr)), None)
    if total is None or width(latex(term)) <= long_term(page):
        return [term]
    remaining = Mul(*(f for f in factors if f != total))
    parts = [MatMul(p * remaining, *matrices) if matrices else p * remaining for p in total.args]
    return [shorter for part in parts for shorter in _parted(part, page)]


def _scalars_and_matrices(term: Expr) -> tuple[list[Expr], list[Expr]]:
    """The scalar and the matrix factors of a product; a matrix that is none has no scalars."""
    if not isinstance(term, MatMul):
        return ([] if term.is_Matrix else [term]), []
    scalars = [factor for factor in term.args if not factor.is_Matrix]
    return scalars, [factor for factor in term.args if factor.is_Matrix]
