"""The third stage: right-hand side and definitions in SymPy, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

from sympy import Derivative, Expr, MatrixExpr, S, Subs, Symbol

from planar.derivation.definitions import Definition, Dependence, characters, marked
from planar.derivation.equivalent import Dyson
from planar.derivation.resummation.dyson_iteration import dyson_iteration
from planar.derivation.resummation.named import Named
from planar.derivation.resummation.one_point_written import OnePointEquations
from planar.derivation.resummation.regular_forms import (
    offer_gamma,
    offer_one_point,
    offer_self_energies,
    offer_two_point,
)
from planar.derivation.resummation.relations import leading
from planar.derivation.resummation.scalar_writer import LONG
from planar.derivation.resummation.shortening.known import relations_of_pivot
from planar.derivation.resummation.shortening.start import shortening
from planar.derivation.resummation.shortening.terms import Shortening
from planar.derivation.resummation.solved import Solved
from planar.derivation.resummation.writer import Writer
from planar.ensembles.law import Law
from planar.expression.tree import Tree, shape
from planar.formulas.naming import unused
from planar.formulas.quantities import Quantity
from planar.foundations.generators import DividedDifference, Trace, only
from planar.foundations.rational import Rational
from planar.foundations.words import Word

__all__ = ["Written", "written"]

Nodes = tuple[tuple[Rational, Rational], ...]


@dataclass(frozen=True)
class Written:
    """A formula with its definitions.

    ``auxiliary`` are all of them, those that ``rhs`` does not need included. ``dyson`` is the
    iteration of each class of resolvents, with its named quantities as functions of the unknowns.
    """

    stage: Named
    writer: Writer
    rhs: Expr
    definitions: tuple[Definition, ...]
    auxiliary: tuple[Definition, ...]
    dyson: dict[int, tuple[list[Dyson], list[Definition]]]

    def entry(self, tree: Tree) -> MatrixExpr:
        """The equivalent of one of the trees that were solved for."""
        return self.writer.matrix(self.stage.solved.entries[tree], shape(tree))


def written(stage: Named) -> Written:
    """Every equation of a named problem written down."""
    solved, writing = stage.solved, _Writing(stage)
    writing.define()
    writer = writing.writer
    right_sides = [_right_side(solved, writer, shortest=True)]
    if writer.shortening is not None:
        right_sides.append(_right_side(solved, writer, shortest=False))
    auxiliary = marked(writing.definitions)
    rhs, definitions = _with_fewer_names(right_sides, auxiliary)
    dyson = {
        names.one_point.index: dyson_iteration(stage, names, writer.kappas)
        for names in stage.resolvents
    }
    return Written(stage, writer, rhs, definitions, auxiliary, dyson)


def _right_side(solved: Solved, writer: Writer, *, shortest: bool) -> Expr:
    target = solved.problem.target
    if target.shape is not None:
        return writer.matrix(solved.matrix, target.shape, shortest=shortest)
    if shortest:
        return writer.best(solved.scalar)
    return writer.product(*writer.best_factors(solved.scalar))


def _with_fewer_names(
    right_sides: Sequence[Expr], auxiliary: Sequence[Definition]
) -> tuple[Expr, tuple[Definition, ...]]:
    """The first right side with what it needs; another one that is shorter with fewer names."""
    dependence = Dependence(auxiliary)
    forms = []
    for rhs in right_sides:
        needed = dependence.below(rhs.atoms(Symbol))
        forms.append((rhs, tuple(d for d in auxiliary if d.symbol in needed)))
    first, *others = forms
    fewer = [form for form in others if not set(first[1]) <= set(form[1])]
    return min([first, *fewer], key=lambda form: characters(*form)) if fewer else first


class _Writing:
    """The definitions of a derivation while they are put down."""

    def __init__(self, stage: Named) -> None:
        self.stage, self.work, self.ladder = stage, stage.work, stage.solved.ladder
        self.writer = Writer(stage.tables)
        self.definitions: list[Definition] = []
        self._traces: dict[Word, Symbol] = {}
        self.shortening: Shortening | None = None

    def define(self) -> None:
        """Ratios, one-point quantities, then what joins resolvents, each after what it needs."""
        for symbol, (value, ratio) in self.work.constants.items():
            self.definitions.append(Definition(symbol, value, quantity=ratio))
        for names in self.stage.resolvents:
            OnePointEquations(self.stage, names, self.writer, self._add, self._named_trace).define()
        self._name_traces()
        first = len(self.definitions)
        self._define_between_resolvents()
        self.definitions[first:] = Dependence(self.definitions[first:]).ordered()

    def _add(self, quantity: Quantity, expr: Expr) -> None:
        self.definitions.append(Definition(self.stage.symbols[quantity], expr, quantity=quantity))

    def _named_trace(self, word: Word) -> Symbol | None:
        """df1 or df2, defined when it is first needed."""
        quantity = self.stage.degrees.get(word)
        if quantity is None:
            return None
        if word not in self._traces:
            self._traces[word] = self.stage.symbols[quantity]
            self._add(quantity, self.writer.trace(word))
        return self._traces[word]

    def _name_traces(self) -> None:
        """From here on traces are written under their names; those of overlaps always have one."""
        self.writer.named_trace = self._named_trace
        for names in self.stage.resolvents:
            for overlap in names.one_point.overlaps:
                for key in only(overlap, Trace):
                    self._named_trace(key.word)

    def _define_between_resolvents(self) -> None:
        """Rungs, pivots and amplitudes; short forms are looked for as soon as they can be."""
        resolvents, rungs = self.stage.resolvents, self.ladder.rungs
        vanishing = bool(self.stage.solved.vanishing)
        self._define_rungs()
        self._define_systems()
        if vanishing:
            offer_one_point(self.writer, self.work, resolvents, rungs)
        else:
            self.shortening = self.writer.shortening = shortening(self.stage, self.writer)
        self._define_pivots()
        self._define_amplitudes()
        if vanishing:
            offer_two_point(self.writer, self.work, resolvents, rungs, self.ladder.pivots.values())
            offer_self_energies(self.writer, resolvents)

    def _define_rungs(self) -> None:
        """Divided differences of R-transforms, averages over spectra, weights of rungs."""
        for key, quantity in self.stage.weights.items():
            if isinstance(key, DividedDifference):
                self._add(quantity, self._difference(self.work.laws[key.letter], key.nodes))
        for trace, average in self.stage.averages.items():
            self._add(average, self.writer.trace(trace.word))
            self.writer.names[trace] = self.stage.symbols[average]
        for value, generator in self.ladder.rungs.items():
            self._add(self.stage.weights[generator.gens()[0]], self.writer.plain(value))

    def _difference(self, law: Law, nodes: Nodes) -> Expr:
        """The divided difference of R at these nodes, pairs (R(x), x)."""
        writer = self.writer
        if all(n == nodes[0] for n in nodes):
            return self._slope(law, len(nodes) - 1, writer.plain(nodes[0][1]))
        x, y = nodes[0], nodes[-1]
        gap = writer.plain(x[1]) - writer.plain(y[1])
        if len(nodes) == 2:
            return (writer.plain(x[0]) - writer.plain(y[0])) / gap
        upper, lower = (self._lower(law, part) for part in (nodes[:-1], nodes[1:]))
        return (upper - lower) / gap

    def _slope(self, law: Law, order: int, point: Expr) -> Expr:
        """The derivative of R, where all nodes are equal."""
        taken = (*self.work.problem.names, *(s.name for s in self.stage.symbols.values()))
        z = Symbol(unused(("z", "x", "t"), taken))
        slope = self.work.law_scalar(law.name, law.r_transform(z) or S.Zero).diff(z, order)
        if slope.has(Derivative):
            return Subs(slope, z, point) / factorial(order)
        return slope.subs(z, point) / factorial(order)

    def _lower(self, law: Law, nodes: Nodes) -> Expr:
        """A divided difference of one node less, by its name if it has one."""
        key = DividedDifference(law.name, nodes)
        return self.writer.names[key] if key in self.writer.names else self._difference(law, nodes)

    def _define_systems(self) -> None:
        """Rungs that stay unknown.

        sigma by the law's relation, eta as a trace of the propagator between resolvents.
        """
        for key, value, letter in self.ladder.systems:
            lead = (
                leading(self.work, self.work.laws[letter])
                if key.kind == "S"
                else self.work.field.one
            )
            fixed_point = self.work.field.gen(key) - value / lead
            self._add(self.stage.rungs[key], self.writer.plain(fixed_point))

    def _define_pivots(self) -> None:
        for pivot, quantity in self.stage.pivots:
            self._add(quantity, self.writer.best(1 - pivot.value))
            if self.shortening is None:
                offer_gamma(self.writer, pivot)
            else:
                self.shortening.learn(relations_of_pivot(self.stage, pivot))

    def _define_amplitudes(self) -> None:
        for quantity, value in self.stage.amplitudes.values():
            short = self.shortening is not None or self.writer.reach > LONG
            write = self.writer.best if short else self.writer.plain
            self._add(quantity, write(value))
