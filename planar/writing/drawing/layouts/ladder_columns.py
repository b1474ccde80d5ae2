"""Where the letters of a ladder stand: every rung in columns of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planar.diagrams import Diagram
from planar.diagrams.atoms import Atom, is_random, label
from planar.writing.drawing.layouts.walk_line import places
from planar.writing.drawing.text_widths import COLUMN, aligned, label_width

__all__ = ["Turn", "columns", "turn_of"]


@dataclass(frozen=True)
class Turn:
    """Where the walk turns from the upper to the lower line.

    Atoms before ``upper`` are on the upper line, those from ``lower`` on the lower one; ``at`` is
    the one at the turn.
    """

    upper: int
    lower: int
    at: int | None


def turn_of(atoms: Sequence[Atom], first: int, last: int) -> Turn:
    """The turn at the deterministic atom nearest to the middle of what joins the resolvents."""
    fixed = [i for i in range(first, last) if not is_random(atoms[i])]
    if not fixed:
        return Turn(last, last, None)
    at = min(fixed, key=lambda i: (abs(2 * i - first - last + 1), i))
    return Turn(at, at + 1, at)


def columns(
    diagram: Diagram, upper: Sequence[int], lower: Sequence[int]
) -> tuple[dict[int, float], float]:
    """Where each atom stands, so that every rung has its own columns, and where the line turns."""
    xs, left = dict[int, float](), 0.0
    for sides in _slots(diagram.blocks, upper, lower):
        slot_xs, left = _filled(diagram.atoms, left, sides)
        xs |= slot_xs
    return xs, left + 2 * COLUMN


Sides = tuple[Sequence[int], Sequence[int]]
"""Atoms of the upper and of the lower line."""


def _slots(
    blocks: Iterable[tuple[int, ...]], upper: Sequence[int], lower: Sequence[int]
) -> Iterator[Sides]:
    """From left to right: what stands before a rung, the legs of the rung, ..., the end."""
    done_above = done_below = 0
    for legs in sorted(blocks):
        above = sorted(upper.index(i) for i in legs if i in upper)
        below = sorted(lower.index(i) for i in legs if i in lower)
        if above and below:
            yield upper[done_above : above[0]], lower[done_below : below[0]]
            yield upper[above[0] : above[-1] + 1], lower[below[0] : below[-1] + 1]
            done_above, done_below = above[-1] + 1, below[-1] + 1
    yield upper[done_above:], lower[done_below:]


def _filled(atoms: Sequence[Atom], left: float, sides: Sides) -> tuple[dict[int, float], float]:
    """Both sides from ``left`` on, each in the middle of the wider one, and where the slot ends."""
    rows = [(side, _row(atoms, side)) for side in sides if side]
    if not rows:
        return {}, left
    xs = dict[int, float]()
    lead = max(row[0] for _, row in rows)
    widest = max(row[-1] - row[0] for _, row in rows)
    for side, row in rows:
        shift = COLUMN * round((widest - (row[-1] - row[0])) / 2 / COLUMN)
        start = left + lead + shift
        xs |= {i: start + x - row[0] for i, x in zip(side, row, strict=True)}
    last_labels = [label(atoms[side[-1]]) for side, _ in rows]
    overhang = max(aligned(label_width(text) / 2) for text in last_labels)
    return xs, left + lead + widest + overhang


def _row(atoms: Sequence[Atom], side: Sequence[int]) -> list[float]:
    """Where these atoms would stand on a line of their own."""
    return places([atoms[i] for i in side])
