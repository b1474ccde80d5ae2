"""The left side: the words of an expression in its random letters, summed over their diagrams.

A word is D0 x1 D1 ... xn Dn with constant matrices D and random letters x; its diagrams are
non-crossing partitions. A block of n legs with interior words Y1, ..., Y(n-1) gives
kappa_n tau(Y1) ... tau(Y(n-1)); what no block encloses stays an open matrix product. Where a law is
alternating, X and X.T alternate along a block and every tau is a trace over the number of rows of
X.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise, product
from operator import add
from typing import Any

from sympy import Expr

from planar.combinatorics.noncrossing import Leg, Partition, count, partitions, rule
from planar.combinatorics.noncrossing.partition_types import Sizes
from planar.ensembles.law import Law
from planar.evidence.verify.expansion import Point, evaluate
from planar.evidence.verify.gaussian_rationals import Exact
from planar.evidence.verify.grading import Weights, lowest, scalar_weight
from planar.evidence.verify.laurent import Series
from planar.expression.tree import Inv, Product, Sum, Target, Term, Tree
from planar.foundations.errors import PlanarError, ReadError, TooLargeError
from planar.foundations.words import Letter

__all__ = ["LIMIT", "Enumeration", "PlanarSum", "TensorWord"]

LIMIT = 200_000
"""More diagrams than this are refused."""


@dataclass(frozen=True)
class TensorWord:
    """``constants[0] letters[0] constants[1] ... letters[n-1] constants[n]``."""

    letters: tuple[Letter, ...]
    constants: tuple[Series, ...]

    @property
    def low(self) -> int:
        """The least power of eps."""
        return sum(c.low for c in self.constants)

    def __mul__(self, other: TensorWord) -> TensorWord:
        joint = self.constants[-1] * other.constants[0]
        return TensorWord(
            self.letters + other.letters, (*self.constants[:-1], joint, *other.constants[1:])
        )

    def scale(self, factor: Series) -> TensorWord:
        """Times a scalar."""
        return TensorWord(self.letters, (factor * self.constants[0], *self.constants[1:]))


@dataclass(frozen=True)
class PlanarSum:
    """The planar expectation up to some power of eps.

    ``diagrams`` counts them by the least power that they reach.
    """

    value: Series
    diagrams: dict[int, int]


@dataclass
class Enumeration:
    """Expands trees at a point; ``bound`` is always the last power of eps that is wanted."""

    point: Point
    weights: Weights
    _cumulants: dict[tuple[str, int], Series] = field(default_factory=dict)
    _left: int = LIMIT

    def expectation(self, target: Target, order: int) -> PlanarSum:
        """The planar sum through relative ``order``; products of traces factorise."""
        first = min((self._lowest_of(t.coefficient, *t.trees) for t in target.terms), default=0)
        bound, total = first + order, Series.of(0, [], self.point.terms)
        diagrams = dict.fromkeys(range(first, bound + 1), 0)
        for term in target.terms:
            planar = self._term(term, bound)
            total = total + planar.value
            for power, number in planar.diagrams.items():
                diagrams[power] = diagrams.get(power, 0) + number
        return PlanarSum(total, diagrams)

    def _term(self, term: Term, bound: int) -> PlanarSum:
        """The planar expectation of one term, a product over its traces and its matrix."""
        whole = self._lowest_of(term.coefficient, *term.trees)
        value, diagrams = evaluate(term.coefficient, self.point), dict[int, int]()
        for place, tree in enumerate(term.trees):
            others = whole - _least(tree, self.weights)
            planar = self.tree(tree, bound - others)
            for power, number in planar.diagrams.items():
                diagrams[power + others] = diagrams.get(power + others, 0) + number
            is_trace = place < len(term.traces)
            factor = planar.value.map(Exact.normalised_trace) if is_trace else planar.value
            value = value * factor
        return PlanarSum(value, diagrams)

    def _lowest_of(self, coefficient: Expr, *parts: Tree) -> int:
        return scalar_weight(coefficient, self.weights) + sum(
            _least(t, self.weights) for t in parts
        )

    def tree(self, tree: Tree, bound: int) -> PlanarSum:
        """The planar expectation of one tree."""
        words = self.words(tree, bound)
        self._account(words)
        total, diagrams = Series.of(0, [], self.point.terms), dict[int, int]()
        for word in words:
            legs = _legs(word)
            for partition in partitions(len(legs), legs, self._possible(word), rule(legs)):
                total = total + self.diagram(word, partition)
                diagrams[word.low] = diagrams.get(word.low, 0) + 1
        return PlanarSum(total, diagrams)

    def _account(self, words: list[TensorWord]) -> None:
        """Count the diagrams before any is summed; refuse as soon as they are too many."""
        counted: dict[tuple[Leg, ...], int] = {}
        for word in words:
            legs = _legs(word)
            if legs not in counted:
                _check_laws(word.letters)
                counted[legs] = count(len(legs), legs, self._possible(word), rule(legs))
            self._left -= counted[legs]
            if self._left < 0:
                raise TooLargeError(
                    f"verify would have to sum at least {LIMIT - self._left} diagrams, "
                    f"over {LIMIT}; ask for a lower order."
                )

    def words(self, tree: Tree, bound: int) -> list[TensorWord]:
        """The words of a tree that reach down to eps^bound."""
        return self._cut(self._expand(tree, bound), bound)

    def _expand(self, tree: Tree, bound: int) -> list[TensorWord]:
        match tree:
            case Letter(random=True):
                return [TensorWord((tree,), (self.point.one, self.point.one))]
            case Letter():
                return [TensorWord((), (self._constant(tree),))]
            case Sum(terms, _):
                return self._sum(terms, bound)
            case Product(factors, _):
                return self._product(factors, bound)
            case Inv(argument):
                return self._inverse(argument, bound)

    def _constant(self, letter: Letter) -> Series:
        value = self.point.letters[letter.name]
        value = value.map(Exact.conjugate) if letter.conjugated else value
        return value.map(Exact.transpose) if letter.transposed else value

    def _sum(self, terms: Iterable[tuple[Expr, Tree]], bound: int) -> list[TensorWord]:
        words: list[TensorWord] = []
        for coefficient, tree in terms:
            if coefficient != 0:
                inner = self.words(tree, bound - scalar_weight(coefficient, self.weights))
                words += [word.scale(evaluate(coefficient, self.point)) for word in inner]
        return words

    def _product(self, factors: Sequence[Tree], bound: int) -> list[TensorWord]:
        """Factor by factor, each as far as the least powers of the others allow."""
        lows = [_least(factor, self.weights) for factor in factors]
        words, before, whole = [TensorWord((), (self.point.one,))], 0, sum(lows)
        for factor, low in zip(factors, lows, strict=True):
            right = self.words(factor, bound - (whole - low))
            before += low
            longer = (a * b for a, b in product(words, right))
            words = self._cut(longer, bound - (whole - before))
        return words

    def _inverse(self, argument: Tree, bound: int) -> list[TensorWord]:
        """``D^-1 - D^-1 R D^-1 + ...``: D is the part without random letters, R that with them."""
        plain, _ = lowest(argument, self.weights)
        if plain is None:
            raise PlanarError(
                "verify cannot expand the inverse of a product of random letters; "
                "add a scalar shift to it."
            )
        inner = self.words(argument, bound + 2 * plain)
        fixed = [w.constants[0] for w in inner if not w.letters]
        if not fixed:
            return []
        free = TensorWord((), (reduce(add, fixed).inverse(),))
        steps = [
            TensorWord(w.letters, (-w.constants[0], *w.constants[1:])) * free
            for w in inner
            if w.letters
        ]
        words, layer = [free], [free]
        while layer:
            layer = self._cut((a * b for a, b in product(layer, steps)), bound)
            words += layer
        return words

    def _cut(self, words: Iterable[TensorWord], bound: int) -> list[TensorWord]:
        """Those that reach down to eps^bound.

        Every word has a diagram, so that too many words are refused.
        """
        reaching: list[TensorWord] = []
        for word in words:
            if word.low <= bound:
                reaching.append(word)
                if len(reaching) > self._left:
                    raise TooLargeError(
                        f"verify would have to expand more than {len(reaching) - 1} words; "
                        "ask for a lower order."
                    )
        return reaching

    def diagram(self, word: TensorWord, partition: Partition) -> Series:
        """The value of one diagram."""
        blocks = {block[0]: block for block in partition}
        return self._open(word, blocks, 0, len(word.letters))

    def _open(self, word: TensorWord, blocks: dict[int, tuple[int, ...]], i: int, j: int) -> Series:
        """``D_i x_i ... x_(j-1) D_j``, contracted by the blocks inside."""
        result = word.constants[i]
        while i < j:
            block = blocks[i]
            factor = self.cumulant(word.letters[i], len(block))
            for a, b in pairwise(block):
                factor = factor * self._face(word, a, self._open(word, blocks, a + 1, b))
            i = block[-1] + 1
            result = result * factor * word.constants[i]
        return result

    def _face(self, word: TensorWord, leg: int, inside: Series) -> Series:
        """The trace of a closed face in units of the letter's reference dimension."""
        letter = word.letters[leg]
        value, reference = inside.map(Exact.normalised_trace), letter.symbol.shape[0]
        if letter.cols == reference:
            return value
        return value * evaluate(letter.cols / reference, self.point)

    def cumulant(self, letter: Letter, n: int) -> Series:
        """kappa_n of a law, with numbers for its constants."""
        key = letter.name, n
        if key not in self._cumulants:
            law = _law(letter)
            symbolic = law.free_cumulant(n).xreplace(dict(law.constants()))
            self._cumulants[key] = evaluate(symbolic, self.point)
        return self._cumulants[key]

    def _possible(self, word: TensorWord) -> Sizes:
        """Which blocks have a free cumulant that is not zero."""
        by_name = {letter.name: letter for letter in word.letters}

        def sizes(last: Any, n: int) -> bool:
            return bool(self.cumulant(by_name[last[0]], n).coefficients)

        return sizes


def _law(letter: Letter) -> Law:
    law = letter.symbol
    if not isinstance(law, Law):
        raise ReadError(
            f"the random letter {letter.name} has no law; declare it with one of the ensembles."
        )
    return law


def _legs(word: TensorWord) -> tuple[Leg, ...]:
    return tuple((x.name, x.transposed if _law(x).alternating else None) for x in word.letters)


def _check_laws(legs: Iterable[Letter]) -> None:
    """Raise where a letter meets its transpose and their joint law is not known."""
    seen: dict[str, Letter] = {}
    for leg in legs:
        law = _law(leg)
        if leg != seen.setdefault(leg.name, leg) and not law.alternating:
            raise ReadError(
                f"the joint law of {law.name} and its transpose is not known; "
                "write the expression in one of them."
            )


def _least(tree: Tree, weights: Weights) -> int:
    return min((power for power in lowest(tree, weights) if power is not None), default=0)
