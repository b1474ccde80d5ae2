"""The third stage: right-hand side and definitions in SymPy, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

from sympy import Derivative, Expr, MatrixExpr, S, Subs, Symbol

from planar.derivation.definitions import Definition, Dependence, marked
from planar.derivation.equivalent import Dyson
from planar.derivation.resummation.ladder import Pivot
from planar.derivation.resummation.named import Named
from planar.derivation.resummation.one_point_written import OnePointEquations
from planar.derivation.resummation.relations import leading
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import LONG, Writer
from planar.ensembles.law import Law
from planar.expression.tree import Tree, shape
from planar.formulas.naming import unused
from planar.formulas.quantities import Quantity
from planar.foundations.generators import (
    DividedDifference,
    Generator,
    Scalar,
    SelfEnergy,
    Trace,
    only,
)
from planar.foundations.rational import Rational
from planar.foundations.words import Word

__all__ = ["Written", "written"]

_FAR = 400
"""The size up to which a value is looked at in other forms, where a ladder without traces shortens
it.
"""


@dataclass(frozen=True)
class Written:
    """A formula with its definitions; ``auxiliary`` are all of them, those that ``rhs`` does not
    need included.

    ``dyson`` is the iteration of each class of resolvents, with its named quantities as functions
    of the unknowns.
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
    writer, target = writing.writer, solved.problem.target
    rhs = (
        writer.best(solved.scalar)
        if target.shape is None
        else writer.matrix(solved.matrix, target.shape)
    )
    auxiliary = marked(writing.found)
    needed = Dependence(auxiliary).below(rhs.atoms(Symbol))
    dyson = {index: equations.dyson() for index, equations in writing.one_point.items()}
    definitions = tuple(d for d in auxiliary if d.symbol in needed)
    return Written(stage, writer, rhs, definitions, auxiliary, dyson)


class _Writing:
    """The definitions of a derivation while they are put down."""

    def __init__(self, stage: Named) -> None:
        self.stage, self.work, self.ladder = stage, stage.work, stage.solved.ladder
        self.writer = Writer(stage.work, stage.tables)
        self.found: list[Definition] = []
        self._traces: dict[Word, Symbol] = {}
        self.one_point = {
            names.one_point.index: OnePointEquations(
                stage, names, self.writer, self._add, self._named_trace
            )
            for names in stage.resolvents
        }

    def define(self) -> None:
        """Ratios, one-point quantities, then what joins resolvents, each after what it needs."""
        for symbol, (value, ratio) in self.work.constants.items():
            self.found.append(Definition(symbol, value, quantity=ratio))
        for equations in self.one_point.values():
            equations.define()
        self._name_traces()
        first = len(self.found)
        self._define_rungs()
        self._define_systems()
        self._offer_forms(gammas=False)
        self._define_pivots()
        self._define_amplitudes()
        self._offer_forms(gammas=True)
        self.found[first:] = Dependence(self.found[first:]).ordered()

    def _add(self, quantity: Quantity, expr: Expr) -> None:
        self.found.append(Definition(self.stage.symbols[quantity], expr, quantity=quantity))

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
        """From here on traces stand under their names; those of overlaps have one in any case."""
        self.writer.named_trace = self._named_trace
        unknowns = [u for names in self.stage.resolvents for u in names.one_point.unknowns]
        for key in (k for u in unknowns for row in u.overlaps for h in row for k in only(h, Trace)):
            self._named_trace(key.word)

    # -- what joins resolvents
    # -----------------------------------------------------------------------------------------------

    def _define_rungs(self) -> None:
        """Divided differences of R-transforms, averages over spectra, weights of rungs."""
        differences = {
            k: q for k, q in self.stage.weights.items() if isinstance(k, DividedDifference)
        }
        for key, quantity in differences.items():
            self._add(quantity, self._difference(self.work.laws[key.letter], key.nodes))
        for trace, average in self.stage.averages.items():
            self._add(average, self.writer.trace(trace.word))
            self.writer.names[trace] = self.stage.symbols[average]
        for value, generator in self.ladder.rungs.items():
            self._add(self.stage.weights[generator.gens()[0]], self.writer.plain(value))

    def _difference(self, law: Law, nodes: tuple[tuple[Rational, Rational], ...]) -> Expr:
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
        z = Symbol(
            unused(
                ("z", "x", "t"),
                (*self.work.problem.names, *(s.name for s in self.stage.symbols.values())),
            )
        )
        slope = self.work.law_scalar(law.name, law.r_transform(z) or S.Zero).diff(z, order)
        if slope.has(Derivative):
            return Subs(slope, z, point) / factorial(order)
        return slope.subs(z, point) / factorial(order)

    def _lower(self, law: Law, nodes: tuple[tuple[Rational, Rational], ...]) -> Expr:
        key = DividedDifference(law.name, nodes)
        return self.writer.names[key] if key in self.writer.names else self._difference(law, nodes)

    def _define_systems(self) -> None:
        """Rungs that stay unknown: sigma by the law's relation, eta as a trace of the propagator
        between resolvents.
        """
        for key, value, letter in self.ladder.systems:
            lead = (
                leading(self.work, self.work.laws[letter])
                if key.kind == "S"
                else self.work.field.one
            )
            self._add(
                self.stage.rungs[key], self.writer.plain(self.work.field.gen(key) - value / lead)
            )

    def _define_pivots(self) -> None:
        for pivot, quantity in self.stage.pivots:
            self._add(quantity, self.writer.best(1 - pivot.value))
            self._offer_gamma(pivot)

    def _define_amplitudes(self) -> None:
        for quantity, value in self.stage.amplitudes.values():
            self._add(
                quantity,
                self.writer.best(value) if self.writer.reach > LONG else self.writer.plain(value),
            )

    # -- shorter forms
    # -------------------------------------------------------------------------------------------------------

    def _offer_gamma(self, pivot: Pivot) -> None:
        """A ladder without traces gives the parameters of its resolvents: lambda + s = 1/(gamma (mu
        + s')) for a semicircle.
        """
        if not only(pivot.value, Trace):
            for key in only(pivot.value, Scalar):
                if (found := _solved_for(pivot, key)) is not None:
                    self.writer.offer([{key: found}])
                    self.writer.reach = _FAR

    def _offer_plain(self) -> None:
        """Laws that hold between self-energies alone, solved for each: mu + c s_V - s_X = kappa
        where X is Gaussian.
        """
        for value in (v for names in self.stage.resolvents for v in names.one_point.plain):
            for key in only(value, SelfEnergy):
                num, _ = value.collect(key)
                if len(num) == 2:
                    self.writer.offer([{key: -num[0] / num[1]}])

    def _offer_forms(self, *, gammas: bool) -> None:
        """Relations that may shorten a coefficient: one-point laws both ways, and gamma for its
        trace.
        """
        solved: dict[Generator, Rational] = {}
        reversed_: dict[Generator, Rational] = {}
        for one_point in (names.one_point for names in self.stage.resolvents):
            solved.update(one_point.solved.items())
            held = {k: v for k, v in one_point.solved.items() if k not in one_point.free}
            if len(held) == 1:
                reversed_.update(_reverse(self.work, held))
        traces: dict[Generator, Rational] = {}
        for pivot in self.ladder.pivots.values():
            for key in only(pivot.value, Trace):
                num, den = pivot.value.collect(key)
                if key not in traces and len(num) == 2 and len(den) == 1:
                    traces[key] = (pivot.generator * den[0] - num[0]) / num[1]
                    break
        rungs: dict[Generator, Rational] = {
            g.gens()[0]: value for value, g in self.ladder.rungs.items()
        }
        first = ([solved], [reversed_], [rungs, solved])
        two_point = ([traces], [reversed_, traces], [rungs, reversed_, traces])
        for steps in two_point if gammas else first:
            if all(steps):
                self.writer.offer(steps)
        if gammas:
            self._offer_plain()


def _solved_for(pivot: Pivot, key: Generator) -> Rational | None:
    """A generator of a pivot in terms of gamma, where the pivot is a ratio of what is linear in it."""
    num, den = pivot.value.collect(key)
    if len(num) > 2 or len(den) > 2 or len(num) + len(den) < 3:
        return None
    zero = pivot.value - pivot.value
    num, den = ([*c, zero][:2] for c in (num, den))
    return (pivot.generator * den[0] - num[0]) / (num[1] - pivot.generator * den[1])


def _reverse(work: Workspace, solved: dict[SelfEnergy, Rational]) -> dict[Generator, Rational]:
    """The trace of a solved law in terms of its self-energy: df1 = (1 - s)/q for a Wishart letter."""
    ((key, value),) = solved.items()
    traces = only(value, Trace)
    if len(traces) != 1:
        return {}
    s = work.field.gen(key)
    num, den = value.collect(traces[0])
    if len(num) > 2 or len(den) > 2:
        return {}
    num, den = ([*c, work.field.zero][:2] for c in (num, den))
    return {traces[0]: (s * den[0] - num[0]) / (num[1] - s * den[1])}
