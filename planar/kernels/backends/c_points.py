"""The function ``equivalent`` of a C file: every point, with named quantities and evidence."""

from __future__ import annotations

from planar.kernels.backends.c_functions import MEMORY, RELEASE, arrays
from planar.kernels.backends.c_statements import CStatements
from planar.kernels.policy import POLICY
from planar.kernels.program.layout import occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.program import Assign, Program, Solve

__all__ = ["points_text"]


def points_text(program: Program) -> str:
    """The function's text."""
    lines = _lines(program)
    text = "\n".join(lines)
    memory = occurs("work", text)
    judged = bool(program.blocks) or program.evidence is not None
    scalars, dimensions = ", ".join(program.scalars), ", ".join(program.dimensions)
    inside = [
        *["double left = 0;"] * bool(program.blocks),
        *["double critical = 0;"] * judged,
        *[MEMORY] * memory,
        "out_residual[point] = 0;",
        f"out_gamma[point] = {'-INFINITY' if judged else '0'};",
        *_numbers(program.scalars, "scalars[{} * points + point]", text),
        *lines,
        *[RELEASE] * memory,
    ]
    before = [*_numbers(program.dimensions, "sizes[{}]", text), *arrays(program, text)]
    return "\n".join(
        [
            "/* The right-hand side at every point. "
            f"scalars hold one array of points after another: {scalars};",
            f"   so does named: {', '.join(program.named)}.",
            f"   sizes are {dimensions}; start is named at neighbouring points, or null.",
            "   A point is good where its relative residual is below "
            f"{POLICY.accepted}, gamma(R, R*) below {POLICY.critical} "
            "and every entry of the value a number. */",
            "void equivalent(long points, const num *scalars, const double *sizes, "
            "const Data *data, const num *start,",
            "                num *out_named, num *out_value, "
            "double *out_residual, double *out_gamma)",
            "{",
            *(f"    {line}" for line in before),
            "    for (long point = 0; point < points; point++) {",
            *(f"        {line}" for line in inside),
            "    }",
            "}",
        ]
    )


def _numbers(names: tuple[str, ...], source: str, text: str) -> list[str]:
    """The inputs that a text reads; ``source`` says where the k-th of them stands."""
    numbered = enumerate(names)
    return [f"const num {n} = {source.format(k)};" for k, n in numbered if occurs(n, text)]


def _lines(program: Program) -> list[str]:
    """Steps, evidence, and what is handed over for one point."""
    printer = CStatements(program)
    lines, pending, used = list[str](), list[Node](), list(program.named)

    def flush() -> None:
        lines.extend(printer.body(tuple(pending), tuple(used)))
        used.extend(name for name in printer.names.values() if name not in used)
        pending.clear()

    for k, step in enumerate(program.steps):
        if isinstance(step, Assign):
            if step.name in used:
                used.remove(step.name)
            pending.append(Node("let", (step.value,), "s", step.name))
        else:
            flush()
            lines += _solved(program, step, k)
    flush()
    evidence = () if program.evidence is None else (program.evidence,)
    lines += printer.body((*evidence, program.value), tuple(used))
    for gamma in evidence:
        lines += [f"critical = {printer.text(gamma)};", _worst("critical", "out_gamma")]
    lines += [f"out_named[{k} * points + point] = {n};" for k, n in enumerate(program.named)]
    return [*lines, _value(program, printer)]


def _solved(program: Program, step: Solve, k: int) -> list[str]:
    """The unknowns of a block, and its residual and gamma where they are the worst so far."""
    n = len(step.names)
    given = ", ".join(step.parameters) or "0"
    positive = [f"IMAG({s}) == 0 && REAL({s}) > 0" for s in step.scalars]
    near = [f"start[{program.named.index(x)} * points + point]" for x in step.names]
    copied = f"const num s[] = {{{', '.join(near)}}}; memcpy(start_{k}, s, sizeof s);"
    start = "0" if step.led else f"start ? start_{k} : 0"
    arguments = f"x_{k}, &left, &critical, given_{k}, {' && '.join(positive) or '1'}"
    return [
        f"num x_{k}[{n}], given_{k}[] = {{{given}}}, start_{k}[{n}];",
        f"if (start) {{ {copied} }}",
        f"solved(&block_{step.block.name}, {arguments}, data, {start});",
        *(f"const num {name} = x_{k}[{i}];" for i, name in enumerate(step.names)),
        _worst("left", "out_residual"),
        _worst("critical", "out_gamma"),
    ]


def _worst(number: str, out: str) -> str:
    """Keeps the larger of two numbers, or what is not one."""
    return f"if (!({number} <= {out}[point])) {out}[point] = {number};"


def _value(program: Program, printer: CStatements) -> str:
    value = printer.text(program.value)
    if program.shape is None:
        return f"out_value[point] = {value};"
    size = " * ".join(map(printer.size, program.shape))
    return f"memcpy(out_value + point * ({size}), {value}, (size_t)({size}) * sizeof(num));"
