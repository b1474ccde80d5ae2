"""The second stage: every quantity that a formula needs is listed, and named once.

All names are made together; every generator is then written by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from sympy import Expr, Symbol

from planar.derivation.resummation.between_resolvents import (
    long_values,
    named_degrees,
    named_pivots,
    open_rungs,
    rung_weights,
    spectral_averages,
)
from planar.derivation.resummation.kappa import constant_of
from planar.derivation.resummation.resolvents import ResolventNames, resolvent_names, ridge_of
from planar.derivation.resummation.rung_names import Pivot
from planar.derivation.resummation.solved import Solved
from planar.derivation.resummation.tables import Tables
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import Writer
from planar.formulas import quantities as kinds
from planar.formulas.naming import named as named_quantities
from planar.formulas.quantities import Quantity
from planar.foundations.generators import (
    Abbreviation,
    Generator,
    Rung,
    Scalar,
    SelfEnergy,
    Trace,
)
from planar.foundations.rational import Rational
from planar.foundations.words import Core, Word

__all__ = ["Chained", "Named", "named"]


@dataclass(frozen=True)
class Chained:
    """One ridge of a chain: what it was before one letter more, and its symbol with that letter."""

    before: Expr
    kappa: Symbol


@dataclass(frozen=True)
class Named:
    """``symbols`` are the names of all quantities, ``tables`` how generators are written by them.

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
    rungs, weights, averages = open_rungs(solved), rung_weights(solved), spectral_averages(solved)
    kept, written_out = long_values(solved)
    first = len({k.place for k in rungs.values()})
    places = enumerate(kept.items(), first + 1)
    amplitudes = {key: (kinds.Amplitude(place), value) for place, (key, value) in places}
    pivots = tuple(named_pivots(solved, resolvents))
    degrees = dict(named_degrees(solved, resolvents))
    quantities: list[Quantity] = [
        *chain.from_iterable(names.quantities for names in resolvents),
        *rungs.values(),
        *(quantity for quantity, _ in amplitudes.values()),
        *weights.values(),
        *averages.values(),
        *(quantity for _, quantity in pivots),
        *degrees.values(),
    ]
    taken = [*solved.problem.names, *(s.name for s in solved.work.constants)]
    symbols = named_quantities(quantities, taken)
    tables, chains = _tables(solved, resolvents, symbols, written_out)
    tables.names.update((key, symbols[quantity]) for key, quantity in (rungs | weights).items())
    tables.names.update((key, symbols[quantity]) for key, (quantity, _) in amplitudes.items())
    for pivot, gamma in pivots:
        tables.names[pivot.generator.gens()[0]] = 1 - symbols[gamma]
    return Named(
        solved=solved,
        resolvents=resolvents,
        symbols=symbols,
        tables=tables,
        chains=chains,
        degrees=degrees,
        averages=averages,
        amplitudes=amplitudes,
        rungs=rungs,
        weights=weights,
        pivots=pivots,
    )


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
            _enter_ridge(tables, solved.work, names, core, symbols[ridge])
        tables.names.update({key: symbols[part] for key, (part, _) in names.parts.items()})
        for key, quantity in names.printed.items():
            tables.names[key] = 1 / symbols[quantity] if quantity.inverted else symbols[quantity]
    return tables, chains


def _enter_ridge(
    tables: Tables, work: Workspace, names: ResolventNames, core: Core, symbol: Symbol
) -> None:
    """What is written through one ridge: its constant, a self-energy, a product, a parameter."""
    constant = constant_of(core)
    tables.kappas[constant] = symbol
    factor, powers = constant.factors()
    if core in names.regular:
        vanishing, share = names.regular[core]
        tables.expansions[vanishing] = work.field.gen(Scalar(symbol)) * share
    own = next((key for key, c in names.through.items() if c is core), None)
    if own is not None:
        tables.names[own] = factor.numerator / (factor.denominator * symbol)
    elif len(powers) > 1 and factor == 1 and not names.chain:
        tables.monomials.append((dict(powers), symbol))


def _chained(
    solved: Solved, names: ResolventNames, symbols: Mapping[Quantity, Symbol]
) -> Iterator[tuple[SelfEnergy, Symbol, Expr]]:
    """Each self-energy of a chain with the ridge that it brings, and what that was before."""
    if names.chain:
        core = next(iter(names.ridges))
        before = Writer().plain(ridge_of(solved.work, core, list(names.chain)))
        for key, ridge in names.chain.items():
            yield key, symbols[ridge], before
            before = symbols[ridge]
