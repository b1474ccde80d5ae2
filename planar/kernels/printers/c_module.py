"""The C backend: one readable file without dependencies; one point after another, averages as fused
loops.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from planar.kernels import runtimes
from planar.kernels.policy import POLICY, inlined, numbers
from planar.kernels.printers.infix import ATOM, PRODUCT, SUM
from planar.kernels.printers.loops import LOWERED, TEXT, Loops
from planar.kernels.printers.module import docstring
from planar.kernels.program.layout import Layout, occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.operations import covering, rule
from planar.kernels.program.program import Assign, Block, Function, Program

__all__ = ["c_module"]

_FUNCTIONS = covering(
    "the C printer",
    {
        "sqrt": "SQRT",
        "exp": "EXP",
        "log": "LOG",
        "sin": "SIN",
        "cos": "COS",
        "abs": "ABS",
        "real": "REAL",
        "imag": "IMAG",
        "conj": "CONJ",
        "max": "MAX",
        "power": "POW",
    },
)

_USE = """
To compile: cc -O3 -march=native -std=c11 -shared -fPIC kernel.c -o kernel.so -lm, with -DCOMPLEX for complex parameters; then
fill a Data and call equivalent(). Of the fast-math flags those are safe that leave infinities and NaN alone:
-fno-math-errno -fno-trapping-math -fassociative-math -fno-signed-zeros -freciprocal-math -fcx-limited-range.
"""


def c_module(program: Program, plan: Layout) -> str:
    """The file's text."""
    head = (
        docstring(program, plan, _USE)
        .removeprefix('r"""')
        .rstrip()
        .removesuffix('"""')
        .rstrip()
        .replace("*/", "* /")
    )
    carried = _runtime("kernel.c")
    parts = [carried, _data(program)]
    if program.blocks:
        most = max([len(b.states) for b in program.blocks] + [1])
        parts += [f"#define MOST_STATES {most}", _runtime("solver.c")]
        carried += parts[-1]
    parts += [_block(program, b) for b in program.blocks]
    parts = [f"/* {head}\n*/", _constants_of_policy(carried), *parts, _Point(program).text()]
    return inlined("\n\n".join(p.strip() for p in parts)) + "\n"


def _runtime(name: str) -> str:
    return Path(runtimes.__file__).with_name(name).read_text(encoding="utf-8")


def _constants_of_policy(text: str) -> str:
    """The numbers of the policy that a text reads, one a line with the reason for it."""
    lines = []
    for name, value, why in numbers(text):
        kind = (
            "int"
            if isinstance(value if not isinstance(value, tuple) else value[0], int)
            else "double"
        )
        shown = (
            f"[] = {{{', '.join(map(str, value))}}}" if isinstance(value, tuple) else f" = {value}"
        )
        lines.append(f"static const {kind} {name}{shown};  /* {why} */")
    return "\n".join(lines)


def _data(program: Program) -> str:
    """The struct of arrays."""
    fields = []
    for d in program.data:
        if d.kind == "d":
            fields.append(f"    const double *{d.name};  /* eigenvalues */")
        elif d.kind == "diagonal":
            fields.append(f"    const num *{d.name}_diagonal;  /* in the eigenbasis */")
        else:
            fields.append(f"    const num *{d.name};  /* row by row */")
    fields += [
        "    const double *weights;  /* of the eigenvalues; they sum to one */",
        "    long count;  /* of eigenvalues */",
    ]
    return (
        "/* The arrays that the formula reads. */\ntypedef struct {\n"
        + "\n".join(fields)
        + "\n} Data;"
    )


class _C(Loops, text=TEXT, statement=LOWERED):
    imaginary_unit = "I"

    def __init__(self, program: Program) -> None:
        super().__init__(program, _FUNCTIONS)

    def number(self, value: object) -> tuple[str, int]:
        match value:
            case Fraction():
                return f"{value.numerator}.0 / {value.denominator}", PRODUCT if value > 0 else SUM
            case bool() | int():
                return f"{value}.0" if value not in (0, 1) else str(
                    value
                ), ATOM if value >= 0 else SUM
            case _:
                return super().number(value)

    def product(self, node: Node) -> str:
        text = super().product(node)
        lead = text.lstrip("-").partition(" ")[0]
        return text.replace(lead, f"{lead}.0", 1) if lead.isdigit() else text

    @rule("power")
    def power(self, node: Node) -> tuple[str, int]:
        return self.power_of(self.text(node.args[0]), node.data), ATOM

    def power_of(self, base: str, k: int) -> str:
        return f"powi({base}, {k})" if k != 2 or not base.isidentifier() else f"({base} * {base})"

    def size(self, node: Node) -> str:
        return str(node.data) if node.op == "number" else f"(long)REAL({self.text(node)})"

    def assign(self, name: str, text: str) -> str:
        return f"const num {name} = {text};"

    def loop(
        self,
        temporaries: list[tuple[str, str]],
        sums: list[tuple[str, str]],
        stores: list[tuple[str, str]],
    ) -> list[str]:
        lines = [f"num {name} = 0;" for name, _ in sums]
        lines += [f"num *{name} = take(&work, data->count);" for name, _ in stores]
        lines.append("for (long i = 0; i < data->count; i++) {")
        lines += [f"    const num {name} = {text};" for name, text in temporaries]
        lines += [f"    {name} += {text};" for name, text in sums]
        lines += [f"    {name}[i] = {text};" for name, text in stores]
        return [*lines, "}"]

    @rule("entry")
    def _entry(self, node: Node) -> tuple[str, int]:
        (i, j), matrix = node.data, node.args[0]
        assert matrix.shape
        return f"{self.text(matrix)}[{i * matrix.shape[1].data + j}]", ATOM

    @rule("radius", table="statement")
    def _radius(self, name: str, node: Node) -> list[str]:
        a = node.args
        n = a[0].shape[0].data if a[0].shape else 1
        return [
            f"const double {name} = radius({', '.join(map(self.text, a))}, {n}, {int(node.data)}, &work);"
        ]

    @rule("spectrum_step", kinds="s", table="statement")
    def _step(self, name: str, node: Node) -> list[str]:
        values, weights = node.data
        operands = ", ".join(map(self.text, node.args))
        call = f"spectrum_step({operands}, {name}_b, {name}_w, {len(values)})"
        return [*_constants(name, values, weights), f"const num {name} = {call};"]

    @rule("trace", table="statement")
    def _trace(self, name: str, node: Node) -> list[str]:
        factors = node.args
        lines, left = list[str](), self.text(factors[0])
        assert factors[0].shape
        rows, middle = self.size(factors[0].shape[0]), self.size(factors[0].shape[1])
        if len(factors) == 1:
            loop = f"for (long i = 0; i < {rows}; i++) {name} += {left}[i * {rows} + i];"
            return [f"num {name} = 0;", loop]
        for k, x in enumerate(factors[1:-1]):
            assert x.shape
            columns = self.size(x.shape[1])
            lines.append(f"num *{name}_{k} = take(&work, {rows} * {columns});")
            lines.append(
                f"matmul({name}_{k}, {left}, {self.text(x)}, {rows}, {middle}, {columns});"
            )
            left, middle = f"{name}_{k}", columns
        return [
            *lines,
            f"const num {name} = inner({left}, {self.text(factors[-1])}, {rows}, {middle});",
        ]

    def _memory(self, name: str, node: Node) -> str:
        """Room for a matrix."""
        assert node.shape
        return f"num *{name} = take(&work, {' * '.join(map(self.size, node.shape))});"

    def _every(self, name: str, node: Node, entry: str) -> list[str]:
        """A matrix by its entries i, as they stand in memory."""
        assert node.shape
        total = " * ".join(map(self.size, node.shape))
        return [
            self._memory(name, node),
            f"for (long i = 0; i < {total}; i++) {name}[i] = {entry};",
        ]

    def _pairs(self, name: str, node: Node, entry: str) -> list[str]:
        """A matrix by its entries i, j."""
        assert node.shape
        rows, columns = map(self.size, node.shape)
        loop = f"for (long i = 0; i < {rows}; i++) for (long j = 0; j < {columns}; j++)"
        return [self._memory(name, node), f"{loop} {name}[i * {columns} + j] = {entry};"]

    @rule("matmul", table="statement")
    def _matmul(self, name: str, node: Node) -> list[str]:
        a, b = node.args
        assert a.shape
        assert node.shape
        sizes = ", ".join(map(self.size, (node.shape[0], a.shape[1], node.shape[1])))
        return [
            self._memory(name, node),
            f"matmul({name}, {self.text(a)}, {self.text(b)}, {sizes});",
        ]

    @rule("minverse", table="statement")
    def _minverse(self, name: str, node: Node) -> list[str]:
        assert node.shape
        call = f"minverse({name}, {self.text(node.args[0])}, {self.size(node.shape[0])}, &work);"
        return [self._memory(name, node), call]

    @rule("scale", table="statement")
    def _scale(self, name: str, node: Node) -> list[str]:
        return self._every(
            name, node, f"{self.text(node.args[0], PRODUCT)} * {self.text(node.args[1])}[i]"
        )

    @rule("madd", table="statement")
    def _madd(self, name: str, node: Node) -> list[str]:
        return self._every(name, node, " + ".join(f"{self.text(x)}[i]" for x in node.args))

    @rule("call", kinds="m", table="statement")
    def _conjugate(self, name: str, node: Node) -> list[str]:
        return self._every(name, node, f"CONJ({self.text(node.args[0])}[i])")

    @rule("transpose", table="statement")
    def _transpose(self, name: str, node: Node) -> list[str]:
        assert node.shape
        return self._pairs(
            name, node, f"{self.text(node.args[0])}[j * {self.size(node.shape[0])} + i]"
        )

    @rule("rows", table="statement")
    def _rows(self, name: str, node: Node) -> list[str]:
        assert node.shape
        d, matrix = node.args
        return self._pairs(
            name,
            node,
            f"{self.array(d)}[i] * {self.text(matrix)}[i * {self.size(node.shape[1])} + j]",
        )

    @rule("columns", table="statement")
    def _columns(self, name: str, node: Node) -> list[str]:
        assert node.shape
        matrix, d = node.args
        return self._pairs(
            name,
            node,
            f"{self.text(matrix)}[i * {self.size(node.shape[1])} + j] * {self.array(d)}[j]",
        )

    @rule("dense", table="statement")
    def _dense(self, name: str, node: Node) -> list[str]:
        (x,) = node.args
        return self._pairs(
            name, node, f"i == j ? {self.text(x) if x.kind == 's' else f'{self.array(x)}[i]'} : 0"
        )

    @rule("half", table="statement")
    def _half(self, name: str, node: Node) -> list[str]:
        assert node.shape
        columns = self.size(node.shape[1])
        return self._pairs(
            name,
            node,
            f"{self.text(node.args[0])}[i * 2 * {columns} + j{f' + {columns}' if node.data else ''}]",
        )

    @rule("stack", table="statement")
    def _stack(self, name: str, node: Node) -> list[str]:
        return [
            self._memory(name, node),
            *(f"{name}[{k}] = {self.text(x)};" for k, x in enumerate(node.args)),
        ]

    @rule("kron", table="statement")
    def _kron(self, name: str, node: Node) -> list[str]:
        a, b = node.args
        assert a.shape
        return [
            self._memory(name, node),
            f"kron({name}, {self.text(a)}, {self.text(b)}, {self.size(a.shape[0])});",
        ]

    @rule("spectrum_step", "spectrum_rung", kinds="m", table="statement")
    def _of_spectrum(self, name: str, node: Node) -> list[str]:
        (values, weights), a = node.data, node.args
        assert a[0].shape
        function = "spectrum_step_matrix" if node.op == "spectrum_step" else "spectrum_rung"
        operands = ", ".join(map(self.text, a))
        call = f"{function}({name}, {operands}, {name}_b, {name}_w, {len(values)}, {self.size(a[0].shape[0])}, &work);"
        return [self._memory(name, node), *_constants(name, values, weights), call]

    @rule("blocks", table="statement")
    def _blocks(self, name: str, node: Node) -> list[str]:
        assert node.shape
        rows, columns = map(self.size, node.shape)
        lines, start = (
            [
                self._memory(name, node),
                f"memset({name}, 0, (size_t)({rows} * {columns}) * sizeof(num));",
            ],
            0,
        )
        for x in node.args:
            assert x.shape
            n = int(x.shape[0].data)
            place = f"{name}[({start} + i) * {columns} + {start} + j]"
            lines.append(
                f"for (int i = 0; i < {n}; i++) for (int j = 0; j < {n}; j++) {place} = {self.text(x)}[i * {n} + j];"
            )
            start += n
        return lines

    @rule("loops", table="statement")
    def _loops(self, name: str, node: Node) -> list[str]:
        sizes, colours = node.data
        n = sum(sizes)
        lines, places, lengths = [self._memory(name, node)], list[str](), list[str]()
        for k, x in enumerate(node.args):
            if x.kind == "s":
                lines.append(f"num {name}_{k}[] = {{{self.text(x)}}};")
                places.append(f"{name}_{k}")
                lengths.append("1")
            elif x.kind == "d":
                lines.append(f"num *{name}_{k} = take(&work, data->count);")
                loop = f"for (long i = 0; i < data->count; i++) {name}_{k}[i] = sqrt(weights[i]) * ({self.text(x)});"
                lines.append(loop)
                places.append(f"{name}_{k}")
                lengths.append("data->count")
            else:
                assert x.shape
                places.append(self.text(x))
                lengths.append(f"{self.size(x.shape[0])} * {self.size(x.shape[1])}")
        letter = [k for k, size in enumerate(sizes) for _ in range(size)]
        lines.append(f"num *{name}_g[] = {{{', '.join(places)}}};")
        lines.append(f"const long {name}_n[] = {{{', '.join(lengths)}}};")
        lines.append(f"const int {name}_letter[] = {{{', '.join(map(str, letter))}}};")
        lines.append(
            f"const int {name}_transposed[] = {{{', '.join(str(int(c)) for c in colours)}}};"
        )
        return [
            *lines,
            f"loops_of({name}, {name}_g, {name}_n, {name}_letter, {name}_transposed, {n});",
        ]

    # -- functions
    # ---------------------------------------------------------------------------------------------------

    def inputs(self, text: str) -> list[str]:
        """The arrays of ``data`` that a text reads."""
        lines = []
        for d in self.program.data:
            name = f"{d.name}_diagonal" if d.kind == "diagonal" else d.name
            if occurs(name, text):
                lines.append(
                    f"const {'double' if d.kind == 'd' else 'num'} *{name} = data->{name};"
                )
        return lines + ["const double *weights = data->weights;"] * occurs("weights", text)

    def whole(
        self, head: str, before: list[str], body: list[str], after: list[str], doc: str
    ) -> str:
        text = "\n".join([*body, *after])
        memory = occurs("work", text)
        lines = [f"/* {doc} */", f"static {head}", "{"]
        lines += [
            f"    {line}"
            for line in (*before, *self.inputs(text), *["chunk *work = 0;"] * memory, *body, *after)
        ]
        if memory:
            place = len(lines) - (after[-1].startswith("return"))
            lines.insert(place, "    give_back(work);")
        return "\n".join([*lines, "}"])

    def unpacked(self, names: tuple[str, ...], source: str, text: str) -> list[str]:
        return [f"const num {n} = {source}[{k}];" for k, n in enumerate(names) if occurs(n, text)]


def _constants(name: str, values: tuple[float, ...], weights: tuple[float, ...]) -> list[str]:
    return [
        f"static const double {name}_{k}[] = {{{', '.join(map(repr, x))}}};"
        for k, x in (("b", values), ("w", weights))
    ]


def _block(program: Program, block: Block) -> str:
    parts = []
    for _, f in block.functions():
        parts.append(_function(program, block, f))
    present = {f.name for _, f in block.functions()}
    names = [
        f"{f}_of_{block.name}" if f in present else "0"
        for f in ("initial", "sweep", "quantities", "equations", "evidence")
    ]
    sizes = [s.size for s in block.states]
    values = [
        str(len(block.unknowns)),
        str(max(1, sum(n * n for n in sizes))),
        f"{{{block.damping[0]}, {block.damping[1]}}}",
    ]
    values += [
        str(int(block.positive)),
        str(int(block.certain)),
        str(int(block.settles)),
        *names,
        str(len(sizes)),
        f"{{{', '.join(map(str, sizes or [0]))}}}",
    ]
    return "\n\n".join(
        [*parts, f"static const Block block_{block.name} = {{{', '.join(values)}}};"]
    )


def _function(program: Program, block: Block, f: Function) -> str:
    c = _C(program)
    body = c.body(f.returns, (*f.unknowns, *f.parameters))
    k = len(block.unknowns)
    after = list[str]()
    if f.name == "evidence":
        after.append(f"return {c.text(f.returns[0])};")
    elif f.name == "equations":
        places = [
            f"{v}[{i}]" for v, n in (("f", k), ("slope", k * k), ("below", k)) for i in range(n)
        ]
        after += [f"{place} = {c.text(x)};" for place, x in zip(places, f.returns, strict=True)]
    else:
        start = 0
        for x in f.returns:
            if x.kind == "m":
                assert x.shape
                n = int(x.shape[0].data) ** 2
                after.append(f"memcpy(out + {start}, {c.text(x)}, {n} * sizeof(num));")
                start += n
            else:
                after.append(f"out[{start}] = {c.text(x)};")
                start += 1
    text = "\n".join([*body, *after])
    before = c.unpacked(f.parameters, "given", text)
    if f.name in ("sweep", "quantities") and f.unknowns:
        place = 0
        for s in block.states:
            if occurs(s.name, text):
                before.append(
                    f"const num *{s.name} = state + {place};"
                    if s.size > 1
                    else f"const num {s.name} = state[{place}];"
                )
            place += s.length
    elif f.unknowns:
        before += c.unpacked(f.unknowns, "x", text)
    heads = {
        "initial": "void {n}(num *out, const num *given, const Data *data)",
        "sweep": "void {n}(num *out, const num *state, const num *given, const Data *data)",
        "quantities": "void {n}(num *out, const num *state, const num *given, const Data *data)",
        "equations": "void {n}(num *f, num *slope, num *below, const num *x, const num *given, const Data *data)",
        "evidence": "double {n}(const num *x, const num *given, const Data *data)",
    }
    return c.whole(heads[f.name].format(n=f"{f.name}_of_{block.name}"), before, body, after, f.doc)


class _Point:
    """``equivalent``: every point, with all named quantities and the evidence."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def text(self) -> str:
        p, c = self.program, _C(self.program)
        lines: list[str] = []
        pending: list[Node] = []
        used = list(p.named)

        def flush() -> None:
            lines.extend(c.body(tuple(pending), tuple(used)))
            used.extend(name for name in c.names.values() if name not in used)
            pending.clear()

        for k, step in enumerate(p.steps):
            if isinstance(step, Assign):
                if step.name in used:
                    used.remove(step.name)
                pending.append(Node("let", (step.value,), "s", step.name))
                continue
            flush()
            n, own = len(step.names), step.parameters
            real = " && ".join(f"IMAG({s}) == 0 && REAL({s}) > 0" for s in step.scalars) or "1"
            starts = ", ".join(f"start[{p.named.index(x)} * points + point]" for x in step.names)
            begin = "0" if step.led else f"start ? start_{k} : 0"
            lines += [
                f"num x_{k}[{n}], given_{k}[] = {{{', '.join(own) or '0'}}}, start_{k}[{n}];",
                *(
                    [
                        f"if (start) {{ const num s[] = {{{starts}}}; memcpy(start_{k}, s, sizeof s); }}"
                    ]
                ),
                f"solved(&block_{step.block.name}, x_{k}, &left, &critical, given_{k}, {real}, data, {begin});",
                *(f"const num {name} = x_{k}[{i}];" for i, name in enumerate(step.names)),
                "if (!(left <= out_residual[point])) out_residual[point] = left;",
                "if (!(critical <= out_gamma[point])) out_gamma[point] = critical;",
            ]
        flush()
        rest = [p.evidence] if p.evidence is not None else []
        lines += c.body((*rest, p.value), tuple(used))
        if p.evidence is not None:
            lines.append(f"critical = {c.text(p.evidence)};")
            lines.append("if (!(critical <= out_gamma[point])) out_gamma[point] = critical;")
        lines += [f"out_named[{k} * points + point] = {name};" for k, name in enumerate(p.named)]
        if p.shape is None:
            lines.append(f"out_value[point] = {c.text(p.value)};")
        else:
            rows, columns = map(c.size, p.shape)
            size = f"{rows} * {columns}"
            lines.append(
                f"memcpy(out_value + point * ({size}), {c.text(p.value)}, (size_t)({size}) * sizeof(num));"
            )
        text, judged = "\n".join(lines), bool(p.blocks) or p.evidence is not None
        memory = occurs("work", text)
        inputs = [
            f"const num {n} = scalars[{k} * points + point];"
            for k, n in enumerate(p.scalars)
            if occurs(n, text)
        ]
        sizes = [
            f"const num {n} = sizes[{k}];" for k, n in enumerate(p.dimensions) if occurs(n, text)
        ]
        head = [
            f"/* The right-hand side at every point. scalars hold one array of points after another: {', '.join(p.scalars)};",
            f"   so does named: {', '.join(p.named)}.",
            f"   sizes are {', '.join(p.dimensions)}; start is named at neighbouring points, or null.",
            "   A point is good where its relative residual is below "
            f"{POLICY.accepted}, gamma(R, R*) below {POLICY.critical} and every entry of the value a number. */",
            "void equivalent(long points, const num *scalars, const double *sizes, const Data *data, const num *start,",
            "                num *out_named, num *out_value, double *out_residual, double *out_gamma)",
            "{",
            *(f"    {line}" for line in (*sizes, *c.inputs(text))),
            "    for (long point = 0; point < points; point++) {",
            "        double left = 0;" if p.blocks else "",
            "        double critical = 0;" if judged else "",
            *["        chunk *work = 0;"] * memory,
            "        out_residual[point] = 0;",
            f"        out_gamma[point] = {'-INFINITY' if judged else '0'};",
            *(f"        {line}" for line in (*inputs, *lines)),
            *["        give_back(work);"] * memory,
            "    }",
            "}",
        ]
        return "\n".join(line for line in head if line)
