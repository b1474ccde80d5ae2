"""Inside a component: self-energies, cores, and the one-point equations that close them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import networkx as nx
from sympy import Expr

from planar.derivation.resummation.classes import Classes, known, labelled
from planar.derivation.resummation.closing import Elimination, Equation
from planar.derivation.resummation.pattern import fits, joined_by_diagrams
from planar.derivation.resummation.relations import entries_of, residual
from planar.derivation.resummation.unknowns import OnePoint, Unknown
from planar.derivation.resummation.word_inverse import Matrix, invert
from planar.derivation.resummation.workspace import Workspace
from planar.expression.pencil import Pencil
from planar.foundations.generators import SelfEnergy, Trace, only
from planar.foundations.rational import Rational
from planar.foundations.words import Core

__all__ = ["Component", "components"]


@dataclass
class Component:
    """A strongly connected part of the pencil with its dressed propagator G."""

    index: int
    nodes: tuple[int, ...]
    occurrences: tuple[int, ...]
    one_point: OnePoint
    self_energy: dict[tuple[int, int], Rational]
    propagator: Matrix
    roles: dict[int, int] = field(default_factory=dict)
    transposed: bool = False


def components(work: Workspace, pencil: Pencil) -> list[Component]:
    """The components in topological order, each solved; equal ones share their unknowns."""
    graph = pencil.graph()
    condensed = nx.condensation(graph)
    order = list(
        nx.lexicographical_topological_sort(
            condensed, key=lambda c: min(condensed.nodes[c]["members"])
        )
    )
    found: list[Component] = []
    classes: Classes = []
    for place, name in enumerate(order):
        nodes = tuple(sorted(condensed.nodes[name]["members"]))
        inside = tuple(
            i for i, o in enumerate(pencil.occurrences) if o.row in nodes and o.col in nodes
        )
        found.append(_component(work, pencil, place, nodes, inside, classes))
    return found


def _component(
    work: Workspace,
    pencil: Pencil,
    place: int,
    nodes: tuple[int, ...],
    inside: tuple[int, ...],
    classes: Classes,
) -> Component:
    one_point, roles, transposed = known(pencil, nodes, inside, classes)
    index = len(classes) if one_point is None else one_point.index
    energy = _self_energies(work, pencil, nodes, roles, index, transposed)
    matrix = _dressed(work, pencil, nodes, energy)
    scaled = not any(_several(pencil, list(energy), o) for o in inside)
    propagator = _inverted(work, matrix, nodes, pencil.spaces, None if scaled else index)
    new = one_point is None
    if one_point is None:
        one_point = _close(work, pencil, index, inside, energy, propagator)
        if inside:
            classes.append((labelled(pencil, nodes, inside), inside, one_point))
    if one_point.free:
        energy, bare = {k: v.subs(one_point.free) for k, v in energy.items()}, energy
        propagator = {k: v.map(lambda c: c.subs(one_point.free)) for k, v in propagator.items()}
    else:
        bare = energy
    if scaled and not any(word for entry in propagator.values() for word in entry.terms):
        propagator = {k: v.map(lambda c: work.shorten(c, index)) for k, v in propagator.items()}
        if new:
            one_point.unknowns = _unknowns(work, pencil, inside, bare, propagator)
    within = {o: _place(one_point, pencil.occurrences[o].letter.name, roles[o]) for o in inside}
    return Component(place, nodes, inside, one_point, energy, propagator, within, transposed)


def _place(one_point: OnePoint, name: str, role: int) -> int:
    """Where an occurrence stands in the self-energy matrix of its letter."""
    return next(u.roles.index(role) for u in one_point.unknowns if u.law.name == name)


def _several(pencil: Pencil, pairs: list[tuple[int, int]], o: int) -> bool:
    """Whether several self-energies leave an occurrence, or enter it: then cores are not scaled to
    kappa.
    """
    return sum(x == o for x, _ in pairs) > 1 or sum(y == o for _, y in pairs) > 1


def _inverted(
    work: Workspace, matrix: Matrix, nodes: tuple[int, ...], spaces: list[Expr], index: int | None
) -> Matrix:
    """The dressed propagator; what is long gets a name where no closed form is promised, or
    products would explode.
    """
    if index is None:
        return invert(work.algebra, matrix, nodes, spaces)
    return invert(
        work.algebra,
        matrix,
        nodes,
        spaces,
        scaled=False,
        shorten=lambda value: work.shorten(value, index),
    )


def _self_energies(
    work: Workspace,
    pencil: Pencil,
    nodes: tuple[int, ...],
    roles: dict[int, int],
    index: int,
    transposed: bool,
) -> dict[tuple[int, int], Rational]:
    """Generators S_op between occurrences of one letter; ``roles`` says which place each holds in
    its class.
    """
    entries: dict[tuple[int, int], Rational] = {}
    for o, p in joined_by_diagrams(pencil, nodes, list(roles)):
        first, last = (roles[p], roles[o]) if transposed else (roles[o], roles[p])
        entries[o, p] = work.field.gen(
            SelfEnergy(index, pencil.occurrences[o].letter.name, first, last)
        )
    return entries


def _dressed(
    work: Workspace, pencil: Pencil, nodes: tuple[int, ...], energy: dict[tuple[int, int], Rational]
) -> Matrix:
    """Q_det - Sigma on the nodes of one component."""
    matrix: Matrix = {(n, n): work.words(pencil.diagonal[n]) for n in nodes}
    zero = work.algebra.sum()
    for (i, j), terms in pencil.edges.items():
        if i in nodes and j in nodes:
            matrix[i, j] = matrix.get((i, j), zero) - work.words(terms)
    for (o, p), value in energy.items():
        i, j = pencil.occurrences[o].row, pencil.occurrences[p].col
        matrix[i, j] = matrix.get((i, j), zero) - work.algebra.scalar(value)
    return {k: v for k, v in matrix.items() if v}


def _close(
    work: Workspace,
    pencil: Pencil,
    index: int,
    inside: tuple[int, ...],
    energy: dict[tuple[int, int], Rational],
    propagator: Matrix,
) -> OnePoint:
    """H of every letter as traces of the dressed propagator, and the self-energies that are linear
    given these.
    """
    one_point = OnePoint(
        index, _unknowns(work, pencil, inside, energy, propagator), _cores(propagator)
    )
    if inside:
        equations = list(_equations(work, one_point))
        one_point.plain = tuple(e.value for e in equations if not only(e.value, Trace))
        elimination = Elimination(equations, _hidden(pencil, energy, propagator, one_point))
        elimination.run()
        one_point.solved, one_point.kept, one_point.free = (
            elimination.solved,
            elimination.kept,
            elimination.free,
        )
    return one_point


def _unknowns(
    work: Workspace,
    pencil: Pencil,
    inside: tuple[int, ...],
    energy: dict[tuple[int, int], Rational],
    propagator: Matrix,
) -> tuple[Unknown, ...]:
    """For each letter its self-energies and overlaps, H_op the trace of the propagator from behind
    o to before p.
    """
    zero, occurrences = work.algebra.sum(), pencil.occurrences

    def overlap(o: int, p: int) -> Rational:
        if not fits(pencil, o, p):
            return work.field.zero
        entry, space = (
            propagator.get((occurrences[o].col, occurrences[p].row), zero),
            pencil.spaces[occurrences[p].row],
        )
        return work.trace(entry, space, work.laws[occurrences[o].letter.name].shape[0])

    found = []
    for name in dict.fromkeys(occurrences[o].letter.name for o in inside):
        places = [o for o in inside if occurrences[o].letter.name == name]
        entries = tuple(tuple(energy.get((o, p), work.field.zero) for p in places) for o in places)
        overlaps = tuple(tuple(overlap(o, p) for p in places) for o in places)
        found.append(
            Unknown(work.laws[name], entries, overlaps, tuple(inside.index(o) for o in places))
        )
    return tuple(found)


def _equations(work: Workspace, one_point: OnePoint) -> Iterator[Equation]:
    """The laws between all places of every letter that is no true matrix."""
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
    """Self-energies in no core; where there is no core, those that the propagator does not join
    with the first node.
    """
    first = min(i for i, _ in propagator)
    held = {k for core in one_point.cores for _, c in core.terms for k in c.gens()}
    rows = {value.gens()[0]: pencil.occurrences[o].row for (o, _), value in energy.items()}
    away = [k for k, row in rows.items() if (first, row) not in propagator and k not in held]
    return tuple(
        away if not held else [*away, *(k for k in rows if k not in held and k not in away)]
    )


def _cores(propagator: Matrix) -> tuple[Core, ...]:
    found: dict[Core, None] = {}
    for _, entry in sorted(propagator.items()):
        for word in entry.terms:
            found.update(dict.fromkeys(a for a in word if isinstance(a, Core)))
    return tuple(found)
