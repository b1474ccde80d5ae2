"""What is left of a word once its random letters are averaged.

It is a matrix, or a combination of words of deterministic letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any, Protocol

from flint import fmpq

from planar.combinatorics.cumulants.exact_ring import Ring
from planar.foundations.errors import ShapeError

__all__ = ["Deterministic", "Matrices", "Words", "matrix_rows", "open_words"]


class Deterministic(Protocol):
    """An algebra with a trace, in which random letters have their conditional expectation."""

    one: Any

    def times(self, letter: str, element: Any) -> Any:
        """A deterministic letter to the left of an element."""
        ...

    def combined(self, terms: Sequence[tuple[Any, Any]]) -> Any:
        """The sum of weight times element."""
        ...

    def trace(self, element: Any) -> Any:
        """The normalised trace."""
        ...


class Matrices:
    """Square matrices over a ring, as lists of rows; numbers where there is no letter.

    >>> from planar.combinatorics.cumulants.exact_ring import read
    >>> ring = read([1, 2, 3, 4])
    >>> algebra = Matrices({"A": [ring.elements[:2], ring.elements[2:]]}, ring)
    >>> algebra.trace(algebra.times("A", algebra.one))
    5/2
    """

    def __init__(self, letters: Mapping[str, list[list[Any]]], ring: Ring) -> None:
        self._letters, self._zero = letters, ring.zero
        self._size = max(map(len, letters.values()), default=1)
        self._share = fmpq(1, self._size)
        self.one = [[ring.zero] * self._size for _ in range(self._size)]
        for i, row in enumerate(self.one):
            row[i] = ring.one

    def times(self, letter: str, element: Any) -> Any:
        columns = list(zip(*element, strict=True))
        return [self._row_times(row, columns) for row in self._letters[letter]]

    def _row_times(self, row: Sequence[Any], columns: Sequence[Sequence[Any]]) -> list[Any]:
        return [self._dot(row, column) for column in columns]

    def combined(self, terms: Sequence[tuple[Any, Any]]) -> Any:
        return [self._combined_row(terms, i) for i in range(self._size)]

    def _combined_row(self, terms: Sequence[tuple[Any, Any]], i: int) -> list[Any]:
        weights = [weight for weight, _ in terms]
        rows = [element[i] for _, element in terms]
        return [self._dot(weights, _column(rows, j)) for j in range(self._size)]

    def trace(self, element: Any) -> Any:
        return sum((element[i][i] for i in range(self._size)), start=self._zero) * self._share

    def _dot(self, row: Sequence[Any], column: Sequence[Any]) -> Any:
        return sum((a * b for a, b in zip(row, column, strict=True)), start=self._zero)


def _column(rows: Sequence[Sequence[Any]], j: int) -> list[Any]:
    return [row[j] for row in rows]


class Words:
    """Combinations of words, as mappings from word to weight, with the trace of each word given.

    >>> from planar.combinatorics.cumulants.exact_ring import read
    >>> ring = read([5])
    >>> algebra = Words({"A": ring.elements[0]}, ring)
    >>> algebra.trace(algebra.times("A", algebra.one))
    5
    """

    def __init__(self, traces: Mapping[str, Any], ring: Ring) -> None:
        self._traces, self._zero = {**traces, "": ring.one}, ring.zero
        self.one = {"": ring.one}

    def times(self, letter: str, element: Any) -> Any:
        return {letter + word: weight for word, weight in element.items()}

    def combined(self, terms: Sequence[tuple[Any, Any]]) -> Any:
        total: dict[str, Any] = {}
        for weight, element in terms:
            for word, inner in element.items():
                total[word] = total.get(word, self._zero) + weight * inner
        return total

    def trace(self, element: Any) -> Any:
        return sum(
            (weight * self._traces[word] for word, weight in element.items()), start=self._zero
        )


def matrix_rows(name: str, matrix: Any) -> list[list[Any]]:
    """The rows of a square matrix given as nested sequences, or as a SymPy, flint or numpy matrix.

    >>> from sympy import eye
    >>> matrix_rows("A", eye(2))
    [[1, 0], [0, 1]]
    """
    rows = [list(row) for row in (matrix.tolist() if hasattr(matrix, "tolist") else matrix)]
    if not rows or any(len(row) != len(rows) for row in rows):
        raise ShapeError(
            f"{name} has rows of lengths {[len(row) for row in rows]}; give a square matrix."
        )
    return rows


def open_words(word: str, random: Sequence[str]) -> list[str]:
    """The words of deterministic letters whose traces the moment of a word needs.

    The empty word is left out.

    >>> open_words("AWBW", ["W"])
    ['A', 'AB', 'B']
    """

    @cache
    def averaged(part: str) -> tuple[str, ...]:
        """What may be left of a part of the word: its first random letter begins a block."""
        if not part:
            return ("",)
        if part[0] not in random:
            return tuple(part[0] + tail for tail in averaged(part[1:]))
        tails: set[str] = set()
        for k, name in enumerate(part):
            if name == part[0]:
                tails.update(averaged(part[k + 1 :]))
        return tuple(sorted(tails))

    faces = {word: None}
    for i, j in combinations(range(len(word)), 2):
        if word[i] == word[j] and word[i] in random:
            faces[word[i + 1 : j]] = None
    words: set[str] = set()
    for face in faces:
        words.update(averaged(face))
    return sorted(words - {""})
