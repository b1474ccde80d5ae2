"""All diagrams of one order: listed lazily, or counted by intervals without listing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from planar.combinatorics.noncrossing import Leg, Partition, alternate, count, partitions, rule
from planar.diagrams.diagram import Diagram, free_cumulant
from planar.diagrams.letter_words import Home, LetterWords, leg_of
from planar.diagrams.walks import Walk, check_order, walks, written
from planar.ensembles.notation import Notation, notation
from planar.expression.tree import Tree, leaves
from planar.foundations.errors import PlanarError, TooLargeError
from planar.foundations.words import Letter

__all__ = ["LIMIT", "count_diagrams", "diagrams"]

LIMIT = 200_000
"""``diagrams`` refuses to enumerate more than this."""

CLASSES = ("all", "irreducible", "ladder")

_Sizes = Callable[[Any, int], bool] | None
"""Whether a block that ends in this leg may have so many letters; None where all may."""


def diagrams(
    tree: Tree, order: int, names: Notation | None = None, *, traced: bool = False
) -> Iterator[Diagram]:
    """All diagrams with ``order`` random letters, lazily.

    A block whose free cumulant is zero is left out. ``names`` says how the constants of the laws
    are written in the whole expression; by default as in the tree alone. ``traced`` says that the
    expression is the normalised trace of the tree.

    Raises ``TooLargeError`` where there are more than ``LIMIT``.
    """
    number = count_diagrams(tree, order)
    if number > LIMIT:
        raise TooLargeError(
            f"order {order} of `{written(tree)}` has {number} diagrams, more than the limit of "
            f"{LIMIT}; take a lower order."
        )
    sizes = _sizes(tree, order)
    laws = {leaf.name: leaf.symbol for leaf in leaves(tree) if leaf.random}
    written_as = notation(laws.values()) if names is None else names

    def of_walk(walk: Walk) -> Iterator[Diagram]:
        legs = tuple(map(leg_of, walk.random))
        blocks = partitions(order, legs, sizes, rule(legs))
        return (Diagram(walk, partition, written_as, traced) for partition in blocks)

    return chain.from_iterable(map(of_walk, walks(tree, order)))


def count_diagrams(tree: Tree, order: int, cls: str = "all") -> int:
    """The number of diagrams of this order; ``cls`` may ask for one class.

    Two resolvents share n random letters in n + 1 ways:

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.reading import read
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> from sympy import catalan, symbols
    >>> N, P = dims("N P")
    >>> A, M, W = deterministic("A", N), deterministic("M", N), Wishart("W", N, P)
    >>> lam, mu = symbols("lambda mu")
    >>> tree = read(resolvent(A*W, lam) * M * resolvent(W*A, mu)).terms[0].matrix
    >>> all(count_diagrams(tree, n) == (n + 1) * catalan(n) for n in range(12))
    True
    >>> len(list(diagrams(tree, 4))), count_diagrams(tree, 4), count_diagrams(tree, 4, "ladder")
    (70, 70, 28)

    Raises ``PlanarError`` for a class or an order that does not exist, ``TooLargeError`` where
    there are more than ``LIMIT`` arrangements of the random letters.
    """
    check_order(order)
    if cls not in CLASSES:
        raise PlanarError(
            f"there is no class {cls!r} of diagrams; ask for one of {', '.join(CLASSES)}."
        )
    counter = _Counter(order, _sizes(tree, order), joined=cls == "irreducible")
    total = 0
    for word, walks_of_word in LetterWords(LIMIT).of(tree, order).items():
        number = counter.all(word)
        if cls == "ladder":
            number -= counter.without_rungs(word)
        total += walks_of_word * number
    return total


class _Counter:
    """Counts the partitions of a word of legs with their homes, each word once.

    ``joined`` asks for those alone in which the first and the last leg share a block.
    """

    def __init__(self, order: int, sizes: _Sizes, *, joined: bool) -> None:
        self._order, self._sizes, self._joined = order, sizes, joined
        self._of_legs: dict[tuple[Leg, ...], int] = {}
        self._without_rungs: dict[tuple[Home, ...], int] = {}

    def all(self, word: tuple[Home, ...]) -> int:
        """The partitions of its legs."""
        legs = tuple(leg for leg, _ in word)
        if legs not in self._of_legs:
            self._of_legs[legs] = count(
                self._order, legs, self._sizes, rule(legs), joined=self._joined
            )
        return self._of_legs[legs]

    def without_rungs(self, word: tuple[Home, ...]) -> int:
        """The partitions in which no block meets two resolvents."""
        if word not in self._without_rungs:
            self._without_rungs[word] = (
                self._at_home(word)
                if all(home >= 0 for _, home in word)
                else self._listed_without_rungs(word)
            )
        return self._without_rungs[word]

    def _at_home(self, word: tuple[Home, ...]) -> int:
        """By intervals, where every letter stands in a resolvent."""
        sizes = self._sizes
        of_home = sizes and (lambda last, size: sizes(last[0], size))
        return count(self._order, word, of_home, _may_follow_at_home)

    def _listed_without_rungs(self, word: tuple[Home, ...]) -> int:
        legs = tuple(leg for leg, _ in word)
        homes = tuple(home for _, home in word)
        listed = partitions(self._order, legs, self._sizes, rule(legs))
        return sum(not _has_rung(partition, homes) for partition in listed)


def _may_follow_at_home(leg: Any, after: Any) -> bool:
    """Whether a block within one resolvent may hold these legs with their homes in this order."""
    return leg[1] == after[1] and alternate(leg[0], after[0])


def _has_rung(partition: Partition, homes: tuple[int, ...]) -> bool:
    """Whether a block joins two resolvents; legs outside of all count for none."""
    return any(len(set(map(homes.__getitem__, block)) - {-1}) > 1 for block in partition)


def _sizes(tree: Tree, order: int) -> _Sizes:
    """Which block sizes have a free cumulant that is not zero, for each law."""
    letters: dict[str, Letter] = {}
    for leaf in leaves(tree):
        if leaf.random:
            _check_law(leaf, letters.setdefault(leaf.name, leaf))
    absent: set[tuple[str, int]] = set()
    for name, letter in letters.items():
        absent.update((name, n) for n in _absent_sizes(letter.symbol, order))
    return (lambda last, size: (last[0], size) not in absent) if absent else None


def _absent_sizes(law: Any, order: int) -> Iterable[int]:
    return (n for n in range(1, order + 1) if free_cumulant(law, n) == 0)


def _check_law(leaf: Letter, other: Letter) -> None:
    """Raise where one sequence of free cumulants does not describe a letter."""
    name = leaf.name
    if not hasattr(leaf.symbol, "free_cumulant"):
        raise PlanarError(
            f"the random letter {name} ({leaf.rows} x {leaf.cols}) has no sequence of free "
            "cumulants, so its diagrams are not enumerated; declare it with one of the ensembles."
        )
    if leaf != other and not leaf.symbol.alternating:
        raise PlanarError(
            f"`{leaf}` and `{other}` are one random letter and its transpose, whose joint free "
            f"cumulants are not known; declare {name} symmetric, or as an ensemble whose letters "
            "alternate with their transposes."
        )
