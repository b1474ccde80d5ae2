"""The expressions of a ``Program``: a graph of typed nodes in which equal parts are one node.

Kinds: "s" a scalar, "e" a scalar times the identity, "d" a diagonal in the eigenbasis of the
spectral letter, "m" a dense matrix. Only ``mean`` and ``trace`` come down from matrices to scalars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any, Literal

from planar.kernels.program.operations import FUNCTIONS, OPERATIONS

__all__ = ["Graph", "Kind", "Node", "ordered"]

Kind = Literal["s", "e", "d", "m"]
Number = int | Fraction | float | complex


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """One operation. ``data`` holds what is no node: a number, a name, a power, places; ``shape``
    belongs to matrices.
    """

    op: str
    args: tuple[Node, ...]
    kind: Kind
    data: Any = None
    shape: tuple[Node, Node] | None = None

    def __repr__(self) -> str:
        inside = ", ".join(
            [*([] if self.data is None else [repr(self.data)]), *map(repr, self.args)]
        )
        return f"{self.op}({inside})"


def ordered(roots: Iterable[Node]) -> Iterator[Node]:
    """Every node below the roots, each once and after its arguments."""
    seen: set[int] = set()
    stack = [(root, False) for root in reversed(tuple(roots))]
    while stack:
        node, ready = stack.pop()
        if id(node) in seen:
            continue
        if ready:
            seen.add(id(node))
            yield node
        else:
            stack.append((node, True))
            stack += [(x, False) for x in reversed((*node.args, *(node.shape or ())))]


@dataclass(frozen=True)
class Graph:
    """Makes nodes: equal ones once, sums and products flat, zeros and ones gone, scalars outside of
    traces.
    """

    known: dict[Any, Node] = field(default_factory=dict)

    def make(
        self,
        op: str,
        args: tuple[Node, ...],
        kind: Kind,
        data: Any = None,
        shape: tuple[Node, Node] | None = None,
    ) -> Node:
        key = (op, tuple(map(id, args)), kind, type(data), data, shape and tuple(map(id, shape)))
        if key not in self.known:
            if op not in OPERATIONS or not OPERATIONS[op].fits(len(args), kind):
                raise TypeError(
                    f"no operation of nodes: {op} of {len(args)} arguments and kind {kind}."
                )
            self.known[key] = Node(op, args, kind, data, shape)
        return self.known[key]

    # -- scalars and diagonals
    # ---------------------------------------------------------------------------------------

    def number(self, value: Number) -> Node:
        if isinstance(value, Fraction) and value.denominator == 1:
            value = int(value)
        return self.make("number", (), "s", value)

    def variable(self, name: str) -> Node:
        return self.make("variable", (), "s", name)

    def let(self, name: str, value: Node) -> Node:
        """A value under the name that it has in the formula."""
        return (
            value
            if value.op in ("number", "variable", "let")
            else self.make("let", (value,), value.kind, name, value.shape)
        )

    def add(self, *terms: Node) -> Node:
        constant: Number = 0
        rest: list[Node] = []
        for term in terms:
            for part in term.args if term.op == "add" else (term,):
                if part.op == "number":
                    constant += part.data
                else:
                    rest.append(part)
        if constant != 0 or not rest:
            rest.append(self.number(constant))
        return rest[0] if len(rest) == 1 else self.make("add", tuple(rest), _widest(rest))

    def mul(self, *factors: Node) -> Node:
        coefficient: Number = 1
        powers: dict[int, list[Any]] = {}
        for factor in factors:
            for part in factor.args if factor.op == "mul" else (factor,):
                if part.op == "number":
                    coefficient = _times(coefficient, part.data)
                    continue
                base, power = _base(part)
                powers.setdefault(id(base), [base, 0])[1] += power
        if coefficient == 0:
            return self.number(0)
        parts = [self.power(base, k) for base, k in powers.values() if k]
        if coefficient != 1 or not parts:
            parts.insert(0, self.number(coefficient))
        return parts[0] if len(parts) == 1 else self.make("mul", tuple(parts), _widest(parts))

    def power(self, base: Node, k: int) -> Node:
        if k == 0:
            return self.number(1)
        inner, held = _base(base)
        k *= held
        if inner.op == "number":
            value = Fraction(inner.data) ** k if isinstance(inner.data, int) else inner.data**k
            return self.number(value)
        if inner.op == "mul":
            return self.mul(*(self.power(x, k) for x in inner.args))
        if k < 0 and inner.op == "add" and all(map(_conjugated, inner.args)):
            plain = [x.args[0] if x.op == "call" else x for x in inner.args]
            return self.conjugate(self.power(self.add(*plain), k))
        if k < 0:
            inner = self.make("inverse", (inner,), inner.kind)
        return inner if abs(k) == 1 else self.make("power", (inner,), inner.kind, abs(k))

    def inverse(self, x: Node) -> Node:
        return self.power(x, -1)

    def negative(self, x: Node) -> Node:
        return self.product(self.number(-1), x)

    def call(self, function: str, *args: Node) -> Node:
        if function not in FUNCTIONS or len(args) != FUNCTIONS[function].arity:
            raise TypeError(f"no function of nodes: {function} of {len(args)} arguments.")
        return self.make("call", args, _widest(args), function)

    def conjugate(self, x: Node) -> Node:
        match x.op:
            case "number":
                return self.number(x.data.conjugate()) if isinstance(x.data, complex) else x
            case "letter" if x.kind == "d":
                return x
            case "eye":
                return self.eye(self.conjugate(x.args[0]), x.shape)
            case _:
                return self.make("call", (x,), x.kind, "conj", x.shape)

    # -- matrices
    # ----------------------------------------------------------------------------------------------------

    def letter(self, name: str, kind: Kind, shape: tuple[Node, Node]) -> Node:
        return self.make("letter", (), kind, name, shape if kind == "m" else None)

    def diagonal(self, name: str) -> Node:
        """The diagonal of a letter in the eigenbasis of the spectral one."""
        return self.make("diagonal", (), "d", name)

    def eye(self, scalar: Node, shape: Any) -> Node:
        return self.make("eye", (scalar,), "e", None, shape)

    def dense(self, x: Node, shape: Any) -> Node:
        if x.kind == "m":
            return x
        return self.make("dense", (x.args[0] if x.kind == "e" else x,), "m", None, shape)

    def stack(self, rows: Iterable[Iterable[Node]]) -> Node:
        """A small dense matrix from its entries."""
        entries = [tuple(row) for row in rows]
        shape = (self.number(len(entries)), self.number(len(entries[0])))
        return self.make(
            "stack", tuple(x for row in entries for x in row), "m", len(entries), shape
        )

    def entry(self, matrix: Node, i: int, j: int) -> Node:
        return self.make("entry", (matrix,), "s", (i, j))

    def product(self, *factors: Node) -> Node:
        return reduce(self._times, factors)

    def _times(self, a: Node, b: Node) -> Node:
        a, b = (x.args[0] if x.kind == "e" and y.kind == "d" else x for x, y in ((a, b), (b, a)))
        match a.kind + b.kind:
            case "ss" | "sd" | "ds" | "dd":
                return self.mul(a, b)
            case "ee":
                return self.eye(self.mul(a.args[0], b.args[0]), a.shape)
            case "se" | "es":
                s, e = (a, b) if a.kind == "s" else (b, a)
                return self.eye(self.mul(s, e.args[0]), e.shape)
            case "em" | "sm":
                return self._scaled(a.args[0] if a.kind == "e" else a, b)
            case "me" | "ms":
                return self._scaled(b.args[0] if b.kind == "e" else b, a)
            case "dm":
                s, d = self._apart(a)
                return self._scaled(s, self.make("rows", (d, b), "m", None, b.shape))
            case "md":
                s, d = self._apart(b)
                return self._scaled(s, self.make("columns", (a, d), "m", None, a.shape))
        s, a = self._unscaled(a)
        t, b = self._unscaled(b)
        assert a.shape
        assert b.shape
        return self._scaled(
            self.mul(s, t), self.make("matmul", (a, b), "m", None, (a.shape[0], b.shape[1]))
        )

    def _unscaled(self, matrix: Node) -> tuple[Node, Node]:
        return (
            (matrix.args[0], matrix.args[1]) if matrix.op == "scale" else (self.number(1), matrix)
        )

    def _scaled(self, s: Node, matrix: Node) -> Node:
        t, matrix = self._unscaled(matrix)
        s = self.mul(s, t)
        if s.op == "number" and s.data == 1:
            return matrix
        return self.make("scale", (s, matrix), "m", None, matrix.shape)

    def _apart(self, d: Node) -> tuple[Node, Node]:
        """A diagonal as scalar times the rest."""
        if d.op != "mul":
            return self.number(1), d
        return self.mul(*(x for x in d.args if x.kind == "s")), self.mul(
            *(x for x in d.args if x.kind == "d")
        )

    def plus(self, terms: Iterable[Node], shape: Any = None) -> Node:
        """A sum of matrices of any kind, or of scalars."""
        parts = [t for t in terms if not _zero(t)]
        kinds = {t.kind for t in parts}
        if not parts:
            return self.number(0) if shape is None else self.eye(self.number(0), shape)
        if "m" in kinds:
            place = next(t.shape for t in parts if t.kind == "m")
            wide = [self.dense(t, place) for t in parts]
            return wide[0] if len(wide) == 1 else self.make("madd", tuple(wide), "m", None, place)
        if "d" in kinds or kinds == {"s"}:
            return self.add(*(t.args[0] if t.kind == "e" else t for t in parts))
        return self.eye(self.add(*(t.args[0] for t in parts)), parts[0].shape)

    def transpose(self, x: Node) -> Node:
        if x.kind != "m":
            return x
        assert x.shape
        return (
            x.args[0]
            if x.op == "transpose"
            else self.make("transpose", (x,), "m", None, x.shape[::-1])
        )

    def matrix_inverse(self, x: Node) -> Node:
        if x.kind == "e":
            return self.eye(self.inverse(x.args[0]), x.shape)
        return self.make("minverse", (x,), "m", None, x.shape) if x.kind == "m" else self.inverse(x)

    def matrix_power(self, x: Node, k: int) -> Node:
        if x.kind == "d":
            return self.power(x, k)
        base = self.matrix_inverse(x) if k < 0 else x
        return self.product(*[base] * abs(k))

    # -- down to scalars
    # ---------------------------------------------------------------------------------------------

    def mean(self, *factors: Node) -> Node:
        """Average over the spectrum of a product of diagonals, sums taken term by term."""
        value = self.mul(*factors)
        if value.op == "add" and value.kind == "d":
            return self.add(*(self.mean(t) for t in value.args))
        scalar, rest = self._apart(value)
        if rest.kind == "s":
            return self.mul(scalar, rest)
        parts: list[Node] = []
        for part in rest.args if rest.op == "mul" else (rest,):
            parts += [part.args[0]] * part.data if part.op == "power" else [part]
        return self.mul(scalar, self.make("mean", tuple(parts), "s"))

    def trace(self, size: Node, *factors: Node) -> Node:
        """Trace of a product, unnormalised; ``size`` is the dimension."""
        flat = [x for f in factors for x in self._flat(f)]
        scalar = self.mul(*(x.args[0] if x.kind == "e" else x for x in flat if x.kind in "se"))
        rest = [x for x in flat if x.kind in "dm"]
        if all(x.kind == "d" for x in rest):
            return self.mul(scalar, size, self.mean(*rest)) if rest else self.mul(scalar, size)
        start = next(i for i, x in enumerate(rest) if x.kind == "m")
        rest = rest[start:] + rest[:start]
        merged = [rest[0]]
        for x in rest[1:]:
            if x.kind == "d":
                merged[-1] = self._times(merged[-1], x)
            else:
                merged.append(x)
        scalars, bare = zip(*(self._unscaled(x) for x in merged), strict=True)
        return self.mul(scalar, *scalars, self.make("trace", bare, "s"))

    def _flat(self, x: Node) -> list[Node]:
        match x.op:
            case "matmul" | "scale" | "rows" | "columns":
                return [y for z in x.args for y in self._flat(z)]
            case _:
                return [x]


def _base(x: Node) -> tuple[Node, int]:
    match x.op:
        case "power":
            base, k = _base(x.args[0])
            return base, k * x.data
        case "inverse":
            return x.args[0], -1
        case _:
            return x, 1


def _conjugated(x: Node) -> bool:
    """Whether a term is the conjugate of a scalar, or real."""
    if x.op == "call":
        return bool(x.data == "conj" and x.kind == "s")
    return (x.op == "letter" and x.kind == "d") or (
        x.op == "number" and not isinstance(x.data, complex)
    )


def _widest(nodes: Iterable[Node]) -> Kind:
    return "d" if any(x.kind == "d" for x in nodes) else "s"


def _zero(x: Node) -> bool:
    inner = x.args[0] if x.kind == "e" else x
    return inner.op == "number" and inner.data == 0


def _times(a: Number, b: Number) -> Number:
    if isinstance(a, int | Fraction) and isinstance(b, int | Fraction):
        return Fraction(a) * Fraction(b)
    return (
        complex(a) * complex(b)
        if isinstance(a, complex) or isinstance(b, complex)
        else float(a) * float(b)
    )
