"""Derivatives of a kernel in a scalar, by the implicit function theorem: dx = -J^-1 (dF/dp) dp,
with exact Jacobians.
"""

from __future__ import annotations

from planar.kernels.printers.array_functions import Arrays
from planar.kernels.program.differentiation import Derivative
from planar.kernels.program.layout import occurs
from planar.kernels.program.nodes import Graph, Node, ordered
from planar.kernels.program.program import Assign, Block, Function, Program, Solve

__all__ = ["tangent"]


def tangent(program: Program, scalar: str) -> list[str]:
    """Sources of ``derivative_in_<scalar>(inputs, sizes, named, data)`` and of the functions that
    it calls.
    """
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
            change = self.graph.dense(
                self.graph.eye(change, shape) if change.kind == "s" else change, shape
            )
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
        head = [f"def derivative_in_{self.scalar}(inputs, sizes, named, data):"]
        head.append(
            f'    """The derivative of the right-hand side in {self.scalar} at every point."""'
        )
        return "\n".join([*head, *(f"    {line}" for line in (*body, *self.lines))])

    def _change(self, node: Node) -> Node:
        """The first-order change of a node, all that moves taken into account."""
        leaves = {
            n.data: n for n in ordered((node,)) if n.op == "variable" and n.data in self.moving
        }
        g = self.graph
        parts = [
            g.product(self.moving[name], Derivative(g, leaf)(node)) for name, leaf in leaves.items()
        ]
        return g.plus(parts) if parts else g.number(0)

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
        moved = ", ".join(
            self.printer.text(self.moving[p]) if p in self.moving else "0.0"
            for p in step.parameters
        )
        own, given = (
            ", ".join(x) + ("," if len(x) == 1 else "") for x in (step.names, step.parameters)
        )
        comma = "," if len(step.parameters) == 1 else ""
        call = f"change_of_{block.name}(({own}), (({given}), ({moved}{comma})), data)"
        self.lines.append(
            f"{', '.join(self._put(n) for n in step.names)}{',' if len(step.names) == 1 else ''} = {call}"
        )

    def _of_block(self, block: Block) -> list[str]:
        """``change_of_<block>``: how the unknowns move with the parameters."""
        g, k = self.graph, len(block.unknowns)
        residuals, slopes = block.equations.returns[:k], block.equations.returns[k : k + k * k]
        leaves = {
            n.data: n
            for n in ordered(residuals)
            if n.op == "variable" and n.data in block.parameters
        }
        moves = [
            g.add(
                *(
                    g.mul(Derivative(g, leaf)(r), g.variable(f"d_{name}"))
                    for name, leaf in leaves.items()
                )
            )
            for r in residuals
        ]
        moved = tuple(f"d_{p}" for p in block.parameters)
        doc = f"How {' and '.join(block.unknowns[:3])} move with their parameters: -J^-1 dF."
        f = Function("change", doc, block.unknowns, (*block.parameters, *moved), (*moves, *slopes))
        lines = self.printer.function(f, f"change_of_{block.name}", "unknowns")
        lines = [x.replace(" = given", " = (*given[0], *given[1])") for x in lines]
        return [*lines[:-1], lines[-1].replace("return ", "return implicit_step((", 1) + f"), {k})"]
