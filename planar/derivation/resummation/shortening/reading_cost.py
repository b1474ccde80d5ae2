"""How long a scalar is to read: characters on the blackboard, counted without SymPy's products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from sympy import Add, Expr, Mul

from planar.derivation.resummation.factored import ONE, Factors, Form, Term, first_sign
from planar.formulas.chalk import chalk
from planar.foundations.generators import Generator, PivotOf, Trace
from planar.foundations.rational import Rational

__all__ = ["ReadingCost"]

_PLUS = 3
"""Characters of `` + `` between two terms."""
_MIXED = 2
"""What a sum costs beyond its characters where its signs differ: it may cancel."""


class _Sum(NamedTuple):
    """A sum as a factor: its width, whether it needs brackets, what is taken out, its sign.

    Generators 1/S are taken out, so that S stands in numerators inside.
    """

    width: int
    brackets: bool
    taken: dict[Generator, int]
    sign: int


class ReadingCost:
    """Characters of scalars, every generator under its name.

    ``named`` writes a generator, ``kappas`` are constants with a symbol of their own and
    ``monomials`` products that a symbol abbreviates. So ``q κ' tr[A g g']/(1 - γ)`` costs its 23
    characters (the resolvents are spelled out), ``(df₁ - df₂)/(1 - γ)`` its 19 and two for signs.
    """

    def __init__(
        self,
        named: Callable[[Generator], Expr],
        kappas: dict[Rational, Expr],
        monomials: Iterable[tuple[Factors, Expr]],
    ) -> None:
        self._named, self._kappas = named, kappas
        self._folds = [
            ({f.gens()[0]: n for f, n in powers.items()}, symbol)
            for powers, symbol in monomials
            if all(f.size() <= 2 for f in powers)
        ]
        self._bases: dict[Generator, dict[Expr, int]] = {}
        self._widths: dict[Expr, int] = {}
        self._sums: dict[Rational, _Sum] = {}

    def of(self, value: Rational) -> int:
        """A value as the product of its factors."""
        constant, factors = value.factors()
        return self.product((constant, dict(factors)))

    def sum(self, common: Factors, terms: Sequence[Term]) -> int:
        """Common factors before a sum of products."""
        if not common or len(terms) == 1:
            joined = dict(common)
            for f, n in terms[0][1].items():
                joined[f] = joined.get(f, 0) + n
            first = self.product((terms[0][0], joined))
            rest = sum(self.product(t) + _PLUS for t in terms[1:])
            return first + rest + _mixed(c for c, _ in terms)
        inside = sum(self.product(t) + _PLUS for t in terms) - _PLUS
        return self.product((Fraction(1), common)) + inside + 3 + _mixed(c for c, _ in terms)

    def rows(self, outside: Form, inside: Sequence[Form]) -> int:
        """Coefficients of a sum of matrices; what is one is not written."""
        total = 0 if outside == ONE else self.sum(*outside)
        for common, terms in inside:
            if (common, terms) != ONE:
                total += self.sum(common, terms) + 2 * (len(terms) > 1 and not common)
        return total

    def product(self, term: Term) -> int:
        """A product of powers of irreducible polynomials."""
        constant, powers = term
        sides, plain = [list[int](), list[int]()], Counter[Generator]()
        for factor, power in powers.items():
            if factor.size() <= 2 and factor not in self._kappas:
                plain[factor.gens()[0]] += power
                continue
            total = self._sum(factor)
            constant *= total.sign ** abs(power)
            for key, n in total.taken.items():
                plain[key] += n * power
            if list(powers.values()) == [1] and abs(constant) == 1 and not total.taken:
                return total.width
            sides[power < 0].append(total.width + 2 * total.brackets + (abs(power) > 1))
        return self._assembled(constant, sides, plain)

    def _sum(self, factor: Rational) -> _Sum:
        if factor not in self._sums:
            self._sums[factor] = self._measured(factor)
        return self._sums[factor]

    def _measured(self, factor: Rational) -> _Sum:
        if factor in self._kappas:
            return _Sum(self._width(self._kappas[factor]), False, {}, 1)
        sign = first_sign(factor)
        if all(isinstance(key, PivotOf) for key in factor.gens()):
            written = self._in_gammas(factor * sign)
            return _Sum(len(chalk(written)), bool(written.is_Add), {}, sign)
        field, poly = factor.field, factor.field.lift(factor.num)
        rows = poly.to_dict()
        degrees = {i: int(d) for i, d in enumerate(poly.degrees()) if d > 0}
        taken = {i: d for i, d in degrees.items() if self._is_inverse(field.key(i))}
        width = _PLUS * (len(rows) - 1) + _mixed(rows.values())
        for exponents, coefficient in rows.items():
            powers = {field.key(i): int(exponents[i]) - taken.get(i, 0) for i in degrees}
            width += self._assembled(Fraction(abs(int(coefficient))), [[], []], powers)
        return _Sum(width, True, {field.key(i): d for i, d in taken.items()}, sign)

    def _in_gammas(self, factor: Rational) -> Expr:
        """A polynomial in pivots, where SymPy makes gamma of 1 - (1 - gamma)."""
        field, rows = factor.field, factor.field.lift(factor.num).to_dict()
        terms = (
            Mul(int(c), *(self._named(field.key(i)) ** int(e) for i, e in enumerate(powers) if e))
            for powers, c in rows.items()
        )
        return Add(*terms)

    def _assembled(
        self, constant: Fraction, sides: list[list[int]], powers: dict[Generator, int]
    ) -> int:
        """A constant, widths of sums above and below the line, powers of generators."""
        above, below = list(sides[0]), list(sides[1])
        for base, power in self._written(powers).items():
            if power:
                width = self._width(base) + (len(str(abs(power))) if abs(power) > 1 else 0)
                (above if power > 0 else below).append(width)
        top, bottom = abs(constant.numerator), constant.denominator
        above += [len(str(top))] if top > 1 or not above else []
        below += [len(str(bottom))] if bottom > 1 else []
        total = sum(above) + len(above) - 1 + (constant < 0)
        return total + (sum(below) + len(below) + 2 * (len(below) > 1) if below else 0)

    def _written(self, powers: dict[Generator, int]) -> dict[Expr, int]:
        """The powers of what is printed, products under the symbol that abbreviates them."""
        remaining, written = dict(powers), Counter[Expr]()
        for fold, symbol in self._folds:
            while all(remaining.get(k, 0) * n > 0 for k, n in fold.items()):
                written[symbol] += 1
                for key, n in fold.items():
                    remaining[key] -= n
        for key, power in remaining.items():
            if power:
                for base, n in self._bases_of(key).items():
                    written[base] += n * power
        return written

    def _is_inverse(self, key: Generator) -> bool:
        """Whether a generator is written as 1/S."""
        return all(power < 0 for power in self._bases_of(key).values())

    def _bases_of(self, key: Generator) -> dict[Expr, int]:
        if key not in self._bases:
            written = self._named(key)
            rows = {written: 1} if isinstance(key, Trace) else written.as_powers_dict()
            self._bases[key] = {base: int(power) for base, power in rows.items() if base != 1}
        return self._bases[key]

    def _width(self, base: Expr) -> int:
        if base not in self._widths:
            self._widths[base] = len(chalk(base)) + 2 * bool(base.is_Add)
        return self._widths[base]


def _mixed(coefficients: Iterable[int | Fraction]) -> int:
    return _MIXED * (len({c > 0 for c in coefficients}) - 1)
