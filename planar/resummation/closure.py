"""Closing the algebra: kappa, S, rungs and gammas get names, and their definitions stand in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import factorial

import networkx as nx
from sympy import Derivative, Expr, MatrixExpr, S, Subs, Symbol

from planar.algebra.rational import Key, Rational
from planar.algebra.words import Core, Word, WordSum
from planar.ensembles.law import Law
from planar.equivalent import Definition
from planar.resummation.formulas import OnePointFormulas, join
from planar.resummation.kappa import constant_of
from planar.resummation.ladder import Ladder, Pivot
from planar.resummation.naming import LONG, Namer
from planar.resummation.relations import leading
from planar.resummation.unknowns import OnePoint
from planar.resummation.workspace import Workspace

__all__ = ["Closure"]


_WRITTEN_OUT = 60
"""Terms of an amplitude up to which it is written out where only the result holds it."""


class Closure:
    """Names and definitions of one derivation. Call ``matrix`` or ``scalar`` first, then read ``definitions``."""

    def __init__(self, work: Workspace, ladder: Ladder, vanishing: Sequence[Symbol] = ()) -> None:
        self.work, self.ladder, self.namer = work, ladder, Namer(work)
        self.classes: list[OnePoint] = []
        for part in ladder.parts:
            if part.one_point.unknowns and part.one_point not in self.classes:
                self.classes.append(part.one_point)
        self.found: list[Definition] = []
        self._traces: dict[Word, Symbol] = {}
        for symbol, value in work.constants.items():
            self._add(symbol, value, meaning="ratio of dimensions")
        letters = list(dict.fromkeys(o.letter.name for o in ladder.pencil.occurrences))
        self.formulas = {}
        for order, one_point in enumerate(self.classes):
            suffix = self._suffix(order)
            self.formulas[one_point.index] = OnePointFormulas(
                work, self.namer, one_point, suffix, self._add, self._named_trace, letters, vanishing
            )
        self._close_one_point()
        first = len(self.found)
        self._name_amplitudes()
        self._define_rungs()
        self._name_pivots()
        self._define_systems()
        self._offer_forms(gammas=False)
        self._define_pivots()
        self._define_amplitudes()
        self._offer_forms(gammas=True)
        self.found[first:] = _in_order(self.found[first:])
        self._mark_implicit()

    def _close_one_point(self) -> None:
        for formulas in self.formulas.values():
            formulas.name()
        for formulas in self.formulas.values():
            formulas.define()
        self.namer.named_trace = self._named_trace
        for one_point in self.classes:
            for key in (k for u in one_point.unknowns for row in u.overlaps for h in row for k in h.gens()):
                if key[0] == "trace":
                    self._named_trace(key[1])

    def _mark_implicit(self) -> None:
        """Implicit is what is defined through itself."""
        symbols = {d.symbol for d in self.found}
        graph = nx.DiGraph([(s, d.symbol) for d in self.found for s in d.expr.atoms(Symbol) if s in symbols])
        looped = {s for part in nx.strongly_connected_components(graph) if len(part) > 1 for s in part}
        looped |= {s for s in graph if graph.has_edge(s, s)}
        self.found = [replace(d, implicit=d.symbol in looped) for d in self.found]

    # -- output ------------------------------------------------------------------------------------------------------

    def matrix(self, total: WordSum, shape: tuple[Expr, Expr]) -> MatrixExpr:
        """A matrix-valued right-hand side."""
        return self.namer.matrix(total, shape)

    def scalar(self, value: Rational) -> Expr:
        """A scalar right-hand side."""
        return self.namer.best(value)

    def definitions(self, rhs: Expr) -> tuple[Definition, ...]:
        """The definitions that the right-hand side needs, each before its first explicit use."""
        available = {d.symbol: d for d in self.found}
        needed: dict[Symbol, None] = {}
        todo = [s for s in rhs.atoms(Symbol) if s in available]
        while todo:
            symbol = todo.pop()
            if symbol not in needed:
                needed[symbol] = None
                todo += [s for s in available[symbol].expr.atoms(Symbol) if s in available]
        return tuple(d for d in self.found if d.symbol in needed)

    @property
    def is_closed(self) -> bool:
        """Whether no self-energy is a true matrix, no more than two of one class are left open, and no rung is."""
        open_ = [sum(k not in c.solved and k not in c.kept for k in c.keys) for c in self.classes]
        return not (any(c.is_matrix for c in self.classes) or max(open_, default=0) > 2 or self.ladder.systems)

    # -- names ---------------------------------------------------------------------------------------------------------

    def _suffix(self, order: int) -> str:
        return "'" * order if len(self.classes) <= 3 else f"_{order + 1}"

    def _add(self, symbol: Symbol, expr: Expr, *, meaning: str = "", text: str = "") -> None:
        self.found.append(Definition(symbol, expr, text=text or symbol.name, meaning=meaning))

    # -- two-point definitions -------------------------------------------------------------------------------------------

    def _named_trace(self, word: Word) -> Symbol | None:
        """df1 and df2: traces of L g and L L g g' with L the leading word of the cores."""
        cores = [a for a in word if isinstance(a, Core)]
        rest = tuple(a for a in word if not isinstance(a, Core))
        leading = cores[0].leading if cores else None
        if leading is None or len(cores) > 2 or any(c.leading != leading for c in cores):
            return None
        if rest != leading * len(cores) or any(constant_of(c) not in self.namer.kappas for c in cores):
            return None
        if self.work.algebra.cyclic(leading * len(cores) + tuple(cores)) != word:
            return None
        if word not in self._traces:
            arguments = [self.namer.kappas[constant_of(c)].name for c in cores]
            text = f"df{len(cores)}({', '.join(arguments)})"
            symbol = Symbol(text)
            self._traces[word] = symbol
            self._add(symbol, self.namer.trace(word), meaning="degrees of freedom", text=text)
        return self._traces[word]

    def _amplitudes(self) -> dict[Key, Rational]:
        """Self-energies and overlaps between components that were long enough for a name."""
        return {g.gens()[0]: value for value, g in self.work.short.items() if g.gens()[0][1] is None}

    def _name_amplitudes(self) -> None:
        """Names for them; those that no other equation holds are written out where they stand."""
        ladder, amplitudes = self.ladder, self._amplitudes()
        values = [*amplitudes.values(), *ladder.rungs, *ladder.pivots, *(v for _, v, _ in ladder.systems)]
        held = {k for value in values for k in value.gens()}
        written_out = {k: v for k, v in amplitudes.items() if k not in held and v.size() <= _WRITTEN_OUT}
        self.namer.expansions = {**written_out, **self.namer.expansions}
        first = len(dict.fromkeys(key[2:] for key, _, _ in ladder.systems)) + 1
        for place, key in enumerate(k for k in amplitudes if k not in self.namer.expansions):
            self.namer.names[key] = Symbol(join("sigma", str(place + first), ""))

    def _define_amplitudes(self) -> None:
        amplitudes = self._amplitudes()
        for key in [k for k in amplitudes if k not in self.namer.expansions]:
            value = amplitudes[key]
            expr = self.namer.best(value) if self.namer.reach > LONG else self.namer.plain(value)
            self._add(self.namer.names[key], expr, meaning="amplitude of a rung")

    def _define_rungs(self) -> None:
        ladder, namer = self.ladder, self.namer
        differences = self._differences()
        self._name_averages()
        for place, (value, generator) in enumerate(ladder.rungs.items()):
            symbol = Symbol(join("rho", f"{place + 1}" if len(ladder.rungs) > 1 or differences else "", ""))
            namer.names[generator.gens()[0]] = symbol
            self._add(symbol, namer.plain(value), meaning="weight of a rung, a divided difference of R")

    def _name_averages(self) -> None:
        """Averages over a law's spectrum that rungs are made of: m_1, m_2, ..."""
        keys = dict.fromkeys(k for value in self.ladder.rungs for k in value.gens() if k[0] == "trace")
        for place, key in enumerate(keys):
            symbol = Symbol(join("m", str(place + 1), ""))
            self._add(symbol, self.namer.trace(key[1]), meaning="average over the spectrum of a random letter")
            self.namer.names[key] = symbol

    def _define_systems(self) -> None:
        """Rungs that stay unknown: sigma by the law's relation, eta as a trace of the propagator between resolvents."""
        pairs = list(dict.fromkeys(key[2:] for key, _, _ in self.ladder.systems))
        for key, _, _ in self.ladder.systems:
            base = "sigma" if key[1] == "S" else "eta"
            self.namer.names[key] = Symbol(join(base, str(pairs.index(key[2:]) + 1), ""))
        for key, value, name in self.ladder.systems:
            law, generator = self.work.laws[name], self.work.field.gen(key)
            lead = self.work.field.one
            if key[1] == "S":
                lead = leading(self.work, law)
            meaning = f"rung of {name} between two resolvents"
            self._add(self.namer.names[key], self.namer.plain(generator - value / lead), meaning=meaning)

    def _differences(self) -> int:
        """Names for the divided differences of unspecified R-transforms, in order of creation."""
        keys = [k for k in self.work.field.gens() if k[0] == "divided difference"]
        for place, key in enumerate(keys):
            symbol = Symbol(join("rho", f"{place + 1}" if len(keys) > 1 else "", ""))
            self.namer.names[key] = symbol
        for key in keys:
            _, name, nodes = key
            expr = self._difference(self.work.laws[name], nodes)
            self._add(self.namer.names[key], expr, meaning=f"divided difference of R_{name} over {len(nodes)} nodes")
        return len(keys)

    def _difference(self, law: Law, nodes: tuple[tuple[Rational, Rational], ...]) -> Expr:
        namer, z = self.namer, Symbol("z")
        if all(n == nodes[0] for n in nodes):
            r = self.work.law_scalar(law.name, law.r_transform(z) or S.Zero)
            order = len(nodes) - 1
            slope = r.diff(z, order)
            point = namer.plain(nodes[0][1])
            if slope.has(Derivative):
                return Subs(slope, z, point) / factorial(order)
            return slope.subs(z, point) / factorial(order)
        x, y = nodes[0], nodes[-1]
        gap = namer.plain(x[1]) - namer.plain(y[1])
        if len(nodes) == 2:
            return (namer.plain(x[0]) - namer.plain(y[0])) / gap
        key = ("divided difference", law.name)
        upper, lower = (self._lower((*key, part), law) for part in (nodes[:-1], nodes[1:]))
        return (upper - lower) / gap

    def _lower(self, key: Key, law: Law) -> Expr:
        return self.namer.names[key] if key in self.namer.names else self._difference(law, key[2])

    def _name_pivots(self) -> None:
        """gamma where there is one, by the pair of resolvents where each pair has one, else numbered."""
        orders = {c.index: i + 1 for i, c in enumerate(self.classes)}
        pivots = self._pivots()
        by_pair = len({p.pair for p in pivots}) == len(pivots) < 10
        places = [self.formulas[p.pair[0]].chain_place(p.letter) for p in pivots]
        chained = len({p.pair for p in pivots}) == 1 and 0 not in places and len(set(places)) == len(places)
        for place, pivot in enumerate(pivots):
            index = "".join(str(orders[i]) for i in pivot.pair) if by_pair else f"{places[place] if chained else place + 1}"
            symbol = Symbol(join("gamma", index if len(pivots) > 1 else "", ""))
            self.namer.names[pivot.generator.gens()[0]] = 1 - symbol

    def _pivots(self) -> list[Pivot]:
        return sorted(self.ladder.pivots.values(), key=lambda p: (p.pair[1] - p.pair[0], p.pair))

    def _define_pivots(self) -> None:
        for pivot in self._pivots():
            gamma = self.namer.best(1 - pivot.value)
            symbol = _symbol(1 - self.namer.names[pivot.generator.gens()[0]])
            self._add(symbol, gamma, meaning=f"ladder of {pivot.letter}")
            self._offer_gamma(pivot)

    def _offer_gamma(self, pivot: Pivot) -> None:
        """A ladder without traces gives the parameters of its resolvents: lambda + s = 1/(gamma (mu + s')) for a semicircle."""
        if not any(key[0] == "trace" for key in pivot.value.gens()):
            for key in pivot.value.gens():
                if key[0] == "scalar" and (found := _solved(pivot, key)) is not None:
                    self.namer.offer([{key: found}])
                    self.namer.reach = _FAR

    def _offer_plain(self) -> None:
        """Laws that hold between self-energies alone, solved for each: mu + c s_V - s_X = kappa where X is Gaussian."""
        for value in (v for one_point in self.classes for v in one_point.plain):
            for key in value.gens():
                num, _ = value.collect(key)
                if key[0] == "self-energy" and len(num) == 2:
                    self.namer.offer([{key: -num[0] / num[1]}])

    def _offer_forms(self, *, gammas: bool) -> None:
        """Relations that may shorten a coefficient: one-point laws both ways, and gamma for its trace."""
        solved: dict[Key, Rational] = {}
        reversed_: dict[Key, Rational] = {}
        for one_point in self.classes:
            solved.update(one_point.solved)
            held = {k: v for k, v in one_point.solved.items() if k not in one_point.free}
            if len(held) == 1:
                reversed_.update(_reverse(self.work, held))
        traces: dict[Key, Rational] = {}
        for pivot in self.ladder.pivots.values():
            for key in pivot.value.gens():
                if key[0] == "trace" and key not in traces:
                    num, den = pivot.value.collect(key)
                    if len(num) == 2 and len(den) == 1:
                        traces[key] = (pivot.generator * den[0] - num[0]) / num[1]
                        break
        rungs = {g.gens()[0]: value for value, g in self.ladder.rungs.items()}
        first = ([solved], [reversed_], [rungs, solved])
        two_point = ([traces], [reversed_, traces], [rungs, reversed_, traces])
        for steps in two_point if gammas else first:
            if all(steps):
                self.namer.offer(steps)
        if gammas:
            self._offer_plain()


_FAR = 400
"""The size up to which a value is looked at in other forms, where a ladder without traces shortens it."""


def _solved(pivot: Pivot, key: Key) -> Rational | None:
    """A generator of a pivot in terms of gamma, where the pivot is a ratio of what is linear in it."""
    num, den = pivot.value.collect(key)
    if len(num) > 2 or len(den) > 2 or len(num) + len(den) < 3:
        return None
    zero = pivot.value - pivot.value
    num, den = ([*c, zero][:2] for c in (num, den))
    return (pivot.generator * den[0] - num[0]) / (num[1] - pivot.generator * den[1])


def _reverse(work: Workspace, solved: dict[Key, Rational]) -> dict[Key, Rational]:
    """The trace of a solved law in terms of its self-energy: df1 = (1 - s)/q for a Wishart letter."""
    ((key, value),) = solved.items()
    traces = [k for k in value.gens() if k[0] == "trace"]
    if len(traces) != 1:
        return {}
    s = work.field.gen(key)
    num, den = value.collect(traces[0])
    if len(num) > 2 or len(den) > 2:
        return {}
    num, den = ([*c, work.field.zero][:2] for c in (num, den))
    return {traces[0]: (s * den[0] - num[0]) / (num[1] - s * den[1])}


def _in_order(definitions: list[Definition]) -> list[Definition]:
    """Each after those that it needs, else as they were put down."""
    rows = {d.symbol: (place, d) for place, d in enumerate(definitions)}
    graph = nx.DiGraph()
    graph.add_nodes_from(rows)
    graph.add_edges_from((s, d.symbol) for d in definitions for s in d.expr.atoms(Symbol) if s in rows)
    condensed = nx.condensation(graph)
    members = {c: sorted((rows[s] for s in condensed.nodes[c]["members"]), key=lambda row: row[0]) for c in condensed}
    order = nx.lexicographical_topological_sort(condensed, key=lambda c: members[c][0][0])
    return [d for c in order for _, d in members[c]]


def _symbol(expression: Expr) -> Symbol:
    (symbol,) = expression.atoms(Symbol)
    return symbol
