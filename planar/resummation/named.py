"""The second stage: what a formula needs is listed as quantities, named once and all together, and every generator by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import prod

from sympy import Expr, Symbol

from planar.algebra.generators import Abbreviation, DividedDifference, Generator, Rung, Scalar, SelfEnergy, Trace, only
from planar.algebra.rational import Rational
from planar.algebra.words import Core, Word
from planar.expression import quantities as kinds
from planar.expression.naming import named as named_quantities
from planar.expression.quantities import Quantity
from planar.resummation.kappa import constant_of, kappa_cores
from planar.resummation.ladder import Pivot
from planar.resummation.solved import Solved
from planar.resummation.unknowns import OnePoint, Unknown
from planar.resummation.workspace import Workspace
from planar.resummation.writer import Tables, Writer

__all__ = ["Chained", "Named", "ResolventNames", "named"]

_WRITTEN_OUT = 60
"""Terms of an amplitude up to which it is written out where only the result holds it."""


@dataclass(frozen=True)
class Chained:
    """One ridge of a chain: what stands before it, and what it becomes by the self-energy of one letter more."""

    before: Expr
    kappa: Symbol


@dataclass(frozen=True)
class ResolventNames:
    """The quantities of one class of resolvents.

    ``ridges`` are its kappas by their cores; ``through`` says which self-energies are written through one of them, ``chain``
    which give one ridge after another, their letters in ``links``; ``regular`` are ridges that may go to zero, and over kappa;
    ``printed`` is the S-transform or self-energy by which all others are written, ``states`` the unknowns of the iteration.
    """

    one_point: OnePoint
    ridges: dict[Core, kinds.Ridge]
    links: tuple[str, ...]
    through: dict[SelfEnergy, Core]
    chain: dict[SelfEnergy, kinds.Ridge]
    regular: dict[Core, tuple[Scalar, Rational]]
    parts: dict[Abbreviation, tuple[kinds.Part, Rational]]
    states: dict[SelfEnergy, kinds.SelfEnergy]
    printed: dict[SelfEnergy, kinds.SelfEnergy]

    @property
    def overlaps(self) -> dict[SelfEnergy, kinds.Overlap]:
        """The overlap between the places of each self-energy."""
        rows = self.states.items()
        return {key: kinds.Overlap(s.resolvent, s.letter, s.row, s.col, s.hidden) for key, s in rows}

    @property
    def quantities(self) -> Iterator[Quantity]:
        """All of them, in order."""
        yield from self.chain.values()
        yield from self.ridges.values()
        yield from (part for part, _ in self.parts.values())
        yield from self.printed.values()
        yield from self.states.values()
        yield from self.overlaps.values()

    def link(self, letter: str) -> int:
        """Which of kappa_1, kappa_2, ... a letter brings, 0 where there is no such chain."""
        return self.links.index(letter) + 1 if letter in self.links else 0


@dataclass(frozen=True)
class Named:
    """``symbols`` are the names of all quantities, ``tables`` say how generators are written by them.

    ``chains`` holds the ridges that come one after another; ``degrees`` are traces that have a name where they occur;
    ``averages`` are names of traces over a spectrum, for what follows the one-point equations.
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
    resolvents = tuple(_resolvent(solved, one_point) for one_point in solved.classes)
    rungs, weights, averages = _rungs(solved), _weights(solved), _averages(solved)
    kept, written_out = _amplitudes(solved)
    first = len({k.place for k in rungs.values()})
    amplitudes = {key: (kinds.Amplitude(first + i), value) for i, (key, value) in enumerate(kept.items(), 1)}
    pivots = tuple(_pivots(solved, resolvents))
    degrees = dict(_degrees(solved, resolvents))
    quantities: list[Quantity] = [q for names in resolvents for q in names.quantities]
    quantities += [*rungs.values(), *(a for a, _ in amplitudes.values()), *weights.values(), *averages.values()]
    quantities += [*(pivot for _, pivot in pivots), *degrees.values()]
    taken = [*solved.problem.names, *(s.name for s in solved.work.constants)]
    symbols = named_quantities(quantities, taken)
    tables, chains = _tables(solved, resolvents, symbols, written_out)
    tables.names.update({key: symbols[quantity] for key, quantity in (rungs | weights).items()})
    tables.names.update({key: symbols[quantity] for key, (quantity, _) in amplitudes.items()})
    tables.names.update({pivot.generator.gens()[0]: 1 - symbols[quantity] for pivot, quantity in pivots})
    return Named(solved, resolvents, symbols, tables, chains, degrees, averages, amplitudes, rungs, weights, pivots)


# -- one resolvent -------------------------------------------------------------------------------------------------------


def _resolvent(solved: Solved, one_point: OnePoint) -> ResolventNames:
    cores = kappa_cores(one_point)
    links, chained = _chain(solved, one_point, cores)
    last = len(links)
    chain = {key: kinds.Ridge(one_point.index, place) for place, key in enumerate(chained, 1)}
    ridges = dict(zip(cores, _ridges(one_point.index, cores, last), strict=True))
    keys, regular, through = set(one_point.keys), dict[Core, tuple[Scalar, Rational]](), dict[SelfEnergy, Core]()
    for core in cores:
        value = _regular(solved, one_point, core)
        regular |= {} if value is None else {core: value}
        powers = constant_of(core).factors()[1]
        alone = [f.gens()[0] for f, e in powers if e == -1 and f.gens() and f.gens()[0] in keys]
        if len(powers) == 1 and alone:
            through[alone[0]] = core
    short = {g.gens()[0]: v for v, g in solved.work.short.items()}
    own = [k for k in short if k.component == one_point.index]
    parts = {key: (kinds.Part(one_point.index, place), short[key]) for place, key in enumerate(own, 1)}
    states = {k: q for unknown in one_point.unknowns for k, q in _states(one_point, unknown, through)}
    printed = {}
    for unknown in one_point.unknowns:
        for key in (unknown.key(i, j) for i, j in unknown.places):
            if key not in through and key not in chain:
                inverse = not unknown.is_matrix and _multiplies(solved.work, cores, key)
                printed[key] = _inverted(states[key]) if inverse else states[key]
    return ResolventNames(one_point, ridges, links, through, chain, regular, parts, states, printed)


def _chain(solved: Solved, one_point: OnePoint, cores: Sequence[Core]) -> tuple[tuple[str, ...], list[SelfEnergy]]:
    """The letters that renormalise one ridge one after another, the last one first, and their self-energies.

    Where a ridge may go to zero the letters alone: one kappa is enough then.
    """
    core = cores[0] if len(cores) == 1 else None
    factor, powers = (1, []) if core is None else constant_of(core).factors()
    keys = [f.gens()[0] for f, e in powers if e == -1 and f.gens() and f.gens()[0] in one_point.solved]
    if core is None or factor != 1 or len(keys) < 2 or only(ridge_of(solved.work, core, keys), SelfEnergy):
        return (), []
    letters = list(dict.fromkeys(o.letter.name for o in solved.pencil.occurrences))
    keys.sort(key=lambda k: letters.index(k.letter), reverse=True)
    return tuple(k.letter for k in keys), [] if solved.vanishing else keys


def ridge_of(work: Workspace, core: Core, keys: Sequence[SelfEnergy]) -> Rational:
    """The ridge before any of these letters renormalised it."""
    return prod((work.field.gen(k) for k in keys), start=constant_of(core))


def _ridges(resolvent: int, cores: Sequence[Core], last: int) -> list[kinds.Ridge]:
    if last:
        return [kinds.Ridge(resolvent, last, shift=cores[0].leading is None)]
    shifts = [core.leading is None for core in cores]
    if len(cores) == 2 and len({core.dimension for core in cores}) == 2:
        return [kinds.Ridge(resolvent, hidden=bool(k), shift=shift) for k, shift in enumerate(shifts)]
    places = [k if len(cores) > 1 else 0 for k in range(1, len(cores) + 1)]
    return [kinds.Ridge(resolvent, place, shift=shift) for place, shift in zip(places, shifts, strict=True)]


def _regular(solved: Solved, one_point: OnePoint, core: Core) -> tuple[Scalar, Rational] | None:
    """A ridge that may go to zero, and it over kappa, where kappa is proportional to it."""
    vanishing = {Scalar(s) for s in solved.vanishing}
    for constant in (constant_of(core), one_point.reduce(constant_of(core))) if vanishing else ():
        ridge = [f.gens()[0] for f, e in constant.factors()[1] if e == 1 and f.gens() and f.gens()[0] in vanishing]
        if ridge:
            return ridge[0], solved.work.field.gen(ridge[0]) / constant
    return None


def _states(
    one_point: OnePoint, unknown: Unknown, through: Mapping[SelfEnergy, Core]
) -> Iterator[tuple[SelfEnergy, kinds.SelfEnergy]]:
    """The self-energies of one letter: alone, in two spaces (the second one hidden), or by places."""
    letter, resolvent = unknown.law.name, one_point.index
    keys = [unknown.key(i, j) for i, j in unknown.places]
    if unknown.size == 1:
        yield from ((key, kinds.SelfEnergy(resolvent, letter)) for key in keys)
    elif unknown.is_matrix or len(keys) > 2:
        for key, (i, j) in zip(keys, unknown.places, strict=True):
            yield key, kinds.SelfEnergy(resolvent, letter, i + 1, j + 1)
    else:
        ordered = sorted(keys, key=lambda k: (k in one_point.free, k in through))
        yield from ((key, kinds.SelfEnergy(resolvent, letter, hidden=bool(place))) for place, key in enumerate(ordered))


def _inverted(state: kinds.SelfEnergy) -> kinds.SelfEnergy:
    return kinds.SelfEnergy(state.resolvent, state.letter, state.row, state.col, state.hidden, inverted=True)


def _multiplies(work: Workspace, cores: Sequence[Core], key: SelfEnergy) -> bool:
    """Whether a kappa is something over this self-energy."""
    generator = work.field.gen(key)
    return any((generator, -1) in constant_of(core).factors()[1] for core in cores)


# -- between resolvents --------------------------------------------------------------------------------------------------


def _rungs(solved: Solved) -> dict[Rung, kinds.RungEnergy | kinds.RungOverlap]:
    """Rungs that stay unknown, numbered by the pair of occurrences that they join."""
    pairs = list(dict.fromkeys((key.left, key.right) for key, _, _ in solved.ladder.systems))
    found: dict[Rung, kinds.RungEnergy | kinds.RungOverlap] = {}
    for key, _, letter in solved.ladder.systems:
        place = pairs.index((key.left, key.right)) + 1
        found[key] = kinds.RungEnergy(place, letter) if key.kind == "S" else kinds.RungOverlap(place, letter)
    return found


def _weights(solved: Solved) -> dict[Generator, kinds.RungWeight]:
    """Divided differences of unspecified R-transforms, in order of creation, and weights of rungs that are long."""
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
    """Long values between components, and those of them that are written out since no other equation holds them."""
    ladder = solved.ladder
    every: dict[Abbreviation, Rational] = {g.gens()[0]: value for value, g in solved.work.short.items()}
    amplitudes = {key: value for key, value in every.items() if key.component is None}
    values = [*amplitudes.values(), *ladder.rungs, *ladder.pivots, *(v for _, v, _ in ladder.systems)]
    held = {k for value in values for k in value.gens()}
    out: dict[Generator, Rational] = {k: v for k, v in amplitudes.items() if k not in held and v.size() <= _WRITTEN_OUT}
    return {k: v for k, v in amplitudes.items() if k not in out}, out


def _pivots(solved: Solved, resolvents: Sequence[ResolventNames]) -> Iterator[tuple[Pivot, kinds.Pivot]]:
    known = {names.one_point.index: names for names in resolvents}
    ordered = sorted(solved.ladder.pivots.values(), key=lambda p: (p.pair[1] - p.pair[0], p.pair))
    for place, pivot in enumerate(ordered, 1):
        yield pivot, kinds.Pivot(place, pivot.pair, pivot.letter, known[pivot.pair[0]].link(pivot.letter))


def _degrees(solved: Solved, resolvents: Sequence[ResolventNames]) -> Iterator[tuple[Word, kinds.DegreesOfFreedom]]:
    """df1 and df2: traces of L g and L L g g' with L the leading word of the cores."""
    ridges = {constant_of(core): ridge for names in resolvents for core, ridge in names.ridges.items()}
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
            yield key.word, kinds.DegreesOfFreedom(_spelled(leading), tuple(ridges[constant_of(c)] for c in cores))


def _spelled(word: Word) -> str:
    """A word in text, equal neighbours as a power."""
    runs = [(str(atom), len(list(run))) for atom, run in groupby(word)]
    return " ".join(name if n == 1 else f"{name}^{n}" for name, n in runs)


# -- generators by names ---------------------------------------------------------------------------------------------------


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
        before = Writer(solved.work).plain(ridge_of(solved.work, next(iter(names.ridges)), list(names.chain)))
        for key, ridge in names.chain.items():
            yield key, symbols[ridge], before
            before = symbols[ridge]
