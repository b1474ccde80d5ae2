"""Where each branch is the physical one: signs of polynomials in the constants, from samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Add, And, Expr, Gt, Symbol, true
from sympy.core.numbers import Number
from sympy.logic.boolalg import Boolean

__all__ = ["conditions", "positive"]

Point = Mapping[Symbol, float]
Signs = tuple[bool, ...]


def conditions(
    regions: Sequence[Sequence[Point]], thresholds: Sequence[Expr]
) -> list[Boolean] | None:
    """One condition for each region but the last, each to be read after those before it.

    ``regions`` are the points at which each branch is physical. None where signs of ``thresholds``
    do not tell them apart.
    """
    signs = [[_signs(thresholds, point) for point in points] for points in regions]
    sides: list[Boolean] = []
    for place, inside in enumerate(signs[:-1]):
        outside = [s for later in signs[place + 1 :] for s in later]
        chosen = _separating(inside, outside)
        if chosen is None:
            return None
        each = (positive(thresholds[k] if inside[0][k] else -thresholds[k]) for k in chosen)
        sides.append(And(*each))
    return [*sides, true]


def _signs(thresholds: Sequence[Expr], point: Point) -> Signs:
    return tuple(bool(complex(t.xreplace(dict(point))).real > 0) for t in thresholds)


def _separating(inside: Sequence[Signs], outside: Sequence[Signs]) -> list[int] | None:
    """The fewest signs, all alike inside, of which every point outside breaks one."""
    alike = [k for k, sign in enumerate(inside[0]) if all(s[k] == sign for s in inside)]

    def apart(chosen: Sequence[int]) -> bool:
        return all(any(s[k] != inside[0][k] for k in chosen) for s in outside)

    if not apart(alike):
        return None
    for k in reversed(alike[:]):
        fewer = [other for other in alike if other != k]
        if apart(fewer):
            alike = fewer
    return alike


def positive(polynomial: Expr) -> Boolean:
    """``polynomial > 0`` with terms of one sign on each side, as one writes it.

    >>> from sympy import symbols
    >>> q, p = symbols("q p", positive=True)
    >>> positive(2 * q - 2), positive(p - 3 * q)
    (q > 1, p > 3*q)
    """
    scale = abs(polynomial.expand().primitive()[0])
    parts = Add.make_args((polynomial / scale).expand())
    above = [a for a in parts if not _negative(a)]
    below = [-a for a in parts if _negative(a)]
    return Gt(Add(*above), Add(*below))


def _negative(term: Expr) -> bool:
    number: Number = term.as_coeff_Mul()[0]
    return bool(number < 0)
