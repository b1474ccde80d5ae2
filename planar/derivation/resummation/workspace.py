"""What one derivation shares: its scalars, its words, its laws and the names of their constants."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from sympy import Expr, Symbol

from planar.ensembles.law import Law
from planar.ensembles.notation import ratios
from planar.expression.problem import Problem
from planar.formulas.quantities import Ratio
from planar.formulas.traversal import Traversal
from planar.foundations.algebra import Algebra, WordSum
from planar.foundations.errors import ReadError
from planar.foundations.generators import Abbreviation, Scalar
from planar.foundations.rational import IMAGINARY, Field, Rational
from planar.foundations.words import Word

__all__ = ["Workspace"]


class _Scalars(Traversal[Rational]):
    """SymPy scalars as elements of the field."""

    def __init__(self, field: Field, dimensions: dict[Expr, Rational]) -> None:
        self.field, self.dimensions = field, dimensions

    def number(self, expression: Expr) -> Rational:
        if expression.is_Rational:
            return self.field.constant(int(expression.p)) / int(expression.q)
        if not expression.is_Float or not expression.is_finite:
            return self.other(expression)
        num, den = float(expression).as_integer_ratio()
        return self.field.constant(num) / den

    def imaginary(self, _: Expr) -> Rational:
        return self.field.gen(IMAGINARY)

    def sum(self, expression: Expr) -> Rational:
        return sum(map(self, expression.args), self.field.zero)

    def product(self, expression: Expr) -> Rational:
        return prod(map(self, expression.args), start=self.field.one)

    def power(self, expression: Expr) -> Rational:
        base, exponent = expression.args
        return self(base) ** int(exponent) if exponent.is_Integer else self.other(expression)

    def symbol(self, expression: Symbol) -> Rational:
        return (
            self.dimensions[expression] if expression in self.dimensions else self.other(expression)
        )

    def other(self, expression: Expr) -> Rational:
        if expression.is_finite is False or not expression.is_commutative:
            raise ReadError(
                f"cannot read the scalar `{expression}`: a scalar must be finite and commute."
            )
        return self.field.gen(Scalar(expression))

    conjugate = function = undefined = trace = normalised_trace = other


class Workspace:
    """Scalars and words of one derivation."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.field = Field()
        self._scalars = _Scalars(self.field, self._ratios())
        self.algebra = Algebra(self.field, problem.commuting)
        self.laws: dict[str, Law] = {law.name: law for law in problem.laws}
        self.short: dict[Rational, Rational] = {}

    def _ratios(self) -> dict[Expr, Rational]:
        """Every dimension as the first one over a ratio.

        So equal ratios are one generator, and D/N * N/D is one.
        """
        sizes = self.problem.sizes
        if not sizes:
            return {}
        first = self.field.gen(Scalar(sizes[0]))
        others = {n: first / self.field.gen(Scalar(sizes[0] / n)) for n in sizes[1:]}
        return {sizes[0]: first, **others}

    @property
    def constants(self) -> dict[Symbol, tuple[Expr, Ratio]]:
        """The constants of the laws other than numbers: values and quantities.

        Their names are those that they have side by side.
        """
        constants: dict[Symbol, tuple[Expr, Ratio]] = {}
        for name, law_ratios in ratios(self.laws.values()).items():
            values, notation = self.laws[name].constants(), self.problem.notation[name]
            constants |= {notation[s]: (values[s], ratio) for s, ratio in law_ratios.items()}
        return constants

    def law_scalar(self, name: str, expression: Expr) -> Expr:
        """An expression of a law with the law's constants under the names of this derivation."""
        return expression.xreplace(self.problem.notation.get(name, {}))

    def scalar(self, expression: Expr) -> Rational:
        """A SymPy scalar as an element of the field; other functions become generators."""
        return self._scalars(expression)

    def shorten(self, value: Rational, part: int | None, most: int = 8) -> Rational:
        """The value under a name of its own where it has more than ``most`` terms.

        So its products stay small. ``part`` is the class of components that it belongs to, None for
        what lies between components.
        """
        if value.size() <= most:
            return value
        if value not in self.short:
            self.short[value] = self.field.gen(Abbreviation(part, len(self.short)))
        return self.short[value]

    def ratio(self, upper: Expr, lower: Expr) -> Rational:
        """The ratio of two dimensions."""
        return self.scalar(upper / lower)

    def words(self, terms: Iterable[tuple[Expr, Word]]) -> WordSum:
        """A sum of scalar times word."""
        total = self.algebra.sum()
        for coefficient, word in terms:
            total = total + self.algebra.sum({word: self.scalar(coefficient)})
        return total

    def trace(self, total: WordSum, space: Expr, reference: Expr | None = None) -> Rational:
        """Trace of a sum of words over ``space``, in units of ``reference`` if given."""
        value = self.algebra.trace(total, space, self.ratio)
        return (
            value
            if reference is None or reference == space
            else value * self.ratio(space, reference)
        )
