"""Statements of a numba function of one point."""

from __future__ import annotations

from itertools import chain

from planar.kernels.backends.infix import ATOM, POWER, PRODUCT
from planar.kernels.backends.loops import LOWERED, TEXT, Loops
from planar.kernels.program.nodes import Node
from planar.kernels.program.operations import covering, rule
from planar.kernels.program.program import Program

__all__ = ["NumbaStatements"]

_FUNCTIONS = covering(
    "the numba printer",
    {
        "sqrt": "cmath.sqrt",
        "exp": "np.exp",
        "log": "cmath.log",
        "sin": "np.sin",
        "cos": "np.cos",
        "abs": "abs",
        "real": "np.real",
        "imag": "np.imag",
        "conj": "np.conj",
        "max": "larger_at",
        "copysign": "np.copysign",
        "power": "power_at",
    },
)


class NumbaStatements(Loops, text=TEXT, statement=LOWERED):
    """Functions of one point; every matrix is contiguous and of the type of ``given``."""

    def __init__(self, program: Program) -> None:
        super().__init__(program, _FUNCTIONS)
        self.spectra = dict[tuple[float, ...], str]()

    def size(self, node: Node) -> str:
        return str(node.data) if node.op == "number" else f"int(np.real({self.text(node)}))"

    def assign(self, name: str, text: str) -> str:
        return f"{name} = {text}"

    def loop(
        self,
        temporaries: list[tuple[str, str]],
        sums: list[tuple[str, str]],
        stores: list[tuple[str, str]],
    ) -> list[str]:
        lines = [f"{' = '.join(name for name, _ in sums)} = 0.0"] if sums else []
        lines += [f"{name} = np.empty(len(weights), given.dtype)" for name, _ in stores]
        lines.append("for i in range(len(weights)):")
        lines += [f"    {name} = {text}" for name, text in temporaries]
        lines += [f"    {name} += {text}" for name, text in sums]
        return [*lines, *(f"    {name}[i] = {text}" for name, text in stores)]

    @rule("entry")
    def _entry(self, node: Node) -> tuple[str, int]:
        i, j = node.data
        return f"{self.text(node.args[0])}[{i}, {j}]", ATOM

    @rule("near")
    def _near(self, node: Node) -> tuple[str, int]:
        return self.applied("near_at", node), ATOM

    @rule("inverse")
    def _inverse(self, node: Node) -> tuple[str, int]:
        return self.applied("inverted", node), ATOM

    @rule("trace", table="statement")
    def _trace(self, name: str, node: Node) -> list[str]:
        operands = [self.text(x) for x in node.args]
        if len(operands) == 1:
            return [f"{name} = np.trace({operands[0]})"]
        return [f"{name} = inner_at({' @ '.join(operands[:-1])}, {operands[-1]})"]

    @rule("radius", table="statement")
    def _radius(self, name: str, node: Node) -> list[str]:
        operands = [self.text(x) for x in node.args]
        if node.args[0].shape and node.args[0].shape[0].data == 1 and not node.data:
            return [f"{name} = rung_at({', '.join(f'{x}[0, 0]' for x in operands)})"]
        return [f"{name} = radius_at({', '.join(operands)}, {bool(node.data)})"]

    @rule("spectrum_step", "spectrum_rung", table="statement")
    def _of_spectrum(self, name: str, node: Node) -> list[str]:
        matrix = "_matrix" if (node.op, node.kind) == ("spectrum_step", "m") else ""
        operands = [*map(self.text, node.args), *map(self._spectrum, node.data)]
        return [f"{name} = {node.op}{matrix}_at({', '.join(operands)})"]

    def _spectrum(self, values: tuple[float, ...]) -> str:
        return self.spectra.setdefault(tuple(values), f"numbers_{len(self.spectra) + 1}")

    @rule("matmul", table="statement")
    def _matmul(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.text(node.args[0])} @ {self.text(node.args[1])}"]

    @rule("minverse", table="statement")
    def _minverse(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.applied('inverse_at', node)}"]

    @rule("scale", table="statement")
    def _scale(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.text(node.args[0], PRODUCT)} * {self.text(node.args[1])}"]

    @rule("madd", table="statement")
    def _madd(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {' + '.join(map(self.text, node.args))}"]

    @rule("call", kinds="m", table="statement")
    def _conjugate(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.applied('np.conj', node)}"]

    @rule("transpose", table="statement")
    def _transpose(self, name: str, node: Node) -> list[str]:
        return [f"{name} = np.ascontiguousarray({self.text(node.args[0])}.T)"]

    @rule("rows", table="statement")
    def _rows(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.array(node.args[0])}.reshape(-1, 1) * {self.text(node.args[1])}"]

    @rule("columns", table="statement")
    def _columns(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.text(node.args[0])} * {self.array(node.args[1])}"]

    @rule("dense", table="statement")
    def _dense(self, name: str, node: Node) -> list[str]:
        assert node.shape
        (x,) = node.args
        if x.kind == "s":
            return [f"{name} = scalar_at({self.text(x)}, {self.size(node.shape[0])}, given)"]
        return [f"{name} = diagonal_at({self.array(x)}, given)"]

    @rule("half", table="statement")
    def _half(self, name: str, node: Node) -> list[str]:
        assert node.shape
        n = self.size(node.shape[1])
        columns = f"{n}:" if node.data else f":{n}"
        return [f"{name} = np.ascontiguousarray({self.text(node.args[0])}[:, {columns}])"]

    @rule("kron", table="statement")
    def _kron(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.applied('kron_at', node)}"]

    @rule("stack", table="statement")
    def _stack(self, name: str, node: Node) -> list[str]:
        rows, columns = node.data, len(node.args) // node.data
        lines = [f"{name} = np.empty(({rows}, {columns}), given.dtype)"]
        for k, x in enumerate(node.args):
            i, j = divmod(k, columns)
            lines.append(f"{name}[{i}, {j}] = {self.text(x)}")
        return lines

    @rule("blocks", table="statement")
    def _blocks(self, name: str, node: Node) -> list[str]:
        assert node.shape
        shape = ", ".join(map(self.size, node.shape))
        lines, start = [f"{name} = np.zeros(({shape}), given.dtype)"], 0
        for x in node.args:
            assert x.shape
            end = start + int(x.shape[0].data)
            lines.append(f"{name}[{start}:{end}, {start}:{end}] = {self.text(x)}")
            start = end
        return lines

    @rule("loops", table="statement")
    def _loops(self, name: str, node: Node) -> list[str]:
        sizes, colours = node.data
        lines = [f"{name}_g = np.zeros(({len(node.args)}, {self._longest(node)}), given.dtype)"]
        for k, x in enumerate(node.args):
            match x.kind:
                case "m":
                    lines.append(f"put_at({name}_g[{k}], 0, {self.text(x)})")
                case "d":
                    entry = f"np.sqrt(weights[i]) * {self.text(x, PRODUCT)}"
                    lines.append("for i in range(len(weights)):")
                    lines.append(f"    {name}_g[{k}, i] = {entry}")
                case _:
                    lines.append(f"{name}_g[{k}, 0] = {self.text(x)}")
        letters = [[letter] * size for letter, size in enumerate(sizes)]
        letter, transposed = list(chain(*letters)), [int(c) for c in colours]
        call = f"loops_at({name}_g, np.array({letter}), np.array({transposed}))"
        return [*lines, f"{name} = {call}"]

    def _longest(self, node: Node) -> str:
        """How many entries the propagators of a ladder have at most."""
        lengths = dict.fromkeys(f"{self.text(x)}.size" for x in node.args if x.kind == "m")
        if any(x.kind == "d" for x in node.args):
            lengths["len(weights)"] = None
        match list(lengths):
            case []:
                return "1"
            case [length]:
                return length
            case several:
                return f"max({', '.join(several)})"

    def product(self, node: Node) -> str:
        """A product in which inverses are factors, and not below the line."""
        names = self.names
        inverses = {id(x): self.text(x, POWER) for x in node.args if _below(x)}
        self.names = {**inverses, **names}
        text = super().product(node)
        self.names = names
        return text


def _below(node: Node) -> bool:
    """Whether a factor stands below the line."""
    return node.op == "inverse" or (node.op == "power" and node.args[0].op == "inverse")
