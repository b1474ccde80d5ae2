"""Limits of an equivalent: a spectral parameter to zero, a dimension to infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from sympy import Dummy, Expr, Float, MatAdd, S, Symbol, ZeroMatrix

from planar.derivation.calculus.mapped import mapped_dyson, mapped_evidence
from planar.derivation.definitions import Definition, marked
from planar.derivation.derive import derive
from planar.derivation.equivalent import NEAR, Dyson, Equivalent
from planar.foundations.errors import PlanarError

__all__ = ["at_infinity", "at_zero"]


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
        return _finite(
            equivalent,
            expression.xreplace({dimension: 1 / small}).xreplace({small: S.Zero}),
            dimension,
        )

    rows = {d.symbol: limit(d.expr) for d in equivalent.definitions}
    constants = {s: e for s, e in rows.items() if e.is_number}

    def settled(expression: Expr) -> Expr:
        return expression.xreplace(constants)

    def change(expression: Expr) -> Expr:
        return _tidy(settled(limit(expression)))

    kept = {s: settled(e) for s, e in rows.items() if s not in constants}
    definitions = _renewed(equivalent.definitions, kept)
    others = [d for d in equivalent.auxiliary if d.symbol not in rows]
    return replace(
        _with_changed_iteration(equivalent, change),
        problem=replace(equivalent.problem, laws=()),
        rhs=change(equivalent.rhs),
        definitions=definitions,
        auxiliary=(*definitions, *_wherever_finite(others, change)),
        limits=(*equivalent.limits, (dimension, S.Infinity)),
        derived=None if equivalent.derived is None else at_infinity(equivalent.derived, dimension),
    )


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


def _finite(equivalent: Equivalent, expression: Expr, symbol: Symbol) -> Expr:
    if expression.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
        raise PlanarError(
            f"`{equivalent.lhs}` has no finite limit in {symbol}; multiply it by a factor that "
            f"makes it finite, for example by {symbol} for a parameter that goes to zero."
        )
    return expression


def _renewed(
    definitions: tuple[Definition, ...], rows: dict[Symbol, Expr]
) -> tuple[Definition, ...]:
    """The definitions with new right sides, implicit where they lie on a cycle.

    Their quantities stay.
    """
    return marked(replace(d, expr=rows[d.symbol]) for d in definitions if d.symbol in rows)
