"""An expression as a sum of scalar times traces of words times a word, inverses expanded through a
given order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sympy import Add, Expr

from planar.diagrams.atoms import Atom
from planar.diagrams.genus.wick import LIMIT
from planar.diagrams.walks import walks, written
from planar.expression.tree import Inv, Product, Target, Term, Tree, children, leaves
from planar.foundations.errors import ReadError, TooLargeError
from planar.foundations.words import Letter

__all__ = ["Monomial", "monomials_of"]

Word = tuple[Atom, ...]


@dataclass(frozen=True)
class Monomial:
    """Normalised traces of words that are not empty, and in a matrix expression one open word."""

    traces: tuple[Word, ...]
    matrix: Word | None


def monomials_of(target: Target, order: int | None) -> dict[Monomial, Expr]:
    """Each product of words once, with its coefficient; with ``order`` those of at most so many
    random letters.

    Raises ``ReadError`` where an inverse holds random letters and there is no order.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import dims, resolvent, tr
    >>> from planar.expression.tree import read
    >>> from sympy import Symbol
    >>> W = Wishart("W", *dims("N P"))
    >>> [(len(m.traces), c) for m, c in monomials_of(read(tr(resolvent(W, Symbol("lambda")))), 2).items()]
    [(0, 1/lambda), (1, -1/lambda**2), (1, lambda**(-3))]
    """
    found: dict[Monomial, list[Expr]] = {}
    for term in target.terms:
        for coefficient, words in _products(term, order):
            traces = tuple(word for word in (words if term.matrix is None else words[:-1]) if word)
            key = Monomial(traces, None if term.matrix is None else words[-1])
            found.setdefault(key, []).append(term.coefficient * coefficient)
    return {key: total for key, parts in found.items() if (total := Add(*parts)) != 0}


def _products(term: Term, order: int | None) -> Iterator[tuple[Expr, tuple[Word, ...]]]:
    trees = term.trees
    series = {tree: _series(tree, order) for tree in dict.fromkeys(trees)}

    def prolong(
        coefficient: Expr, words: tuple[Word, ...], spent: int
    ) -> Iterator[tuple[Expr, tuple[Word, ...]]]:
        if len(words) == len(trees):
            yield coefficient, words
            return
        for n, c, word in series[trees[len(words)]]:
            if order is None or spent + n <= order:
                yield from prolong(coefficient * c, (*words, word), spent + n)

    one: Expr = term.coefficient**0
    found = list(islice(prolong(one, (), 0), LIMIT + 1))
    _must_be_few(found, " times ".join(map(written, trees)))
    return iter(found)


def _series(tree: Tree, order: int | None) -> list[tuple[int, Expr, Word]]:
    """Number of random letters, coefficient and word, for each term of the tree."""
    last = _degree(tree)
    if last is None and order is None:
        inverse = next(node for node in _inverses(tree) if _degree(node) is None)
        raise ReadError(
            f"the inverse `{written(inverse)}` of random letters is an infinite series; give order=n for its terms of at most "
            "n random letters."
        )
    highest = order if last is None else last if order is None else min(order, last)
    terms = (
        (n, walk.coefficient, walk.atoms)
        for n in range((highest or 0) + 1)
        for walk in walks(tree, n)
    )
    found = list(islice(terms, LIMIT + 1))
    _must_be_few(found, written(tree))
    return found


def _must_be_few(found: Sequence[object], name: str) -> None:
    if len(found) > LIMIT:
        raise TooLargeError(f"`{name}` has more than {LIMIT} words; take a lower order.")


def _degree(tree: Tree) -> int | None:
    """The greatest number of random letters in a term, None for an infinite series."""
    if isinstance(tree, Inv):
        return None if any(leaf.random for leaf in leaves(tree)) else 0
    if isinstance(tree, Letter):
        return int(tree.random)
    below = [_degree(t) for t in children(tree)]
    known = [n for n in below if n is not None]
    if len(known) < len(below):
        return None
    return sum(known) if isinstance(tree, Product) else max(known, default=0)


def _inverses(tree: Tree) -> Iterator[Inv]:
    if isinstance(tree, Inv):
        yield tree
        return
    for child in children(tree):
        yield from _inverses(child)
