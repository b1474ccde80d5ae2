"""Functions of one point, for compiled languages.

Scalars are computed one after another, averages over the spectrum in fused loops.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, count

from planar.kernels.backends.infix import ATOM, Infix
from planar.kernels.backends.schedule import assignments
from planar.kernels.program.nodes import Node, ordered
from planar.kernels.program.operations import PRINTED, rule
from planar.kernels.program.program import Program

__all__ = ["LOWERED", "TEXT", "Loops"]

_REDUCTIONS = ("trace", "radius", "spectrum_step")
_NAMED = ("letter", "state", "let")
_INPUTS = ("letter", "diagonal")
LOWERED = frozenset(
    {x for x in PRINTED if x[1] == "m" and x[0] not in _NAMED} | {(x, "s") for x in _REDUCTIONS}
)
"""What becomes statements of its own."""
TEXT = PRINTED - LOWERED - {("mean", "s")}
"""What is written inside of expressions; averages are sums of a loop."""


class Loops(Infix):
    """Lowers the nodes of a function to statements; a language says how these are written.

    Averages that need the same scalars share one loop over the eigenvalues. Every dense matrix has
    a name of its own.
    """

    def __init__(self, program: Program, functions: Mapping[str, str]) -> None:
        super().__init__(functions=functions)
        self.program = program
        self.out: list[str] = []
        self.shared: dict[int, str] = {}
        self.used: set[str] = set()

    @abstractmethod
    def assign(self, name: str, text: str) -> str:
        """A scalar."""

    @abstractmethod
    def loop(
        self,
        temporaries: list[tuple[str, str]],
        sums: list[tuple[str, str]],
        stores: list[tuple[str, str]],
    ) -> list[str]:
        """One pass over the spectrum: values of an eigenvalue, sums, entries of diagonals."""

    def statements(self, name: str, node: Node) -> list[str]:
        """A dense matrix, or a scalar from matrices, from operands that all have names."""
        lines: list[str] = self.ruled("statement", node.op, node.kind)(name, node)
        return lines

    def taken(self) -> tuple[str, ...]:
        """The names of inputs."""
        arrays = [d.variable for d in self.program.data]
        return (*self.program.scalars, *self.program.dimensions, *arrays, "weights")

    def body(self, returns: Sequence[Node], taken: Sequence[str]) -> list[str]:
        """Statements after which every one of ``returns`` can be written."""
        reserved = (*taken, *self.taken())
        self.names, self.out = {}, []
        self.shared = {id(n): name for name, n in assignments(returns, reserved)}
        self.used = {*reserved, *self.shared.values()}
        nodes = list(ordered(returns))
        arrays, levels = _arrays(nodes), _levels(nodes)
        for level in range(max(levels.values(), default=0) + 1):
            means = [n for n in nodes if n.op == "mean" and levels[id(n)] == level]
            before = [n for n in arrays if levels[id(n)] == level - 1]
            self._loop(means, [n for n in before if id(n) not in self.names])
            for node in nodes:
                if levels[id(node)] == level and node.kind != "d" and id(node) not in self.names:
                    self._statement(node, arrays)
        return self.out

    def _statement(self, node: Node, arrays: list[Node]) -> None:
        """A matrix or a scalar from matrices, or a scalar that has a name."""
        if node.kind == "m" and node.op != "loops":
            missing = {id(x): x for x in node.args if x in arrays and id(x) not in self.names}
            self._loop([], list(missing.values()))
        if (node.op, node.kind) in LOWERED:
            name = self._name_of(node, "m" if node.kind == "m" else "t")
            self.out += self.statements(name, node)
            self.names[id(node)] = name
        elif node.kind == "s" and id(node) in self.shared and node.op != "mean":
            name = self.shared[id(node)]
            self.out.append(self.assign(name, self.text(node)))
            self.names[id(node)] = name

    def _name_of(self, node: Node, letter: str) -> str:
        """The name that a node has, or a new one."""
        if id(node) in self.shared:
            return self.shared[id(node)]
        name = next(name for k in count(1) if (name := f"{letter}{k}") not in self.used)
        self.used.add(name)
        return name

    def _loop(self, means: list[Node], stores: list[Node]) -> None:
        """One pass over the spectrum for averages, and diagonals that become arrays."""
        if not means and not stores:
            return
        outside = dict(self.names)
        temporaries = self._temporaries(means, stores)
        sums, entries = list[tuple[str, str]](), list[tuple[str, str]]()
        for n in means:
            factors = ["weights[i]", *(self.text(x, ATOM) for x in n.args)]
            sums.append((self._name_of(n, "mean"), " * ".join(factors)))
        for n in stores:
            name = outside[id(n)] if id(n) in outside else self._name_of(n, "d")
            entries.append((f"{name}_array", self.text(n)))
        self.out += self.loop(temporaries, sums, entries)
        self.names = outside
        self.names |= {id(n): name for n, (name, _) in zip(means, sums, strict=True)}
        self.names |= {id(n): f"{name}[i]" for n, (name, _) in zip(stores, entries, strict=True)}

    def _temporaries(self, means: list[Node], stores: list[Node]) -> list[tuple[str, str]]:
        """Parts of a pass that are used more than once, and all inverses, under local names."""
        inside = [n for n in ordered((*means, *stores)) if n.kind == "d"]
        uses = Counter(map(id, chain.from_iterable(n.args for n in (*inside, *means))))
        used: set[str] = set()
        temporaries = []
        for n in inside:
            if id(n) in self.names or n.op in _INPUTS:
                continue
            if uses[id(n)] > 1 or n.op == "inverse":
                name = self.shared.get(id(n), "")
                if not name or name in used:
                    name = next(name for k in count(1) if (name := f"g{k}_i") not in used)
                used.add(name)
                temporaries.append((name, self.text(n)))
                self.names[id(n)] = name
        return temporaries

    @rule("letter", kinds="d")
    def _eigenvalue(self, node: Node) -> tuple[str, int]:
        return f"{node.data}[i]", ATOM

    @rule("diagonal")
    def _diagonal(self, node: Node) -> tuple[str, int]:
        return f"{node.data}_diagonal[i]", ATOM

    @rule("near")
    def _near(self, node: Node) -> tuple[str, int]:
        return self.applied("near", node), ATOM

    @rule("spread")
    def _spread(self, node: Node) -> tuple[str, int]:
        return self.operation(node.args[0])

    def array(self, node: Node) -> str:
        """The name of a diagonal as an array."""
        if node.op == "letter":
            return str(node.data)
        if node.op == "diagonal":
            return f"{node.data}_diagonal"
        return self.names[id(node)].removesuffix("[i]")


def _arrays(nodes: list[Node]) -> list[Node]:
    """The diagonals other than inputs that an operation on matrices reads."""
    reading = [n for n in nodes if n.kind == "m" and n.op != "loops"]
    read = set(map(id, chain.from_iterable(n.args for n in reading)))
    return [n for n in nodes if n.kind == "d" and id(n) in read and n.op not in _INPUTS]


def _levels(nodes: list[Node]) -> dict[int, int]:
    """How many passes over the spectrum stand before each node."""
    levels, named = dict[int, int](), dict[str, int]()
    for node in nodes:
        below = max((levels[id(x)] for x in node.args), default=0)
        below = named.get(node.data, 0) if node.op == "variable" else below
        levels[id(node)] = below + (node.op == "mean")
        if node.op == "let":
            named[node.data] = levels[id(node)]
    return levels
