"""The numba backend: the numpy module, with fixed points solved by compiled loops.

These take one point after another.
"""

from __future__ import annotations

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.carrying import carried, constants, imports, joined, runtime
from planar.kernels.backends.module import docstring, equivalent, right_side, solve
from planar.kernels.backends.numba_blocks import block_text
from planar.kernels.backends.numba_statements import NumbaStatements
from planar.kernels.backends.preparation import prepare
from planar.kernels.program.layout import Layout, occurs
from planar.kernels.program.program import Program

__all__ = ["numba_module"]

_COMPILED = """
options = {"error_model": "numpy", "fastmath": {"contract", "arcp", "nsz", "reassoc"}}
compiled = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)
compiled_for_python = njit(**options)
"""
_NOTE = (
    "\nFixed points are found by functions that numba compiles at the first call, "
    "once for real and once for complex parameters.\n"
)


def numba_module(program: Program, plan: Layout) -> str:
    """The module's text."""
    printer, statements = Arrays(program), NumbaStatements(program)
    blocks = [block_text(statements, block) for block in program.blocks]
    body = [
        *blocks,
        prepare(program, plan, real_eigenvalues=True),
        solve(program, printer),
        right_side(program, printer),
        equivalent(program, plan),
    ]
    helpers = _overloaded(
        carried("\n".join(body), "array_operations", "pointwise", "pointwise_algebra")
    )
    head = "import cmath\n" * occurs("cmath", "\n".join(blocks))
    head += imports("\n".join([*helpers, *body])) + "import numpy as np\n"
    if blocks:
        head += "from numba import njit, types\nfrom numba.extending import overload\n"
    note, compiled = (_NOTE, _COMPILED) if blocks else ("", "")
    spectra = "\n".join(f"{name} = np.array({list(x)})" for x, name in statements.spectra.items())
    parts = [constants(*helpers), compiled, *helpers, spectra, *body]
    return joined([docstring(program, plan, note), head, *parts])


def _overloaded(helpers: list[str]) -> list[str]:
    """The functions, ``inverted`` with what numba compiles in its place."""
    overload = runtime("pointwise_algebra")["inverted_compiled"]
    return [f"{h}\n\n\n{overload}" if h.startswith("def inverted(") else h for h in helpers]
