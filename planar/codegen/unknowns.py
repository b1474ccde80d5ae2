"""Which of the implicit definitions are the unknowns, and in which order all others follow from them."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
from sympy import Symbol

from planar.codegen.layout import Layout
from planar.equivalent import Definition

__all__ = ["constant", "feedback", "following", "sorted_by_need"]


def constant(definitions: Iterable[Definition]) -> list[Definition]:
    """Definitions that hold no unknown, directly or through others."""
    rows = list(definitions)
    found, varying = list[Definition](), {d.symbol for d in rows if d.implicit}
    for d in rows:
        if not d.implicit and not d.expr.atoms(Symbol) & varying:
            found.append(d)
        else:
            varying.add(d.symbol)
    return found


def feedback(plan: Layout) -> list[Definition]:
    """Implicit definitions from whose values all others follow one after another; Newton works on these.

    What the iteration knows comes before all else, so that Newton has a start.
    """
    rows = {d.symbol: d for d in plan.definitions if d.implicit}
    equivalent = plan.equivalent
    started = {s for law in equivalent.iteration for _, _, s in law.places} | {d.symbol for d in equivalent.named}
    place = {s: (s not in started or s.name.startswith("g_"), i) for i, s in enumerate(rows)}
    graph = nx.DiGraph([(s, d.symbol) for d in rows.values() for s in d.expr.atoms(Symbol) if s in rows])
    found = [s for s in rows if graph.has_edge(s, s)]
    graph.remove_nodes_from(found)
    while cyclic := [part for part in nx.strongly_connected_components(graph) if len(part) > 1]:
        chosen = min((s for part in cyclic for s in part), key=place.__getitem__)
        found.append(chosen)
        graph.remove_node(chosen)
    return [d for s, d in rows.items() if s in found]


def following(plan: Layout, unknowns: list[Definition]) -> list[Definition]:
    """All that follows from the unknowns, in an order in which each needs only what stands before it."""
    constants = constant(plan.definitions)
    return sorted_by_need([d for d in plan.definitions if d not in constants and d not in unknowns])


def sorted_by_need(definitions: Iterable[Definition]) -> list[Definition]:
    """Each after those that it needs, else in the given order; there is no cycle among them."""
    rows = {d.symbol: d for d in definitions}
    graph = nx.DiGraph()
    graph.add_nodes_from(rows)
    graph.add_edges_from((s, d.symbol) for d in rows.values() for s in d.expr.atoms(Symbol) if s in rows)
    place = {s: i for i, s in enumerate(rows)}
    return [rows[s] for s in nx.lexicographical_topological_sort(graph, key=place.__getitem__)]
