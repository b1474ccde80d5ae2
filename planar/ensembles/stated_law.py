"""How a rotation-invariant law is stated: by R, by free cumulants or by eigenvalues.

Everything is a SymPy object, since a letter holds its law in its ``args``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    Lambda,
    Mul,
    Poly,
    Rational,
    S,
    Symbol,
    Tuple,
    false,
    fraction,
    limit,
    together,
    true,
)
from sympy.core.symbol import Str

from planar.ensembles.law import Relation
from planar.ensembles.user_law import Sampler, exact_list
from planar.formulas.symbols import scalar
from planar.foundations.errors import DeclarationError

__all__ = ["eigenvalue_relation", "mean_of", "rational_relation", "stated"]


def stated(
    name: str,
    r: Callable[[Expr], Expr] | Lambda | None,
    cumulants: Iterable[Expr | float] | None,
    spectrum: ArrayLike | Iterable[Expr | float] | None,
    sampler: Callable[[np.random.Generator, int], ArrayLike] | None,
    symmetric: bool,
) -> tuple[Basic, ...]:
    """Kind, its data, sampler (0 without one) and symmetry, as SymPy objects."""
    statements = [x for x in (r, cumulants, spectrum) if x is not None]
    if len(statements) > 1:
        raise DeclarationError(
            f"{name} is given by more than one of r_transform, cumulants and spectrum; give one."
        )
    if sampler is not None and not callable(sampler):
        raise DeclarationError(
            f"the sampler of {name} is a function (rng, n) -> n x n array, got {sampler!r}."
        )
    flags = (Sampler(sampler) if sampler is not None else S.Zero, true if symmetric else false)
    if r is not None:
        return Str("r_transform"), _function(name, r), *flags
    if cumulants is not None:
        values = exact_list(name, "cumulants", cumulants)
        if not values:
            raise DeclarationError(
                f"{name} has an empty list of free cumulants; "
                "give at least kappa_1, for example [0, 1]."
            )
        return Str("cumulants"), Tuple(*values), *flags
    if spectrum is not None:
        return Str("spectrum"), _spectrum(name, spectrum), *flags
    return Str("symbolic"), S.Zero, *flags


def _function(name: str, r: Any) -> Lambda:
    """R as SymPy's function of one symbol, finite at 0."""
    example = "give a function of z written with SymPy, for example lambda z: 1/(1 - z)"
    if not callable(r):
        raise DeclarationError(f"the R-transform of {name} is given as {r!r}; {example}.")
    z = Symbol("_z")
    try:
        value = r(z)
    except (TypeError, AttributeError, ValueError) as error:
        raise DeclarationError(
            f"the R-transform of {name} has no value at a symbol ({error}); {example}."
        ) from None
    function = Lambda(z, scalar(value))
    mean_of(name, function)
    return function


def mean_of(name: str, function: Lambda) -> Expr:
    """R(0) = kappa_1, a limit where the expression is 0/0; an error where it is infinite."""
    z = Dummy("z")
    value = function(S.Zero)
    if value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        value = limit(function(z), z, 0) if value.has(S.NaN) else S.ComplexInfinity
    if value.is_finite is False or value.has(S.NaN, S.ComplexInfinity):
        raise DeclarationError(
            f"the R-transform of {name} has no value at 0; give one that is the mean kappa_1 there."
        )
    return value


def _spectrum(name: str, eigenvalues: ArrayLike | Iterable[Expr | float]) -> Tuple:
    """The distinct eigenvalues in increasing order, and their weights."""
    values = exact_list(name, "spectrum", np.asarray(eigenvalues).ravel().tolist())
    for value in values:
        if not (value.is_number and value.is_real):
            raise DeclarationError(
                f"the spectrum of {name} holds {value}; give eigenvalues that are real numbers."
            )
    values = sorted(values)
    if not values:
        raise DeclarationError(f"the spectrum of {name} is empty; give at least one eigenvalue.")
    if all(value == 0 for value in values):
        raise DeclarationError(
            f"all eigenvalues of {name} are zero; leave {name} out of the expression."
        )
    counts: dict[Expr, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return Tuple(Tuple(*counts), Tuple(*(Rational(c, len(values)) for c in counts.values())))


def rational_relation(function: Lambda) -> Relation | None:
    """``den(H) S - num(H) = 0`` where R is a rational function, None where it is not."""
    z = Dummy("z")
    num, den = fraction(together(function(z)))
    if not (num.is_polynomial(z) and den.is_polynomial(z)):
        return None
    upper, lower = num.as_poly(z).terms(), den.as_poly(z).terms()
    return (*((c, "H" * n[0] + "S") for n, c in lower), *((-c, "H" * n[0]) for n, c in upper))


@lru_cache(maxsize=256)
def eigenvalue_relation(values: Tuple, weights: Tuple) -> Relation:
    """``mean of 1/(1 + H (S - b)) = 1`` over eigenvalues b, without denominators, divided by H."""
    s, h = Dummy("S"), Dummy("H")
    factors = [1 + h * (s - b) for b in values]
    total = Mul(*factors) - Add(
        *(w * Mul(*factors) / f for w, f in zip(weights, factors, strict=True))
    )
    return tuple((c, "S" * i + "H" * (j - 1)) for (i, j), c in Poly(total, s, h).terms())
