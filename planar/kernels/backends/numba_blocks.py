"""The functions of a block for numba, each of which fills arrays that it is given first."""

from __future__ import annotations

from itertools import product

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.numba_statements import NumbaStatements
from planar.kernels.program.layout import occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.program import Block, Function, Role

__all__ = ["block_text"]

_ARGUMENTS = {
    Role.INITIAL: "out, given, data",
    Role.SWEEP: "out, state, given, data",
    Role.QUANTITIES: "out, state, given, data",
    Role.EQUATIONS: "f, slope, below, x, given, data",
    Role.EVIDENCE: "x, given, data",
}
_ABSENT = {
    Role.INITIAL: ('"""Nothing is iterated."""',),
    Role.SWEEP: ('"""Nothing is iterated."""',),
    Role.EVIDENCE: ('"""The equations are linear."""', "return 0.0"),
}
"""Bodies of functions that a block does not have: numba needs them all."""


def block_text(printer: NumbaStatements, block: Block) -> str:
    """The functions of a block and the block."""
    functions = {f.role: f for f in block.functions()}
    texts = []
    for role in _ARGUMENTS:
        body = _body(printer, block, functions[role]) if role in functions else _ABSENT[role]
        texts.append(_definition(block, role, body))
    program = printer.program
    kinds = "".join("d" if d.kind == "d" else "m" for d in program.data)
    kinds += "d" * bool(program.spectral)
    fields = [
        *(f"{role}={role}_of_{block.name}" for role in _ARGUMENTS),
        f"unknowns={len(block.unknowns)}",
        f"sizes={tuple(s.size for s in block.states)}",
        f"length={sum(s.length for s in block.states)}",
        f"damping={block.damping}",
        f"positive={block.positive}",
        f"certain={block.certain}",
        f"settles={block.settles}",
        f'kinds="{kinds}"',
        f"complex_={program.complex_}",
    ]
    listed = "".join(f"    {field},\n" for field in fields)
    return "\n\n\n".join([*texts, f"block_{block.name} = SimpleNamespace(\n{listed})"])


def _definition(block: Block, role: Role, body: tuple[str, ...]) -> str:
    head = f"def {role}_of_{block.name}({_ARGUMENTS[role]}):"
    return "\n".join(["@compiled", head, *(f"    {line}" for line in body)])


def _body(printer: NumbaStatements, block: Block, f: Function) -> tuple[str, ...]:
    """What a function reads, computes and hands over."""
    lines = printer.body(f.returns, (*f.unknowns, *f.parameters))
    lines += _returned(printer, len(block.unknowns), f)
    text = "\n".join(lines)
    arrays = Arrays(printer.program).arrays()
    return (
        f'"""{f.doc}"""',
        *_read(f.parameters, "given", text),
        *_read_vector(block, f, text),
        *_read(arrays, "data", text),
        *lines,
    )


def _read(names: tuple[str, ...], source: str, text: str) -> list[str]:
    return [f"{n} = {source}[{k}]" for k, n in enumerate(names) if occurs(n, text)]


def _read_vector(block: Block, f: Function, text: str) -> list[str]:
    """The self-energies or unknowns that a text reads."""
    if f.role.vector == "state":
        return _states(block, text) if f.unknowns else []
    return _read(f.unknowns, "x", text)


def _states(block: Block, text: str) -> list[str]:
    lines, start = list[str](), 0
    for s in block.states:
        end, shape = start + s.length, f"{s.size}, {s.size}"
        value = f"state[{start}:{end}].reshape({shape})" if s.size > 1 else f"state[{start}]"
        lines += [f"{s.name} = {value}"] * occurs(s.name, text)
        start = end
    return lines


def _returned(printer: NumbaStatements, k: int, f: Function) -> list[str]:
    """Statements that hand over what a function of ``k`` unknowns returns."""
    texts = [printer.text(x) for x in f.returns]
    match f.role:
        case Role.EVIDENCE:
            return [f"return np.real({texts[0]})"]
        case Role.EQUATIONS:
            slopes = [f"slope[{i}, {j}]" for i, j in product(range(k), repeat=2)]
            places = [*(f"f[{i}]" for i in range(k)), *slopes, *(f"below[{i}]" for i in range(k))]
            return [f"{place} = {text}" for place, text in zip(places, texts, strict=True)]
        case _:
            return _out(f.returns, texts)


def _out(nodes: tuple[Node, ...], texts: list[str]) -> list[str]:
    """Scalars and matrices one after another in ``out``."""
    lines, start = list[str](), 0
    for x, text in zip(nodes, texts, strict=True):
        if x.kind == "m" and x.shape:
            lines.append(f"put_at(out, {start}, {text})")
            start += int(x.shape[0].data) ** 2
        else:
            lines.append(f"out[{start}] = {text}")
            start += 1
    return lines
