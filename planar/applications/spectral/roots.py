"""Square roots of a formula as polynomial equations, so that no principal branch is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr, Mul, Pow, Rational, S, Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Dyson, Equivalent
from planar.formulas.naming import unused

__all__ = ["rooted"]


def rooted(equivalent: Equivalent) -> Equivalent:
    """The same equivalent without square roots of unknowns.

    A law's R-transform holds the principal root, which is the right one where the Dyson iteration
    starts, far from the spectrum; near the axis its argument crosses the cut, the solution does
    not. A self-energy s = R(h) is therefore defined by the polynomial relation of its law, and any
    other root r by ``r = r + e - r^2``.
    """
    related = {
        d.symbol: _by_relation(d, equivalent) for d in equivalent.definitions if _roots(d.expr)
    }
    known = {symbol: expr for symbol, expr in related.items() if expr is not None}
    names = _Names({*equivalent.problem.names, *(s.name for s in equivalent.symbols)})
    definitions = [_changed(d, known, names) for d in equivalent.definitions]
    if not related:
        return equivalent
    shown = {d.symbol for d in equivalent.definitions}
    auxiliary = [
        _changed(d, known, names) if d.symbol in shown else d for d in equivalent.auxiliary
    ]
    extra = [Definition(r, r + e - r**2, implicit=True) for e, r in names.items()]
    starts = [Definition(r, e ** Rational(1, 2)) for e, r in names.items()]
    return replace(
        equivalent,
        definitions=(*definitions, *extra),
        auxiliary=tuple(auxiliary),
        named=(*equivalent.named, *starts),
    )


class _Names(dict[Expr, Symbol]):
    """A symbol for every radicand, none of them ``taken``."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def __missing__(self, radicand: Expr) -> Symbol:
        name = unused((f"root_{len(self) + 1}",), self.taken)
        self.taken.add(name)
        return self.setdefault(radicand, Symbol(name))


def _changed(definition: Definition, known: Mapping[Symbol, Expr], names: _Names) -> Definition:
    """A definition by its relation where that is known, else with its roots named."""
    if definition.symbol in known:
        return replace(definition, expr=known[definition.symbol], implicit=True)
    roots = reversed(_roots(definition.expr))
    named = {p: names[p.base] ** (2 * p.exp) for p in roots}
    return replace(definition, expr=definition.expr.xreplace(named))


def _roots(expression: Expr) -> list[Pow]:
    """Square roots of anything but a number, inner ones first."""
    powers = (
        p for p in expression.atoms(Pow) if p.exp.is_Rational and p.exp.q == 2 and p.free_symbols
    )
    return sorted(powers, key=lambda p: (p.count_ops(), str(p)))


def _by_relation(definition: Definition, equivalent: Equivalent) -> Expr | None:
    """A self-energy from its law's relation.

    There is one where it is one number and its overlap is given by what is defined.
    """
    symbols = {d.symbol for d in equivalent.definitions} | set(equivalent.scalars)
    for law in equivalent.iteration:
        if len(law.entries) == 1 and law.entries[0][0] == definition.symbol and law.relation:
            (overlap,) = law.overlaps[0]
            if overlap.free_symbols <= symbols and not _roots(overlap):
                return _solved(law, definition.symbol, overlap)
    return None


def _solved(law: Dyson, s: Symbol, overlap: Expr) -> Expr:
    """``S - H S + S H S - p = 0`` as ``s = h s - h s^2 + p``."""
    letters = {"S": s, "H": overlap}
    lead = sum((c for c, word in law.relation if word == "S"), S.Zero)
    terms = []
    for c, word in law.relation:
        if word != "S":
            terms.append(-c / lead * Mul(*(letters[x] for x in word)))
    return sum(terms, S.Zero)
