"""What a defined symbol of a formula stands for: a closed union of frozen values, which every
reader goes by.

``resolvent`` numbers the different resolvents of an expression from 0; places count from 1, and 0
says that there is one alone. Names are made of these by ``planar.formulas.naming`` and by nothing
else; no code reads a name.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "OWN",
    "Amplitude",
    "Average",
    "DegreesOfFreedom",
    "Own",
    "Overlap",
    "Part",
    "Pivot",
    "Quantity",
    "Ratio",
    "Ridge",
    "RungEnergy",
    "RungOverlap",
    "RungWeight",
    "SelfEnergy",
    "meaning",
    "of_rungs",
]


@dataclass(frozen=True)
class Ratio:
    """A constant of the law of a letter, such as q = N/P of a Wishart matrix; ``told`` where
    letters differ in it.
    """

    symbol: str
    letter: str
    told: bool = False
    positive: bool = True


@dataclass(frozen=True)
class Ridge:
    """kappa, what stands beside the letters of a dressed resolvent; ``place`` counts along a chain
    or among several.

    ``hidden`` is the one over the second of two spaces; a ``shift`` stands beside several words.
    """

    resolvent: int
    place: int = 0
    hidden: bool = False
    shift: bool = False


@dataclass(frozen=True)
class SelfEnergy:
    """An entry of S = R(H) inside a resolvent, between places ``row`` and ``col`` of a letter (0
    where it has one alone).

    ``inverted`` is 1/s, the S-transform; ``hidden`` the second of two that a letter has.
    """

    resolvent: int
    letter: str
    row: int = 0
    col: int = 0
    hidden: bool = False
    inverted: bool = False


@dataclass(frozen=True)
class Overlap:
    """An entry of H: a trace of the dressed propagator between two places of a letter."""

    resolvent: int
    letter: str
    row: int = 0
    col: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Part:
    """A long part of a dressed propagator under a name; that of the evidence alone belongs to no
    resolvent (-1).
    """

    resolvent: int
    place: int


@dataclass(frozen=True)
class DegreesOfFreedom:
    """df_n, the normalised trace of the n-fold product of L (kappa + L)^-1 at these ridges, L the
    leading ``word``.
    """

    word: str
    ridges: tuple[Ridge, ...]


@dataclass(frozen=True)
class Average:
    """An average over the spectrum of a random letter, of which weights of rungs are made."""

    place: int


@dataclass(frozen=True)
class RungWeight:
    """rho, the weight of a rung: a divided difference of R over ``nodes`` nodes where that is known
    as a function alone.
    """

    place: int
    letter: str = ""
    nodes: int = 0


@dataclass(frozen=True)
class Amplitude:
    """sigma, the solved amplitude of a rung, or a long value between two resolvents."""

    place: int


@dataclass(frozen=True)
class RungEnergy:
    """sigma, the self-energy between two resolvents, where it is an unknown of a linear system."""

    place: int
    letter: str


@dataclass(frozen=True)
class RungOverlap:
    """eta, the overlap between two resolvents that belongs to it."""

    place: int
    letter: str


@dataclass(frozen=True)
class Pivot:
    """gamma, the ladder of a letter between two resolvents; ``link`` is the place of its letter in
    a chain of ridges.
    """

    place: int
    resolvents: tuple[int, int]
    letter: str
    link: int = 0


@dataclass(frozen=True)
class Own:
    """A quantity of the user's, of whose meaning nothing is known."""


OWN = Own()

Quantity = (
    Ratio
    | Ridge
    | SelfEnergy
    | Overlap
    | Part
    | DegreesOfFreedom
    | Average
    | RungWeight
    | Amplitude
    | RungEnergy
    | RungOverlap
    | Pivot
    | Own
)


def meaning(quantity: Quantity) -> str:
    """What a quantity is, in words; nothing of the user's own.

    >>> meaning(Pivot(1, (0, 1), "W"))
    'ladder of W'
    """
    match quantity:
        case Ratio():
            return "ratio of dimensions"
        case Ridge(shift=shift):
            return "renormalised shift" if shift else "renormalised ridge"
        case SelfEnergy(letter=letter, inverted=inverted):
            return "S-transform" if inverted else f"self-energy of {letter}"
        case Overlap(letter=letter):
            return f"normalised trace of the dressed propagator between two {letter}"
        case Part():
            return "part of the dressed propagator"
        case DegreesOfFreedom():
            return "degrees of freedom"
        case Average():
            return "average over the spectrum of a random letter"
        case RungWeight(letter=letter, nodes=nodes):
            return (
                f"divided difference of R_{letter} over {nodes} nodes"
                if nodes
                else "weight of a rung"
            )
        case Amplitude():
            return "amplitude of a rung"
        case RungEnergy(letter=letter) | RungOverlap(letter=letter):
            return f"rung of {letter} between two resolvents"
        case Pivot(letter=letter):
            return f"ladder of {letter}"
        case Own():
            return ""


def of_rungs(quantity: Quantity) -> bool:
    """Whether a quantity belongs to what joins resolvents, and not to one of them.

    >>> of_rungs(Ridge(0)), of_rungs(RungWeight(1))
    (False, True)
    """
    if isinstance(quantity, DegreesOfFreedom):
        return len(quantity.ridges) > 1
    return isinstance(quantity, Average | RungWeight | Amplitude | RungEnergy | RungOverlap | Pivot)
