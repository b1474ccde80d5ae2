"""Drawings of planar diagrams: a diagram becomes a ``Picture``, and printers turn that into SVG, TikZ, dot or text."""

from planar.drawing.annulus import annulus
from planar.drawing.backbone import backbone
from planar.drawing.circle import circle
from planar.drawing.double_line import double_line
from planar.drawing.draw import FORMATS, LAYOUTS, draw
from planar.drawing.gallery import gallery
from planar.drawing.ladder import ladder
from planar.drawing.picture import Arc, Area, Curve, Dot, Label, Line, Picture
from planar.drawing.svg import svg
from planar.drawing.text import text
from planar.drawing.tikz import STYLE_BLOCK, tikz

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
