"""A picture as SVG: real text, title and description, one style sheet on top, the colour of the
text around it.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from planar.writing.drawing.picture import (
    CENTIMETRES,
    Arc,
    Area,
    Curve,
    Dot,
    Label,
    Line,
    Picture,
    Point,
)

__all__ = ["svg"]

UNIT = 36.0
"""Pixels a unit: 96 an inch."""
MARGIN = 9.0
MARK, SMALL = 0.11 * UNIT, 0.07 * UNIT
SIZE = 14.0
FONTS = "'STIX Two Text', STIX, STIXGeneral, 'Times New Roman', 'Liberation Serif', serif"

_PEN = "fill: none; stroke: currentColor; stroke-width: "
_SHADE = "fill: currentColor; stroke: currentColor; stroke-linejoin: round; "
STYLES = {
    "backbone": _PEN + "1",
    "stub": _PEN + "1",
    "dressed": _PEN + "3.2",
    "cap": _PEN + "1.6",
    "comb1": _PEN + "1.6; stroke-linecap: square",
    "comb2": _PEN + "1.6; stroke-dasharray: 5 2.5",
    "comb3": _PEN + "1.6; stroke-dasharray: 1.6 2.4",
    "comb4": _PEN + "3; stroke-linecap: square",
    "comb5": _PEN + "1.6; stroke-dasharray: 8 2 1.6 2",
    "comb6": _PEN + "3; stroke-dasharray: 5 2.5",
    "comb7": _PEN + "3; stroke-dasharray: 2.4 3",
    "comb8": _PEN + "1.6; stroke-dasharray: 12 3",
    "rule": _PEN + "0.8",
    "strand": _PEN + "1",
    "loop": _PEN + "0.8; stroke-dasharray: 3 1.6",
    "hatch": _PEN + "0.7",
    "hull1": _SHADE + "fill-opacity: 0.14; stroke-width: 1.4",
    "hull2": _SHADE + "fill-opacity: 0.32; stroke-width: 1.4; stroke-dasharray: 5 2.5",
    "hull3": _SHADE + "fill-opacity: 0.05; stroke-width: 1.4; stroke-dasharray: 1.6 2.4",
    "hull4": _SHADE + "fill-opacity: 0.5; stroke-width: 2.4",
    "hull5": _SHADE + "fill-opacity: 0.2; stroke-width: 1.4; stroke-dasharray: 8 2 1.6 2",
    "hull6": _SHADE + "fill-opacity: 0.4; stroke-width: 2.6; stroke-dasharray: 5 2.5",
    "hull7": _SHADE + "fill-opacity: 0.08; stroke-width: 2.6; stroke-dasharray: 2.4 3",
    "hull8": _SHADE + "fill-opacity: 0.26; stroke-width: 1.4; stroke-dasharray: 12 3",
    "complement": _PEN + "0.8; stroke-dasharray: 2.4 2",
    "face1": "fill: currentColor; fill-opacity: 0.1; stroke: none",
    "face2": "fill: currentColor; fill-opacity: 0.38; stroke: none",
    "face3": "fill: currentColor; fill-opacity: 0.22; stroke: none",
    "face4": "fill: currentColor; fill-opacity: 0.55; stroke: none",
    "blob": _PEN + "1.2",
    "box": _PEN + "1.2",
    "arrow": "fill: currentColor; stroke: none",
    "random": "fill: currentColor; stroke: none",
    "deterministic": _PEN + "1.2",
    "bare": _PEN + "1.2",
    "hollow": _PEN + "0.9",
}
"""What each style means; an author edits the same lines at the top of the SVG."""

_PARTS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+|[₀₁₂₃₄₅₆₇₈₉]+|_[^\\W_]+)")
_SINGLE = re.compile("(?<![A-Za-zα-ωΑ-Ω])[A-Za-zα-ω](?![A-Za-zα-ωΑ-Ω])")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉", "0123456789−0123456789")
_MINUS = re.compile("^-|(?<= )-(?= )")


def svg(picture: Picture) -> str:
    """A complete SVG document; lengths in pixels of 1/96 inch, coordinates with two decimals."""
    left, bottom, right, top = picture.bounds
    x0, y0 = left * UNIT - MARGIN, -top * UNIT - MARGIN
    width, height = (right - left) * UNIT + 2 * MARGIN, (top - bottom) * UNIT + 2 * MARGIN
    paper = picture.scale * CENTIMETRES / 2.54 * 96 / UNIT
    size = f'width="{_n(width * paper)}" height="{_n(height * paper)}" viewBox="{_n(x0)} {_n(y0)} {_n(width)} {_n(height)}"'
    marks = (*picture.areas, *picture.curves, *picture.lines, *picture.arcs, *picture.dots)
    used = dict.fromkeys(mark.style for mark in marks)
    sheet = [f".planar .{name} {{ {STYLES[name]} }}" for name in STYLES if name in used]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="planar" {size} role="img">',
            f"<title>{escape(picture.title)}</title>",
            f"<desc>{escape(picture.description)}</desc>",
            "<style>",
            *sheet,
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


def _n(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"


def _at(point: Point) -> str:
    return f"{_n(point[0] * UNIT)} {_n(-point[1] * UNIT)}"


def _area(area: Area) -> str:
    return f'<polygon class="{area.style}" points="{" ".join(map(_at, area.points))}"/>'


def _curve(curve: Curve) -> str:
    start, *rest = map(_at, curve.points)
    pieces = " ".join("C " + " ".join(rest[i : i + 3]) for i in range(0, len(rest), 3))
    return f'<path class="{curve.style}" d="M {start} {pieces}{" Z" if curve.closed else ""}"/>'


def _line(line: Line) -> str:
    ends = f'x1="{_n(line.x1 * UNIT)}" y1="{_n(-line.y1 * UNIT)}" x2="{_n(line.x2 * UNIT)}" y2="{_n(-line.y2 * UNIT)}"'
    return f'<line class="{line.style}" {ends}/>'


def _arc(arc: Arc) -> str:
    radii = f"{_n((arc.x2 - arc.x1) / 2 * UNIT)} {_n(abs(arc.height) * UNIT)}"
    sweep = int(arc.height > 0)
    return f'<path class="{arc.style}" d="M {_at((arc.x1, arc.y))} A {radii} 0 0 {sweep} {_at((arc.x2, arc.y))}"/>'


def _dot(dot: Dot) -> str:
    x, y = dot.x * UNIT, -dot.y * UNIT
    if dot.style == "deterministic":
        corner = (
            f'x="{_n(x - MARK)}" y="{_n(y - MARK)}" width="{_n(2 * MARK)}" height="{_n(2 * MARK)}"'
        )
        return f'<rect class="{dot.style}" {corner}/>'
    radius = SMALL if dot.style == "hollow" else MARK
    return f'<circle class="{dot.style}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def _label(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    place = f'x="{_n(label.x * UNIT)}" y="{_n(-label.y * UNIT + 0.34 * SIZE)}" font-size="{_n(SIZE)}"{anchor}'
    return f"<text {place}>{_typeset(label.text)}</text>"


def _typeset(text: str) -> str:
    """Single letters in italics, exponents raised, indices lowered, and a true minus sign."""
    found, shift = "", 0.0
    for part in filter(None, _PARTS.split(_MINUS.sub("−", text))):
        level = -0.36 if part[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ" else 0.2 if part[0] in "_₀₁₂₃₄₅₆₇₈₉" else 0.0
        words = _SINGLE.sub(
            _italic, escape((part.lstrip("_") if level > 0 else part).translate(_LEVEL))
        )
        words = words.replace("ᵀ", "T")
        move = f' dy="{_n((level - shift) * SIZE)}"' if level != shift else ""
        small = f' font-size="{_n(0.7 * SIZE)}"' if level else ""
        found += f"<tspan{move}{small}>{words}</tspan>" if move or small else words
        shift = level
    return found


def _italic(found: re.Match[str]) -> str:
    return f'<tspan font-style="italic">{found.group()}</tspan>'
