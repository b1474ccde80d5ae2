"""A gallery: diagrams on a grid, sorted by the sizes of their blocks, each above its value, as wide
as a journal's column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from planar.diagrams import Diagram
from planar.foundations.errors import PlanarError
from planar.writing.drawing.picture import (
    CENTIMETRES,
    COLUMN,
    ROW,
    Label,
    Picture,
    aligned,
    label_width,
    typeset_width,
)

__all__ = ["COLUMN_WIDTHS", "gallery"]

GAP = 3 * COLUMN
COLUMN_WIDTHS = {"one": 3.4, "two": 6.9}
"""Inches of one column of a journal, and of both."""


def gallery(
    diagrams: Iterable[Diagram],
    layout: Callable[[Diagram], Picture],
    columns: int | None = None,
    width: float = 6.9,
    *,
    on_grid: bool = False,
) -> Picture:
    """The diagrams by type, those of one type in reading order, with their number; ``width`` is in
    inches.

    A type is the sizes of the blocks, large blocks first. Where one diagram is wider than that, all
    shrink to fit. ``on_grid`` leaves room for values in characters of equal width, as text needs.
    """
    every = sorted(diagrams, key=_type)
    if not every:
        raise PlanarError(
            "there is no diagram to draw; ask for an order at which eq.count_diagrams(order) finds one."
        )
    if not width > 0:
        raise PlanarError(
            f"a gallery is {width} inches wide; give the width of a column, for example 3.4 or 6.9."
        )
    measure = label_width if on_grid else typeset_width
    bare = [layout(d) for d in every]
    broad = (
        aligned(max(max(cell.width, measure(str(d))) for cell, d in zip(bare, every, strict=True)))
        + GAP
    )
    cells = [_cell(d, picture) for d, picture in zip(every, bare, strict=True)]
    paper = width * 2.54 / CENTIMETRES
    across = columns or max(1, min(len(cells), int((paper + GAP) / broad)))
    placed, top = list[Picture](), 0.0
    for start in range(0, len(cells), across):
        row = cells[start : start + across]
        top -= ROW * round(max(cell.bounds[3] for cell in row) / ROW)
        middles = [broad * i + (broad - GAP) / 2 for i in range(len(row))]
        placed += [
            cell.moved(_centring(cell, x), top) for cell, x in zip(row, middles, strict=True)
        ]
        top += ROW * round((min(cell.bounds[1] for cell in row) - 1.4 * ROW) / ROW)
    number = f"{len(every)} planar diagram" + "s" * (len(every) > 1)
    if len(every) > 1:
        middle = (broad * min(across, len(cells)) - GAP) / 2
        placed.append(
            Picture(labels=(Label("value", COLUMN * round(middle / COLUMN), top, number),))
        )
    whole = Picture.union(placed, number, " ".join(cell.description for cell in cells))
    return replace(whole, scale=min(1.0, round(paper / (broad * across - GAP), 3)))


def _type(diagram: Diagram) -> tuple[int, ...]:
    """Sizes of the blocks, ordered so that few large blocks come first."""
    return tuple(-size for size in sorted(map(len, diagram.partition), reverse=True))


def _cell(diagram: Diagram, picture: Picture) -> Picture:
    """The diagram with its value below everything."""
    left, bottom, right, _ = picture.bounds
    value = Picture(labels=(Label("value", (left + right) / 2, bottom - 0.8 * ROW, str(diagram)),))
    return Picture.union((picture, value), picture.title, picture.description)


def _centring(cell: Picture, middle: float) -> float:
    """How far the cell moves, in whole columns, for its middle to stand at ``middle``."""
    left, _, right, _ = cell.bounds
    return COLUMN * round((middle - (left + right) / 2) / COLUMN)
