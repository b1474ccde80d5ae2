"""A gallery: diagrams on a grid, sorted by the sizes of their blocks, each above its value.

It is as wide as a journal's column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from planar.diagrams import Diagram
from planar.foundations.errors import PlanarError
from planar.writing.drawing.marks import Label
from planar.writing.drawing.picture import CENTIMETRES, Picture
from planar.writing.drawing.text_widths import COLUMN, ROW, aligned, label_width, typeset_width

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
    """The diagrams by type, those of one type in reading order, with their number.

    A type is the sizes of the blocks, large blocks first. Where one diagram is wider than the
    gallery, all shrink to fit.

    Parameters
    ----------
    diagrams : iterable of Diagram
        At least one.
    layout : callable
        The picture of one diagram, ``pictures.backbone`` for example.
    columns : int, optional
        How many diagrams stand in a row; by default as many as fit.
    width : float
        In inches; 6.9 by default, the width of a page of two columns.
    on_grid : bool
        Whether values have the room that characters of equal width need, as text does; by default
        they have what they need in print.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If there is no diagram, or the width is not positive.
    """
    members = sorted(diagrams, key=_type)
    if not members:
        raise PlanarError(
            "there is no diagram to draw; ask for an order at which eq.count_diagrams(order) "
            "finds one."
        )
    if not width > 0:
        raise PlanarError(
            f"a gallery is {width} inches wide; give the width of a column, for example 3.4 or 6.9."
        )
    drawn = [layout(diagram) for diagram in members]
    pitch = _pitch(members, drawn, label_width if on_grid else typeset_width)
    cells = [_cell(diagram, picture) for diagram, picture in zip(members, drawn, strict=True)]
    paper = width * 2.54 / CENTIMETRES
    across = columns or max(1, min(len(cells), int((paper + GAP) / pitch)))
    placed, bottom = _in_rows(cells, across, pitch)
    number = f"{len(members)} planar diagram" + "s" * (len(members) > 1)
    if len(members) > 1:
        middle = (pitch * min(across, len(cells)) - GAP) / 2
        label = Label("value", COLUMN * round(middle / COLUMN), bottom, number)
        placed.append(Picture(labels=(label,)))
    whole = Picture.union(placed, number, " ".join(cell.description for cell in cells))
    return replace(whole, scale=min(1.0, round(paper / (pitch * across - GAP), 3)))


def _type(diagram: Diagram) -> tuple[int, ...]:
    """Sizes of the blocks, ordered so that few large blocks come first."""
    return tuple(-size for size in sorted(map(len, diagram.partition), reverse=True))


def _pitch(
    diagrams: Sequence[Diagram], drawn: Sequence[Picture], text_width: Callable[[str], float]
) -> float:
    """How far apart columns stand: the widest of all drawings and values, and a gap."""
    widths = [picture.width for picture in drawn]
    widths += [text_width(str(diagram)) for diagram in diagrams]
    return aligned(max(widths)) + GAP


def _cell(diagram: Diagram, picture: Picture) -> Picture:
    """The diagram with its value below everything."""
    left, bottom, right, _ = picture.bounds
    value = Picture(labels=(Label("value", (left + right) / 2, bottom - 0.8 * ROW, str(diagram)),))
    return Picture.union((picture, value), picture.title, picture.description)


def _in_rows(cells: Sequence[Picture], across: int, pitch: float) -> tuple[list[Picture], float]:
    """The cells in rows of ``across``, and where the next row would begin."""
    placed, y = list[Picture](), 0.0
    for start in range(0, len(cells), across):
        row = cells[start : start + across]
        y -= ROW * round(max(cell.bounds[3] for cell in row) / ROW)
        for i, cell in enumerate(row):
            placed.append(cell.moved(_centring(cell, pitch * i + (pitch - GAP) / 2), y))
        y += ROW * round((min(cell.bounds[1] for cell in row) - 1.4 * ROW) / ROW)
    return placed, y


def _centring(cell: Picture, middle: float) -> float:
    """How far the cell moves, in whole columns, for its middle to stand at ``middle``."""
    left, _, right, _ = cell.bounds
    return COLUMN * round((middle - (left + right) / 2) / COLUMN)
