"""The numba backend: the numpy module, with fixed points solved by compiled loops, one point after
another.
"""

from __future__ import annotations

from planar.kernels.printers.array_functions import Arrays
from planar.kernels.printers.infix import ATOM, POWER, PRODUCT
from planar.kernels.printers.loops import LOWERED, TEXT, Loops
from planar.kernels.printers.module import (
    carried,
    constants,
    docstring,
    equivalent,
    imports,
    joined,
    prepare,
    right_side,
    runtime,
    solve,
)
from planar.kernels.program.layout import Layout, occurs
from planar.kernels.program.nodes import Node
from planar.kernels.program.operations import covering, rule
from planar.kernels.program.program import Block, Function, Program

__all__ = ["numba_module"]

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
        "power": "power_at",
    },
)
_COMPILED = """
options = {"error_model": "numpy", "fastmath": {"contract", "arcp", "nsz", "reassoc"}}
compiled = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)
compiled_for_python = njit(**options)
"""
_ARGUMENTS = {
    "initial": "out, given, data",
    "sweep": "out, state, given, data",
    "quantities": "out, state, given, data",
    "equations": "f, slope, below, x, given, data",
    "evidence": "x, given, data",
}
_NONE = {
    "initial": ('"""Nothing is iterated."""',),
    "sweep": ('"""Nothing is iterated."""',),
    "evidence": ('"""The equations are linear."""', "return 0.0"),
}
_NOTE = """
Fixed points are found by functions that numba compiles at the first call, once for real and once for complex parameters.
"""


def numba_module(program: Program, plan: Layout) -> str:
    """The module's text."""
    printer, numba = Arrays(program), _Numba(program)
    blocks = [numba.block(b) for b in program.blocks]
    body = [
        *blocks,
        prepare(program, plan),
        solve(program, printer),
        right_side(program, printer),
        equivalent(program, plan),
    ]
    helpers = _overloaded(carried("\n".join(body), "array_operations", "pointwise"))
    head = (
        "import cmath\n" * occurs("cmath", "\n".join(blocks))
        + imports("\n".join([*helpers, *body]))
        + "import numpy as np\n"
    )
    head += (
        "from numba import njit, types\nfrom numba.extending import overload\n" if blocks else ""
    )
    spectra = "\n".join(f"{name} = np.array({list(x)})" for x, name in numba.spectra.items())
    rest = [constants(*helpers), _COMPILED if blocks else "", *helpers, spectra, *body]
    return joined([docstring(program, plan, _NOTE if blocks else ""), head, *rest])


def _overloaded(helpers: list[str]) -> list[str]:
    """The functions with what numba compiles in place of ``inverted`` beside it."""
    beside = runtime("pointwise")["inverted_compiled"]
    return [f"{h}\n\n\n{beside}" if h.startswith("def inverted(") else h for h in helpers]


class _Numba(Loops, text=TEXT, statement=LOWERED):
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
        function = (
            f"{node.op}_matrix_at"
            if (node.op, node.kind) == ("spectrum_step", "m")
            else f"{node.op}_at"
        )
        return [
            f"{name} = {function}({', '.join([*map(self.text, node.args), *map(self._spectrum, node.data)])})"
        ]

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
        return [
            f"{name} = np.ascontiguousarray({self.text(node.args[0])}[:, {f'{n}:' if node.data else f':{n}'}])"
        ]

    @rule("kron", table="statement")
    def _kron(self, name: str, node: Node) -> list[str]:
        return [f"{name} = {self.applied('kron_at', node)}"]

    @rule("stack", table="statement")
    def _stack(self, name: str, node: Node) -> list[str]:
        rows, columns = node.data, len(node.args) // node.data
        lines = [f"{name} = np.empty(({rows}, {columns}), given.dtype)"]
        return lines + [
            f"{name}[{k // columns}, {k % columns}] = {self.text(x)}"
            for k, x in enumerate(node.args)
        ]

    @rule("blocks", table="statement")
    def _blocks(self, name: str, node: Node) -> list[str]:
        assert node.shape
        lines, start = (
            [f"{name} = np.zeros(({', '.join(map(self.size, node.shape))}), given.dtype)"],
            0,
        )
        for x in node.args:
            assert x.shape
            end = start + int(x.shape[0].data)
            lines.append(f"{name}[{start}:{end}, {start}:{end}] = {self.text(x)}")
            start = end
        return lines

    @rule("loops", table="statement")
    def _loops(self, name: str, node: Node) -> list[str]:
        sizes, colours = node.data
        dense = [f"{self.text(x)}.size" for x in node.args if x.kind == "m"]
        widths = [
            *dict.fromkeys(dense),
            *["len(weights)"] * any(x.kind == "d" for x in node.args),
        ] or ["1"]
        width = widths[0] if len(widths) == 1 else f"max({', '.join(widths)})"
        lines = [f"{name}_g = np.zeros(({len(node.args)}, {width}), given.dtype)"]
        for k, x in enumerate(node.args):
            match x.kind:
                case "m":
                    lines.append(f"put_at({name}_g[{k}], 0, {self.text(x)})")
                case "d":
                    lines.append("for i in range(len(weights)):")
                    lines.append(
                        f"    {name}_g[{k}, i] = np.sqrt(weights[i]) * {self.text(x, PRODUCT)}"
                    )
                case _:
                    lines.append(f"{name}_g[{k}, 0] = {self.text(x)}")
        letter = [k for k, size in enumerate(sizes) for _ in range(size)]
        return [
            *lines,
            f"{name} = loops_at({name}_g, np.array({letter}), np.array({[int(c) for c in colours]}))",
        ]

    def product(self, node: Node) -> str:
        kept = self.names
        self.names = {**{id(x): self.text(x, POWER) for x in node.args if _below(x)}, **kept}
        text = super().product(node)
        self.names = kept
        return text

    # -- functions
    # ---------------------------------------------------------------------------------------------------

    def block(self, block: Block) -> str:
        """The functions of a block and the block."""
        present = {f.name: f for _, f in block.functions()}
        parts = [
            self._function(block, present[n]) if n in present else _trivial(block, n)
            for n in _ARGUMENTS
        ]
        kinds = "".join("d" if d.kind == "d" else "m" for d in self.program.data) + "d" * bool(
            self.program.spectral
        )
        fields = [f"{n}={n}_of_{block.name}" for n in _ARGUMENTS]
        fields += [
            f"unknowns={len(block.unknowns)}",
            f"sizes={tuple(s.size for s in block.states)}",
        ]
        fields += [f"length={sum(s.length for s in block.states)}"]
        fields += [
            f"damping={block.damping}",
            f"positive={block.positive}",
            f"certain={block.certain}",
        ]
        fields += [
            f"settles={block.settles}",
            f'kinds="{kinds}"',
            f"complex_={self.program.complex_}",
        ]
        listed = "".join(f"    {f},\n" for f in fields)
        return "\n\n\n".join([*parts, f"block_{block.name} = SimpleNamespace(\n{listed})"])

    def _function(self, block: Block, f: Function) -> str:
        body = self.body(f.returns, (*f.unknowns, *f.parameters))
        body += self._returned(len(block.unknowns), f)
        text = "\n".join(body)
        before = [f"{n} = given[{k}]" for k, n in enumerate(f.parameters) if occurs(n, text)]
        if f.name in ("sweep", "quantities"):
            before += _states(block, text) if f.unknowns else []
        else:
            before += [f"{n} = x[{k}]" for k, n in enumerate(f.unknowns) if occurs(n, text)]
        before += [
            f"{n} = data[{k}]"
            for k, n in enumerate(Arrays(self.program).arrays())
            if occurs(n, text)
        ]
        return _printed(
            f"{f.name}_of_{block.name}({_ARGUMENTS[f.name]})", [f'"""{f.doc}"""', *before, *body]
        )

    def _returned(self, k: int, f: Function) -> list[str]:
        """Statements that hand over what a function returns."""
        texts = [self.text(x) for x in f.returns]
        if f.name == "evidence":
            return [f"return np.real({texts[0]})"]
        if f.name == "equations":
            places = [f"f[{i}]" for i in range(k)] + [
                f"slope[{i}, {j}]" for i in range(k) for j in range(k)
            ]
            places += [f"below[{i}]" for i in range(k)]
            return [f"{place} = {text}" for place, text in zip(places, texts, strict=True)]
        lines, start = list[str](), 0
        for x, text in zip(f.returns, texts, strict=True):
            n = int(x.shape[0].data) ** 2 if x.kind == "m" and x.shape else 1
            lines.append(
                f"put_at(out, {start}, {text})" if x.kind == "m" else f"out[{start}] = {text}"
            )
            start += n
        return lines


def _below(node: Node) -> bool:
    return node.op == "inverse" or (node.op == "power" and node.args[0].op == "inverse")


def _states(block: Block, text: str) -> list[str]:
    """The self-energies that a text reads."""
    lines, start = list[str](), 0
    for s in block.states:
        value = (
            f"state[{start}:{start + s.length}].reshape({s.size}, {s.size})"
            if s.size > 1
            else f"state[{start}]"
        )
        lines += [f"{s.name} = {value}"] * occurs(s.name, text)
        start += s.length
    return lines


def _trivial(block: Block, name: str) -> str:
    return _printed(f"{name}_of_{block.name}({_ARGUMENTS[name]})", list(_NONE[name]))


def _printed(head: str, body: list[str]) -> str:
    return "\n".join(["@compiled", f"def {head}:", *(f"    {line}" for line in body)])
