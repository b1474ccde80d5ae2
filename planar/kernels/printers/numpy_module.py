"""The numpy backend: a readable module over whole arrays of points."""

from __future__ import annotations

from planar.kernels.printers.array_functions import Arrays
from planar.kernels.printers.module import (
    carried,
    constants,
    docstring,
    equivalent,
    imports,
    joined,
    prepare,
    right_side,
    solve,
)
from planar.kernels.printers.tangent import tangent
from planar.kernels.program.layout import Layout
from planar.kernels.program.program import Block, Program

__all__ = ["block_text", "derivative_module", "numpy_module"]


def numpy_module(program: Program, plan: Layout) -> str:
    """The module's text: docstring with the formula, helpers, blocks, ``solve`` and ``equivalent``."""
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
    body = [
        prepare(program, plan),
        *dict.fromkeys(part for s in scalars for part in tangent(program, s)),
    ]
    helpers = carried("\n".join(body), "array_operations")
    head = imports("\n".join([*helpers, *body])) + "import numpy as np\n"
    return joined([head, constants(*helpers, *body), *helpers, *body])


def block_text(printer: Arrays, block: Block) -> str:
    """The functions of a block and the block."""
    parts, fields = [], []
    for kind, function in block.functions():
        name = f"{function.name}_of_{block.name}"
        fields.append(f"{function.name}={name}")
        parts.append("\n".join(printer.function(function, name, kind)))
    printed = {f.partition("=")[0] for f in fields}
    fields += [f"{name}=None" for name in ("initial", "sweep", "evidence") if name not in printed]
    fields += [
        f"unknowns={len(block.unknowns)}",
        f"sizes={tuple(s.size for s in block.states)}",
        f"damping={block.damping}",
    ]
    fields += [f"positive={block.positive}", f"certain={block.certain}", f"settles={block.settles}"]
    listed = "".join(f"    {f},\n" for f in fields)
    return "\n\n\n".join([*parts, f"block_{block.name} = SimpleNamespace(\n{listed})"])
