"""The ``Program`` of an equivalent: in which order its definitions are computed, and which of them
are solved together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

import networkx as nx
from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol, ZeroMatrix

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Dyson, Evidence, MatrixEvidence
from planar.formulas.quantities import Amplitude, RungEnergy, RungOverlap
from planar.formulas.sympy_text import plain
from planar.foundations.errors import PlanarError
from planar.kernels.program.differentiation import Derivative
from planar.kernels.program.laws import by_relation, initial, rung, sweep
from planar.kernels.program.layout import Layout
from planar.kernels.program.nodes import Graph, Node, ordered
from planar.kernels.program.program import Assign, Block, Data, Function, Program, Solve, State
from planar.kernels.program.sympy_nodes import Reader

__all__ = ["build"]

Nodes = dict[Symbol, Node]


def build(plan: Layout) -> Program:
    """The program of an equivalent; raises ``PlanarError`` where an expression has no numeric form."""
    return _Builder(plan).program()


class _Builder:
    def __init__(self, plan: Layout) -> None:
        self.equivalent, self.source = plan.equivalent, plan.source
        self.plan = plan
        self.names = plan.bound
        self.graph = Graph()
        self.spectral = next((q for q in plan.equivalent.letters if q.name == plan.spectral), None)
        self.definitions = {d.symbol: d for d in plan.definitions}
        self.rows = Dependence(plan.definitions)
        self.named = {d.symbol: d for d in self.source.named}
        self.named_rows = Dependence(self.source.named)
        self.unknowns = [d.symbol for d in plan.unknowns]
        self.blocks: dict[object, Block] = {}

    # -- reading
    # -----------------------------------------------------------------------------------------------------

    def reader(self, symbol: Callable[[Symbol], Node]) -> Reader:
        return Reader(self.graph, self.plan.names, self.spectral, symbol, self.plan.shared)

    def variable(self, symbol: Symbol) -> Node:
        if symbol not in self.names:
            raise PlanarError(
                f"{symbol} of the formula is neither a symbol of `{self.equivalent.lhs}` nor defined; give it a definition."
            )
        return self.graph.variable(self.names[symbol])

    def scope(
        self, held: Nodes, more: Iterable[Definition] = (), *, states: bool = False
    ) -> Callable[[Symbol], Node]:
        """Resolves symbols: ``held`` ones are given; what depends on these is worked out; all else
        is a parameter.
        """
        known = dict(held)
        rows = {**self.definitions, **{d.symbol: d for d in more}}
        if states:
            rows = {**{k: d for k, d in rows.items() if not d.implicit}, **self.named}
        local = Dependence(d for s, d in rows.items() if s not in held).above(held)
        local |= {d.symbol for d in more} | (set(self.named) - set(held) if states else set())

        def resolve(symbol: Symbol) -> Node:
            if symbol not in known:
                if symbol in local:
                    known[symbol] = self.graph.let(
                        self.names[symbol], self.reader(resolve).scalar(rows[symbol].expr)
                    )
                else:
                    known[symbol] = self.variable(symbol)
            return known[symbol]

        return resolve

    def bound(self, resolve: Callable[[Symbol], Node]) -> Callable[[Nodes], Reader]:
        return lambda more: self.reader(
            lambda symbol: more[symbol] if symbol in more else resolve(symbol)
        )

    # -- the program
    # -------------------------------------------------------------------------------------------------

    def program(self) -> Program:
        plan, equivalent = self.plan, self.equivalent
        steps: list[Assign | Solve] = [self._assign(d) for d in plan.constants]
        blocks = self._ordered_blocks()
        evidence = self._attached(blocks)
        done, rest = set[Symbol](), list(plan.following)
        for names in blocks:
            ready = [d for d in rest if self.rows.below([d.symbol]) & set(self.unknowns) <= done]
            steps += map(self._assign, ready)
            rest = [d for d in rest if d not in ready]
            steps.append(self._solve(names, evidence.get(names, [])))
            done |= set(names)
        steps += map(self._assign, rest)
        value, shape = self._value()
        loose = [self._gamma(item, {}) for item in evidence.get((), [])]
        others = [d for d in plan.definitions if d not in equivalent.definitions]
        named = tuple(self.names[d.symbol] for d in (*equivalent.definitions, *others))
        nodes = [value, *loose, *(s.value for s in steps if isinstance(s, Assign))]
        nodes += [n for b in self.blocks.values() for _, f in b.functions() for n in f.returns]
        every = list(ordered(nodes))
        return Program(
            lhs=plain(equivalent.lhs),
            formula=(
                plain(equivalent.rhs),
                *(f"{d.symbol} = {plain(d.expr)}" for d in equivalent.definitions),
            ),
            scalars=tuple(plan.names[s] for s in plan.symbols),
            dimensions=tuple(plan.names[d.name] for d in plan.dimensions),
            data=self._data(every),
            spectral=plan.names[plan.spectral] if plan.spectral else None,
            steps=tuple(steps),
            named=named,
            evidence=reduce(lambda a, b: self.graph.call("max", a, b), loose) if loose else None,
            value=value,
            shape=shape,
            complex_=any(
                (n.op == "call" and n.data in ("sqrt", "log", "power")) or _is_complex(n)
                for n in every
            )
            or any(by_relation(law) and law.law.alternating for law in self.source.iteration),
            blocks=tuple(dict.fromkeys(s.block for s in steps if isinstance(s, Solve))),
            whole=self._whole(value, every),
        )

    def _whole(self, value: Node, nodes: Sequence[Node]) -> bool:
        """Whether a letter, an identity or a diagonal is a matrix over the space of the spectral
        letter, but for the value.
        """
        if self.spectral is None:
            return False
        shape = self.reader(self.variable).shape(self.spectral)
        held = [x for n in nodes for x in n.args]
        inside = [
            n for n in nodes if n.op in ("letter", "dense") and n.kind == "m" and n.shape == shape
        ]
        return any(n is not value or n.op == "letter" or n in held for n in inside)

    def _assign(self, d: Definition) -> Assign:
        return Assign(self.names[d.symbol], self.reader(self.variable).scalar(d.expr))

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
            name, shape = self.plan.names[letter.name], reader.shape(letter)
            kind = "d" if letter.name == self.plan.spectral else "m"
            if ("letter", name) in used or kind == "d":
                found.append(Data(name, kind, shape))
            if ("diagonal", name) in used:
                found.append(Data(name, "diagonal", shape))
        return tuple(found)

    # -- which unknowns are solved together
    # --------------------------------------------------------------------------

    def _states(self, symbols: Iterable[Symbol]) -> list[Dyson]:
        """The laws of the Dyson iteration that give these unknowns their start, and those that
        these need.
        """
        owner = self.source.states
        found: dict[int, Dyson] = {}
        todo = [s for symbol in symbols for s in self._started(symbol) if s in owner]
        while todo:
            law = owner[todo.pop()]
            if id(law) in found:
                continue
            found[id(law)] = law
            atoms = {s for e in law.expressions for s in e.atoms(Symbol)} | {
                s for _, _, s in law.places
            }
            todo += [s for s in self.named_rows.below(atoms) if s in owner]
        return [law for law in self.source.iteration if id(law) in found]

    def _started(self, symbol: Symbol) -> set[Symbol]:
        """The states from which an unknown starts."""
        if symbol in self.source.states:
            return {symbol}
        if symbol in self.named:
            return self.named_rows.below([symbol])
        if self._is_linear(symbol) or self._is_foreign(symbol):
            return set()
        needs = self.rows.below([symbol])
        known = {o for o in needs & set(self.unknowns) - {symbol} if not self._late(o)}
        return {s for o in known for s in self._started(o)} | self.named_rows.below(needs)

    def _late(self, symbol: Symbol) -> bool:
        known = symbol in self.source.states or symbol in self.named
        return not known and not self._is_linear(symbol) and not self._is_foreign(symbol)

    def _is_linear(self, symbol: Symbol) -> bool:
        """Whether an unknown is the amplitude of a rung, which equations between resolvents hold
        linearly.
        """
        return isinstance(
            self.definitions[symbol].quantity, Amplitude | RungEnergy | RungOverlap
        ) and not self._is_own(symbol)

    def _is_own(self, symbol: Symbol) -> bool:
        """Whether an unknown belongs to a formula of the user's own, of which the iteration knows
        nothing.
        """
        return self.source is not self.equivalent and any(
            symbol == d.symbol for d in self.equivalent.definitions
        )

    def _is_foreign(self, symbol: Symbol) -> bool:
        """Whether nothing leads to an unknown of the user's own: it starts at one and settles."""
        return self._is_own(symbol) and symbol not in self.plan.leads

    def _ordered_blocks(self) -> list[tuple[Symbol, ...]]:
        """Unknowns that depend on each other, or whose iteration is one; each set after those that
        it needs.
        """
        graph = nx.DiGraph()
        graph.add_nodes_from(self.unknowns)
        below = {u: self.rows.below(self._held(u)) for u in self.unknowns}
        graph.add_edges_from((v, u) for u in self.unknowns for v in self.unknowns if v in below[u])
        laws: dict[int, Symbol] = {}
        for u in self.unknowns:
            for law in self._states([u]):
                first = laws.setdefault(id(law), u)
                graph.add_edges_from([(first, u), (u, first)])
        merged = nx.condensation(graph)
        members = {
            k: tuple(u for u in self.unknowns if u in merged.nodes[k]["members"]) for k in merged
        }
        place = {k: self.unknowns.index(v[0]) for k, v in members.items()}
        return [
            members[k] for k in nx.lexicographical_topological_sort(merged, key=place.__getitem__)
        ]

    def _held(self, unknown: Symbol) -> set[Symbol]:
        """The symbols of an unknown's definition, and of what leads to it."""
        more = self.plan.leads.get(unknown)
        return set(self.definitions[unknown].held) | (set() if more is None else more.atoms(Symbol))

    def _attached(
        self, blocks: list[tuple[Symbol, ...]]
    ) -> dict[tuple[Symbol, ...], list[Evidence | MatrixEvidence]]:
        """Each evidence with the last block whose unknowns it holds; with no block where it holds
        none.
        """
        found = dict[tuple[Symbol, ...], list[Evidence | MatrixEvidence]]()
        for item in self.source.evidence:
            below = self.rows.below({s for e in item.expressions for s in e.atoms(Symbol)})
            place = [b for b in blocks if set(b) & below]
            found.setdefault(place[-1] if place else (), []).append(item)
        return found

    # -- one block
    # ---------------------------------------------------------------------------------------------------

    def _solve(self, names: tuple[Symbol, ...], evidence: list[Evidence | MatrixEvidence]) -> Solve:
        g, shown = self.graph, tuple(self.names[n] for n in names)
        laws = self._states(names)
        states = [State(self._state(law), len(law.entries)) for law in laws]
        held = {n: self.variable(n) for n in names}
        told = " and ".join(shown[:3]) + (" and so on" if len(shown) > 3 else "")
        parts: dict[str, tuple[str, Sequence[Node]]] = {}
        starts: Nodes = {}
        values: dict[str, Node] = {}
        if laws:
            for law, state in zip(laws, states, strict=True):
                values[state.name] = (
                    g.variable(state.name)
                    if state.size == 1
                    else g.make(
                        "state", (), "m", state.name, (g.number(state.size), g.number(state.size))
                    )
                )
                for i, j, s in law.places:
                    entry = (
                        values[state.name] if state.size == 1 else g.entry(values[state.name], i, j)
                    )
                    starts[s] = entry if state.size == 1 else g.let(self.names[s], entry)
            resolve = self.scope(starts, states=True)
            reader, bound = self.reader(resolve), self.bound(resolve)
            new = [
                sweep(law, values[s.name], reader, bound)
                for law, s in zip(laws, states, strict=True)
            ]
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
            parts["evidence"] = (
                "gamma(R, R*), which is below 1 on the physical branch.",
                [largest],
            )
        own = {*shown, *(s.name for s in states)}
        nodes = [n for _, returns in parts.values() for n in returns]
        free = [n.data for n in ordered(nodes) if n.op == "variable" and n.data not in own]
        parameters = tuple(dict.fromkeys(free))
        vectors = {
            "initial": (),
            "sweep": tuple(s.name for s in states),
            "quantities": tuple(s.name for s in states),
        }
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
            damping=(0.3, 0.3)
            if any(by_relation(law) and law.law.alternating for law in laws)
            else (1.0, 0.5),
            positive=bool(laws) and self._positive(),
            certain=self._positive()
            and len(laws) == 1
            and states[0].size == 1
            and not laws[0].law.alternating,
            settles=any(self._is_foreign(n) for n in names),
        )
        led = any(n in self.plan.leads for n in names)
        return Solve(
            shown,
            self.blocks.setdefault(_canonical(block), block),
            parameters,
            self._scalars(parameters),
            led,
        )

    def _state(self, law: Dyson) -> str:
        first = self.names[law.places[0][2]]
        return first if len(law.entries) == 1 else first + "_matrix"

    def _starting(self, names: tuple[Symbol, ...], starts: Nodes) -> list[Node]:
        """What the iteration knows or what leads there, traces at their value, rungs (which are
        linear) at zero.
        """
        g = self.graph
        resolve = self.scope(starts, states=True) if starts else self.variable
        known: Nodes = {}
        for name in names:
            if name in starts or name in self.named:
                known[name] = resolve(name)
            elif name in self.plan.leads:
                known[name] = self.reader(self.variable).scalar(self.plan.leads[name])
            elif self._is_linear(name):
                known[name] = g.number(0)
            elif self._is_foreign(name):
                known[name] = g.number(1)
        for name in names:
            if name not in known:
                held = {
                    **{n: v for n, v in starts.items() if n not in known},
                    **known,
                    name: g.number(0),
                }
                find = self.scope(held)
                known[name] = g.let(
                    self.names[name], self.reader(find).scalar(self.definitions[name].expr)
                )
        return [known[n] for n in names]

    def _equations(self, names: tuple[Symbol, ...], held: Nodes) -> list[Node]:
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
        below = self.rows.below({back[p] for p in parameters})
        atoms = {s for n in below if n in self.definitions for s in self._held(n)} | below
        return tuple(self.names[s] for s in self.equivalent.scalars if s in atoms)

    def _positive(self) -> bool:
        """Whether all letters inside of resolvents are positive semidefinite."""
        expressions = [d.expr for d in (*self.plan.definitions, *self.source.named)]
        expressions += [h for law in self.source.iteration for row in law.overlaps for h in row]
        inside = {
            s for e in expressions for n in e.atoms(Inverse, MatPow) for s in n.atoms(MatrixSymbol)
        }
        return all(getattr(s, "positive", False) for s in inside)

    # -- evidence
    # ----------------------------------------------------------------------------------------------------

    def _gamma(self, item: Evidence | MatrixEvidence, held: Nodes) -> Node:
        g = self.graph
        if isinstance(item, MatrixEvidence):
            return self._matrix_gamma(item, held)
        resolve = self.scope(held, item.named)
        read = self.reader(resolve).scalar
        sides = [
            g.stack([[read(e) for e in row] for row in side])
            for side in (item.on_s, item.on_h, item.loops)
        ]
        return g.make("radius", tuple(sides), "s", item.rooted)

    def _matrix_gamma(self, item: MatrixEvidence, held: Nodes) -> Node:
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
        loops = g.make(
            "loops", tuple(self._alike(flat)), "m", (tuple(sizes), tuple(colours)), (total, total)
        )
        return g.make("radius", (on_s, on_h, loops), "s", False)

    def _propagator(self, reader: Reader, e: Expr) -> tuple[Node, tuple[Node, Node]]:
        shape = reader.shape(e)
        return (
            self.graph.eye(self.graph.number(0), shape)
            if isinstance(e, ZeroMatrix)
            else reader.matrix(e)
        ), shape

    def _alike(self, nodes: list[tuple[Node, tuple[Node, Node]]]) -> list[Node]:
        """Propagators between the same spaces in one form, so that products of two vectors of
        entries are their traces.
        """
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
                found.append(
                    g.make("spread", (inner,), "d") if kind == "d" and inner.kind == "s" else inner
                )
        return found


def _fraction(g: Graph, node: Node) -> tuple[Node, Node]:
    """Numerator and denominator of a product."""
    parts = node.args if node.op == "mul" else (node,)
    below = [
        p for p in parts if p.op == "inverse" or (p.op == "power" and p.args[0].op == "inverse")
    ]
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
            key.append(
                (node.op, tuple(place[id(x)] for x in node.args), node.kind, type(data), data)
            )
            place[id(node)] = len(place)
        key.append((function.name, tuple(place[id(n)] for n in function.returns)))
    return tuple(key)


def _is_complex(node: Node) -> bool:
    return node.op == "number" and isinstance(node.data, complex)
