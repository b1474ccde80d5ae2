"""A readable, self-contained numpy module for an equivalent."""

from __future__ import annotations

import ast
import inspect
import re
from textwrap import wrap

from planar.codegen import runtime
from planar.codegen.emit import Emitter
from planar.codegen.iteration import constant, evidence_lines, feedback, following, iteration, sorted_by_need
from planar.codegen.layout import Layout, occurs
from planar.equivalent import Equivalent

__all__ = ["source"]

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


def source(equivalent: Equivalent) -> str:
    """The module's text: docstring with the formula, helpers, ``solve`` and ``equivalent``."""
    plan = Layout(equivalent)
    emitter = Emitter(plan.names, plan.spectral)
    body = [_solve(plan, emitter), _value(plan, emitter)]
    prepared = _prepare(plan, emitter)
    used = "\n".join(body)
    carried = [_HELPERS, *(_unannotated(inspect.getsource(getattr(runtime, name))) for name in _carried(used))]
    mean = _MEAN if plan.spectral else ""
    carried_text = "\n\n".join(part.strip() + "\n" for part in carried)
    parts = [_docstring(plan), "import numpy as np\n", mean, carried_text, prepared, *body]
    return "\n\n".join(p.strip("\n") + "\n" for p in parts if p)


_MEAN = '''def mean(diagonal, weights):
    """Average over the spectrum."""
    return (diagonal + 0 * weights) @ weights
'''


def _carried(text: str) -> list[str]:
    names = [
        "matrix_function",
        "spectrum_step",
        "r_of_spectrum",
        "dyson",
        "settled",
        "newton",
        "radius",
        "divided",
        "matrix_radius",
    ]
    held = {"divided": "matrix_radius(", "spectrum_step": "r_of_spectrum("}
    return [n for n in names if re.search(rf"\b{n}\(", text) or (n in held and held[n] in text)]


def _unannotated(text: str) -> str:
    """The source of a function without annotations, so that it stands alone."""
    lines: list[str | None] = list(text.splitlines())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            for argument in node.args.args:
                argument.annotation = None
            lines[node.lineno - 1 : node.body[0].lineno - 1] = [
                f"{' ' * node.col_offset}def {node.name}({ast.unparse(node.args)}):",
                *[None] * (node.body[0].lineno - node.lineno - 1),
            ]
    return "\n".join(line for line in lines if line is not None)


def _docstring(plan: Layout) -> str:
    equivalent = plan.equivalent
    lines = [f"{equivalent.lhs}", "", "is equivalent to", "", f"{equivalent.rhs}", "", "with", ""]
    lines += [f"{d.symbol} = {d.expr}" for d in equivalent.definitions]
    folded = [part for line in lines for part in (wrap(line, 110, subsequent_indent="    ", break_long_words=False) or [""])]
    inputs = []
    for letter in equivalent.letters:
        symmetric = ", symmetric" if getattr(letter, "symmetric", False) else ""
        inputs.append(f"{plan.names[letter.name]}: {' x '.join(map(str, letter.shape))}{symmetric}")
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
    lines = [
        f"def prepare({_signature(plan)}):",
        '    """All inputs as arrays: scalars flattened to points, dimensions as numbers."""',
    ]
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
        lines += [f"    if {a}.ndim == 2:", f"        if not np.allclose({a}, {a}.T):"]
        lines += [f'            raise ValueError("{a} is declared symmetric, but its value is not")']
        lines.append(f"        {a}, basis = np.linalg.eigh({a})")
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
    return [f'    {v} = inputs["{v}"]' for v in _inputs(plan) if occurs(v, text)]


def _diagonals(plan: Layout, emitter: Emitter, text: str) -> list[str]:
    """Diagonals of letters that may also be given by these alone."""
    used = [(plan.names[name], diagonal) for name, diagonal in emitter.diagonals.items() if occurs(diagonal, text)]
    return [f"    {diagonal} = {name} if {name}.ndim == 1 else np.diagonal({name})" for name, diagonal in used]


def _solve(plan: Layout, emitter: Emitter) -> str:
    """``solve``: the Dyson iteration, Newton on the printed definitions, the rest of the definitions, the evidence."""
    equivalent = plan.equivalent
    implicit = [d for d in plan.definitions if d.implicit]
    constants = sorted_by_need(constant(plan.definitions))
    unknowns = feedback(plan)
    body = iteration(plan, emitter, unknowns) if implicit else []
    evidence = [] if implicit or not equivalent.evidence else ["", *evidence_lines(plan, emitter, implicit), ""]
    late = [f"    {plan.names[d.symbol.name]} = {emitter.scalar(d.expr)}" for d in following(plan, unknowns)]
    lines = [*(f"    {plan.names[d.symbol.name]} = {emitter.scalar(d.expr)}" for d in constants), *body, *late, *evidence]
    if evidence:
        lines.append("    residual_size, gamma_star = np.zeros(points), evidence({})")
    others = [d for d in plan.definitions if d not in equivalent.definitions]
    known = [plan.names[d.symbol.name] for d in (*equivalent.definitions, *others)]
    quantities = ", ".join(f'"{k}": {k}' for k in known)
    lines.append(f'    return {{{quantities}}}, {{"residual": residual_size, "gamma": gamma_star}}')
    text = "\n".join(lines)
    sweeps = "(60, 240, 1000, 4000)" if plan.spectral else "(60, 240, 600)"
    head = [
        f"def solve(inputs, points, sweeps={sweeps}, start=None):",
        '    """Every named quantity at every point, and the evidence: residual and gamma(R, R*), which is below 1.',
        "",
        "    ``start`` holds values near the solution, those at a neighbouring point say; Newton alone starts from there.",
        '    """',
    ]
    diagonals = _diagonals(plan, emitter, text)
    if not implicit and not evidence:
        head.append("    residual_size = gamma_star = np.zeros(points)")
    return "\n".join([*head, *_unpack(plan, text + "\n".join(diagonals)), *diagonals, text]) + "\n"


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
    diagonals = _diagonals(plan, emitter, expr)
    named = [plan.names[d.symbol.name] for d in equivalent.definitions]
    kind = "matrices of shape (..., rows, cols)" if matrix else "numbers"
    lines = [f"def equivalent({_signature(plan)}):", f'    """The right-hand side at every point: {kind}."""']
    arguments = ", ".join(f"{a}={a}" for a in (*plan.arguments(), *plan.options()))
    lines.append(f"    shape, basis, inputs = prepare({arguments})")
    lines.append("    points = int(np.prod(shape))")
    lines.append("    named, evidence = solve(inputs, points)")
    lines += [
        '    if not np.all((evidence["residual"] < 1e-9) & (evidence["gamma"] < 1)):',
        '        raise ArithmeticError("no solution on the physical branch: the spectral parameter lies on the spectrum")',
    ]
    lines.append("    value = right_side(inputs, named, points)")
    if matrix:
        lines += _back(plan)
        lines.append("    return value.reshape(shape + value.shape[-2:])")
    else:
        lines.append("    return value.reshape(shape)[()]")
    side = ["def right_side(inputs, named, points):", '    """The right-hand side from the named quantities."""']
    side += _unpack(plan, expr + "\n".join(diagonals)) + diagonals
    side += [f'    {n} = named["{n}"]' for n in named if occurs(n, expr)]
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
