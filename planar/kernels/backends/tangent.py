"""Derivatives of a kernel in a scalar, by the implicit function theorem.

``dx = -J^-1 (dF/dp) dp``, with exact Jacobians.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.program.differentiation import Derivative
from planar.kernels.program.graph import Graph
from planar.kernels.program.layout import occurs
from planar.kernels.program.nodes import Node, ordered
from planar.kernels.program.program import Assign, Block, Function, Program, Role, Solve

__all__ = ["tangent"]


def tangent(program: Program, scalar: str) -> list[str]:
    """Sources of ``derivative_in_<scalar>(inputs, sizes, named, data)`` and of what it calls."""
    return _Tangent(program, scalar).parts()


class _Tangent:
    def __init__(self, program: Program, scalar: str) -> None:
        self.program, self.scalar = program, scalar
        self.graph, self.printer = Graph(), Arrays(program)
        self.moving: dict[str, Node] = {scalar: self.graph.number(1)}
        self.functions: dict[str, list[str]] = {}
        self.lines: list[str] = []

    def parts(self) -> list[str]:
        for step in self.program.steps:
            if isinstance(step, Assign):
                self._assign(step)
            else:
                self._solve(step)
        change = self._change(self.program.value)
        if (shape := self.program.shape) is not None:
            matrix = self.graph.eye(change, shape) if change.kind == "s" else change
            change = self.graph.dense(matrix, shape)
        shared = self.printer.lines((change,), (*self.program.named, *self._names()))
        self.lines += [*shared, f"return {self.printer.text(change)}"]
        return [*("\n".join(f) for f in self.functions.values()), self._whole()]

    def _names(self) -> list[str]:
        return [v.data for v in self.moving.values() if v.op == "variable"]

    def _whole(self) -> str:
        p, text = self.program, "\n".join(self.lines)
        body = [f'{n} = inputs["{n}"]' for n in p.scalars if occurs(n, text)]
        body += [f'{n} = named["{n}"]' for n in p.named if occurs(n, text)]
        body += self.printer.unpacked(p.dimensions, "sizes", text)
        body += self.printer.unpacked(self.printer.arrays(), "data", text.replace(", data)", ")"))
        doc = f"The derivative of the right-hand side in {self.scalar} at every point."
        return "\n".join(
            [
                f"def derivative_in_{self.scalar}(inputs, sizes, named, data):",
                f'    """{doc}"""',
                *(f"    {line}" for line in (*body, *self.lines)),
            ]
        )

    def _change(self, node: Node) -> Node:
        """The first-order change of a node, all that moves taken into account."""
        graph = self.graph
        changes = []
        for name, leaf in _leaves((node,), self.moving).items():
            changes.append(graph.product(self.moving[name], Derivative(graph, leaf)(node)))
        return graph.plus(changes) if changes else graph.number(0)

    def _put(self, name: str) -> str:
        self.moving[name] = self.graph.variable(f"d_{name}")
        return f"d_{name}"

    def _assign(self, step: Assign) -> None:
        change = self._change(step.value)
        if change.op == "number" and change.data == 0:
            return
        lines = self.printer.lines((change,), (*self.program.named, *self._names()))
        self.lines += [*lines, f"{self._put(step.name)} = {self.printer.text(change)}"]

    def _solve(self, step: Solve) -> None:
        block = step.block
        if not any(p in self.moving for p in step.parameters):
            return
        self.functions.setdefault(block.name, self._of_block(block))
        names, parameters = ", ".join(step.names), ", ".join(step.parameters)
        moved = ", ".join(map(self._moved, step.parameters))
        changes = ", ".join(map(self._put, step.names))
        comma = "," if len(step.names) == 1 else ""
        after = "," if len(step.parameters) == 1 else ""
        given = f"(({parameters}{after}), ({moved}{after}))"
        call = f"change_of_{block.name}(({names}{comma}), {given}, data)"
        self.lines.append(f"{changes}{comma} = {call}")

    def _moved(self, parameter: str) -> str:
        """The change of a parameter as text."""
        return self.printer.text(self.moving[parameter]) if parameter in self.moving else "0.0"

    def _of_block(self, block: Block) -> list[str]:
        """``change_of_<block>``: how the unknowns move with the parameters."""
        k = len(block.unknowns)
        residuals, slopes = block.equations.returns[:k], block.equations.returns[k : k + k * k]
        leaves = _leaves(residuals, block.parameters)
        moves = [self._move(residual, leaves) for residual in residuals]
        moved = tuple(f"d_{p}" for p in block.parameters)
        doc = f"How {' and '.join(block.unknowns[:3])} move with their parameters: -J^-1 dF."
        parameters, returns = (*block.parameters, *moved), (*moves, *slopes)
        f = Function(Role.CHANGE, doc, block.unknowns, parameters, returns)
        lines = self.printer.function(f, f"change_of_{block.name}", f.role.vector)
        lines = [x.replace(" = given", " = (*given[0], *given[1])") for x in lines]
        return [*lines[:-1], lines[-1].replace("return ", "return implicit_step((", 1) + f"), {k})"]

    def _move(self, residual: Node, leaves: Mapping[str, Node]) -> Node:
        """The change of a residual where the parameters ``p`` move by ``d_p``."""
        graph = self.graph
        terms = []
        for name, leaf in leaves.items():
            slope = Derivative(graph, leaf)(residual)
            terms.append(graph.mul(slope, graph.variable(f"d_{name}")))
        return graph.add(*terms)


def _leaves(nodes: Iterable[Node], names: Container[str]) -> dict[str, Node]:
    """The variables with these names below the nodes."""
    return {n.data: n for n in ordered(nodes) if n.op == "variable" and n.data in names}
