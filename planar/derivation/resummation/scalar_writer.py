"""From the field of scalars back to SymPy: products, polynomials, the shortest of several forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from sympy import Add, Expr, I, Integer, Mul, S
from sympy import Rational as Ratio

from planar.derivation.resummation.factored import Factors, Form, Rows, Term, first_sign, length
from planar.derivation.resummation.tables import Tables
from planar.foundations.generators import (
    Complement,
    Generator,
    Imaginary,
    Scalar,
    SelfEnergy,
    Trace,
)
from planar.foundations.rational import Rational
from planar.foundations.words import Word

__all__ = ["LONG", "ScalarWriter"]

LONG = 60
"""Terms beyond which no shorter form is looked for."""


class Shortener(Protocol):
    """Finds short forms modulo what defines the symbols."""

    def form(self, value: Rational) -> Form: ...

    def together(self, values: Sequence[Rational]) -> Rows: ...


class ScalarWriter(ABC):
    """Writes scalars in SymPy, every generator under the name that a paper would give it.

    ``named_trace`` gives the name of a trace that has one; ``reach`` is the size up to which
    shorter forms are looked for.
    """

    def __init__(self, tables: Tables | None = None) -> None:
        tables = tables or Tables()
        self.names, self.kappas = dict(tables.names), dict(tables.kappas)
        self.monomials, self.expansions = list(tables.monomials), dict(tables.expansions)
        self.named_trace: Callable[[Word], Expr | None] = lambda word: None
        self.candidates: list[Callable[[Rational], Rational]] = [lambda x: x]
        self.reach = LONG
        self.shortening: Shortener | None = None
        self._spelled: Rational | None = None

    @abstractmethod
    def trace(self, word: Word) -> Expr:
        """The normalised trace of a word."""

    def generator(self, key: Generator) -> Expr:
        """One generator: a name, a scalar of the user's, or a trace."""
        if key in self.names:
            return self.names[key]
        match key:
            case Imaginary():
                return I
            case Scalar(expr):
                return expr
            case Complement(pivot):
                return 1 - self.generator(pivot)
            case Trace(word):
                named = self.named_trace(word)
                return self.trace(word) if named is None else named
        raise AssertionError(f"the generator {key} has no name")

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
        return self.sum(*self.best_form(value))

    def best_form(self, value: Rational) -> Form:
        """Common factors before a sum of products, the shortest found."""
        if self.shortening is not None:
            return self.shortening.form(value.subs(self.expansions))
        return {}, [self.best_factors(value)]

    def best_factors(self, value: Rational) -> Term:
        """Constant and factors of the shortest form."""
        value = value.subs(self.expansions)
        if value.size() > self.reach:
            constant, powers = value.factors()
            return constant, dict(powers)
        forms = [candidate(value) for candidate in self.candidates]
        regular = [f for f in forms if self.expansions.keys().isdisjoint(f.gens())]
        constant, powers = min((f.factors() for f in regular or forms), key=length)
        return constant, dict(powers)

    def sum(self, common: Factors, terms: Sequence[Term]) -> Expr:
        """Common factors before a sum of products."""
        inside = Add(*(self.product(*term) for term in terms))
        return Mul(self.product(S.One, common), inside) if common else inside

    def offer(self, substitutions: Iterable[dict[Generator, Rational]]) -> None:
        """Also try these substitutions, one after another, when looking for the shortest form."""
        steps = list(substitutions)

        def candidate(value: Rational) -> Rational:
            for step in steps:
                try:
                    value = value.subs(step)
                except ZeroDivisionError:
                    return value
            return value

        self.candidates.append(candidate)

    def product(self, constant: Fraction | Expr, powers: Factors) -> Expr:
        """A product of factors, with kappa in place of the monomial that it abbreviates."""
        return self._product(constant, dict(powers), fold=True)

    def fold(self, powers: Factors) -> tuple[Factors, Expr]:
        """Take out every kappa = lam / s that the factors hold in full."""
        kappas = S.One
        for monomial, symbol in self.monomials:
            while all(powers.get(f, 0) * e > 0 for f, e in monomial.items()):
                powers = {f: n for f, e in powers.items() if (n := e - monomial.get(f, 0))}
                kappas *= symbol
        return powers, kappas

    def _product(self, constant: Fraction | Expr, powers: Factors, fold: bool = False) -> Expr:
        sign, polynomials = 1, []
        monomial = dict(powers)
        for factor, power in powers.items():
            if factor.size() > 2:
                flip = first_sign(factor)
                expr, taken = self.polynomial(factor * flip)
                sign *= flip ** abs(power)
                polynomials.append(expr**power)
                for f, e in taken.items():
                    monomial[f] = monomial.get(f, 0) + e * power
                del monomial[factor]
        monomial = {f: e for f, e in monomial.items() if e}
        result = sign * Ratio(constant.numerator, constant.denominator)
        if fold:
            monomial, kappas = self.fold(monomial)
            result *= kappas
        for factor, power in monomial.items():
            result *= self.generator(factor.gens()[0]) ** power
        return Mul(result, *polynomials)

    def polynomial(self, value: Rational) -> tuple[Expr, Factors]:
        """A polynomial as a sum of monomials, and the powers of self-energies taken out of it.

        Where a self-energy is written as 1/S, its highest power is taken out, so that S is in
        numerators inside.
        """
        if value in self.kappas and value != self._spelled:
            return self.kappas[value], {}
        poly = value.field.lift(value.num)
        rows = list(poly.to_dict().items())
        degrees = {i: int(d) for i, d in enumerate(poly.degrees()) if d > 0}
        taken = self._inverted_degrees(value, degrees) if len(rows) > 1 else {}
        written = {i: self.generator(value.field.key(i)) for i in degrees}
        terms = []
        for exponents, coefficient in rows:
            powers = {i: int(exponents[i]) - taken.get(i, 0) for i in degrees}
            powers, kappas = self._folded(value, {i: e for i, e in powers.items() if e})
            monomial = [written[i] ** e for i, e in powers.items()]
            terms.append(Mul(Integer(int(coefficient)), kappas, *monomial))
        return Add(*terms), {value.field.gen(value.field.key(i)): d for i, d in taken.items()}

    def _inverted_degrees(self, value: Rational, degrees: dict[int, int]) -> dict[int, int]:
        """The degrees of the generators that are written as 1/S."""
        return {i: d for i, d in degrees.items() if self._is_inverse(value.field.key(i))}

    def _folded(self, value: Rational, powers: dict[int, int]) -> tuple[dict[int, int], Expr]:
        """``fold`` on exponents by index, where there is anything to fold."""
        if not self.monomials:
            return powers, S.One
        field = value.field
        remaining, kappas = self.fold({field.gen(field.key(i)): e for i, e in powers.items()})
        kept = {g.gens()[0]: e for g, e in remaining.items()}
        return {i: kept[field.key(i)] for i in powers if field.key(i) in kept}, kappas

    def _is_inverse(self, key: Generator) -> bool:
        name = self.names.get(key)
        return name is not None and isinstance(key, SelfEnergy) and name.as_numer_denom()[1] != 1
