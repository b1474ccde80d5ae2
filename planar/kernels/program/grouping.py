"""The unknowns of a program: from what each starts, and which are solved together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from sympy import Symbol

from planar.derivation.definitions import Dependence
from planar.derivation.equivalent import Dyson, Evidence, MatrixEvidence
from planar.formulas.quantities import Amplitude, RungEnergy, RungOverlap
from planar.kernels.program.layout import Layout

__all__ = ["Names", "Unknowns"]

Names = tuple[Symbol, ...]
"""The unknowns of one block."""


class Unknowns:
    """The unknowns of a layout, and how the Dyson iteration leads to them."""

    def __init__(self, plan: Layout) -> None:
        self.plan, self.source = plan, plan.source
        self.symbols = [d.symbol for d in plan.unknowns]
        self.definitions = {d.symbol: d for d in plan.definitions}
        self.rows = Dependence(plan.definitions)
        self.named = {d.symbol for d in plan.source.named}
        self.named_rows = Dependence(plan.source.named)
        self.own = set[Symbol]()
        if plan.source is not plan.equivalent:
            self.own = {d.symbol for d in plan.equivalent.definitions}

    def blocks(self) -> list[Names]:
        """Unknowns that depend on each other, or whose iteration is one.

        Each block stands after those that it needs.
        """
        joint = Dependence(self.plan.unknowns)
        for unknown in self.symbols:
            needed = self.rows.below(self.held(unknown))
            joint.graph.add_edges_from((v, unknown) for v in self.symbols if v in needed)
        first: dict[int, Symbol] = {}
        for unknown in self.symbols:
            for law in self.iteration([unknown]):
                partner = first.setdefault(id(law), unknown)
                joint.graph.add_edges_from([(partner, unknown), (unknown, partner)])
        return joint.parts()

    def held(self, unknown: Symbol) -> set[Symbol]:
        """The symbols of an unknown's definition, and of what leads to it."""
        lead = self.plan.leads.get(unknown)
        leading = set() if lead is None else lead.atoms(Symbol)
        return {*self.definitions[unknown].held, *leading}

    def evidence(self, blocks: list[Names]) -> dict[Names, list[Evidence | MatrixEvidence]]:
        """Each evidence with the last block whose unknowns it holds, or with no block ``()``."""
        attached: dict[Names, list[Evidence | MatrixEvidence]] = {}
        for item in self.source.evidence:
            symbols = set[Symbol]().union(*(e.atoms(Symbol) for e in item.expressions))
            below = self.rows.below(symbols)
            holders = [names for names in blocks if not below.isdisjoint(names)]
            attached.setdefault(holders[-1] if holders else (), []).append(item)
        return attached

    def iteration(self, unknowns: Iterable[Symbol]) -> list[Dyson]:
        """The laws of the Dyson iteration from which these unknowns start, with what they need."""
        owner = self.source.states
        used: set[int] = set()
        started = chain.from_iterable(map(self._started, unknowns))
        pending = [s for s in started if s in owner]
        while pending:
            law = owner[pending.pop()]
            if id(law) in used:
                continue
            used.add(id(law))
            entries = {s for _, _, s in law.places}
            symbols = entries.union(*(e.atoms(Symbol) for e in law.expressions))
            pending += [s for s in self.named_rows.below(symbols) if s in owner]
        return [law for law in self.source.iteration if id(law) in used]

    def _started(self, symbol: Symbol) -> set[Symbol]:
        """The states from which an unknown starts."""
        if symbol in self.source.states:
            return {symbol}
        if symbol in self.named:
            return self.named_rows.below([symbol])
        if self.is_linear(symbol) or self.is_foreign(symbol):
            return set()
        needs = self.rows.below([symbol])
        started = [u for u in self.symbols if u in needs and u != symbol and not self._is_late(u)]
        return self.named_rows.below(needs).union(*map(self._started, started))

    def _is_late(self, symbol: Symbol) -> bool:
        """Whether an unknown starts from the values of others."""
        known = symbol in self.source.states or symbol in self.named
        return not known and not self.is_linear(symbol) and not self.is_foreign(symbol)

    def is_linear(self, symbol: Symbol) -> bool:
        """Whether an unknown is a rung's amplitude, in which equations are linear."""
        rung = isinstance(self.definitions[symbol].quantity, Amplitude | RungEnergy | RungOverlap)
        return rung and symbol not in self.own

    def is_foreign(self, symbol: Symbol) -> bool:
        """Whether nothing leads to an unknown of the user's own: it starts at one and settles."""
        return symbol in self.own and symbol not in self.plan.leads
