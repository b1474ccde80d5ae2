"""The figures of a derivation as pictures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain

from planar.derivation.proof import Figure
from planar.writing.drawing.dyson_equation import dyson, irreducible
from planar.writing.drawing.ladder_equation import ladder_sum, rung
from planar.writing.drawing.layouts.backbone import backbone
from planar.writing.drawing.layouts.gallery import gallery
from planar.writing.drawing.picture import CENTIMETRES, Picture

__all__ = ["picture"]

WIDTH = 6.2
"""Inches: the text of a page."""


def picture(figure: Figure) -> Picture:
    """What a figure of a derivation shows, shrunk where it is wider than the text."""
    drawn = _drawn(figure)
    fitting = round(WIDTH * 2.54 / CENTIMETRES / drawn.width, 3)
    return replace(drawn, scale=min(drawn.scale, fitting))


def _drawn(figure: Figure) -> Picture:
    match figure.kind:
        case "diagrams":
            letters = chain.from_iterable(diagram.walk.random for diagram in figure.diagrams)
            laws = sorted({letter.name for letter in letters})
            return gallery(figure.diagrams, partial(backbone, laws=laws), width=WIDTH)
        case "irreducible":
            return irreducible(
                figure.letter, figure.sizes, figure.energy, mate=figure.mate, more=figure.more
            )
        case "rung":
            return rung(figure.letter, figure.sizes, mate=figure.mate, more=figure.more)
        case "ladder":
            return ladder_sum(figure.letter)
        case "dyson":
            return dyson(energy=figure.energy)
