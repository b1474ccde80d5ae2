"""The ``Program`` of an equivalent: in which order its definitions are computed, and which of them are solved together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import chain

import networkx as nx
from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol, ZeroMatrix

from planar.codegen.differentiation import Derivative
from planar.codegen.laws import by_relation, initial, rung, sweep
from planar.codegen.layout import Layout
from planar.codegen.nodes import Graph, Node, ordered
from planar.codegen.program import Assign, Block, Data, Function, Program, Solve, State
from planar.codegen.reading import Reader
from planar.codegen.unknowns import constant, feedback, following, sorted_by_need
from planar.equivalent import STAR, Definition, Dyson, Evidence, MatrixEvidence
from planar.expression.plain import plain

__all__ = ["build"]


def build(plan: Layout) -> Program:
    """The program of an equivalent; raises ``PlanarError`` where an expression has no numeric form."""
    return _Builder(plan).program()


class _Builder:
    def __init__(self, plan: Layout) -> None:
        self.equivalent = equivalent = plan.equivalent
        self.plan = plan
        self.names = self.plan.names
        self.graph = Graph()
        self.spectral = next((q for q in equivalent.letters if q.name == self.plan.spectral), None)
        self.definitions = {d.symbol.name: d for d in self.plan.definitions}
        self.named = {d.symbol.name: d for d in equivalent.named}
        self.unknowns = [d.symbol.name for d in feedback(self.plan)]
        self.blocks: dict[object, Block] = {}

    # -- reading -----------------------------------------------------------------------------------------------------

    def reader(self, symbol: Callable[[str], Node]) -> Reader:
        return Reader(self.graph, self.names, self.spectral, symbol, self.plan.shared)

    def variable(self, name: str) -> Node:
        return self.graph.variable(self.names[name])

    def scope(self, held: dict[str, Node], more: Iterable[Definition] = (), *, states: bool = False) -> Callable[[str], Node]:
        """Resolves symbols: ``held`` ones are given; what depends on these is worked out; all else is a parameter."""
        known = dict(held)
        rows = {**self.definitions, **{d.symbol.name: d for d in more}}
        if states:
            rows = {**{k: d for k, d in rows.items() if not d.implicit}, **self.named}
        local = _depending(rows, set(held))
        local |= {d.symbol.name for d in more} | (set(self.named) - set(held) if states else set())

        def resolve(name: str) -> Node:
            if name not in known:
                if name in local:
                    known[name] = self.graph.let(self.names[name], self.reader(resolve).scalar(rows[name].expr))
                else:
                    known[name] = self.variable(name)
            return known[name]

        return resolve

    def bound(self, resolve: Callable[[str], Node]) -> Callable[[dict[str, Node]], Reader]:
        return lambda more: self.reader(lambda name: more[name] if name in more else resolve(name))

    # -- the program -------------------------------------------------------------------------------------------------

    def program(self) -> Program:
        plan, equivalent = self.plan, self.equivalent
        steps: list[Assign | Solve] = [self._assign(d) for d in sorted_by_need(constant(plan.definitions))]
        blocks = self._ordered_blocks()
        evidence = self._attached(blocks)
        done, rest = set[str](), following(plan, feedback(plan))
        for names in blocks:
            ready = [d for d in rest if self._needs(d.symbol.name) & set(self.unknowns) <= done]
            steps += map(self._assign, ready)
            rest = [d for d in rest if d not in ready]
            steps.append(self._solve(names, evidence.get(names, [])))
            done |= set(names)
        steps += map(self._assign, rest)
        value, shape = self._value()
        loose = [self._gamma(item, {}) for item in evidence.get((), [])]
        others = [d for d in plan.definitions if d not in equivalent.definitions]
        named = tuple(self.names[d.symbol.name] for d in (*equivalent.definitions, *others))
        nodes = [value, *loose, *(s.value for s in steps if isinstance(s, Assign))]
        nodes += [n for b in self.blocks.values() for _, f in b.functions() for n in f.returns]
        every = list(ordered(nodes))
        return Program(
            lhs=plain(equivalent.lhs),
            formula=(plain(equivalent.rhs), *(f"{d.symbol} = {plain(d.expr)}" for d in equivalent.definitions)),
            scalars=tuple(self.names[s] for s in plan.symbols),
            dimensions=tuple(self.names[d.name] for d in plan.dimensions),
            data=self._data(every),
            spectral=self.names[plan.spectral] if plan.spectral else None,
            steps=tuple(steps),
            named=named,
            evidence=reduce(lambda a, b: self.graph.call("max", a, b), loose) if loose else None,
            value=value,
            shape=shape,
            complex_=any((n.op == "call" and n.data in ("sqrt", "log", "power")) or _is_complex(n) for n in every)
            or any(by_relation(law) and law.law.alternating for law in equivalent.iteration),
            blocks=tuple(dict.fromkeys(s.block for s in steps if isinstance(s, Solve))),
            whole=self._whole(value, every),
        )

    def _whole(self, value: Node, nodes: Sequence[Node]) -> bool:
        """Whether a letter, an identity or a diagonal is a matrix over the space of the spectral letter, but for the value."""
        if self.spectral is None:
            return False
        shape = self.reader(self.variable).shape(self.spectral)
        held = [x for n in nodes for x in n.args]
        inside = [n for n in nodes if n.op in ("letter", "dense") and n.kind == "m" and n.shape == shape]
        return any(n is not value or n.op == "letter" or n in held for n in inside)

    def _assign(self, d: Definition) -> Assign:
        return Assign(self.names[d.symbol.name], self.reader(self.variable).scalar(d.expr))

    def _value(self) -> tuple[Node, tuple[Node, Node] | None]:
        reader, rhs = self.reader(self.variable), self.equivalent.rhs
        if self.equivalent.target.shape is None:
            return reader.scalar(rhs), None
        return self.graph.dense(reader.matrix(rhs), reader.shape(rhs)), reader.shape(rhs)

    def _data(self, nodes: Sequence[Node]) -> tuple[Data, ...]:
        """The arrays that the program reads, in the order of the letters."""
        reader = self.reader(self.variable)
        used = {(n.op, n.data): n for n in nodes if n.op in ("letter", "diagonal")}
        found = []
        for letter in self.equivalent.letters:
            name, shape = self.names[letter.name], reader.shape(letter)
            kind = "d" if letter.name == self.plan.spectral else "m"
            if ("letter", name) in used or kind == "d":
                found.append(Data(name, kind, shape))
            if ("diagonal", name) in used:
                found.append(Data(name, "diagonal", shape))
        return tuple(found)

    # -- which unknowns are solved together --------------------------------------------------------------------------

    def _needs(self, name: str) -> set[str]:
        """All definitions below a name, itself included."""
        return _below(self.definitions, {name})

    def _states(self, names: Iterable[str]) -> list[Dyson]:
        """The laws of the Dyson iteration that give these unknowns their start, and those that these need."""
        owner = {s.name: law for law in self.equivalent.iteration for _, _, s in law.places}
        found: dict[int, Dyson] = {}
        todo = [s for name in names for s in self._started(name) if s in owner]
        while todo:
            law = owner[todo.pop()]
            if id(law) in found:
                continue
            found[id(law)] = law
            held = [*chain.from_iterable(law.overlaps), *(c for c, _ in law.relation)]
            held += [law.r_transform] if law.r_transform is not None else []
            atoms = {s.name for e in held for s in e.atoms(Symbol)} | {s.name for _, _, s in law.places}
            todo += [s for s in _below(self.named, atoms) if s in owner]
        return [law for law in self.equivalent.iteration if id(law) in found]

    def _started(self, name: str) -> set[str]:
        """The states from which an unknown starts."""
        if any(s.name == name for law in self.equivalent.iteration for _, _, s in law.places):
            return {name}
        if name in self.named:
            return _below(self.named, {name})
        if name.startswith(("sigma", "eta")) or name in self._foreign():
            return set()
        others = self._needs(name) & set(self.unknowns) - {name}
        known = {o for o in others if not self._late(o)}
        return {s for o in known for s in self._started(o)} | _below(self.named, self._needs(name))

    def _late(self, name: str) -> bool:
        known = {s.name for law in self.equivalent.iteration for _, _, s in law.places} | set(self.named)
        return name not in known and not name.startswith(("sigma", "eta")) and name not in self._foreign()

    def _foreign(self) -> set[str]:
        """Unknowns of a formula of the user's own, of which the iteration knows nothing; they start at one and settle."""
        known = {s.name for law in self.equivalent.iteration for _, _, s in law.places}
        known |= {d.symbol.name for d in (*self.equivalent.named, *self.equivalent.auxiliary)}
        rows = self.definitions
        return {u for u in self.unknowns if u not in known and rows[u].expr.has(rows[u].symbol)}

    def _ordered_blocks(self) -> list[tuple[str, ...]]:
        """Unknowns that depend on each other, or whose iteration is one; each set after those that it needs."""
        graph = nx.DiGraph()
        graph.add_nodes_from(self.unknowns)
        below = {u: _below(self.definitions, {s.name for s in self.definitions[u].expr.atoms(Symbol)}) for u in self.unknowns}
        graph.add_edges_from((v, u) for u in self.unknowns for v in below[u] if v in below)
        laws: dict[int, str] = {}
        for u in self.unknowns:
            for law in self._states([u]):
                first = laws.setdefault(id(law), u)
                graph.add_edges_from([(first, u), (u, first)])
        merged = nx.condensation(graph)
        members = {k: tuple(u for u in self.unknowns if u in merged.nodes[k]["members"]) for k in merged}
        place = {k: self.unknowns.index(v[0]) for k, v in members.items()}
        return [members[k] for k in nx.lexicographical_topological_sort(merged, key=place.__getitem__)]

    def _attached(self, blocks: list[tuple[str, ...]]) -> dict[tuple[str, ...], list[Evidence | MatrixEvidence]]:
        """Each evidence with the last block whose unknowns it holds; with no block where it holds none."""
        found = dict[tuple[str, ...], list[Evidence | MatrixEvidence]]()
        for item in self.equivalent.evidence:
            names = {s.name.removesuffix(STAR) for e in _held(item) for s in e.atoms(Symbol)}
            below = _below(self.definitions, names)
            place = [b for b in blocks if set(b) & below]
            found.setdefault(place[-1] if place else (), []).append(item)
        return found

    # -- one block ---------------------------------------------------------------------------------------------------

    def _solve(self, names: tuple[str, ...], evidence: list[Evidence | MatrixEvidence]) -> Solve:
        g, shown = self.graph, tuple(self.names[n] for n in names)
        laws = self._states(names)
        states = [State(self._state(law), len(law.entries)) for law in laws]
        held = {n: self.variable(n) for n in names}
        told = " and ".join(shown[:3]) + (" and so on" if len(shown) > 3 else "")
        parts: dict[str, tuple[str, Sequence[Node]]] = {}
        starts: dict[str, Node] = {}
        values: dict[str, Node] = {}
        if laws:
            for law, state in zip(laws, states, strict=True):
                values[state.name] = (
                    g.variable(state.name)
                    if state.size == 1
                    else g.make("state", (), "m", state.name, (g.number(state.size), g.number(state.size)))
                )
                for i, j, s in law.places:
                    entry = values[state.name] if state.size == 1 else g.entry(values[state.name], i, j)
                    starts[s.name] = entry if state.size == 1 else g.let(self.names[s.name], entry)
            resolve = self.scope(starts, states=True)
            reader, bound = self.reader(resolve), self.bound(resolve)
            new = [sweep(law, values[s.name], reader, bound) for law, s in zip(laws, states, strict=True)]
            first = [initial(law, self.reader(self.variable)) for law in laws]
            parts["initial"] = (f"R(0), where the iteration for {told} starts.", first)
            parts["sweep"] = (f"One sweep S <- R(H) for {told}.", new)
        parts["quantities"] = (
            f"{told} from the self-energies." if laws else f"Where Newton starts for {told}.",
            self._starting(names, starts),
        )
        parts["equations"] = (
            f"What Newton brings to zero for {told}: residuals, their Jacobian, and the denominators that were cleared.",
            self._equations(names, held),
        )
        if evidence:
            gammas = [self._gamma(item, held) for item in evidence]
            largest = reduce(lambda a, b: g.call("max", a, b), gammas)
            parts["evidence"] = ("gamma(R, R*), which is below 1 on the physical branch.", [largest])
        own = {*shown, *(s.name for s in states)}
        nodes = [n for _, returns in parts.values() for n in returns]
        free = [n.data for n in ordered(nodes) if n.op == "variable" and n.data not in own]
        parameters = tuple(dict.fromkeys(free))
        vectors = {"initial": (), "sweep": tuple(s.name for s in states), "quantities": tuple(s.name for s in states)}
        made = {
            key: Function(key, doc, vectors.get(key, shown), parameters, tuple(returns))
            for key, (doc, returns) in parts.items()
        }
        block = Block(
            name=shown[0],
            unknowns=shown,
            parameters=parameters,
            states=tuple(states),
            initial=made.get("initial"),
            sweep=made.get("sweep"),
            quantities=made["quantities"],
            equations=made["equations"],
            evidence=made.get("evidence"),
            damping=(0.3, 0.3) if any(by_relation(law) and law.law.alternating for law in laws) else (1.0, 0.5),
            positive=bool(laws) and self._positive(),
            certain=self._positive() and len(laws) == 1 and states[0].size == 1 and not laws[0].law.alternating,
            settles=any(n in self._foreign() for n in names),
        )
        return Solve(shown, self.blocks.setdefault(_canonical(block), block), parameters, self._scalars(parameters))

    def _state(self, law: Dyson) -> str:
        first = self.names[law.places[0][2].name]
        return first if len(law.entries) == 1 else first + "_matrix"

    def _starting(self, names: tuple[str, ...], starts: dict[str, Node]) -> list[Node]:
        """What the iteration knows, traces at their value, rungs (which are linear) at zero."""
        g = self.graph
        resolve = self.scope(starts, states=True) if starts else self.variable
        known: dict[str, Node] = {}
        for name in names:
            if name in starts or name in self.named:
                known[name] = resolve(name)
            elif name.startswith(("sigma", "eta")):
                known[name] = g.number(0)
            elif name in self._foreign():
                known[name] = g.number(1)
        for name in names:
            if name not in known:
                held = {**{n: v for n, v in starts.items() if n not in known}, **known, name: g.number(0)}
                find = self.scope(held)
                known[name] = g.let(self.names[name], self.reader(find).scalar(self.definitions[name].expr))
        return [known[n] for n in names]

    def _equations(self, names: tuple[str, ...], held: dict[str, Node]) -> list[Node]:
        g = self.graph
        resolve = self.scope(held)
        residuals, below = [], []
        for name in names:
            top, bottom = _fraction(g, self.reader(resolve).scalar(self.definitions[name].expr))
            residuals.append(g.add(top, g.negative(g.mul(held[name], bottom))))
            below.append(bottom)
        slopes = [Derivative(g, held[name]) for name in names]
        return [*residuals, *(slope(r) for r in residuals for slope in slopes), *below]

    def _scalars(self, parameters: tuple[str, ...]) -> tuple[str, ...]:
        """The scalars of the formula on which a block depends."""
        back = {v: k for k, v in self.names.items()}
        below = _below(self.definitions, {back[p] for p in parameters})
        atoms = {s.name for n in below if n in self.definitions for s in self.definitions[n].expr.atoms(Symbol)} | below
        return tuple(self.names[s] for s in self.plan.symbols if s in atoms)

    def _positive(self) -> bool:
        """Whether all letters inside of resolvents are positive semidefinite."""
        expressions = [d.expr for d in (*self.plan.definitions, *self.equivalent.named)]
        expressions += [h for law in self.equivalent.iteration for row in law.overlaps for h in row]
        inside = {s for e in expressions for n in e.atoms(Inverse, MatPow) for s in n.atoms(MatrixSymbol)}
        return all(getattr(s, "positive", False) for s in inside)

    # -- evidence ----------------------------------------------------------------------------------------------------

    def _gamma(self, item: Evidence | MatrixEvidence, held: dict[str, Node]) -> Node:
        g = self.graph
        if isinstance(item, MatrixEvidence):
            return self._matrix_gamma(item, held)
        resolve = self.scope(held, item.named)
        read = self.reader(resolve).scalar
        sides = [g.stack([[read(e) for e in row] for row in side]) for side in (item.on_s, item.on_h, item.loops)]
        return g.make("radius", tuple(sides), "s", item.rooted)

    def _matrix_gamma(self, item: MatrixEvidence, held: dict[str, Node]) -> Node:
        g = self.graph
        resolve = self.scope(held)
        reader = self.reader(resolve)
        rungs = []
        for law in item.laws:
            on_s, on_h = rung(law, reader, self.bound(resolve))
            size = g.inverse(reader.scalar(law.law.shape[0]))
            rungs.append((g.dense(on_s, on_s.shape), g.dense(g.product(size, on_h), on_h.shape)))
        sizes = [len(law.entries) for law in item.laws]
        total = g.number(sum(n * n for n in sizes))
        on_s, on_h = (
            parts[0] if len(parts) == 1 else g.make("blocks", parts, "m", None, (total, total))
            for parts in zip(*rungs, strict=True)
        )
        flat = [self._propagator(reader, e) for row in item.propagators for e in row]
        colours = item.transposed or (False,) * sum(sizes)
        loops = g.make("loops", tuple(self._alike(flat)), "m", (tuple(sizes), tuple(colours)), (total, total))
        return g.make("radius", (on_s, on_h, loops), "s", False)

    def _propagator(self, reader: Reader, e: Expr) -> tuple[Node, tuple[Node, Node]]:
        shape = reader.shape(e)
        return (self.graph.eye(self.graph.number(0), shape) if isinstance(e, ZeroMatrix) else reader.matrix(e)), shape

    def _alike(self, nodes: list[tuple[Node, tuple[Node, Node]]]) -> list[Node]:
        """Propagators between the same spaces in one form, so that products of two vectors of entries are their traces."""
        g = self.graph
        kinds: dict[tuple[int, ...], str] = {}
        for n, shape in nodes:
            key = tuple(map(id, shape))
            kinds[key] = max(kinds.get(key, "e"), n.kind, key="edm".index)
        found = []
        for n, shape in nodes:
            kind, root = kinds[tuple(map(id, shape))], g.call("sqrt", shape[0])
            if kind == "m":
                found.append(g.dense(n, shape))
            else:
                inner = g.mul(n.args[0] if n.kind == "e" else n, root)
                found.append(g.make("spread", (inner,), "d") if kind == "d" and inner.kind == "s" else inner)
        return found


def _below(rows: dict[str, Definition], names: set[str]) -> set[str]:
    """Names and all that their definitions hold, directly or through others."""
    found, todo = set[str](), sorted(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [s.name.removesuffix(STAR) for s in rows[name].expr.atoms(Symbol)] if name in rows else []
    return found


def _depending(rows: dict[str, Definition], held: set[str]) -> set[str]:
    """The rows that hold one of the names, directly or through others."""
    graph = nx.DiGraph()
    for name, d in rows.items():
        if name not in held:
            graph.add_edges_from((s.name.removesuffix(STAR), name) for s in d.expr.atoms(Symbol))
    return {n for h in held if h in graph for n in nx.descendants(graph, h)} & set(rows) - held


def _held(item: Evidence | MatrixEvidence) -> Iterable[Expr]:
    if isinstance(item, MatrixEvidence):
        yield from chain.from_iterable((*item.propagators, *(row for law in item.laws for row in law.overlaps)))
    else:
        yield from chain.from_iterable((*item.on_s, *item.on_h, *item.loops))
        yield from (d.expr for d in item.named)


def _fraction(g: Graph, node: Node) -> tuple[Node, Node]:
    """Numerator and denominator of a product."""
    parts = node.args if node.op == "mul" else (node,)
    below = [p for p in parts if p.op == "inverse" or (p.op == "power" and p.args[0].op == "inverse")]
    return g.mul(*(p for p in parts if p not in below)), g.mul(*(g.inverse(p) for p in below))


def _canonical(block: Block) -> object:
    """What a block is up to the names of its variables."""
    names: dict[str, int] = {}
    for name in (*block.unknowns, *(s.name for s in block.states), *block.parameters):
        names.setdefault(name, len(names))
    key: list[object] = [
        block.damping,
        block.positive,
        block.certain,
        block.settles,
        len(block.unknowns),
        tuple(s.size for s in block.states),
    ]
    for _, function in block.functions():
        place: dict[int, int] = {}
        for node in ordered(function.returns):
            data = None if node.op == "let" else node.data
            data = names.get(node.data, node.data) if node.op in ("variable", "state") else data
            key.append((node.op, tuple(place[id(x)] for x in node.args), node.kind, type(data), data))
            place[id(node)] = len(place)
        key.append((function.name, tuple(place[id(n)] for n in function.returns)))
    return tuple(key)


def _is_complex(node: Node) -> bool:
    return node.op == "number" and isinstance(node.data, complex)
