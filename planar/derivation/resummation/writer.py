"""From the field of scalars back to SymPy: every generator under the name that a paper would give
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sympy import (
    Add,
    Adjoint,
    Expr,
    I,
    Identity,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    MatrixExpr,
    Mul,
    S,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy import Rational as Fraction

from planar.derivation.resummation.workspace import Workspace
from planar.ensembles.law import Law
from planar.foundations.errors import PlanarError
from planar.foundations.generators import Generator, Imaginary, Scalar, SelfEnergy
from planar.foundations.generators import Trace as TraceOf
from planar.foundations.rational import Rational
from planar.foundations.words import Atom, Core, Letter, Word, WordSum

__all__ = ["LONG", "Tables", "Writer"]

Factors = dict[Rational, int]

LONG = 60
"""Terms beyond which no shorter form is looked for."""


@dataclass
class Tables:
    """How generators are written: ``names`` maps them to symbols or quotients of these, ``kappas``
    constants of cores.

    ``monomials`` are products that a kappa abbreviates, ``expansions`` values of generators that
    are written out.
    """

    names: dict[Generator, Expr] = field(default_factory=dict)
    kappas: dict[Rational, Symbol] = field(default_factory=dict)
    monomials: list[tuple[Factors, Symbol]] = field(default_factory=list)
    expansions: dict[Generator, Rational] = field(default_factory=dict)


class Writer:
    """Writes scalars and words in SymPy."""

    def __init__(self, work: Workspace, tables: Tables | None = None) -> None:
        self.work = work
        tables = tables or Tables()
        self.names, self.kappas = dict(tables.names), dict(tables.kappas)
        self.monomials, self.expansions = list(tables.monomials), dict(tables.expansions)
        self.named_trace: Callable[[Word], Expr | None] = lambda word: None
        self.candidates: list[Callable[[Rational], Rational]] = [lambda x: x]
        self.reach = LONG
        self._spelled: Rational | None = None
        self._atoms: dict[Atom, MatrixExpr] = {}
        self._plain_traces: dict[Word, Expr] = {}
        self._core_values: dict[tuple[Core, Expr], Expr] = {}

    # -- scalars
    # ---------------------------------------------------------------------------------------------------

    def generator(self, key: Generator) -> Expr:
        """One generator: a name, a scalar of the user's, or a trace."""
        if key in self.names:
            return self.names[key]
        match key:
            case Imaginary():
                return I
            case Scalar(expr):
                return expr
            case TraceOf(word):
                named = self.named_trace(word)
                return self.trace(word) if named is None else named
        raise AssertionError(f"the generator {key} has no name")

    def trace(self, word: Word) -> Expr:
        """Normalised trace of a word; over the eigenvalues of a law it is an explicit weighted sum."""
        if word not in self._plain_traces:
            letters = (
                x for atom in word for x in (atom.letters if isinstance(atom, Core) else (atom,))
            )
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
        values, weights = law.atoms_and_weights() or ((), ())
        factors = (
            [v if isinstance(a, Letter) else 1 / self._core_at(a, v) for a in word] for v in values
        )
        return Add(*(Mul(w, *f) for w, f in zip(weights, factors, strict=True)))

    def _core_at(self, core: Core, value: Expr) -> Expr:
        if (core, value) not in self._core_values:
            at = {
                a: value if isinstance(a, Letter) else 1 / self._core_at(a, value)
                for word, _ in core.terms
                for a in word
            }
            self._core_values[core, value] = Add(
                *(self.plain(c) * Mul(*(at[a] for a in word)) for word, c in core.terms)
            )
        return self._core_values[core, value]

    def plain(self, value: Rational) -> Expr:
        """The scalar as a product of its irreducible factors, as it stands."""
        constant, powers = value.subs(self.expansions).factors()
        return self._product(constant, dict(powers))

    def spelled(self, value: Rational) -> Expr:
        """The scalar spelled out even where it is the very constant that a kappa names."""
        self._spelled = value
        expr = self.plain(value)
        self._spelled = None
        return expr

    def best(self, value: Rational) -> Expr:
        """The scalar in the shortest of the forms that the known relations allow."""
        return self.product(*self.best_factors(value))

    def best_factors(self, value: Rational) -> tuple[Fraction, Factors]:
        """Constant and factors of the shortest form."""
        value = value.subs(self.expansions)
        if value.size() > self.reach:
            return _as_dict(value.factors())
        forms = [candidate(value) for candidate in self.candidates]
        regular = [f for f in forms if self.expansions.keys().isdisjoint(f.gens())]
        return _as_dict(min((f.factors() for f in regular or forms), key=_length))

    def product(self, constant: Fraction | Expr, powers: Factors) -> Expr:
        """A product of factors, with kappa in place of the monomial that it abbreviates."""
        return self._product(constant, dict(powers), fold=True)

    def fold(self, powers: Factors) -> tuple[Factors, Expr]:
        """Take out every kappa = lam / s that the factors hold in full."""
        found = S.One
        for monomial, symbol in self.monomials:
            while all(powers.get(f, 0) * e > 0 for f, e in monomial.items()):
                powers = {f: n for f, e in powers.items() if (n := e - monomial.get(f, 0))}
                found *= symbol
        return powers, found

    def _product(self, constant: Fraction | Expr, powers: Factors, fold: bool = False) -> Expr:
        sign, written = 1, []
        rest = dict(powers)
        for factor, power in powers.items():
            if factor.size() > 2:
                flip = _first_sign(factor)
                expr, taken = self.polynomial(factor * flip)
                sign *= flip ** abs(power)
                written.append(expr**power)
                for f, e in taken.items():
                    rest[f] = rest.get(f, 0) + e * power
                del rest[factor]
        rest = {f: e for f, e in rest.items() if e}
        result = sign * Fraction(constant.numerator, constant.denominator)
        if fold:
            rest, extra = self.fold(rest)
            result *= extra
        for factor, power in rest.items():
            result *= self.generator(factor.gens()[0]) ** power
        return Mul(result, *written)

    def polynomial(self, value: Rational) -> tuple[Expr, Factors]:
        """A polynomial as a sum of monomials, and the powers of self-energies that were taken out
        of it.

        Where a self-energy is written as 1/S, its highest power is taken out, so that S stands in
        numerators inside.
        """
        if value in self.kappas and value != self._spelled:
            return self.kappas[value], {}
        poly = value.field.lift(value.num)
        rows = list(poly.to_dict().items())
        degrees = {i: int(d) for i, d in enumerate(poly.degrees()) if d > 0}
        inverse = {
            i: d
            for i, d in degrees.items()
            if len(rows) > 1 and self._is_inverse(value.field.key(i))
        }
        written = {i: self.generator(value.field.key(i)) for i in degrees}
        terms = []
        for exponents, coefficient in rows:
            powers = {i: int(exponents[i]) - inverse.get(i, 0) for i in degrees}
            powers, folded = self._folded(value, {i: e for i, e in powers.items() if e})
            terms.append(
                Mul(
                    Integer(int(coefficient)), folded, *(written[i] ** e for i, e in powers.items())
                )
            )
        return Add(*terms), {value.field.gen(value.field.key(i)): d for i, d in inverse.items()}

    def _folded(self, value: Rational, powers: dict[int, int]) -> tuple[dict[int, int], Expr]:
        """``fold`` on exponents by index, where there is anything to fold."""
        if not self.monomials:
            return powers, S.One
        field = value.field
        rest, folded = self.fold({field.gen(field.key(i)): e for i, e in powers.items()})
        kept = {g.gens()[0]: e for g, e in rest.items()}
        return {i: kept[field.key(i)] for i in powers if field.key(i) in kept}, folded

    def _is_inverse(self, key: Generator) -> bool:
        name = self.names.get(key)
        return name is not None and isinstance(key, SelfEnergy) and name.as_numer_denom()[1] != 1

    # -- matrices
    # --------------------------------------------------------------------------------------------------

    def atom(self, atom: Atom) -> MatrixExpr:
        """A letter with its transpose or conjugate, or the inverse that a core is."""
        if atom not in self._atoms:
            self._atoms[atom] = self._atom(atom)
        return self._atoms[atom]

    def _atom(self, atom: Atom) -> MatrixExpr:
        if isinstance(atom, Letter):
            if atom.conjugated:
                return (
                    Adjoint(atom.symbol)
                    if atom.transposed or atom.symmetric
                    else Transpose(Adjoint(atom.symbol))
                )
            return Transpose(atom.symbol) if atom.transposed else atom.symbol
        terms = []
        for word, coefficient in atom.terms:
            named = self.kappas.get(coefficient) if not word else None
            scalar = self.plain(coefficient) if named is None else named
            terms.append(_times(scalar, self.word(word, atom.dimension)))
        return Inverse(_plus(terms))

    def word(self, word: Word, dimension: Expr) -> MatrixExpr:
        """A product of atoms; the identity where it is empty."""
        return _times(*(self.atom(a) for a in word)) if word else Identity(dimension)

    def matrix(self, total: WordSum, shape: tuple[Expr, Expr]) -> MatrixExpr:
        """A sum of words, common scalar factors taken out: S S' [ g M g' + ... ]."""
        if not total:
            return ZeroMatrix(*shape)
        rows = [(w, *self.best_factors(c)) for w, c in total.terms.items()]
        rows.sort(key=lambda row: (len(row[2]), len(row[0]), [a.sort_key for a in row[0]]))
        common = _common([powers for _, _, powers in rows])
        terms = []
        for word, constant, powers in rows:
            rest = {f: e - common.get(f, 0) for f, e in powers.items()} | {
                f: -e for f, e in common.items() if f not in powers
            }
            scalar = self.product(constant, {f: e for f, e in rest.items() if e})
            terms.append(_times(scalar, self.word(word, shape[0])))
        return _times(self.product(S.One, common), _plus(terms))

    # -- shorter forms
    # -----------------------------------------------------------------------------------------------

    def offer(self, substitutions: Iterable[dict[Generator, Rational]]) -> None:
        """Also try a value with these substitutions, one after another, when looking for its
        shortest form.
        """
        steps = list(substitutions)

        def candidate(value: Rational) -> Rational:
            for step in steps:
                try:
                    value = value.subs(step)
                except ZeroDivisionError:
                    return value
            return value

        self.candidates.append(candidate)


def _as_dict(form: tuple[Fraction, list[tuple[Rational, int]]]) -> tuple[Fraction, Factors]:
    return form[0], dict(form[1])


def _times(*factors: Expr) -> MatrixExpr:
    """A product in SymPy's normal form, its factors left alone (``*`` would walk through all of
    them again).
    """
    rest = [f for f in factors if f != 1]
    return MatMul(*rest).doit(deep=False) if len(rest) > 1 else rest[0]


def _plus(terms: list[MatrixExpr]) -> MatrixExpr:
    return MatAdd(*terms).doit(deep=False) if len(terms) > 1 else terms[0]


def _length(form: tuple[object, list[tuple[Rational, int]]]) -> int:
    """How long a factored form is to read: terms of every factor."""
    return sum(f.size() - 1 if f.size() > 2 else 1 for f, _ in form[1]) + sum(
        2 * (f.size() > 2) for f, _ in form[1]
    )


def _common(rows: list[Factors]) -> Factors:
    """Factors that every row holds with the same sign, at the least power."""
    if not rows:
        raise PlanarError("an empty sum has no common factor.")
    found = {}
    for factor, power in rows[0].items():
        powers = [row.get(factor, 0) for row in rows]
        if all(p > 0 for p in powers) or all(p < 0 for p in powers):
            found[factor] = min(powers) if power > 0 else max(powers)
    return found


def _first_sign(value: Rational) -> int:
    """The sign of the term that is written first: the lowest degree, and scalars before traces."""

    def rank(row: tuple[tuple[int, ...], int]) -> tuple[int, bool, tuple[int, ...]]:
        keys = [value.field.key(i) for i, e in enumerate(row[0]) if e]
        return sum(row[0]), any(isinstance(k, TraceOf) for k in keys), row[0]

    return 1 if min(value.field.lift(value.num).to_dict().items(), key=rank)[1] > 0 else -1
