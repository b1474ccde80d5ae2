"""Drawings of planar diagrams: a diagram becomes a ``Picture``, and printers turn that into SVG, TikZ, dot or text."""

from planar.draw.annulus import annulus
from planar.draw.backbone import backbone
from planar.draw.circle import circle
from planar.draw.double_line import double_line
from planar.draw.draw import FORMATS, LAYOUTS, draw
from planar.draw.gallery import gallery
from planar.draw.ladder import ladder
from planar.draw.picture import Arc, Area, Curve, Dot, Label, Line, Picture
from planar.draw.svg import svg
from planar.draw.text import text
from planar.draw.tikz import STYLE_BLOCK, tikz

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
