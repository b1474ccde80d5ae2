"""The same equivalent with other symbols for its own quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sympy import Expr, Symbol

from planar.derivation.calculus.mapped import mapped_dyson, mapped_evidence
from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Dyson, Equivalent, Evidence, MatrixEvidence
from planar.formulas.naming import unused

__all__ = ["apart", "renamed"]


def renamed(equivalent: Equivalent, symbols: Mapping[Symbol, Symbol]) -> Equivalent:
    """Every bound symbol replaced, all at once; scalars and dimensions stay.

    >>> from planar.derivation.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import dims, resolvent
    >>> equivalent = derive(resolvent(Wishart("W", *dims("N P")), Symbol("lambda")))
    >>> names = {d.symbol: Symbol(f"x{i}") for i, d in enumerate(equivalent.definitions)}
    >>> [d.symbol for d in renamed(equivalent, names).definitions]
    [x0, x1]
    """
    substitution = dict(symbols)

    def change(expression: Expr) -> Expr:
        return expression.xreplace(substitution)

    def definition(row: Definition) -> Definition:
        return replace(row, symbol=change(row.symbol), expr=change(row.expr))

    def definitions(rows: Iterable[Definition]) -> tuple[Definition, ...]:
        return tuple(map(definition, rows))

    def dyson(law: Dyson) -> Dyson:
        entries = tuple(_renamed_row(row, substitution) for row in law.entries)
        return replace(mapped_dyson(law, change), entries=entries)

    def evidence(item: Evidence | MatrixEvidence) -> Evidence | MatrixEvidence:
        return mapped_evidence(item, change, dyson, definition)

    return replace(
        equivalent,
        rhs=change(equivalent.rhs),
        definitions=definitions(equivalent.definitions),
        auxiliary=definitions(equivalent.auxiliary),
        named=definitions(equivalent.named),
        iteration=tuple(map(dyson, equivalent.iteration)),
        evidence=tuple(map(evidence, equivalent.evidence)),
    )


def _renamed_row(
    row: Iterable[Symbol | None], symbols: dict[Symbol, Symbol]
) -> tuple[Symbol | None, ...]:
    return tuple(None if s is None else s.xreplace(symbols) for s in row)


def apart(equivalent: Equivalent, taken: Iterable[Symbol]) -> dict[Symbol, Symbol]:
    """Other symbols for the bound ones of an equivalent.

    By name they differ from those ``taken`` and from the user's own.
    """
    used = {*equivalent.problem.names, *(s.name for s in taken)}
    fresh: dict[Symbol, Symbol] = {}
    for symbol in equivalent.symbols:
        name = unused((symbol.name,), used)
        used.add(name)
        fresh[symbol] = Symbol(name, **symbol.assumptions0)
    return fresh
