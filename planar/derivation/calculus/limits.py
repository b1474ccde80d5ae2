"""Limits of an equivalent: a spectral parameter to zero, a dimension to infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from sympy import (
    Dummy,
    Expr,
    Float,
    MatAdd,
    MatrixExpr,
    Poly,
    S,
    Symbol,
    Trace,
    ZeroMatrix,
    cancel,
    fraction,
    together,
)

from planar.derivation.calculus.mapped import mapped_dyson, mapped_evidence
from planar.derivation.definitions import Definition, Dependence, marked
from planar.derivation.derive import derive
from planar.derivation.equivalent import NEAR, Dyson, Equivalent
from planar.formulas.quantities import Ratio
from planar.foundations.errors import PlanarError

__all__ = ["at_infinity", "at_zero"]

_INFINITE = (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity)


def at_zero(equivalent: Equivalent, symbol: Symbol) -> Equivalent:
    """The limit ``symbol -> 0+``.

    The expression is derived again with ``symbol = kappa s`` put in wherever a renormalised ridge
    is kappa = symbol/s, which stays regular on both sides of the interpolation threshold: kappa ->
    0 on the one, s -> 0 on the other. The branch is the one that the solution at a small positive
    value continues to.

    Raises ``PlanarError`` where the formula diverges; multiply the expression by the parameter
    then.
    """
    vanishing = (*(s for s, point in equivalent.limits if point == 0), symbol)
    renewed = derive(equivalent.lhs, commuting=equivalent.letter_pairs, vanishing=vanishing)
    for dimension, point in equivalent.limits:
        if point == S.Infinity:
            renewed = at_infinity(renewed, dimension)
    zero = dict.fromkeys(vanishing, S.Zero)
    near = {s: Float(NEAR) for s in vanishing}

    def limit(expression: Expr) -> Expr:
        return _finite(equivalent, _tidy(expression.xreplace(zero)), symbol)

    def close_by(expression: Expr) -> Expr:
        return expression.xreplace(near)

    rows = {d.symbol: limit(d.expr) for d in renewed.definitions}
    definitions = _renewed(renewed.definitions, rows)
    others = [d for d in renewed.auxiliary if d.symbol not in rows]
    scalars = tuple(s for s in renewed.scalars if s not in near)
    return replace(
        renewed,
        problem=replace(renewed.problem, scalars=scalars),
        rhs=limit(renewed.rhs),
        definitions=definitions,
        auxiliary=(*definitions, *_wherever_finite(others, limit)),
        iteration=tuple(mapped_dyson(law, close_by) for law in renewed.iteration),
        named=tuple(replace(d, expr=close_by(d.expr)) for d in renewed.named),
        evidence=(),
        limits=(*equivalent.limits, (symbol, S.Zero)),
        near=(equivalent.derived or equivalent).near or equivalent.derived or equivalent,
        derived=None,
    )


def at_infinity(equivalent: Equivalent, dimension: Symbol) -> Equivalent:
    """The limit ``dimension -> infinity`` at fixed other dimensions.

    Ratios over it vanish there: a Wishart letter becomes 1. The law at infinity cannot be sampled.
    Raises ``PlanarError`` where the formula diverges.
    """
    small = Dummy("small")

    def limit(expression: Expr) -> Expr:
        value = expression.xreplace({dimension: 1 / small}).xreplace({small: S.Zero})
        if value.has(*_INFINITE) and not expression.has(Trace, MatrixExpr):
            value = _of_highest_power(expression, dimension)
        return _finite(equivalent, value, dimension)

    plain = _without_explicit(equivalent, limit)
    rows = {d.symbol: limit(d.expr) for d in plain.definitions}
    constants = _constants(rows)

    def settled(expression: Expr) -> Expr:
        return expression.xreplace(constants)

    def change(expression: Expr) -> Expr:
        return _tidy(settled(limit(expression)))

    def far(expression: Expr) -> Expr:
        return settled(expression).xreplace({dimension: Float(1 / NEAR)})

    rhs = change(plain.rhs)
    kept = {s: settled(e) for s, e in rows.items() if s not in constants}
    renewed = _renewed(plain.definitions, kept)
    definitions = _needed(renewed, rhs)
    fixed = _renewed(plain.definitions, constants)
    unneeded = [d for d in (*fixed, *renewed) if d not in definitions]
    others = [d for d in equivalent.auxiliary if d.symbol not in rows]
    laws = tuple(law for law in equivalent.laws if not law.has(dimension))
    scalars = tuple(s for s in equivalent.scalars if s != dimension)
    return replace(
        _iterated(equivalent, definitions, change, far),
        problem=replace(equivalent.problem, laws=laws, scalars=scalars),
        rhs=rhs,
        definitions=definitions,
        auxiliary=(*definitions, *unneeded, *_wherever_finite(others, change)),
        limits=(*equivalent.limits, (dimension, S.Infinity)),
        near=None if equivalent.near is None else at_infinity(equivalent.near, dimension),
        derived=None if equivalent.derived is None else at_infinity(equivalent.derived, dimension),
    )


def _needed(definitions: tuple[Definition, ...], rhs: Expr) -> tuple[Definition, ...]:
    """Those that the right-hand side still holds."""
    below = Dependence(definitions).below(rhs.free_symbols)
    return tuple(d for d in definitions if d.symbol in below)


def _constants(rows: dict[Symbol, Expr]) -> dict[Symbol, Expr]:
    """The rows that are numbers, once those that are have been put into the others."""
    constants = dict[Symbol, Expr]()
    while True:
        settled = {s: e.xreplace(constants) for s, e in rows.items() if s not in constants}
        numbers = {s: e for s, e in settled.items() if e.is_number}
        if not numbers:
            return constants
        constants |= numbers


def _without_explicit(equivalent: Equivalent, limit: Callable[[Expr], Expr]) -> Equivalent:
    """The equivalent as it is where it has a limit term by term.

    Otherwise what is defined explicitly is put in, since one factor of a product may vanish where
    the other grows.
    """
    try:
        for expression in (equivalent.rhs, *(d.expr for d in equivalent.definitions)):
            limit(expression)
    except PlanarError:
        explicit = dict[Symbol, Expr]()
        for d in Dependence(equivalent.definitions).ordered():
            if not d.implicit and not isinstance(d.quantity, Ratio):
                explicit[d.symbol] = d.expr.xreplace(explicit)
        rows = [
            replace(d, expr=d.expr.xreplace(explicit))
            for d in equivalent.definitions
            if d.symbol not in explicit
        ]
        rhs = equivalent.rhs.xreplace(explicit)
        return replace(equivalent, rhs=rhs, definitions=tuple(rows))
    return equivalent


def _iterated(
    equivalent: Equivalent,
    definitions: tuple[Definition, ...],
    change: Callable[[Expr], Expr],
    far: Callable[[Expr], Expr],
) -> Equivalent:
    """The equivalent with its iteration at infinity.

    It is that far out where an overlap grows, and none where nothing is implicit any more.
    """
    if not any(d.implicit for d in definitions):
        return replace(equivalent, iteration=(), named=(), evidence=())
    try:
        return _with_changed_iteration(equivalent, change)
    except PlanarError:
        return replace(_with_changed_iteration(equivalent, far), evidence=())


def _with_changed_iteration(equivalent: Equivalent, change: Callable[[Expr], Expr]) -> Equivalent:
    """The equivalent with its Dyson iteration and its evidence changed."""

    def changed(definition: Definition) -> Definition:
        return replace(definition, expr=change(definition.expr))

    def dyson(law: Dyson) -> Dyson:
        return mapped_dyson(law, change)

    return replace(
        equivalent,
        iteration=tuple(map(dyson, equivalent.iteration)),
        named=tuple(map(changed, equivalent.named)),
        evidence=tuple(mapped_evidence(e, change, dyson, changed) for e in equivalent.evidence),
    )


def _wherever_finite(
    definitions: Iterable[Definition], change: Callable[[Expr], Expr]
) -> tuple[Definition, ...]:
    finite = []
    for d in definitions:
        with suppress(PlanarError):
            finite.append(replace(d, expr=change(d.expr)))
    return tuple(finite)


def _tidy(expression: Expr) -> Expr:
    """Terms that vanished left out of sums of matrices."""
    tidied = {}
    for total in expression.atoms(MatAdd):
        remaining_terms = MatAdd(*(a for a in total.args if not _vanished(a)))
        if remaining_terms != total:
            tidied[total] = (
                remaining_terms.doit(deep=False)
                if remaining_terms.args
                else ZeroMatrix(*total.shape)
            )
    return expression.xreplace(tidied) if tidied else expression


def _vanished(term: Expr) -> bool:
    return term == 0 or term.has(S.NaN) or 0 in term.args


def _of_highest_power(expression: Expr, symbol: Symbol) -> Expr:
    """The limit of a rational function at infinity: the quotient of its highest powers."""
    above, below = (Poly(part, symbol) for part in fraction(together(expression)))
    if above.degree() < below.degree():
        return S.Zero
    leading = cancel(above.LC() / below.LC())
    return leading if above.degree() == below.degree() else S.ComplexInfinity


def _finite(equivalent: Equivalent, expression: Expr, symbol: Symbol) -> Expr:
    if expression.has(*_INFINITE):
        reason = f"multiply it by a factor that makes it finite, for example by {symbol}."
        if symbol not in equivalent.scalars:
            reason = (
                f"with {symbol} -> oo a quantity of its formula grows or vanishes; "
                f"give {symbol} a large value, or scale the letters of that size."
            )
        raise PlanarError(f"`{equivalent.lhs}` has no finite limit in {symbol}: {reason}")
    return expression


def _renewed(
    definitions: tuple[Definition, ...], rows: dict[Symbol, Expr]
) -> tuple[Definition, ...]:
    """The definitions with new right sides, implicit where they lie on a cycle.

    Their quantities stay.
    """
    return marked(replace(d, expr=rows[d.symbol]) for d in definitions if d.symbol in rows)
