"""Where the occurrences of random letters lie among the components of a pencil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planar.derivation.resummation.one_point import Component
from planar.derivation.resummation.pattern import fitting_pairs
from planar.expression.pencil import Pencil

__all__ = ["Arrangement", "arrangement"]


@dataclass(frozen=True)
class Arrangement:
    """``home`` is the component of each node, ``inner`` are the occurrences inside a component."""

    pencil: Pencil
    home: dict[int, int]
    inner: frozenset[int]

    def letter(self, o: int) -> str:
        """The name of an occurrence's letter."""
        return self.pencil.occurrences[o].letter.name

    def are_mates(self, x: int, y: int) -> bool:
        """Whether two occurrences of one letter lie inside the same component."""
        first, second = self.pencil.occurrences[x], self.pencil.occurrences[y]
        inside = (
            x in self.inner and y in self.inner and self.home[first.row] == self.home[second.row]
        )
        return inside and first.letter.name == second.letter.name

    def group(self, o: int, p: int) -> list[tuple[int, int]]:
        """All pairs whose self-energies are tied to that of (o, p).

        They join occurrences of one letter inside one component.
        """
        return fitting_pairs(self.pencil, self._with_mates(o), self._with_mates(p))

    def _with_mates(self, x: int) -> list[int]:
        occurrences = range(len(self.pencil.occurrences))
        return [y for y in occurrences if y == x or self.are_mates(y, x)]

    def ends_before(self, o: int, p: int) -> bool:
        """Whether a walk may lead from behind o to before p."""
        occurrences = self.pencil.occurrences
        return self.home[occurrences[o].col] <= self.home[occurrences[p].row]

    def chain(self, o: int, p: int) -> list[int]:
        """The occurrences of one letter from o to p in an order in which H is triangular."""
        occurrences = self.pencil.occurrences
        low, high = self.home[occurrences[o].col], self.home[occurrences[p].row]
        name = occurrences[o].letter.name

        def place(x: int) -> tuple[int, int, int]:
            return (self.home[occurrences[x].row], self.home[occurrences[x].col], x)

        between = [
            x
            for x, occurrence in enumerate(occurrences)
            if occurrence.letter.name == name
            and low <= place(x)[0]
            and place(x)[1] <= high
            and x not in (o, p)
        ]
        mates_first = [x for x in between if self.are_mates(x, o)]
        mates_last = [x for x in between if self.are_mates(x, p)]
        middle = sorted((x for x in between if x not in mates_first + mates_last), key=place)
        return [o, *mates_first, *middle, *mates_last, p]


def arrangement(pencil: Pencil, parts: Sequence[Component]) -> Arrangement:
    """The arrangement of a pencil whose components are solved."""
    home: dict[int, int] = {}
    inner: set[int] = set()
    for part in parts:
        home.update(dict.fromkeys(part.nodes, part.index))
        inner.update(part.occurrences)
    return Arrangement(pencil, home, frozenset(inner))
