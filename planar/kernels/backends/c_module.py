"""The C backend: one readable file without dependencies.

It takes one point after another, with averages as fused loops.
"""

from __future__ import annotations

from planar.kernels.backends.c_functions import block_text
from planar.kernels.backends.c_points import points_text
from planar.kernels.backends.carrying import runtime_text
from planar.kernels.backends.module import docstring
from planar.kernels.policy import inlined, numbers
from planar.kernels.program.layout import Layout
from planar.kernels.program.program import Data, Program

__all__ = ["c_module"]

_USE = (
    "\nTo compile: cc -O3 -march=native -std=c11 -shared -fPIC kernel.c -o kernel.so -lm, "
    "with -DCOMPLEX for complex parameters; then\n"
    "fill a Data and call equivalent(). Of the fast-math flags those are safe that leave "
    "infinities and NaN alone:\n"
    "-fno-math-errno -fno-trapping-math -fassociative-math -fno-signed-zeros "
    "-freciprocal-math -fcx-limited-range.\n"
)


def c_module(program: Program, plan: Layout) -> str:
    """The file's text."""
    carried = runtime_text("kernel.c")
    parts = [carried, _data(program)]
    if program.blocks:
        solver = runtime_text("solver.c")
        most = max(len(b.states) for b in program.blocks)
        parts += [f"#define MOST_STATES {max(1, most)}", solver]
        carried += solver
    parts += [block_text(program, b) for b in program.blocks]
    parts = [_comment(program, plan), _constants_of_policy(carried), *parts, points_text(program)]
    return inlined("\n\n".join(p.strip() for p in parts)) + "\n"


def _comment(program: Program, plan: Layout) -> str:
    """The docstring of a Python module as a comment."""
    text = (
        docstring(program, plan, _USE, defaults=False)
        .removeprefix('r"""')
        .rstrip()
        .removesuffix('"""')
        .rstrip()
    )
    return f"/* {text.replace('*/', '* /')}\n*/"


def _constants_of_policy(text: str) -> str:
    """The numbers of the policy that a text reads, one a line with the reason for it."""
    lines = []
    for name, value, why in numbers(text):
        if isinstance(value, tuple):
            first, shown = value[0], f"[] = {{{', '.join(map(str, value))}}}"
        else:
            first, shown = value, f" = {value}"
        kind = "int" if isinstance(first, int) else "double"
        lines.append(f"static const {kind} {name}{shown};  /* {why} */")
    return "\n".join(lines)


def _data(program: Program) -> str:
    """The struct of arrays."""
    fields = [
        *map(_field, program.data),
        "const double *weights;  /* of the eigenvalues; they sum to one */",
        "long count;  /* of eigenvalues */",
    ]
    listed = "\n".join(f"    {field}" for field in fields)
    comment = "/* The arrays that the formula reads. */"
    return f"{comment}\ntypedef struct {{\n{listed}\n}} Data;"


def _field(d: Data) -> str:
    match d.kind:
        case "d":
            return f"const double *{d.variable};  /* eigenvalues */"
        case "diagonal":
            return f"const num *{d.variable};  /* in the eigenbasis */"
        case _:
            return f"const num *{d.variable};  /* row by row */"
