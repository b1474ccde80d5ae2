"""gamma(R, R*) of an evidence as a node: the ladder of a resolvent with its adjoint."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from sympy import Expr, ZeroMatrix

from planar.derivation.equivalent import Evidence, MatrixEvidence
from planar.kernels.program.graph import Graph
from planar.kernels.program.laws import rung
from planar.kernels.program.nodes import Node, Shape
from planar.kernels.program.scopes import Nodes, Scopes
from planar.kernels.program.sympy_nodes import Reader

__all__ = ["gamma", "greatest"]


def greatest(graph: Graph, nodes: Iterable[Node]) -> Node:
    """The largest of the gammas."""
    return reduce(lambda a, b: graph.call("max", a, b), nodes)


def gamma(scopes: Scopes, evidence: Evidence | MatrixEvidence, unknowns: Nodes) -> Node:
    """gamma where these nodes are the ``unknowns``."""
    if isinstance(evidence, MatrixEvidence):
        return _of_matrices(scopes, evidence, unknowns)
    graph = scopes.graph
    read = scopes.reader(scopes.given(unknowns, evidence.named)).scalar

    def matrix(rows: Iterable[Iterable[Expr]]) -> Node:
        return graph.stack(map(read, row) for row in rows)

    sides = (matrix(evidence.on_s), matrix(evidence.on_h), matrix(evidence.loops))
    return graph.make("radius", sides, "s", evidence.rooted)


def _of_matrices(scopes: Scopes, evidence: MatrixEvidence, unknowns: Nodes) -> Node:
    graph = scopes.graph
    resolve = scopes.given(unknowns)
    reader = scopes.reader(resolve)
    on_s, on_h = list[Node](), list[Node]()
    for law in evidence.laws:
        s, h = rung(law, reader, scopes.binding(resolve))
        size = graph.inverse(reader.scalar(law.law.shape[0]))
        on_s.append(graph.dense(s, s.shape))
        on_h.append(graph.dense(graph.product(size, h), h.shape))
    sizes = [len(law.entries) for law in evidence.laws]
    total = graph.number(sum(n * n for n in sizes))
    shape = (total, total)
    propagators = _alike(graph, _propagators(reader, evidence))
    colours = evidence.transposed or (False,) * sum(sizes)
    loops = graph.make("loops", propagators, "m", (tuple(sizes), tuple(colours)), shape)
    sides = (_block_diagonal(graph, on_s, shape), _block_diagonal(graph, on_h, shape), loops)
    return graph.make("radius", sides, "s", evidence.rooted)


def _block_diagonal(graph: Graph, parts: list[Node], shape: Shape) -> Node:
    return parts[0] if len(parts) == 1 else graph.make("blocks", tuple(parts), "m", None, shape)


def _propagators(reader: Reader, evidence: MatrixEvidence) -> list[tuple[Node, Shape]]:
    """The propagators row by row, with their shapes."""
    nodes = []
    for row in evidence.propagators:
        for expression in row:
            shape = reader.shape(expression)
            if isinstance(expression, ZeroMatrix):
                nodes.append((reader.graph.eye(reader.graph.number(0), shape), shape))
            else:
                nodes.append((reader.matrix(expression), shape))
    return nodes


def _alike(graph: Graph, propagators: list[tuple[Node, Shape]]) -> tuple[Node, ...]:
    """Propagators between the same spaces in one form.

    Products of two vectors of their entries are then traces.
    """
    kinds: dict[tuple[int, ...], str] = {}
    for node, shape in propagators:
        space = tuple(map(id, shape))
        kinds[space] = max(kinds.get(space, "e"), node.kind, key="edm".index)
    return tuple(
        _as_vector(graph, node, shape, kinds[tuple(map(id, shape))]) for node, shape in propagators
    )


def _as_vector(graph: Graph, node: Node, shape: Shape, kind: str) -> Node:
    """A propagator in the form of this kind, whose entries are those of a vector."""
    root = graph.call("sqrt", shape[0])
    if kind == "m":
        return graph.dense(node, shape)
    inner = graph.mul(node.args[0] if node.kind == "e" else node, root)
    return graph.make("spread", (inner,), "d") if kind == "d" and inner.kind == "s" else inner
