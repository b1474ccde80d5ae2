"""The generators of a derivation's field of scalars: a closed union of frozen values.

Each says which scalar it stands for.
Self-energies and overlaps are entries of S and of H, between two places of one letter inside a
class of components.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sympy import Expr

from planar.foundations.rational import Imaginary, Rational
from planar.foundations.words import Trace

__all__ = [
    "Abbreviation",
    "Complement",
    "DividedDifference",
    "Generator",
    "Imaginary",
    "Overlap",
    "OverlapOf",
    "PivotOf",
    "Rung",
    "RungWeight",
    "Scalar",
    "SelfEnergy",
    "Trace",
]


@dataclass(frozen=True)
class Scalar:
    """A scalar that has a symbol already.

    One of the user's, a constant of a law, a ratio of dimensions, or a symbol that was named.
    """

    expr: Expr


@dataclass(frozen=True)
class SelfEnergy:
    """The entry of S between two places of a letter."""

    component: int
    letter: str
    row: int
    col: int

    @property
    def overlap(self) -> Overlap:
        """The entry of H between the same places."""
        return Overlap(self.component, self.letter, self.row, self.col)


@dataclass(frozen=True)
class Overlap:
    """The entry of H between two places of a letter, where it is not written out."""

    component: int
    letter: str
    row: int
    col: int


@dataclass(frozen=True)
class OverlapOf:
    """H of a letter while its law is solved for it."""

    letter: str


@dataclass(frozen=True)
class Rung:
    """The entry of S or of H between occurrences of two components, while it is unknown."""

    kind: Literal["S", "H"]
    left: int
    right: int


@dataclass(frozen=True)
class RungWeight:
    """The weight of a rung that is too long to be written out."""

    place: int


@dataclass(frozen=True)
class PivotOf:
    """1 - gamma, a pivot of the ladder."""

    place: int


@dataclass(frozen=True)
class Complement:
    """gamma itself, where a formula is shorter with it than with its pivot 1 - gamma."""

    pivot: PivotOf


@dataclass(frozen=True)
class Abbreviation:
    """A long value under a name.

    It is part of the propagator of a class of components, or (None) of what lies between them.
    """

    component: int | None
    place: int


@dataclass(frozen=True)
class DividedDifference:
    """R[x, y, ...] of a letter over nodes (R(x), x)."""

    letter: str
    nodes: tuple[tuple[Rational, Rational], ...]


Generator = (
    Imaginary
    | Scalar
    | Trace
    | SelfEnergy
    | Overlap
    | OverlapOf
    | Rung
    | RungWeight
    | PivotOf
    | Complement
    | Abbreviation
    | DividedDifference
)
"""What a generator of a derivation can be."""


def only(value: Rational, kind: type[Any] | tuple[type[Any], ...]) -> list[Any]:
    """The generators of one kind that a value holds, in order of creation.

    >>> from planar.foundations.rational import Field
    >>> field = Field()
    >>> only(field.gen(Rung("S", 0, 1)) / field.gen(PivotOf(0)), PivotOf)
    [PivotOf(place=0)]
    """
    return [key for key in value.gens() if isinstance(key, kind)]
