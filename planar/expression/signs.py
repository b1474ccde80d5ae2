"""Where the minus signs of a pencil stand: outside the blocks of a letter and its transpose, where
that is possible.

A walk picks up one sign a round of a resolvent; which edge of the round carries it is a matter of
choice, since the sign of a node may be changed in its row and its column. Sharing letters may leave
the sign between X.T and X, inside their block: the self-energy of X then comes out negative, and
with it kappa.
"""

from __future__ import annotations

import networkx as nx

from planar.expression.pencil import Pencil, Weighted

__all__ = ["signed"]


def signed(pencil: Pencil) -> Pencil:
    """The same walks, with as few bare minus signs as may be between two occurrences; signs of
    words take them up.
    """
    groups = nx.utils.UnionFind(range(len(pencil.spaces)))
    for o in pencil.occurrences:
        groups.union(o.row, o.col)
    bare = {
        (groups[i], groups[j]): _sign(terms)
        for (i, j), terms in pencil.edges.items()
        if len(terms) == 1 and not terms[0][1]
    }
    sign = {groups[n]: 1 for pair in pencil.ends for n in pair}
    for wanted in (1, -1):
        links = nx.Graph(ends for ends, s in bare.items() if s == wanted and ends[0] != ends[1])
        for part in sorted(map(sorted, nx.connected_components(links))):
            sources = [n for n in part if n in sign] or part[:1]
            sign |= {n: sign.get(n, 1) for n in sources}
            for i, j in nx.bfs_edges(
                nx.Graph([*links.edges(part), *((-1, n) for n in sources)]), -1
            ):
                if i >= 0 and j not in sign:
                    sign[j] = wanted * sign[i]
    flip = [sign.get(groups[n], 1) for n in range(len(pencil.spaces))]
    edges: dict[tuple[int, int], list[Weighted]] = {
        (i, j): [(flip[i] * flip[j] * c, word) for c, word in terms]
        for (i, j), terms in pencil.edges.items()
    }
    return Pencil(pencil.spaces, pencil.diagonal, edges, pencil.occurrences, pencil.ends)


def _sign(terms: list[Weighted]) -> int:
    return -1 if terms[0][0].is_negative else 1
