"""What the modules of all Python backends share: docstring, steps, right-hand side, entry."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.checked import checks
from planar.kernels.backends.preparation import signature, spectral_size, tuple_text
from planar.kernels.program.layout import Layout, occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.program import Assign, Program, Solve

__all__ = ["docstring", "equivalent", "right_side", "solve"]


def docstring(program: Program, plan: Layout, note: str = "", *, defaults: bool = True) -> str:
    """Formula, definitions, inputs with their shapes, and a note.

    Dimensions that follow from letters have ``defaults`` where inputs are arrays with a shape.
    """
    formula, *definitions = program.formula
    lines = [program.lhs, "", "is equivalent to", "", formula, "", "with", "", *definitions]
    inputs = "\n\nInputs, by keyword: " + "; ".join(_inputs(plan, defaults)) + ".\n"
    text = "\n".join(map(_folded, lines)) + inputs + _spectral_note(plan) + note
    return 'r"""' + text.replace('"""', "'''").rstrip() + '\n"""\n'


def _folded(line: str) -> str:
    """A line in lines of at most 110 characters."""
    return "\n".join(wrap(line, 110, subsequent_indent="    ", break_long_words=False))


def _inputs(plan: Layout, defaults: bool) -> list[str]:
    """Every letter with its shape, every scalar and every dimension."""
    inputs = []
    for letter in plan.equivalent.letters:
        kinds = (kind for kind in ("positive", "symmetric") if getattr(letter, kind, False))
        declared = "".join(f", {kind}" for kind in [*kinds][:1])
        inputs.append(f"{plan.names[letter.name]}: {' x '.join(map(str, letter.shape))}{declared}")
    inputs += [f"{plan.names[s]}: scalar or array" for s in plan.symbols]
    inferred = plan.inferred() if defaults else {}
    for size in plan.dimensions:
        of = f", by default that of {plan.names[inferred[size][0]]}" if size in inferred else ""
        inputs.append(f"{plan.names[size.name]}: positive integer{of}")
    return inputs


def _spectral_note(plan: Layout) -> str:
    if not plan.spectral:
        return ""
    name = plan.names[plan.spectral]
    return (
        f"\n{name} may also be its eigenvalues, a vector; "
        "every other square letter is then taken in that eigenbasis,\n"
        "where linear insertions may be given by their diagonal.\n"
    )


def solve(program: Program, printer: Arrays) -> str:
    """``solve``: every named quantity in its order, and the evidence."""
    lines = _steps(program, printer)
    blocks = [i for i, step in enumerate(program.steps) if isinstance(step, Solve)]
    residuals = [f"status_{i}[0]" for i in blocks]
    gammas = [f"status_{i}[1]" for i in blocks]
    if program.evidence is not None:
        printer.names = {}
        lines.append(f"gamma_star = {printer.text(program.evidence)}")
        gammas.append("gamma_star")
    text, np = "\n".join([*lines, *program.named]), printer.module
    if np == "np" and lines:
        lines = ['with np.errstate(all="ignore"):', *(f"    {line}" for line in lines)]
    quantities = ", ".join(f'"{n}": {n}' for n in program.named)
    doc = (
        "Every named quantity, and the evidence at every point: relative residual "
        "and gamma(R, R*), which is below 1."
    )
    near = (
        "``start`` holds the named quantities at neighbouring points; "
        "Newton alone continues from there."
    )
    body = [
        *(f'{n} = inputs["{n}"]' for n in program.scalars if occurs(n, text)),
        *printer.unpacked(program.dimensions, "sizes", text),
        *printer.unpacked(printer.arrays(), "data", text.replace(", data,", ",")),
        *lines,
        f"residual = {_largest(residuals, np)}",
        f"gamma_star = {_largest(gammas, np)}",
        f"return {{{quantities}}}, residual, gamma_star",
    ]
    head = "def solve(inputs, sizes, data, start=None):"
    docs = [f'    """{doc}', "", f"    {near}", '    """']
    return "\n".join([head, *docs, *(f"    {line}" for line in body)]) + "\n"


def _largest(names: Sequence[str], np: str) -> str:
    """The entrywise maximum of arrays; zero of none."""
    match names:
        case []:
            return "0.0"
        case [name]:
            return name
        case _:
            return f"{np}.maximum({names[0]}, {_largest(names[1:], np)})"


def _steps(program: Program, printer: Arrays) -> list[str]:
    """Assignments and blocks in order."""
    lines, pending, used = list[str](), list[Node](), list(program.named)

    def flush() -> None:
        assigned = printer.lines(tuple(pending), tuple(used))
        lines.extend(assigned)
        used.extend(line.partition(" = ")[0] for line in assigned)
        pending.clear()

    for k, step in enumerate(program.steps):
        if isinstance(step, Assign):
            used.remove(step.name)
            pending.append(Node("let", (step.value,), "s", step.name))
        else:
            flush()
            lines.append(_found(step, k))
    flush()
    return lines


def _found(step: Solve, k: int) -> str:
    """The unknowns of a block, and its residual and gamma as the status of this step."""
    near = tuple_text([f'start["{n}"]' for n in step.names])
    start = "None" if step.led else f"None if start is None else {near}"
    parameters, scalars = tuple_text(step.parameters), tuple_text(step.scalars)
    call = f"found(block_{step.block.name}, {parameters}, {scalars}, data, {start})"
    return f"{tuple_text(step.names)}, *status_{k} = {call}"


def right_side(program: Program, printer: Arrays) -> str:
    """``right_side``: the value from the named quantities."""
    body = printer.lines((program.value,), tuple(program.named))
    value = printer.text(program.value)
    text = "\n".join([*body, value])
    lines = [
        '"""The right-hand side from the named quantities."""',
        *(f'{n} = inputs["{n}"]' for n in program.scalars if occurs(n, text)),
        *(f'{n} = named["{n}"]' for n in program.named if occurs(n, text)),
        *printer.unpacked(program.dimensions, "sizes", text),
        *printer.unpacked(printer.arrays(), "data", text),
        *body,
        f"return {value}",
    ]
    head = "def right_side(inputs, sizes, named, data):"
    return "\n".join([head, *(f"    {line}" for line in lines)]) + "\n"


def equivalent(program: Program, plan: Layout, np: str = "np") -> str:
    """``equivalent``: what a user of the module calls."""
    kind = "matrices of shape (..., rows, cols)" if program.shape is not None else "numbers"
    arguments = ", ".join(f"{a}={a}" for a in (*plan.arguments(), *plan.options()))
    lines = [
        f'"""The right-hand side at every point: {kind}."""',
        *checks(plan, np),
        f"shape, basis, inputs, sizes, data = prepare({arguments})",
        "named, residual, gamma_star = solve(inputs, sizes, data)",
        f"value = {np}.asarray(right_side(inputs, sizes, named, data))",
        f"good = {np}.broadcast_to(accepted(residual, gamma_star, value), shape)",
        *(_raising() if np == "np" else []),
        *_rotated_back(program, plan),
        f"return {_returned(program, np)}",
    ]
    head = f"def equivalent({signature(plan)}):"
    return "\n".join([head, *(f"    {line}" for line in lines)]) + "\n"


def _raising() -> list[str]:
    error = '"no solution on the physical branch: the spectral parameter lies on the spectrum"'
    return ["if not np.all(good):", f"    raise ArithmeticError({error})"]


def _rotated_back(program: Program, plan: Layout) -> list[str]:
    """A matrix from the eigenbasis."""
    if not plan.spectral or program.shape is None:
        return []
    size = spectral_size(plan)
    rows, columns = plan.equivalent.rhs.shape
    if size not in (rows, columns):
        return []
    left, right = "basis @ " * (rows == size), " @ basis.T" * (columns == size)
    return ["if basis is not None:", f"    value = {left}value{right}"]


def _returned(program: Program, np: str) -> str:
    """The value at every point; where there is no error, not a number off the physical branch."""
    matrix = program.shape is not None
    shape = "shape + value.shape[-2:]" if matrix else "shape"
    value = f"{np}.broadcast_to(value, {shape})"
    if np != "np":
        return f"{np}.where(good{'[..., None, None]' if matrix else ''}, {value}, {np}.nan)"
    return value if matrix else f"{value}[()]"
