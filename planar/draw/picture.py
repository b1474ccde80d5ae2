"""A picture: dots, straight lines, arcs and labels at rounded coordinates, with named styles; the printers read nothing else.

The unit is a comfortable distance between two letters on a line; x grows to the right, y upwards. Labels stand on a grid
of characters, ``COLUMN`` wide and ``ROW`` high, so that the same picture prints as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Literal

from planar.errors import PlanarError

__all__ = ["COLUMN", "ROW", "STYLES", "Arc", "Dot", "Label", "Line", "Picture", "aligned", "label_width"]

COLUMN, ROW = 0.25, 0.5
STYLES = ("backbone", "stub", "cap", "comb1", "comb2", "comb3", "comb4", "random", "deterministic", "bare", "letter", "value")
"""The names that a printer must know; they differ in shape, width and dashes, never in colour alone."""

Anchor = Literal["start", "middle", "end"]
_WIDE = frozenset("MWmw%@ΣΩΘΦΨΞ")


def _round(x: float) -> float:
    return round(x, 3) + 0.0


@dataclass(frozen=True)
class _Mark:
    style: str

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise PlanarError(f"there is no style {self.style!r}; use one of {', '.join(STYLES)}.")
        for name, value in vars(self).items():
            if isinstance(value, float | int):
                object.__setattr__(self, name, _round(value))


@dataclass(frozen=True)
class Dot(_Mark):
    """A mark at a point: disc, square or ring, by its style."""

    x: float
    y: float


@dataclass(frozen=True)
class Line(_Mark):
    """A straight line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Arc(_Mark):
    """The upper half of an ellipse from (x1, y) to (x2, y)."""

    x1: float
    x2: float
    y: float
    height: float


@dataclass(frozen=True)
class Label(_Mark):
    """Plain text, centred in height at y; ``anchor`` says which of its points stands at x."""

    x: float
    y: float
    text: str
    anchor: Anchor = "middle"

    @property
    def extent(self) -> tuple[float, float]:
        """Left and right end."""
        width = label_width(self.text)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, left + width


def label_width(text: str) -> float:
    """An upper bound for the width of a text, in units: a column a character, half as much again for wide ones.

    >>> label_width("AW")
    0.625
    """
    return COLUMN * sum(1.5 if c in _WIDE else 1.0 for c in text)


def aligned(length: float) -> float:
    """The length rounded up to whole columns."""
    return COLUMN * ceil(round(length / COLUMN, 6))


@dataclass(frozen=True)
class Picture:
    """What is drawn, in the order in which it is drawn; ``title`` and ``description`` are for those who do not see it."""

    lines: tuple[Line, ...] = ()
    arcs: tuple[Arc, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()
    title: str = field(default="", compare=False)
    description: str = field(default="", compare=False)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of everything, labels included.

        >>> Picture(lines=(Line("stub", 0, 0, 2, 0),), labels=(Label("letter", 1, -0.5, "A"),)).bounds
        (0.0, -0.75, 2.0, 0.0)
        """
        xs = [x for line in self.lines for x in (line.x1, line.x2)] + [x for arc in self.arcs for x in (arc.x1, arc.x2)]
        ys = [y for line in self.lines for y in (line.y1, line.y2)]
        ys += [y for arc in self.arcs for y in (arc.y, arc.y + arc.height)]
        xs += [dot.x for dot in self.dots] + [x for label in self.labels for x in label.extent]
        ys += [dot.y for dot in self.dots] + [label.y + h for label in self.labels for h in (-ROW / 2, ROW / 2)]
        return (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)

    def moved(self, dx: float, dy: float) -> Picture:
        """The picture shifted."""
        return replace(
            self,
            lines=tuple(replace(m, x1=m.x1 + dx, x2=m.x2 + dx, y1=m.y1 + dy, y2=m.y2 + dy) for m in self.lines),
            arcs=tuple(replace(m, x1=m.x1 + dx, x2=m.x2 + dx, y=m.y + dy) for m in self.arcs),
            dots=tuple(replace(m, x=m.x + dx, y=m.y + dy) for m in self.dots),
            labels=tuple(replace(m, x=m.x + dx, y=m.y + dy) for m in self.labels),
        )

    @staticmethod
    def union(pictures: Iterable[Picture], title: str = "", description: str = "") -> Picture:
        """All pictures in one, where they stand."""
        parts = tuple(pictures)
        return Picture(
            tuple(m for p in parts for m in p.lines),
            tuple(m for p in parts for m in p.arcs),
            tuple(m for p in parts for m in p.dots),
            tuple(m for p in parts for m in p.labels),
            title,
            description,
        )
