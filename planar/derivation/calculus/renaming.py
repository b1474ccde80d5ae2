"""The same equivalent with other symbols for its own quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sympy import Expr, Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Dyson, Equivalent, Evidence, MatrixEvidence
from planar.formulas.naming import unused

__all__ = ["apart", "renamed"]


def renamed(equivalent: Equivalent, symbols: Mapping[Symbol, Symbol]) -> Equivalent:
    """Every bound symbol replaced, all at once; what is a scalar or a dimension stays.

    >>> from planar.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import dims, resolvent
    >>> found = derive(resolvent(Wishart("W", *dims("N P")), Symbol("lambda")))
    >>> [d.symbol for d in renamed(found, {d.symbol: Symbol(f"x{i}") for i, d in enumerate(found.definitions)}).definitions]
    [x0, x1]
    """

    def change(expression: Expr) -> Expr:
        return expression.xreplace(dict(symbols))

    def block(rows: tuple[tuple[Expr, ...], ...]) -> tuple[tuple[Expr, ...], ...]:
        return tuple(tuple(change(e) for e in row) for row in rows)

    def definitions(rows: Iterable[Definition]) -> tuple[Definition, ...]:
        return tuple(replace(d, symbol=change(d.symbol), expr=change(d.expr)) for d in rows)

    def dyson(law: Dyson) -> Dyson:
        entries = tuple(tuple(None if s is None else change(s) for s in row) for row in law.entries)
        r = None if law.r_transform is None else change(law.r_transform)
        relation = tuple((change(c), word) for c, word in law.relation)
        return replace(
            law, entries=entries, overlaps=block(law.overlaps), r_transform=r, relation=relation
        )

    def evidence(item: Evidence | MatrixEvidence) -> Evidence | MatrixEvidence:
        if isinstance(item, MatrixEvidence):
            return replace(
                item, laws=tuple(map(dyson, item.laws)), propagators=block(item.propagators)
            )
        named = definitions(item.named)
        return replace(
            item, on_s=block(item.on_s), on_h=block(item.on_h), loops=block(item.loops), named=named
        )

    return replace(
        equivalent,
        rhs=change(equivalent.rhs),
        definitions=definitions(equivalent.definitions),
        auxiliary=definitions(equivalent.auxiliary),
        named=definitions(equivalent.named),
        iteration=tuple(map(dyson, equivalent.iteration)),
        evidence=tuple(map(evidence, equivalent.evidence)),
    )


def apart(equivalent: Equivalent, taken: Iterable[Symbol]) -> dict[Symbol, Symbol]:
    """Symbols for the bound ones of an equivalent that are none of those ``taken`` and none of the
    user's, by name.
    """
    used = {*equivalent.problem.names, *(s.name for s in taken)}
    found: dict[Symbol, Symbol] = {}
    for symbol in equivalent.symbols:
        name = unused((symbol.name,), used)
        used.add(name)
        found[symbol] = Symbol(name, **symbol.assumptions0)
    return found
