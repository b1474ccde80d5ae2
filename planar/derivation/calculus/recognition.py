"""Which definitions of the user's own formula are those of the derived one, up to their names."""

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
    """The definitions, with their quantities where the derived formula defines the same.

    Explicit definitions are put into implicit ones on both sides; these are then matched by
    colours, refined until equal colours mean equal equations, and a match counts only where the
    equations are the same word by word.
    """
    planar_rows = {d.symbol: d for d in (*derived.auxiliary, *derived.definitions)}
    ours, our_explicit = _unfolded(planar_rows.values())
    theirs, their_explicit = _unfolded(definitions)
    twins = _matched(ours, theirs)
    quantities: dict[Symbol, Quantity] = {
        symbol: planar_rows[twin].quantity for symbol, twin in twins.items()
    }
    values = {expr: symbol for symbol, expr in reversed(our_explicit.items())}
    used = set(quantities.values())
    for symbol, expr in their_explicit.items():
        twin = values.get(expr.xreplace(twins))
        if twin is not None and planar_rows[twin].quantity not in used:
            quantities[symbol] = planar_rows[twin].quantity
            used.add(planar_rows[twin].quantity)
    return tuple(replace(d, quantity=quantities.get(d.symbol, d.quantity)) for d in definitions)


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
    """Our symbol for each of theirs, where the equations are equal."""
    dummies = {s: Dummy(s.name) for s in theirs}
    colouring = _Colouring(
        {**ours, **{dummies[s]: expr.xreplace(dummies) for s, expr in theirs.items()}}
    )
    twins: dict[Symbol, Symbol] = {}
    for symbol, dummy in dummies.items():
        candidates = (s for s in ours if colouring.alike(s, dummy) and s not in twins.values())
        twin = next(candidates, None)
        if twin is not None:
            twins[symbol] = twin
            colouring.single_out(dummy, twin)
    while wrong := [s for s, twin in twins.items() if theirs[s].xreplace(twins) != ours[twin]]:
        for s in wrong:
            del twins[s]
    return twins


class _Colouring:
    """Colours of symbols, refined until equal colours have equations of one shape.

    Two symbols keep one colour where their equations agree with every symbol replaced by its
    colour, the defined symbol itself by a mark of its own.
    """

    def __init__(self, equations: Rows) -> None:
        self._equations = equations
        self._own = Dummy("own")
        self._marks: list[Symbol] = []
        self._colours = self._refined(dict.fromkeys(equations, 0))

    def alike(self, first: Symbol, second: Symbol) -> bool:
        """Whether two symbols have one colour."""
        return self._colours[first] == self._colours[second]

    def single_out(self, first: Symbol, second: Symbol) -> None:
        """Give two symbols of one colour a new one, where others share theirs."""
        shared = self._colours[first]
        if sum(colour == shared for colour in self._colours.values()) > 2:
            fresh = max(self._colours.values()) + 1
            self._colours = self._refined({**self._colours, first: fresh, second: fresh})

    def _refined(self, colours: dict[Symbol, int]) -> dict[Symbol, int]:
        while True:
            marked = {s: self._mark(colour) for s, colour in colours.items()}
            signatures: dict[tuple[int, Expr], int] = {}
            finer = {}
            for s, expr in self._equations.items():
                signature = (colours[s], expr.xreplace({**marked, s: self._own}))
                finer[s] = signatures.setdefault(signature, len(signatures))
            if len(set(finer.values())) == len(set(colours.values())):
                return finer
            colours = finer

    def _mark(self, colour: int) -> Symbol:
        while len(self._marks) <= colour:
            self._marks.append(Dummy(f"colour{len(self._marks)}"))
        return self._marks[colour]
