"""Equal components, or one and the transpose of another, share their unknowns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx
from networkx.algorithms.isomorphism import DiGraphMatcher
from sympy import Expr

from planar.derivation.resummation.unknowns import OnePoint
from planar.expression.pencil import Pencil
from planar.foundations.words import Letter

__all__ = ["Classes", "known", "labelled"]

Classes = list[tuple[nx.DiGraph, tuple[int, ...], OnePoint]]
"""For each class its labelled graph, the occurrences of its first component, and its unknowns."""


def known(
    pencil: Pencil,
    nodes: tuple[int, ...],
    inside: tuple[int, ...],
    classes: Classes,
) -> tuple[OnePoint | None, dict[int, int], bool]:
    """An earlier component equal to this one, or to its transpose, and the role of each occurrence
    in it.
    """
    if not inside:
        return OnePoint(-1), {}, False
    for transposed in (False, True):
        here = labelled(pencil, nodes, inside, transposed)
        for graph, first, one_point in classes:
            matcher = DiGraphMatcher(graph, here, lambda a, b: a == b, lambda a, b: a == b)
            if matcher.is_isomorphic():
                image = matcher.mapping
                roles = {}
                for role, o in enumerate(first):
                    row, col = image[pencil.occurrences[o].row], image[pencil.occurrences[o].col]
                    ends = (col, row) if transposed else (row, col)
                    letter = (
                        pencil.occurrences[o].letter.T
                        if transposed
                        else pencil.occurrences[o].letter
                    )
                    roles[next(p for p in inside if _edge(pencil, p) == (*ends, letter))] = role
                return one_point, roles, transposed
    return None, {o: role for role, o in enumerate(inside)}, False


def _edge(pencil: Pencil, o: int) -> tuple[int, int, Letter]:
    occurrence = pencil.occurrences[o]
    return occurrence.row, occurrence.col, occurrence.letter


def labelled(
    pencil: Pencil, nodes: tuple[int, ...], inside: tuple[int, ...], transposed: bool = False
) -> nx.DiGraph:
    """The component with its words and letters as labels, reversed and transposed on request."""

    def label(terms: Iterable[tuple[Expr, tuple[Any, ...]]]) -> tuple[object, ...]:
        turned = [(str(c), tuple(a.T for a in reversed(w)) if transposed else w) for c, w in terms]
        return tuple(sorted((c, tuple(a.sort_key for a in w)) for c, w in turned))

    graph = nx.DiGraph()
    graph.add_nodes_from(
        (n, {"label": label(pencil.diagonal[n]), "space": pencil.spaces[n]}) for n in nodes
    )
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
