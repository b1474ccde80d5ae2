"""Genus zero: the sum over non-crossing partitions, for every law with free cumulants.

Equal products of traces are merged on the way.

The block of the first random letter cuts a trace into as many traces as it has legs. With
unnormalised traces and d the number of rows of the letter, ``Tr(X u_1 X u_2 ... X u_k) -> kappa_k
d^(1-k) Tr(u_1) ... Tr(u_k)``; each Tr(u) is a sum of the same kind. Source: Nica and Speicher,
"Lectures on the combinatorics of free probability", lecture 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import chain

from planar.diagrams.genus.letter_codes import LetterCodes
from planar.diagrams.genus.monomials import Monomials, Number, Polynomial
from planar.diagrams.genus.wick import LIMIT, State
from planar.ensembles.wishart import Wishart
from planar.foundations.errors import PlanarError, TooLargeError

__all__ = ["PlanarSum"]

Traces = dict[tuple[State, int], Number]
"""A polynomial in deterministic traces: a sorted product of them and a monomial, to a number."""


class PlanarSum:
    """Planar expectations of products of traces: the product of those of the factors.

    Raises ``PlanarError`` for a letter that one sequence of free cumulants does not describe.
    """

    def __init__(self, alphabet: LetterCodes, monomials: Monomials) -> None:
        self._alphabet, self._monomials = alphabet, monomials
        _check(alphabet)
        self._known: dict[bytes, Traces] = {}
        self._weights: dict[tuple[int, int], Polynomial] = {}

    def expectation(self, states: Mapping[State, Polynomial]) -> dict[State, Polynomial]:
        """The same sum with every random letter contracted, in deterministic traces."""
        try:
            return self._expectation(states)
        except RecursionError:
            longest = max(map(len, chain.from_iterable(states)))
            raise TooLargeError(
                f"a trace of {longest} letters nests too deep for the planar sum; "
                "take a lower order."
            ) from None

    def _expectation(self, states: Mapping[State, Polynomial]) -> dict[State, Polynomial]:
        sums: dict[State, Polynomial] = {}
        for state, polynomial in states.items():
            start: Traces = {((), m): c for m, c in polynomial.items()}
            for (traces, monomial), c in reduce(_product, map(self.trace, state), start).items():
                into = sums.setdefault(traces, {})
                into[monomial] = into.get(monomial, 0) + c
        return sums

    def trace(self, word: bytes) -> Traces:
        """The planar sum of one unnormalised trace of a word that is not empty."""
        word = self._alphabet.least(word)
        if word not in self._known:
            self._known[word] = self._cut(word)
        return self._known[word]

    def _cut(self, word: bytes) -> Traces:
        if word[0] >= self._alphabet.random:
            return {((word,), 0): 1}
        is_wishart = type(self._alphabet.laws[word[0]]) is Wishart
        return self._legs(word) if is_wishart else self._blocks(word)

    def _legs(self, word: bytes) -> Traces:
        """A Wishart letter, whose kappa_k are powers.

        Tr(W s W t) -> Tr(s) Tr(W t) / P for the next leg, Tr(W s) -> Tr(s).
        """
        one: Traces = {((), 0): 1}
        total = self._gap(one, word[1:], word[0])
        for i in range(1, len(word)):
            if word[i] == word[0]:
                cut = self._gap(self.trace(word[i:]), word[1:i], word[0])
                _add(total, cut, self._weight(word[0], 2))
        return total

    def _blocks(self, word: bytes) -> Traces:
        """The sum over the block of the first letter, by its chains of legs.

        The gap behind the last leg of a chain closes the block.
        """
        first = word[0]
        alternates = self._alphabet.laws[first].alternating
        legs = (first, self._alphabet.partner[first] if alternates else first)
        most = sum(code in legs for code in word)
        sizes = [k for k in range(1, most + 1) if self._weight(first, k)]
        total: Traces = {}
        for j, chains in self._chains(word, legs, max(sizes, default=0)).items():
            for k in sizes:
                if k in chains:
                    block = self._gap(chains[k], word[j + 1 :], word[j])
                    _add(total, block, self._weight(first, k))
        return total

    def _chains(
        self, word: bytes, legs: tuple[int, int], longest: int
    ) -> dict[int, dict[int, Traces]]:
        """For each place j and number k the chains of k legs from the first letter to j."""
        chains: dict[int, dict[int, Traces]] = {0: {1: {((), 0): 1}}}
        for j in (j for j in range(1, len(word)) if word[j] in legs):
            for i, shorter in list(chains.items()):
                if not _may_follow(word[i], word[j], legs):
                    continue
                for k, traces in shorter.items():
                    if k < longest:
                        longer = chains.setdefault(j, {}).setdefault(k + 1, {})
                        _add(longer, self._gap(traces, word[i + 1 : j], word[i]))
        return chains

    def _gap(self, traces: Traces, word: bytes, before: int) -> Traces:
        if word:
            return _product(traces, self.trace(word))
        size = self._alphabet.cols[before]
        return {(state, monomial + size): c for (state, monomial), c in traces.items()}

    def _weight(self, code: int, k: int) -> Polynomial:
        """kappa_k d^(1-k) for a letter of d rows."""
        if (code, k) not in self._weights:
            law = self._alphabet.laws[code]
            value = law.free_cumulant(k).xreplace(dict(law.constants()))
            self._weights[code, k] = self._monomials.polynomial(value * law.shape[0] ** (1 - k))
        return self._weights[code, k]


def _check(alphabet: LetterCodes) -> None:
    for code, law in enumerate(alphabet.laws):
        if not hasattr(law, "free_cumulant"):
            raise PlanarError(
                f"the random letter {law.name} ({type(law).__name__}) has no free cumulants, "
                "so it has no planar sum; declare it with one of the ensembles."
            )
        partner = alphabet.partner[code]
        both_used = partner != code and alphabet.used[code] and alphabet.used[partner]
        if both_used and not law.alternating:
            raise PlanarError(
                f"{law.name} ({type(law).__name__}) stands beside its transpose, and their joint "
                f"free cumulants are not known; declare {law.name} symmetric, or as an ensemble "
                "whose letters alternate with their transposes."
            )


def _may_follow(leg: int, after: int, legs: tuple[int, int]) -> bool:
    return leg != after if legs[0] != legs[1] else leg == after


def _product(left: Traces, right: Traces) -> Traces:
    terms: Traces = {}
    for (u, m), a in left.items():
        for (v, n), b in right.items():
            key = tuple(sorted(u + v)), m + n
            terms[key] = terms.get(key, 0) + a * b
        if len(terms) > LIMIT:
            raise TooLargeError(
                f"the planar sum has more than {LIMIT} different products of traces; "
                "take a lower order."
            )
    return terms


def _add(total: Traces, terms: Traces, weight: Polynomial | None = None) -> None:
    for monomial, w in (weight or {0: 1}).items():
        for (traces, m), c in terms.items():
            total[traces, m + monomial] = total.get((traces, m + monomial), 0) + w * c
