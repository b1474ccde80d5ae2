"""Which definitions of a formula of the user's own are those of the derived one in other words:
equal up to their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sympy import Dummy, Expr, Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent
from planar.formulas.quantities import Quantity
from planar.formulas.symbols import unnormalised

__all__ = ["recognised"]

Rows = Mapping[Symbol, Expr]


def recognised(definitions: Sequence[Definition], derived: Equivalent) -> tuple[Definition, ...]:
    """The definitions, each with the quantity that it stands for where it is one of the derived
    formula's.

    Explicit definitions are put into implicit ones on both sides; these are then matched by
    colours, refined until equal colours mean equal equations, and a match counts only where the
    equations are the same word by word.
    """
    every = {d.symbol: d for d in (*derived.auxiliary, *derived.definitions)}.values()
    (ours, our_explicit), (theirs, their_explicit) = _unfolded(every), _unfolded(definitions)
    mapping = _matched(ours, theirs)
    quantities = {d.symbol: d.quantity for d in every}
    found: dict[Symbol, Quantity] = {symbol: quantities[other] for symbol, other in mapping.items()}
    values = {expr: symbol for symbol, expr in reversed(our_explicit.items())}
    used = set(found.values())
    for symbol, expr in their_explicit.items():
        other = values.get(expr.xreplace(mapping))
        if other is not None and quantities[other] not in used:
            found[symbol] = quantities[other]
            used.add(quantities[other])
    return tuple(replace(d, quantity=found.get(d.symbol, d.quantity)) for d in definitions)


def _unfolded(definitions: Iterable[Definition]) -> tuple[dict[Symbol, Expr], dict[Symbol, Expr]]:
    """Implicit and explicit right-hand sides in implicit symbols and scalars alone."""
    explicit: dict[Symbol, Expr] = {}
    implicit: dict[Symbol, Expr] = {}
    for d in Dependence(definitions).ordered():
        if not d.implicit:
            explicit[d.symbol] = unnormalised(d.expr).xreplace(explicit)
    for d in definitions:
        if d.implicit:
            implicit[d.symbol] = unnormalised(d.expr).xreplace(explicit)
    return implicit, explicit


def _matched(ours: Rows, theirs: Rows) -> dict[Symbol, Symbol]:
    """Their symbols by ours, where the equations are equal."""
    own, other = Dummy("own"), {s: Dummy(s.name) for s in theirs}
    apart = {other[s]: expr.xreplace(other) for s, expr in theirs.items()}
    both = {**ours, **apart}
    colours = dict.fromkeys(both, 0)
    mapping: dict[Symbol, Symbol] = {}
    marks: list[Symbol] = []

    def mark(colour: int) -> Symbol:
        while len(marks) <= colour:
            marks.append(Dummy(f"colour{len(marks)}"))
        return marks[colour]

    def refined(colours: dict[Symbol, int]) -> dict[Symbol, int]:
        while True:
            shown = {s: mark(c) for s, c in colours.items()}
            signatures: dict[tuple[int, Expr], int] = {}
            new = {}
            for s, expr in both.items():
                key = (colours[s], expr.xreplace({**shown, s: own}))
                new[s] = signatures.setdefault(key, len(signatures))
            if len(set(new.values())) == len(set(colours.values())):
                return new
            colours = new

    colours = refined(colours)
    for dummy, symbol in ((d, s) for s, d in other.items()):
        twin = next(
            (s for s in ours if colours[s] == colours[dummy] and s not in mapping.values()), None
        )
        if twin is not None:
            mapping[symbol] = twin
            if sum(c == colours[dummy] for c in colours.values()) > 2:
                fresh = max(colours.values()) + 1
                colours = refined({**colours, dummy: fresh, twin: fresh})
    while wrong := [s for s, twin in mapping.items() if theirs[s].xreplace(mapping) != ours[twin]]:
        for s in wrong:
            del mapping[s]
    return mapping
