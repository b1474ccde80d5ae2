"""Definitions of a formula, and the one graph of which of them holds which: cycles, order,
unknowns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import networkx as nx
from sympy import Expr, Symbol

from planar.formulas.chalk import chalk
from planar.formulas.quantities import OWN, Quantity, meaning
from planar.foundations.printed import Printed

__all__ = ["Definition", "Dependence", "defined", "marked"]


@dataclass(frozen=True)
class Definition(Printed):
    """``symbol = expr``. Implicit where ``expr`` holds the symbol itself, or one that is defined
    through it.

    ``quantity`` says what the symbol stands for, by which every reader goes; the symbol's name is
    for printing alone.
    """

    symbol: Symbol
    expr: Expr
    implicit: bool = False
    quantity: Quantity = OWN

    @cached_property
    def held(self) -> frozenset[Symbol]:
        """The symbols that ``expr`` holds."""
        return frozenset(self.expr.atoms(Symbol))

    @property
    def meaning(self) -> str:
        """What the symbol stands for, in words."""
        return meaning(self.quantity)

    def __str__(self) -> str:
        return f"{chalk(self.symbol)} = {chalk(self.expr)}"


class Dependence:
    """Which definition holds which symbols.

    >>> x, y, z = (Symbol(name) for name in "xyz")
    >>> found = Dependence(defined({x: 1 + y, y: 2 * x, z: x + 3}))
    >>> sorted(map(str, found.cyclic)), [d.symbol for d in found.ordered([z, x])]
    (['x', 'y'], [x, y, z])
    >>> found.parts(), found.feedback()
    ([(x, y), (z,)], (x,))
    """

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self.rows = {d.symbol: d for d in definitions}
        self.place = {s: i for i, s in enumerate(self.rows)}
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(self.rows)
        for symbol, d in self.rows.items():
            held = sorted(d.held & self.rows.keys(), key=self.place.__getitem__)
            self.graph.add_edges_from((s, symbol) for s in held)

    @property
    def cyclic(self) -> set[Symbol]:
        """The symbols that are defined through themselves."""
        parts = [part for part in nx.strongly_connected_components(self.graph) if len(part) > 1]
        return {s for part in parts for s in part} | {
            s for s in self.rows if self.graph.has_edge(s, s)
        }

    def below(self, symbols: Iterable[Symbol]) -> set[Symbol]:
        """These symbols, and all that their definitions hold, defined here or not, directly or
        through others.
        """
        start = set(symbols)
        inner = (start & self.rows.keys()).union(
            *(nx.ancestors(self.graph, s) for s in start & self.rows.keys())
        )
        return start.union(*(self.rows[s].held for s in inner))

    def above(self, symbols: Iterable[Symbol]) -> set[Symbol]:
        """The defined symbols that hold one of these, which need not be defined here, directly or
        through others.
        """
        start = set(symbols)
        first = {s for s, d in self.rows.items() if d.held & start}
        return first.union(*(nx.descendants(self.graph, s) for s in first)) - start

    def parts(self) -> list[tuple[Symbol, ...]]:
        """Symbols that need each other together, each set after those that it needs, else in the
        given order.
        """
        condensed = nx.condensation(self.graph)
        members = {
            c: tuple(sorted(condensed.nodes[c]["members"], key=self.place.__getitem__))
            for c in condensed
        }
        order = nx.lexicographical_topological_sort(
            condensed, key=lambda c: self.place[members[c][0]]
        )
        return [members[c] for c in order]

    def ordered(self, needed: Iterable[Symbol] | None = None) -> tuple[Definition, ...]:
        """The definitions, each after those that it needs but for cycles; those below the
        ``needed`` alone, if given.
        """
        kept = self.rows.keys() if needed is None else self.below(needed)
        return tuple(self.rows[s] for part in self.parts() for s in part if s in kept)

    def feedback(
        self, rank: Callable[[nx.DiGraph, Symbol], Any] | None = None
    ) -> tuple[Symbol, ...]:
        """Symbols from whose values all others follow one after another, in the given order.

        Those that hold themselves are, and then, while a cycle is left, the one of least ``rank``
        on a cycle, by default the first.
        """
        graph = self.graph.copy()
        chosen = {s for s in self.rows if graph.has_edge(s, s)}
        graph.remove_nodes_from(chosen)
        while cyclic := [part for part in nx.strongly_connected_components(graph) if len(part) > 1]:
            inside = graph.subgraph(set().union(*cyclic))
            best = min(inside, key=partial(self._rank, rank, inside))
            chosen.add(best)
            graph.remove_node(best)
        return tuple(s for s in self.rows if s in chosen)

    def _rank(
        self, rank: Callable[[nx.DiGraph, Symbol], Any] | None, inside: nx.DiGraph, symbol: Symbol
    ) -> tuple[Any, int]:
        return (0 if rank is None else rank(inside, symbol)), self.place[symbol]


def marked(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """The definitions with those marked as implicit that are."""
    every = tuple(definitions)
    cyclic = Dependence(every).cyclic
    return tuple(replace(d, implicit=d.symbol in cyclic) for d in every)


def defined(expressions: Mapping[Symbol, Expr]) -> tuple[Definition, ...]:
    """Definitions of the user's from ``symbol = expression``; those that lie on a cycle of each
    other are implicit.
    """
    return marked(Definition(s, expr) for s, expr in expressions.items())
