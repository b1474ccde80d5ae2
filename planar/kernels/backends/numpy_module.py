"""The numpy backend: a readable module over whole arrays of points."""

from __future__ import annotations

from itertools import chain

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.carrying import carried, constants, imports, joined
from planar.kernels.backends.module import docstring, equivalent, right_side, solve
from planar.kernels.backends.preparation import prepare
from planar.kernels.backends.tangent import tangent
from planar.kernels.program.layout import Layout
from planar.kernels.program.program import Block, Program, Role

__all__ = ["block_text", "derivative_module", "numpy_module"]


def numpy_module(program: Program, plan: Layout) -> str:
    """The module's text: formula, helpers, blocks, ``solve`` and ``equivalent``."""
    printer = Arrays(program)
    body = [block_text(printer, b) for b in program.blocks]
    body += [
        prepare(program, plan),
        solve(program, printer),
        right_side(program, printer),
        equivalent(program, plan),
    ]
    text = "\n".join(body)
    helpers = carried(text, "array_operations", "many_points")
    head = imports("\n".join([*helpers, *body])) + "import numpy as np\n"
    return joined([docstring(program, plan), head, constants(*helpers, *body), *helpers, *body])


def derivative_module(program: Program, plan: Layout, scalars: tuple[str, ...]) -> str:
    """A module with ``prepare`` and the derivatives of the right-hand side in scalars."""
    derivatives = chain.from_iterable(tangent(program, scalar) for scalar in scalars)
    body = [prepare(program, plan), *dict.fromkeys(derivatives)]
    helpers = carried("\n".join(body), "array_operations")
    head = imports("\n".join([*helpers, *body])) + "import numpy as np\n"
    return joined([head, constants(*helpers, *body), *helpers, *body])


def block_text(printer: Arrays, block: Block) -> str:
    """The functions of a block and the block."""
    names = {f.role: f"{f.role}_of_{block.name}" for f in block.functions()}
    functions = [printer.function(f, names[f.role], f.role.vector) for f in block.functions()]
    absent = [role for role in (Role.INITIAL, Role.SWEEP, Role.EVIDENCE) if role not in names]
    fields = [
        *(f"{role}={name}" for role, name in names.items()),
        *(f"{role}=None" for role in absent),
        f"unknowns={len(block.unknowns)}",
        f"sizes={tuple(s.size for s in block.states)}",
        f"damping={block.damping}",
        f"positive={block.positive}",
        f"certain={block.certain}",
        f"settles={block.settles}",
    ]
    listed = "".join(f"    {f},\n" for f in fields)
    block_value = f"block_{block.name} = SimpleNamespace(\n{listed})"
    return "\n\n\n".join([*map("\n".join, functions), block_value])
