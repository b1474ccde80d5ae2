"""An expression as a sum of scalar times traces of words times a word.

Inverses are expanded through a given order.
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
    """Each product of words once, with its coefficient.

    With ``order`` those of at most so many random letters.

    Raises ``ReadError`` where an inverse holds random letters and there is no order.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import dims, resolvent, tr
    >>> from planar.expression.reading import read
    >>> from sympy import Symbol
    >>> W = Wishart("W", *dims("N P"))
    >>> monomials = monomials_of(read(tr(resolvent(W, Symbol("lambda")))), 2)
    >>> [(len(m.traces), c) for m, c in monomials.items()]
    [(0, 1/lambda), (1, -1/lambda**2), (1, lambda**(-3))]
    """
    parts: dict[Monomial, list[Expr]] = {}
    for term in target.terms:
        for coefficient, words in _products(term, order):
            matrix = None if term.matrix is None else words[-1]
            traced = words if term.matrix is None else words[:-1]
            monomial = Monomial(tuple(filter(None, traced)), matrix)
            parts.setdefault(monomial, []).append(term.coefficient * coefficient)
    sums = {monomial: Add(*coefficients) for monomial, coefficients in parts.items()}
    return {monomial: total for monomial, total in sums.items() if total != 0}


def _products(term: Term, order: int | None) -> list[tuple[Expr, tuple[Word, ...]]]:
    """One word for each trace and matrix of the term, with the product of their coefficients."""
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
    products = list(islice(prolong(one, (), 0), LIMIT + 1))
    _must_be_few(products, " times ".join(map(written, trees)))
    return products


def _series(tree: Tree, order: int | None) -> list[tuple[int, Expr, Word]]:
    """Number of random letters, coefficient and word, for each term of the tree."""
    last = _degree(tree)
    if last is None and order is None:
        inverse = next(node for node in _inverses(tree) if _degree(node) is None)
        raise ReadError(
            f"the inverse `{written(inverse)}` of random letters is an infinite series; "
            "give order=n for its terms of at most n random letters."
        )
    highest = order if last is None else last if order is None else min(order, last)
    terms = list(islice(_terms(tree, highest or 0), LIMIT + 1))
    _must_be_few(terms, written(tree))
    return terms


def _terms(tree: Tree, highest: int) -> Iterator[tuple[int, Expr, Word]]:
    for n in range(highest + 1):
        for walk in walks(tree, n):
            yield n, walk.coefficient, walk.atoms


def _must_be_few(terms: Sequence[object], name: str) -> None:
    if len(terms) > LIMIT:
        raise TooLargeError(f"`{name}` has more than {LIMIT} words; take a lower order.")


def _degree(tree: Tree) -> int | None:
    """The greatest number of random letters in a term, None for an infinite series."""
    if isinstance(tree, Inv):
        return None if any(leaf.random for leaf in leaves(tree)) else 0
    if isinstance(tree, Letter):
        return int(tree.random)
    degrees = [_degree(t) for t in children(tree)]
    finite = [n for n in degrees if n is not None]
    if len(finite) < len(degrees):
        return None
    return sum(finite) if isinstance(tree, Product) else max(finite, default=0)


def _inverses(tree: Tree) -> Iterator[Inv]:
    if isinstance(tree, Inv):
        yield tree
        return
    for child in children(tree):
        yield from _inverses(child)
