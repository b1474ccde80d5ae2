"""The expressions of a ``Program``: a graph of typed nodes in which equal parts are one node.

Kinds: "s" a scalar, "e" a scalar times the identity, "d" a diagonal in the eigenbasis of the
spectral letter, "m" a dense matrix. Only ``mean`` and ``trace`` come down from matrices to scalars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Kind", "Node", "Shape", "ordered"]

Kind = Literal["s", "e", "d", "m"]


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """One operation.

    ``data`` holds what is not a node: a number, a name, a power, places; ``shape`` belongs to
    matrices.
    """

    op: str
    args: tuple[Node, ...]
    kind: Kind
    data: Any = None
    shape: tuple[Node, Node] | None = None

    def __repr__(self) -> str:
        data = () if self.data is None else (self.data,)
        return f"{self.op}({', '.join(map(repr, (*data, *self.args)))})"


Shape = tuple[Node, Node]
"""Rows and columns."""


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
