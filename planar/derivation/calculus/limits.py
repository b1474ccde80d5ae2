"""Limits of an equivalent: a spectral parameter to zero, a dimension to infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from sympy import Dummy, Expr, Float, MatAdd, S, Symbol, ZeroMatrix

from planar.derivation.definitions import Definition, marked
from planar.derivation.derive import derive
from planar.derivation.equivalent import NEAR, Dyson, Equivalent, Evidence, MatrixEvidence
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
    zeros = [s for s, point in equivalent.limits if point == 0]
    renewed = derive(equivalent.lhs, commuting=equivalent.letter_pairs, vanishing=(*zeros, symbol))

    def limit(expression: Expr) -> Expr:
        return _finite(
            equivalent, _tidy(expression.xreplace(dict.fromkeys((*zeros, symbol), S.Zero))), symbol
        )

    rows = {d.symbol: limit(d.expr) for d in renewed.definitions}
    near = {s: Float(NEAR) for s in (*zeros, symbol)}
    definitions = _renewed(renewed.definitions, rows)
    others = [d for d in renewed.auxiliary if d.symbol not in rows]
    return replace(
        renewed,
        problem=replace(
            renewed.problem, scalars=tuple(s for s in renewed.scalars if s not in near)
        ),
        rhs=limit(renewed.rhs),
        definitions=definitions,
        auxiliary=(*definitions, *_wherever_finite(others, limit)),
        iteration=tuple(_dyson(law, lambda e: e.xreplace(near)) for law in renewed.iteration),
        named=tuple(replace(d, expr=d.expr.xreplace(near)) for d in renewed.named),
        evidence=(),
        limits=(*equivalent.limits, (symbol, S.Zero)),
        near=(equivalent.derived or equivalent).near or equivalent.derived or equivalent,
        derived=None,
    )


def at_infinity(equivalent: Equivalent, dimension: Symbol) -> Equivalent:
    """The limit ``dimension -> infinity`` at fixed other dimensions, where ratios over it vanish: a
    Wishart letter becomes 1.

    The law at infinity cannot be sampled. Raises ``PlanarError`` where the formula diverges.
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
    others = [d for d in equivalent.auxiliary if d.symbol not in rows]
    return replace(
        equivalent,
        problem=replace(equivalent.problem, laws=()),
        rhs=change(equivalent.rhs),
        definitions=_renewed(equivalent.definitions, kept),
        auxiliary=(*_renewed(equivalent.definitions, kept), *_wherever_finite(others, change)),
        iteration=tuple(_dyson(law, change) for law in equivalent.iteration),
        named=tuple(replace(d, expr=change(d.expr)) for d in equivalent.named),
        evidence=tuple(_evidence(e, change) for e in equivalent.evidence),
        limits=(*equivalent.limits, (dimension, S.Infinity)),
        derived=None if equivalent.derived is None else at_infinity(equivalent.derived, dimension),
    )


def _evidence(
    item: Evidence | MatrixEvidence, change: Callable[[Expr], Expr]
) -> Evidence | MatrixEvidence:
    def block(rows: tuple[tuple[Expr, ...], ...]) -> tuple[tuple[Expr, ...], ...]:
        return tuple(tuple(change(e) for e in row) for row in rows)

    if isinstance(item, MatrixEvidence):
        return replace(
            item,
            laws=tuple(_dyson(law, change) for law in item.laws),
            propagators=block(item.propagators),
        )
    named = tuple(replace(d, expr=change(d.expr)) for d in item.named)
    return replace(
        item, on_s=block(item.on_s), on_h=block(item.on_h), loops=block(item.loops), named=named
    )


def _wherever_finite(
    definitions: Iterable[Definition], change: Callable[[Expr], Expr]
) -> tuple[Definition, ...]:
    found = []
    for d in definitions:
        with suppress(PlanarError):
            found.append(replace(d, expr=change(d.expr)))
    return tuple(found)


def _tidy(expression: Expr) -> Expr:
    """Terms that vanished left out of sums of matrices."""
    sums = {
        m: MatAdd(*(a for a in m.args if a != 0 and not a.has(S.NaN) and 0 not in a.args))
        for m in expression.atoms(MatAdd)
    }
    changed = {
        m: new.doit(deep=False) if new.args else ZeroMatrix(*m.shape)
        for m, new in sums.items()
        if new != m
    }
    return expression.xreplace(changed) if changed else expression


def _finite(equivalent: Equivalent, expression: Expr, symbol: Symbol) -> Expr:
    if expression.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
        raise PlanarError(
            f"`{equivalent.lhs}` has no finite limit in {symbol}; multiply it by what makes it finite, for example "
            f"{symbol} for a parameter that goes to zero."
        )
    return expression


def _renewed(
    definitions: tuple[Definition, ...], rows: dict[Symbol, Expr]
) -> tuple[Definition, ...]:
    """The definitions with new right sides, implicit where they lie on a cycle; what they stand for
    stays.
    """
    return marked(replace(d, expr=rows[d.symbol]) for d in definitions if d.symbol in rows)


def _dyson(law: Dyson, change: Callable[[Expr], Expr]) -> Dyson:
    return replace(
        law,
        r_transform=None if law.r_transform is None else change(law.r_transform),
        overlaps=tuple(tuple(change(h) for h in row) for row in law.overlaps),
        relation=tuple((change(c), word) for c, word in law.relation),
    )
