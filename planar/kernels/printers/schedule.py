"""What a printed function assigns, and in which order: named quantities, and parts that are used
more than once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from planar.kernels.program.nodes import Node, ordered

__all__ = ["LEAVES", "assignments"]

LEAVES = ("number", "variable", "letter", "diagonal", "state", "entry")
_LETTER = {"s": "t", "d": "d", "m": "m", "e": "t"}


def assignments(returns: Sequence[Node], taken: Iterable[str]) -> list[tuple[str, Node]]:
    """Names for the nodes of a function that deserve one, arguments first; ``taken`` names are not
    given again.

    A named quantity keeps its name, and no part that is used more than once takes it away.
    """
    every = list(ordered(returns))
    uses = Counter(id(x) for n in every for x in n.args) + Counter(map(id, returns))
    names, used = list[tuple[str, Node]](), set(taken)
    own = {n.data for n in every if n.op == "let"}
    for node in every:
        if node.op == "let":
            name = node.data
            while name in used:
                name += "_"
        elif uses[id(node)] > 1 and node.op not in LEAVES and node.kind != "e":
            base, k = _LETTER[node.kind] if node.op != "inverse" else "g", 1
            name = base
            while name in used or name in own or (k == 1 and base + "1" in used):
                name, k = f"{base}{k}", k + 1
        else:
            continue
        used.add(name)
        names.append((name, node))
    return names
