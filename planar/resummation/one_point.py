"""Inside a component: self-energies, cores, and the one-point equations that close them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
from networkx.algorithms.isomorphism import DiGraphMatcher
from sympy import Expr

from planar.algebra.rational import Key, Rational
from planar.algebra.words import Core
from planar.ensembles.law import Law
from planar.expression.pencil import Pencil
from planar.resummation.inverse import Matrix, invert
from planar.resummation.relations import residual
from planar.resummation.workspace import Workspace

__all__ = ["Component", "OnePoint", "components"]


@dataclass(frozen=True)
class Unknown:
    """The self-energy matrix of one letter inside one component: its generators, and H in terms of traces."""

    law: Law
    entries: tuple[tuple[Rational, ...], ...]
    overlaps: tuple[tuple[Rational, ...], ...]

    @property
    def size(self) -> int:
        return len(self.entries)


@dataclass
class OnePoint:
    """The one-point equations of a class of equal (or transposed) components.

    ``solved`` maps a self-energy's generator to a rational function of traces where its law is linear in it.
    """

    index: int
    unknowns: tuple[Unknown, ...] = ()
    cores: tuple[Core, ...] = ()
    solved: dict[Key, Rational] = field(default_factory=dict)

    def reduce(self, value: Rational) -> Rational:
        """The value with every solved self-energy put in."""
        return value.subs(self.solved) if self.solved else value


@dataclass
class Component:
    """A strongly connected part of the pencil with its dressed propagator G."""

    index: int
    nodes: tuple[int, ...]
    occurrences: tuple[int, ...]
    one_point: OnePoint
    self_energy: dict[tuple[int, int], Rational]
    propagator: Matrix
    entries: dict[Key, Rational]


def components(work: Workspace, pencil: Pencil) -> list[Component]:
    """The components in topological order, each solved; equal ones share their unknowns."""
    graph = pencil.graph()
    condensed = nx.condensation(graph)
    order = list(nx.lexicographical_topological_sort(condensed, key=lambda c: min(condensed.nodes[c]["members"])))
    found: list[Component] = []
    classes: list[tuple[nx.DiGraph, tuple[int, ...], OnePoint]] = []
    for place, name in enumerate(order):
        nodes = tuple(sorted(condensed.nodes[name]["members"]))
        inside = tuple(i for i, o in enumerate(pencil.occurrences) if o.row in nodes and o.col in nodes)
        found.append(_component(work, pencil, place, nodes, inside, classes))
    return found


def _component(
    work: Workspace,
    pencil: Pencil,
    place: int,
    nodes: tuple[int, ...],
    inside: tuple[int, ...],
    classes: list[tuple[nx.DiGraph, tuple[int, ...], OnePoint]],
) -> Component:
    known, roles = _known(work, pencil, nodes, inside, classes)
    index = len(classes) if known is None else known.index
    self_energy = _self_energies(work, pencil, roles, index)
    matrix = _dressed(work, pencil, nodes, self_energy)
    dressed = invert(work.algebra, matrix, nodes, pencil.spaces, scaled=_single(pencil, inside))
    propagator, entries = _named_entries(work, place, dressed)
    if known is None:
        known = _close(work, pencil, index, inside, self_energy, propagator)
        if inside:
            classes.append((_labelled(pencil, nodes, inside), inside, known))
        elif any(w for entry in matrix.values() for w in entry.terms):
            known.cores = _cores(propagator)
    return Component(place, nodes, inside, known, self_energy, propagator, entries)


def _single(pencil: Pencil, inside: tuple[int, ...]) -> bool:
    """Whether every letter stands once in the component, so that its cores may be scaled to kappa."""
    names = [pencil.occurrences[o].letter.name for o in inside]
    return len(set(names)) == len(names)


def _named_entries(work: Workspace, place: int, propagator: Matrix) -> tuple[Matrix, dict[Key, Rational]]:
    """Where the propagator holds no words but long rational functions, its entries are named, or products explode."""
    values = {k: v.scalar_value for k, v in propagator.items()}
    if any(v is None for v in values.values()) or max(v.size() for v in values.values() if v is not None) < 8:
        return propagator, {}
    entries: dict[Key, Rational] = {("propagator", place, i, j): v for (i, j), v in values.items() if v is not None}
    return {(k[2], k[3]): work.algebra.scalar(work.field.gen(k)) for k in entries}, entries


def _self_energies(work: Workspace, pencil: Pencil, roles: dict[int, int], index: int) -> dict[tuple[int, int], Rational]:
    """Generators S_oo' between occurrences of one letter; ``roles`` says which place each holds in its class."""
    entries: dict[tuple[int, int], Rational] = {}
    for o in roles:
        for p in roles:
            name = pencil.occurrences[o].letter.name
            if name == pencil.occurrences[p].letter.name:
                entries[o, p] = work.field.gen(("self-energy", index, name, roles[o], roles[p]))
    return entries


def _dressed(work: Workspace, pencil: Pencil, nodes: tuple[int, ...], energy: dict[tuple[int, int], Rational]) -> Matrix:
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
    """H of every letter as traces of the dressed propagator, and the self-energies that are linear given these."""
    zero = work.algebra.sum()
    unknowns = []
    for name in dict.fromkeys(pencil.occurrences[o].letter.name for o in inside):
        places = [o for o in inside if pencil.occurrences[o].letter.name == name]
        law = work.laws[name]

        def overlap(o: int, p: int, law: Law = law) -> Rational:
            entry = propagator.get((pencil.occurrences[o].col, pencil.occurrences[p].row), zero)
            return work.trace(entry, law.shape[0])

        entries = tuple(tuple(energy[o, p] for p in places) for o in places)
        unknowns.append(Unknown(law, entries, tuple(tuple(overlap(o, p) for p in places) for o in places)))
    one_point = OnePoint(index, tuple(unknowns), _cores(propagator))
    _solve_linear(work, one_point)
    return one_point


def _solve_linear(work: Workspace, one_point: OnePoint) -> None:
    """Solve each scalar law for its self-energy where that is linear, given the traces."""
    open_ = [u for u in one_point.unknowns if u.size == 1 and u.law.relation() is not None]
    progress = True
    while progress:
        progress = False
        for unknown in list(open_):
            key = unknown.entries[0][0].gens()[0]
            pending = {k for u in open_ for k in u.entries[0][0].gens()} - {key}
            value = _linear_solution(work, one_point, unknown, key)
            if value is not None and not pending & set(value.gens()):
                one_point.solved = {k: v.subs({key: value}) for k, v in one_point.solved.items()} | {key: value}
                open_.remove(unknown)
                progress = True


def _linear_solution(work: Workspace, one_point: OnePoint, unknown: Unknown, key: Key) -> Rational | None:
    s, h = unknown.entries[0][0], unknown.overlaps[0][0]
    phi = one_point.reduce(residual(work, unknown.law, [0], lambda i, j: s, lambda i, j: h))
    relevant = [f for f, power in phi.factors()[1] if power > 0 and key in f.gens() and f != s]
    if len(relevant) != 1:
        return None
    coefficients, _ = relevant[0].collect(key)
    return -coefficients[0] / coefficients[1] if len(coefficients) == 2 else None


def _cores(propagator: Matrix) -> tuple[Core, ...]:
    found: dict[Core, None] = {}
    for entry in propagator.values():
        for word in entry.terms:
            found.update(dict.fromkeys(a for a in word if isinstance(a, Core)))
    return tuple(found)


# -- equal components ----------------------------------------------------------------------------------------------


def _known(
    work: Workspace,
    pencil: Pencil,
    nodes: tuple[int, ...],
    inside: tuple[int, ...],
    classes: list[tuple[nx.DiGraph, tuple[int, ...], OnePoint]],
) -> tuple[OnePoint | None, dict[int, int]]:
    """An earlier component equal to this one, or to its transpose, and the role of each occurrence in it."""
    if not inside:
        return OnePoint(-1), {}
    for transposed in (False, True):
        here = _labelled(pencil, nodes, inside, transposed)
        for graph, first, one_point in classes:
            matcher = DiGraphMatcher(graph, here, lambda a, b: a == b, lambda a, b: a == b)
            if matcher.is_isomorphic():
                image = matcher.mapping
                roles = {}
                for role, o in enumerate(first):
                    row, col = image[pencil.occurrences[o].row], image[pencil.occurrences[o].col]
                    ends = (col, row) if transposed else (row, col)
                    roles[next(p for p in inside if (pencil.occurrences[p].row, pencil.occurrences[p].col) == ends)] = role
                single = len({pencil.occurrences[o].letter.name for o in inside}) == len(inside)
                if single or not transposed:
                    return one_point, roles
    return None, {o: role for role, o in enumerate(inside)}


def _labelled(pencil: Pencil, nodes: tuple[int, ...], inside: tuple[int, ...], transposed: bool = False) -> nx.DiGraph:
    """The component with its words and letters as labels, reversed and transposed on request."""

    def label(terms: Iterable[tuple[Expr, tuple[Any, ...]]]) -> tuple[object, ...]:
        turned = [(str(c), tuple(a.T for a in reversed(w)) if transposed else w) for c, w in terms]
        return tuple(sorted((c, tuple(a.sort_key for a in w)) for c, w in turned))

    graph = nx.DiGraph()
    graph.add_nodes_from((n, {"label": label(pencil.diagonal[n]), "space": pencil.spaces[n]}) for n in nodes)
    labels: dict[tuple[int, int], list[object]] = {}
    for (i, j), terms in sorted(pencil.edges.items()):
        if i in nodes and j in nodes:
            labels.setdefault((i, j), []).append(label(terms))
    for o in inside:
        occurrence = pencil.occurrences[o]
        letter = occurrence.letter.T if transposed else occurrence.letter
        labels.setdefault((occurrence.row, occurrence.col), []).append(("random", letter.sort_key))
    for (i, j), value in labels.items():
        graph.add_edge(*((j, i) if transposed else (i, j)), label=tuple(value))
    return graph
