"""The marks of a picture: dots, lines, arcs, curves, areas and labels in named styles.

Coordinates are rounded to three decimals, so that equal pictures print the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from planar.foundations.errors import PlanarError
from planar.writing.drawing.text_widths import label_width

__all__ = [
    "COMBS",
    "FACES",
    "HULLS",
    "STYLES",
    "Anchor",
    "Arc",
    "Area",
    "Curve",
    "Dot",
    "Label",
    "Line",
    "Point",
]

COMBS = tuple(f"comb{k}" for k in range(1, 9))
"""Blocks of eight ensembles as combs and arcs."""
HULLS = tuple(f"hull{k}" for k in range(1, 9))
"""Blocks of eight ensembles as hulls."""
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
"""The names that a printer must have a style for.

They differ in shape, width, dashes and shade, never in colour alone.
"""

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


def _rounded(x: float) -> float:
    return round(x, 3) + 0.0


def _shifted(points: tuple[Point, ...], dx: float, dy: float) -> tuple[Point, ...]:
    return tuple((x + dx, y + dy) for x, y in points)


@dataclass(frozen=True)
class _Mark:
    style: str

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise PlanarError(f"there is no style {self.style!r}; use one of {', '.join(STYLES)}.")
        for name, value in vars(self).items():
            if isinstance(value, float | int) and not isinstance(value, bool):
                object.__setattr__(self, name, _rounded(value))
            elif name == "points":
                points = tuple((_rounded(x), _rounded(y)) for x, y in value)
                object.__setattr__(self, name, points)


@dataclass(frozen=True)
class Dot(_Mark):
    """A mark at a point: disc, square or ring, by its style."""

    x: float
    y: float

    def moved(self, dx: float, dy: float) -> Dot:
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Line(_Mark):
    """A straight line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float

    def moved(self, dx: float, dy: float) -> Line:
        return replace(self, x1=self.x1 + dx, x2=self.x2 + dx, y1=self.y1 + dy, y2=self.y2 + dy)


@dataclass(frozen=True)
class Arc(_Mark):
    """The upper half of an ellipse from (x1, y) to (x2, y).

    Where ``height`` is negative, the lower half.
    """

    x1: float
    x2: float
    y: float
    height: float

    def moved(self, dx: float, dy: float) -> Arc:
        return replace(self, x1=self.x1 + dx, x2=self.x2 + dx, y=self.y + dy)


@dataclass(frozen=True)
class Curve(_Mark):
    """Cubic pieces one after another: a first point, then two controls and an end for each piece.

    A ``closed`` curve is filled.
    """

    points: tuple[Point, ...]
    closed: bool = False

    def moved(self, dx: float, dy: float) -> Curve:
        return replace(self, points=_shifted(self.points, dx, dy))


@dataclass(frozen=True)
class Area(_Mark):
    """A polygon, filled and outlined by its style."""

    points: tuple[Point, ...]

    def moved(self, dx: float, dy: float) -> Area:
        return replace(self, points=_shifted(self.points, dx, dy))


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
                f"{self.text!r} is not a valid text of a label; give a string, for example the "
                "name of a letter."
            )
        super().__post_init__()

    @property
    def extent(self) -> tuple[float, float]:
        """Left and right end."""
        width = label_width(self.text)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, left + width

    def moved(self, dx: float, dy: float) -> Label:
        return replace(self, x=self.x + dx, y=self.y + dy)
