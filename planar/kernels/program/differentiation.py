"""Derivatives of nodes: exact Jacobians for Newton's steps and for implicit differentiation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planar.foundations.errors import PlanarError
from planar.kernels.program.graph import Graph
from planar.kernels.program.nodes import Node
from planar.kernels.program.operations import DIFFERENTIABLE, FUNCTIONS, Rules, covering, rule

__all__ = ["Derivative"]


class Derivative(Rules, derivative=DIFFERENTIABLE):
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
        if (node.op, node.kind) not in DIFFERENTIABLE:
            raise PlanarError(f"no derivative of {node.op} in a kernel.")
        derivative: Node = self.ruled("derivative", node.op, node.kind)(node)
        return derivative

    @rule("variable", table="derivative")
    def _variable(self, _: Node) -> Node:
        return self.graph.number(1)

    @rule("let", table="derivative")
    def _let(self, node: Node) -> Node:
        return self(node.args[0])

    @rule("add", table="derivative")
    def _add(self, node: Node) -> Node:
        return self.graph.add(*map(self, node.args))

    @rule("madd", table="derivative")
    def _madd(self, node: Node) -> Node:
        return self.graph.plus((self._matrix(x) for x in node.args), node.shape)

    @rule("mul", table="derivative")
    def _mul(self, node: Node) -> Node:
        return self.graph.add(*self._each(node.args, self.graph.mul))

    @rule("matmul", "rows", "columns", "scale", table="derivative")
    def _product(self, node: Node) -> Node:
        return self.graph.plus(self._each(node.args, self.graph.product, matrix=True), node.shape)

    @rule("inverse", table="derivative")
    def _inverse(self, node: Node) -> Node:
        return self.graph.mul(self.graph.number(-1), node, node, self(node.args[0]))

    @rule("power", table="derivative")
    def _power(self, node: Node) -> Node:
        g, (base,) = self.graph, node.args
        return g.mul(g.number(node.data), g.power(base, node.data - 1), self(base))

    @rule("minverse", table="derivative")
    def _minverse(self, node: Node) -> Node:
        return self.graph.negative(self.graph.product(node, self._matrix(node.args[0]), node))

    @rule("eye", table="derivative")
    def _eye(self, node: Node) -> Node:
        return self.graph.eye(self(node.args[0]), node.shape)

    @rule("dense", table="derivative")
    def _dense(self, node: Node) -> Node:
        g, (x,) = self.graph, node.args
        return g.eye(self(x), node.shape) if x.kind == "s" else g.dense(self(x), node.shape)

    @rule("transpose", table="derivative")
    def _transpose(self, node: Node) -> Node:
        return self.graph.transpose(self._matrix(node.args[0]))

    @rule("mean", table="derivative")
    def _mean(self, node: Node) -> Node:
        return self.graph.add(*self._each(node.args, self.graph.mean))

    @rule("trace", table="derivative")
    def _trace(self, node: Node) -> Node:
        g, args = self.graph, node.args
        assert args[0].shape
        size = args[0].shape[0]
        return g.add(*self._each(args, lambda *f: g.trace(size, *f), matrix=True))

    @rule("call", table="derivative")
    def _call(self, node: Node) -> Node:
        if not FUNCTIONS[node.data].analytic:
            raise PlanarError(f"no derivative of {node.data} in a kernel: it is not analytic.")
        return self.graph.mul(_SLOPES[node.data](self.graph, node), self(node.args[0]))

    def _matrix(self, node: Node) -> Node:
        """The derivative as a matrix, also where it is zero."""
        change = self(node)
        scalar = change.kind == "s" and node.kind in "em"
        return self.graph.eye(change, node.shape) if scalar else change

    def _each(
        self, args: tuple[Node, ...], product: Callable[..., Node], matrix: bool = False
    ) -> list[Node]:
        """The product rule."""
        terms = []
        for i, x in enumerate(args):
            if self._varies(x):
                change = self._matrix(x) if matrix else self(x)
                terms.append(product(*args[:i], change, *args[i + 1 :]))
        return terms


_SLOPES: Mapping[str, Callable[[Graph, Node], Node]] = covering(
    "the derivative",
    {
        "sqrt": lambda g, node: g.mul(g.number(0.5), g.inverse(node)),
        "exp": lambda _, node: node,
        "log": lambda g, node: g.inverse(node.args[0]),
        "sin": lambda g, node: g.call("cos", node.args[0]),
        "cos": lambda g, node: g.negative(g.call("sin", node.args[0])),
        "copysign": lambda g, _: g.number(0),
        "power": lambda g, node: g.mul(
            node.args[1], g.call("power", node.args[0], g.add(node.args[1], g.number(-1)))
        ),
    },
    analytic=True,
)
