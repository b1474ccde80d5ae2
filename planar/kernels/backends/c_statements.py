"""Statements of a C function of one point: numbers, fused loops, and matrices in work memory."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain

from planar.kernels.backends.infix import ATOM, PRODUCT, SUM
from planar.kernels.backends.loops import LOWERED, TEXT, Loops
from planar.kernels.program.nodes import Node
from planar.kernels.program.operations import covering, rule
from planar.kernels.program.program import Program

__all__ = ["CStatements"]

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
        "copysign": "copysign",
        "power": "POW",
    },
)


class CStatements(Loops, text=TEXT, statement=LOWERED):
    """Functions of one point; every matrix stands row by row in memory of its own."""

    imaginary_unit = "I"

    def __init__(self, program: Program) -> None:
        super().__init__(program, _FUNCTIONS)

    def number(self, value: object) -> tuple[str, int]:
        match value:
            case Fraction():
                return f"{value.numerator}.0 / {value.denominator}", PRODUCT if value > 0 else SUM
            case bool() | int():
                text = str(value) if value in (0, 1) else f"{value}.0"
                return text, ATOM if value >= 0 else SUM
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
        n = node.args[0].shape[0].data if node.args[0].shape else 1
        operands = ", ".join(map(self.text, node.args))
        return [f"const double {name} = radius({operands}, {n}, {int(node.data)}, &work);"]

    @rule("spectrum_step", kinds="s", table="statement")
    def _step(self, name: str, node: Node) -> list[str]:
        values, weights = node.data
        operands = ", ".join(map(self.text, node.args))
        call = f"spectrum_step({operands}, {name}_b, {name}_w, {len(values)})"
        return [*_constants(name, values, weights), f"const num {name} = {call};"]

    @rule("trace", table="statement")
    def _trace(self, name: str, node: Node) -> list[str]:
        first, *middle = node.args
        assert first.shape
        left, (rows, columns) = self.text(first), map(self.size, first.shape)
        if not middle:
            loop = f"for (long i = 0; i < {rows}; i++) {name} += {left}[i * {rows} + i];"
            return [f"num {name} = 0;", loop]
        lines, last = list[str](), middle.pop()
        for k, x in enumerate(middle):
            assert x.shape
            product, inner, columns = f"{name}_{k}", columns, self.size(x.shape[1])
            operands = f"{left}, {self.text(x)}, {rows}, {inner}, {columns}"
            lines.append(f"num *{product} = take(&work, {rows} * {columns});")
            lines.append(f"matmul({product}, {operands});")
            left = product
        call = f"inner({left}, {self.text(last)}, {rows}, {columns})"
        return [*lines, f"const num {name} = {call};"]

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
        scalar, matrix = node.args
        return self._every(name, node, f"{self.text(scalar, PRODUCT)} * {self.text(matrix)}[i]")

    @rule("madd", table="statement")
    def _madd(self, name: str, node: Node) -> list[str]:
        return self._every(name, node, " + ".join(f"{self.text(x)}[i]" for x in node.args))

    @rule("call", kinds="m", table="statement")
    def _conjugate(self, name: str, node: Node) -> list[str]:
        return self._every(name, node, f"CONJ({self.text(node.args[0])}[i])")

    @rule("transpose", table="statement")
    def _transpose(self, name: str, node: Node) -> list[str]:
        assert node.shape
        rows = self.size(node.shape[0])
        return self._pairs(name, node, f"{self.text(node.args[0])}[j * {rows} + i]")

    @rule("rows", table="statement")
    def _rows(self, name: str, node: Node) -> list[str]:
        assert node.shape
        d, matrix = node.args
        entry = f"{self.text(matrix)}[i * {self.size(node.shape[1])} + j]"
        return self._pairs(name, node, f"{self.array(d)}[i] * {entry}")

    @rule("columns", table="statement")
    def _columns(self, name: str, node: Node) -> list[str]:
        assert node.shape
        matrix, d = node.args
        entry = f"{self.text(matrix)}[i * {self.size(node.shape[1])} + j]"
        return self._pairs(name, node, f"{entry} * {self.array(d)}[j]")

    @rule("dense", table="statement")
    def _dense(self, name: str, node: Node) -> list[str]:
        (x,) = node.args
        entry = self.text(x) if x.kind == "s" else f"{self.array(x)}[i]"
        return self._pairs(name, node, f"i == j ? {entry} : 0")

    @rule("half", table="statement")
    def _half(self, name: str, node: Node) -> list[str]:
        assert node.shape
        columns = self.size(node.shape[1])
        start = f" + {columns}" if node.data else ""
        entry = f"{self.text(node.args[0])}[i * 2 * {columns} + j{start}]"
        return self._pairs(name, node, entry)

    @rule("stack", table="statement")
    def _stack(self, name: str, node: Node) -> list[str]:
        entries = [f"{name}[{k}] = {self.text(x)};" for k, x in enumerate(node.args)]
        return [self._memory(name, node), *entries]

    @rule("kron", table="statement")
    def _kron(self, name: str, node: Node) -> list[str]:
        a, b = node.args
        assert a.shape
        call = f"kron({name}, {self.text(a)}, {self.text(b)}, {self.size(a.shape[0])});"
        return [self._memory(name, node), call]

    @rule("spectrum_step", "spectrum_rung", kinds="m", table="statement")
    def _of_spectrum(self, name: str, node: Node) -> list[str]:
        (values, weights), a = node.data, node.args
        assert a[0].shape
        function = "spectrum_step_matrix" if node.op == "spectrum_step" else "spectrum_rung"
        operands = ", ".join(map(self.text, a))
        spectrum = f"{name}_b, {name}_w, {len(values)}"
        call = f"{function}({name}, {operands}, {spectrum}, {self.size(a[0].shape[0])}, &work);"
        return [self._memory(name, node), *_constants(name, values, weights), call]

    @rule("blocks", table="statement")
    def _blocks(self, name: str, node: Node) -> list[str]:
        assert node.shape
        rows, columns = map(self.size, node.shape)
        zeros = f"memset({name}, 0, (size_t)({rows} * {columns}) * sizeof(num));"
        lines, start = [self._memory(name, node), zeros], 0
        for x in node.args:
            assert x.shape
            n = int(x.shape[0].data)
            place = f"{name}[({start} + i) * {columns} + {start} + j]"
            loop = f"for (int i = 0; i < {n}; i++) for (int j = 0; j < {n}; j++)"
            lines.append(f"{loop} {place} = {self.text(x)}[i * {n} + j];")
            start += n
        return lines

    @rule("loops", table="statement")
    def _loops(self, name: str, node: Node) -> list[str]:
        sizes, colours = node.data
        lines, places, lengths = [self._memory(name, node)], list[str](), list[str]()
        for k, x in enumerate(node.args):
            statements, place, length = self._propagator(f"{name}_{k}", x)
            lines += statements
            places.append(place)
            lengths.append(length)
        letters = chain(*([str(letter)] * size for letter, size in enumerate(sizes)))
        transposed = [str(int(c)) for c in colours]
        arrays = f"{name}_g, {name}_n, {name}_letter, {name}_transposed"
        return [
            *lines,
            f"num *{name}_g[] = {{{', '.join(places)}}};",
            f"const long {name}_n[] = {{{', '.join(lengths)}}};",
            f"const int {name}_letter[] = {{{', '.join(letters)}}};",
            f"const int {name}_transposed[] = {{{', '.join(transposed)}}};",
            f"loops_of({name}, {arrays}, {sum(sizes)});",
        ]

    def _propagator(self, name: str, node: Node) -> tuple[list[str], str, str]:
        """Statements, name and length of the entries of a propagator."""
        match node.kind:
            case "s":
                return [f"num {name}[] = {{{self.text(node)}}};"], name, "1"
            case "d":
                entry = f"{name}[i] = sqrt(weights[i]) * ({self.text(node)});"
                memory = f"num *{name} = take(&work, data->count);"
                loop = f"for (long i = 0; i < data->count; i++) {entry}"
                return [memory, loop], name, "data->count"
            case _:
                assert node.shape
                return [], self.text(node), " * ".join(map(self.size, node.shape))


def _constants(name: str, values: tuple[float, ...], weights: tuple[float, ...]) -> list[str]:
    """A finite spectrum."""
    eigenvalues, shares = (", ".join(map(repr, x)) for x in (values, weights))
    return [
        f"static const double {name}_b[] = {{{eigenvalues}}};",
        f"static const double {name}_w[] = {{{shares}}};",
    ]
