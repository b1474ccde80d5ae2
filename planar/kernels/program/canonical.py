"""What a block is up to the names of its variables, by which equal blocks are one."""

from __future__ import annotations

from collections.abc import Mapping

from planar.kernels.program.nodes import ordered
from planar.kernels.program.program import Block, Function

__all__ = ["canonical"]


def canonical(block: Block) -> object:
    """A key that two blocks share if one is the other with other names."""
    places: dict[str, int] = {}
    for name in (*block.unknowns, *(s.name for s in block.states), *block.parameters):
        places.setdefault(name, len(places))
    kind = (block.damping, block.positive, block.certain, block.settles, len(block.unknowns))
    sizes = tuple(s.size for s in block.states)
    return (*kind, sizes, *(_canonical_function(f, places) for f in block.functions()))


def _canonical_function(function: Function, names: Mapping[str, int]) -> object:
    """What a function is, variables by their places."""
    place: dict[int, int] = {}
    nodes = list[object]()
    for node in ordered(function.returns):
        match node.op:
            case "let":
                data = None
            case "variable" | "state":
                data = names.get(node.data, node.data)
            case _:
                data = node.data
        arguments = tuple(place[id(x)] for x in node.args)
        nodes.append((node.op, arguments, node.kind, type(data), data))
        place[id(node)] = len(place)
    return (function.role, *nodes, tuple(place[id(x)] for x in function.returns))
