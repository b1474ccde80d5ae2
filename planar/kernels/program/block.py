"""The blocks of a program: unknowns that are solved together.

A block holds what the Dyson iteration, Newton and the evidence evaluate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product

from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol

from planar.derivation.definitions import Dependence
from planar.derivation.equivalent import Dyson, Evidence, MatrixEvidence
from planar.kernels.program.canonical import canonical
from planar.kernels.program.differentiation import Derivative
from planar.kernels.program.gamma import gamma, greatest
from planar.kernels.program.graph import Graph
from planar.kernels.program.grouping import Names, Unknowns
from planar.kernels.program.laws import by_relation, initial, sweep
from planar.kernels.program.nodes import Node, ordered
from planar.kernels.program.program import Block, Function, Role, Solve, State
from planar.kernels.program.scopes import Nodes, Scopes

__all__ = ["Blocks"]

Returns = dict[Role, Sequence[Node]]


class Blocks:
    """Makes the blocks of a program; those that are equal up to names are one."""

    def __init__(self, scopes: Scopes, unknowns: Unknowns) -> None:
        self.scopes, self.unknowns = scopes, unknowns
        self.plan, self.graph, self.names = scopes.plan, scopes.graph, scopes.names
        self.known: dict[object, Block] = {}

    def returns(self) -> list[Node]:
        """What the functions of all blocks return."""
        functions = chain.from_iterable(block.functions() for block in self.known.values())
        return list(chain.from_iterable(f.returns for f in functions))

    def solve(self, symbols: Names, evidence: Iterable[Evidence | MatrixEvidence]) -> Solve:
        """The step that gives these unknowns their values."""
        shown = tuple(self.names[s] for s in symbols)
        laws = self.unknowns.iteration(symbols)
        states = tuple(State(self._state(law), len(law.entries)) for law in laws)
        returns = self._iteration(laws, states) | self._newton(symbols, laws, states)
        nodes = {**self._variables(symbols), **self._settled(laws, symbols)}
        gammas = [gamma(self.scopes, item, nodes) for item in evidence]
        if gammas:
            returns[Role.EVIDENCE] = [greatest(self.graph, gammas)]
        parameters = _parameters(returns, {*shown, *(s.name for s in states)})
        block = self._block(symbols, laws, states, returns, parameters)
        led = any(s in self.plan.leads for s in symbols)
        known = self.known.setdefault(canonical(block), block)
        return Solve(shown, known, parameters, self._scalars(parameters), led)

    def _block(
        self,
        symbols: Names,
        laws: list[Dyson],
        states: tuple[State, ...],
        returns: Returns,
        parameters: tuple[str, ...],
    ) -> Block:
        shown = tuple(self.names[s] for s in symbols)
        vectors = {"": (), "state": tuple(s.name for s in states), "unknowns": shown}
        functions = {}
        for role, nodes in returns.items():
            doc = _doc(role, shown, iterated=bool(laws))
            functions[role] = Function(role, doc, vectors[role.vector], parameters, tuple(nodes))
        single = len(laws) == 1 and states[0].size == 1 and not laws[0].law.alternating
        oscillates = any(by_relation(law) and law.law.alternating for law in laws)
        return Block(
            name=shown[0],
            unknowns=shown,
            parameters=parameters,
            states=states,
            initial=functions.get(Role.INITIAL),
            sweep=functions.get(Role.SWEEP),
            quantities=functions[Role.QUANTITIES],
            equations=functions[Role.EQUATIONS],
            evidence=functions.get(Role.EVIDENCE),
            damping=(0.3, 0.3) if oscillates else (1.0, 0.5),
            positive=bool(laws) and self._positive(),
            certain=single and self._positive(),
            settles=any(self.unknowns.is_foreign(s) for s in symbols),
        )

    def _variables(self, symbols: Names) -> Nodes:
        return {s: self.scopes.variable(s) for s in symbols}

    def _settled(self, laws: Iterable[Dyson], symbols: Names) -> Nodes:
        """The self-energies that are iterated with these unknowns and follow without them."""
        definitions = self.scopes.definitions
        states = {s for _, _, s in chain.from_iterable(law.places for law in laws)}
        settled = (states & definitions.keys()).difference(
            symbols, Dependence(definitions.values()).above(symbols)
        )
        explicit = sorted((s for s in settled if not definitions[s].implicit), key=str)
        return {s: self.scopes.outside.scalar(definitions[s].expr) for s in explicit}

    def _state(self, law: Dyson) -> str:
        first = self.names[law.places[0][2]]
        return first if len(law.entries) == 1 else first + "_matrix"

    def _value(self, state: State) -> Node:
        """A self-energy as the functions of the iteration are given it."""
        if state.size == 1:
            return self.graph.variable(state.name)
        size = self.graph.number(state.size)
        return self.graph.make("state", (), "m", state.name, (size, size))

    def _entries(self, laws: list[Dyson], states: tuple[State, ...]) -> Nodes:
        """The symbols of all self-energies as entries of the states."""
        entries: dict[Symbol, Node] = {}
        for law, state in zip(laws, states, strict=True):
            value = self._value(state)
            for i, j, symbol in law.places:
                if state.size > 1:
                    entry = self.graph.entry(value, i, j)
                    entries[symbol] = self.graph.let(self.names[symbol], entry)
                else:
                    entries[symbol] = value
        return entries

    def _iteration(self, laws: list[Dyson], states: tuple[State, ...]) -> Returns:
        """R(0) and one sweep; nothing where nothing is iterated."""
        if not laws:
            return {}
        resolve = self.scopes.iterated(self._entries(laws, states))
        reader, binding = self.scopes.reader(resolve), self.scopes.binding(resolve)
        swept = [
            sweep(law, self._value(state), reader, binding)
            for law, state in zip(laws, states, strict=True)
        ]
        first = [initial(law, self.scopes.outside) for law in laws]
        return {Role.INITIAL: first, Role.SWEEP: swept}

    def _newton(self, symbols: Names, laws: list[Dyson], states: tuple[State, ...]) -> Returns:
        return {
            Role.QUANTITIES: self._starts(symbols, self._entries(laws, states)),
            Role.EQUATIONS: self._equations(symbols),
        }

    def _starts(self, symbols: Names, entries: Nodes) -> list[Node]:
        """Where Newton starts.

        These are values of the iteration or what leads there, the values of traces, and zero for
        rungs, which are linear.
        """
        known = self._leading(symbols, entries)
        for symbol in symbols:
            if symbol not in known:
                resolve = self.scopes.given({**entries, **known, symbol: self.graph.number(0)})
                definition = self.scopes.definitions[symbol]
                value = self.scopes.reader(resolve).scalar(definition.expr)
                known[symbol] = self.graph.let(self.names[symbol], value)
        return [known[s] for s in symbols]

    def _leading(self, symbols: Names, entries: Nodes) -> dict[Symbol, Node]:
        """The starts of the unknowns that have one without the others."""
        resolve = self.scopes.iterated(entries) if entries else self.scopes.variable
        known: dict[Symbol, Node] = {}
        for symbol in symbols:
            if symbol in entries or symbol in self.scopes.named:
                known[symbol] = resolve(symbol)
            elif symbol in self.plan.leads:
                known[symbol] = self.scopes.outside.scalar(self.plan.leads[symbol])
            elif self.unknowns.is_linear(symbol):
                known[symbol] = self.graph.number(0)
            elif self.unknowns.is_foreign(symbol):
                known[symbol] = self.graph.number(1)
        return known

    def _equations(self, symbols: Names) -> list[Node]:
        """Residuals, their Jacobian row by row, and the denominators that were cleared."""
        graph, unknowns = self.graph, self._variables(symbols)
        reader = self.scopes.reader(self.scopes.given(unknowns))
        residuals, denominators = list[Node](), list[Node]()
        for symbol, unknown in unknowns.items():
            value = reader.scalar(self.scopes.definitions[symbol].expr)
            numerator, denominator = _fraction(graph, value)
            residuals.append(graph.add(numerator, graph.negative(graph.mul(unknown, denominator))))
            denominators.append(denominator)
        slopes = [Derivative(graph, unknown) for unknown in unknowns.values()]
        jacobian = [slope(residual) for residual, slope in product(residuals, slopes)]
        return [*residuals, *jacobian, *denominators]

    def _scalars(self, parameters: tuple[str, ...]) -> tuple[str, ...]:
        """The scalars of the formula on which a block depends."""
        symbols = {name: symbol for symbol, name in self.names.items()}
        below = self.unknowns.rows.below({symbols[p] for p in parameters})
        defined = [s for s in below if s in self.scopes.definitions]
        needed = below.union(*map(self.unknowns.held, defined))
        return tuple(self.names[s] for s in self.plan.equivalent.scalars if s in needed)

    def _positive(self) -> bool:
        """Whether all letters inside of resolvents are positive semidefinite."""
        expressions = [d.expr for d in (*self.plan.definitions, *self.plan.source.named)]
        for law in self.plan.source.iteration:
            expressions += chain.from_iterable(law.overlaps)
        return all(map(_of_positive, expressions))


def _of_positive(expression: Expr) -> bool:
    """Whether all letters inside of an expression's inverses are positive semidefinite."""
    inverses = expression.atoms(Inverse, MatPow)
    letters = chain.from_iterable(inverse.atoms(MatrixSymbol) for inverse in inverses)
    return all(getattr(letter, "positive", False) for letter in letters)


def _doc(role: Role, unknowns: tuple[str, ...], *, iterated: bool) -> str:
    """What a function of a block says of itself."""
    listed = " and ".join(unknowns[:3]) + (" and so on" if len(unknowns) > 3 else "")
    match role:
        case Role.INITIAL:
            return f"R(0), where the iteration for {listed} starts."
        case Role.SWEEP:
            return f"One sweep S <- R(H) for {listed}."
        case Role.QUANTITIES if iterated:
            return f"{listed} from the self-energies."
        case Role.QUANTITIES:
            return f"Where Newton starts for {listed}."
        case Role.EQUATIONS:
            return (
                f"What Newton brings to zero for {listed}: residuals, their Jacobian, "
                "and the denominators that were cleared."
            )
        case _:
            return "gamma(R, R*), which is below 1 on the physical branch."


def _parameters(returns: Mapping[Role, Sequence[Node]], own: set[str]) -> tuple[str, ...]:
    """The variables that the functions of a block hold, but for its ``own``."""
    nodes = ordered(chain.from_iterable(returns.values()))
    free = [n.data for n in nodes if n.op == "variable" and n.data not in own]
    return tuple(dict.fromkeys(free))


def _fraction(graph: Graph, node: Node) -> tuple[Node, Node]:
    """Numerator and denominator of a product."""
    factors = node.args if node.op == "mul" else (node,)
    below = [x for x in factors if _is_below(x)]
    above = [x for x in factors if not _is_below(x)]
    return graph.mul(*above), graph.mul(*map(graph.inverse, below))


def _is_below(node: Node) -> bool:
    """Whether a factor stands below the line."""
    return node.op == "inverse" or (node.op == "power" and node.args[0].op == "inverse")
