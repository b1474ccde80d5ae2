"""The quantities of one class of resolvents: its ridges, self-energies and overlaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from planar.derivation.resummation.kappa import constant_of, kappa_cores
from planar.derivation.resummation.solved import Solved
from planar.derivation.resummation.unknowns import OnePoint, Unknown
from planar.derivation.resummation.workspace import Workspace
from planar.formulas import quantities as kinds
from planar.formulas.quantities import Quantity
from planar.foundations.generators import Abbreviation, Scalar, SelfEnergy, only
from planar.foundations.rational import Rational
from planar.foundations.words import Core

__all__ = ["ResolventNames", "resolvent_names", "ridge_of"]


@dataclass(frozen=True)
class ResolventNames:
    """The quantities of one class of resolvents.

    ``ridges`` are its kappas by their cores; ``through`` says which self-energies are written
    through one of them, ``chain`` which give one ridge after another, their letters in ``links``;
    ``regular`` are ridges that may go to zero, and over kappa; ``printed`` is the S-transform or
    self-energy by which all others are written, ``states`` the unknowns of the iteration.
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
        return {
            key: kinds.Overlap(s.resolvent, s.letter, s.row, s.col, s.hidden) for key, s in rows
        }

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
        """Which of kappa_1, kappa_2, ... is due to a letter; 0 where there is no such chain."""
        return self.links.index(letter) + 1 if letter in self.links else 0


def resolvent_names(solved: Solved, one_point: OnePoint) -> ResolventNames:
    """The quantities of one class of a solved problem."""
    cores = kappa_cores(one_point)
    links, chained = _chain(solved, one_point, cores)
    last = len(links)
    chain = {key: kinds.Ridge(one_point.index, place) for place, key in enumerate(chained, 1)}
    ridges = dict(zip(cores, _ridges(one_point.index, cores, last), strict=True))
    regular: dict[Core, tuple[Scalar, Rational]] = {}
    for core in cores:
        value = _regular(solved, one_point, core)
        if value is not None:
            regular[core] = value
    through = _through(one_point, cores)
    states: dict[SelfEnergy, kinds.SelfEnergy] = {}
    for unknown in one_point.unknowns:
        states.update(_states(one_point, unknown, through))
    printed = {}
    for unknown in one_point.unknowns:
        for key in unknown.keys:
            if key not in through and key not in chain:
                inverse = not unknown.is_matrix and _multiplies(solved.work, cores, key)
                printed[key] = replace(states[key], inverted=True) if inverse else states[key]
    return ResolventNames(
        one_point=one_point,
        ridges=ridges,
        links=links,
        through=through,
        chain=chain,
        regular=regular,
        parts=_parts(solved.work, one_point),
        states=states,
        printed=printed,
    )


def _through(one_point: OnePoint, cores: Sequence[Core]) -> dict[SelfEnergy, Core]:
    """The self-energies that are one over a ridge, but for a constant."""
    keys = set(one_point.keys)
    through: dict[SelfEnergy, Core] = {}
    for core in cores:
        powers = constant_of(core).factors()[1]
        alone = [f.gens()[0] for f, e in powers if e == -1 and f.gens() and f.gens()[0] in keys]
        if len(powers) == 1 and alone:
            through[alone[0]] = core
    return through


def _parts(work: Workspace, one_point: OnePoint) -> dict[Abbreviation, tuple[kinds.Part, Rational]]:
    """The long values of one class, under names of their own."""
    values = {generator.gens()[0]: value for value, generator in work.short.items()}
    own = [key for key in values if key.component == one_point.index]
    return {
        key: (kinds.Part(one_point.index, place), values[key]) for place, key in enumerate(own, 1)
    }


def _chain(
    solved: Solved, one_point: OnePoint, cores: Sequence[Core]
) -> tuple[tuple[str, ...], list[SelfEnergy]]:
    """The letters that renormalise one ridge in turn, the last one first, and their self-energies.

    Where a ridge may go to zero the letters alone: one kappa is enough then.
    """
    core = cores[0] if len(cores) == 1 else None
    factor, powers = (1, []) if core is None else constant_of(core).factors()
    keys = [
        f.gens()[0] for f, e in powers if e == -1 and f.gens() and f.gens()[0] in one_point.solved
    ]
    if (
        core is None
        or factor != 1
        or len(keys) < 2
        or only(ridge_of(solved.work, core, keys), SelfEnergy)
    ):
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
        return [
            kinds.Ridge(resolvent, hidden=bool(k), shift=shift) for k, shift in enumerate(shifts)
        ]
    places = [k if len(cores) > 1 else 0 for k in range(1, len(cores) + 1)]
    return [
        kinds.Ridge(resolvent, place, shift=shift)
        for place, shift in zip(places, shifts, strict=True)
    ]


def _regular(solved: Solved, one_point: OnePoint, core: Core) -> tuple[Scalar, Rational] | None:
    """A ridge that may go to zero, and it over kappa, where kappa is proportional to it."""
    vanishing = {Scalar(s) for s in solved.vanishing}
    if not vanishing:
        return None
    for constant in (constant_of(core), one_point.reduce(constant_of(core))):
        for factor, power in constant.factors()[1]:
            if power == 1 and factor.gens() and factor.gens()[0] in vanishing:
                ridge = factor.gens()[0]
                return ridge, solved.work.field.gen(ridge) / constant
    return None


def _states(
    one_point: OnePoint, unknown: Unknown, through: Mapping[SelfEnergy, Core]
) -> Iterator[tuple[SelfEnergy, kinds.SelfEnergy]]:
    """The self-energies of one letter: alone, in two spaces, or by places.

    Of two spaces the second one is hidden.
    """
    letter, resolvent, keys = unknown.law.name, one_point.index, unknown.keys
    if unknown.size == 1:
        yield from ((key, kinds.SelfEnergy(resolvent, letter)) for key in keys)
    elif unknown.is_matrix or len(keys) > 2:
        for key, (i, j) in zip(keys, unknown.places, strict=True):
            yield key, kinds.SelfEnergy(resolvent, letter, i + 1, j + 1)
    else:
        ordered = sorted(keys, key=lambda k: (k in one_point.free, k in through))
        yield from (
            (key, kinds.SelfEnergy(resolvent, letter, hidden=bool(place)))
            for place, key in enumerate(ordered)
        )


def _multiplies(work: Workspace, cores: Sequence[Core], key: SelfEnergy) -> bool:
    """Whether a kappa is something over this self-energy."""
    generator = work.field.gen(key)
    return any((generator, -1) in constant_of(core).factors()[1] for core in cores)
