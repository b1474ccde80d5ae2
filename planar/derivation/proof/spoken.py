"""How letters and the symbols of the theory are called in the sentences of a derivation."""

from __future__ import annotations

from typing import NamedTuple

from planar.derivation.equivalent import Dyson, Equivalent
from planar.formulas.chalk import symbol_chalk
from planar.formulas.naming import named
from planar.formulas.quantities import Overlap, Pivot, RungEnergy, RungOverlap, SelfEnergy

__all__ = ["Spoken", "letter_and_mate", "spoken"]


class Spoken(NamedTuple):
    """The symbols of the theory in text, as the sentences of one derivation write them."""

    s: str
    h: str
    sigma: str
    eta: str
    gamma: str


def spoken(equivalent: Equivalent) -> Spoken:
    """The names of s, h, sigma, eta and gamma, apart from those that the user has given."""
    letter = equivalent.laws[0].name if equivalent.laws else ""
    quantities = (
        SelfEnergy(0, letter),
        Overlap(0, letter),
        RungEnergy(0, letter),
        RungOverlap(0, letter),
        Pivot(1, (0, 0), letter),
    )
    symbols = named(quantities, equivalent.problem.names)
    return Spoken(*(symbol_chalk(s.name) for s in symbols.values()))


def letter_and_mate(dyson: Dyson) -> tuple[str, str]:
    """The letter in chalk, and what it alternates with along a block."""
    name = symbol_chalk(dyson.law.name)
    return name, name + "ᵀ" if dyson.law.alternating else ""
