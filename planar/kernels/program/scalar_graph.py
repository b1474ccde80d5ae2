"""Nodes of scalars and diagonals in a normal form, made once each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from planar.kernels.program.nodes import Kind, Node, Shape
from planar.kernels.program.operations import FUNCTIONS, OPERATIONS

__all__ = ["Scalars"]

Number = int | Fraction | float | complex


@dataclass(frozen=True)
class Scalars:
    """Makes nodes: equal ones once, sums and products flat, zeros and ones gone."""

    known: dict[Any, Node] = field(default_factory=dict)

    def make(
        self,
        op: str,
        args: tuple[Node, ...],
        kind: Kind,
        data: Any = None,
        shape: Shape | None = None,
    ) -> Node:
        key = (op, tuple(map(id, args)), kind, type(data), data, shape and tuple(map(id, shape)))
        if key not in self.known:
            if op not in OPERATIONS or not OPERATIONS[op].fits(len(args), kind):
                raise TypeError(
                    f"no operation of nodes: {op} of {len(args)} arguments and kind {kind}."
                )
            self.known[key] = Node(op, args, kind, data, shape)
        return self.known[key]

    def number(self, value: Number) -> Node:
        if isinstance(value, Fraction) and value.denominator == 1:
            value = int(value)
        return self.make("number", (), "s", value)

    def variable(self, name: str) -> Node:
        return self.make("variable", (), "s", name)

    def let(self, name: str, value: Node) -> Node:
        """A value under the name that it has in the formula."""
        if value.op in ("number", "variable", "let"):
            return value
        return self.make("let", (value,), value.kind, name, value.shape)

    def add(self, *terms: Node) -> Node:
        constant: Number = 0
        summands: list[Node] = []
        for term in terms:
            for part in term.args if term.op == "add" else (term,):
                if part.op == "number":
                    constant += part.data
                else:
                    summands.append(part)
        if constant != 0 or not summands:
            summands.append(self.number(constant))
        if len(summands) == 1:
            return summands[0]
        return self.make("add", tuple(summands), _widest(summands))

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
        inner, exponent = _base(base)
        k *= exponent
        if inner.op == "number":
            value = Fraction(inner.data) ** k if isinstance(inner.data, int) else inner.data**k
            return self.number(value)
        if inner.op == "mul":
            return self.mul(*(self.power(x, k) for x in inner.args))
        if k < 0 and _is_conjugate_sum(inner):
            plain = [x.args[0] if x.op == "call" else x for x in inner.args]
            return self.conjugate(self.power(self.add(*plain), k))
        if k < 0:
            inner = self.make("inverse", (inner,), inner.kind)
        return inner if abs(k) == 1 else self.make("power", (inner,), inner.kind, abs(k))

    def inverse(self, x: Node) -> Node:
        return self.power(x, -1)

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

    def eye(self, scalar: Node, shape: Any) -> Node:
        return self.make("eye", (scalar,), "e", None, shape)


def _base(x: Node) -> tuple[Node, int]:
    match x.op:
        case "power":
            base, k = _base(x.args[0])
            return base, k * x.data
        case "inverse":
            return x.args[0], -1
        case _:
            return x, 1


def _is_conjugate_sum(x: Node) -> bool:
    """Whether a sum is the conjugate of another: real terms alone are their own."""
    return x.op == "add" and all(map(_conjugated, x.args)) and any(a.op == "call" for a in x.args)


def _conjugated(x: Node) -> bool:
    """Whether a term is the conjugate of a scalar, or real."""
    if x.op == "call":
        return bool(x.data == "conj" and x.kind == "s")
    is_real_number = x.op == "number" and not isinstance(x.data, complex)
    return is_real_number or (x.op == "letter" and x.kind == "d")


def _widest(nodes: Iterable[Node]) -> Kind:
    return "d" if any(x.kind == "d" for x in nodes) else "s"


def _times(a: Number, b: Number) -> Number:
    if isinstance(a, int | Fraction) and isinstance(b, int | Fraction):
        return Fraction(a) * Fraction(b)
    if isinstance(a, complex) or isinstance(b, complex):
        return complex(a) * complex(b)
    return float(a) * float(b)
