"""Wick's theorem as a recursion: the first random letter is contracted with each of its partners.

With X_ab Y_cd -> v d_ad d_bc (and v d_ac d_bd for two equal legs that are real), words s, t and
unnormalised traces:

    Tr(X s Y t)      -> v Tr(s) Tr(t)      split            Tr(s t.T)    twisted, one power of 1/N
    Tr(X s) Tr(Y t)  -> v Tr(s t)          merge, 1/N^2     Tr(s t.T)    twisted merge, 1/N^2

A Wishart matrix W = X.T X / P loses one letter a step, since the second leg of each takes the place
of both:

    Tr(W s)          -> Tr(s)
    Tr(W s W t)      -> Tr(t) Tr(W s) / P                   Tr(W t s.T) / P
    Tr(W s) Tr(W t)  -> Tr(W s t) / P                       Tr(W t s.T) / P

Equal states merge after every step. Source: 't Hooft, Nucl. Phys. B 72 (1974); for the real
ensembles Goulden and Jackson, Canad. J. Math. 49 (1997); for Wishart matrices Hanlon, Stanley and
Stembridge, Contemp. Math. 138 (1992).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, groupby

from sympy import factorial, factorial2

from planar.diagrams.genus.letter_codes import LetterCodes, weight
from planar.diagrams.genus.monomials import GRADE, Monomials, Polynomial, grade
from planar.ensembles.wishart import Wishart
from planar.foundations.errors import TooLargeError

__all__ = ["LIMIT", "State", "Wick"]

LIMIT = 200_000
"""More different states than this are refused."""

State = tuple[bytes, ...]
"""A product of unnormalised traces, sorted; those that hold random letters come first."""

Steps = dict[tuple[int, State], int]
"""What one contraction can leave: a monomial and traces, with multiplicity."""


class Wick:
    """Expectations of products of traces, up to the grade ``most`` (twice the genus) if given."""

    def __init__(
        self, alphabet: LetterCodes, monomials: Monomials, *, real: bool, most: int | None
    ) -> None:
        self._alphabet, self._real, self._most = alphabet, real, most
        self._wishart = tuple(isinstance(law, Wishart) for law in alphabet.laws)
        self._weight = tuple(monomials.unit(weight(law)) for law in alphabet.laws)
        self._inner: dict[bytes, Steps] = {}
        self._outer: dict[tuple[bytes, bytes], Steps] = {}

    def expectation(self, states: Mapping[State, Polynomial]) -> dict[State, Polynomial]:
        """The same sum with every random letter contracted, in deterministic traces."""
        levels: dict[int, dict[State, Polynomial]] = {}
        for state, polynomial in states.items():
            levels.setdefault(self._level(state), {})[state] = polynomial
        seen = len(states)
        for level in range(max(levels, default=0), 0, -1):
            for state, polynomial in levels.pop(level, {}).items():
                after = levels.setdefault(level - (1 if self._wishart[state[0][0]] else 2), {})
                seen -= len(after)
                for (monomial, reached), multiplicity in self._contracted(state).items():
                    self._add(after, reached, polynomial, monomial, multiplicity)
                seen += len(after)
                if seen > LIMIT:
                    self._refuse(max(map(self._contractions, states)))
        deterministic = ((s, _without_zeros(p)) for s, p in levels.get(0, {}).items())
        return {state: polynomial for state, polynomial in deterministic if polynomial}

    def _level(self, state: State) -> int:
        """The number of random letters."""
        return sum(code < self._alphabet.random for code in chain.from_iterable(state))

    def _contractions(self, state: State) -> int:
        """The number of terms in Wick's theorem, before any of them merge."""
        number = 1
        letters = b"".join(state)
        for x, partner in enumerate(self._alphabet.partner):
            n = letters.count(x)
            if self._wishart[x]:
                number *= factorial2(2 * n - 1) if self._real else factorial(n)
            elif partner == x:
                number *= factorial2(n - 1) * (2 ** (n // 2) if self._real else 1)
            elif partner > x:
                both = n + letters.count(partner)
                number *= factorial2(both - 1) if self._real else factorial(n)
        return int(number)

    def _refuse(self, contractions: int) -> None:
        raise TooLargeError(
            f"one of the words has {contractions} Wick contractions, and merging leaves more than "
            f"{LIMIT} different products of traces; ask for a lower genus, as genus=0 or genus=1, "
            "or for a lower order."
        )

    def _add(
        self,
        into: dict[State, Polynomial],
        state: State,
        polynomial: Polynomial,
        monomial: int,
        multiplicity: int,
    ) -> None:
        most = self._most
        coefficients = into.get(state)
        for m, coefficient in polynomial.items():
            product = m + monomial
            if most is None or grade(product) <= most:
                if coefficients is None:
                    coefficients = into[state] = {}
                coefficients[product] = coefficients.get(product, 0) + multiplicity * coefficient

    def _contracted(self, state: State) -> Steps:
        """All that contracting the first letter leaves; equal traces are met once."""
        word, others = state[0], state[1:]
        steps = _StepSum()
        for (monomial, traces), multiplicity in self._within(word).items():
            steps.add(monomial, tuple(sorted((*traces, *others))), multiplicity)
        for other, equal in groupby(others):
            if other[0] >= self._alphabet.random:
                break
            copies, place = len(list(equal)), others.index(other)
            untouched = others[:place] + others[place + 1 :]
            for (monomial, traces), multiplicity in self._between(word, other).items():
                left = tuple(sorted((*traces, *untouched)))
                steps.add(monomial, left, multiplicity * copies)
        return steps.steps

    def _within(self, word: bytes) -> Steps:
        if word not in self._inner:
            self._inner[word] = self._split(word)
        return self._inner[word]

    def _between(self, word: bytes, other: bytes) -> Steps:
        if (word, other) not in self._outer:
            self._outer[word, other] = self._merged(word, other)
        return self._outer[word, other]

    def _split(self, word: bytes) -> Steps:
        """The first letter contracted within its trace; names as in the table above."""
        letters, steps = self._alphabet, _StepSum()
        x, head = word[0], word[:1]
        v, rows, cols = self._weight[x], letters.rows[x], letters.cols[x]
        if self._wishart[x]:
            steps.add(*self._traces(0, (word[1:], rows)))
        for i in range(1, len(word)):
            s, y, t = word[1:i], word[i], word[i + 1 :]
            if self._wishart[x]:
                if y == x:
                    steps.add(*self._traces(v, (t, rows), (head + s, 0)))
                    if self._real:
                        steps.add(*self._traces(v + GRADE, (head + t + letters.turned(s), 0)))
                continue
            if y == letters.partner[x]:
                steps.add(*self._traces(v, (s, cols), (t, rows)))
            if self._real and y == x:
                steps.add(*self._traces(v + GRADE, (s + letters.turned(t), cols)))
        return steps.steps

    def _merged(self, word: bytes, other: bytes) -> Steps:
        """The first letter contracted with each letter of another trace."""
        letters, steps = self._alphabet, _StepSum()
        x, head, s = word[0], word[:1], word[1:]
        v, cols = self._weight[x] + 2 * GRADE, letters.cols[x]
        for j, y in enumerate(other):
            t = other[j + 1 :] + other[:j]
            if self._wishart[x]:
                if y == x:
                    steps.add(*self._traces(v, (head + s + t, 0)))
                    if self._real:
                        steps.add(*self._traces(v, (head + t + letters.turned(s), 0)))
                continue
            if y == letters.partner[x]:
                steps.add(*self._traces(v, (s + t, cols)))
            if self._real and y == x:
                steps.add(*self._traces(v, (s + letters.turned(t), cols)))
        return steps.steps

    def _traces(self, monomial: int, *words: tuple[bytes, int]) -> tuple[int, State]:
        """Traces of these words; that of the empty word is the dimension that goes with it."""
        closed = tuple(self._alphabet.least(word) for word, _ in words if word)
        return monomial + sum(size for word, size in words if not word), closed


class _StepSum:
    """A sum of steps: each of them once, with its multiplicity."""

    def __init__(self) -> None:
        self.steps: Steps = {}

    def add(self, monomial: int, traces: State, multiplicity: int = 1) -> None:
        key = monomial, traces
        self.steps[key] = self.steps.get(key, 0) + multiplicity


def _without_zeros(polynomial: Polynomial) -> Polynomial:
    return {m: c for m, c in polynomial.items() if c}
