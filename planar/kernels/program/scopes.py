"""How the symbols of a formula are read at each place of its program.

A symbol is given there, is a parameter, or is worked out from these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property

from sympy import Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.foundations.errors import PlanarError
from planar.kernels.program.graph import Graph
from planar.kernels.program.layout import Layout
from planar.kernels.program.nodes import Node
from planar.kernels.program.sympy_nodes import Reader

__all__ = ["Nodes", "Resolve", "Scopes"]

Nodes = Mapping[Symbol, Node]
Resolve = Callable[[Symbol], Node]
"""The node of a symbol."""


class Scopes:
    """Readers of the expressions of one program, all on the same graph."""

    def __init__(self, plan: Layout) -> None:
        self.plan = plan
        self.names = plan.bound
        self.graph = Graph()
        self.spectral = next((q for q in plan.equivalent.letters if q.name == plan.spectral), None)
        self.definitions = {d.symbol: d for d in plan.definitions}
        self.named = {d.symbol: d for d in plan.source.named}

    def reader(self, resolve: Resolve) -> Reader:
        """A reader to which symbols are what they resolve to."""
        return Reader(self.graph, self.plan.names, self.spectral, resolve, self.plan.shared)

    @cached_property
    def outside(self) -> Reader:
        """The reader outside of blocks, to which every symbol is a variable."""
        return self.reader(self.variable)

    def variable(self, symbol: Symbol) -> Node:
        """A symbol as a variable; raises ``PlanarError`` where nothing defines it."""
        if symbol not in self.names:
            raise PlanarError(
                f"{symbol} of the formula is neither a symbol of `{self.plan.equivalent.lhs}` "
                "nor defined; give it a definition."
            )
        return self.graph.variable(self.names[symbol])

    def given(self, nodes: Nodes, named: Iterable[Definition] = ()) -> Resolve:
        """Resolves these symbols to their ``nodes``, and works out what depends on them.

        ``named`` are definitions of the place alone, worked out as well; all else is a parameter.
        """
        own = {d.symbol: d for d in named}
        return self._resolver(nodes, {**self.definitions, **own}, own.keys())

    def iterated(self, states: Nodes) -> Resolve:
        """The same inside of the Dyson iteration, whose quantities are not those of the formula."""
        explicit = {s: d for s, d in self.definitions.items() if not d.implicit}
        return self._resolver(states, {**explicit, **self.named}, self.named.keys())

    def _resolver(
        self, nodes: Nodes, rows: Mapping[Symbol, Definition], own: Set[Symbol]
    ) -> Resolve:
        known = dict(nodes)
        local = Dependence(d for s, d in rows.items() if s not in nodes).above(nodes) | own

        def resolve(symbol: Symbol) -> Node:
            if symbol not in known and symbol in local:
                value = self.reader(resolve).scalar(rows[symbol].expr)
                known[symbol] = self.graph.let(self.names[symbol], value)
            elif symbol not in known:
                known[symbol] = self.variable(symbol)
            return known[symbol]

        return resolve

    def binding(self, resolve: Resolve) -> Callable[[Nodes], Reader]:
        """Readers in which some symbols are bound to nodes, all others resolved as before."""

        def bound(nodes: Nodes) -> Reader:
            return self.reader(lambda symbol: nodes[symbol] if symbol in nodes else resolve(symbol))

        return bound
