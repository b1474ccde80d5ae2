"""Exact numbers of every kind read into one ring, and given back as the kind they were.

Rational numbers become flint rationals. Where SymPy expressions come with symbols, all values
become flint polynomials over the rationals in the symbols, roots, functions and inverses that
occur, which are expanded and not otherwise simplified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly, fmpz
from sympy import Add, Basic, Dummy, Float, I, Integer, Mul, Pow, S
from sympy import Rational as SymPyRational
from sympy.polys.polyutils import parallel_dict_from_expr

from planar.foundations.errors import PlanarError

__all__ = ["Ring", "read"]


@dataclass(frozen=True)
class Ring:
    """The values in the order in which they were given, as elements of a ring, with its operations.

    ``numeric`` says that elements are rational numbers. ``marker`` is an indeterminate u over the
    ring; ``by_marker`` gives the coefficients of 1, u, u^2, ... of a polynomial in it.
    """

    elements: list[Any]
    numeric: bool
    zero: Any
    one: Any
    marker: Any
    by_marker: Callable[[Any], list[Any]]
    back: Callable[[Any], Any]


def read(values: Sequence[Any]) -> Ring:
    """The ring that holds these integers, fractions, flint or SymPy numbers, or SymPy expressions.

    Raises ``PlanarError`` for floats, and for what is not a number.

    >>> ring = read([2, Fraction(1, 3)])
    >>> ring.back(ring.elements[0] * ring.elements[1])
    Fraction(2, 3)
    """
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise PlanarError(
            f"{values!r} is not a sequence of numbers; give a list, [kappa_1, kappa_2, ...] say."
        )
    for value in values:
        _refuse(value)
    if all(
        isinstance(value, int | np.integer | Fraction | fmpq | fmpz | SymPyRational)
        for value in values
    ):
        return _rationals(values)
    return _polynomials(values)


def _rationals(values: Sequence[Any]) -> Ring:
    back: Callable[[Any], Any] = _fraction
    if any(isinstance(value, Basic) for value in values):
        back = _sympy
    elif any(isinstance(value, fmpq | fmpz) for value in values):
        back = fmpq
    return Ring(
        elements=[_rational(value) for value in values],
        numeric=True,
        zero=fmpq(0),
        one=fmpq(1),
        marker=fmpq_poly([0, 1]),
        by_marker=lambda poly: list(poly.coeffs()),
        back=back,
    )


def _refuse(value: Any) -> None:
    if isinstance(value, float | complex | np.inexact) or (
        isinstance(value, Basic) and value.has(Float)
    ):
        symbolic = isinstance(value, Basic | complex)
        exact = (
            "sympy.nsimplify(it, rational=True)" if symbolic else f"fractions.Fraction({value!r})"
        )
        raise PlanarError(
            f"{value!r} is a float, whose rounding errors grow with the order; give {exact}."
        )
    if isinstance(value, Basic) and not value.has(
        S.NaN, S.Infinity, S.NegativeInfinity, S.ComplexInfinity
    ):
        return
    if not isinstance(value, int | np.integer | Fraction | fmpq | fmpz):
        raise PlanarError(
            f"{value!r} is not an exact number; "
            "give an int, a Fraction, a flint rational or a SymPy expression."
        )


def _rational(value: Any) -> Any:
    if isinstance(value, fmpq | fmpz):
        return fmpq(value)
    if isinstance(value, SymPyRational):
        return fmpq(int(value.p), int(value.q))
    fraction = Fraction(value) if isinstance(value, Fraction) else Fraction(int(value))
    return fmpq(fraction.numerator, fraction.denominator)


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _sympy(number: Any) -> Any:
    return SymPyRational(int(number.p), int(number.q))


def _polynomials(values: Sequence[Any]) -> Ring:
    unit = Dummy("i")
    expressions = [
        v.xreplace({I: unit}) if isinstance(v, Basic) else _sympy(_rational(v)) for v in values
    ]
    rows, atoms = parallel_dict_from_expr(expressions)
    generators = [atom.xreplace({unit: I}) for atom in atoms]
    context = fmpq_mpoly_ctx.get([f"x{i}" for i in range(len(generators) + 1)], Ordering.lex)

    def element(row: dict[tuple[int, ...], Any]) -> Any:
        terms = {(*monomial, 0): _rational(c) for monomial, c in row.items()}
        return context.from_dict(terms)

    def by_marker(poly: Any) -> list[Any]:
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for monomial, coefficient in poly.to_dict().items():
            parts.setdefault(monomial[-1], {})[(*monomial[:-1], 0)] = coefficient
        powers = range(max(parts, default=-1) + 1)
        return [context.from_dict(parts.get(power, {})) for power in powers]

    def back(poly: Any) -> Any:
        return Add(*_terms(poly, generators))

    return Ring(
        elements=[element(row) for row in rows],
        numeric=False,
        zero=context.constant(0),
        one=context.constant(1),
        marker=context.gen(len(generators)),
        by_marker=by_marker,
        back=back,
    )


def _terms(poly: Any, generators: list[Any]) -> Iterator[Any]:
    """The terms of a polynomial as SymPy products."""
    powers: dict[tuple[int, int], Any] = {}
    for monomial, coefficient in poly.to_dict().items():
        factors = [_sympy(coefficient)]
        for i, e in enumerate(monomial):
            if e:
                if (i, e) not in powers:
                    powers[i, e] = Pow(generators[i], Integer(e))
                factors.append(powers[i, e])
        yield Mul(*factors)
