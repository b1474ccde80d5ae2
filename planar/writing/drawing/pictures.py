"""Pictures to be composed, and what composes them; ``planar.draw`` prints each."""

from planar.writing.drawing.dyson_equation import dyson, irreducible
from planar.writing.drawing.formats.tikz_styles import STYLE_BLOCK
from planar.writing.drawing.ladder_equation import ladder_sum, rung
from planar.writing.drawing.layouts.annulus import annulus
from planar.writing.drawing.layouts.backbone import backbone
from planar.writing.drawing.layouts.circle import circle
from planar.writing.drawing.layouts.double_line import double_line
from planar.writing.drawing.layouts.gallery import gallery
from planar.writing.drawing.layouts.ladder_diagram import ladder
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.side_by_side import beside

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
