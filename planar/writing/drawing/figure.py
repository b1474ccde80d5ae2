"""The figures of a derivation as pictures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from planar.derivation.proof import Figure
from planar.writing.drawing.equation import dyson, irreducible, ladder_sum, rung
from planar.writing.drawing.layouts.backbone import backbone
from planar.writing.drawing.layouts.gallery import gallery
from planar.writing.drawing.picture import CENTIMETRES, Picture

__all__ = ["picture"]

WIDTH = 6.2
"""Inches: the text of a page."""


def picture(figure: Figure) -> Picture:
    """What a figure of a derivation shows, shrunk where it is wider than the text."""
    found = _drawn(figure)
    return replace(
        found, scale=min(found.scale, round(WIDTH * 2.54 / CENTIMETRES / found.width, 3))
    )


def _drawn(figure: Figure) -> Picture:
    match figure.kind:
        case "diagrams":
            laws = sorted(
                dict.fromkeys(letter.name for d in figure.diagrams for letter in d.walk.random)
            )
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
