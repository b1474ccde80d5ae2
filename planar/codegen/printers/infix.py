"""Scalar arithmetic as text, which all backends write alike: parentheses only where they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from planar.codegen.nodes import Node

__all__ = ["ATOM", "POWER", "PRODUCT", "SUM", "Infix"]

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4


@dataclass
class Infix:
    """``text(node)`` is the source of a node; ``names`` are the nodes that were assigned already."""

    names: dict[int, str] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)

    def text(self, node: Node, level: int = SUM) -> str:
        """Source that may stand where an operand of ``level`` is asked for."""
        if id(node) in self.names:
            return self.names[id(node)]
        body, own = self.operation(node)
        return f"({body})" if own < level else body

    def operation(self, node: Node) -> tuple[str, int]:
        """Source of one operation and how tightly it binds."""
        match node.op:
            case "number":
                return self.number(node.data)
            case "variable" | "letter" | "state":
                return node.data, ATOM
            case "let":
                inner = node.args[0]
                return (self.names[id(inner)], ATOM) if id(inner) in self.names else self.operation(inner)
            case "add":
                return self.sum([self.lifted(x, node, PRODUCT) for x in node.args]), SUM
            case "mul":
                return self.product(node), PRODUCT
            case "inverse":
                return f"1 / {self.text(node.args[0], POWER)}", PRODUCT
            case "power":
                return self.power(node)
            case "call":
                return f"{self.functions[node.data]}({', '.join(map(self.text, node.args))})", ATOM
            case _:
                return self.other(node)

    def other(self, node: Node) -> tuple[str, int]:
        raise NotImplementedError(node.op)

    def lifted(self, part: Node, whole: Node, level: int) -> str:
        """An operand of an operation on diagonals; printers for whole arrays give scalars an axis here."""
        return self.text(part, level)

    def power(self, node: Node) -> tuple[str, int]:
        return f"{self.text(node.args[0], ATOM)} ** {node.data}", POWER

    def number(self, value: object) -> tuple[str, int]:
        match value:
            case Fraction():
                return f"{value.numerator} / {value.denominator}", PRODUCT if value > 0 else SUM
            case complex() if value == 1j:
                return self.imaginary_unit, ATOM
            case complex():
                return f"{value.real!r} + {value.imag!r} * {self.imaginary_unit}", SUM
            case int() | float():
                return repr(value), ATOM if value >= 0 else SUM
            case _:
                raise TypeError(f"no number: {value!r}")

    imaginary_unit = "1j"

    @staticmethod
    def sum(terms: list[str]) -> str:
        lead = next((i for i, t in enumerate(terms) if not t.startswith("-")), 0)
        text = terms[lead]
        for term in terms[:lead] + terms[lead + 1 :]:
            text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
        return text

    def product(self, node: Node) -> str:
        above, below, sign = list[str](), list[str](), ""
        for part in node.args:
            if part.op == "number" and part.data == -1:
                sign = "-"
            elif part.op == "number" and isinstance(part.data, Fraction):
                sign = "-" if part.data < 0 else ""
                above += [str(abs(part.data.numerator))] * (abs(part.data.numerator) != 1)
                below.append(str(part.data.denominator))
            elif part.op == "number" and not isinstance(part.data, complex) and part.data < 0:
                sign = "-"
                above.append(self.number(-part.data)[0])
            elif id(part) not in self.names and part.op == "inverse":
                below.append(self.lifted(part.args[0], node, POWER))
            elif id(part) not in self.names and part.op == "power" and part.args[0].op == "inverse" and self.kept(part):
                below.append(self.power_of(self.lifted(part.args[0].args[0], node, ATOM), part.data))
            else:
                above.append(self.lifted(part, node, PRODUCT if not above else POWER))
        top = " * ".join(above) or "1"
        if not below:
            return sign + top
        return f"{sign}{top} / {below[0]}" if len(below) == 1 else f"{sign}{top} / ({' * '.join(below)})"

    def kept(self, part: Node) -> bool:
        """Whether a power of an inverse may be written below the line."""
        return part.kind == "s" and id(part.args[0]) not in self.names

    def power_of(self, base: str, k: int) -> str:
        return f"{base} ** {k}"
