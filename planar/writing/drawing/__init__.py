"""Drawings of planar diagrams: a diagram becomes a ``Picture``.

Printers turn that into SVG, TikZ, dot or text.
"""

from planar.writing.drawing.draw import FORMATS, LAYOUTS, draw
from planar.writing.drawing.formats.box_characters import text
from planar.writing.drawing.formats.svg import svg
from planar.writing.drawing.formats.tikz import tikz
from planar.writing.drawing.formats.tikz_styles import STYLE_BLOCK
from planar.writing.drawing.layouts.annulus import annulus
from planar.writing.drawing.layouts.backbone import backbone
from planar.writing.drawing.layouts.circle import circle
from planar.writing.drawing.layouts.double_line import double_line
from planar.writing.drawing.layouts.gallery import gallery
from planar.writing.drawing.layouts.ladder_diagram import ladder
from planar.writing.drawing.marks import Arc, Area, Curve, Dot, Label, Line
from planar.writing.drawing.picture import Picture

__all__ = [
    "FORMATS",
    "LAYOUTS",
    "STYLE_BLOCK",
    "Arc",
    "Area",
    "Curve",
    "Dot",
    "Label",
    "Line",
    "Picture",
    "annulus",
    "backbone",
    "circle",
    "double_line",
    "draw",
    "gallery",
    "ladder",
    "svg",
    "text",
    "tikz",
]
