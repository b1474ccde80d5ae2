"""THE diagram: a walk through an expression and a non-crossing partition of its random letters.

A block of n letters of one ensemble stands for the free cumulant kappa_n; the word between two
consecutive legs is a closed face, a normalised trace, in which what lies inside further blocks has
been evaluated already; the outermost word stays open. A letter X that is not its own transpose
alternates with X.T along each block, and each of its faces counts in units of the rows of X: one
over the columns brings the ratio of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, pairwise
from typing import Any

from sympy import Expr, Identity, MatMul, Mul

from planar.combinatorics.noncrossing import (
    Leg,
    Partition,
    alternate,
    count,
    is_noncrossing,
    partitions,
    rule,
)
from planar.diagrams.atoms import Atom, least_rotation, matrix, spelled
from planar.diagrams.walks import Walk, check_order, split, walks, written
from planar.ensembles.notation import Notation, notation
from planar.expression.tree import Inv, Product, Sum, Tree, leaves
from planar.formulas.symbols import tr
from planar.foundations.errors import PlanarError, TooLargeError
from planar.foundations.printed import Printed
from planar.foundations.words import Letter

__all__ = ["LIMIT", "Diagram", "count_diagrams", "diagrams"]

LIMIT = 200_000
"""``diagrams`` refuses to enumerate more than this."""

CLASSES = ("all", "irreducible", "ladder")


@dataclass(frozen=True)
class Diagram(Printed):
    """A walk with a non-crossing partition of its random letters, each block within one ensemble.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> from planar.expression.tree import read
    >>> from sympy import Symbol
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N), Wishart("W", N, P)
    >>> tree = read(resolvent(A*W, Symbol("lambda"))).terms[0].matrix
    >>> [str(d) for d in diagrams(tree, 2)]
    ['q tr[A] A/λ³', 'A²/λ³']
    >>> [d.weight for d in diagrams(tree, 2)]
    [q, 1]

    >>> from planar.ensembles.ginibre import Ginibre
    >>> X = Ginibre("X", P, N)
    >>> [str(d) for d in diagrams(read(X * A * X.T).terms[0].matrix, 2)]
    ['N tr[A]/P']
    """

    walk: Walk
    partition: Partition
    notation: Notation = field(default_factory=dict, compare=False, repr=False)
    traced: bool = False

    def __post_init__(self) -> None:
        points = self.walk.random
        if sorted(chain.from_iterable(self.partition)) != list(
            range(len(points))
        ) or not is_noncrossing(self.partition):
            found = f"{self.partition} is no non-crossing partition of the {len(points)} random letters of `{self.walk}`"
            raise PlanarError(f"{found}; take one of noncrossing.partitions({len(points)}).")
        for block in self.partition:
            if any(points[i].name != points[block[0]].name for i in block):
                names = ", ".join(points[i].name for i in block)
                raise PlanarError(
                    f"the block {block} joins the letters {names}; a block holds letters of one ensemble."
                )
            sides = points[block[0]].symbol.alternating and [points[i].transposed for i in block]
            if sides and any(a == b for a, b in pairwise(sides)):
                names = ", ".join(str(points[i]) for i in block)
                raise PlanarError(
                    f"the block {block} joins the letters {names}; in a block a letter and its transpose alternate."
                )

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The atoms of the walk in reading order."""
        return self.walk.atoms

    @property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """The partition, in positions among the atoms."""
        positions = self.walk.positions
        return tuple(tuple(positions[i] for i in block) for block in self.partition)

    @property
    def weight(self) -> Expr:
        """The product of the free cumulants, one a block, in the constants of ``notation``."""
        first = ((self.walk.random[block[0]], len(block)) for block in self.partition)
        return Mul(
            *(
                free_cumulant(x.symbol, size).xreplace(self.notation.get(x.name, {}))
                for x, size in first
            )
        )

    @property
    def ratio(self) -> Expr:
        """The product of the sizes of the closed faces in units of the rows of their letters; 1
        where all are square.
        """
        points = self.walk.random
        inner = (points[i] for block in self.partition for i in block[:-1])
        return Mul(*(leg.cols / leg.symbol.shape[0] for leg in inner))

    @property
    def faces(self) -> tuple[tuple[Atom, ...], ...]:
        """The words of the closed faces, in the order in which they close; n - 1 a block of n
        letters.
        """
        return self._words[0]

    @property
    def open_word(self) -> tuple[Atom, ...]:
        """The word of the open face: what is enclosed by no block."""
        return self._words[1]

    @property
    def _words(self) -> tuple[tuple[tuple[Atom, ...], ...], tuple[Atom, ...]]:
        ends = {position: (block[0], block[-1]) for block in self.blocks for position in block}
        word, outer, faces = list[Atom](), list[list[Atom]](), list[tuple[Atom, ...]]()
        for position, atom in enumerate(self.atoms):
            first, last = ends.get(position, (None, None))
            if first is None:
                word.append(atom)
                continue
            if position == first:
                outer.append(word)
            else:
                faces.append(tuple(word))
            word = outer.pop() if position == last else []
        return tuple(faces), tuple(word)

    @property
    def value(self) -> Expr:
        """Coefficient, free cumulants, sizes and traces of the faces times the open word, as a
        SymPy matrix expression.

        A diagram of a trace (``traced``) closes the open word too, and is a number.
        """
        traces = (tr(matrix(turned)) for turned in map(least_rotation, self.faces) if turned)
        open_word = matrix(self.open_word) if self.open_word else Identity(self.walk.shape[0])
        scalar = self.weight * self.ratio * self.walk.coefficient * Mul(*traces)
        if self.traced:
            return scalar * tr(matrix(least_rotation(self.open_word))) if self.open_word else scalar
        return (
            open_word
            if scalar == 1
            else MatMul(scalar, *(open_word.args if open_word.is_MatMul else (open_word,)))
        )

    @property
    def is_irreducible(self) -> bool:
        """One-particle irreducible: the first and the last random letter share a block, so that no
        cut separates it.
        """
        return any(
            block[0] == 0 and block[-1] == len(self.walk.random) - 1 for block in self.partition
        )

    @property
    def is_ladder(self) -> bool:
        """Whether some block has legs in two top-level resolvents: a rung."""
        homes = self.walk.homes
        return any(len({homes[i] for i in block} - {-1}) > 1 for block in self.blocks)

    def __str__(self) -> str:
        faces, word = (
            (*self.faces, self.open_word) if self.traced else self.faces,
            () if self.traced else self.open_word,
        )
        traces = tuple(map(least_rotation, faces))
        if self.traced:
            traces = tuple(sorted(traces, key=lambda face: (len(face), str(face))))
        return spelled(self.weight * self.ratio * self.walk.coefficient, traces, word)


@cache
def free_cumulant(law: Any, n: int) -> Expr:
    """kappa_n of a law, computed once."""
    return law.free_cumulant(n)


def diagrams(
    tree: Tree, order: int, names: Notation | None = None, *, traced: bool = False
) -> Iterator[Diagram]:
    """All diagrams with ``order`` random letters, lazily; a block whose free cumulant is zero is
    left out.

    ``names`` says how the constants of the laws are written in the whole expression; by default as
    in the tree alone. ``traced`` says that the expression is the normalised trace of the tree.

    Raises ``TooLargeError`` where there are more than ``LIMIT``.
    """
    number = count_diagrams(tree, order)
    if number > LIMIT:
        raise TooLargeError(
            f"order {order} of `{written(tree)}` has {number} diagrams, more than the limit of {LIMIT}; take a lower order."
        )
    sizes = _sizes(tree, order)
    own = {leaf.name: leaf.symbol for leaf in leaves(tree) if leaf.random}
    written_as = notation(own.values()) if names is None else names
    return (
        Diagram(walk, partition, written_as, traced)
        for walk in walks(tree, order)
        for legs in (tuple(map(_leg, walk.random)),)
        for partition in partitions(order, legs, sizes, rule(legs))
    )


def count_diagrams(tree: Tree, order: int, cls: str = "all") -> int:
    """The number of diagrams of this order, counted by intervals without listing them; ``cls`` may
    ask for one class.

    Two resolvents share n random letters in n + 1 ways:

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> from planar.expression.tree import read
    >>> from sympy import catalan, symbols
    >>> N, P = dims("N P")
    >>> A, M, W = deterministic("A", N), deterministic("M", N), Wishart("W", N, P)
    >>> lam, mu = symbols("lambda mu")
    >>> tree = read(resolvent(A*W, lam) * M * resolvent(W*A, mu)).terms[0].matrix
    >>> all(count_diagrams(tree, n) == (n + 1) * catalan(n) for n in range(12))
    True
    >>> len(list(diagrams(tree, 4))), count_diagrams(tree, 4), count_diagrams(tree, 4, "ladder")
    (70, 70, 28)
    """
    check_order(order)
    if cls not in CLASSES:
        raise PlanarError(
            f"there is no class {cls!r} of diagrams; ask for one of {', '.join(CLASSES)}."
        )
    sizes = _sizes(tree, order)

    @cache
    def number(legs: tuple[Leg, ...]) -> int:
        return count(order, legs, sizes, rule(legs), joined=cls == "irreducible")

    @cache
    def unjoined(homes: tuple[_Home, ...]) -> int:
        """Diagrams without a rung: no block meets two resolvents."""
        if all(home >= 0 for _, home in homes):
            return count(
                order, homes, sizes and (lambda last, size: sizes(last[0], size)), _at_home
            )
        legs = tuple(leg for leg, _ in homes)
        found = partitions(order, legs, sizes, rule(legs))
        return sum(all(len({homes[i][1] for i in block} - {-1}) < 2 for block in p) for p in found)

    total = 0
    for homes, many in _Words(LIMIT).of(tree, order, False).items():
        legs = tuple(leg for leg, _ in homes[0])
        total += many * (number(legs) - (unjoined(homes[0]) if cls == "ladder" else 0))
    return total


_Home = tuple[Leg, int]
"""A leg, and the top-level resolvent in which it stands."""


def _leg(letter: Letter) -> Leg:
    return letter.name, letter.transposed if letter.symbol.alternating else None


def _at_home(leg: Any, after: Any) -> bool:
    """Whether a block within one resolvent may hold these legs with their homes, one after the
    other.
    """
    return leg[1] == after[1] and alternate(leg[0], after[0])


def _sizes(tree: Tree, order: int) -> Any:
    """Which block sizes have a free cumulant that is not zero, for each law; None where all have."""
    laws: dict[str, Any] = {}
    for leaf in leaves(tree):
        if leaf.random:
            _check_law(leaf, laws.setdefault(leaf.name, leaf))
    absent = {
        (name, n)
        for name, law in laws.items()
        for n in range(1, order + 1)
        if free_cumulant(law.symbol, n) == 0
    }
    return (lambda last, size: (last[0], size) not in absent) if absent else None


def _check_law(leaf: Letter, other: Letter) -> None:
    """Raise where one sequence of free cumulants does not describe a letter."""
    if not hasattr(leaf.symbol, "free_cumulant"):
        raise PlanarError(
            f"the random letter {leaf.name} ({leaf.rows} x {leaf.cols}) has no sequence of free cumulants, so its diagrams are "
            f"not enumerated; declare it with one of the ensembles."
        )
    if leaf != other and not leaf.symbol.alternating:
        raise PlanarError(
            f"`{leaf}` and `{other}` are one random letter and its transpose, whose joint free cumulants are not known; "
            f"declare {leaf.name} symmetric, or as an ensemble whose letters alternate with their transposes."
        )


_Word = tuple[tuple[_Home, ...], int]


class _Words:
    """Counts the walks by their random letters with homes, and by how many top-level resolvents
    they pass.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[tuple[Tree, int, bool], dict[_Word, int]] = {}

    def of(self, tree: Tree, order: int, inside: bool) -> dict[_Word, int]:
        key = (tree, order, inside)
        if key not in self._known:
            self._known[key] = self._count(tree, order, inside)
        return self._known[key]

    def _count(self, tree: Tree, order: int, inside: bool) -> dict[_Word, int]:
        match tree:
            case Letter():
                word: tuple[_Home, ...] = (
                    ((_leg(tree), 0 if inside else -1),) if tree.random else ()
                )
                return {(word, 0): 1} if len(word) == order else {}
            case Product(factors, dimension):
                if not factors:
                    return {((), 0): 1} if order == 0 else {}
                head, tail = factors[0], Product(factors[1:], dimension)
                ways = split(factors, order)
                return self._total(
                    self._times(self.of(head, m, inside), self.of(tail, order - m, inside))
                    for m in ways
                )
            case Sum(terms, _):
                return self._total(self.of(term, order, inside) for _, term in terms)
            case Inv(argument):
                nothing: dict[_Word, int] = {((), 0): 1}
                rest = (
                    self._times(self.of(argument, m, True), self.of(tree, order - m, True))
                    for m in range(1, order + 1)
                )
                found = nothing if order == 0 else self._total(rest)
                return found if inside else {(word, 1): many for (word, _), many in found.items()}

    def _times(self, left: dict[_Word, int], right: dict[_Word, int]) -> dict[_Word, int]:
        found: dict[_Word, int] = {}
        for (u, passed), a in left.items():
            for (v, more), b in right.items():
                moved = (
                    tuple((leg, home + passed if home >= 0 else -1) for leg, home in v)
                    if passed
                    else v
                )
                key = (u + moved, passed + more)
                found[key] = found.get(key, 0) + a * b
            self._guard(found)
        return found

    def _total(self, parts: Iterator[dict[_Word, int]]) -> dict[_Word, int]:
        found: dict[_Word, int] = {}
        for part in parts:
            for key, many in part.items():
                found[key] = found.get(key, 0) + many
            self._guard(found)
        return found

    def _guard(self, found: dict[_Word, int]) -> None:
        if len(found) > self._limit:
            raise TooLargeError(
                f"there are more than {self._limit} arrangements of the random letters; take a lower order."
            )
