"""What a printed function assigns, and in which order: named quantities, and parts that are used more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from planar.codegen.nodes import Node, ordered

__all__ = ["LEAVES", "assignments"]

LEAVES = ("number", "variable", "letter", "diagonal", "state", "entry")
_LETTER = {"s": "t", "d": "d", "m": "m", "e": "t"}


def assignments(returns: Sequence[Node], taken: Iterable[str]) -> list[tuple[str, Node]]:
    """Names for the nodes of a function that deserve one, arguments first; ``taken`` names are not given again."""
    every = list(ordered(returns))
    uses = Counter(id(x) for n in every for x in n.args) + Counter(map(id, returns))
    names, used = list[tuple[str, Node]](), set(taken)
    for node in every:
        if node.op == "let" or (uses[id(node)] > 1 and node.op not in LEAVES and node.kind != "e"):
            name = node.data if node.op == "let" else _LETTER[node.kind] if node.op != "inverse" else "g"
            base, k = name, 1
            while name in used or (node.op != "let" and k == 1 and base + "1" in used):
                name, k = f"{base}{k}" if node.op != "let" else f"{name}_", k + 1
            used.add(name)
            names.append((name, node))
    return names
