"""A picture: marks at rounded coordinates with named styles, drawn in the order of their kinds;
printers read nothing else.

The unit is a comfortable distance between two letters on a line; x grows to the right, y upwards.
Labels stand on a grid of characters, ``COLUMN`` wide and ``ROW`` high, so that the same picture
prints as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Literal

from planar.foundations.errors import PlanarError

__all__ = [
    "CENTIMETRES",
    "COLUMN",
    "ROW",
    "STYLES",
    "Arc",
    "Area",
    "Curve",
    "Dot",
    "Label",
    "Line",
    "Picture",
    "Point",
    "aligned",
    "label_width",
    "typeset_width",
]

COLUMN, ROW = 0.25, 0.5
CENTIMETRES = 0.95
"""The length of a unit on paper."""

COMBS, HULLS = (tuple(f"{kind}{k}" for k in range(1, 9)) for kind in ("comb", "hull"))
"""Blocks of eight ensembles: as combs and arcs, and as hulls."""
FACES = tuple(f"face{k}" for k in range(1, 5))
"""Faces over four spaces."""
STYLES = (
    *("backbone", "stub", "dressed", "cap"),
    *COMBS,
    *("rule", "strand", "loop", "hatch"),
    *("random", "deterministic", "bare", "hollow"),
    *HULLS,
    *FACES,
    *("complement", "blob", "box", "arrow"),
    *("letter", "value", "sign"),
)
"""The names that a printer must know; they differ in shape, width, dashes and shade, never in
colour alone.
"""

Point = tuple[float, float]
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
            if isinstance(value, float | int) and not isinstance(value, bool):
                object.__setattr__(self, name, _round(value))
            elif name == "points":
                object.__setattr__(self, name, tuple((_round(x), _round(y)) for x, y in value))


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
    """The upper half of an ellipse from (x1, y) to (x2, y); the lower one where ``height`` is
    negative.
    """

    x1: float
    x2: float
    y: float
    height: float


@dataclass(frozen=True)
class Curve(_Mark):
    """Cubic pieces one after another: a first point, then two controls and an end for each piece;
    ``closed`` to be filled.
    """

    points: tuple[Point, ...]
    closed: bool = False


@dataclass(frozen=True)
class Area(_Mark):
    """A polygon, filled and outlined by its style."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Label(_Mark):
    """Plain text, centred in height at y; ``anchor`` says which of its points stands at x."""

    x: float
    y: float
    text: str
    anchor: Anchor = "middle"

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise PlanarError(
                f"{self.text!r} is no text for a label; give a string, the name of a letter say."
            )
        super().__post_init__()

    @property
    def extent(self) -> tuple[float, float]:
        """Left and right end."""
        width = label_width(self.text)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, left + width


def label_width(text: str) -> float:
    """An upper bound for the width of a text in characters on the grid, in units: half as much
    again for wide ones.

    >>> label_width("AW")
    0.625
    """
    return COLUMN * sum(1.5 if c in _WIDE else 1.0 for c in text)


def typeset_width(text: str) -> float:
    """An upper bound for its width in print, where letters are narrower than the grid and exponents
    small.

    >>> typeset_width("q tr[A]") < label_width("q tr[A]")
    True
    """
    return sum(map(_printed, text))


def _printed(c: str) -> float:
    if c in _WIDE:
        return 0.34
    if c.isspace():
        return 0.11
    if c in "[](),.|/'⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ₀₁₂₃₄₅₆₇₈₉":
        return 0.15
    return 0.28 if c.isupper() else 0.21


def aligned(length: float) -> float:
    """The length rounded up to whole columns."""
    return COLUMN * ceil(round(length / COLUMN, 6))


@dataclass(frozen=True)
class Picture:
    """What is drawn: areas first, then curves, lines, arcs, dots and labels, each kind in its
    order.

    ``scale`` shrinks all of it on paper, letters included; ``title`` and ``description`` are for
    those who do not see it.
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
        """Left, bottom, right, top of everything, labels included.

        >>> Picture(lines=(Line("stub", 0, 0, 2, 0),), labels=(Label("letter", 1, -0.5, "A"),)).bounds
        (0.0, -0.75, 2.0, 0.0)
        """
        points = [p for line in self.lines for p in ((line.x1, line.y1), (line.x2, line.y2))]
        points += [p for arc in self.arcs for p in ((arc.x1, arc.y), (arc.x2, arc.y + arc.height))]
        points += [p for area in self.areas for p in area.points] + [
            p for curve in self.curves for p in curve.points
        ]
        points += [(dot.x, dot.y) for dot in self.dots]
        points += [
            (x, label.y + h)
            for label in self.labels
            for x in label.extent
            for h in (-ROW / 2, ROW / 2)
        ]
        xs, ys = zip(*points, strict=True) if points else ((0.0,), (0.0,))
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def width(self) -> float:
        """How wide everything is, in units."""
        return self.bounds[2] - self.bounds[0]

    def moved(self, dx: float, dy: float) -> Picture:
        """The picture shifted."""

        def shifted(points: tuple[Point, ...]) -> tuple[Point, ...]:
            return tuple((x + dx, y + dy) for x, y in points)

        return replace(
            self,
            lines=tuple(
                replace(m, x1=m.x1 + dx, x2=m.x2 + dx, y1=m.y1 + dy, y2=m.y2 + dy)
                for m in self.lines
            ),
            arcs=tuple(replace(m, x1=m.x1 + dx, x2=m.x2 + dx, y=m.y + dy) for m in self.arcs),
            dots=tuple(replace(m, x=m.x + dx, y=m.y + dy) for m in self.dots),
            labels=tuple(replace(m, x=m.x + dx, y=m.y + dy) for m in self.labels),
            curves=tuple(replace(m, points=shifted(m.points)) for m in self.curves),
            areas=tuple(replace(m, points=shifted(m.points)) for m in self.areas),
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
            tuple(m for p in parts for m in p.curves),
            tuple(m for p in parts for m in p.areas),
            title,
            description,
        )
