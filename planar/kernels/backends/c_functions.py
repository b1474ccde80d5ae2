"""The functions of a block in C, and the frame of any function there: inputs, body, work memory."""

from __future__ import annotations

from planar.kernels.backends.c_statements import CStatements
from planar.kernels.program.layout import occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.program import Block, Function, Program, Role

__all__ = ["MEMORY", "RELEASE", "arrays", "block_text", "unpacked"]

MEMORY, RELEASE = "chunk *work = 0;", "give_back(work);"
_HEADS = {
    Role.INITIAL: "void {}(num *out, const num *given, const Data *data)",
    Role.SWEEP: "void {}(num *out, const num *state, const num *given, const Data *data)",
    Role.QUANTITIES: "void {}(num *out, const num *state, const num *given, const Data *data)",
    Role.EQUATIONS: (
        "void {}(num *f, num *slope, num *below, const num *x, const num *given, const Data *data)"
    ),
    Role.EVIDENCE: "double {}(const num *x, const num *given, const Data *data)",
}


def arrays(program: Program, text: str) -> list[str]:
    """The arrays of ``data`` that a text reads."""
    lines = []
    for d in program.data:
        if occurs(d.variable, text):
            number = "double" if d.kind == "d" else "num"
            lines.append(f"const {number} *{d.variable} = data->{d.variable};")
    return lines + ["const double *weights = data->weights;"] * occurs("weights", text)


def unpacked(names: tuple[str, ...], source: str, text: str) -> list[str]:
    """The numbers of a vector that a text reads."""
    return [f"const num {n} = {source}[{k}];" for k, n in enumerate(names) if occurs(n, text)]


def block_text(program: Program, block: Block) -> str:
    """The functions of a block and the block."""
    functions = block.functions()
    present = {f.role for f in functions}
    names = [f"{role}_of_{block.name}" if role in present else "0" for role in _HEADS]
    sizes = [s.size for s in block.states]
    fields = [
        str(len(block.unknowns)),
        str(max(1, sum(s.length for s in block.states))),
        f"{{{block.damping[0]}, {block.damping[1]}}}",
        str(int(block.positive)),
        str(int(block.certain)),
        str(int(block.settles)),
        *names,
        str(len(sizes)),
        f"{{{', '.join(map(str, sizes or [0]))}}}",
    ]
    value = f"static const Block block_{block.name} = {{{', '.join(fields)}}};"
    return "\n\n".join([*(_function(program, block, f) for f in functions), value])


def _function(program: Program, block: Block, f: Function) -> str:
    printer = CStatements(program)
    body = printer.body(f.returns, (*f.unknowns, *f.parameters))
    body += _returned(printer, len(block.unknowns), f)
    text = "\n".join(body)
    memory = occurs("work", text)
    if memory:
        last = -1 if f.role is Role.EVIDENCE else len(body)
        body.insert(last, RELEASE)
    lines = [
        *unpacked(f.parameters, "given", text),
        *_vector(block, f, text),
        *arrays(program, text),
        *[MEMORY] * memory,
        *body,
    ]
    head = "static " + _HEADS[f.role].format(f"{f.role}_of_{block.name}")
    return "\n".join([f"/* {f.doc} */", head, "{", *(f"    {line}" for line in lines), "}"])


def _vector(block: Block, f: Function, text: str) -> list[str]:
    """The self-energies or unknowns that a text reads."""
    if f.role.vector == "state":
        return _states(block, text) if f.unknowns else []
    return unpacked(f.unknowns, "x", text)


def _states(block: Block, text: str) -> list[str]:
    lines, start = list[str](), 0
    for s in block.states:
        if occurs(s.name, text):
            matrix = f"const num *{s.name} = state + {start};"
            lines.append(matrix if s.size > 1 else f"const num {s.name} = state[{start}];")
        start += s.length
    return lines


def _returned(printer: CStatements, k: int, f: Function) -> list[str]:
    """Statements that hand over what a function of ``k`` unknowns returns."""
    match f.role:
        case Role.EVIDENCE:
            return [f"return {printer.text(f.returns[0])};"]
        case Role.EQUATIONS:
            places = [*_places("f", k), *_places("slope", k * k), *_places("below", k)]
            pairs = zip(places, f.returns, strict=True)
            return [f"{place} = {printer.text(x)};" for place, x in pairs]
        case _:
            return _out(printer, f.returns)


def _places(vector: str, count: int) -> list[str]:
    return [f"{vector}[{i}]" for i in range(count)]


def _out(printer: CStatements, nodes: tuple[Node, ...]) -> list[str]:
    """Scalars and matrices one after another in ``out``."""
    lines, start = list[str](), 0
    for x in nodes:
        if x.kind == "m":
            assert x.shape
            n = int(x.shape[0].data) ** 2
            lines.append(f"memcpy(out + {start}, {printer.text(x)}, {n} * sizeof(num));")
            start += n
        else:
            lines.append(f"out[{start}] = {printer.text(x)};")
            start += 1
    return lines
