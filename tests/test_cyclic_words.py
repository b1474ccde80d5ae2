"""Traces are one where rotations, exchanges and reversal with transposes join their words."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from sympy import MatrixSymbol

from planar.foundations.algebra import Algebra
from planar.foundations.rational import Field
from planar.foundations.words import Letter, Word

PAIRS = {
    "none": [],
    "neighbours in the alphabet": [("A", "B")],
    "far in the alphabet": [("A", "D")],
    "a chain": [("A", "B"), ("B", "C"), ("C", "D")],
    "two apart": [("A", "B"), ("C", "D")],
    "two crossed": [("A", "C"), ("B", "D")],
    "two nested": [("A", "D"), ("B", "C")],
    "one with all": [("A", "B"), ("A", "C"), ("A", "D")],
    "all": [("A", "B"), ("A", "C"), ("A", "D"), ("B", "C"), ("B", "D"), ("C", "D")],
}


def letter(name: str, symmetric: bool = True) -> Letter:
    """A square letter of that name."""
    return Letter(name, symbol=MatrixSymbol(name, 3, 3), symmetric=symmetric)


def one_step(word: Word, algebra: Algebra) -> Iterator[Word]:
    """The words that one rotation, one exchange of neighbours or one transposition gives."""
    yield word[1:] + word[:1]
    yield tuple(atom.T for atom in reversed(word))
    for i in range(len(word) - 1):
        if algebra.commute(word[i], word[i + 1]):
            yield (*word[:i], word[i + 1], word[i], *word[i + 2 :])


def same_trace(word: Word, algebra: Algebra) -> frozenset[Word]:
    """All words that steps reach."""
    reached, todo = {word}, [word]
    while todo:
        for other in one_step(todo.pop(), algebra):
            if other not in reached:
                reached.add(other)
                todo.append(other)
    return frozenset(reached)


@pytest.mark.parametrize("symmetric", [True, False], ids=("symmetric", "one not symmetric"))
@pytest.mark.parametrize("pairs", PAIRS.values(), ids=PAIRS)
def test_a_representative_stands_for_all_words_of_its_trace_and_no_others(
    pairs: list[tuple[str, str]], symmetric: bool
) -> None:
    """Every word of up to five letters, against the steps one at a time."""
    algebra = Algebra(Field(), pairs)
    letters = [letter("A"), letter("B", symmetric), letter("C"), letter("D")]
    by_representative: dict[Word, set[Word]] = defaultdict(set)
    words = [word for n in range(1, 6) for word in product(letters, repeat=n)]
    for word in words:
        by_representative[algebra.cyclic(word)].add(word)
    for representative, alike in by_representative.items():
        reached = same_trace(representative, algebra)
        assert alike == reached & set(words)
