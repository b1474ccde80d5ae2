"""The random letters of all walks at once: each word with the number of walks that have it."""

from __future__ import annotations

from collections.abc import Iterator

from planar.combinatorics.noncrossing import Leg
from planar.diagrams.walks import split
from planar.expression.tree import Inv, Product, Sum, Tree
from planar.foundations.errors import TooLargeError
from planar.foundations.words import Letter

__all__ = ["Home", "LetterWords", "leg_of"]

Home = tuple[Leg, int]
"""A leg, and the top-level resolvent in which it stands; -1 outside of all."""

_Word = tuple[tuple[Home, ...], int]
"""Legs with their homes, and the number of top-level resolvents that the walk passes."""

_Counts = dict[_Word, int]
"""How many walks have a word."""


def leg_of(letter: Letter) -> Leg:
    """A random letter as a point of a partition, with its side where it alternates."""
    return letter.name, letter.transposed if letter.symbol.alternating else None


class LetterWords:
    """Counts the walks by their random letters with homes, at most ``limit`` different words."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[tuple[Tree, int, bool], _Counts] = {}

    def of(self, tree: Tree, order: int) -> dict[tuple[Home, ...], int]:
        """The words of ``order`` letters, each with the number of walks that have it."""
        counts: dict[tuple[Home, ...], int] = {}
        for (word, _), number in self._words(tree, order, False).items():
            counts[word] = counts.get(word, 0) + number
        return counts

    def _words(self, tree: Tree, order: int, inside: bool) -> _Counts:
        """The same for a part of the tree, ``inside`` a top-level resolvent or not."""
        key = (tree, order, inside)
        if key not in self._known:
            self._known[key] = self._count(tree, order, inside)
        return self._known[key]

    def _count(self, tree: Tree, order: int, inside: bool) -> _Counts:
        match tree:
            case Letter():
                home = 0 if inside else -1
                word = ((leg_of(tree), home),) if tree.random else ()
                return {(word, 0): 1} if len(word) == order else {}
            case Product((), _):
                return {((), 0): 1} if order == 0 else {}
            case Product(factors, dimension):
                tail = Product(factors[1:], dimension)
                return self._total(
                    self._times(
                        self._words(factors[0], m, inside), self._words(tail, order - m, inside)
                    )
                    for m in split(factors, order)
                )
            case Sum(terms, _):
                return self._total(self._words(term, order, inside) for _, term in terms)
            case Inv():
                series = self._series(tree, order)
                return series if inside else {(word, 1): n for (word, _), n in series.items()}

    def _series(self, inverse: Inv, order: int) -> _Counts:
        """The walks of the series of a resolvent: a first round of m letters, and what follows."""
        if order == 0:
            return {((), 0): 1}
        for lower in range(order):  # first, so that no order waits for all those below it
            self._words(inverse, lower, True)
        return self._total(
            self._times(
                self._words(inverse.argument, m, True), self._words(inverse, order - m, True)
            )
            for m in range(1, order + 1)
        )

    def _times(self, left: _Counts, right: _Counts) -> _Counts:
        """One walk after another; the homes of the second are numbered after those of the first."""
        counts: _Counts = {}
        for (first, passed), a in left.items():
            for (second, passed_then), b in right.items():
                key = (first + _moved(second, passed), passed + passed_then)
                counts[key] = counts.get(key, 0) + a * b
            self._guard(counts)
        return counts

    def _total(self, parts: Iterator[_Counts]) -> _Counts:
        counts: _Counts = {}
        for part in parts:
            for key, number in part.items():
                counts[key] = counts.get(key, 0) + number
            self._guard(counts)
        return counts

    def _guard(self, counts: _Counts) -> None:
        if len(counts) > self._limit:
            raise TooLargeError(
                f"there are more than {self._limit} arrangements of the random letters; "
                "take a lower order."
            )


def _moved(word: tuple[Home, ...], passed: int) -> tuple[Home, ...]:
    """The word behind so many top-level resolvents."""
    if not passed:
        return word
    return tuple((leg, home + passed if home >= 0 else -1) for leg, home in word)
