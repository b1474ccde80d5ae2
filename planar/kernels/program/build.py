"""The ``Program`` of an equivalent: its definitions in the order in which they are computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from sympy import Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Evidence, MatrixEvidence
from planar.formulas.sympy_text import plain
from planar.kernels.program.block import Blocks
from planar.kernels.program.gamma import gamma, greatest
from planar.kernels.program.grouping import Names, Unknowns
from planar.kernels.program.laws import by_relation
from planar.kernels.program.layout import Layout
from planar.kernels.program.nodes import Node, Shape, ordered
from planar.kernels.program.program import Assign, Data, Program, Solve
from planar.kernels.program.scopes import Scopes

__all__ = ["build"]

Attached = Mapping[Names, list[Evidence | MatrixEvidence]]
Steps = tuple[Assign | Solve, ...]


def build(plan: Layout) -> Program:
    """The program of an equivalent.

    Raises ``PlanarError`` where an expression has no numeric form.
    """
    return _Builder(plan).program()


class _Builder:
    def __init__(self, plan: Layout) -> None:
        self.plan, self.equivalent = plan, plan.equivalent
        self.names = plan.bound
        self.scopes = Scopes(plan)
        self.unknowns = Unknowns(plan)
        self.blocks = Blocks(self.scopes, self.unknowns)

    def program(self) -> Program:
        plan, equivalent = self.plan, self.equivalent
        order = self.unknowns.blocks()
        attached = self.unknowns.evidence(order)
        steps = self._steps(order, attached)
        value, shape = self._value()
        gammas = [gamma(self.scopes, item, {}) for item in attached.get((), [])]
        assigned = [step.value for step in steps if isinstance(step, Assign)]
        nodes = list(ordered([value, *gammas, *assigned, *self.blocks.returns()]))
        definitions = [f"{d.symbol} = {plain(d.expr)}" for d in equivalent.definitions]
        return Program(
            lhs=plain(equivalent.lhs),
            formula=(plain(equivalent.rhs), *definitions),
            scalars=tuple(plan.names[s] for s in plan.symbols),
            dimensions=tuple(plan.names[d.name] for d in plan.dimensions),
            data=self._data(nodes),
            spectral=plan.names[plan.spectral] if plan.spectral else None,
            steps=steps,
            named=self._named(),
            evidence=greatest(self.scopes.graph, gammas) if gammas else None,
            value=value,
            shape=shape,
            complex_=self._is_complex(nodes),
            blocks=tuple(dict.fromkeys(step.block for step in steps if isinstance(step, Solve))),
            whole=self._is_whole(value, nodes),
        )

    def _steps(self, order: list[Names], attached: Attached) -> Steps:
        """Constants first, then each block after what follows from those before it."""
        unknowns = set(self.unknowns.symbols)
        steps: list[Assign | Solve] = [self._assign(d) for d in self.plan.constants]
        solved, following = set[Symbol](), list(self.plan.following)
        for names in order:
            ready = [
                d for d in following if self.unknowns.rows.below([d.symbol]) & unknowns <= solved
            ]
            steps += map(self._assign, ready)
            following = [d for d in following if d not in ready]
            steps.append(self.blocks.solve(names, attached.get(names, [])))
            solved |= set(names)
        return (*steps, *map(self._assign, following))

    def _assign(self, definition: Definition) -> Assign:
        value = self.scopes.outside.scalar(definition.expr)
        return Assign(self.names[definition.symbol], value)

    def _named(self) -> tuple[str, ...]:
        """The quantities of the formula, and after them those that only the evidence holds."""
        own = self.equivalent.definitions
        others = [d for d in self.plan.definitions if d not in own]
        return tuple(self.names[d.symbol] for d in (*own, *others))

    def _value(self) -> tuple[Node, Shape | None]:
        reader, rhs = self.scopes.outside, self.equivalent.rhs
        if self.equivalent.target.shape is None:
            return reader.scalar(rhs), None
        shape = reader.shape(rhs)
        return self.scopes.graph.dense(reader.matrix(rhs), shape), shape

    def _data(self, nodes: Sequence[Node]) -> tuple[Data, ...]:
        """The arrays that the program reads, in the order of the letters."""
        used = {(n.op, n.data) for n in nodes if n.op in ("letter", "diagonal")}
        arrays = []
        for letter in self.equivalent.letters:
            name, shape = self.plan.names[letter.name], self.scopes.outside.shape(letter)
            if letter.name == self.plan.spectral:
                arrays.append(Data(name, "d", shape))
            elif ("letter", name) in used:
                arrays.append(Data(name, "m", shape))
            if ("diagonal", name) in used:
                arrays.append(Data(name, "diagonal", shape))
        return tuple(arrays)

    def _is_complex(self, nodes: Sequence[Node]) -> bool:
        """Whether values may be complex for real parameters."""
        if any(map(_gives_complex, nodes)):
            return True
        laws = self.plan.source.iteration
        return any(by_relation(law) and law.law.alternating for law in laws)

    def _is_whole(self, value: Node, nodes: Sequence[Node]) -> bool:
        """Whether there is a matrix over the space of the spectral letter beside the value."""
        spectral = self.scopes.spectral
        if spectral is None:
            return False
        shape = self.scopes.outside.shape(spectral)
        arguments = set(map(id, chain.from_iterable(n.args for n in nodes)))
        square = [
            n for n in nodes if n.op in ("letter", "dense") and n.kind == "m" and n.shape == shape
        ]
        return any(n is not value or n.op == "letter" or id(n) in arguments for n in square)


def _gives_complex(node: Node) -> bool:
    """Whether a node may be complex where its arguments are real."""
    match node.op:
        case "call":
            return node.data in ("sqrt", "log", "power")
        case "number":
            return isinstance(node.data, complex)
        case _:
            return False
