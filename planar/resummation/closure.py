"""Closing the algebra: kappa, S, rungs and gammas get names, and their definitions stand in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import factorial

from sympy import Derivative, Dummy, Expr, MatrixExpr, S, Subs, Symbol

from planar.algebra.rational import Key, Rational
from planar.algebra.words import Core, Word, WordSum
from planar.ensembles.law import Law
from planar.equivalent import Definition, Dyson
from planar.errors import PlanarError
from planar.resummation.kappa import constant_of, kappa_cores, kappa_meaning
from planar.resummation.ladder import Ladder, Pivot
from planar.resummation.naming import Namer
from planar.resummation.one_point import Component, OnePoint, Unknown
from planar.resummation.relations import residual
from planar.resummation.workspace import Workspace

__all__ = ["Closure"]


class Closure:
    """Names and definitions of one derivation. Call ``matrix`` or ``scalar`` first, then read ``definitions``."""

    def __init__(self, work: Workspace, ladder: Ladder, tag: str = "") -> None:
        self.work, self.ladder, self.namer, self.tag = work, ladder, Namer(work), tag
        self.classes: list[OnePoint] = []
        for part in ladder.parts:
            if part.one_point.unknowns and part.one_point not in self.classes:
                self.classes.append(part.one_point)
        self.found: list[Definition] = []
        self.named: list[Definition] = []
        self.iteration: list[Dyson] = []
        self._traces: dict[Word, Symbol] = {}
        for symbol, value in work.constants.items():
            self._add(symbol, value, meaning="ratio of dimensions")
        for order, one_point in enumerate(self.classes):
            self._name_class(order, one_point)
        self._entries: dict[int, dict[Symbol, Rational]] = {}
        for part in ladder.parts:
            self._name_entries(part)
        for order, one_point in enumerate(self.classes):
            self._define_class(order, one_point)
        self.namer.named_trace = self._named_trace
        for one_point in self.classes:
            for key in (k for u in one_point.unknowns for row in u.overlaps for h in row for k in h.gens()):
                if key[0] == "trace":
                    self._named_trace(key[1])
        self._define_rungs()
        self._name_pivots()
        self._define_systems()
        self._offer_forms(gammas=False)
        self._define_pivots()
        self._offer_forms(gammas=True)

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

    # -- names ---------------------------------------------------------------------------------------------------------

    def _suffix(self, order: int) -> str:
        return self.tag + ("'" * order if len(self.classes) <= 3 else f"_{order + 1}")

    def _name_class(self, order: int, one_point: OnePoint) -> None:
        suffix, namer = self._suffix(order), self.namer
        kappas = kappa_cores(one_point)
        for place, core in enumerate(kappas):
            symbol = Symbol(_join("kappa", f"{place + 1}" if len(kappas) > 1 else "", suffix))
            namer.kappas[constant_of(core)] = symbol
            powers = dict(constant_of(core).factors()[1])
            if len(powers) > 1:
                namer.monomials.append((powers, symbol))
        for unknown in one_point.unknowns:
            letter = unknown.law.name if len(one_point.unknowns) > 1 else ""
            if unknown.size == 1:
                key = unknown.entries[0][0].gens()[0]
                multiplied = any(
                    -1 in [e for f, e in constant_of(c).factors()[1] if f == unknown.entries[0][0]] for c in kappas
                )
                if multiplied:
                    namer.names[key] = 1 / Symbol(_join("S", letter, suffix))
                else:
                    namer.names[key] = Symbol(_join("s", letter, suffix))
            else:
                for i, row in enumerate(unknown.entries):
                    for j, entry in enumerate(row):
                        namer.names[entry.gens()[0]] = Symbol(_join("s", f"{letter}{i + 1}{j + 1}", suffix))

    def _add(self, symbol: Symbol, expr: Expr, *, implicit: bool = False, meaning: str = "", text: str = "") -> None:
        self.found.append(Definition(symbol, expr, implicit, text=text or symbol.name, meaning=meaning))

    def _name_entries(self, part: Component) -> None:
        """Names for the entries of a propagator that are long scalars: g_ij, by the places of the nodes."""
        if not part.entries:
            return
        suffix = self._suffix(self.classes.index(part.one_point))
        count = sum(p.one_point is part.one_point for p in self.ladder.parts[: part.index])
        base = "g" if not count else "g" + "abcdefgh"[count]
        rank = {n: i + 1 for i, n in enumerate(part.nodes)}
        for key in part.entries:
            symbol = Symbol(_join(base, f"{rank[key[2]]}{rank[key[3]]}", suffix))
            self.namer.names[key] = symbol
            self._entries.setdefault(part.one_point.index, {})[symbol] = part.entries[key]

    # -- one-point definitions -------------------------------------------------------------------------------------------

    def _define_class(self, order: int, one_point: OnePoint) -> None:
        suffix, namer, work = self._suffix(order), self.namer, self.work
        kappas = kappa_cores(one_point)
        open_ = [u for u in one_point.unknowns if u.size > 1 or u.entries[0][0].gens()[0] not in one_point.solved]
        self._dyson(one_point)
        for symbol, value in self._entries.get(one_point.index, {}).items():
            self._add(symbol, namer.plain(value), implicit=True, meaning="entry of the dressed propagator")
        inverted = self._invert_through_kappa(one_point, kappas, open_)
        if inverted is not None:
            core, unknown, value = inverted
            key = unknown.entries[0][0].gens()[0]
            overlap = one_point.reduce(unknown.overlaps[0][0]).subs({key: value})
            r = self._r_transform(unknown.law, namer.plain(overlap))
            place = Dummy("s")
            shifted = namer.plain(one_point.reduce(constant_of(core)).subs({key: work.field.gen(("scalar", place))}))
            self._add(namer.kappas[constant_of(core)], shifted.subs(place, r), implicit=True, meaning=kappa_meaning(core))
        else:
            for core in kappas:
                expr = namer.spelled(one_point.reduce(constant_of(core)))
                self._add(namer.kappas[constant_of(core)], expr, implicit=True, meaning=kappa_meaning(core))
            for unknown in open_:
                self._define_open(one_point, unknown, suffix)
        for unknown in one_point.unknowns:
            if unknown.size == 1 and (inverted is not None or unknown not in open_):
                self._define_solved(one_point, unknown, kappas, inverted)

    def _invert_through_kappa(
        self, one_point: OnePoint, kappas: Sequence[Core], open_: Sequence[Unknown]
    ) -> tuple[Core, Unknown, Rational] | None:
        """The one open self-energy as a function of kappa, where kappa is a Moebius function of it."""
        if len(open_) != 1 or open_[0].size > 1 or len(kappas) != 1 or open_[0].law.atoms_and_weights() is not None:
            return None
        if open_[0].law.r_transform(Dummy("z")) is None:
            return None
        constant, key = one_point.reduce(constant_of(kappas[0])), open_[0].entries[0][0].gens()[0]
        kappa = self.work.field.gen(("scalar", self.namer.kappas[constant_of(kappas[0])]))
        num, den = constant.collect(key)
        if max(len(num), len(den)) != 2 or any(k[0] == "trace" for k in constant.gens()):
            return None
        num, den = ([*c, self.work.field.zero][:2] for c in (num, den))
        return kappas[0], open_[0], (kappa * den[0] - num[0]) / (num[1] - kappa * den[1])

    def _r_transform(self, law: Law, argument: Expr) -> Expr:
        z = Dummy("z")
        r = law.r_transform(z)
        if r is None:
            raise AssertionError(f"{law.name} has no R-transform")
        return self.work.law_scalar(law.name, r).xreplace({z: argument})

    def _define_open(self, one_point: OnePoint, unknown: Unknown, suffix: str) -> None:
        """A self-energy that stays an unknown: s = R(h), or S_ij by the law's relation, with h_ij as named traces."""
        namer, work, law = self.namer, self.work, unknown.law
        letter = law.name if len(one_point.unknowns) > 1 else ""
        if unknown.size == 1 and law.atoms_and_weights() is None:
            s = _symbol(namer.names[unknown.entries[0][0].gens()[0]])
            value = self._r_transform(law, namer.plain(one_point.reduce(unknown.overlaps[0][0])))
            direct = namer.names[unknown.entries[0][0].gens()[0]] == s
            meaning = f"self-energy of {law.name}" if direct else "1/R"
            self._add(s, value if direct else 1 / value, implicit=True, meaning=meaning)
            return
        if law.relation() is None and law.atoms_and_weights() is None:
            raise PlanarError(
                f"{law.name} stands {unknown.size} times inside one resolvent, so its R-transform is needed as a function of a "
                f"matrix; declare {law.name} by cumulants=[...], spectrum=[...] or a rational r_transform."
            )
        n = unknown.size
        overlaps = []
        if n == 1 and self._overlap_through_traces(one_point, unknown):
            overlaps = [[work.field.gen(("overlap", *unknown.entries[0][0].gens()[0][1:]))]]
        for i in range(n if not overlaps else 0):
            row = []
            for j in range(n):
                h = Symbol(_join("h", letter + (f"{i + 1}{j + 1}" if n > 1 else ""), suffix))
                expr = namer.plain(one_point.reduce(unknown.overlaps[i][j]))
                self._add(h, expr, implicit=True, meaning=f"normalised trace of the dressed propagator between two {law.name}")
                key = ("overlap", *unknown.entries[i][j].gens()[0][1:])
                namer.names[key] = h
                row.append(work.field.gen(key))
            overlaps.append(row)
        for i in range(n):
            for j in range(n):
                entry = unknown.entries[i][j]
                value = self._fixed_point(law, n, i, j, unknown, overlaps)
                named = namer.names[entry.gens()[0]]
                s = _symbol(named)
                expr = namer.plain(value)
                self._add(s, expr if named == s else 1 / expr, implicit=True, meaning=f"self-energy of {law.name}")

    def _overlap_through_traces(self, one_point: OnePoint, unknown: Unknown) -> bool:
        """Write h as -S df1 where its traces have names; these then belong to the implicit system."""
        overlap = one_point.reduce(unknown.overlaps[0][0])
        traces = [k for k in overlap.gens() if k[0] == "trace"]
        symbols = {k: self._named_trace(k[1]) for k in traces}
        if not traces or None in symbols.values():
            return False
        for symbol in symbols.values():
            place = next(i for i, d in enumerate(self.found) if d.symbol == symbol)
            self.found[place] = replace(self.found[place], implicit=True)
            self.namer.names["trace", next(k[1] for k in traces if symbols[k] == symbol)] = symbol
        self.namer.expansions["overlap", *unknown.entries[0][0].gens()[0][1:]] = overlap
        return True

    def _fixed_point(
        self, law: Law, n: int, i: int, j: int, unknown: Unknown, overlaps: Sequence[Sequence[Rational]]
    ) -> Rational:
        """S_ij = ... from the relation, whose word S has coefficient one; tr[B D]/tr[D] for a scalar spectrum."""
        work = self.work
        value = residual(work, law, range(n), lambda a, b: unknown.entries[a][b], lambda a, b: overlaps[a][b], (i, j))
        if law.atoms_and_weights() is not None and n == 1:
            num, _ = value.collect(unknown.entries[0][0].gens()[0])
            return -num[0] / num[1]
        return unknown.entries[i][j] - value / self._lead(law)

    def _define_solved(
        self,
        one_point: OnePoint,
        unknown: Unknown,
        kappas: Sequence[Core],
        inverted: tuple[Core, Unknown, Rational] | None,
    ) -> None:
        """S = kappa / lam where that says it all, else 1 / (its value in traces); s itself where it is added."""
        namer, key = self.namer, unknown.entries[0][0].gens()[0]
        named = namer.names[key]
        s = _symbol(named)
        if len(one_point.unknowns) == 1 and len(kappas) == 1 and named != s:
            rest = constant_of(kappas[0]) * unknown.entries[0][0]
            if key not in rest.gens():
                self._add(s, namer.kappas[constant_of(kappas[0])] / namer.plain(rest), meaning="S-transform")
                return
        value = one_point.solved.get(key, inverted[2] if inverted is not None else None)
        assert value is not None
        expr = namer.plain(value)
        looped = not kappas
        self._add(s, expr if named == s else 1 / expr, implicit=looped, meaning=f"self-energy of {unknown.law.name}")

    def _dyson(self, one_point: OnePoint) -> None:
        """The iteration S <- R(H), every S a symbol of its own, kappa and the like as named functions of these."""
        inner = Namer(self.work)
        for unknown in one_point.unknowns:
            for row in unknown.entries:
                for entry in row:
                    named = self.namer.names[entry.gens()[0]]
                    inner.names[entry.gens()[0]] = _symbol(named) if named.is_Symbol else Symbol("s" + _symbol(named).name[1:])
        for core in kappa_cores(one_point):
            symbol = self.namer.kappas[constant_of(core)]
            self.named.append(Definition(symbol, inner.plain(constant_of(core))))
            inner.kappas[constant_of(core)] = symbol
        for symbol, value in self._entries.get(one_point.index, {}).items():
            self.named.append(Definition(symbol, inner.plain(value)))
        inner.names.update({k: s for k, s in self.namer.names.items() if k[0] == "propagator"})
        for unknown in one_point.unknowns:
            z = Symbol("z")
            r = unknown.law.r_transform(z)
            entries = tuple(tuple(inner.names[e.gens()[0]] for e in row) for row in unknown.entries)
            overlaps = tuple(tuple(inner.plain(h) for h in row) for row in unknown.overlaps)
            r = None if r is None else self.work.law_scalar(unknown.law.name, r)
            self.iteration.append(Dyson(unknown.law, r, z, entries, overlaps))

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

    def _define_rungs(self) -> None:
        ladder, namer = self.ladder, self.namer
        differences = self._differences()
        self._name_averages()
        for place, (value, generator) in enumerate(ladder.rungs.items()):
            symbol = Symbol(_join("rho", f"{place + 1}" if len(ladder.rungs) > 1 or differences else "", self.tag))
            namer.names[generator.gens()[0]] = symbol
            self._add(symbol, namer.plain(value), meaning="weight of a rung, a divided difference of R")

    def _name_averages(self) -> None:
        """Averages over a law's spectrum that rungs are made of: m_1, m_2, ..."""
        keys = dict.fromkeys(k for value in self.ladder.rungs for k in value.gens() if k[0] == "trace")
        for place, key in enumerate(keys):
            symbol = Symbol(_join("m", str(place + 1), self.tag))
            self._add(symbol, self.namer.trace(key[1]), meaning="average over the spectrum of a random letter")
            self.namer.names[key] = symbol

    def _define_systems(self) -> None:
        """Rungs that stay unknown: sigma by the law's relation, eta as a trace of the propagator between resolvents."""
        for place, (key, _, _) in enumerate(self.ladder.systems):
            base = "sigma" if key[1] == "S" else "eta"
            self.namer.names[key] = Symbol(_join(base, str(place // 2 + 1), self.tag))
        for key, value, name in self.ladder.systems:
            law, generator = self.work.laws[name], self.work.field.gen(key)
            lead = self.work.field.one
            if key[1] == "S":
                lead = self._lead(law)
            meaning = f"rung of {name} between two resolvents"
            self._add(self.namer.names[key], self.namer.plain(generator - value / lead), implicit=True, meaning=meaning)

    def _lead(self, law: Law) -> Rational:
        """The coefficient of the word S in the law's relation, one where there is none."""
        found = [c for c, word in law.relation() or () if word == "S"]
        return self.work.scalar(self.work.law_scalar(law.name, found[0])) if found else self.work.field.one

    def _differences(self) -> int:
        """Names for the divided differences of unspecified R-transforms, in order of creation."""
        keys = [k for k in self.work.field.gens() if k[0] == "divided difference"]
        for place, key in enumerate(keys):
            symbol = Symbol(_join("rho", f"{place + 1}" if len(keys) > 1 else "", self.tag))
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
        for place, pivot in enumerate(pivots):
            index = "".join(str(orders[i]) for i in pivot.pair) if by_pair else f"{place + 1}"
            symbol = Symbol(_join("gamma", index if len(pivots) > 1 else "", self.tag))
            self.namer.names[pivot.generator.gens()[0]] = 1 - symbol

    def _pivots(self) -> list[Pivot]:
        return sorted(self.ladder.pivots.values(), key=lambda p: (p.pair[1] - p.pair[0], p.pair))

    def _define_pivots(self) -> None:
        for pivot in self._pivots():
            gamma = self.namer.best(1 - pivot.value)
            symbol = _symbol(1 - self.namer.names[pivot.generator.gens()[0]])
            self._add(symbol, gamma, meaning=f"ladder of {pivot.letter}")

    def _offer_forms(self, *, gammas: bool) -> None:
        """Relations that may shorten a coefficient: one-point laws both ways, and gamma for its trace."""
        solved: dict[Key, Rational] = {}
        reversed_: dict[Key, Rational] = {}
        for one_point in self.classes:
            solved.update(one_point.solved)
            if len(one_point.solved) == 1:
                reversed_.update(_reverse(self.work, one_point))
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


def _reverse(work: Workspace, one_point: OnePoint) -> dict[Key, Rational]:
    """The trace of a solved law in terms of its self-energy: df1 = (1 - s)/q for a Wishart letter."""
    ((key, value),) = one_point.solved.items()
    traces = [k for k in value.gens() if k[0] == "trace"]
    if len(traces) != 1:
        return {}
    s = work.field.gen(key)
    num, den = value.collect(traces[0])
    num, den = ([*c, work.field.zero][:2] for c in (num, den))
    if any(len(c) > 2 for c in value.collect(traces[0])):
        return {}
    return {traces[0]: (s * den[0] - num[0]) / (num[1] - s * den[1])}


def _symbol(expression: Expr) -> Symbol:
    (symbol,) = expression.atoms(Symbol)
    return symbol


def _join(base: str, index: str, suffix: str) -> str:
    return base + (f"_{index}" if index else "") + suffix
