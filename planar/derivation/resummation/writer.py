"""From words back to SymPy: traces, letters, resolvents and their sums."""

from __future__ import annotations

from itertools import chain

from sympy import (
    Add,
    Adjoint,
    Expr,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatrixExpr,
    Mul,
    S,
    Trace,
    Transpose,
    ZeroMatrix,
)

from planar.derivation.resummation.factored import Form, taken_out
from planar.derivation.resummation.scalar_writer import ScalarWriter
from planar.derivation.resummation.tables import Tables
from planar.ensembles.law import Law
from planar.foundations.algebra import WordSum
from planar.foundations.words import Atom, Core, Letter, Word

__all__ = ["Writer"]


class Writer(ScalarWriter):
    """Writes scalars and words in SymPy."""

    def __init__(self, tables: Tables | None = None) -> None:
        super().__init__(tables)
        self._atoms: dict[Atom, MatrixExpr] = {}
        self._plain_traces: dict[Word, Expr] = {}
        self._core_values: dict[tuple[Core, Expr], Expr] = {}

    def trace(self, word: Word) -> Expr:
        """Normalised trace of a word.

        Over the eigenvalues of a law it is an explicit weighted sum.
        """
        if word not in self._plain_traces:
            letters = chain.from_iterable(map(_letters, word))
            law = next((x.symbol for x in letters if isinstance(x.symbol, Law)), None)
            self._plain_traces[word] = (
                self._traced(word) if law is None else self._spectral_sum(word, law)
            )
        return self._plain_traces[word]

    def _traced(self, word: Word) -> Expr:
        inside = self.word(word, word[0].rows)
        if len(word) == 2 and isinstance(inside.doit(), Identity):
            return S.One
        return Trace(inside) / word[0].rows

    def _spectral_sum(self, word: Word, law: Law) -> Expr:
        def factors_at(value: Expr) -> list[Expr]:
            return [value if isinstance(a, Letter) else 1 / self._core_at(a, value) for a in word]

        values, weights = law.atoms_and_weights() or ((), ())
        rows = zip(weights, values, strict=True)
        return Add(*(Mul(weight, *factors_at(value)) for weight, value in rows))

    def _core_at(self, core: Core, value: Expr) -> Expr:
        """One over a core at one eigenvalue."""
        if (core, value) not in self._core_values:
            at = {
                a: value if isinstance(a, Letter) else 1 / self._core_at(a, value)
                for a in chain.from_iterable(word for word, _ in core.terms)
            }
            terms = [self.plain(c) * Mul(*map(at.__getitem__, word)) for word, c in core.terms]
            self._core_values[core, value] = Add(*terms)
        return self._core_values[core, value]

    def atom(self, atom: Atom) -> MatrixExpr:
        """A letter with its transpose or conjugate, or the inverse that a core is."""
        if atom not in self._atoms:
            self._atoms[atom] = _letter(atom) if isinstance(atom, Letter) else self._core(atom)
        return self._atoms[atom]

    def _core(self, core: Core) -> MatrixExpr:
        terms = []
        for word, coefficient in core.terms:
            named = self.kappas.get(coefficient) if not word else None
            scalar = self.plain(coefficient) if named is None else named
            terms.append(_times(scalar, self.word(word, core.dimension)))
        return Inverse(_plus(terms))

    def word(self, word: Word, dimension: Expr) -> MatrixExpr:
        """A product of atoms; the identity where it is empty."""
        return _times(*(self.atom(a) for a in word)) if word else Identity(dimension)

    def matrix(
        self, total: WordSum, shape: tuple[Expr, Expr], *, shortest: bool = True
    ) -> MatrixExpr:
        """A sum of words, common scalar factors taken out: S S' [ g M g' + ... ].

        ``shortest=False`` saves the search for what nobody reads.
        """
        if not total:
            return ZeroMatrix(*shape)
        words = sorted(total.terms, key=lambda w: (len(w), [a.sort_key for a in w]))
        values = [total.terms[w] for w in words]
        outside, inside = (
            self.shortening.together([v.subs(self.expansions) for v in values])
            if shortest and self.shortening is not None
            else taken_out([({}, [self.best_factors(v)]) for v in values])
        )
        rows = sorted(zip(words, inside, strict=True), key=lambda row: _factors(row[1]))
        terms = [_times(self.sum(*form), self.word(word, shape[0])) for word, form in rows]
        return _times(self.sum(*outside), _plus(terms))


def _factors(form: Form) -> int:
    """How many factors a coefficient has."""
    common, terms = form
    return len(common) + max(len(powers) for _, powers in terms)


def _letters(atom: Atom) -> tuple[Letter, ...]:
    return atom.letters if isinstance(atom, Core) else (atom,)


def _letter(letter: Letter) -> MatrixExpr:
    """A letter with its transpose or conjugate."""
    if not letter.conjugated:
        return Transpose(letter.symbol) if letter.transposed else letter.symbol
    adjoint = Adjoint(letter.symbol)
    return adjoint if letter.transposed or letter.symmetric else Transpose(adjoint)


def _times(*factors: Expr) -> MatrixExpr:
    """A product in SymPy's normal form, its factors left alone.

    ``*`` would walk through all of them again.
    """
    proper = [f for f in factors if f != 1]
    return MatMul(*proper).doit(deep=False) if len(proper) > 1 else proper[0]


def _plus(terms: list[MatrixExpr]) -> MatrixExpr:
    return MatAdd(*terms).doit(deep=False) if len(terms) > 1 else terms[0]
