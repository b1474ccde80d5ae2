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


def prepare(
    program: Program, plan: Layout, module: str = "np", *, real_eigenvalues: bool = False
) -> str:
    """``prepare``: scalars with axes of points alike, dimensions, arrays in the eigenbasis.

    What comes after it may hold ``real_eigenvalues`` only.
    """
    doc = (
        "Inputs as arrays, in the eigenbasis if there is one: "
        "(shape of points, basis, scalars, sizes, data)."
    )
    lines = [
        *_points(program, plan, module),
        "basis = None",
        *(f"{plan.names[n]} = {module}.asarray({plan.names[n]})" for n in plan.letters),
        *(_real(plan) if plan.spectral and real_eigenvalues else []),
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
    lines = [*_symmetric(plan, np), *_eigenbasis(plan, np)]
    size = spectral_size(plan)
    for letter in plan.equivalent.letters:
        rows, columns = letter.shape
        if letter.name != plan.spectral and size in (rows, columns):
            left, right = "basis.T @ " * (rows == size), " @ basis" * (columns == size)
            x = plan.names[letter.name]
            lines.append(f"{x} = {left}{x}{right}")
    return [f"if {a}.ndim == 2:", *(f"    {line}" for line in lines)]


def _diagonal(plan: Layout) -> list[str]:
    """The letters that are diagonal in the eigenbasis, the spectral one first."""
    return [plan.names[name] for name in (plan.spectral or "", *sorted(plan.shared))]


def _real(plan: Layout) -> list[str]:
    """Complex values of what has real eigenvalues, or shares their basis, end in an error."""
    reason = "this module holds real eigenvalues only; take the numpy module"
    spectral, *shared = _diagonal(plan)
    complex_ = {spectral: f"np.any(np.imag({spectral}))"}
    complex_ |= {x: f"{spectral}.ndim == 2 and np.any(np.imag({x}))" for x in shared}
    lines = []
    for x, condition in complex_.items():
        lines += [f"if {condition}:", f'    raise ValueError("{x} is complex, but {reason}")']
    return [*lines, f"{spectral} = np.real({spectral})"]


def _symmetric(plan: Layout, np: str) -> list[str]:
    """What is not symmetric ends in an error; where JAX traces, in what is not a number."""
    lines = []
    for x in _diagonal(plan):
        refusal = f'    raise ValueError("{x} is declared symmetric, but its value is not'
        if np == "np":
            lines += [f"if not np.allclose({x}, {x}.T):", f'{refusal}")']
        else:
            lines += [
                f"good = jnp.allclose({x}, {x}.T) & (jnp.imag({x}) == 0).all()",
                "if not isinstance(good, jax.core.Tracer) and not good:",
                f'{refusal}, or is complex")',
                f"{x} = jnp.where(good, jnp.real({x}), jnp.nan)",
            ]
    return lines


def _may_be_complex(plan: Layout) -> bool:
    """Whether a letter of the eigenbasis may be complex, which a positive one is not."""
    letters = {q.name: q for q in plan.equivalent.letters}
    diagonal = (plan.spectral or "", *plan.shared)
    return not all(getattr(letters[name], "positive", False) for name in diagonal)


def _eigenbasis(plan: Layout, np: str) -> list[str]:
    """Eigenvalues and eigenbasis; that of a complex symmetric matrix has B.T B = 1."""
    a = plan.names[plan.spectral or ""]
    real = np != "np" or not _may_be_complex(plan)
    total = _generic_sum(plan, np) if plan.shared else a
    diagonal = f"{a} = {np}.diagonal(basis.T @ {a} @ basis)"
    part = total if real else "np.real(total)"
    orthogonal = [f"basis = {np}.linalg.eigh({part})[1]", diagonal]
    if not plan.shared:
        orthogonal = [f"{a}, basis = {np}.linalg.eigh({part})"]
    if real:
        return orthogonal
    return [
        f"total = {total}",
        "if np.any(np.imag(total)):",
        '    with np.errstate(all="ignore"):',
        "        basis = np.linalg.eig(total)[1]",
        "        basis = basis / np.sqrt((basis * basis).sum(axis=0) + 0j)",
        "    if not np.allclose(basis.T @ basis, np.eye(len(total)), atol=1e-9):",
        f'        raise ValueError("{a} is complex and has no eigenbasis B with B.T @ B = 1")',
        f"    {diagonal}",
        "else:",
        *(f"    {line}" for line in orthogonal),
    ]


def _generic_sum(plan: Layout, np: str) -> str:
    """A generic sum of the letters that commute, which has the eigenbasis of all."""
    a = plan.names[plan.spectral or ""]
    shared = [plan.names[x] for x in sorted(plan.shared)]
    total = f"{a} / ({np}.linalg.norm({a}) + 1e-300)"
    for k, x in enumerate(shared):
        total += f" + {0.618034 ** (k + 1):.6f} * {x} / ({np}.linalg.norm({x}) + 1e-300)"
    return total
