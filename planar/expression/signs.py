"""Where the minus signs of a pencil stand: outside the blocks of a letter and its transpose.

A walk picks up one sign a round of a resolvent; which edge of the round carries it is a matter of
choice, since the sign of a node may be changed in its row and its column. Sharing letters may leave
the sign between X.T and X, inside their block: the self-energy of X then comes out negative, and
with it kappa. The signs are moved out of the blocks wherever that is possible.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import networkx as nx

from planar.expression.pencil import Pencil, Weighted

__all__ = ["signed"]

_ROOT = -1
"""A node beside the groups, from which the search for signs starts; groups are numbered from 0."""


def signed(pencil: Pencil) -> Pencil:
    """The same walks, with as few bare minus signs between two occurrences as possible.

    Signs of words take them up.
    """
    groups = nx.utils.UnionFind(range(len(pencil.spaces)))
    for occurrence in pencil.occurrences:
        groups.union(occurrence.row, occurrence.col)
    group_signs = _signs_of_groups(pencil, groups)
    signs = [group_signs.get(groups[n], 1) for n in range(len(pencil.spaces))]
    edges: dict[tuple[int, int], list[Weighted]] = {}
    for (i, j), terms in pencil.edges.items():
        edges[i, j] = [(signs[i] * signs[j] * c, word) for c, word in terms]
    return Pencil(pencil.spaces, pencil.diagonal, edges, pencil.occurrences, pencil.ends)


def _signs_of_groups(pencil: Pencil, groups: Any) -> dict[int, int]:
    """The sign of each group of nodes that occurrences join; those of the ends are plus.

    Groups joined by a bare plus get one sign first, then those joined by a bare minus opposite
    ones.
    """
    bare = {
        (groups[i], groups[j]): _sign(terms)
        for (i, j), terms in pencil.edges.items()
        if len(terms) == 1 and not terms[0][1]
    }
    signs = {groups[n]: 1 for n in chain.from_iterable(pencil.ends)}
    for wanted in (1, -1):
        links = nx.Graph(ends for ends, s in bare.items() if s == wanted and ends[0] != ends[1])
        for component in sorted(map(sorted, nx.connected_components(links))):
            _spread(signs, wanted, links, component)
    return signs


def _spread(signs: dict[int, int], wanted: int, links: Any, component: list[int]) -> None:
    """Give every group of a component its sign, breadth first from those that have one."""
    sources = [n for n in component if n in signs] or component[:1]
    for n in sources:
        signs.setdefault(n, 1)
    rooted = nx.Graph([*links.edges(component), *((_ROOT, n) for n in sources)])
    for i, j in nx.bfs_edges(rooted, _ROOT):
        if i != _ROOT and j not in signs:
            signs[j] = wanted * signs[i]


def _sign(terms: list[Weighted]) -> int:
    return -1 if terms[0][0].is_negative else 1
