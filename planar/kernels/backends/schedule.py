"""What a printed function assigns, in order: named quantities, and parts used more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from planar.kernels.program.nodes import Node, ordered

__all__ = ["LEAVES", "assignments"]

LEAVES = ("number", "variable", "letter", "diagonal", "state", "entry")
_LETTER = {"s": "t", "d": "d", "m": "m", "e": "t"}


def assignments(returns: Sequence[Node], taken: Iterable[str]) -> list[tuple[str, Node]]:
    """The nodes of a function that are given a name, each after its arguments.

    A named quantity keeps its name, which no part that is used more than once takes away; names
    that are ``taken`` are not given again.
    """
    nodes = list(ordered(returns))
    uses = Counter(map(id, (*chain.from_iterable(n.args for n in nodes), *returns)))
    own = {n.data for n in nodes if n.op == "let"}
    names, used = list[tuple[str, Node]](), set(taken)
    for node in nodes:
        if node.op == "let":
            name = _primed(node.data, used)
        elif uses[id(node)] > 1 and node.op not in LEAVES and node.kind != "e":
            letter = _LETTER[node.kind] if node.op != "inverse" else "g"
            name = _counted(letter, used, own)
        else:
            continue
        used.add(name)
        names.append((name, node))
    return names


def _primed(name: str, used: set[str]) -> str:
    """The name of a quantity, with underscores where it is used already."""
    while name in used:
        name += "_"
    return name


def _counted(letter: str, used: set[str], own: set[str]) -> str:
    """The first of t, t1, t2, ... that is free; t itself only where t1 is."""
    name, k = letter, 1
    while name in used or name in own or (k == 1 and letter + "1" in used):
        name, k = f"{letter}{k}", k + 1
    return name
