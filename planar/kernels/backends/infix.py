"""Scalar arithmetic as text, alike in all backends: parentheses only where they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from planar.kernels.program.nodes import Node
from planar.kernels.program.operations import Rules, rule

__all__ = ["ATOM", "POWER", "PRODUCT", "SUM", "Infix"]

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4

LONGEST = 256
"""Terms that stand side by side: Python reads a sum as deep as it is long, and too deep a one not
at all, so that a longer one is a sum of sums.
"""


@dataclass
class Infix(Rules):
    """``text(node)`` is the source of a node; ``names`` are the nodes that have been assigned."""

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
        source: tuple[str, int] = self.ruled("text", node.op, node.kind)(node)
        return source

    @rule("number")
    def _number(self, node: Node) -> tuple[str, int]:
        return self.number(node.data)

    @rule("variable", "letter", "state")
    def _name(self, node: Node) -> tuple[str, int]:
        return node.data, ATOM

    @rule("let")
    def _let(self, node: Node) -> tuple[str, int]:
        inner = node.args[0]
        return (self.names[id(inner)], ATOM) if id(inner) in self.names else self.operation(inner)

    @rule("add")
    def _add(self, node: Node) -> tuple[str, int]:
        return self.sum([self.lifted(x, node, PRODUCT) for x in node.args]), SUM

    @rule("mul")
    def _mul(self, node: Node) -> tuple[str, int]:
        return self.product(node), PRODUCT

    @rule("inverse")
    def _inverse(self, node: Node) -> tuple[str, int]:
        return f"1 / {self.text(node.args[0], POWER)}", PRODUCT

    @rule("call")
    def _call(self, node: Node) -> tuple[str, int]:
        return self.applied(self.functions[node.data], node), ATOM

    def applied(self, function: str, node: Node) -> str:
        """A call of a function with the operands of a node."""
        return f"{function}({', '.join(map(self.text, node.args))})"

    def lifted(self, part: Node, whole: Node, level: int) -> str:
        """An operand of an operation on diagonals.

        Printers for whole arrays give scalars one more axis here.
        """
        return self.text(part, level)

    @rule("power")
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
                raise TypeError(f"{value!r} is not a number.")

    imaginary_unit = "1j"

    @staticmethod
    def sum(terms: list[str]) -> str:
        while len(terms) > LONGEST:
            groups = [terms[i : i + LONGEST] for i in range(0, len(terms), LONGEST)]
            terms = [f"({Infix.sum(group)})" for group in groups]
        lead = next((i for i, t in enumerate(terms) if not t.startswith("-")), 0)
        text = terms[lead]
        for term in terms[:lead] + terms[lead + 1 :]:
            text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
        return text

    def product(self, node: Node) -> str:
        """A product, with inverses below the line."""
        above, below, sign = list[str](), list[str](), ""
        for factor in node.args:
            if factor.op == "number" and factor.data == -1:
                sign = "-"
            elif factor.op == "number" and isinstance(factor.data, Fraction):
                top, bottom = abs(factor.data.numerator), factor.data.denominator
                sign = "-" if factor.data < 0 else ""
                above += [str(top)] * (top != 1)
                below.append(str(bottom))
            elif factor.op == "number" and not isinstance(factor.data, complex) and factor.data < 0:
                sign = "-"
                above.append(self.number(-factor.data)[0])
            elif (denominator := self._denominator(factor, node)) is not None:
                below.append(denominator)
            else:
                above.append(self.lifted(factor, node, PRODUCT if not above else POWER))
        top_line = sign + (" * ".join(above) or "1")
        if not below:
            return top_line
        bottom_line = below[0] if len(below) == 1 else f"({' * '.join(below)})"
        return f"{top_line} / {bottom_line}"

    def _denominator(self, factor: Node, whole: Node) -> str | None:
        """What a factor of a product is below the line, None where it stands above."""
        if id(factor) in self.names:
            return None
        if factor.op == "inverse":
            return self.lifted(factor.args[0], whole, POWER)
        if factor.op == "power" and factor.args[0].op == "inverse" and self.kept(factor):
            base = self.lifted(factor.args[0].args[0], whole, ATOM)
            return self.power_of(base, factor.data)
        return None

    def kept(self, part: Node) -> bool:
        """Whether a power of an inverse may be written below the line."""
        return part.kind == "s" and id(part.args[0]) not in self.names

    def power_of(self, base: str, k: int) -> str:
        return f"{base} ** {k}"
