"""A picture as text: box-drawing characters on a grid of columns and rows."""

from __future__ import annotations

from planar.foundations.errors import PlanarError
from planar.writing.drawing.picture import COLUMN, ROW, Picture

__all__ = ["text"]

_LEFT, _RIGHT, _UP, _DOWN = 1, 2, 4, 8
_BOX = " ───╵┘└┴╷┐┌┬│┤├┼"
_MARKS = {"random": "●", "deterministic": "□", "bare": "○", "hollow": "∘"}


def text(picture: Picture) -> str:
    """The picture in characters, without blanks at the ends of lines.

    Raises ``PlanarError`` for pictures with curves and areas, which have no characters.
    """
    if picture.curves or picture.areas:
        raise PlanarError(
            'text has no curves and no areas; draw this picture as "svg" or "tikz", or take the backbone.'
        )
    joints: dict[tuple[int, int], int] = {}
    for line in picture.lines:
        _stroke(joints, line.x1, line.y1, line.x2, line.y2)
    for arc in picture.arcs:
        top = arc.y + arc.height
        for x1, y1, x2, y2 in (
            (arc.x1, arc.y, arc.x1, top),
            (arc.x1, top, arc.x2, top),
            (arc.x2, arc.y, arc.x2, top),
        ):
            _stroke(joints, x1, y1, x2, y2)
    cells = {place: _BOX[bits] for place, bits in joints.items()}
    cells |= {(_row(dot.y), _column(dot.x)): _MARKS[dot.style] for dot in picture.dots}
    for label in picture.labels:
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        start = _column(label.x) - int(len(label.text) * share)
        cells |= {(_row(label.y), start + i): c for i, c in enumerate(label.text)}
    if not cells:
        return ""
    left, columns = min(c for _, c in cells), max(c for _, c in cells)
    top, bottom = min(r for r, _ in cells), max(r for r, _ in cells)
    rows = (
        "".join(cells.get((r, c), " ") for c in range(left, columns + 1)).rstrip()
        for r in range(top, bottom + 1)
    )
    return "\n".join(rows)


def _column(x: float) -> int:
    return round(x / COLUMN)


def _row(y: float) -> int:
    return -round(y / ROW)


def _stroke(joints: dict[tuple[int, int], int], x1: float, y1: float, x2: float, y2: float) -> None:
    """Lay a straight line, as bits for the four directions in which each cell is left."""
    (r1, r2), (c1, c2) = sorted((_row(y1), _row(y2))), sorted((_column(x1), _column(x2)))
    if y1 == y2:
        for c in range(c1, c2 + 1):
            bits = (_LEFT if c > c1 or c1 == c2 else 0) | (_RIGHT if c < c2 or c1 == c2 else 0)
            joints[r1, c] = joints.get((r1, c), 0) | bits
    else:
        for r in range(r1, r2 + 1):
            joints[r, c1] = (
                joints.get((r, c1), 0) | (_UP if r > r1 else 0) | (_DOWN if r < r2 else 0)
            )
