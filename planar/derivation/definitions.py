"""Definitions of a formula, and the graph of which needs which: cycles, order, unknowns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import Any

import networkx as nx
from sympy import Expr, Symbol

from planar.formulas.chalk import chalk
from planar.formulas.quantities import OWN, Quantity, meaning
from planar.foundations.notebook_display import Printed

__all__ = ["Definition", "Dependence", "characters", "defined", "marked"]


@dataclass(frozen=True)
class Definition(Printed):
    """The definition ``symbol = expr`` of one named quantity.

    Attributes
    ----------
    symbol : Symbol
        The symbol that is defined; its name is for printing alone.
    expr : Expr
        Its right-hand side.
    implicit : bool
        Whether ``expr`` holds the symbol itself, or one that is defined through it. Default False.
    quantity : Quantity
        What the symbol stands for in the theory, by which every reader goes. By default a quantity
        of the user's own.
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


def characters(expression: Expr, definitions: Iterable[Definition]) -> int:
    """How many characters of chalk a formula takes with its definitions.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> characters(x + y, [Definition(x, 2 * y)])
    12
    """
    return len(chalk(expression)) + sum(len(str(d)) for d in definitions)


class Dependence:
    """Which definition holds which symbols.

    >>> x, y, z = (Symbol(name) for name in "xyz")
    >>> dependence = Dependence(defined({x: 1 + y, y: 2 * x, z: x + 3}))
    >>> sorted(map(str, dependence.cyclic)), [d.symbol for d in dependence.ordered([z, x])]
    (['x', 'y'], [x, y, z])
    >>> dependence.parts(), dependence.feedback()
    ([(x, y), (z,)], (x,))
    """

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self.rows = {d.symbol: d for d in definitions}
        self.place = {s: i for i, s in enumerate(self.rows)}
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(self.rows)
        for symbol, d in self.rows.items():
            needed = sorted(d.held & self.rows.keys(), key=self.place.__getitem__)
            self.graph.add_edges_from((s, symbol) for s in needed)

    @property
    def cyclic(self) -> set[Symbol]:
        """The symbols that are defined through themselves."""
        cycles = [part for part in nx.strongly_connected_components(self.graph) if len(part) > 1]
        return {s for s in self.rows if self.graph.has_edge(s, s)}.union(*cycles)

    def below(self, symbols: Iterable[Symbol]) -> set[Symbol]:
        """These symbols and all that their definitions hold, directly or through others.

        What their definitions hold need not be defined here.
        """
        start = set(symbols)
        defined_here = start & self.rows.keys()
        inner = defined_here.union(*(nx.ancestors(self.graph, s) for s in defined_here))
        return start.union(*(self.rows[s].held for s in inner))

    def above(self, symbols: Iterable[Symbol]) -> set[Symbol]:
        """The defined symbols that hold one of these, directly or through others.

        The given symbols themselves need not be defined here.
        """
        start = set(symbols)
        first = {s for s, d in self.rows.items() if d.held & start}
        return first.union(*(nx.descendants(self.graph, s) for s in first)) - start

    def parts(self) -> list[tuple[Symbol, ...]]:
        """Symbols that need each other, together; each set after those that it needs.

        Otherwise the given order is kept.
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
        """The definitions, each after those that it needs but for cycles.

        Only those below ``needed``, if given.
        """
        kept = self.rows.keys() if needed is None else self.below(needed)
        return tuple(self.rows[s] for s in chain.from_iterable(self.parts()) if s in kept)

    def feedback(
        self, rank: Callable[[nx.DiGraph, Symbol], Any] | None = None
    ) -> tuple[Symbol, ...]:
        """Symbols from whose values all others follow one after another, in the given order.

        First those that hold themselves; then, while a cycle is left, the symbol of least ``rank``
        on a cycle, by default the first.
        """
        graph = self.graph.copy()
        chosen = {s for s in self.rows if graph.has_edge(s, s)}
        graph.remove_nodes_from(chosen)
        while cycles := [part for part in nx.strongly_connected_components(graph) if len(part) > 1]:
            inside = graph.subgraph(set().union(*cycles))
            best = min(inside, key=partial(self._rank, rank, inside))
            chosen.add(best)
            graph.remove_node(best)
        return tuple(s for s in self.rows if s in chosen)

    def _rank(
        self, rank: Callable[[nx.DiGraph, Symbol], Any] | None, inside: nx.DiGraph, symbol: Symbol
    ) -> tuple[Any, int]:
        return (0 if rank is None else rank(inside, symbol)), self.place[symbol]


def marked(definitions: Iterable[Definition]) -> tuple[Definition, ...]:
    """The definitions, ``implicit`` set where they lie on a cycle."""
    rows = tuple(definitions)
    cyclic = Dependence(rows).cyclic
    return tuple(replace(d, implicit=d.symbol in cyclic) for d in rows)


def defined(expressions: Mapping[Symbol, Expr]) -> tuple[Definition, ...]:
    """The user's own definitions ``symbol = expression``; those on a cycle are implicit."""
    return marked(Definition(s, expr) for s, expr in expressions.items())
