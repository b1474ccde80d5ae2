"""Whether an expression is self-adjoint, or similar to what is, so that its spectrum is real."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import S, conjugate

from planar.applications.spectral.real_words import (
    Word,
    Words,
    count,
    expanded,
    mirrored,
    positive,
    real,
)
from planar.expression.tree import Inv, Product, Sum, Tree

__all__ = ["real_spectrum"]

_MOST = 3000
"""Words into which an expression is multiplied out at most."""


def real_spectrum(tree: Tree, semidefinite: frozenset[str] = frozenset()) -> bool:
    """Whether the spectrum of a tree is visibly real, its letters and scalars being real.

    It is where the tree is its own adjoint; where it is a product of two such trees one of which is
    positive, or can be turned in a circle until it is; and of powers, inverses and real polynomials
    of degree one of these. ``semidefinite`` names letters that are positive by their values.
    """
    if count(tree) > _MOST:
        return False
    words = expanded(tree)
    if _own(words):
        return True
    shift = {(): words.get((), S.Zero)}
    if not _own(shift):
        return False
    product = {word: c for word, c in words.items() if word}
    return _split(product, semidefinite) or _nested(tree, semidefinite)


def _own(words: Words) -> bool:
    """Whether a sum of words is its own adjoint."""
    return words == mirrored(words)


def _balanced(one: Words, other: Words, semidefinite: frozenset[str]) -> bool:
    """Whether both are self-adjoint and one of them is positive."""
    if not (_own(one) and _own(other)):
        return False
    return positive(one, semidefinite) or positive(other, semidefinite)


def _split(words: Words, semidefinite: frozenset[str]) -> bool:
    """Whether the words share a beginning or an end that is balanced by what they do not share."""
    if len(words) == 1:
        ((word, c),) = words.items()
        circle = ((*word[i:], *word[:i]) for i in range(len(word)))
        return any(_begins(w, {w: c}, semidefinite) for w in circle)
    first = next(iter(words), ())
    return _begins(first, words, semidefinite) or _ends(first, words, semidefinite)


def _begins(first: Word, words: Words, semidefinite: frozenset[str]) -> bool:
    for k in range(1, len(first) + 1):
        if any(word[:k] != first[:k] for word in words):
            return False
        if _balanced({first[:k]: S.One}, {w[k:]: c for w, c in words.items()}, semidefinite):
            return True
    return False


def _ends(first: Word, words: Words, semidefinite: frozenset[str]) -> bool:
    for k in range(1, len(first) + 1):
        if any(word[-k:] != first[-k:] for word in words):
            return False
        if _balanced({first[-k:]: S.One}, {w[:-k]: c for w, c in words.items()}, semidefinite):
            return True
    return False


def _nested(tree: Tree, semidefinite: frozenset[str]) -> bool:
    """Whether the tree is a function of one, or a product of two, whose spectrum is real."""
    match tree:
        case Inv(argument):
            return real_spectrum(argument, semidefinite)
        case Sum(terms, _):
            parts = [(c, t) for c, t in terms if not (isinstance(t, Product) and not t.factors)]
            if len(parts) != 1:
                return False
            ((c, part),) = parts
            return real(conjugate(c)) == c and real_spectrum(part, semidefinite)
        case Product():
            return _power(tree, semidefinite) or any(
                _balanced(expanded(one), expanded(other), semidefinite)
                for one, other in _halves(tree)
            )
    return False


def _power(tree: Product, semidefinite: frozenset[str]) -> bool:
    """Whether the tree is a power of a product whose spectrum is real."""
    factors, n = tree.factors, len(tree.factors)
    periods = (k for k in range(1, n) if n % k == 0 and factors == factors[:k] * (n // k))
    return any(real_spectrum(Product(factors[:k], tree.dimension), semidefinite) for k in periods)


def _halves(tree: Product) -> Iterator[tuple[Product, Product]]:
    """The factors, turned in a circle, as two products."""
    factors, n = tree.factors, len(tree.factors)
    for start in range(n):
        circle = (*factors[start:], *factors[:start])
        for k in range(1, n):
            yield Product(circle[:k], tree.dimension), Product(circle[k:], tree.dimension)
