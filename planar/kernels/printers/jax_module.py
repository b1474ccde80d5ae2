"""The JAX backend: the functions of the numpy module, jitted, and differentiable in every scalar,
spectrum and matrix.
"""

from __future__ import annotations

import re

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
    runtime,
    solve,
)
from planar.kernels.printers.numpy_module import block_text
from planar.kernels.program.layout import Layout
from planar.kernels.program.program import Program

__all__ = ["jax_module"]

_NOTE = """
Double precision throughout. ``equivalent`` may be differentiated by jax.grad, jax.jacobian and jax.hessian in every scalar, in
the eigenvalues and in the other letters. A value is not a number where there is no solution on the physical branch.
"""
_JIT = "@partial(jax.jit, static_argnums=1)\n"


def jax_module(program: Program, plan: Layout) -> str:
    """The module's text."""
    printer = Arrays(program, "jnp")
    body = [block_text(printer, b) for b in program.blocks]
    body += [prepare(program, plan, "jnp"), _JIT + solve(program, printer)]
    body += [_JIT + right_side(program, printer), equivalent(program, plan, "jnp")]
    solver = list(runtime("traced").values()) if program.blocks else []
    helpers = [
        re.sub(r"\bnp\.", "jnp.", part)
        for part in carried("\n".join([*body, *solver]), "array_operations")
    ]
    head = imports("\n".join([*helpers, *solver, *body])) + "import jax\nimport jax.numpy as jnp\n"
    head += "from jax import lax\n" if program.blocks else ""
    setting = 'jax.config.update("jax_enable_x64", True)\n'
    rest = [*helpers, *solver, *body]
    return joined([docstring(program, plan, _NOTE), head, setting, constants(*rest), *rest])
