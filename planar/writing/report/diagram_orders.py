"""How many diagrams there are at each order, and galleries of the first orders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice

from planar.diagrams import Diagram
from planar.writing.drawing import draw
from planar.writing.report.part import Part
from planar.writing.report.readers import Readers

__all__ = ["CERTIFIED", "ENOUGH", "LAST", "Gallery", "Orders", "counted"]

ORDER, CERTIFIED = 4, 3
"""Diagrams are counted through the first order, and enumerated in the certificate through the
second, at least.
"""
ENOUGH, LAST = 10, 8
"""Higher orders are taken until there are as many diagrams as this in all, up to the order that
follows.
"""
SHOWN, GALLERIES = 12, 3
"""No more diagrams of one order than these are drawn, and no more orders."""
WIDTH = 6.6
"""Inches of a gallery."""


@dataclass(frozen=True)
class Gallery:
    """The first diagrams of one order, drawn.

    Where there are two resolvents they are ladders, else they are on one line.
    """

    order: int
    diagrams: tuple[Diagram, ...]
    svg: str

    @staticmethod
    def of(order: int, diagrams: tuple[Diagram, ...]) -> Gallery:
        """The gallery of these diagrams."""
        ladders = Part[str].of(lambda: draw(diagrams, layout="ladder", width=WIDTH))
        return Gallery(order, diagrams, ladders.value or draw(diagrams, width=WIDTH))


@dataclass(frozen=True)
class Orders:
    """How many planar diagrams there are at each order, and galleries of the first orders."""

    counts: tuple[int, ...]
    drawn: tuple[Gallery, ...]


def counted(readers: Readers) -> Orders:
    """The counts through the fourth order, or further where there are few diagrams."""
    counts = [readers.count_diagrams(0)]
    for order in range(1, LAST + 1):
        count = Part.of(partial(readers.count_diagrams, order)).value
        if count is None or (order > ORDER and sum(counts) >= ENOUGH):
            break
        counts.append(count)
    shown = [order for order, count in enumerate(counts) if _is_shown(order, count)]
    galleries = (
        Gallery.of(order, tuple(islice(readers.diagrams(order), SHOWN)))
        for order in shown[:GALLERIES]
    )
    return Orders(tuple(counts), tuple(galleries))


def _is_shown(order: int, count: int) -> bool:
    """Whether an order has a gallery: a low one with diagrams, or a higher one with few."""
    return order > 0 and count > 0 and (count <= SHOWN or order <= CERTIFIED)
