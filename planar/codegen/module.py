"""A readable, self-contained numpy module for an equivalent."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from textwrap import wrap

from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol, fraction, together

from planar.codegen import runtime
from planar.codegen.emit import Emitter, identifiers
from planar.ensembles.law import Law
from planar.equivalent import Definition, Dyson, Equivalent

__all__ = ["Layout", "layout", "source"]

_HELPERS = '''def vector(scalar):
    """A scalar beside diagonals: one more axis."""
    return np.asarray(scalar)[..., None]


def matrix(scalar):
    """A scalar beside dense matrices: two more axes."""
    return np.asarray(scalar)[..., None, None]


def column(diagonal):
    """A diagonal matrix on the left of a dense one."""
    return diagonal[..., :, None]


def row(diagonal):
    """A diagonal matrix on the right of a dense one."""
    return diagonal[..., None, :]


def diagonal_matrix(diagonal):
    """A diagonal as a dense matrix."""
    return diagonal[..., None] * np.eye(diagonal.shape[-1])


def trace(dense):
    """Unnormalised trace of a stack of matrices."""
    return np.trace(dense, axis1=-2, axis2=-1)
'''


class Layout:
    """What a module needs: names, the spectral letter if there is one, inputs and their order."""

    def __init__(self, equivalent: Equivalent) -> None:
        self.equivalent = equivalent
        self.letters = [letter.name for letter in equivalent.letters]
        self.dimensions = _dimensions(equivalent)
        self.symbols = [s.name for s in equivalent.scalars]
        self.functions = sorted({f"R_{law.name}" for law in equivalent.laws if getattr(law, "kind", "") == "symbolic"})
        unknown = [d.symbol.name for d in (*equivalent.auxiliary, *equivalent.named)]
        states = [s.name for d in equivalent.iteration for row in d.entries for s in row]
        every = [*self.letters, *self.symbols, *(d.name for d in self.dimensions), *self.functions, *unknown, *states, "z"]
        self.names = identifiers(dict.fromkeys(every))
        self.spectral = spectral_letter(equivalent)

    def arguments(self) -> list[str]:
        """Keyword names of the module's functions: letters, scalars, R-transforms, dimensions that no letter tells."""
        told = self.inferred()
        rest = [d.name for d in self.dimensions if d not in told]
        return [self.names[x] for x in (*self.letters, *self.symbols, *self.functions, *rest)]

    def options(self) -> list[str]:
        """Keywords with a default: weights of the eigenvalues, and the dimensions that letters tell."""
        weights = [f"{self.names[self.spectral]}_weights"] if self.spectral else []
        return [*weights, *(self.names[d.name] for d in self.inferred())]

    def inferred(self) -> dict[Symbol, tuple[str, int]]:
        """Dimensions that the shapes of letters tell: symbol -> (letter, axis)."""
        found: dict[Symbol, tuple[str, int]] = {}
        for letter in self.equivalent.letters:
            for axis, size in enumerate(letter.shape):
                if isinstance(size, Symbol):
                    found.setdefault(size, (letter.name, axis))
        return found


def layout(equivalent: Equivalent) -> Layout:
    """The layout of the module for this equivalent."""
    return Layout(equivalent)


def _dimensions(equivalent: Equivalent) -> list[Symbol]:
    sizes = chain.from_iterable([*letter.shape, *_law_sizes(letter)] for letter in (*equivalent.letters, *equivalent.laws))
    found = {s: None for s in sizes if isinstance(s, Symbol)}
    return sorted(found, key=lambda s: s.name)


def _law_sizes(letter: object) -> list[Expr]:
    return [e for value in letter.constants().values() for e in sorted(value.atoms(Symbol), key=str)] if isinstance(letter, Law) else []


def spectral_letter(equivalent: Equivalent) -> str | None:
    """The one symmetric letter of which every inverse is a function, None where there are several or none."""
    letters: dict[str, MatrixSymbol] = {}
    for expression in _expressions(equivalent):
        for node in expression.atoms(Inverse, MatPow):
            for symbol in node.atoms(MatrixSymbol):
                letters[symbol.name] = symbol
    if len(letters) != 1:
        return None
    ((name, symbol),) = letters.items()
    return name if getattr(symbol, "symmetric", False) else None


def _expressions(equivalent: Equivalent) -> Iterable[Expr]:
    yield equivalent.rhs
    yield from (d.expr for d in (*equivalent.definitions, *equivalent.named))
    for law in equivalent.iteration:
        yield from chain.from_iterable(law.overlaps)
    for item in equivalent.evidence:
        yield from chain.from_iterable((*item.on_s, *item.on_h, *item.loops))


def source(equivalent: Equivalent) -> str:
    """The module's text: docstring with the formula, helpers, ``solve`` and ``equivalent``."""
    plan = Layout(equivalent)
    emitter = Emitter(plan.names, plan.spectral)
    body = [_solve(plan, emitter), _value(plan, emitter)]
    prepared = _prepare(plan, emitter)
    used = "\n".join(body)
    carried = [_HELPERS, *(inspect.getsource(getattr(runtime, name)) for name in _carried(used))]
    mean = _MEAN if plan.spectral else ""
    carried_text = "\n\n".join(part.replace("  # type: ignore[no-untyped-def]", "").strip() + "\n" for part in carried)
    parts = [_docstring(plan), "import numpy as np\n", mean, carried_text, prepared, *body]
    return "\n\n".join(p.strip("\n") + "\n" for p in parts if p)


_MEAN = '''def mean(diagonal, weights):
    """Average over the spectrum."""
    return (diagonal + 0 * weights) @ weights
'''


def _carried(text: str) -> list[str]:
    names = ["matrix_function", "r_of_spectrum", "dyson", "newton", "radius"]
    return [n for n in names if n + "(" in text or n in ("dyson", "newton", "radius")]


def _docstring(plan: Layout) -> str:
    equivalent = plan.equivalent
    lines = [f"{equivalent.lhs}", "", "is equivalent to", "", f"{equivalent.rhs}", "", "with", ""]
    lines += [f"{d.symbol} = {d.expr}" for d in equivalent.definitions]
    folded = [part for line in lines for part in (wrap(line, 110, subsequent_indent="    ", break_long_words=False) or [""])]
    inputs = [
        f"{plan.names[letter.name]}: {' x '.join(map(str, letter.shape))}{', symmetric' if getattr(letter, 'symmetric', False) else ''}"
        for letter in equivalent.letters
    ]
    inputs += [f"{plan.names[s]}: scalar or array" for s in plan.symbols]
    note = ""
    if plan.spectral:
        name = plan.names[plan.spectral]
        note = (
            f"\n{name} may also be its eigenvalues, a vector; every other square letter is then taken in that eigenbasis,\n"
            "where linear insertions may be given by their diagonal.\n"
        )
    text = "\n".join(folded) + "\n\nInputs, by keyword: " + "; ".join(inputs) + ".\n" + note
    return 'r"""' + text.replace('"""', "'''").rstrip() + '\n"""\n'


def _prepare(plan: Layout, emitter: Emitter) -> str:
    """``prepare``: arrays, dimensions, points; rotates into the eigenbasis of the spectral letter."""
    lines = [f"def prepare({_signature(plan)}):", '    """All inputs as arrays: scalars flattened to points, dimensions as numbers."""']
    scalars = [plan.names[s] for s in plan.symbols]
    if scalars:
        listed = ", ".join(scalars) + ("," if len(scalars) == 1 else "")
        lines.append(f"    given = np.broadcast_arrays({', '.join(f'np.asarray({s})' for s in scalars)})")
        lines += ["    shape = given[0].shape", f"    {listed} = (np.ravel(x) * 1.0 for x in given)"]
    else:
        lines.append("    shape = ()")
    lines.append("    basis = None")
    letters = [n for n in plan.letters if n != plan.spectral]
    lines += [f"    {plan.names[n]} = np.asarray({plan.names[n]})" for n in plan.letters]
    if plan.spectral:
        a = plan.names[plan.spectral]
        lines += [f"    if {a}.ndim == 2:", f"        {a}, basis = np.linalg.eigh({a})"]
        for name in letters:
            x, (rows, cols) = plan.names[name], next(q.shape for q in plan.equivalent.letters if q.name == name)
            size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
            left = "basis.T @ " if rows == size else ""
            right = " @ basis" if cols == size else ""
            lines.append(f"        {x} = {left}{x}{right}")
    for symbol, (letter, axis) in plan.inferred().items():
        place = 0 if letter == plan.spectral else axis
        name = plan.names[symbol.name]
        lines.append(f"    {name} = {plan.names[letter]}.shape[{place}] if {name} is None else {name}")
    values = _inputs(plan)
    pairs = ", ".join(f'"{v}": {v}' for v in values if v != "weights")
    if plan.spectral:
        a = plan.names[plan.spectral]
        lines.append(f"    weights = np.full(len({a}), 1 / len({a})) if {a}_weights is None else np.asarray({a}_weights)")
        pairs += ', "weights": weights'
    lines.append(f"    return shape, basis, {{{pairs}}}")
    return "\n".join(lines) + "\n"


def _signature(plan: Layout) -> str:
    names = [*plan.arguments(), *(f"{name}=None" for name in plan.options())]
    return "*, " + ", ".join(names) if names else ""


def _inputs(plan: Layout) -> list[str]:
    values = [plan.names[x] for x in (*plan.letters, *plan.symbols, *plan.functions, *(d.name for d in plan.dimensions))]
    return [*values, "weights"] if plan.spectral else values


def _unpack(plan: Layout, text: str) -> list[str]:
    return [f'    {v} = inputs["{v}"]' for v in _inputs(plan) if _occurs(v, text)]


def _occurs(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _solve(plan: Layout, emitter: Emitter) -> str:
    """``solve``: the Dyson iteration, Newton on the printed definitions, the rest of the definitions, the evidence."""
    equivalent = plan.equivalent
    implicit = [d for d in equivalent.definitions if d.implicit]
    constants, explicit = _split(equivalent.definitions)
    lines = [f"    {plan.names[d.symbol.name]} = {emitter.scalar(d.expr)}" for d in constants]
    if implicit:
        lines += _iteration(plan, emitter, implicit)
    lines += [f"    {plan.names[d.symbol.name]} = {emitter.scalar(d.expr)}" for d in explicit]
    known = [plan.names[d.symbol.name] for d in equivalent.definitions]
    quantities = ", ".join(f'"{k}": {k}' for k in known)
    lines.append(f'    return {{{quantities}}}, {{"residual": residual_size, "gamma": gamma_star}}')
    text = "\n".join(lines)
    sweeps = "(60, 240, 1000, 4000)" if plan.spectral else "(60, 240)"
    head = [f"def solve(inputs, points, sweeps={sweeps}):", '    """Every named quantity at every point, and the evidence: residual and gamma(R, R*), which is below 1."""']
    diagonals = [f"    {v} = {plan.names[k]} if {plan.names[k]}.ndim == 1 else np.diagonal({plan.names[k]})" for k, v in emitter.diagonals.items() if _occurs(v, text)]
    if not implicit:
        head.append("    residual_size = gamma_star = np.zeros(points)")
    return "\n".join([*head, *_unpack(plan, text + "\n".join(diagonals)), *diagonals, text]) + "\n"


def _split(definitions: Iterable[Definition]) -> tuple[list[Definition], list[Definition]]:
    """Constants before the unknowns, and what is explicit in terms of these."""
    constants, explicit, seen = [], [], set()
    for d in definitions:
        if d.implicit:
            seen.add(d.symbol)
        elif not d.expr.atoms(Symbol) & seen:
            constants.append(d)
        else:
            explicit.append(d)
            seen.add(d.symbol)
    return constants, explicit


def _iteration(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    equivalent, names = plan.equivalent, plan.names
    lines = ["", "    def step(state):"]
    states = [_state(plan, law) for law in equivalent.iteration]
    for law, state in zip(equivalent.iteration, states, strict=True):
        if len(law.entries) == 1:
            lines.append(f'        {names[law.entries[0][0].name]} = state["{state}"]')
        else:
            lines += [
                f'        {names[s.name]} = state["{state}"][:, {i}, {j}]'
                for i, row in enumerate(law.entries)
                for j, s in enumerate(row)
            ]
    updates = [f'            "{state}": {_r(emitter, law)} + np.zeros((points{_square(law)},)),' for law, state in zip(equivalent.iteration, states, strict=True)]
    lines += _named_lines(plan, emitter, "\n".join(updates))
    lines += ["        return {", *updates, "        }"]
    start = ", ".join(f'"{state}": {_r_zero(emitter, law)}' for law, state in zip(equivalent.iteration, states, strict=True))
    lines += ["", "    def implicit(unknowns):"]
    lines += [f'        {names[d.symbol.name]} = unknowns["{names[d.symbol.name]}"]' for d in implicit]
    needed = {s for d in implicit for s in d.expr.atoms(Symbol)}
    for d in _explicit_for(equivalent, needed, {d.symbol for d in implicit}):
        lines.append(f"        {names[d.symbol.name]} = {emitter.scalar(d.expr)}")
    lines.append("        return {")
    lines += [f'            "{names[d.symbol.name]}": {emitter.scalar(d.expr)} - {names[d.symbol.name]},' for d in implicit]
    lines.append("        }")
    lines += ["", "    def quantities(state):"]
    lines += [line for line in _state_lines(plan, states)]
    lines += _starts(plan, emitter, implicit)
    pairs = ", ".join(f'"{names[d.symbol.name]}": {names[d.symbol.name]} + np.zeros(points)' for d in implicit)
    lines.append(f"        return {{{pairs}}}")
    lines += ["", *_evidence(plan, emitter, implicit)]
    real = " & ".join(f"(np.isreal({names[s]}) & (np.real({names[s]}) > 0))" for s in plan.symbols) or "True"
    lines += [
        "",
        f"    damping = np.where({real}, 1.0, 0.5) * np.ones(points)",
        f"    state = {{{start}}}",
        '    with np.errstate(all="ignore"):',
        "        for sweep in sweeps:",
        "            state = dyson(step, state, damping, sweep)",
        "            unknowns, residual_size = newton(implicit, quantities(state))",
        "            gamma_star = evidence(unknowns)",
        "            if np.all((residual_size < 1e-10) & (gamma_star < 1)):",
        "                break",
    ]
    lines += [f'    {names[d.symbol.name]} = unknowns["{names[d.symbol.name]}"]' for d in implicit]
    return lines


def _named_lines(plan: Layout, emitter: Emitter, text: str) -> list[str]:
    """Assignments of the named functions of the iteration's unknowns that ``text`` uses."""
    named = [(plan.names[d.symbol.name], emitter.scalar(d.expr)) for d in plan.equivalent.named]
    return [f"        {name} = {value}" for name, value in named if _occurs(name, text)]


def _state(plan: Layout, law: Dyson) -> str:
    first = plan.names[law.entries[0][0].name]
    return first if len(law.entries) == 1 else first + "_matrix"


def _state_lines(plan: Layout, states: list[str]) -> list[str]:
    lines = []
    for law, state in zip(plan.equivalent.iteration, states, strict=True):
        for i, row in enumerate(law.entries):
            for j, s in enumerate(row):
                place = "" if len(law.entries) == 1 else f"[:, {i}, {j}]"
                lines.append(f'        {plan.names[s.name]} = state["{state}"]{place}')
    return lines


def _square(law: Dyson) -> str:
    n = len(law.entries)
    return "" if n == 1 else f", {n}, {n}"


def _r(emitter: Emitter, law: Dyson) -> str:
    """Source of R(H)."""
    n = len(law.entries)
    z = Symbol("z")
    if n == 1:
        h = emitter.scalar(law.overlaps[0][0])
        if law.r_transform is None:
            return f"r_of_spectrum({h}, *np.array({_spectrum(law)}))"
        return emitter.scalar(law.r_transform.xreplace({law.argument: law.overlaps[0][0]}))
    rows = ", ".join("np.stack(np.broadcast_arrays(" + ", ".join(f"{emitter.scalar(h)} + np.zeros(points)" for h in row) + "), axis=-1)" for row in law.overlaps)
    h = f"np.stack(np.broadcast_arrays({rows}), axis=-2)"
    if law.r_transform is None:
        return f"matrix_function(lambda z: r_of_spectrum(z, *np.array({_spectrum(law)})), {h})"
    num, den = fraction(together(law.r_transform.xreplace({law.argument: z})))
    if num.is_polynomial(z) and den.is_polynomial(z):
        top, bottom = (_horner(emitter, p, z, n) for p in (num, den))
        return f"(lambda z: np.linalg.solve({bottom}, {top} + 0 * z))({h})"
    inner = Emitter({**emitter.names, "z": "z"}, emitter.diagonal)
    wide = inner.scalar(law.r_transform.xreplace({law.argument: z}))
    return f"matrix_function(lambda z: {wide}, {h})"


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
    if law.r_transform is None:
        values, weights = law.law.atoms_and_weights() or ((), ())
        mean = str(float(sum(v * w for v, w in zip(values, weights, strict=True))))
    else:
        mean = emitter.scalar(law.r_transform.xreplace({law.argument: Symbol("z") * 0}))
    mean = _TINY if n == 1 and mean == "0" else mean
    return f"{mean} * np.ones(points)" if n == 1 else f"{mean} * np.eye({n}) + np.zeros((points, {n}, {n}))"


def _spectrum(law: Dyson) -> str:
    values, weights = law.law.atoms_and_weights() or ((), ())
    return f"[[{', '.join(repr(float(v)) for v in values)}], [{', '.join(repr(float(w)) for w in weights)}]]"


def _starts(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    """Where Newton starts: kappa from the iteration, S at 1/s, traces at their value, rungs (which are linear) at zero."""
    equivalent, names = plan.equivalent, plan.names
    states = {s.name for law in equivalent.iteration for row in law.entries for s in row}
    named = {d.symbol.name: d.expr for d in equivalent.named}
    lines, late = [], []
    for d in implicit:
        name = d.symbol.name
        if name in states:
            continue
        if name in named:
            lines.append(f"        {names[name]} = {emitter.scalar(named[name])}")
        elif name.startswith("S") and "s" + name[1:] in states:
            lines.append(f"        {names[name]} = 1 / {names['s' + name[1:]]}")
        elif name.startswith(("sigma", "eta")):
            lines.append(f"        {names[name]} = 0.0")
        else:
            late.append(f"        {names[name]} = {emitter.scalar(d.expr)}")
    return [*lines, *late]


def _evidence(plan: Layout, emitter: Emitter, implicit: list[Definition]) -> list[str]:
    names = plan.names
    lines = ["    def evidence(unknowns):"]
    lines += [f'        {names[d.symbol.name]} = unknowns["{names[d.symbol.name]}"]' for d in implicit]
    known = {d.symbol for d in implicit}
    radii = []
    for item in plan.equivalent.evidence:
        entries = list(chain.from_iterable((*item.on_s, *item.on_h, *item.loops)))
        needed = {Symbol(s.name.removesuffix("^*")) for e in entries for s in e.atoms(Symbol)}
        for d in _explicit_for(plan.equivalent, needed, known):
            known.add(d.symbol)
            lines.append(f"        {names[d.symbol.name]} = {emitter.scalar(d.expr)}")
        sides = []
        for side in (item.on_s, item.on_h, item.loops):
            rows = ", ".join("[" + ", ".join(f"{emitter.scalar(e)} + np.zeros(points)" for e in row) + "]" for row in side)
            sides.append(f"np.moveaxis(np.array([{rows}]), -1, 0)")
        radii.append(f"radius({', '.join(sides)})")
    result = radii[0] if len(radii) == 1 else f"np.max([{', '.join(radii)}], axis=0)"
    return [*lines, f"        return {result if radii else 'np.zeros(points)'}"]


def _explicit_for(equivalent: Equivalent, needed: set[Symbol], known: set[Symbol]) -> list[Definition]:
    """Definitions that the evidence needs beside the unknowns, in order; a pruned one through the iteration's names."""
    shown = set(equivalent.definitions)
    available = {d.symbol.name: d for d in equivalent.auxiliary if not (d.implicit and d in shown)}
    have = {s.name for s in known}
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
    constants = {d.symbol for d in _split(equivalent.definitions)[0]}
    return [d for d in found if d.symbol not in constants]


def _value(plan: Layout, emitter: Emitter) -> str:
    """``equivalent``: the right-hand side, in the original basis."""
    equivalent = plan.equivalent
    matrix = equivalent.target.shape is not None
    if matrix:
        code = emitter.matrix(equivalent.rhs)
        rows = emitter.scalar(equivalent.rhs.shape[0])
        forms = {
            "e": f"matrix({code.text}) * np.eye(int({rows}))",
            "d": f"diagonal_matrix({code.text})",
            "m": code.text,
        }
        expr = forms[code.kind]
    else:
        expr = emitter.scalar(equivalent.rhs)
    diagonals = [f"    {v} = {plan.names[k]} if {plan.names[k]}.ndim == 1 else np.diagonal({plan.names[k]})" for k, v in emitter.diagonals.items() if _occurs(v, expr)]
    named = [plan.names[d.symbol.name] for d in equivalent.definitions]
    lines = [f"def equivalent({_signature(plan)}):", f'    """The right-hand side at every point: {"matrices of shape (..., rows, cols)" if matrix else "numbers"}."""']
    arguments = ", ".join(f"{a}={a}" for a in (*plan.arguments(), *plan.options()))
    lines.append(f"    shape, basis, inputs = prepare({arguments})")
    lines.append("    points = int(np.prod(shape))")
    lines.append("    named, evidence = solve(inputs, points)")
    lines += ['    if not np.all((evidence["residual"] < 1e-9) & (evidence["gamma"] < 1)):', '        raise ArithmeticError("no solution on the physical branch: the spectral parameter lies on the spectrum")']
    lines.append("    value = right_side(inputs, named, points)")
    if matrix:
        lines += _back(plan)
        lines.append("    return value.reshape(shape + value.shape[-2:])")
    else:
        lines.append("    return value.reshape(shape)[()]")
    side = ["def right_side(inputs, named, points):", '    """The right-hand side from the named quantities."""']
    side += _unpack(plan, expr + "\n".join(diagonals)) + diagonals
    side += [f'    {n} = named["{n}"]' for n in named if _occurs(n, expr)]
    zeros = "np.zeros((points, 1, 1))" if matrix else "np.zeros(points)"
    side.append(f"    return {expr} + {zeros}")
    return "\n".join(side) + "\n\n\n" + "\n".join(lines) + "\n"


def _back(plan: Layout) -> list[str]:
    if plan.spectral is None:
        return []
    size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
    rows, cols = plan.equivalent.rhs.shape
    left, right = ("basis @ " if rows == size else ""), (" @ basis.T" if cols == size else "")
    return ["    if basis is not None:", f"        value = {left}value{right}"] if left or right else []


