"""Pictures put together from left to right on the axis of mathematics, all in one scale."""

from __future__ import annotations

from collections.abc import Sequence

from planar.foundations.errors import PlanarError
from planar.writing.drawing.marks import Label
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import COLUMN, typeset_width

__all__ = ["beside", "block_sizes", "chained"]

GAP = COLUMN


def beside(*parts: Picture | str) -> Picture:
    """Pictures and signs from left to right, with a gap between neighbours.

    Parameters
    ----------
    *parts : Picture or str
        Pictures, and signs such as "=", "+" or "⋯", in their order.

    Returns
    -------
    Picture
        All of them on one axis, in scale 1.

    Raises
    ------
    PlanarError
        If a part is neither a picture nor a text.

    Examples
    --------
    >>> from planar import pictures
    >>> twice = beside(pictures.dyson(), "+", pictures.dyson())
    >>> twice.width > 2 * pictures.dyson().width
    True
    """
    placed, x = list[Picture](), 0.0
    for part in parts:
        if not isinstance(part, str | Picture):
            raise PlanarError(
                f"{part!r} is neither a picture nor a sign; put pictures and signs such as '=' "
                "side by side."
            )
        if isinstance(part, str):
            wide = typeset_width(part) + COLUMN
            placed.append(Picture(labels=(Label("sign", x + wide / 2, 0, part),)))
            x += wide + GAP
        else:
            left, _, right, _ = part.bounds
            placed.append(part.moved(x - left, 0))
            x += right - left + GAP
    return Picture.union(placed)


def chained(*parts: Picture) -> Picture:
    """Pictures that begin and end on the axis, joined."""
    placed, x = list[Picture](), 0.0
    for part in parts:
        left, right = _ends(part)
        placed.append(part.moved(x - left, 0))
        x += right - left
    return Picture.union(placed)


def _ends(picture: Picture) -> tuple[float, float]:
    """Left and right end of the lines and curves, labels aside."""
    xs = list[float]()
    for line in picture.lines:
        xs += (line.x1, line.x2)
    for curve in picture.curves:
        xs += [x for x, _ in curve.points]
    return min(xs), max(xs)


def block_sizes(sizes: Sequence[int], least: int) -> tuple[int, ...]:
    """The sizes of blocks in their order, or an error where they are not such sizes."""
    checked = tuple(sizes) if isinstance(sizes, Sequence) else ()
    if not checked or any(not isinstance(n, int) or n < least for n in checked):
        raise PlanarError(
            f"{sizes!r} are not valid sizes of blocks; give integers of at least {least}, "
            "for example (2, 3)."
        )
    return checked
