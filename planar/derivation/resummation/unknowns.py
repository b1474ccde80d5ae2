"""The unknowns of a class of equal components, and what is known of them in terms of traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, product

from planar.ensembles.law import Law
from planar.foundations.generators import SelfEnergy
from planar.foundations.rational import Rational
from planar.foundations.words import Core

__all__ = ["OnePoint", "Unknown"]


@dataclass(frozen=True)
class Unknown:
    """The self-energy matrix of one letter inside one component, and H in terms of traces.

    Entries that no planar diagram reaches are zero: those between equal colours of a letter that
    alternates with its transpose, and those between places that the dressed propagator does not
    join.
    """

    law: Law
    entries: tuple[tuple[Rational, ...], ...]
    overlaps: tuple[tuple[Rational, ...], ...]
    roles: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """How many occurrences the letter has in the component."""
        return len(self.entries)

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where entries are not zero, row by row."""
        square = product(range(self.size), repeat=2)
        return tuple((i, j) for i, j in square if self.entries[i][j])

    def key(self, i: int, j: int) -> SelfEnergy:
        """The generator of one entry."""
        key: SelfEnergy = self.entries[i][j].gens()[0]
        return key

    @property
    def keys(self) -> tuple[SelfEnergy, ...]:
        """The generators of all entries, row by row."""
        return tuple(self.key(i, j) for i, j in self.places)

    @property
    def is_matrix(self) -> bool:
        """Whether S is a true matrix function of H: some row or column holds several entries."""
        rows, cols = zip(*self.places, strict=True) if self.places else ((), ())
        return len(set(rows)) < len(rows) or len(set(cols)) < len(cols)


@dataclass
class OnePoint:
    """The one-point equations of a class of equal (or transposed) components.

    ``solved`` maps a self-energy's generator to a function of traces where its law is linear in it.
    ``kept`` maps it to a function that holds other self-energies too, and cannot be put into their
    equations without losing them: two resolvents then share one equation, as df1[A](kappa) =
    df1[B](kappa_2) of a free product. ``free`` are those of ``solved`` that hold no trace; they are
    put into the propagator at once. ``plain`` are the equations, each a value that is zero, without
    traces.
    """

    index: int
    unknowns: tuple[Unknown, ...] = ()
    cores: tuple[Core, ...] = ()
    solved: dict[SelfEnergy, Rational] = field(default_factory=dict)
    kept: dict[SelfEnergy, Rational] = field(default_factory=dict)
    free: dict[SelfEnergy, Rational] = field(default_factory=dict)
    plain: tuple[Rational, ...] = ()

    def reduce(self, value: Rational) -> Rational:
        """The value with every solved self-energy put in."""
        return value.subs(self.solved) if self.solved else value

    @property
    def is_matrix(self) -> bool:
        """Whether some self-energy is a true matrix."""
        return any(u.is_matrix for u in self.unknowns)

    @property
    def keys(self) -> tuple[SelfEnergy, ...]:
        """The generators of all self-energies."""
        return tuple(chain.from_iterable(u.keys for u in self.unknowns))

    @property
    def overlaps(self) -> Iterator[Rational]:
        """All entries of H, letter by letter."""
        for unknown in self.unknowns:
            yield from chain.from_iterable(unknown.overlaps)

    @property
    def open_keys(self) -> list[SelfEnergy]:
        """Those that are neither solved for nor kept."""
        return [k for k in self.keys if k not in self.solved and k not in self.kept]
