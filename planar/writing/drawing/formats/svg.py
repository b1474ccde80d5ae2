"""A picture as SVG: real text, title and description, one style sheet on top.

It has the colour of the text around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from planar.writing.drawing.formats.svg_styles import STYLES
from planar.writing.drawing.marks import Arc, Area, Curve, Dot, Label, Line, Point
from planar.writing.drawing.picture import CENTIMETRES, Picture

__all__ = ["svg"]

UNIT = 36.0
"""Pixels a unit: 96 an inch."""
MARGIN = 9.0
MARK, SMALL = 0.11 * UNIT, 0.07 * UNIT
SIZE = 14.0
FONTS = "'STIX Two Text', STIX, STIXGeneral, 'Times New Roman', 'Liberation Serif', serif"

_PARTS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+|[₀₁₂₃₄₅₆₇₈₉]+|_[^\\W_]+)")
_SINGLE = re.compile("(?<![A-Za-zα-ωΑ-Ω])[A-Za-zα-ω](?![A-Za-zα-ωΑ-Ω])")
_ON_THE_LINE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉", "0123456789−0123456789")
_MINUS = re.compile("^-|(?<= )-(?= )")


def svg(picture: Picture) -> str:
    """A complete SVG document; lengths in pixels of 1/96 inch, coordinates with two decimals."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="planar" {_size(picture)} role="img">',
            f"<title>{escape(picture.title)}</title>",
            f"<desc>{escape(picture.description)}</desc>",
            "<style>",
            *_sheet(picture),
            "</style>",
            *map(_area, picture.areas),
            *map(_curve, picture.curves),
            *map(_line, picture.lines),
            *map(_arc, picture.arcs),
            *map(_dot, picture.dots),
            f'<g xml:space="preserve" fill="currentColor" font-family="{FONTS}">',
            *map(_label, picture.labels),
            "</g>",
            "</svg>",
            "",
        ]
    )


def _size(picture: Picture) -> str:
    """Width and height on paper, and the box of coordinates."""
    left, bottom, right, top = picture.bounds
    width, height = (right - left) * UNIT + 2 * MARGIN, (top - bottom) * UNIT + 2 * MARGIN
    paper = picture.scale * CENTIMETRES / 2.54 * 96 / UNIT
    corner = f"{_n(left * UNIT - MARGIN)} {_n(-top * UNIT - MARGIN)}"
    return (
        f'width="{_n(width * paper)}" height="{_n(height * paper)}" '
        f'viewBox="{corner} {_n(width)} {_n(height)}"'
    )


def _sheet(picture: Picture) -> Iterator[str]:
    """A line for each style that the picture has."""
    marks = (*picture.areas, *picture.curves, *picture.lines, *picture.arcs, *picture.dots)
    used = {mark.style for mark in marks}
    for name, meaning in STYLES.items():
        if name in used:
            yield f".planar .{name} {{ {meaning} }}"


def _n(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"


def _at(point: Point) -> str:
    return f"{_n(point[0] * UNIT)} {_n(-point[1] * UNIT)}"


def _area(area: Area) -> str:
    return f'<polygon class="{area.style}" points="{" ".join(map(_at, area.points))}"/>'


def _curve(curve: Curve) -> str:
    start, *points = map(_at, curve.points)
    pieces = " ".join("C " + " ".join(points[i : i + 3]) for i in range(0, len(points), 3))
    return f'<path class="{curve.style}" d="M {start} {pieces}{" Z" if curve.closed else ""}"/>'


def _line(line: Line) -> str:
    start = f'x1="{_n(line.x1 * UNIT)}" y1="{_n(-line.y1 * UNIT)}"'
    end = f'x2="{_n(line.x2 * UNIT)}" y2="{_n(-line.y2 * UNIT)}"'
    return f'<line class="{line.style}" {start} {end}/>'


def _arc(arc: Arc) -> str:
    start, end = _at((arc.x1, arc.y)), _at((arc.x2, arc.y))
    radii = f"{_n((arc.x2 - arc.x1) / 2 * UNIT)} {_n(abs(arc.height) * UNIT)}"
    sweep = int(arc.height > 0)
    return f'<path class="{arc.style}" d="M {start} A {radii} 0 0 {sweep} {end}"/>'


def _dot(dot: Dot) -> str:
    x, y = dot.x * UNIT, -dot.y * UNIT
    if dot.style == "deterministic":
        corner, side = f'x="{_n(x - MARK)}" y="{_n(y - MARK)}"', _n(2 * MARK)
        return f'<rect class="{dot.style}" {corner} width="{side}" height="{side}"/>'
    radius = SMALL if dot.style == "hollow" else MARK
    return f'<circle class="{dot.style}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def _label(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    place = f'x="{_n(label.x * UNIT)}" y="{_n(-label.y * UNIT + 0.34 * SIZE)}"'
    return f'<text {place} font-size="{_n(SIZE)}"{anchor}>{_typeset(label.text)}</text>'


def _typeset(text: str) -> str:
    """Single letters in italics, exponents raised, indices lowered, and a true minus sign."""
    spans, shift = "", 0.0
    for part in filter(None, _PARTS.split(_MINUS.sub("−", text))):
        level = _level(part)
        plain = (part.lstrip("_") if level > 0 else part).translate(_ON_THE_LINE)
        words = _SINGLE.sub(_italic, escape(plain)).replace("ᵀ", "T")
        move = f' dy="{_n((level - shift) * SIZE)}"' if level != shift else ""
        small = f' font-size="{_n(0.7 * SIZE)}"' if level else ""
        spans += f"<tspan{move}{small}>{words}</tspan>" if move or small else words
        shift = level
    return spans


def _level(part: str) -> float:
    """How far a part is lowered, in sizes of a letter; an exponent is raised."""
    if part[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ":
        return -0.36
    return 0.2 if part[0] in "_₀₁₂₃₄₅₆₇₈₉" else 0.0


def _italic(match: re.Match[str]) -> str:
    return f'<tspan font-style="italic">{match.group()}</tspan>'
