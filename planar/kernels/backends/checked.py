"""What a Python module asks of its inputs, as a kernel does: sizes, shapes, promises kept."""

from __future__ import annotations

from planar.kernels.program.layout import Layout

__all__ = ["checks"]


def checks(plan: Layout, np: str = "np") -> list[str]:
    """The lines with which ``equivalent`` refuses what has no meaning; what JAX traces passes."""
    sizes, letters = _counted(plan), [*_fitting(plan, np), *_promised(plan)]
    if np == "np" or not letters:
        return [*sizes, *letters]
    names = "".join(f"{plan.names[q.name]}, " for q in plan.equivalent.letters)
    traced = f"if not any(isinstance(x, jax.core.Tracer) for x in ({names.rstrip()})):"
    return [*sizes, traced, *(f"    {line}" for line in letters)]


def _counted(plan: Layout) -> list[str]:
    """Dimensions are positive integers."""
    names = [plan.names[d.name] for d in plan.dimensions]
    return [f"refuse_sizes({', '.join(f'{n}={n}' for n in names)})"] if names else []


def _fitting(plan: Layout, np: str) -> list[str]:
    """A dimension that is given is that of its letter, unless this is given by its eigenvalues."""
    lines = []
    for symbol, (letter, axis) in plan.inferred().items():
        size, x = plan.names[symbol.name], plan.names[letter]
        free = f"{np}.ndim({x}) == 2 and " if letter == plan.spectral else ""
        place = 0 if letter == plan.spectral else axis
        found = f"{np}.shape({x})[{place}]"
        lines += [
            f"if {size} is not None and {free}{found} != {size}:",
            f'    raise ValueError(f"{size} is given as {{{size}}}, but by {x} it is {{{found}}}")',
        ]
    return lines


def _promised(plan: Layout) -> list[str]:
    """Letters are as they are declared; symmetry in an eigenbasis is seen to by ``prepare``."""
    inside = {plan.spectral, *plan.shared}
    letters = plan.equivalent.letters
    positive = [plan.names[q.name] for q in letters if getattr(q, "positive", False)]
    symmetric = [
        plan.names[q.name]
        for q in letters
        if getattr(q, "symmetric", False) and q.name not in inside
    ]
    pairs = (("refuse_asymmetric", symmetric), ("refuse_negative", positive))
    return [f"{name}({', '.join(f'{x}={x}' for x in some)})" for name, some in pairs if some]
