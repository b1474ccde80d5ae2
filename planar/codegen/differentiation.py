"""Derivatives of nodes: exact Jacobians for Newton's steps and for implicit differentiation."""

from __future__ import annotations

from collections.abc import Callable

from planar.codegen.nodes import Graph, Node
from planar.errors import PlanarError

__all__ = ["Derivative"]


class Derivative:
    """``derivative(node)`` with respect to one variable; for matrices entry by entry.

    >>> graph = Graph()
    >>> x = graph.variable("x")
    >>> Derivative(graph, x)(graph.power(x, 3))
    mul(number(3), power(2, variable('x')))
    """

    def __init__(self, graph: Graph, variable: Node) -> None:
        self.graph = graph
        self.variable = variable
        self.known: dict[int, Node] = {}
        self.holds: dict[int, bool] = {}

    def __call__(self, node: Node) -> Node:
        if not self._varies(node):
            return self.graph.number(0)
        if id(node) not in self.known:
            self.known[id(node)] = self._derivative(node)
        return self.known[id(node)]

    def _varies(self, node: Node) -> bool:
        """Whether the variable occurs below a node."""
        if id(node) not in self.holds:
            self.holds[id(node)] = node is self.variable or any(self._varies(x) for x in node.args)
        return self.holds[id(node)]

    def _derivative(self, node: Node) -> Node:
        g, args = self.graph, node.args
        match node.op:
            case "variable":
                return g.number(1)
            case "let":
                return self(args[0])
            case "add":
                return g.add(*map(self, args))
            case "madd":
                return g.plus((self._matrix(x) for x in args), node.shape)
            case "mul":
                return g.add(*self._each(args, g.mul))
            case "matmul" | "rows" | "columns" | "scale":
                return g.plus(self._each(args, g.product, matrix=True), node.shape)
            case "inverse":
                return g.mul(g.number(-1), node, node, self(args[0]))
            case "power":
                return g.mul(g.number(node.data), g.power(args[0], node.data - 1), self(args[0]))
            case "minverse":
                return g.negative(g.product(node, self._matrix(args[0]), node))
            case "eye":
                return g.eye(self(args[0]), node.shape)
            case "dense":
                return g.eye(self(args[0]), node.shape) if args[0].kind == "s" else g.dense(self(args[0]), node.shape)
            case "transpose":
                return g.transpose(self._matrix(args[0]))
            case "mean":
                return g.add(*self._each(args, g.mean))
            case "trace":
                assert args[0].shape
                size = args[0].shape[0]
                return g.add(*self._each(args, lambda *f: g.trace(size, *f), matrix=True))
            case "call":
                return g.mul(self._of_function(node), self(args[0]))
            case _:
                raise PlanarError(f"no derivative of {node.op} in a kernel.")

    def _matrix(self, node: Node) -> Node:
        """The derivative as a matrix, also where it is zero."""
        found = self(node)
        return self.graph.eye(found, node.shape) if found.kind == "s" and node.kind in "em" else found

    def _each(self, args: tuple[Node, ...], product: Callable[..., Node], matrix: bool = False) -> list[Node]:
        """The product rule."""
        parts = []
        for i, x in enumerate(args):
            if self._varies(x):
                parts.append(product(*args[:i], self._matrix(x) if matrix else self(x), *args[i + 1 :]))
        return parts

    def _of_function(self, node: Node) -> Node:
        g, x = self.graph, node.args[0]
        match node.data:
            case "sqrt":
                return g.mul(g.number(0.5), g.inverse(node))
            case "exp":
                return node
            case "log":
                return g.inverse(x)
            case "sin":
                return g.call("cos", x)
            case "cos":
                return g.negative(g.call("sin", x))
            case "power":
                return g.mul(node.args[1], g.call("power", x, g.add(node.args[1], g.number(-1))))
            case _:
                raise PlanarError(f"no derivative of {node.data} in a kernel: it is not analytic.")
