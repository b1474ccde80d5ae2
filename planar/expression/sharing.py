"""A smaller pencil with the same walks: letters common to several terms stand there once.

``X.T X + X.T C X`` becomes ``X.T (1 + C) X``, also across products of sums. The fewer occurrences
of a letter inside one resolvent, the smaller its self-energy: where one of each is left, a closed
form exists. All rules keep every sum of walks.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

from sympy import Expr, S

from planar.expression.pencil import Occurrence, Pencil, Weighted
from planar.foundations.words import Word

__all__ = ["shared"]

_PLAIN: tuple[Weighted, ...] = ((S.One, ()),)
_Edges = dict[int, list[Weighted]]


def shared(pencil: Pencil) -> Pencil:
    """The pencil with common beginnings and ends of walks joined, and mere passages left out."""
    graph = _Walks(pencil)
    while graph.contract() or graph.share(ahead=True) or graph.share(ahead=False) or graph.align():
        pass
    return graph.pencil()


class _Walks:
    """A pencil under change: deterministic edges and occurrences by their ends."""

    def __init__(self, pencil: Pencil) -> None:
        self.source = pencil
        self.spaces, self.diagonal = list(pencil.spaces), list(pencil.diagonal)
        self.edges = {ends: list(terms) for ends, terms in pencil.edges.items()}
        self.occurrences = list(pencil.occurrences)
        self.ends = set(chain.from_iterable(pencil.ends))
        self.gone: set[int] = set()

    def pencil(self) -> Pencil:
        """What is left, nodes numbered again."""
        kept = [n for n in range(len(self.spaces)) if n not in self.gone]
        place = {n: i for i, n in enumerate(kept)}
        return Pencil(
            [self.spaces[n] for n in kept],
            [self.diagonal[n] for n in kept],
            {(place[i], place[j]): terms for (i, j), terms in self.edges.items()},
            [Occurrence(o.letter, place[o.row], place[o.col]) for o in self.occurrences],
            [(place[i], place[j]) for i, j in self.source.ends],
        )

    def _passes(self, n: int) -> bool:
        """Whether a node is neither an end nor a resolvent: walks only pass through it."""
        return (
            n not in self.ends
            and n not in self.gone
            and self.diagonal[n] == _PLAIN
            and (n, n) not in self.edges
        )

    def _out(self, n: int) -> _Edges:
        return {j: terms for (i, j), terms in self.edges.items() if i == n}

    def _into(self, n: int) -> _Edges:
        return {i: terms for (i, j), terms in self.edges.items() if j == n}

    def _leaving(self, n: int) -> list[int]:
        return [k for k, o in enumerate(self.occurrences) if o.row == n]

    def _entering(self, n: int) -> list[int]:
        return [k for k, o in enumerate(self.occurrences) if o.col == n]

    def _add(self, i: int, j: int, terms: Iterable[Weighted]) -> None:
        """More walks from i to j, equal words put together."""
        total = {word: coefficient for coefficient, word in self.edges.get((i, j), [])}
        for coefficient, word in terms:
            total[word] = total.get(word, S.Zero) + coefficient
        kept: list[Weighted] = [(c, w) for w, c in total.items() if c != 0]
        if kept:
            self.edges[i, j] = kept
        else:
            self.edges.pop((i, j), None)

    def _node(self, space: Expr) -> int:
        self.spaces.append(space)
        self.diagonal.append(_PLAIN)
        return len(self.spaces) - 1

    def contract(self) -> bool:
        """Leave out a node with one way on (or one way in) that is a mere factor."""
        return any(
            self._passes(n) and (self._passed_on(n) or self._passed_in(n))
            for n in range(len(self.spaces))
        )

    def _passed_on(self, n: int) -> bool:
        out, into = self._out(n), self._into(n)
        if self._leaving(n) or len(out) != 1:
            return False
        ((target, terms),) = out.items()
        entering = self._entering(n)
        if len(terms) != 1 or terms[0][1] or target == n or (entering and terms[0][0] != 1):
            return False
        if any(self._doubled(self.occurrences[k].row, target, k) for k in entering):
            return False
        for i, weights in into.items():
            self._add(i, target, [(c * terms[0][0], w) for c, w in weights])
        for k in entering:
            self.occurrences[k] = Occurrence(
                self.occurrences[k].letter, self.occurrences[k].row, target
            )
        self._remove(n)
        return True

    def _passed_in(self, n: int) -> bool:
        out, into = self._out(n), self._into(n)
        if self._entering(n) or len(into) != 1:
            return False
        ((source, terms),) = into.items()
        leaving = self._leaving(n)
        if len(terms) != 1 or terms[0][1] or source == n or (leaving and terms[0][0] != 1):
            return False
        if any(self._doubled(source, self.occurrences[k].col, k) for k in leaving):
            return False
        for j, weights in out.items():
            self._add(source, j, [(terms[0][0] * c, w) for c, w in weights])
        for k in leaving:
            self.occurrences[k] = Occurrence(
                self.occurrences[k].letter, source, self.occurrences[k].col
            )
        self._remove(n)
        return True

    def _doubled(self, row: int, col: int, k: int) -> bool:
        """Whether the letter already stands between these nodes."""
        return any(
            o == Occurrence(self.occurrences[k].letter, row, col)
            for i, o in enumerate(self.occurrences)
            if i != k
        )

    def _remove(self, n: int) -> None:
        self.gone.add(n)
        self.edges = {ends: terms for ends, terms in self.edges.items() if n not in ends}

    def share(self, *, ahead: bool) -> bool:
        """Two occurrences of a letter that leave one node (ahead), or enter one, become one."""
        for k, m in combinations(range(len(self.occurrences)), 2):
            one, other = self.occurrences[k], self.occurrences[m]
            apart = one.row != other.row if ahead else one.col != other.col
            if one.letter != other.letter or apart:
                continue
            if ahead:
                node = self._node(one.letter.cols)
                self._add(node, one.col, _PLAIN)
                self._add(node, other.col, _PLAIN)
                self.occurrences[k] = Occurrence(one.letter, one.row, node)
            else:
                node = self._node(one.letter.rows)
                self._add(one.row, node, _PLAIN)
                self._add(other.row, node, _PLAIN)
                self.occurrences[k] = Occurrence(one.letter, node, one.col)
            del self.occurrences[m]
            return True
        return False

    def align(self) -> bool:
        """Give two occurrences of a letter one node to enter.

        What follows them may differ by a factor at most.
        """
        for k, m in combinations(range(len(self.occurrences)), 2):
            one, other = self.occurrences[k], self.occurrences[m]
            if one.letter != other.letter or one.col == other.col:
                continue
            if not (self._is_entered_once(one.col) and self._is_entered_once(other.col)):
                continue
            if self._into(other.col):
                continue
            factor = _ratio(self._out(one.col), self._out(other.col))
            if factor is None:
                continue
            node = self._node(self.spaces[other.row])
            self._add(other.row, node, [(factor, ())])
            self.occurrences[m] = Occurrence(other.letter, node, one.col)
            self._remove(other.col)
            return True
        return False

    def _is_entered_once(self, n: int) -> bool:
        """Whether one occurrence at most leads into a node that only passes on, and none out."""
        return self._passes(n) and not self._leaving(n) and len(self._entering(n)) <= 1


def _ratio(one: _Edges, other: _Edges) -> Expr | None:
    """The factor f with other = f one, None where there is none."""
    if not one or one.keys() != other.keys():
        return None
    factors: list[Expr] = []
    for target, terms in one.items():
        coefficients, others = _by_word(terms), _by_word(other[target])
        if coefficients.keys() != others.keys():
            return None
        factors += [others[word] / c for word, c in coefficients.items()]
    return factors[0] if all(f == factors[0] for f in factors) else None


def _by_word(terms: list[Weighted]) -> dict[Word, Expr]:
    return {word: coefficient for coefficient, word in terms}
