"""The part of a generated module that solves the implicit definitions: iteration, starts of Newton, evidence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import networkx as nx
from sympy import Add, Expr, S, Symbol, ZeroMatrix, fraction, together

from planar.codegen.emit import Code, Emitter
from planar.codegen.layout import Layout, occurs
from planar.equivalent import STAR, Definition, Dyson, MatrixEvidence

__all__ = ["constant", "evidence_lines", "feedback", "following", "iteration", "sorted_by_need"]


def constant(definitions: Iterable[Definition]) -> list[Definition]:
    """Definitions that hold no unknown, directly or through others."""
    rows = list(definitions)
    found, varying = list[Definition](), {d.symbol for d in rows if d.implicit}
    for d in rows:
        if not d.implicit and not d.expr.atoms(Symbol) & varying:
            found.append(d)
        else:
            varying.add(d.symbol)
    return found


def feedback(plan: Layout) -> list[Definition]:
    """Implicit definitions from whose values all others follow one after another; Newton works on these.

    What the iteration knows comes before all else, so that Newton has a start.
    """
    rows = {d.symbol: d for d in plan.definitions if d.implicit}
    equivalent = plan.equivalent
    started = {s for law in equivalent.iteration for _, _, s in law.places} | {d.symbol for d in equivalent.named}
    place = {s: (s not in started or s.name.startswith("g_"), i) for i, s in enumerate(rows)}
    graph = nx.DiGraph([(s, d.symbol) for d in rows.values() for s in d.expr.atoms(Symbol) if s in rows])
    found = [s for s in rows if graph.has_edge(s, s)]
    graph.remove_nodes_from(found)
    while cyclic := [part for part in nx.strongly_connected_components(graph) if len(part) > 1]:
        chosen = min((s for part in cyclic for s in part), key=place.__getitem__)
        found.append(chosen)
        graph.remove_node(chosen)
    return [d for s, d in rows.items() if s in found]


def following(plan: Layout, unknowns: list[Definition]) -> list[Definition]:
    """All that follows from the unknowns, in an order in which each needs only what stands before it."""
    constants = constant(plan.definitions)
    return sorted_by_need([d for d in plan.definitions if d not in constants and d not in unknowns])


def sorted_by_need(definitions: Iterable[Definition]) -> list[Definition]:
    """Each after those that it needs, else in the given order; there is no cycle among them."""
    rows = {d.symbol: d for d in definitions}
    graph = nx.DiGraph()
    graph.add_nodes_from(rows)
    graph.add_edges_from((s, d.symbol) for d in rows.values() for s in d.expr.atoms(Symbol) if s in rows)
    place = {s: i for i, s in enumerate(rows)}
    return [rows[s] for s in nx.lexicographical_topological_sort(graph, key=place.__getitem__)]


def iteration(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    """Lines of ``solve`` that find the unknowns: the Dyson iteration, Newton from where it stands, and the evidence."""
    states = [_state(plan, law) for law in plan.equivalent.iteration]
    functions = (
        _step(plan, emitter, states),
        _implicit(plan, emitter, implicit),
        _quantities(plan, emitter, implicit, states),
        evidence_lines(plan, emitter, implicit),
    )
    return [*chain.from_iterable(("", *lines) for lines in functions), "", *_loop(plan, emitter, implicit, states)]


def _step(plan: Layout, emitter: Emitter, states: list[str]) -> list[str]:
    """``step``: one sweep S <- R(H)."""
    equivalent = plan.equivalent
    lines = ["    def step(state):", *_state_lines(plan, states)]
    updates = [
        f'            "{state}": {_r(emitter, law, state)} + np.zeros((points{_square(law)},)),'
        for law, state in zip(equivalent.iteration, states, strict=True)
    ]
    lines += _named_lines(plan, emitter, "\n".join(updates))
    lines += ["        return {", *updates, "        }"]
    return lines


def _implicit(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    """``implicit``: what Newton brings to zero, right side minus left side of the implicit definitions."""
    names = plan.names
    lines = ["    def implicit(unknowns):"]
    lines += [f'        {names[d.symbol.name]} = unknowns["{names[d.symbol.name]}"]' for d in implicit]
    needed = {s for d in implicit for s in d.expr.atoms(Symbol)} | {d.symbol for d in implicit}
    for d in _explicit_for(plan, needed, {d.symbol for d in implicit}):
        lines.append(f"        {names[d.symbol.name]} = {emitter.scalar(d.expr)}")
    lines.append("        return {")
    lines += [f'            "{names[d.symbol.name]}": {emitter.scalar(d.expr)} - {names[d.symbol.name]},' for d in implicit]
    return [*lines, "        }"]


def _quantities(plan: Layout, emitter: Emitter, implicit: list[Definition], states: list[str]) -> list[str]:
    """``quantities``: the unknowns of the implicit definitions from a state of the iteration."""
    names = plan.names
    lines = ["    def quantities(state):"]
    lines += _state_lines(plan, states)
    lines += _starts(plan, emitter, implicit)
    pairs = ", ".join(f'"{names[d.symbol.name]}": {names[d.symbol.name]} + np.zeros(points)' for d in implicit)
    return [*lines, f"        return {{{pairs}}}"]


def _loop(plan: Layout, emitter: Emitter, implicit: list[Definition], states: list[str]) -> list[str]:
    """Sweeps and Newton steps in turn, until residual and evidence are good."""
    names = plan.names
    starts = zip(plan.equivalent.iteration, states, strict=True)
    start = ", ".join(f'"{state}": {_r_zero(emitter, law)}' for law, state in starts)
    real = " & ".join(f"(np.isreal({names[s]}) & (np.real({names[s]}) > 0))" for s in plan.symbols) or "True"
    start_values = "settled(implicit, quantities(state))" if foreign(plan) else "quantities(state)"
    haar = any(by_relation(law) and law.law.alternating for law in plan.equivalent.iteration)
    first, other = ("0.3", "0.3") if haar else ("1.0", "0.5")
    lines = [
        f"    damping = np.where({real}, {first}, {other}) * np.ones(points)",
        f"    state = {{{start}}}",
        '    with np.errstate(all="ignore"):',
        "        if start is not None:",
        "            unknowns, residual_size = newton(implicit, start)",
        "            gamma_star, sweeps = evidence(unknowns), ()",
        "        for sweep in sweeps:",
        "            state, change = dyson(step, state, damping, sweep)",
        f"            unknowns, residual_size = newton(implicit, {start_values})",
        "            residual_size = np.where(change < 0.1, residual_size, np.inf)",
        "            gamma_star = evidence(unknowns)",
        "            good = (residual_size < 1e-10) & (gamma_star < 1)",
        "            if np.all(good):",
        "                break",
        "            damping = np.where(good, damping, 0.6 * damping)",
    ]
    lines += [f'    {names[d.symbol.name]} = unknowns["{names[d.symbol.name]}"]' for d in implicit]
    return lines


def _named_lines(plan: Layout, emitter: Emitter, text: str) -> list[str]:
    """Assignments of the named functions of the iteration's unknowns that ``text`` uses."""
    lines: list[str] = []
    for d in reversed(plan.equivalent.named):
        name = plan.names[d.symbol.name]
        if occurs(name, text):
            lines.insert(0, f"        {name} = {emitter.scalar(d.expr)}")
            text += lines[0].partition("=")[2]
    return lines


def _state(plan: Layout, law: Dyson) -> str:
    first = plan.names[law.places[0][2].name]
    return first if len(law.entries) == 1 else first + "_matrix"


def _state_lines(plan: Layout, states: list[str]) -> list[str]:
    lines = []
    for law, state in zip(plan.equivalent.iteration, states, strict=True):
        for i, j, s in law.places:
            place = "" if len(law.entries) == 1 else f"[:, {i}, {j}]"
            lines.append(f'        {plan.names[s.name]} = state["{state}"]{place}')
    return lines


def _square(law: Dyson) -> str:
    n = len(law.entries)
    return "" if n == 1 else f", {n}, {n}"


def _r(emitter: Emitter, law: Dyson, state: str) -> str:
    """Source of R(H)."""
    n = len(law.entries)
    z = Symbol("z")
    if n == 1:
        h = emitter.scalar(law.overlaps[0][0])
        if by_relation(law):
            return f'(lambda S, H: {_root_of_relation(emitter, law)})(state["{state}"], {h})'
        if law.r_transform is None:
            return f'spectrum_step(state["{state}"], {h}, *np.array({_spectrum(law)}))'
        return emitter.scalar(law.r_transform.xreplace({law.argument: law.overlaps[0][0]}))
    rows = [", ".join(f"{emitter.scalar(h)} + np.zeros(points)" for h in row) for row in law.overlaps]
    stacked = ", ".join(f"np.stack(np.broadcast_arrays({row}), axis=-1)" for row in rows)
    h = f"np.stack(np.broadcast_arrays({stacked}), axis=-2)"
    if by_relation(law):
        return f'(lambda S, H: {_relation(emitter, law)})(state["{state}"], {h})'
    if law.r_transform is None:
        return f'spectrum_step(state["{state}"], {h}, *np.array({_spectrum(law)}))'
    num, den = fraction(together(law.r_transform.xreplace({law.argument: z})))
    if num.is_polynomial(z) and den.is_polynomial(z):
        top, bottom = (_horner(emitter, p, z, n) for p in (num, den))
        return f"(lambda z: np.linalg.solve({bottom}, {top} + 0 * z))({h})"
    inner = Emitter({**emitter.names, "z": "z"}, emitter.diagonal)
    wide = inner.scalar(law.r_transform.xreplace({law.argument: z}))
    return f"matrix_function(lambda z: {wide}, {h})"


def by_relation(law: Dyson) -> bool:
    """Whether S <- R(H) is iterated through the relation, R having a root whose sheet would have to be chosen."""
    z = Symbol("z")
    r = None if law.r_transform is None else law.r_transform.xreplace({law.argument: z})
    return bool(law.relation and (r is None or not r.is_rational_function(z)))


def _root_of_relation(emitter: Emitter, law: Dyson) -> str:
    """The scalar relation c0 + c1 S + c2 S^2 + ... = 0 as S = -c0 / (c1 + c2 S + ...)."""
    s, h = Symbol("S"), Symbol("H")
    phi = Add(*(c * s ** word.count("S") * h ** word.count("H") for c, word in law.relation))
    free = phi.xreplace({s: S.Zero})
    wide = Emitter({**emitter.names, "S": "S", "H": "H"}, emitter.diagonal)
    return wide.scalar(-free / ((phi - free) / s).expand())


def _relation(emitter: Emitter, law: Dyson) -> str:
    """S from the relation's word S, the other words at the last S: ``H - S S H`` for a Haar letter."""
    lead = next(c for c, word in law.relation if word == "S")
    one = f"np.eye({len(law.entries)})"
    terms = [f"{emitter.scalar(-c / lead)} * ({' @ '.join(word) or one})" for c, word in law.relation if word != "S"]
    return " + ".join(terms)


def _horner(emitter: Emitter, polynomial: Expr, z: Symbol, n: int) -> str:
    coefficients = polynomial.as_poly(z).all_coeffs()
    text = f"{emitter.scalar(coefficients[0])} * np.eye({n})"
    for c in coefficients[1:]:
        text = f"({text}) @ z + {emitter.scalar(c)} * np.eye({n})"
    return text


_TINY = "1e-12"
"""In place of R(0) = 0, where a core is scaled by the self-energy."""


def _r_zero(emitter: Emitter, law: Dyson) -> str:
    n = len(law.entries)
    if law.law.alternating:
        held = [[float(s is not None) for s in row] for row in law.entries]
        return f"{_TINY} * np.array({held}) + np.zeros((points, {n}, {n}))"
    if law.r_transform is None:
        values, weights = law.law.atoms_and_weights() or ((), ())
        mean = str(float(sum(v * w for v, w in zip(values, weights, strict=True))))
    else:
        start = law.r_transform.xreplace({law.argument: Symbol("z") * 0})
        mean = emitter.scalar(law.law.free_cumulant(1) if start.has(S.NaN) else start)
    mean = _TINY if mean in ("0", "0.0") else mean
    return f"{mean} * np.ones(points)" if n == 1 else f"{mean} * np.eye({n}) + np.zeros((points, {n}, {n}))"


def _spectrum(law: Dyson) -> str:
    values, weights = law.law.atoms_and_weights() or ((), ())
    return f"[[{', '.join(repr(float(v)) for v in values)}], [{', '.join(repr(float(w)) for w in weights)}]]"


def _starts(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    """Where Newton starts: what the iteration knows, traces at their value, rungs (which are linear) at zero."""
    equivalent, names = plan.equivalent, plan.names
    states = {s.name for law in equivalent.iteration for _, _, s in law.places}
    named = {d.symbol.name: d.expr for d in equivalent.named}
    lines, late = [], []
    for d in implicit:
        name = d.symbol.name
        if name in states:
            continue
        if name in named:
            lines.append(f"        {names[name]} = {emitter.scalar(named[name])}")
        elif name.startswith(("sigma", "eta")):
            lines.append(f"        {names[name]} = 0.0")
        elif d in foreign(plan):
            lines.append(f"        {names[name]} = 1.0")
        else:
            late.append(f"        {names[name]} = {emitter.scalar(d.expr)}")
    return [*lines, *late]


def foreign(plan: Layout) -> list[Definition]:
    """Unknowns of a formula of the user's own, of which the iteration knows nothing; they start at one and settle first."""
    known = {s.name for law in plan.equivalent.iteration for _, _, s in law.places}
    known |= {d.symbol.name for d in (*plan.equivalent.named, *plan.equivalent.auxiliary)}
    return [d for d in feedback(plan) if d.symbol.name not in known and d.expr.has(d.symbol)]


def evidence_lines(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    names = plan.names
    lines = ["    def evidence(unknowns):"]
    lines += [f'        {names[d.symbol.name]} = unknowns["{names[d.symbol.name]}"]' for d in implicit]
    known = {d.symbol for d in implicit}
    radii = []
    for item in plan.equivalent.evidence:
        if isinstance(item, MatrixEvidence):
            needed = {s for row in item.propagators for e in row for s in e.atoms(Symbol)}
            needed |= {s for law in item.laws for row in law.overlaps for h in row for s in h.atoms(Symbol)}
            for d in _explicit_for(plan, needed, known):
                known.add(d.symbol)
                lines.append(f"        {names[d.symbol.name]} = {emitter.scalar(d.expr)}")
            radii.append(_matrix_radius(plan, emitter, item))
            continue
        entries = list(chain.from_iterable((*item.on_s, *item.on_h, *item.loops)))
        entries += [d.expr for d in item.named]
        needed = {Symbol(s.name.removesuffix(STAR)) for e in entries for s in e.atoms(Symbol)}
        for d in (*_explicit_for(plan, needed, known), *item.named):
            known.add(d.symbol)
            lines.append(f"        {names[d.symbol.name]} = {emitter.scalar(d.expr)}")
        sides = []
        for side in (item.on_s, item.on_h, item.loops):
            rows = ", ".join("[" + ", ".join(f"{emitter.scalar(e)} + np.zeros(points)" for e in row) + "]" for row in side)
            sides.append(f"np.moveaxis(np.array([{rows}]), -1, 0)")
        radii.append(f"radius({', '.join(sides)}{', rooted=True' if item.rooted else ''})")
    result = radii[0] if len(radii) == 1 else f"np.max([{', '.join(radii)}], axis=0)"
    return [*lines, f"        return {result if radii else 'np.zeros(points)'}"]


def _matrix_radius(plan: Layout, emitter: Emitter, item: MatrixEvidence) -> str:
    """Source of ``matrix_radius(...)``: propagators as vectors, alike where they join the same spaces."""
    shapes = [[e.shape for e in row] for row in item.propagators]
    codes = [[Code("0.0", "e") if isinstance(e, ZeroMatrix) else emitter.matrix(e) for e in row] for row in item.propagators]
    kinds: dict[object, str] = {}
    for places, row in zip(shapes, codes, strict=True):
        for place, code in zip(places, row, strict=True):
            kinds[place] = max(kinds.get(place, "e"), code.kind, key="edm".index)
    rows = (
        ", ".join(_flat(emitter, code, place, kinds[place]) for code, place in zip(row, places, strict=True))
        for row, places in zip(codes, shapes, strict=True)
    )
    letters = ", ".join(
        f"({len(law.entries)}, {emitter.scalar(law.law.shape[0])}, "
        f"{_overlap_matrix(emitter, law)}, {_r_function(emitter, law)})"
        for law in item.laws
    )
    colours = f", np.array({list(item.transposed)})" if any(item.transposed) else ""
    return f"matrix_radius([{', '.join(f'[{row}]' for row in rows)}], [{letters}]{colours})"


def _flat(emitter: Emitter, code: Code, shape: tuple[Expr, Expr], kind: str) -> str:
    """One propagator as a vector at each point, whose products are unnormalised traces."""
    rows, cols = (emitter.scalar(d) for d in shape)
    if kind == "e":
        return f"vector({code.text} + np.zeros(points)) * np.sqrt({rows})"
    if kind == "d":
        wide = f"vector({code.text} + np.zeros(points))" if code.kind == "e" else f"({code.text} + np.zeros((points, 1)))"
        return f"{wide} * np.sqrt({rows} * weights)"
    text = code.text
    if code.kind != "m":
        text = f"matrix({text}) * np.eye(int({rows}), int({cols}))" if code.kind == "e" else f"diagonal_matrix({text})"
    return f"np.broadcast_to({text}, (points, int({rows}), int({cols}))).reshape(points, -1)"


def _overlap_matrix(emitter: Emitter, law: Dyson) -> str:
    rows = [", ".join(f"{emitter.scalar(h)} + np.zeros(points)" for h in row) for row in law.overlaps]
    return f"np.moveaxis(np.array([{', '.join(f'[{row}]' for row in rows)}]), -1, 0)"


def _r_function(emitter: Emitter, law: Dyson) -> str:
    """R as a function of numbers."""
    if law.r_transform is None:
        return f"lambda z: r_of_spectrum(z, *np.array({_spectrum(law)}))"
    wide = Emitter({**emitter.names, "z": "z"}, emitter.diagonal)
    return f"lambda z: {wide.scalar(law.r_transform.xreplace({law.argument: Symbol('z')}))} + 0 * z"


def _explicit_for(plan: Layout, needed: set[Symbol], known: set[Symbol]) -> list[Definition]:
    """Definitions that the evidence needs beside the unknowns, in order; a pruned one through the iteration's names."""
    have = {s.name for s in known}
    available = {d.symbol.name: d for d in plan.definitions if d.symbol.name not in have}
    found: list[Definition] = []

    def visit(name: str) -> None:
        if name in have or name not in available:
            return
        have.add(name)
        for s in sorted(available[name].expr.atoms(Symbol), key=str):
            visit(s.name)
        found.append(available[name])

    for symbol in sorted(needed, key=str):
        visit(symbol.name)
    constants = {d.symbol for d in constant(plan.definitions)}
    return [d for d in found if d.symbol not in constants]
