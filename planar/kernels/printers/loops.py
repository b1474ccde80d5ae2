"""Functions of one point, for compiled languages: scalars one after another, averages over the
spectrum in fused loops.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

from planar.kernels.printers.infix import ATOM, Infix
from planar.kernels.printers.schedule import assignments
from planar.kernels.program.nodes import Node, ordered
from planar.kernels.program.operations import PRINTED, rule
from planar.kernels.program.program import Program

__all__ = ["LOWERED", "TEXT", "Loops"]

_REDUCTIONS = ("trace", "radius", "spectrum_step")
_NAMED = ("letter", "state", "let")
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

    # -- what a language writes
    # --------------------------------------------------------------------------------------

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
        found: list[str] = self.ruled("statement", node.op, node.kind)(name, node)
        return found

    def taken(self) -> tuple[str, ...]:
        data = [f"{d.name}_diagonal" if d.kind == "diagonal" else d.name for d in self.program.data]
        return (*self.program.scalars, *self.program.dimensions, *data, "weights")

    # -- lowering
    # ----------------------------------------------------------------------------------------------------

    def body(self, returns: Sequence[Node], taken: Sequence[str]) -> list[str]:
        """Statements after which every one of ``returns`` can be written."""
        self.names, self.out = {}, []
        every = list(ordered(returns))
        levels = _levels(every)
        shared = {id(n): name for name, n in assignments(returns, (*taken, *self.taken()))}
        used = {*taken, *self.taken(), *shared.values()}

        def name_of(node: Node, letter: str) -> str:
            found = shared.get(id(node))
            k = 0
            while found is None or (id(node) not in shared and found in used):
                k += 1
                found = f"{letter}{k}"
            used.add(found)
            return found

        arrays = [n for n in every if n.kind == "d" and any(_needs_array(x, n) for x in every)]
        for level in range(max(levels.values(), default=0) + 1):
            means = [n for n in every if n.op == "mean" and levels[id(n)] == level]
            stores = [n for n in arrays if levels[id(n)] == level - 1]
            self._loop(means, [n for n in stores if id(n) not in self.names], shared, name_of)
            for node in every:
                if levels[id(node)] != level or node.kind == "d" or id(node) in self.names:
                    continue
                wanted = {id(x): x for x in node.args if x in arrays and id(x) not in self.names}
                missing = [] if node.op == "loops" else list(wanted.values())
                if missing and node.kind == "m":
                    self._loop([], missing, shared, name_of)
                if (node.op, node.kind) in LOWERED:
                    name = name_of(node, "m" if node.kind == "m" else "t")
                    self.out += self.statements(name, node)
                    self.names[id(node)] = name
                elif node.kind == "s" and id(node) in shared and node.op != "mean":
                    self.out.append(self.assign(shared[id(node)], self.text(node)))
                    self.names[id(node)] = shared[id(node)]
        return self.out

    def _loop(
        self, means: list[Node], stores: list[Node], shared: dict[int, str], name_of: object
    ) -> None:
        if not means and not stores:
            return
        assert callable(name_of)
        inside = [n for n in ordered((*means, *stores)) if n.kind == "d"]
        uses: dict[int, int] = {}
        for n in (*inside, *means):
            for x in n.args:
                uses[id(x)] = uses.get(id(x), 0) + 1
        kept, temporaries = dict(self.names), list[tuple[str, str]]()
        local: set[str] = set()
        for n in inside:
            leaf = n.op in ("letter", "diagonal")
            if (
                id(n) not in self.names
                and not leaf
                and (uses.get(id(n), 0) > 1 or n.op == "inverse")
            ):
                name = shared.get(id(n), "")
                k = 0
                while not name or (name in local):
                    k += 1
                    name = f"g{k}_i"
                local.add(name)
                temporaries.append((name, self.text(n)))
                self.names[id(n)] = name
        sums = [
            (name_of(n, "mean"), " * ".join(["weights[i]", *(self.text(x, ATOM) for x in n.args)]))
            for n in means
        ]
        texts = [
            (name_of(n, "d") if id(n) not in kept else kept[id(n)], self.text(n)) for n in stores
        ]
        texts = [(f"{name}_array", text) for name, text in texts]
        self.out += self.loop(temporaries, sums, texts)
        self.names = kept
        self.names.update({id(n): name for n, (name, _) in zip(means, sums, strict=True)})
        self.names.update({id(n): f"{name}[i]" for n, (name, _) in zip(stores, texts, strict=True)})

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


def _needs_array(node: Node, diagonal: Node) -> bool:
    """Whether a matrix operation reads a diagonal that is no input."""
    if diagonal.op in ("letter", "diagonal") or node.kind != "m" or node.op == "loops":
        return False
    return any(x is diagonal for x in node.args)


def _levels(every: list[Node]) -> dict[int, int]:
    """How many passes over the spectrum stand before each node."""
    found, named = dict[int, int](), dict[str, int]()
    for node in every:
        below = max((found[id(x)] for x in node.args), default=0)
        below = named.get(node.data, 0) if node.op == "variable" else below
        found[id(node)] = below + (node.op == "mean")
        if node.op == "let":
            named[node.data] = found[id(node)]
    return found
