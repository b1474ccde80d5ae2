"""Functions over whole arrays of points, for numpy and JAX.

Scalars broadcast, diagonals have one axis more, matrices two.
"""

from __future__ import annotations

from planar.kernels.backends.infix import ATOM, POWER, PRODUCT, SUM, Infix
from planar.kernels.backends.schedule import assignments
from planar.kernels.program.layout import occurs
from planar.kernels.program.nodes import Kind, Node
from planar.kernels.program.operations import PRINTED, covering, rule
from planar.kernels.program.program import Function, Program

__all__ = ["Arrays"]

_CALLS = covering(
    "the printer of arrays",
    {
        "sqrt": "emath.sqrt",
        "exp": "exp",
        "log": "emath.log",
        "sin": "sin",
        "cos": "cos",
        "abs": "abs",
        "real": "real",
        "imag": "imag",
        "conj": "conj",
        "max": "maximum",
        "copysign": "copysign",
        "power": "emath.power",
    },
)


class Arrays(Infix, text=PRINTED):
    """Prints functions of a program with the array module ``np`` (or ``jnp``)."""

    def __init__(self, program: Program, module: str = "np") -> None:
        prefix = "" if module == "np" else "emath."
        calls = {name: f"{module}.{call.removeprefix(prefix)}" for name, call in _CALLS.items()}
        super().__init__(functions=calls)
        self.program = program
        self.module = module

    def lifted(self, part: Node, whole: Node, level: int) -> str:
        if part.kind == "s" and whole.kind == "d" and part.op != "number":
            return f"vector({self.text(part)})"
        return self.text(part, level)

    def product(self, node: Node) -> str:
        if node.kind != "d":
            return super().product(node)
        numbers = [x for x in node.args if x.op == "number"]
        scalars = [x for x in node.args if x.op != "number" and x.kind == "s"]
        diagonals = [x for x in node.args if x.op != "number" and x.kind == "d"]
        if not scalars:
            return super().product(node)
        scalar, diagonal = self._times([*numbers, *scalars]), self._times(diagonals)
        if diagonal.startswith("1 / "):
            return f"vector({scalar}) / {diagonal.removeprefix('1 / ')}"
        return f"vector({scalar}) * {diagonal}"

    def _times(self, parts: list[Node]) -> str:
        if len(parts) == 1:
            return self.text(parts[0], PRODUCT)
        kind: Kind = "d" if any(x.kind == "d" for x in parts) else "s"
        return super().product(Node("mul", tuple(parts), kind))

    @rule("mean")
    def _mean(self, node: Node) -> tuple[str, int]:
        return f"average(weights, {', '.join(map(self.text, node.args))})", ATOM

    @rule("trace")
    def _trace(self, node: Node) -> tuple[str, int]:
        if (form := _bilinear(node.args)) is None:
            return self.applied("trace", node), ATOM
        left, m, t, right = form
        both = f"({self.text(m, PRODUCT)} * {self.text(t, POWER)}.T)"
        ones = f"{self.module}.ones(len(weights))"
        return f"average({ones}, {self.text(left, PRODUCT)} @ {both}, {self.text(right)})", ATOM

    @rule("diagonal")
    def _diagonal(self, node: Node) -> tuple[str, int]:
        return f"{node.data}_diagonal", ATOM

    @rule("matmul")
    def _matmul(self, node: Node) -> tuple[str, int]:
        return f"{self.text(node.args[0], PRODUCT)} @ {self.text(node.args[1], POWER)}", PRODUCT

    @rule("rows")
    def _rows(self, node: Node) -> tuple[str, int]:
        return f"column({self.text(node.args[0])}) * {self.text(node.args[1], POWER)}", PRODUCT

    @rule("columns")
    def _columns(self, node: Node) -> tuple[str, int]:
        return f"{self.text(node.args[0], PRODUCT)} * row({self.text(node.args[1])})", PRODUCT

    @rule("scale")
    def _scale(self, node: Node) -> tuple[str, int]:
        scalar, matrix = node.args
        if scalar.op == "number" and scalar.data == -1:
            return f"-{self.text(matrix, POWER)}", PRODUCT
        is_number = scalar.op == "number"
        left = self.text(scalar, PRODUCT) if is_number else f"matrix({self.text(scalar)})"
        return f"{left} * {self.text(matrix, POWER)}", PRODUCT

    @rule("madd")
    def _madd(self, node: Node) -> tuple[str, int]:
        return self.sum([self.text(x, PRODUCT) for x in node.args]), SUM

    @rule("minverse")
    def _minverse(self, node: Node) -> tuple[str, int]:
        return self.applied("inverse", node), ATOM

    @rule("transpose")
    def _transpose(self, node: Node) -> tuple[str, int]:
        return f"{self.module}.swapaxes({self.text(node.args[0])}, -1, -2)", ATOM

    @rule("stack")
    def _stack(self, node: Node) -> tuple[str, int]:
        n = len(node.args) // node.data
        starts = range(0, len(node.args), n)
        rows = [", ".join(map(self.text, node.args[i : i + n])) for i in starts]
        return f"stacked([{', '.join(f'[{row}]' for row in rows)}])", ATOM

    @rule("entry")
    def _entry(self, node: Node) -> tuple[str, int]:
        i, j = node.data
        return f"{self.text(node.args[0], ATOM)}[..., {i}, {j}]", ATOM

    @rule("half")
    def _half(self, node: Node) -> tuple[str, int]:
        n = node.shape[1].data if node.shape else 0
        columns = f":{n}" if node.data == 0 else f"{n}:"
        return f"{self.text(node.args[0], ATOM)}[..., {columns}]", ATOM

    @rule("spectrum_step", "spectrum_rung")
    def _spectrum(self, node: Node) -> tuple[str, int]:
        values, weights = (f"{self.module}.array({list(x)})" for x in node.data)
        name = "spectrum_step_matrix" if (node.op, node.kind) == ("spectrum_step", "m") else node.op
        return f"{name}({', '.join(map(self.text, node.args))}, {values}, {weights})", ATOM

    @rule("spread")
    def _spread(self, node: Node) -> tuple[str, int]:
        return f"vector({self.text(node.args[0])}) + 0 * weights", SUM

    @rule("near", "kron", "blocks")
    def _runtime(self, node: Node) -> tuple[str, int]:
        return self.applied(node.op, node), ATOM

    @rule("loops")
    def _loops(self, node: Node) -> tuple[str, int]:
        sizes, colours = node.data
        kinds = "".join(x.kind for x in node.args)
        weights = "weights" if "d" in kinds else "None"
        colour = f", {self.module}.array({list(colours)})" if any(colours) else ""
        propagators = ", ".join(map(self.text, node.args))
        return f'loops({sizes}, "{kinds}", {weights}, [{propagators}]{colour})', ATOM

    @rule("radius")
    def _radius(self, node: Node) -> tuple[str, int]:
        rooted = ", rooted=True" if node.data else ""
        return f"radius({', '.join(map(self.text, node.args))}{rooted})", ATOM

    @rule("dense")
    def _dense(self, node: Node) -> tuple[str, int]:
        return self._all_entries(node), PRODUCT

    def _all_entries(self, node: Node) -> str:
        (x,) = node.args
        if x.kind == "d":
            return f"diagonal_matrix({self.text(x)})"
        assert node.shape
        rows, columns = (f"int({self.text(n)})" for n in node.shape)
        size = rows if rows == columns else f"{rows}, {columns}"
        if x.op == "number" and x.data == 0:
            return f"{self.module}.zeros(({rows}, {columns}))"
        head = f"matrix({self.text(x)})" if x.op != "number" else self.text(x, PRODUCT)
        eye = f"{self.module}.eye({size})"
        return eye if head == "1" else f"{head} * {eye}"

    def lines(self, returns: tuple[Node, ...], taken: tuple[str, ...]) -> list[str]:
        """Assignments of what a function shares or names."""
        self.names = {}
        lines = []
        for name, node in assignments(returns, (*taken, *self.reserved())):
            lines.append(f"{name} = {self.text(node)}")
            self.names[id(node)] = name
        return lines

    def reserved(self) -> tuple[str, ...]:
        """Names of inputs and of what every module holds."""
        arrays = [d.variable for d in self.program.data]
        words = ("weights", "given", "data", self.module, "row", "column")
        return (*self.program.scalars, *self.program.dimensions, *arrays, *words)

    def unpacked(self, names: tuple[str, ...], source: str, text: str) -> list[str]:
        """``a, b, _ = source``, without the names that the text does not hold."""
        shown = [n if occurs(n, text) else "_" for n in names]
        if all(s == "_" for s in shown):
            return []
        return [f"{', '.join(shown)}{',' if len(shown) == 1 else ''} = {source}"]

    def arrays(self) -> tuple[str, ...]:
        """Names of the arrays in ``data``, in order."""
        names = tuple(d.variable for d in self.program.data)
        return (*names, "weights") if self.program.spectral else names

    def function(self, f: Function, name: str, vector: str) -> list[str]:
        """A function ``name(vector, given, data)`` that returns a tuple."""
        body = self.lines(f.returns, (*f.unknowns, *f.parameters))
        returns = [self.text(x) for x in f.returns]
        text = "\n".join([*body, *returns])
        head = self.unpacked(f.unknowns, vector, text) if f.unknowns else []
        head += self.unpacked(f.parameters, "given", text)
        head += self.unpacked(self.arrays(), "data", text)
        arguments = f"{vector}, given, data" if f.unknowns else "given, data"
        result = f"({returns[0]},)" if len(returns) == 1 else ", ".join(returns)
        return [
            f"def {name}({arguments}):",
            f'    """{f.doc}"""',
            *(f"    {line}" for line in (*head, *body)),
            f"    return {result}",
        ]


def _bilinear(factors: tuple[Node, ...]) -> tuple[Node, Node, Node, Node] | None:
    """``tr[M d T d']`` with two letters M and T as the form d' (M * T.T) d.

    It costs no product of matrices at any point.
    """
    if len(factors) != 2 or not all(x.op == "columns" and _letters(x.args[0]) for x in factors):
        return None
    (m, d), (t, e) = (x.args for x in factors)
    return e, m, t, d


def _letters(x: Node) -> bool:
    """Whether a matrix is the same at every point."""
    return x.op == "letter" or (x.op in ("transpose", "matmul") and all(map(_letters, x.args)))
