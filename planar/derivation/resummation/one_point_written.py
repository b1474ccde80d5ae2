"""One-point definitions of one class of resolvents, in reading order: kappa, S, self-energies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sympy import Dummy, Expr, Symbol

from planar.derivation.resummation.entries import entries_of
from planar.derivation.resummation.kappa import constant_of
from planar.derivation.resummation.named import Named
from planar.derivation.resummation.relations import leading, residual
from planar.derivation.resummation.resolvents import ResolventNames
from planar.derivation.resummation.unknowns import Unknown
from planar.derivation.resummation.writer import Writer
from planar.ensembles.law import Law
from planar.formulas.quantities import Quantity
from planar.foundations.errors import PlanarError
from planar.foundations.generators import Scalar, SelfEnergy, Trace, only
from planar.foundations.rational import Rational
from planar.foundations.words import Core, Word

__all__ = ["OnePointEquations", "Sink"]


class Sink(Protocol):
    """Takes definitions."""

    def __call__(self, quantity: Quantity, expr: Expr) -> None: ...


class OnePointEquations:
    """The equations of one class of resolvents, given to ``add`` in order by ``define``."""

    def __init__(
        self,
        stage: Named,
        names: ResolventNames,
        writer: Writer,
        add: Sink,
        named_trace: Callable[[Word], Expr | None],
    ) -> None:
        self.stage, self.names, self.writer = stage, names, writer
        self.add, self.named_trace = add, named_trace
        self.work, self.one_point = stage.work, names.one_point
        self.owner: dict[SelfEnergy, Unknown] = {}
        for unknown in self.one_point.unknowns:
            self.owner.update(dict.fromkeys(unknown.keys, unknown))

    def define(self) -> None:
        """The equations, kappa first."""
        for part, value in self.names.parts.values():
            self.add(part, self.writer.plain(value))
        open_ = self.one_point.open_keys
        inverted = self._invert_through_kappa(open_)
        if inverted is not None:
            self._define_inverted(*inverted)
        else:
            self._define_kappas()
            for unknown in self.one_point.unknowns:
                if any(key in open_ for key in unknown.keys):
                    self._define_open(unknown)
        for key in self.names.printed:
            if inverted is not None or key not in open_:
                self._define_solved(key, inverted)

    def _symbol(self, core: Core) -> Symbol:
        return self.writer.kappas[constant_of(core)]

    def _define_kappas(self) -> None:
        solved, kept = self.one_point.solved, self.one_point.kept
        if self.names.chain:
            for key, ridge in self.names.chain.items():
                self.add(ridge, self.stage.chains[key].before / self.writer.plain(solved[key]))
            return
        for core, ridge in self.names.ridges.items():
            constant = constant_of(core)
            if core in self.names.regular:
                kappa = self.work.field.gen(Scalar(self._symbol(core)))
                value = kappa - kappa * self.one_point.reduce(self.names.regular[core][1])
                self.add(ridge, self.writer.plain(value))
                continue
            own = next((k for k, c in self.names.through.items() if c is core), None)
            if own is not None and own in kept:
                self.add(ridge, self.writer.spelled(constant.subs({own: kept[own]})))
            elif own is None or own in solved:
                self.add(ridge, self.writer.spelled(self.one_point.reduce(constant)))

    def _define_inverted(self, core: Core, key: SelfEnergy, value: Rational) -> None:
        """kappa = constant at s = R(h), with h in terms of kappa."""
        unknown = self.owner[key]
        overlap = self.one_point.reduce(unknown.overlaps[0][0]).subs({key: value})
        r = self._r_transform(unknown.law, self.writer.plain(overlap))
        place = Dummy("s")
        constant = self.one_point.reduce(constant_of(core))
        shifted = self.writer.plain(constant.subs({key: self.work.field.gen(Scalar(place))}))
        self.add(self.names.ridges[core], shifted.subs(place, r))

    def _invert_through_kappa(
        self, open_: Sequence[SelfEnergy]
    ) -> tuple[Core, SelfEnergy, Rational] | None:
        """The one open self-energy in terms of kappa, where kappa is a Moebius function of it."""
        cores = list(self.names.ridges)
        if len(open_) != 1 or len(cores) != 1:
            return None
        key, law = open_[0], self.owner[open_[0]].law
        if law.alternating or law.atoms_and_weights() is not None:
            return None
        if law.r_transform(Dummy("z")) is None:
            return None
        if law.relation() is not None and _is_irrational(law):
            return None
        constant = self.one_point.reduce(constant_of(cores[0]))
        kappa = self.work.field.gen(Scalar(self._symbol(cores[0])))
        num, den = constant.collect(key)
        if max(len(num), len(den)) != 2 or only(constant, Trace):
            return None
        num, den = ([*c, self.work.field.zero][:2] for c in (num, den))
        return cores[0], key, (kappa * den[0] - num[0]) / (num[1] - kappa * den[1])

    def _r_transform(self, law: Law, argument: Expr) -> Expr:
        z = Dummy("z")
        r = law.r_transform(z)
        if r is None:
            raise AssertionError(f"{law.name} has no R-transform")
        return self.work.law_scalar(law.name, r).xreplace({z: argument})

    def _put(self, key: SelfEnergy, value: Expr) -> None:
        """``symbol = expression`` for the symbol by which the self-energy is written.

        This may be s, S = 1/s or kappa.
        """
        named = self.writer.names[key]
        (symbol,) = named.atoms(Symbol)
        self.add(self._quantity(key), value if named == symbol else (named * symbol) / value)

    def _quantity(self, key: SelfEnergy) -> Quantity:
        if key in self.names.through:
            return self.names.ridges[self.names.through[key]]
        return self.names.chain[key] if key in self.names.chain else self.names.printed[key]

    def _define_open(self, unknown: Unknown) -> None:
        """A self-energy that stays an unknown: s = R(h), or S_ij by the law's relation.

        In the latter h_ij are named traces.
        """
        law = unknown.law
        if unknown.size == 1 and law.relation() is not None and _is_irrational(law):
            self._put(unknown.key(0, 0), self.writer.plain(self._root_of_relation(unknown)))
            return
        if unknown.size == 1 and law.atoms_and_weights() is None and not law.alternating:
            overlap = self.writer.plain(self.one_point.reduce(unknown.overlaps[0][0]))
            self._put(unknown.key(0, 0), self._r_transform(law, overlap))
            return
        if law.relation() is None and law.atoms_and_weights() is None:
            raise PlanarError(
                f"{law.name} occurs {unknown.size} times inside one resolvent, so its R-transform "
                f"is needed as a function of a matrix; declare {law.name} by cumulants=[...], "
                "spectrum=[...] or a rational r_transform."
            )
        self._define_entries(unknown)

    def _define_entries(self, unknown: Unknown) -> None:
        """Every S_ij by the relation or the spectrum of the law."""
        named = unknown.is_matrix or not unknown.law.alternating
        overlaps = self._named_overlaps(unknown) if named else unknown.overlaps
        for i, j in unknown.places:
            if unknown.key(i, j) not in self.one_point.solved:
                value = self._fixed_point(unknown, overlaps, i, j)
                self._put(unknown.key(i, j), self.writer.plain(value))

    def _named_overlaps(self, unknown: Unknown) -> Sequence[Sequence[Rational]]:
        """h_ij as generators of their own, each with its definition."""
        if unknown.size == 1 and self._overlap_through_traces(unknown):
            return [[self.work.field.gen(unknown.key(0, 0).overlap)]]
        rows = [[self.work.field.zero] * unknown.size for _ in range(unknown.size)]
        for i, j in unknown.places:
            key = unknown.key(i, j)
            quantity = self.names.overlaps[key]
            self.add(quantity, self.writer.plain(self.one_point.reduce(unknown.overlaps[i][j])))
            self.writer.names[key.overlap] = self.stage.symbols[quantity]
            rows[i][j] = self.work.field.gen(key.overlap)
        return rows

    def _overlap_through_traces(self, unknown: Unknown) -> bool:
        """Write h as -S df1 where its traces have names."""
        overlap = self.one_point.reduce(unknown.overlaps[0][0])
        traces = only(overlap, Trace)
        symbols = {k: self.named_trace(k.word) for k in traces}
        if not traces or None in symbols.values():
            return False
        self.writer.names.update({k: s for k, s in symbols.items() if s is not None})
        self.writer.expansions[unknown.key(0, 0).overlap] = overlap
        return True

    def _fixed_point(
        self, unknown: Unknown, overlaps: Sequence[Sequence[Rational]], i: int, j: int
    ) -> Rational:
        """S_ij = ... from the relation divided by the coefficient of its word S.

        For a scalar spectrum it is tr[B D]/tr[D].
        """
        work, law, entries = self.work, unknown.law, unknown.entries
        s, h = entries_of(entries), entries_of(overlaps)
        value = residual(work, law, range(unknown.size), s, h, (i, j))
        if law.atoms_and_weights() is not None and unknown.size == 1:
            num, _ = value.collect(unknown.key(0, 0))
            return -num[0] / num[1]
        plain = entries[i][j] - value / leading(work, law)
        return min((self.one_point.reduce(plain), plain), key=lambda v: v.size())

    def _root_of_relation(self, unknown: Unknown) -> Rational:
        """The scalar relation c0 + c1 s + c2 s^2 + ... = 0 as s = -c0 / (c1 + c2 s + ...).

        So no choice of sheets is made.
        """
        key = unknown.key(0, 0)
        overlap = self.one_point.reduce(unknown.overlaps[0][0])
        h = self.work.field.gen(key.overlap)
        entries = entries_of(unknown.entries)
        value = residual(self.work, unknown.law, [0], entries, entries_of([[h]]))
        coefficients, _ = value.collect(key)
        s = self.work.field.gen(key)
        slope = sum((c * s**n for n, c in enumerate(coefficients[1:])), self.work.field.zero)
        try:
            root = (-coefficients[0] / slope).subs({h.gens()[0]: overlap})
        except ZeroDivisionError:
            raise self._singular(unknown.law) from None
        if root and key not in (root / s).gens():
            raise self._singular(unknown.law)
        return root

    def _singular(self, law: Law) -> PlanarError:
        """What is wrong where no self-energy solves the relation of a law, or zero alone does."""
        return PlanarError(
            f"`{self.work.problem.expression}` inverts a singular matrix: {law.name} is "
            f"{law.written()}, and has an eigenvalue where the inverse has its pole; "
            "give the inverse another scalar shift."
        )

    def _define_solved(
        self, key: SelfEnergy, inverted: tuple[Core, SelfEnergy, Rational] | None
    ) -> None:
        """S = kappa / lam where that determines it, else 1 / (its value in traces).

        s itself where it is added.
        """
        through_traces = [k for k in self.owner if k not in self.one_point.free]
        cores, quantity = list(self.names.ridges), self.names.printed[key]
        alone = len(through_traces) == 1 and len(cores) == 1
        if alone and quantity.inverted and not self.names.regular:
            ridge = constant_of(cores[0]) * self.work.field.gen(key)
            if key not in ridge.gens():
                self.add(quantity, self._symbol(cores[0]) / self.writer.plain(ridge))
                return
        value = self.one_point.solved.get(key, self.one_point.kept.get(key))
        value = inverted[2] if value is None and inverted is not None else value
        assert value is not None
        self._put(key, self.writer.plain(value))


def _is_irrational(law: Law) -> bool:
    z = Dummy("z")
    r = law.r_transform(z)
    return r is not None and not r.is_rational_function(z)
