"""Pictures to be composed, and what composes them; ``planar.draw`` prints each."""

from planar.draw.annulus import annulus
from planar.draw.backbone import backbone
from planar.draw.circle import circle
from planar.draw.double_line import double_line
from planar.draw.equation import beside, dyson, irreducible, ladder_sum, rung
from planar.draw.gallery import gallery
from planar.draw.ladder import ladder
from planar.draw.picture import Picture
from planar.draw.tikz import STYLE_BLOCK

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
