"""One-point definitions: kappa, S and self-energies get names, and their equations are put down in reading order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Protocol

from sympy import Dummy, Expr, Symbol

from planar.algebra.rational import Key, Rational
from planar.algebra.words import Core, Word
from planar.ensembles.law import Law
from planar.equivalent import Definition, Dyson
from planar.errors import PlanarError
from planar.resummation.kappa import constant_of, kappa_cores, kappa_meaning
from planar.resummation.naming import Namer
from planar.resummation.relations import entries_of, leading, residual
from planar.resummation.unknowns import OnePoint, Unknown
from planar.resummation.workspace import Workspace

__all__ = ["OnePointFormulas", "join"]


class Sink(Protocol):
    """Takes definitions."""

    def __call__(self, symbol: Symbol, expr: Expr, *, meaning: str = "", text: str = "") -> None: ...


class OnePointFormulas:
    """The equations of one class of components. ``name`` gives names, ``define`` puts down the equations."""

    def __init__(
        self,
        work: Workspace,
        namer: Namer,
        one_point: OnePoint,
        suffix: str,
        add: Sink,
        named_trace: Callable[[Word], Expr | None],
        letters: Sequence[str],
        vanishing: Sequence[Symbol] = (),
    ) -> None:
        self.work, self.namer, self.one_point, self.suffix = work, namer, one_point, suffix
        self.add, self.named_trace = add, named_trace
        self.kappas = kappa_cores(one_point)
        self.entries: dict[Symbol, Rational] = {}
        self._named = {g.gens()[0]: v for v, g in work.short.items() if g.gens()[0][1] == one_point.index}
        self.labels: dict[Key, str] = {}
        self._through: dict[Key, Core] = {}
        self._chain: dict[Key, tuple[Expr, Symbol]] = {}
        self._vanishing = {("scalar", s) for s in vanishing}
        self._letters = letters
        self._links: list[str] = []
        self._dyson: tuple[list[Dyson], list[Definition]] | None = None
        self._regular: dict[Core, Rational] = {}
        self._owner = {u.key(i, j): (u, i, j) for u in one_point.unknowns for i, j in u.places}

    # -- names ---------------------------------------------------------------------------------------------------------

    def name(self) -> None:
        """Names for kappas and self-energies."""
        self._name_chain()
        for core, symbol in zip(self.kappas, self._kappa_symbols(), strict=True):
            constant = constant_of(core)
            self.namer.kappas[constant] = symbol
            factor, powers = constant.factors()
            self._regularise(core, symbol)
            alone = [f.gens()[0] for f, e in powers if e == -1 and f.gens() and f.gens()[0] in self._owner]
            if len(powers) == 1 and alone:
                self.namer.names[alone[0]] = factor.numerator / (factor.denominator * symbol)
                self._through[alone[0]] = core
            elif len(powers) > 1 and factor == 1 and not self._chain:
                self.namer.monomials.append((dict(powers), symbol))
        for place, (key, value) in enumerate(self._named.items()):
            self.namer.names[key] = Symbol(join("g", str(place + 1), self.suffix))
            self.entries[self.namer.names[key]] = value
        for unknown in self.one_point.unknowns:
            for key, label in self._labels(unknown):
                self.labels[key] = label
                if key not in self.namer.names:
                    inverse = not unknown.is_matrix and self._multiplies(key)
                    base = 1 / Symbol(join("S" + label, "", "")) if inverse else Symbol("s" + label)
                    self.namer.names[key] = base

    def _regularise(self, core: Core, symbol: Symbol) -> None:
        """A ridge that may go to zero, written as kappa times what it was divided by, where kappa is proportional to it."""
        for constant in (constant_of(core), self.one_point.reduce(constant_of(core))) if self._vanishing else ():
            powers = constant.factors()[1]
            ridge = [f.gens()[0] for f, e in powers if e == 1 and f.gens() and f.gens()[0] in self._vanishing]
            if ridge:
                self._regular[core] = self.work.field.gen(ridge[0]) / constant
                self.namer.expansions[ridge[0]] = self.work.field.gen(("scalar", symbol)) * self._regular[core]
                return

    def _name_chain(self) -> None:
        """kappa_1, kappa_2, ... where several letters renormalise one ridge, one after another, the last letter first."""
        core = self.kappas[0] if len(self.kappas) == 1 else None
        factor, powers = (1, []) if core is None else constant_of(core).factors()
        keys = [f.gens()[0] for f, e in powers if e == -1 and f.gens() and f.gens()[0] in self.one_point.solved]
        if core is None or factor != 1 or len(keys) < 2:
            return
        if any(k[0] == "self-energy" for k in (constant_of(core) * self._product(keys)).gens()):
            return
        keys.sort(key=lambda k: self._letters.index(k[2]), reverse=True)
        self._links = [k[2] for k in keys]
        if self._vanishing:
            return
        before = self.namer.plain(constant_of(core) * self._product(keys))
        for place, key in enumerate(keys):
            kappa = Symbol(join("kappa", str(place + 1), self.suffix))
            self._chain[key] = (before, kappa)
            self.namer.names[key] = before / kappa
            before = kappa

    def _product(self, keys: Sequence[Key]) -> Rational:
        return prod((self.work.field.gen(k) for k in keys), start=self.work.field.one)

    def chain_place(self, letter: str) -> int:
        """Which of kappa_1, kappa_2, ... a letter brings, 0 where there is no such chain."""
        return self._links.index(letter) + 1 if letter in self._links else 0

    def _kappa_symbols(self) -> list[Symbol]:
        if self._links:
            return [Symbol(join("kappa", str(len(self._links)), self.suffix))]
        if len(self.kappas) == 2 and len({core.dimension for core in self.kappas}) == 2:
            return [Symbol("kappa" + self.suffix), Symbol("kappatilde" + self.suffix)]
        numbers = [str(i + 1) if len(self.kappas) > 1 else "" for i in range(len(self.kappas))]
        return [Symbol(join("kappa", number, self.suffix)) for number in numbers]

    def _labels(self, unknown: Unknown) -> list[tuple[Key, str]]:
        """What follows the S or s of each self-energy: a tilde on the hidden side, the letter, places, primes."""
        letter = unknown.law.name if len(self.one_point.unknowns) > 1 else ""
        keys = [unknown.key(i, j) for i, j in unknown.places]
        if unknown.size == 1:
            return [(key, join("", letter, self.suffix)) for key in keys]
        if unknown.is_matrix or len(keys) > 2:
            return [
                (key, join("", f"{letter}{i + 1}{j + 1}", self.suffix))
                for key, (i, j) in zip(keys, unknown.places, strict=True)
            ]
        ordered = sorted(keys, key=lambda k: (k in self.one_point.free, k in self._through))
        return [(key, join("tilde" if place else "", letter, self.suffix)) for place, key in enumerate(ordered)]

    def _multiplies(self, key: Key) -> bool:
        """Whether a kappa is something over this self-energy."""
        generator = self.work.field.gen(key)
        return any((generator, -1) in constant_of(core).factors()[1] for core in self.kappas)

    def state(self, key: Key) -> Symbol:
        """The unknown of the Dyson iteration."""
        return Symbol("s" + self.labels[key])

    # -- definitions -----------------------------------------------------------------------------------------------------

    def define(self) -> None:
        """The equations, kappa first."""
        for symbol, value in self.entries.items():
            self.add(symbol, self.namer.plain(value), meaning="part of the dressed propagator")
        open_ = [k for k in self._owner if k not in self.one_point.solved and k not in self.one_point.kept]
        inverted = self._invert_through_kappa(open_)
        if inverted is not None:
            self._define_inverted(*inverted)
        else:
            self._define_kappas()
            for unknown in self.one_point.unknowns:
                if any(unknown.key(i, j) in open_ for i, j in unknown.places):
                    self._define_open(unknown)
        for key in self._owner:
            if key not in self._through and key not in self._chain and (inverted is not None or key not in open_):
                self._define_solved(key, inverted)

    def _define_kappas(self) -> None:
        solved, kept = self.one_point.solved, self.one_point.kept
        for key, (before, kappa) in self._chain.items():
            self.add(kappa, before / self.namer.plain(solved[key]), meaning="renormalised ridge")
        for core in self.kappas if not self._chain else ():
            constant = constant_of(core)
            if core in self._regular:
                kappa = self.work.field.gen(("scalar", self.namer.kappas[constant]))
                value = kappa - kappa * self.one_point.reduce(self._regular[core])
                self.add(self.namer.kappas[constant], self.namer.plain(value), meaning=kappa_meaning(core))
                continue
            own = [k for k, c in self._through.items() if c is core]
            if own and own[0] not in solved and own[0] not in kept:
                continue
            value = constant.subs({own[0]: kept[own[0]]}) if own and own[0] in kept else self.one_point.reduce(constant)
            self.add(self.namer.kappas[constant], self.namer.spelled(value), meaning=kappa_meaning(core))

    def _define_inverted(self, core: Core, key: Key, value: Rational) -> None:
        """kappa = constant at s = R(h), with h in terms of kappa."""
        unknown = self._owner[key][0]
        overlap = self.one_point.reduce(unknown.overlaps[0][0]).subs({key: value})
        r = self._r_transform(unknown.law, self.namer.plain(overlap))
        place = Dummy("s")
        constant = self.one_point.reduce(constant_of(core))
        shifted = self.namer.plain(constant.subs({key: self.work.field.gen(("scalar", place))}))
        self.add(self.namer.kappas[constant_of(core)], shifted.subs(place, r), meaning=kappa_meaning(core))

    def _invert_through_kappa(self, open_: Sequence[Key]) -> tuple[Core, Key, Rational] | None:
        """The one open self-energy as a function of kappa, where kappa is a Moebius function of it."""
        if len(open_) != 1 or len(self.kappas) != 1:
            return None
        law, key = self._owner[open_[0]][0].law, open_[0]
        if law.alternating or law.atoms_and_weights() is not None or law.r_transform(Dummy("z")) is None:
            return None
        if law.relation() is not None and _is_irrational(law):
            return None
        constant = self.one_point.reduce(constant_of(self.kappas[0]))
        kappa = self.work.field.gen(("scalar", self.namer.kappas[constant_of(self.kappas[0])]))
        num, den = constant.collect(key)
        if max(len(num), len(den)) != 2 or any(k[0] == "trace" for k in constant.gens()):
            return None
        num, den = ([*c, self.work.field.zero][:2] for c in (num, den))
        return self.kappas[0], key, (kappa * den[0] - num[0]) / (num[1] - kappa * den[1])

    def _r_transform(self, law: Law, argument: Expr) -> Expr:
        z = Dummy("z")
        r = law.r_transform(z)
        if r is None:
            raise AssertionError(f"{law.name} has no R-transform")
        return self.work.law_scalar(law.name, r).xreplace({z: argument})

    def _put(self, key: Key, value: Expr, meaning: str) -> None:
        """``symbol = expression`` for the symbol under which the self-energy is written, be that s, S = 1/s or kappa."""
        named = self.namer.names[key]
        (symbol,) = named.atoms(Symbol)
        self.add(symbol, value if named == symbol else (named * symbol) / value, meaning=meaning)

    def _define_open(self, unknown: Unknown) -> None:
        """A self-energy that stays an unknown: s = R(h), or S_ij by the law's relation, with h_ij as named traces."""
        law = unknown.law
        meaning = f"self-energy of {law.name}"
        irrational = _is_irrational(law)
        if unknown.size == 1 and law.relation() is not None and irrational:
            self._put(unknown.key(0, 0), self.namer.plain(self._root_of_relation(unknown)), meaning)
            return
        if unknown.size == 1 and law.atoms_and_weights() is None and not law.alternating:
            value = self._r_transform(law, self.namer.plain(self.one_point.reduce(unknown.overlaps[0][0])))
            self._put(unknown.key(0, 0), value, meaning)
            return
        if law.relation() is None and law.atoms_and_weights() is None:
            raise PlanarError(
                f"{law.name} stands {unknown.size} times inside one resolvent, so its R-transform is needed as a function of a "
                f"matrix; declare {law.name} by cumulants=[...], spectrum=[...] or a rational r_transform."
            )
        named = unknown.is_matrix or not law.alternating
        overlaps = self._named_overlaps(unknown) if named else unknown.overlaps
        for i, j in unknown.places:
            if unknown.key(i, j) not in self.one_point.solved:
                self._put(unknown.key(i, j), self.namer.plain(self._fixed_point(unknown, overlaps, i, j)), meaning)

    def _named_overlaps(self, unknown: Unknown) -> Sequence[Sequence[Rational]]:
        """h_ij as generators of their own, each with its definition."""
        if unknown.size == 1 and self._overlap_through_traces(unknown):
            return [[self.work.field.gen(("overlap", *unknown.key(0, 0)[1:]))]]
        rows = [[self.work.field.zero] * unknown.size for _ in range(unknown.size)]
        for i, j in unknown.places:
            key = unknown.key(i, j)
            h = Symbol("h" + self.labels[key])
            meaning = f"normalised trace of the dressed propagator between two {unknown.law.name}"
            self.add(h, self.namer.plain(self.one_point.reduce(unknown.overlaps[i][j])), meaning=meaning)
            self.namer.names["overlap", *key[1:]] = h
            rows[i][j] = self.work.field.gen(("overlap", *key[1:]))
        return rows

    def _overlap_through_traces(self, unknown: Unknown) -> bool:
        """Write h as -S df1 where its traces have names."""
        overlap = self.one_point.reduce(unknown.overlaps[0][0])
        traces = [k for k in overlap.gens() if k[0] == "trace"]
        symbols = {k: self.named_trace(k[1]) for k in traces}
        if not traces or None in symbols.values():
            return False
        self.namer.names.update({k: s for k, s in symbols.items() if s is not None})
        self.namer.expansions["overlap", *unknown.key(0, 0)[1:]] = overlap
        return True

    def _fixed_point(self, unknown: Unknown, overlaps: Sequence[Sequence[Rational]], i: int, j: int) -> Rational:
        """S_ij = ... from the relation, whose word S has coefficient one; tr[B D]/tr[D] for a scalar spectrum."""
        work, law, entries = self.work, unknown.law, unknown.entries
        value = residual(work, law, range(unknown.size), entries_of(entries), entries_of(overlaps), (i, j))
        if law.atoms_and_weights() is not None and unknown.size == 1:
            num, _ = value.collect(unknown.key(0, 0))
            return -num[0] / num[1]
        plain = entries[i][j] - value / leading(work, law)
        return min((self.one_point.reduce(plain), plain), key=lambda v: v.size())

    def _root_of_relation(self, unknown: Unknown) -> Rational:
        """The scalar relation c0 + c1 s + c2 s^2 + ... = 0 as s = -c0 / (c1 + c2 s + ...), without a choice of sheets."""
        key = unknown.key(0, 0)
        overlap = self.one_point.reduce(unknown.overlaps[0][0])
        h = self.work.field.gen(("overlap", *key[1:]))
        value = residual(self.work, unknown.law, [0], entries_of(unknown.entries), entries_of([[h]]))
        coefficients, _ = value.collect(key)
        s = self.work.field.gen(key)
        slope = sum((c * s**n for n, c in enumerate(coefficients[1:])), self.work.field.zero)
        return (-coefficients[0] / slope).subs({h.gens()[0]: overlap})

    def _define_solved(self, key: Key, inverted: tuple[Core, Key, Rational] | None) -> None:
        """S = kappa / lam where that says it all, else 1 / (its value in traces); s itself where it is added."""
        named = self.namer.names[key]
        held = [k for k in self._owner if k not in self.one_point.free]
        if len(held) == 1 and len(self.kappas) == 1 and not named.is_Symbol and not self._regular:
            rest = constant_of(self.kappas[0]) * self.work.field.gen(key)
            if key not in rest.gens():
                symbol = self.namer.kappas[constant_of(self.kappas[0])]
                self.add(1 / named, symbol / self.namer.plain(rest), meaning="S-transform")
                return
        value = self.one_point.solved.get(key, self.one_point.kept.get(key))
        value = inverted[2] if value is None and inverted is not None else value
        assert value is not None
        self._put(key, self.namer.plain(value), f"self-energy of {self._owner[key][0].law.name}")

    # -- the Dyson iteration -----------------------------------------------------------------------------------------------

    def dyson(self) -> tuple[list[Dyson], list[Definition]]:
        """S <- R(H) with every S a symbol of its own, and kappa, S and the like as functions of these."""
        if self._dyson is None:
            self._dyson = self._iteration()
        return self._dyson

    def _iteration(self) -> tuple[list[Dyson], list[Definition]]:
        inner = Namer(self.work)
        inner.names.update({key: self.state(key) for key in self._owner})
        named = []
        ridge = next((before for before, _ in self._chain.values()), None)
        for key, (_, kappa) in self._chain.items():
            ridge = ridge / self.state(key)
            named.append(Definition(kappa, ridge))
        for core in self.kappas:
            symbol = self.namer.kappas[constant_of(core)]
            if not self._chain:
                named.append(Definition(symbol, inner.plain(constant_of(core))))
            inner.kappas[constant_of(core)] = symbol
        for key in self._owner:
            printed = self.namer.names[key]
            if not printed.is_Symbol and key not in self._through and key not in self._chain:
                named.append(Definition(1 / printed, 1 / self.state(key)))
        inner.names.update({k: self.namer.names[k] for k in self._named})
        for symbol, value in self.entries.items():
            named.append(Definition(symbol, inner.plain(value)))
        return [self._law(u, inner) for u in self.one_point.unknowns if u.places], named

    def _law(self, unknown: Unknown, inner: Namer) -> Dyson:
        z, n = Symbol("z"), range(unknown.size)
        r = unknown.law.r_transform(z)
        held = set(unknown.places)
        entries = tuple(tuple(self.state(unknown.key(i, j)) if (i, j) in held else None for j in n) for i in n)
        overlaps = tuple(tuple(inner.plain(h) for h in row) for row in unknown.overlaps)
        r = None if r is None else self.work.law_scalar(unknown.law.name, r)
        relation = tuple((self.work.law_scalar(unknown.law.name, c), word) for c, word in unknown.law.relation() or ())
        return Dyson(unknown.law, r, z, entries, overlaps, relation)


def _is_irrational(law: Law) -> bool:
    z = Dummy("z")
    r = law.r_transform(z)
    return r is not None and not r.is_rational_function(z)


def join(base: str, index: str, suffix: str) -> str:
    """``base_index`` with primes."""
    return base + (f"_{index}" if index else "") + suffix
