"""The result in SymPy: a polynomial in normalised traces, rational in the dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, groupby
from typing import Any

from sympy import Add, Expr, Identity, MatAdd, MatMul, MatPow, Mul, Rational, S, ZeroMatrix

from planar.diagrams.atoms import Atom, Bare, least_rotation, matrix, symbol_of
from planar.diagrams.genus.letter_codes import MARKER, LetterCodes
from planar.diagrams.genus.monomials import Monomials, Polynomial, grade
from planar.diagrams.genus.wick import State
from planar.formulas.symbols import tr

__all__ = ["Writer"]


class Writer:
    """Turns sums of deterministic traces into SymPy.

    ``shape`` is that of a matrix expression, None for a scalar.
    """

    def __init__(
        self, alphabet: LetterCodes, monomials: Monomials, shape: tuple[Expr, Expr] | None
    ) -> None:
        self._alphabet, self._monomials, self._shape = alphabet, monomials, shape
        self._traces: dict[bytes, tuple[int, Expr]] = {}

    def pieces(self, states: Mapping[State, Polynomial]) -> dict[int, Expr]:
        """The sum by twice the genus, in ascending order; grades that vanish are left out."""
        by_grade: dict[int, dict[State, Polynomial]] = {}
        for state, polynomial in states.items():
            for monomial, coefficient in polynomial.items():
                states_of_grade = by_grade.setdefault(grade(monomial), {})
                states_of_grade.setdefault(state, {})[monomial] = coefficient
        sums = {g: self.sum(by_grade[g]) for g in sorted(by_grade)}
        return {g: total for g, total in sums.items() if total != self.zero}

    @property
    def zero(self) -> Expr:
        """Zero of the shape of the expression."""
        return S.Zero if self._shape is None else ZeroMatrix(*self._shape)

    def sum(self, states: Mapping[State, Polynomial]) -> Expr:
        """The whole sum."""
        if self._shape is None:
            terms = (self._terms(state, states[state]) for state in sorted(states))
            return Add(*chain.from_iterable(terms))
        coefficients: dict[Expr, list[Expr]] = {}
        for state in sorted(states):
            word, traces = self._opened(state)
            product = spelled(word) if word else Identity(self._shape[0])
            coefficients.setdefault(product, []).extend(self._terms(traces, states[state]))
        sums = ((Add(*terms), product) for product, terms in coefficients.items())
        parts = [
            product if total == 1 else MatMul(total, product).doit(deep=False)
            for total, product in sums
            if total != 0
        ]
        return self.zero if not parts else parts[0] if len(parts) == 1 else MatAdd(*parts)

    def _terms(self, traces: State, polynomial: Polynomial) -> list[Expr]:
        """The products of coefficient, dimensions and normalised traces."""
        sized = [self._trace(word) for word in traces]
        size = sum(dimension for dimension, _ in sized)
        normalised = [trace for _, trace in sized]
        return [
            Mul(Rational(c), self._monomials.value(m + size), *normalised)
            for m, c in polynomial.items()
        ]

    def _opened(self, state: State) -> tuple[tuple[Atom, ...], State]:
        """The trace that holds the marker, cut there; the others."""
        (closed,) = (word for word in state if max(word) >= MARKER)
        place = next(i for i, code in enumerate(closed) if code >= MARKER)
        word = closed[place + 1 :] + closed[:place]
        if closed[place] > MARKER:
            word = self._alphabet.turned(word)
        others = list(state)
        others.remove(closed)
        return self._atoms(word), tuple(others)

    def _atoms(self, word: bytes) -> tuple[Atom, ...]:
        return tuple(self._alphabet.atoms[code] for code in word)

    def _trace(self, word: bytes) -> tuple[int, Expr]:
        """Tr(word) as size and normalised trace, over the first of its spaces.

        Symbols come first by name, then numbers downwards.
        """
        if word not in self._traces:
            atoms = self._atoms(word)
            start = min(range(len(atoms)), key=lambda i: _first(atoms[i].rows))
            turned = atoms[start:] + atoms[:start]
            product = spelled(least_rotation(turned))
            self._traces[word] = (
                self._monomials.unit(product.shape[0]),
                S.One if product.is_Identity else tr(product),
            )
        return self._traces[word]


def _first(size: Expr) -> tuple[Any, ...]:
    return (1, -int(size), "") if size.is_Integer else (0, 0, str(size))


def spelled(word: tuple[Atom, ...]) -> Expr:
    """A word of at least one atom as SymPy would multiply it out.

    Bare resolvents may cancel, which SymPy must see.
    """
    if any(isinstance(atom, Bare) for atom in word):
        return matrix(word)
    runs = [(symbol_of(atom), len(list(run))) for atom, run in groupby(word)]
    factors = [base if n == 1 else MatPow(base, n) for base, n in runs]
    return factors[0] if len(factors) == 1 else MatMul(*factors)
