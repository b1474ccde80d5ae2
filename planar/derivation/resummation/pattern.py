"""Which self-energies there are: what the ends of a block can be, its interior dressed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import networkx as nx

from planar.derivation.resummation.parity import even_pairs, is_even
from planar.expression.pencil import Pencil

__all__ = ["alternating", "fits", "fitting_pairs", "joined_by_diagrams"]


def joined_by_diagrams(
    pencil: Pencil, nodes: tuple[int, ...], inside: list[int]
) -> list[tuple[int, int]]:
    """Pairs of occurrences of one letter that the ends of a block can be, its interior dressed.

    The least solution of: G joins what edges and self-energies join; H_op what G joins; S_op is a
    chain of H. A letter of which no block has a value, such as each of two centred ones in A H G,
    has no self-energy; every other one begins with the block of one, also where that vanishes,
    unless an even letter would stand there an odd number of times.
    """
    fitting = even_pairs(pencil, nodes, inside, fitting_pairs(pencil, inside, inside))
    exact = _closed(pencil, nodes, inside, fitting, {o for o in inside if _alone(pencil, o)})
    valued = {pencil.occurrences[o].letter.name for o, _ in exact}
    alone = {
        o
        for o in inside
        if not alternating(pencil, o)
        and pencil.occurrences[o].letter.name in valued
        and ((o, o) in fitting or not is_even(pencil.occurrences[o].letter.symbol))
    }
    return sorted(_closed(pencil, nodes, inside, fitting, alone))


def _closed(
    pencil: Pencil,
    nodes: tuple[int, ...],
    inside: list[int],
    fitting: list[tuple[int, int]],
    alone: set[int],
) -> set[tuple[int, int]]:
    """The pairs that blocks of one of these occurrences lead to."""
    pairs = {(o, o) for o in alone}
    while True:
        overlaps = _overlaps(pencil, nodes, inside, fitting, pairs)
        chained = {o: nx.descendants(overlaps, o) | set(overlaps[o]) for o in inside}
        joined = pairs | {(o, p) for o, p in fitting if p in chained[o]}
        if joined == pairs:
            return pairs
        pairs = joined


def _alone(pencil: Pencil, o: int) -> bool:
    """Whether a block of this occurrence alone has a value: one of a centred letter has none."""
    return not alternating(pencil, o) and pencil.occurrences[o].letter.symbol.free_cumulant(1) != 0


def _overlaps(
    pencil: Pencil,
    nodes: tuple[int, ...],
    inside: list[int],
    fitting: list[tuple[int, int]],
    pairs: set[tuple[int, int]],
) -> nx.DiGraph:
    """The fitting pairs that G joins, given the self-energies on ``pairs``."""
    occurrences = pencil.occurrences
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(e for e in pencil.edges if e[0] in nodes and e[1] in nodes)
    graph.add_edges_from((occurrences[o].row, occurrences[p].col) for o, p in pairs)
    reach = {n: nx.descendants(graph, n) | {n} for n in nodes}
    overlaps = nx.DiGraph()
    overlaps.add_nodes_from(inside)
    overlaps.add_edges_from(
        (o, p) for o, p in fitting if occurrences[p].row in reach[occurrences[o].col]
    )
    return overlaps


def alternating(pencil: Pencil, o: int) -> bool:
    """Whether this occurrence's letter alternates with its transpose along every block."""
    return bool(getattr(pencil.occurrences[o].letter.symbol, "alternating", False))


def fits(pencil: Pencil, o: int, p: int) -> bool:
    """Whether o and p may stand side by side, or at the ends, in one block."""
    first, last = pencil.occurrences[o].letter, pencil.occurrences[p].letter
    return first.name == last.name and (
        not alternating(pencil, o) or first.transposed != last.transposed
    )


def fitting_pairs(
    pencil: Pencil, left: Iterable[int], right: Iterable[int]
) -> list[tuple[int, int]]:
    """The pairs of one occurrence on each side that may stand side by side in one block."""
    return [(o, p) for o, p in product(left, right) if fits(pencil, o, p)]
