"""Walks through an expression: the words of its series, each inverse expanded in random letters.

``(D + X)^-1 = sum over n of G0 (-X G0)^n`` with the bare resolvent G0 = D^-1. A walk is one word of
that series.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

from sympy import Expr, Identity, Inverse, S

from planar.diagrams.atoms import Atom, Bare, is_random, matrix, spelled
from planar.expression.tree import Inv, Product, Sum, Tree, leaves, shape
from planar.foundations.errors import PlanarError
from planar.foundations.words import Letter

__all__ = ["Walk", "check_order", "split", "walks", "written"]


@dataclass(frozen=True)
class Walk:
    """One word of the series: a coefficient and atoms in reading order.

    ``homes`` numbers the top-level resolvent of each atom, -1 outside of all. ``spans`` are the
    first position of each top-level resolvent among the atoms and the one behind its last; both are
    the same where a resolvent contributes no atom.
    """

    coefficient: Expr
    atoms: tuple[Atom, ...]
    homes: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    shape: tuple[Expr, Expr]

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the random letters stand among the atoms."""
        return tuple(i for i, atom in enumerate(self.atoms) if is_random(atom))

    @property
    def random(self) -> tuple[Letter, ...]:
        """The random letters in reading order: the points of the partition."""
        return tuple(atom for atom in self.atoms if isinstance(atom, Letter) and atom.random)

    def then(self, coefficient: Expr, atoms: tuple[Atom, ...], home: int) -> Walk:
        """The walk prolonged by these atoms."""
        scaled = self.coefficient if coefficient == 1 else self.coefficient * coefficient
        return replace(
            self,
            coefficient=scaled,
            atoms=self.atoms + atoms,
            homes=self.homes + (home,) * len(atoms),
        )

    def __str__(self) -> str:
        return spelled(self.coefficient, (), self.atoms)


def walks(tree: Tree, order: int) -> Iterator[Walk]:
    """All walks with exactly ``order`` random letters, lazily.

    They are the terms of that order of the expanded expression.

    Raises ``PlanarError`` for an inverse that has no deterministic part to expand around.
    """
    check_order(order)
    return _Expansion().extend(Walk(S.One, (), (), (), shape(tree)), tree, order, -1)


class _Expansion:
    """Prolongs walks depth first; the bare resolvents are computed once."""

    def __init__(self) -> None:
        self._bare: dict[Tree, tuple[Expr, tuple[Atom, ...]]] = {}

    def extend(self, prefix: Walk, tree: Tree, order: int, home: int) -> Iterator[Walk]:
        """The prefix prolonged by each term of ``tree`` of this order."""
        match tree:
            case Letter():
                if order == int(tree.random):
                    yield prefix.then(S.One, (tree,), home)
            case Product(factors, _):
                yield from self._product(prefix, factors, order, home)
            case Sum(terms, _):
                for coefficient, term in terms:
                    yield from self.extend(prefix.then(coefficient, (), home), term, order, home)
            case Inv() if home < 0:
                first = len(prefix.atoms)
                for walk in self._series(prefix, tree, order, len(prefix.spans)):
                    yield replace(walk, spans=(*prefix.spans, (first, len(walk.atoms))))
            case Inv():
                yield from self._series(prefix, tree, order, home)

    def _product(
        self, prefix: Walk, factors: tuple[Tree, ...], order: int, home: int
    ) -> Iterator[Walk]:
        if not factors:
            if order == 0:
                yield prefix
            return
        for m in split(factors, order):
            for longer in self.extend(prefix, factors[0], m, home):
                yield from self._product(longer, factors[1:], order - m, home)

    def _series(self, prefix: Walk, inverse: Inv, order: int, home: int) -> Iterator[Walk]:
        coefficient, word = self.bare(inverse)
        longer = prefix.then(coefficient, word, home)
        if order == 0:
            yield longer
        for m in range(1, order + 1):
            negative = longer.then(S.NegativeOne, (), home)
            for once in self.extend(negative, inverse.argument, m, home):
                yield from self._series(once, inverse, order - m, home)

    def bare(self, inverse: Inv) -> tuple[Expr, tuple[Atom, ...]]:
        """G0 = D^-1 as a coefficient and a word of at most one atom."""
        if inverse not in self._bare:
            terms: dict[tuple[Atom, ...], Expr] = {}
            start = Walk(S.One, (), (), (), shape(inverse))
            for walk in self.extend(start, inverse.argument, 0, 0):
                terms[walk.atoms] = terms.get(walk.atoms, S.Zero) + walk.coefficient
            self._bare[inverse] = _bare({word: c for word, c in terms.items() if c != 0}, inverse)
        return self._bare[inverse]


def _bare(terms: dict[tuple[Atom, ...], Expr], inverse: Inv) -> tuple[Expr, tuple[Atom, ...]]:
    if not terms:
        names = ", ".join(dict.fromkeys(leaf.name for leaf in leaves(inverse) if leaf.random))
        raise PlanarError(
            f"cannot expand the inverse `{written(inverse)}` in its random letters ({names}): "
            "it has no deterministic part to expand around; add a shift, resolvent(X, lam) for "
            "(lam + X)^-1, and let lam go to zero in the result."
        )
    if len(terms) == 1:
        ((word, coefficient),) = terms.items()
        return 1 / coefficient, (Bare(Inverse(matrix(word))),) if word else ()
    one = Identity(shape(inverse)[0])
    parts = [c * (matrix(word) if word else one) for word, c in terms.items()]
    return S.One, (Bare(Inverse(reduce(lambda left, right: left + right, parts))),)


def written(tree: Tree) -> str:
    """The tree on one line, for messages."""
    match tree:
        case Product(factors, _):
            texts = (f"({written(f)})" if isinstance(f, Sum) else written(f) for f in factors)
            return "*".join(texts) or "1"
        case Sum(terms, _):
            parts = [("" if c == 1 else f"{c}*") + written(t) for c, t in terms]
            return " + ".join(part.removesuffix("*1") for part in parts) or "0"
        case Inv(Letter() as letter):
            return f"{written(letter)}^-1"
        case Inv(argument):
            return f"({written(argument)})^-1"
        case _:
            return str(tree)


def split(factors: tuple[Tree, ...], order: int) -> range:
    """The orders that the first factor can take, so that the others can make up the rest."""
    least, greatest = _orders(factors[0])
    others = [_orders(factor) for factor in factors[1:]]
    least_of_others, greatest_of_others = sum(lo for lo, _ in others), sum(hi for _, hi in others)
    return range(max(least, order - greatest_of_others), min(greatest, order - least_of_others) + 1)


def _orders(tree: Tree) -> tuple[int, int]:
    """The least and the greatest number of random letters in a term of ``tree``.

    The greatest is huge for a series.
    """
    match tree:
        case Letter():
            return int(tree.random), int(tree.random)
        case Product(factors, _):
            bounds = [_orders(f) for f in factors]
            return sum(lo for lo, _ in bounds), sum(hi for _, hi in bounds)
        case Sum(terms, _):
            bounds = [_orders(t) for _, t in terms] or [(0, 0)]
            return min(lo for lo, _ in bounds), max(hi for _, hi in bounds)
        case Inv(argument):
            return 0, 10**9 if _orders(argument)[1] else 0


def check_order(order: int) -> None:
    """Raise where this is not a number of random letters."""
    if isinstance(order, bool) or not isinstance(order, int) or order < 0:
        raise PlanarError(
            f"there are no diagrams of order {order!r}; "
            "the order is the number of random letters, 0, 1, 2, ..."
        )
