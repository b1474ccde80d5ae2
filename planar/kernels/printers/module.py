"""What the modules of all Python backends share: the docstring, the inputs, the steps in order, the
right-hand side.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from textwrap import wrap

from planar.kernels import runtimes
from planar.kernels.policy import inlined, numbers
from planar.kernels.printers.array_functions import Arrays
from planar.kernels.printers.infix import PRODUCT
from planar.kernels.program.layout import Layout, occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.program import Assign, Program, Solve

__all__ = [
    "carried",
    "constants",
    "docstring",
    "equivalent",
    "prepare",
    "right_side",
    "solve",
    "unannotated",
]


def carried(text: str, *modules: str) -> list[str]:
    """Sources of the runtime functions that a text calls, directly or through each other."""
    sources = {name: source for module in modules for name, source in runtime(module).items()}
    used, todo = dict[str, None](), [text]
    while todo:
        held = todo.pop()
        for name, source in sources.items():
            if name not in used and re.search(rf"\b{name}\(", held):
                used[name] = None
                todo.append(source)
    return [sources[name] for name in sources if name in used]


@cache
def runtime(module: str) -> dict[str, str]:
    """The functions of a runtime module as they are copied, by name; the module is read and not
    imported.
    """
    text = Path(runtimes.__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    own = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    start = {
        node.name: min([node.lineno, *(d.lineno for d in node.decorator_list)]) for node in own
    }
    return {
        node.name: unannotated("\n".join(lines[start[node.name] - 1 : node.end_lineno]))
        for node in own
    }


def unannotated(text: str) -> str:
    """The source of a function or class without annotations, so that it stands alone."""
    tree = ast.parse(text)
    lines: list[str | None] = list(text.splitlines())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for argument in (
                *node.args.args,
                node.args.vararg,
                node.args.kwarg,
                *node.args.kwonlyargs,
            ):
                if argument is not None:
                    argument.annotation = None
            lines[node.lineno - 1 : node.body[0].lineno - 1] = [
                f"{' ' * node.col_offset}def {node.name}({ast.unparse(node.args)}):",
                *[None] * (node.body[0].lineno - node.lineno - 1),
            ]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            plain = f"{' ' * node.col_offset}{ast.unparse(node.target)} = {ast.unparse(node.value)}"
            lines[node.lineno - 1 : node.end_lineno] = [
                plain,
                *[None] * ((node.end_lineno or 0) - node.lineno),
            ]
    return "\n".join(line for line in lines if line is not None)


def imports(text: str) -> str:
    """The imports from the standard library that a module's text needs."""
    known = {
        "import math": "math.",
        "from functools import partial": "partial(",
        "from functools import reduce": "reduce(",
        "from types import SimpleNamespace": "SimpleNamespace(",
    }
    used = [line for line, call in known.items() if re.search(rf"\b{re.escape(call)}", text)]
    return "\n".join([*used, ""]) + "\n" if used else ""


def docstring(program: Program, plan: Layout, more: str = "") -> str:
    """Formula, definitions, inputs with their shapes."""
    lines = [
        program.lhs,
        "",
        "is equivalent to",
        "",
        program.formula[0],
        "",
        "with",
        "",
        *program.formula[1:],
    ]
    folded = [
        part
        for line in lines
        for part in (wrap(line, 110, subsequent_indent="    ", break_long_words=False) or [""])
    ]
    inputs = []
    for letter in plan.equivalent.letters:
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
    text = "\n".join(folded) + "\n\nInputs, by keyword: " + "; ".join(inputs) + ".\n" + note + more
    return 'r"""' + text.replace('"""', "'''").rstrip() + '\n"""\n'


def signature(plan: Layout) -> str:
    names = [*plan.arguments(), *(f"{name}=None" for name in plan.options())]
    return "*, " + ", ".join(names) if names else ""


def prepare(program: Program, plan: Layout, module: str = "np") -> str:
    """``prepare``: scalars with axes of points alike, dimensions, arrays in the eigenbasis of the
    spectral letter.
    """
    np, names = module, plan.names
    lines = [
        f"def prepare({signature(plan)}):",
        '    """Inputs as arrays, in the eigenbasis if there is one: (shape of points, basis, scalars, sizes, data)."""',
    ]
    scalars = [names[s] for s in plan.symbols]
    if scalars:
        listed = ", ".join(scalars) + ("," if len(scalars) == 1 else "")
        one = "1.0" if np == "np" or not program.complex_ else "(1.0 + 0j)"
        lines.append(f"    given = [{np}.asarray(x) * {one} for x in ({listed})]")
        lines.append(f"    shape = {np}.broadcast_shapes(*(x.shape for x in given))")
        lines.append(
            f"    {listed} = (x.reshape((1,) * (len(shape) - x.ndim) + x.shape) if x.ndim else x for x in given)"
        )
    else:
        lines.append("    shape = ()")
    lines.append("    basis = None")
    lines += [f"    {names[n]} = {np}.asarray({names[n]})" for n in plan.letters]
    if plan.spectral:
        lines += _rotation(plan, np)
    for symbol, (letter, axis) in plan.inferred().items():
        place = 0 if letter == plan.spectral else axis
        name = names[symbol.name]
        lines.append(f"    {name} = {names[letter]}.shape[{place}] if {name} is None else {name}")
    if plan.spectral:
        a = names[plan.spectral]
        lines.append(
            f"    weights = {np}.full(len({a}), 1 / len({a})) if {a}_weights is None else {np}.asarray({a}_weights)"
        )
        lines += _weighted(program, plan, np)
    for d in program.data:
        if d.kind == "diagonal":
            lines.append(
                f"    {d.name}_diagonal = {d.name} if {d.name}.ndim == 1 else {np}.diagonal({d.name})"
            )
    for d in program.data:
        if d.kind == "m" and plan.spectral:
            lines.append(f"    {d.name} = {np}.diag({d.name}) if {d.name}.ndim == 1 else {d.name}")
    held = ", ".join(f'"{n}": {n}' for n in program.scalars)
    lines.append(
        f"    return shape, basis, {{{held}}}, {_tuple(program.dimensions)}, {_tuple(Arrays(program).arrays())}"
    )
    return "\n".join(lines) + "\n"


def _weighted(program: Program, plan: Layout, np: str) -> list[str]:
    """With weights w an eigenvalue stands for N w equal ones: no matrix is left, and vectors are as
    long as all of them.
    """
    a = plan.names[plan.spectral or ""]
    size = next(d.shape[0] for d in program.data if d.name == a)
    if program.whole:
        square = [d.name for d in program.data if d.kind == "m" and d.shape == (size, size)]
        held = (
            f"{square[0]} is a matrix; derive with commuting=[({a}, {square[0]})]"
            if square
            else "the formula holds matrices"
        )
        return [
            f"    if {a}_weights is not None:",
            f'        raise ValueError("{a}_weights are for diagonals, but {held}")',
        ]
    sides = [
        (d.name, "root[:, None]" if d.shape[0] is size else "root")
        for d in program.data
        if size in d.shape and d.kind == "m"
    ]
    if not sides:
        return []
    lines = [f"    if {a}_weights is not None:"]
    lines.append(
        f"        root = {np}.sqrt({np}.maximum({Arrays(program).text(size, PRODUCT)} * weights, 1e-300))"
    )
    lines += [f"        {name} = {name} * {side}" for name, side in sides]
    if program.shape and size in program.shape and program.value.op != "dense":
        lines.append(f"        basis = {np}.diag(1 / root)")
    return lines


def _rotation(plan: Layout, np: str) -> list[str]:
    names, a = plan.names, plan.names[plan.spectral or ""]
    lines = [f"    if {a}.ndim == 2:"]
    if np == "np":
        lines += [f"        if not np.allclose({a}, {a}.T):"]
        lines += [
            f'            raise ValueError("{a} is declared symmetric, but its value is not")'
        ]
    if plan.shared:
        every = [names[x] for x in sorted(plan.shared)]
        mixed = "".join(
            f" + {0.618034 ** (k + 1):.6f} * {x} / ({np}.linalg.norm({x}) + 1e-300)"
            for k, x in enumerate(every)
        )
        lines.append(
            f"        basis = {np}.linalg.eigh({a} / ({np}.linalg.norm({a}) + 1e-300){mixed})[1]"
        )
        lines.append(f"        {a} = {np}.diagonal(basis.T @ {a} @ basis)")
    else:
        lines.append(f"        {a}, basis = {np}.linalg.eigh({a})")
    size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
    for name in (n for n in plan.letters if n != plan.spectral):
        x, (rows, cols) = (
            names[name],
            next(q.shape for q in plan.equivalent.letters if q.name == name),
        )
        left, right = ("basis.T @ " if rows == size else ""), (" @ basis" if cols == size else "")
        if left or right:
            lines.append(f"        {x} = {left}{x}{right}")
    return lines


def solve(program: Program, printer: Arrays) -> str:
    """``solve``: every named quantity in its order, and the evidence."""
    lines = _steps(program, printer)
    blocks = [i for i, step in enumerate(program.steps) if isinstance(step, Solve)]
    if program.evidence is not None:
        printer.names = {}
        lines.append(f"gamma_star = {printer.text(program.evidence)}")
    text, np = "\n".join([*lines, *program.named]), printer.module
    gammas = [f"status_{k}[1]" for k in blocks] + ["gamma_star"] * (program.evidence is not None)
    quantities = ", ".join(f'"{k}": {k}' for k in program.named)
    head = [
        "def solve(inputs, sizes, data, start=None):",
        '    """Every named quantity, and the evidence at every point: relative residual and gamma(R, R*), which is below 1.',
        "",
        "    ``start`` holds the named quantities at neighbouring points; Newton alone continues from there.",
        '    """',
    ]
    body = [f'{n} = inputs["{n}"]' for n in program.scalars if occurs(n, text)]
    body += printer.unpacked(program.dimensions, "sizes", text)
    body += printer.unpacked(printer.arrays(), "data", text.replace(", data,", ","))
    if np == "np" and lines:
        lines = ['with np.errstate(all="ignore"):', *(f"    {line}" for line in lines)]
    body += [
        *lines,
        f"residual = {_largest([f'status_{k}[0]' for k in blocks], np)}",
        f"gamma_star = {_largest(gammas, np)}",
    ]
    return (
        "\n".join(
            [
                *head,
                *(f"    {line}" for line in body),
                f"    return {{{quantities}}}, residual, gamma_star",
            ]
        )
        + "\n"
    )


def _largest(names: list[str], np: str) -> str:
    if len(names) < 2:
        return names[0] if names else "0.0"
    return f"{np}.maximum({names[0]}, {names[1] if len(names) == 2 else _largest(names[1:], np)})"


def _steps(program: Program, printer: Arrays) -> list[str]:
    """Assignments and blocks in order."""
    lines, pending, used = list[str](), list[Node](), list(program.named)

    def flush() -> None:
        found = printer.lines(tuple(pending), tuple(used))
        lines.extend(found)
        used.extend(line.partition(" = ")[0] for line in found)
        pending.clear()

    for k, step in enumerate(program.steps):
        if isinstance(step, Assign):
            used.remove(step.name)
            pending.append(Node("let", (step.value,), "s", step.name))
            continue
        flush()
        unknowns, own, near = map(
            _tuple, (step.names, step.parameters, [f'start["{n}"]' for n in step.names])
        )
        begin = "None" if step.led else f"None if start is None else {near}"
        real = _tuple(step.scalars)
        call = f"found(block_{step.block.name}, {own}, {real}, data, {begin})"
        lines.append(f"{unknowns}, *status_{k} = {call}")
    flush()
    return lines


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def right_side(program: Program, printer: Arrays) -> str:
    """``right_side``: the value from the named quantities."""
    body = printer.lines((program.value,), tuple(program.named))
    value = printer.text(program.value)
    text = "\n".join([*body, value])
    lines = [
        "def right_side(inputs, sizes, named, data):",
        '    """The right-hand side from the named quantities."""',
    ]
    lines += [f'    {n} = inputs["{n}"]' for n in program.scalars if occurs(n, text)]
    lines += [f'    {n} = named["{n}"]' for n in program.named if occurs(n, text)]
    unpacked = printer.unpacked(program.dimensions, "sizes", text) + printer.unpacked(
        printer.arrays(), "data", text
    )
    lines += [f"    {line}" for line in (*unpacked, *body)]
    return "\n".join([*lines, f"    return {value}"]) + "\n"


def equivalent(program: Program, plan: Layout, np: str = "np") -> str:
    """``equivalent``: what a user of the module calls."""
    matrix = program.shape is not None
    kind = "matrices of shape (..., rows, cols)" if matrix else "numbers"
    arguments = ", ".join(f"{a}={a}" for a in (*plan.arguments(), *plan.options()))
    lines = [
        f"def equivalent({signature(plan)}):",
        f'    """The right-hand side at every point: {kind}."""',
        f"    shape, basis, inputs, sizes, data = prepare({arguments})",
        "    named, residual, gamma_star = solve(inputs, sizes, data)",
        f"    value = {np}.asarray(right_side(inputs, sizes, named, data))",
        f"    good = {np}.broadcast_to(accepted(residual, gamma_star, value), shape)",
    ]
    if np == "np":
        error = '"no solution on the physical branch: the spectral parameter lies on the spectrum"'
        lines += ["    if not np.all(good):", f"        raise ArithmeticError({error})"]
    if plan.spectral and matrix:
        size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
        rows, cols = plan.equivalent.rhs.shape
        left, right = ("basis @ " if rows == size else ""), (" @ basis.T" if cols == size else "")
        lines += (
            ["    if basis is not None:", f"        value = {left}value{right}"]
            if left or right
            else []
        )
    value = (
        f"{np}.broadcast_to(value, shape + value.shape[-2:])"
        if matrix
        else f"{np}.broadcast_to(value, shape)"
    )
    if np != "np":
        value = f"{np}.where(good{'[..., None, None]' if matrix else ''}, {value}, {np}.nan)"
    return "\n".join([*lines, f"    return {value}{'' if matrix or np != 'np' else '[()]'}"]) + "\n"


def constants(*parts: str) -> str:
    """The numbers of the policy that the parts of a module read, one a line with the reason for it."""
    return "\n".join(f"{name} = {value}  # {why}" for name, value, why in numbers("\n".join(parts)))


def joined(parts: Iterable[str]) -> str:
    """Parts of a module with two empty lines between them."""
    return inlined("\n\n".join(p.strip("\n") + "\n" for p in parts if p))
