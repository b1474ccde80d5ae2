"""A picture as SVG: real text, title and description, the colour of the text around it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from planar.draw.picture import Arc, Dot, Label, Line, Picture

__all__ = ["svg"]

UNIT = 36.0
MARGIN = 9.0
MARK = 0.11 * UNIT
SIZE = 14.0
FONTS = "'STIX Two Text', 'Latin Modern Roman', 'Times New Roman', serif"

_STROKES = {
    "backbone": 'stroke-width="1"',
    "stub": 'stroke-width="1"',
    "cap": 'stroke-width="1.6"',
    "comb1": 'stroke-width="1.6"',
    "comb2": 'stroke-width="1.6" stroke-dasharray="5 2.5"',
    "comb3": 'stroke-width="1.6" stroke-dasharray="1.6 2.4"',
    "comb4": 'stroke-width="3"',
}
_PARTS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+|[₀₁₂₃₄₅₆₇₈₉]+|_[^\\W_]+)")
_SINGLE = re.compile("(?<![A-Za-zα-ωΑ-Ω])[A-Za-zα-ω](?![A-Za-zα-ωΑ-Ω])")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉", "0123456789−0123456789")
_MINUS = re.compile("^-|(?<= )-(?= )")


def svg(picture: Picture) -> str:
    """A complete SVG document; lengths in pixels of 1/96 inch, coordinates with two decimals."""
    left, bottom, right, top = picture.bounds
    x0, y0 = left * UNIT - MARGIN, -top * UNIT - MARGIN
    width, height = (right - left) * UNIT + 2 * MARGIN, (top - bottom) * UNIT + 2 * MARGIN
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="{_n(x0)} {_n(y0)} {_n(width)} {_n(height)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" fill="none" stroke="none">',
            f"<title>{escape(picture.title)}</title>",
            f"<desc>{escape(picture.description)}</desc>",
            '<g stroke="currentColor" stroke-linecap="square">',
            *map(_line, picture.lines),
            *map(_arc, picture.arcs),
            "</g>",
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


def _line(line: Line) -> str:
    ends = f'x1="{_n(line.x1 * UNIT)}" y1="{_n(-line.y1 * UNIT)}" x2="{_n(line.x2 * UNIT)}" y2="{_n(-line.y2 * UNIT)}"'
    return f"<line {ends} {_stroke(line.style)}/>"


def _arc(arc: Arc) -> str:
    x1, x2, y = arc.x1 * UNIT, arc.x2 * UNIT, -arc.y * UNIT
    radii = f"{_n((x2 - x1) / 2)} {_n(arc.height * UNIT)}"
    return f'<path d="M {_n(x1)} {_n(y)} A {radii} 0 0 1 {_n(x2)} {_n(y)}" {_stroke(arc.style)}/>'


def _stroke(style: str) -> str:
    cap = ' stroke-linecap="butt"' if "dasharray" in _STROKES[style] else ""
    return _STROKES[style] + cap


def _dot(dot: Dot) -> str:
    x, y = dot.x * UNIT, -dot.y * UNIT
    if dot.style == "deterministic":
        corner = f'x="{_n(x - MARK)}" y="{_n(y - MARK)}" width="{_n(2 * MARK)}" height="{_n(2 * MARK)}"'
        return f'<rect {corner} stroke="currentColor" stroke-width="1.2"/>'
    paint = 'fill="currentColor"' if dot.style == "random" else 'stroke="currentColor" stroke-width="1.2"'
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(MARK)}" {paint}/>'


def _label(label: Label) -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    place = f'x="{_n(label.x * UNIT)}" y="{_n(-label.y * UNIT + 0.34 * SIZE)}" font-size="{_n(SIZE)}"{anchor}'
    return f"<text {place}>{_typeset(label.text)}</text>"


def _typeset(text: str) -> str:
    """Single letters in italics, exponents raised, indices lowered, and a true minus sign."""
    found, shift = "", 0.0
    for part in filter(None, _PARTS.split(_MINUS.sub("−", text))):
        level = -0.36 if part[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ" else 0.2 if part[0] in "_₀₁₂₃₄₅₆₇₈₉" else 0.0
        words = _SINGLE.sub(_italic, escape((part.lstrip("_") if level > 0 else part).translate(_LEVEL)))
        words = words.replace("ᵀ", "T")
        move = f' dy="{_n((level - shift) * SIZE)}"' if level != shift else ""
        small = f' font-size="{_n(0.7 * SIZE)}"' if level else ""
        found += f"<tspan{move}{small}>{words}</tspan>" if move or small else words
        shift = level
    return found


def _italic(found: re.Match[str]) -> str:
    return f'<tspan font-style="italic">{found.group()}</tspan>'
