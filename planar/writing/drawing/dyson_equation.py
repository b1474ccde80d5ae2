"""Dyson's equation and the one-particle-irreducible part as equations of diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planar.writing.drawing.layouts.circle import ring
from planar.writing.drawing.layouts.combs import CAP
from planar.writing.drawing.marks import Dot, Label, Line
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.side_by_side import beside, block_sizes, chained
from planar.writing.drawing.text_widths import COLUMN, ROW, typeset_width

__all__ = ["dyson", "irreducible"]

LENGTH = 6 * COLUMN
RADIUS = 0.36
BAR = 1.5 * ROW
"""Height of the bar of a block."""


def dyson(dressed: str = "G", bare: str = "G₀", energy: str = "Σ") -> Picture:
    """Dyson's equation G = G₀ + G₀ Σ G.

    A thick line is dressed, a thin one bare, the circle one-particle irreducible.

    Parameters
    ----------
    dressed, bare, energy : str
        Names of the dressed line, the bare line and the self-energy; by default G, G₀ and Σ.

    Returns
    -------
    Picture

    Examples
    --------
    >>> dyson("G", "1/λ").description
    'The dressed line G is 1/λ plus 1/λ Σ G.'
    """
    left, first = _propagator(dressed, dressed=True), _propagator(bare, dressed=False)
    series = chained(
        _propagator(bare, dressed=False), _blob(energy), _propagator(dressed, dressed=True)
    )
    return Picture.union(
        [beside(left, "=", first, "+", series)],
        "Dyson's equation",
        f"The dressed line {dressed} is {bare} plus {bare} {energy} {dressed}.",
    )


def irreducible(
    letter: str, sizes: Sequence[int], energy: str = "Σ", *, mate: str = "", more: bool = True
) -> Picture:
    """The self-energy as the sum over the sizes of the one block that holds both ends.

    Between the legs of the block the lines are dressed.

    Parameters
    ----------
    letter : str
        Name of the random letter.
    sizes : sequence of int
        Numbers of legs, each at least 1, in the order of the terms.
    energy : str
        Name of the self-energy; Σ by default.
    mate : str
        What ``letter`` alternates with along a block, its transpose for example; by default the
        letter stands at every leg.
    more : bool
        Whether the sum ends in dots; by default it does.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If ``sizes`` are not sizes of blocks.

    Examples
    --------
    >>> irreducible("X", (2, 4), mate="Xᵀ").description
    'Blocks of X with 2, 4 legs.'
    """
    sizes = block_sizes(sizes, 1)
    stub = _propagator("", dressed=False, length=2 * COLUMN)
    parts: list[Picture | str] = [chained(stub, _blob(energy), stub)]
    for k, size in enumerate(sizes):
        parts += ["+" if k else "=", _block((letter, mate or letter), size)]
    if more:
        parts.append("+ ⋯")
    return Picture.union(
        [beside(*parts)],
        "One-particle-irreducible part",
        f"Blocks of {letter} with {', '.join(map(str, sizes))} legs.",
    )


def _propagator(name: str, *, dressed: bool, length: float = LENGTH) -> Picture:
    labels = (Label("letter", length / 2, -0.8 * ROW, name),) if name else ()
    return Picture((Line("dressed" if dressed else "backbone", 0, 0, length, 0),), labels=labels)


def _blob(name: str) -> Picture:
    radius = max(RADIUS, 0.5 * typeset_width(name) + 0.12)
    return Picture(labels=(Label("letter", 0, 0, name),), curves=(ring(radius, "blob"),))


def _block(names: tuple[str, str], size: int) -> Picture:
    """A comb of this size over dressed lines, with its free cumulant written above."""
    pitch, end = 5 * COLUMN, 2 * COLUMN
    xs = [end + pitch * k for k in range(size)]
    first, last = xs[0], xs[-1]
    lines = [
        Line("stub", 0, 0, end, 0),
        *(Line("dressed", a, 0, b, 0) for a, b in pairwise(xs)),
        Line("stub", last, 0, last + end, 0),
        *(Line("comb1", x, 0, x, BAR) for x in xs),
        Line("comb1", first, BAR, last, BAR)
        if size > 1
        else Line("cap", first - CAP, BAR, first + CAP, BAR),
    ]
    labels = [Label("letter", x, -0.8 * ROW, names[k % 2]) for k, x in enumerate(xs)]
    labels.append(Label("letter", (first + last) / 2, 2.1 * ROW, _cumulant(names[0], size)))
    dots = tuple(Dot("random", x, 0) for x in xs)
    return Picture(tuple(lines), (), dots, tuple(labels))


def _cumulant(name: str, order: int) -> str:
    """The free cumulant of a letter, as in κ₂(W)."""
    index = "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(order))
    return f"κ{index}({name})"
