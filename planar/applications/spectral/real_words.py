"""Trees multiplied out into words in letters and inverses, which are real, and their signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod
from typing import Any

from sympy import Expr, S, conjugate

from planar.expression.tree import Inv, Product, Sum, Tree
from planar.foundations.words import Letter

__all__ = ["Word", "Words", "count", "expanded", "mirror", "mirrored", "positive", "real"]

Word = tuple[Any, ...]
"""Letters, and inverses as the frozen items of their words."""
Words = dict[Word, Expr]
_Terms = list[tuple[Expr, Word]]


def count(tree: Tree) -> int:
    """How many words a tree has at most once it is multiplied out."""
    match tree:
        case Inv(argument):
            return count(argument)
        case Sum(terms, _):
            return sum(count(term) for _, term in terms)
        case Product(factors, _):
            return prod(map(count, factors))
        case _:
            return 1


def expanded(tree: Tree) -> Words:
    """A tree as a sum of words in letters and inverses, letters and scalars being real."""
    match tree:
        case Letter():
            return {(_bare(tree),): S.One}
        case Inv(argument):
            return {(frozenset(expanded(argument).items()),): S.One}
        case Sum(terms, _):
            parts = _Terms()
            for c, term in terms:
                parts += [(real(c) * k, word) for word, k in expanded(term).items()]
        case Product(factors, _):
            parts = [(S.One, ())]
            for factor in factors:
                parts = _multiplied(parts, expanded(factor))
    return _collected(parts)


def mirror(word: Word) -> Word:
    """The adjoint of a word."""
    return tuple(_turned(x) for x in reversed(word))


def mirrored(words: Words) -> Words:
    """The adjoint of a sum of words."""
    return {mirror(word): real(conjugate(c)) for word, c in words.items()}


def positive(words: Words, semidefinite: frozenset[str]) -> bool:
    """Whether a sum of words is visibly positive semidefinite.

    Its coefficients are, and its words are R R* or R A R* with a positive A; ``semidefinite`` names
    letters that are positive by their values.
    """
    return all(
        c.is_nonnegative is True and _positive_word(word, semidefinite) for word, c in words.items()
    )


def _positive_word(word: Word, semidefinite: frozenset[str]) -> bool:
    if word != mirror(word):
        return False
    if len(word) % 2 == 0:
        return True
    centre = word[len(word) // 2]
    if isinstance(centre, Letter):
        return centre.name in semidefinite or bool(getattr(centre.symbol, "positive", False))
    return positive(dict(centre), semidefinite)


def _turned(factor: Any) -> Any:
    if isinstance(factor, Letter):
        return _bare(factor.T)
    return frozenset(mirrored(dict(factor)).items())


def _bare(letter: Letter) -> Letter:
    return letter.conjugate if letter.conjugated else letter


def _multiplied(parts: _Terms, words: Mapping[Word, Expr]) -> _Terms:
    """Every term followed by every word."""
    pairs = product(parts, words.items())
    return [(c * k, (*word, *tail)) for (c, word), (tail, k) in pairs]


def _collected(parts: Iterable[tuple[Expr, Word]]) -> Words:
    """Coefficients of equal words added up, without those that vanish."""
    coefficients: Words = {}
    for c, word in parts:
        coefficients[word] = coefficients.get(word, S.Zero) + c
    return {word: c for word, c in coefficients.items() if c != 0}


def real(coefficient: Expr) -> Expr:
    """A coefficient with its scalar symbols taken for real numbers."""
    return coefficient.replace(
        lambda e: isinstance(e, conjugate) and e.args[0].is_Symbol, lambda e: e.args[0]
    )
