"""Inside a component: self-energies, cores, and the one-point equations that close them."""

from __future__ import annotations

from dataclasses import dataclass, field

import networkx as nx
from sympy import Expr

from planar.derivation.resummation.classes import Classes, known, labelled
from planar.derivation.resummation.one_point_equations import closed_one_point, unknowns_of
from planar.derivation.resummation.pattern import joined_by_diagrams
from planar.derivation.resummation.unknowns import OnePoint
from planar.derivation.resummation.word_inverse import Matrix, invert
from planar.derivation.resummation.workspace import Workspace
from planar.expression.pencil import Pencil
from planar.foundations.generators import SelfEnergy
from planar.foundations.rational import Rational

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
    parts: list[Component] = []
    classes: Classes = []
    for place, name in enumerate(order):
        nodes = tuple(sorted(condensed.nodes[name]["members"]))
        inside = tuple(
            i for i, o in enumerate(pencil.occurrences) if o.row in nodes and o.col in nodes
        )
        parts.append(_component(work, pencil, place, nodes, inside, classes))
    return parts


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
        one_point = closed_one_point(work, pencil, index, inside, energy, propagator)
        if inside:
            classes.append((labelled(pencil, nodes, inside), inside, one_point))
    if one_point.free:
        energy, bare = {k: v.subs(one_point.free) for k, v in energy.items()}, energy
        propagator = {k: v.map(lambda c: c.subs(one_point.free)) for k, v in propagator.items()}
    else:
        bare = energy
    if scaled and not any(any(entry.terms) for entry in propagator.values()):
        propagator = {k: v.map(lambda c: work.shorten(c, index)) for k, v in propagator.items()}
        if new:
            one_point.unknowns = unknowns_of(work, pencil, inside, bare, propagator)
    within = {o: _place(one_point, pencil.occurrences[o].letter.name, roles[o]) for o in inside}
    return Component(place, nodes, inside, one_point, energy, propagator, within, transposed)


def _place(one_point: OnePoint, name: str, role: int) -> int:
    """Where an occurrence has its place in the self-energy matrix of its letter."""
    return next(u.roles.index(role) for u in one_point.unknowns if u.law.name == name)


def _several(pencil: Pencil, pairs: list[tuple[int, int]], o: int) -> bool:
    """Whether several self-energies leave an occurrence, or enter it.

    Then cores are not scaled to kappa.
    """
    return sum(x == o for x, _ in pairs) > 1 or sum(y == o for _, y in pairs) > 1


def _inverted(
    work: Workspace, matrix: Matrix, nodes: tuple[int, ...], spaces: list[Expr], index: int | None
) -> Matrix:
    """The dressed propagator; long entries get a name where no closed form is promised.

    Products of them would explode.
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
    """Generators S_op between occurrences of one letter, by their ``roles`` in the class."""
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
