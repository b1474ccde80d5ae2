"""Pictures to be composed, and what composes them; ``planar.draw`` prints each."""

from planar.drawing.annulus import annulus
from planar.drawing.backbone import backbone
from planar.drawing.circle import circle
from planar.drawing.double_line import double_line
from planar.drawing.equation import beside, dyson, irreducible, ladder_sum, rung
from planar.drawing.gallery import gallery
from planar.drawing.ladder import ladder
from planar.drawing.picture import Picture
from planar.drawing.tikz import STYLE_BLOCK

__all__ = [
    "STYLE_BLOCK",
    "Picture",
    "annulus",
    "backbone",
    "beside",
    "circle",
    "double_line",
    "dyson",
    "gallery",
    "irreducible",
    "ladder",
    "ladder_sum",
    "rung",
]
