"""A picture as text: box-drawing characters on a grid of columns and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planar.foundations.errors import PlanarError
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import COLUMN, ROW

__all__ = ["text"]

Cell = tuple[int, int]
"""Row and column."""

_LEFT, _RIGHT, _UP, _DOWN = 1, 2, 4, 8
_BOX = " ───╵┘└┴╷┐┌┬│┤├┼"
_MARKS = {"random": "●", "deterministic": "□", "bare": "○", "hollow": "∘"}


def text(picture: Picture) -> str:
    """The picture in characters, without blanks at the ends of lines.

    Raises ``PlanarError`` for pictures with curves and areas, which have no characters.
    """
    if picture.curves or picture.areas:
        raise PlanarError(
            'text has no curves and no areas; draw this picture as "svg" or "tikz", or take the '
            "backbone."
        )
    cells = {place: _BOX[bits] for place, bits in _joints(picture).items()}
    cells |= {(_row(dot.y), _column(dot.x)): _MARKS[dot.style] for dot in picture.dots}
    for label in picture.labels:
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        start = _column(label.x) - int(len(label.text) * share)
        row = _row(label.y)
        cells |= {(row, start + i): character for i, character in enumerate(label.text)}
    if not cells:
        return ""
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    width = range(min(columns), max(columns) + 1)
    return "\n".join(_filled(cells, row, width) for row in range(min(rows), max(rows) + 1))


def _filled(cells: Mapping[Cell, str], row: int, columns: Iterable[int]) -> str:
    """One row of characters."""
    return "".join(cells.get((row, column), " ") for column in columns).rstrip()


def _joints(picture: Picture) -> dict[Cell, int]:
    """The cells of all lines and arcs, with the directions in which each is left as bits."""
    joints: dict[Cell, int] = {}
    for line in picture.lines:
        _stroke(joints, line.x1, line.y1, line.x2, line.y2)
    for arc in picture.arcs:
        top = arc.y + arc.height
        _stroke(joints, arc.x1, arc.y, arc.x1, top)
        _stroke(joints, arc.x1, top, arc.x2, top)
        _stroke(joints, arc.x2, arc.y, arc.x2, top)
    return joints


def _column(x: float) -> int:
    return round(x / COLUMN)


def _row(y: float) -> int:
    return -round(y / ROW)


def _stroke(joints: dict[Cell, int], x1: float, y1: float, x2: float, y2: float) -> None:
    """Lay a straight line, as bits for the four directions in which each cell is left."""
    (r1, r2), (c1, c2) = sorted((_row(y1), _row(y2))), sorted((_column(x1), _column(x2)))
    if y1 == y2:
        for c in range(c1, c2 + 1):
            left = _LEFT if c > c1 or c1 == c2 else 0
            right = _RIGHT if c < c2 or c1 == c2 else 0
            joints[r1, c] = joints.get((r1, c), 0) | left | right
    else:
        for r in range(r1, r2 + 1):
            up, down = _UP if r > r1 else 0, _DOWN if r < r2 else 0
            joints[r, c1] = joints.get((r, c1), 0) | up | down
