"""Blocks as combs: their styles, how high they stand, and their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planar.foundations.errors import PlanarError
from planar.writing.drawing.marks import COMBS, Line

__all__ = ["CAP", "comb", "comb_style", "heights", "hull_style"]

CAP = 0.11
"""Half the width of the cap on a block of one leg."""


def comb_style(name: str, names: Iterable[str]) -> str:
    """The style of an ensemble's blocks, by its place among all names."""
    ensembles = sorted(dict.fromkeys(names))
    if len(ensembles) > len(COMBS):
        raise PlanarError(
            f"{len(ensembles)} ensembles ({', '.join(ensembles)}) are more than the {len(COMBS)} "
            "styles of blocks; draw fewer."
        )
    return COMBS[ensembles.index(name)]


def hull_style(name: str, names: Iterable[str]) -> str:
    """The style of an ensemble's blocks where these are filled hulls."""
    return comb_style(name, names).replace("comb", "hull")


def heights(partition: Iterable[Sequence[int]]) -> list[int]:
    """The level of each block: one above the highest block nested in it.

    >>> heights([(0, 3), (1, 2), (4,)])
    [2, 1, 1]
    """
    blocks = list(partition)
    levels: dict[int, int] = {}
    for i in sorted(range(len(blocks)), key=lambda i: blocks[i][-1] - blocks[i][0]):
        nested = (level for j, level in levels.items() if _encloses(blocks[i], blocks[j]))
        levels[i] = 1 + max(nested, default=0)
    return [levels[i] for i in range(len(blocks))]


def _encloses(outer: Sequence[int], inner: Sequence[int]) -> bool:
    return outer[0] < inner[0] and inner[-1] < outer[-1]


def comb(style: str, xs: Sequence[float], foot: float, y: float) -> list[Line]:
    """Legs at these places from the height ``foot`` to a common bar at y.

    A single leg has a short cap.
    """
    legs = [Line(style, x, foot, x, y) for x in xs]
    if len(xs) == 1:
        return [*legs, Line("cap", xs[0] - CAP, y, xs[0] + CAP, y)]
    return [*legs, Line(style, xs[0], y, xs[-1], y)]
