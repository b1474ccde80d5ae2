"""The function ``prepare`` of a Python module: inputs as arrays, rotated to an eigenbasis."""

from __future__ import annotations

from collections.abc import Sequence

from planar.kernels.backends.array_functions import Arrays
from planar.kernels.backends.infix import PRODUCT
from planar.kernels.program.layout import Layout
from planar.kernels.program.program import Program

__all__ = ["prepare", "signature", "spectral_size", "tuple_text"]


def signature(plan: Layout) -> str:
    """The arguments of the functions that take inputs by keyword."""
    names = [*plan.arguments(), *(f"{name}=None" for name in plan.options())]
    return "*, " + ", ".join(names) if names else ""


def tuple_text(names: Sequence[str]) -> str:
    """A tuple of names."""
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def spectral_size(plan: Layout) -> object:
    """The size of the spectral letter."""
    return next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)


def prepare(program: Program, plan: Layout, module: str = "np") -> str:
    """``prepare``: scalars with axes of points alike, dimensions, arrays in the eigenbasis."""
    doc = (
        "Inputs as arrays, in the eigenbasis if there is one: "
        "(shape of points, basis, scalars, sizes, data)."
    )
    lines = [
        *_points(program, plan, module),
        "basis = None",
        *(f"{plan.names[n]} = {module}.asarray({plan.names[n]})" for n in plan.letters),
        *(_rotation(plan, module) if plan.spectral else []),
        *_dimensions(plan),
        *(_weights(program, plan, module) if plan.spectral else []),
        *_arrays(program, plan, module),
    ]
    scalars = ", ".join(f'"{n}": {n}' for n in program.scalars)
    sizes, data = tuple_text(program.dimensions), tuple_text(Arrays(program).arrays())
    lines.append(f"return shape, basis, {{{scalars}}}, {sizes}, {data}")
    head = [f"def prepare({signature(plan)}):", f'    """{doc}"""']
    return "\n".join([*head, *(f"    {line}" for line in lines)]) + "\n"


def _points(program: Program, plan: Layout, np: str) -> list[str]:
    """The scalars, and the shape of their points."""
    scalars = [plan.names[s] for s in plan.symbols]
    if not scalars:
        return ["shape = ()"]
    listed = ", ".join(scalars) + ("," if len(scalars) == 1 else "")
    one = "1.0" if np == "np" or not program.complex_ else "(1.0 + 0j)"
    aligned = "x.reshape((1,) * (len(shape) - x.ndim) + x.shape)"
    return [
        f"given = [{np}.asarray(x) * {one} for x in ({listed})]",
        f"shape = {np}.broadcast_shapes(*(x.shape for x in given))",
        f"{listed} = ({aligned} if x.ndim else x for x in given)",
    ]


def _dimensions(plan: Layout) -> list[str]:
    """Dimensions from the shapes of letters."""
    lines = []
    for symbol, (letter, axis) in plan.inferred().items():
        place = 0 if letter == plan.spectral else axis
        name, array = plan.names[symbol.name], plan.names[letter]
        lines.append(f"{name} = {array}.shape[{place}] if {name} is None else {name}")
    return lines


def _arrays(program: Program, plan: Layout, np: str) -> list[str]:
    """Diagonals of matrices, and matrices from their diagonals."""
    diagonals, matrices = [], []
    for d in program.data:
        if d.kind == "diagonal":
            diagonal = f"{d.name} if {d.name}.ndim == 1 else {np}.diagonal({d.name})"
            diagonals.append(f"{d.variable} = {diagonal}")
        elif d.kind == "m" and plan.spectral:
            matrix = f"{np}.diag({d.name}) if {d.name}.ndim == 1 else {d.name}"
            matrices.append(f"{d.name} = {matrix}")
    return [*diagonals, *matrices]


def _weights(program: Program, plan: Layout, np: str) -> list[str]:
    """The weights of the eigenvalues, and what is refused or scaled where they are given.

    With weights w an eigenvalue stands for N w equal ones: no matrix is left, and vectors are as
    long as all of them.
    """
    a = plan.names[plan.spectral or ""]
    equal, own = f"{np}.full(len({a}), 1 / len({a}))", f"{np}.asarray({a}_weights)"
    chosen = f"weights = {equal} if {a}_weights is None else {own}"
    inside = _refused(program, a) if program.whole else _scaled(program, a, np)
    if not inside:
        return [chosen]
    return [chosen, f"if {a}_weights is not None:", *(f"    {line}" for line in inside)]


def _refused(program: Program, a: str) -> list[str]:
    """Weights of the eigenvalues of ``a`` beside matrices of its size."""
    size = next(d.shape[0] for d in program.data if d.name == a)
    square = [d.name for d in program.data if d.kind == "m" and d.shape == (size, size)]
    reason = "the formula holds matrices"
    if square:
        reason = f"{square[0]} is a matrix; derive with commuting=[({a}, {square[0]})]"
    return [f'raise ValueError("{a}_weights are for diagonals, but {reason}")']


def _scaled(program: Program, a: str, np: str) -> list[str]:
    """Vectors over the eigenvalues of ``a``, scaled by how many each of these stands for."""
    size = next(d.shape[0] for d in program.data if d.name == a)
    vectors = [d for d in program.data if d.kind == "m" and size in d.shape]
    if not vectors:
        return []
    count = f"{Arrays(program).text(size, PRODUCT)} * weights"
    lines = [f"root = {np}.sqrt({np}.maximum({count}, 1e-300))"]
    for d in vectors:
        side = "root[:, None]" if d.shape[0] is size else "root"
        lines.append(f"{d.name} = {d.name} * {side}")
    if program.shape and size in program.shape and program.value.op != "dense":
        lines.append(f"basis = {np}.diag(1 / root)")
    return lines


def _rotation(plan: Layout, np: str) -> list[str]:
    """The eigenbasis of a spectral letter that is a matrix, and all letters in it."""
    a = plan.names[plan.spectral or ""]
    lines = []
    if np == "np":
        lines.append(f"if not np.allclose({a}, {a}.T):")
        lines.append(f'    raise ValueError("{a} is declared symmetric, but its value is not")')
    lines += _joint_eigenbasis(plan, np) if plan.shared else [f"{a}, basis = {np}.linalg.eigh({a})"]
    size = spectral_size(plan)
    for letter in plan.equivalent.letters:
        rows, columns = letter.shape
        if letter.name != plan.spectral and size in (rows, columns):
            left, right = "basis.T @ " * (rows == size), " @ basis" * (columns == size)
            x = plan.names[letter.name]
            lines.append(f"{x} = {left}{x}{right}")
    return [f"if {a}.ndim == 2:", *(f"    {line}" for line in lines)]


def _joint_eigenbasis(plan: Layout, np: str) -> list[str]:
    """The eigenbasis of a generic sum of the letters that commute."""
    a = plan.names[plan.spectral or ""]
    shared = [plan.names[x] for x in sorted(plan.shared)]
    total = f"{a} / ({np}.linalg.norm({a}) + 1e-300)"
    for k, x in enumerate(shared):
        total += f" + {0.618034 ** (k + 1):.6f} * {x} / ({np}.linalg.norm({x}) + 1e-300)"
    return [f"basis = {np}.linalg.eigh({total})[1]", f"{a} = {np}.diagonal(basis.T @ {a} @ basis)"]
