"""The atoms of a walk on one line: where they stand, how they are marked, what joins them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planar.diagrams import Bare, Diagram
from planar.diagrams.atoms import Atom, label
from planar.writing.drawing.marks import Line
from planar.writing.drawing.text_widths import COLUMN, aligned, label_width

__all__ = ["MARK", "described", "line", "mark", "places"]

PITCH = 3 * COLUMN
MARK = 0.11
"""Half the gap that the line leaves for a hollow mark."""


def places(atoms: Sequence[Atom]) -> list[float]:
    """Where the atoms stand: a pitch apart, or further where their labels ask for it."""
    widths = [label_width(label(atom)) for atom in atoms]
    xs = [aligned(max(2 * COLUMN, widths[0] / 2))] if atoms else []
    for left, right in pairwise(widths):
        xs.append(xs[-1] + max(PITCH, aligned((left + right) / 2 + COLUMN)))
    return xs


def mark(atom: Atom) -> str:
    """The style of an atom's dot."""
    if isinstance(atom, Bare):
        return "bare"
    return "random" if atom.random else "deterministic"


def line(atoms: Sequence[Atom], xs: Sequence[float], y: float = 0) -> list[Line]:
    """The line in pieces that leave out the hollow marks, with a stub at either end."""
    if not xs:
        return [Line("stub", 0, y, 4 * COLUMN, y)]
    gaps = [0.0 if mark(atom) == "random" else MARK for atom in atoms]
    between = [
        Line("backbone", left + gap, y, right - next_gap, y)
        for (left, gap), (right, next_gap) in pairwise(zip(xs, gaps, strict=True))
    ]
    end = 2 * COLUMN
    return [
        Line("stub", xs[0] - end, y, xs[0] - gaps[0], y),
        *between,
        Line("stub", xs[-1] + gaps[-1], y, xs[-1] + end, y),
    ]


def described(diagram: Diagram) -> str:
    """The diagram in words."""
    letters = " ".join(map(label, diagram.atoms)) or "no letters"
    blocks = ", ".join(map(_numbered, diagram.partition)) or "none"
    return f"Letters {letters}; blocks of random letters {blocks}; value {diagram}."


def _numbered(block: Sequence[int]) -> str:
    """A block by the numbers of its letters from 1, as in {1 3}."""
    return "{" + " ".join(str(place + 1) for place in block) + "}"
