"""The quantities between resolvents: rungs, their weights and averages, amplitudes, pivots, df."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from planar.derivation.resummation.kappa import constant_of
from planar.derivation.resummation.resolvents import ResolventNames
from planar.derivation.resummation.rung_names import Pivot
from planar.derivation.resummation.solved import Solved
from planar.formulas import quantities as kinds
from planar.foundations.generators import (
    Abbreviation,
    DividedDifference,
    Generator,
    Rung,
    Trace,
    only,
)
from planar.foundations.rational import Rational
from planar.foundations.words import Core, Word

__all__ = [
    "long_values",
    "named_degrees",
    "named_pivots",
    "open_rungs",
    "rung_weights",
    "spectral_averages",
]

_WRITTEN_OUT = 60
"""Terms of an amplitude up to which it is written out where only the result holds it."""


def open_rungs(solved: Solved) -> dict[Rung, kinds.RungEnergy | kinds.RungOverlap]:
    """Rungs that stay unknown, numbered by the pair of occurrences that they join."""
    pairs = list(dict.fromkeys((key.left, key.right) for key, _, _ in solved.ladder.systems))
    rungs: dict[Rung, kinds.RungEnergy | kinds.RungOverlap] = {}
    for key, _, letter in solved.ladder.systems:
        place = pairs.index((key.left, key.right)) + 1
        rungs[key] = (
            kinds.RungEnergy(place, letter) if key.kind == "S" else kinds.RungOverlap(place, letter)
        )
    return rungs


def rung_weights(solved: Solved) -> dict[Generator, kinds.RungWeight]:
    """Divided differences of R-transforms, in order of creation, and weights of long rungs."""
    weights: dict[Generator, kinds.RungWeight] = {}
    for key in solved.work.field.gens():
        if isinstance(key, DividedDifference):
            weights[key] = kinds.RungWeight(len(weights) + 1, key.letter, len(key.nodes))
    for generator in solved.ladder.rungs.values():
        weights[generator.gens()[0]] = kinds.RungWeight(len(weights) + 1)
    return weights


def spectral_averages(solved: Solved) -> dict[Trace, kinds.Average]:
    """Averages over a law's spectrum that weights of rungs hold."""
    traces: dict[Trace, None] = {}
    for value in solved.ladder.rungs:
        traces.update(dict.fromkeys(only(value, Trace)))
    return {key: kinds.Average(place) for place, key in enumerate(traces, 1)}


def long_values(
    solved: Solved,
) -> tuple[dict[Abbreviation, Rational], dict[Generator, Rational]]:
    """Long values between components: those that keep a name, and those that are written out.

    The latter are short enough, and no other equation holds them.
    """
    ladder = solved.ladder
    long = {
        key: value
        for value, generator in solved.work.short.items()
        if (key := generator.gens()[0]).component is None
    }
    used: set[object] = set()
    for value in (
        *long.values(),
        *ladder.rungs,
        *ladder.pivots,
        *(value for _, value, _ in ladder.systems),
    ):
        used.update(value.gens())
    written_out: dict[Generator, Rational] = {
        k: v for k, v in long.items() if k not in used and v.size() <= _WRITTEN_OUT
    }
    return {k: v for k, v in long.items() if k not in written_out}, written_out


def named_pivots(
    solved: Solved, resolvents: Sequence[ResolventNames]
) -> Iterator[tuple[Pivot, kinds.Pivot]]:
    """The pivots 1 - gamma, those between neighbouring classes first."""
    names = {resolvent.one_point.index: resolvent for resolvent in resolvents}
    ordered = sorted(solved.ladder.pivots.values(), key=lambda p: (p.pair[1] - p.pair[0], p.pair))
    for place, pivot in enumerate(ordered, 1):
        link = names[pivot.pair[0]].link(pivot.letter)
        yield pivot, kinds.Pivot(place, pivot.pair, pivot.letter, link)


def named_degrees(
    solved: Solved, resolvents: Sequence[ResolventNames]
) -> Iterator[tuple[Word, kinds.DegreesOfFreedom]]:
    """df1 and df2: traces of L g and L L g g' with L the leading word of the cores."""
    ridges: dict[Rational, kinds.Ridge] = {}
    for names in resolvents:
        ridges.update((constant_of(core), ridge) for core, ridge in names.ridges.items())
    for key in solved.work.field.gens():
        if not isinstance(key, Trace):
            continue
        cores = [a for a in key.word if isinstance(a, Core)]
        letters = tuple(a for a in key.word if not isinstance(a, Core))
        leading = cores[0].leading if cores else None
        if leading is None or len(cores) > 2 or any(c.leading != leading for c in cores):
            continue
        if letters != leading * len(cores) or any(constant_of(c) not in ridges for c in cores):
            continue
        if solved.work.algebra.cyclic(leading * len(cores) + tuple(cores)) == key.word:
            own_ridges = tuple(ridges[constant_of(c)] for c in cores)
            yield key.word, kinds.DegreesOfFreedom(_spelled(leading), own_ridges)


def _spelled(word: Word) -> str:
    """A word in text, equal neighbours as a power."""
    runs = [(str(atom), len(list(run))) for atom, run in groupby(word)]
    return " ".join(name if n == 1 else f"{name}^{n}" for name, n in runs)
