"""The one-point equations of a component: overlaps as traces, and the laws that close them."""

from __future__ import annotations

from collections.abc import Iterator

from planar.derivation.resummation.closing import Elimination, Equation
from planar.derivation.resummation.entries import entries_of, square
from planar.derivation.resummation.pattern import fits
from planar.derivation.resummation.relations import residual
from planar.derivation.resummation.unknowns import OnePoint, Unknown
from planar.derivation.resummation.word_inverse import Matrix
from planar.derivation.resummation.workspace import Workspace
from planar.expression.pencil import Pencil
from planar.foundations.generators import SelfEnergy, Trace, only
from planar.foundations.rational import Rational
from planar.foundations.words import Core

__all__ = ["closed_one_point", "unknowns_of"]


def closed_one_point(
    work: Workspace,
    pencil: Pencil,
    index: int,
    inside: tuple[int, ...],
    energy: dict[tuple[int, int], Rational],
    propagator: Matrix,
) -> OnePoint:
    """H of every letter as traces of the dressed propagator, and the self-energies given these.

    The latter where the laws are linear in them.
    """
    unknowns = unknowns_of(work, pencil, inside, energy, propagator)
    one_point = OnePoint(index, unknowns, _cores(propagator))
    if inside:
        equations = list(_equations(work, one_point))
        one_point.plain = tuple(e.value for e in equations if not only(e.value, Trace))
        elimination = Elimination(equations, _hidden(pencil, energy, propagator, one_point))
        elimination.run()
        one_point.solved, one_point.kept = elimination.solved, elimination.kept
        one_point.free = elimination.free
    return one_point


def unknowns_of(
    work: Workspace,
    pencil: Pencil,
    inside: tuple[int, ...],
    energy: dict[tuple[int, int], Rational],
    propagator: Matrix,
) -> tuple[Unknown, ...]:
    """For each letter its self-energies and overlaps.

    H_op is the trace of the propagator from behind o to before p.
    """
    zero, occurrences = work.algebra.sum(), pencil.occurrences

    def self_energy(o: int, p: int) -> Rational:
        return energy.get((o, p), work.field.zero)

    def overlap(o: int, p: int) -> Rational:
        if not fits(pencil, o, p):
            return work.field.zero
        entry = propagator.get((occurrences[o].col, occurrences[p].row), zero)
        reference = work.laws[occurrences[o].letter.name].shape[0]
        return work.trace(entry, pencil.spaces[occurrences[p].row], reference)

    unknowns = []
    for name in dict.fromkeys(occurrences[o].letter.name for o in inside):
        places = [o for o in inside if occurrences[o].letter.name == name]
        roles = tuple(inside.index(o) for o in places)
        entries, overlaps = square(places, self_energy), square(places, overlap)
        unknowns.append(Unknown(work.laws[name], entries, overlaps, roles))
    return tuple(unknowns)


def _equations(work: Workspace, one_point: OnePoint) -> Iterator[Equation]:
    """The laws between all places of every letter whose self-energy is not a true matrix."""
    for unknown in one_point.unknowns:
        if unknown.law.relation() is None or unknown.is_matrix:
            continue
        s, h = entries_of(unknown.entries), entries_of(unknown.overlaps)
        for i, j in unknown.places:
            value = residual(work, unknown.law, range(unknown.size), s, h, (i, j))
            yield Equation(unknown.key(i, j), unknown.law.name, value)


def _hidden(
    pencil: Pencil, energy: dict[tuple[int, int], Rational], propagator: Matrix, one_point: OnePoint
) -> tuple[SelfEnergy, ...]:
    """Self-energies outside of all cores, first those that the first node does not reach.

    Where no core holds any, only those that the propagator does not join with the first node.
    """
    first = min(i for i, _ in propagator)
    in_cores: set[object] = set()
    for core in one_point.cores:
        in_cores.update(*(coefficient.gens() for _, coefficient in core.terms))
    rows = {value.gens()[0]: pencil.occurrences[o].row for (o, _), value in energy.items()}
    away = [k for k, row in rows.items() if (first, row) not in propagator and k not in in_cores]
    joined = [k for k in rows if k not in in_cores and k not in away] if in_cores else []
    return (*away, *joined)


def _cores(propagator: Matrix) -> tuple[Core, ...]:
    cores: dict[Core, None] = {}
    for _, entry in sorted(propagator.items()):
        for word in entry.terms:
            cores.update(dict.fromkeys(a for a in word if isinstance(a, Core)))
    return tuple(cores)
