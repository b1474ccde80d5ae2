"""The second stage: what a formula needs is listed as quantities, named once and all together, and
every generator by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sympy import Expr, Symbol

from planar.derivation.resummation.kappa import constant_of
from planar.derivation.resummation.ladder import Pivot
from planar.derivation.resummation.resolvents import ResolventNames, resolvent_names, ridge_of
from planar.derivation.resummation.solved import Solved
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import Tables, Writer
from planar.formulas import quantities as kinds
from planar.formulas.naming import named as named_quantities
from planar.formulas.quantities import Quantity
from planar.foundations.generators import (
    Abbreviation,
    DividedDifference,
    Generator,
    Rung,
    Scalar,
    SelfEnergy,
    Trace,
    only,
)
from planar.foundations.rational import Rational
from planar.foundations.words import Core, Word

__all__ = ["Chained", "Named", "named"]

_WRITTEN_OUT = 60
"""Terms of an amplitude up to which it is written out where only the result holds it."""


@dataclass(frozen=True)
class Chained:
    """One ridge of a chain: what stands before it, and what it becomes by the self-energy of one
    letter more.
    """

    before: Expr
    kappa: Symbol


@dataclass(frozen=True)
class Named:
    """``symbols`` are the names of all quantities, ``tables`` say how generators are written by
    them.

    ``chains`` holds the ridges that come one after another; ``degrees`` are traces that have a name
    where they occur; ``averages`` are names of traces over a spectrum, for what follows the
    one-point equations.
    """

    solved: Solved
    resolvents: tuple[ResolventNames, ...]
    symbols: Mapping[Quantity, Symbol]
    tables: Tables
    chains: dict[SelfEnergy, Chained]
    degrees: dict[Word, kinds.DegreesOfFreedom]
    averages: dict[Trace, kinds.Average]
    amplitudes: dict[Abbreviation, tuple[kinds.Amplitude, Rational]]
    rungs: dict[Rung, kinds.RungEnergy | kinds.RungOverlap]
    weights: dict[Generator, kinds.RungWeight]
    pivots: tuple[tuple[Pivot, kinds.Pivot], ...] = field(default=())

    @property
    def work(self) -> Workspace:
        """What the derivation shares."""
        return self.solved.work


def named(solved: Solved) -> Named:
    """Every quantity of a solved problem under its name."""
    resolvents = tuple(resolvent_names(solved, one_point) for one_point in solved.classes)
    rungs, weights, averages = _rungs(solved), _weights(solved), _averages(solved)
    kept, written_out = _amplitudes(solved)
    first = len({k.place for k in rungs.values()})
    amplitudes = {
        key: (kinds.Amplitude(first + i), value) for i, (key, value) in enumerate(kept.items(), 1)
    }
    pivots = tuple(_pivots(solved, resolvents))
    degrees = dict(_degrees(solved, resolvents))
    quantities: list[Quantity] = [q for names in resolvents for q in names.quantities]
    quantities += [
        *rungs.values(),
        *(a for a, _ in amplitudes.values()),
        *weights.values(),
        *averages.values(),
    ]
    quantities += [*(pivot for _, pivot in pivots), *degrees.values()]
    taken = [*solved.problem.names, *(s.name for s in solved.work.constants)]
    symbols = named_quantities(quantities, taken)
    tables, chains = _tables(solved, resolvents, symbols, written_out)
    tables.names.update({key: symbols[quantity] for key, quantity in (rungs | weights).items()})
    tables.names.update({key: symbols[quantity] for key, (quantity, _) in amplitudes.items()})
    tables.names.update(
        {pivot.generator.gens()[0]: 1 - symbols[quantity] for pivot, quantity in pivots}
    )
    return Named(
        solved,
        resolvents,
        symbols,
        tables,
        chains,
        degrees,
        averages,
        amplitudes,
        rungs,
        weights,
        pivots,
    )


# -- between resolvents
# --------------------------------------------------------------------------------------------------


def _rungs(solved: Solved) -> dict[Rung, kinds.RungEnergy | kinds.RungOverlap]:
    """Rungs that stay unknown, numbered by the pair of occurrences that they join."""
    pairs = list(dict.fromkeys((key.left, key.right) for key, _, _ in solved.ladder.systems))
    found: dict[Rung, kinds.RungEnergy | kinds.RungOverlap] = {}
    for key, _, letter in solved.ladder.systems:
        place = pairs.index((key.left, key.right)) + 1
        found[key] = (
            kinds.RungEnergy(place, letter) if key.kind == "S" else kinds.RungOverlap(place, letter)
        )
    return found


def _weights(solved: Solved) -> dict[Generator, kinds.RungWeight]:
    """Divided differences of unspecified R-transforms, in order of creation, and weights of rungs
    that are long.
    """
    found: dict[Generator, kinds.RungWeight] = {}
    for key in solved.work.field.gens():
        if isinstance(key, DividedDifference):
            found[key] = kinds.RungWeight(len(found) + 1, key.letter, len(key.nodes))
    for generator in solved.ladder.rungs.values():
        found[generator.gens()[0]] = kinds.RungWeight(len(found) + 1)
    return found


def _averages(solved: Solved) -> dict[Trace, kinds.Average]:
    """Averages over a law's spectrum that rungs are made of."""
    keys = dict.fromkeys(k for value in solved.ladder.rungs for k in only(value, Trace))
    return {key: kinds.Average(place) for place, key in enumerate(keys, 1)}


def _amplitudes(solved: Solved) -> tuple[dict[Abbreviation, Rational], dict[Generator, Rational]]:
    """Long values between components, and those of them that are written out since no other
    equation holds them.
    """
    ladder = solved.ladder
    every: dict[Abbreviation, Rational] = {
        g.gens()[0]: value for value, g in solved.work.short.items()
    }
    amplitudes = {key: value for key, value in every.items() if key.component is None}
    values = [
        *amplitudes.values(),
        *ladder.rungs,
        *ladder.pivots,
        *(v for _, v, _ in ladder.systems),
    ]
    held = {k for value in values for k in value.gens()}
    out: dict[Generator, Rational] = {
        k: v for k, v in amplitudes.items() if k not in held and v.size() <= _WRITTEN_OUT
    }
    return {k: v for k, v in amplitudes.items() if k not in out}, out


def _pivots(
    solved: Solved, resolvents: Sequence[ResolventNames]
) -> Iterator[tuple[Pivot, kinds.Pivot]]:
    known = {names.one_point.index: names for names in resolvents}
    ordered = sorted(solved.ladder.pivots.values(), key=lambda p: (p.pair[1] - p.pair[0], p.pair))
    for place, pivot in enumerate(ordered, 1):
        yield (
            pivot,
            kinds.Pivot(place, pivot.pair, pivot.letter, known[pivot.pair[0]].link(pivot.letter)),
        )


def _degrees(
    solved: Solved, resolvents: Sequence[ResolventNames]
) -> Iterator[tuple[Word, kinds.DegreesOfFreedom]]:
    """df1 and df2: traces of L g and L L g g' with L the leading word of the cores."""
    ridges = {
        constant_of(core): ridge for names in resolvents for core, ridge in names.ridges.items()
    }
    for key in solved.work.field.gens():
        if not isinstance(key, Trace):
            continue
        cores = [a for a in key.word if isinstance(a, Core)]
        rest = tuple(a for a in key.word if not isinstance(a, Core))
        leading = cores[0].leading if cores else None
        if leading is None or len(cores) > 2 or any(c.leading != leading for c in cores):
            continue
        if rest != leading * len(cores) or any(constant_of(c) not in ridges for c in cores):
            continue
        if solved.work.algebra.cyclic(leading * len(cores) + tuple(cores)) == key.word:
            yield (
                key.word,
                kinds.DegreesOfFreedom(
                    _spelled(leading), tuple(ridges[constant_of(c)] for c in cores)
                ),
            )


def _spelled(word: Word) -> str:
    """A word in text, equal neighbours as a power."""
    runs = [(str(atom), len(list(run))) for atom, run in groupby(word)]
    return " ".join(name if n == 1 else f"{name}^{n}" for name, n in runs)


# -- generators by names
# ---------------------------------------------------------------------------------------------------


def _tables(
    solved: Solved,
    resolvents: Sequence[ResolventNames],
    symbols: Mapping[Quantity, Symbol],
    written_out: dict[Generator, Rational],
) -> tuple[Tables, dict[SelfEnergy, Chained]]:
    """How self-energies, parts of propagators and ridges are written."""
    tables, chains = Tables(expansions=dict(written_out)), dict[SelfEnergy, Chained]()
    for names in resolvents:
        for key, kappa, before in _chained(solved, names, symbols):
            chains[key] = Chained(before, kappa)
            tables.names[key] = before / kappa
        for core, ridge in names.ridges.items():
            constant, symbol = constant_of(core), symbols[ridge]
            tables.kappas[constant] = symbol
            factor, powers = constant.factors()
            if core in names.regular:
                vanishing, share = names.regular[core]
                tables.expansions[vanishing] = solved.work.field.gen(Scalar(symbol)) * share
            own = next((key for key, c in names.through.items() if c is core), None)
            if own is not None:
                tables.names[own] = factor.numerator / (factor.denominator * symbol)
            elif len(powers) > 1 and factor == 1 and not names.chain:
                tables.monomials.append((dict(powers), symbol))
        tables.names.update({key: symbols[part] for key, (part, _) in names.parts.items()})
        for key, quantity in names.printed.items():
            tables.names[key] = 1 / symbols[quantity] if quantity.inverted else symbols[quantity]
    return tables, chains


def _chained(
    solved: Solved, names: ResolventNames, symbols: Mapping[Quantity, Symbol]
) -> Iterator[tuple[SelfEnergy, Symbol, Expr]]:
    """Each self-energy of a chain with the ridge that it brings, and what that was before."""
    if names.chain:
        before = Writer(solved.work).plain(
            ridge_of(solved.work, next(iter(names.ridges)), list(names.chain))
        )
        for key, ridge in names.chain.items():
            yield key, symbols[ridge], before
            before = symbols[ridge]
