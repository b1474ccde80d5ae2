"""Equal components, or one and the transpose of another, share their unknowns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import eq
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
    """The unknowns of an earlier component equal to this one or to its transpose.

    Also the role of each occurrence in it, and whether it is the transpose.
    """
    if not inside:
        return OnePoint(-1), {}, False
    for transposed in (False, True):
        graph = labelled(pencil, nodes, inside, transposed)
        for first_graph, first, one_point in classes:
            matcher = DiGraphMatcher(first_graph, graph, eq, eq)
            if matcher.is_isomorphic():
                roles = _roles(pencil, first, inside, matcher.mapping, transposed)
                return one_point, roles, transposed
    return None, {o: role for role, o in enumerate(inside)}, False


def _roles(
    pencil: Pencil,
    first: tuple[int, ...],
    inside: tuple[int, ...],
    image: Mapping[int, int],
    transposed: bool,
) -> dict[int, int]:
    """The role of each occurrence: the place of its preimage in the first component of a class."""
    roles = {}
    for role, o in enumerate(first):
        occurrence = pencil.occurrences[o]
        row, col, letter = image[occurrence.row], image[occurrence.col], occurrence.letter
        edge = (col, row, letter.T) if transposed else (row, col, letter)
        roles[next(p for p in inside if _edge(pencil, p) == edge)] = role
    return roles


def _edge(pencil: Pencil, o: int) -> tuple[int, int, Letter]:
    occurrence = pencil.occurrences[o]
    return occurrence.row, occurrence.col, occurrence.letter


def labelled(
    pencil: Pencil, nodes: tuple[int, ...], inside: tuple[int, ...], transposed: bool = False
) -> nx.DiGraph:
    """The component with its words and letters as labels, reversed and transposed on request."""

    def word_label(word: tuple[Any, ...]) -> tuple[object, ...]:
        turned = (a.T for a in reversed(word)) if transposed else word
        return tuple(a.sort_key for a in turned)

    def label(terms: Iterable[tuple[Expr, tuple[Any, ...]]]) -> tuple[object, ...]:
        return tuple(sorted((str(c), word_label(w)) for c, w in terms))

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
