"""Even laws: a letter distributed as minus itself stands an even number of times in any diagram."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

import networkx as nx

from planar.ensembles.law import Law
from planar.expression.pencil import Pencil

__all__ = ["even_pairs", "is_even"]

_NONE = frozenset[str]()


def is_even(law: Law) -> bool:
    """Whether all odd free cumulants vanish, as the relation or the spectrum tells.

    >>> from planar.ensembles.goe import GOE
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import dims
    >>> N, P = dims("N P")
    >>> is_even(GOE("H", N)), is_even(Wishart("W", N, P))
    (True, False)
    """
    relation = law.relation() or law.matrix_relation()
    if relation is not None:
        return all(len(word) % 2 for _, word in relation)
    spectrum = law.atoms_and_weights()
    if spectrum is None:
        return False
    rows = dict(zip(*spectrum, strict=True))
    return all(rows.get(-value) == weight for value, weight in rows.items())


def even_pairs(
    pencil: Pencil, nodes: Iterable[int], inside: list[int], pairs: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The pairs of occurrences between which some walk holds every even letter an even time.

    S_op of any other pair vanishes: in H A H the first H begins no block that ends with itself.
    """
    occurrences = pencil.occurrences
    laws = {occurrences[o].letter.name: occurrences[o].letter.symbol for o in inside}
    even = [n for n, law in laws.items() if not law.alternating and is_even(law)]
    if not even:
        return list(pairs)
    walks = _walks(pencil, set(nodes), inside, even)

    def joined(o: int, p: int) -> bool:
        first, last = (occurrences[o].col, _NONE), (occurrences[p].row, _NONE)
        return first == last or nx.has_path(walks, first, last)

    return [(o, p) for o, p in pairs if occurrences[o].letter.name not in even or joined(o, p)]


def _walks(pencil: Pencil, nodes: set[int], inside: list[int], even: list[str]) -> nx.DiGraph:
    """Places of a walk: a node, and the letters that it has held an odd number of times."""
    graph = nx.DiGraph()
    for names in chain.from_iterable(combinations(even, k) for k in range(len(even) + 1)):
        odd = frozenset(names)
        graph.add_nodes_from((n, odd) for n in nodes)
        for i, j in pencil.edges:
            if i in nodes and j in nodes:
                graph.add_edge((i, odd), (j, odd))
        for o in inside:
            occurrence = pencil.occurrences[o]
            after = odd ^ {occurrence.letter.name} if occurrence.letter.name in even else odd
            graph.add_edge((occurrence.row, odd), (occurrence.col, after))
    return graph
