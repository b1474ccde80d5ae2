"""A figure of a derivation as TikZ, for a line of text."""

from __future__ import annotations

from planar.derivation.proof import Figure
from planar.writing.drawing.figure import picture
from planar.writing.drawing.formats.tikz import tikz

__all__ = ["inline_tikz"]


def inline_tikz(figure: Figure) -> str:
    """The figure without an environment of its own, in the styles of ``STYLE_BLOCK``."""
    return tikz(picture(figure), "inline")
