"""A picture: marks at rounded coordinates, drawn in the order of their kinds.

Printers read nothing else. The unit is a comfortable distance between two letters on a line; x
grows to the right, y upwards. Labels stand on a grid of characters, ``COLUMN`` wide and ``ROW``
high, so that the same picture prints as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from planar.writing.drawing.marks import Arc, Area, Curve, Dot, Label, Line, Point
from planar.writing.drawing.text_widths import ROW

__all__ = ["CENTIMETRES", "Picture"]

CENTIMETRES = 0.95
"""The length of a unit on paper."""


@dataclass(frozen=True)
class Picture:
    """What is drawn: marks of six kinds, and how large.

    Areas are drawn first, then curves, lines, arcs, dots and labels, each kind in its order.

    Attributes
    ----------
    lines, arcs, dots, labels, curves, areas : tuple
        The marks by kind, at coordinates in units; a unit is 0.95 cm on paper.
    title, description : str
        For readers who do not see the picture; not compared by ``==``.
    scale : float
        Shrinks all of the picture on paper, letters included; by default 1.
    """

    lines: tuple[Line, ...] = ()
    arcs: tuple[Arc, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()
    curves: tuple[Curve, ...] = ()
    areas: tuple[Area, ...] = ()
    title: str = field(default="", compare=False)
    description: str = field(default="", compare=False)
    scale: float = 1.0

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of everything, labels included.

        Returns
        -------
        tuple of float
            In units; four zeros for an empty picture.

        Examples
        --------
        >>> line, letter = Line("stub", 0, 0, 2, 0), Label("letter", 1, -0.5, "A")
        >>> Picture(lines=(line,), labels=(letter,)).bounds
        (0.0, -0.75, 2.0, 0.0)
        """
        points = list(self._extreme_points()) or [(0.0, 0.0)]
        xs, ys = zip(*points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _extreme_points(self) -> Iterator[Point]:
        """Points of every mark that between them span its extent."""
        for line in self.lines:
            yield from ((line.x1, line.y1), (line.x2, line.y2))
        for arc in self.arcs:
            yield from ((arc.x1, arc.y), (arc.x2, arc.y + arc.height))
        for area in self.areas:
            yield from area.points
        for curve in self.curves:
            yield from curve.points
        for dot in self.dots:
            yield dot.x, dot.y
        for label in self.labels:
            left, right = label.extent
            yield from ((left, label.y - ROW / 2), (right, label.y + ROW / 2))

    @property
    def width(self) -> float:
        """How wide everything is, in units.

        Returns
        -------
        float
        """
        left, _, right, _ = self.bounds
        return right - left

    def moved(self, dx: float, dy: float) -> Picture:
        """The picture shifted.

        Parameters
        ----------
        dx, dy : float
            To the right and upwards, in units.

        Returns
        -------
        Picture
        """
        return replace(
            self,
            lines=tuple(line.moved(dx, dy) for line in self.lines),
            arcs=tuple(arc.moved(dx, dy) for arc in self.arcs),
            dots=tuple(dot.moved(dx, dy) for dot in self.dots),
            labels=tuple(label.moved(dx, dy) for label in self.labels),
            curves=tuple(curve.moved(dx, dy) for curve in self.curves),
            areas=tuple(area.moved(dx, dy) for area in self.areas),
        )

    @staticmethod
    def union(pictures: Iterable[Picture], title: str = "", description: str = "") -> Picture:
        """All pictures in one, where they stand.

        Parameters
        ----------
        pictures : iterable of Picture
            Their titles, descriptions and scales are dropped.
        title, description : str
            Of the whole; empty by default.

        Returns
        -------
        Picture
            In scale 1.
        """
        parts = tuple(pictures)
        return Picture(
            tuple(chain.from_iterable(part.lines for part in parts)),
            tuple(chain.from_iterable(part.arcs for part in parts)),
            tuple(chain.from_iterable(part.dots for part in parts)),
            tuple(chain.from_iterable(part.labels for part in parts)),
            tuple(chain.from_iterable(part.curves for part in parts)),
            tuple(chain.from_iterable(part.areas for part in parts)),
            title,
            description,
        )
