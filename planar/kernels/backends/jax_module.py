"""The JAX backend: the functions of the numpy module, jitted and differentiable.

Derivatives are in every scalar, spectrum and matrix.
"""

from __future__ import annotations

import re

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.carrying import carried, constants, imports, joined, runtime
from planar.kernels.backends.module import docstring, equivalent, right_side, solve
from planar.kernels.backends.numpy_module import block_text
from planar.kernels.backends.preparation import prepare
from planar.kernels.program.layout import Layout
from planar.kernels.program.program import Program

__all__ = ["jax_module"]

_NOTE = (
    "\nDouble precision throughout. ``equivalent`` may be differentiated by jax.grad, jax.jacobian "
    "and jax.hessian in every scalar, in\n"
    "the eigenvalues and in the other letters. A value is not a number where there is no solution "
    "on the physical branch.\n"
)
_JIT = "@partial(jax.jit, static_argnums=1)\n"


def jax_module(program: Program, plan: Layout) -> str:
    """The module's text."""
    printer = Arrays(program, "jnp")
    body = [block_text(printer, b) for b in program.blocks]
    body += [prepare(program, plan, "jnp"), _JIT + solve(program, printer)]
    body += [_JIT + right_side(program, printer), equivalent(program, plan, "jnp")]
    solver = list(runtime("traced").values()) if program.blocks else []
    operations = carried("\n".join([*body, *solver]), "array_operations")
    helpers = [re.sub(r"\bnp\.", "jnp.", operation) for operation in operations]
    parts = [*helpers, *solver, *body]
    head = imports("\n".join(parts)) + "import jax\nimport jax.numpy as jnp\n"
    head += "from jax import lax\n" if program.blocks else ""
    setting = 'jax.config.update("jax_enable_x64", True)\n'
    return joined([docstring(program, plan, _NOTE), head, setting, constants(*parts), *parts])
