"""One printer of formulas: in which order and with which brackets a line is written.

How its parts are spelled is the matter of an alphabet, a subclass beside a printer of SymPy's that
knows the rest: ``planar.formulas.chalk`` is plain unicode, ``planar.formulas.latex`` LaTeX.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from sympy import Expr, Identity, Mul
from sympy.printing.printer import Printer

from planar.formulas.order import bare, matrix_terms, scalar_factors, scalar_terms, signed_sum

__all__ = ["FormulaPrinter"]


class FormulaPrinter(Printer):
    """Sums and products as a paper writes them: short terms first, scalars before matrices, no
    identity matrices beside scalars, one fraction a term.
    """

    minus: str
    """A leading sign."""
    one: str
    """The identity matrix where nothing else is left of a product."""
    symbol_of_trace: str
    slashed: bool = True
    """Whether quotients stand on one line, so that a sum on either side needs brackets."""

    # -- the alphabet ---------------------------------------------------------------------------

    @abstractmethod
    def symbol(self, name: str) -> str:
        """The name of a scalar or a letter."""

    @abstractmethod
    def grouped(self, text: str, brackets: str = "()") -> str:
        """The text in brackets."""

    @abstractmethod
    def superscript(self, text: str, power: Any) -> str:
        """A power of the text; an integer, or "T" and "*" for transpose and adjoint."""

    @abstractmethod
    def quotient(self, sign: str, above: list[str], below: list[str]) -> str:
        """A product of written factors over another; either side may be empty."""

    @abstractmethod
    def before_matrices(self, scalar: str) -> str:
        """A scalar coefficient, with what sets it off from the matrices that follow."""

    # -- scalars --------------------------------------------------------------------------------

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        return self.symbol(expr.name)

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        return signed_sum(self._print(term) for term in scalar_terms(expr.args))

    def _print_Mul(self, expr: Any) -> str:
        sign, above, below = self.sides(expr)
        return self.quotient(sign, self.factors(above), self.factors(below))

    def factors(self, factors: list[Expr]) -> list[str]:
        """The factors of one side, sums in brackets where they would be misread without."""
        bare = len(factors) == 1 and not self.slashed
        return [self._print(f) if bare else self._bracketed(f) for f in factors]

    def _bracketed(self, factor: Any) -> str:
        text = self._print(factor)
        return self.grouped(text) if factor.is_Add or factor.is_Piecewise else text

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.args
        if power.is_Integer and power < 0:
            return self.quotient("", [], self.factors([base**-power]))
        return self.superscript(self._bracketed(base), self._print(power))

    def sides(self, expr: Any) -> tuple[str, list[Expr], list[Expr]]:
        """The sign of a product, its factors above the line and those below, numbers first."""
        number, product = expr.as_coeff_Mul()
        above, below = list[Expr](), list[Expr]()
        for factor in scalar_factors(Mul.make_args(product)) if product != 1 else []:
            base, power = factor.as_base_exp()
            if power.is_number and power.is_negative:
                below.append(base**-power)
            else:
                above.append(factor)
        numerator, denominator = abs(number).as_numer_denom()
        sign = self.minus if number.is_negative else ""
        return sign, _after(numerator, above), _after(denominator, below)

    # -- matrices -------------------------------------------------------------------------------

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return self.symbol(expr.name)

    def _print_tr(self, expr: Any) -> str:
        return self.symbol_of_trace + self.grouped(self._print(expr.args[0]), "[]")

    def _print_MatAdd(self, expr: Any) -> str:
        return signed_sum(self._print(bare(term)) for term in matrix_terms(expr.args))

    def _print_MatMul(self, expr: Any) -> str:
        scalar = Mul(*(a for a in expr.args if not a.is_Matrix))
        factors = [a for a in expr.args if a.is_Matrix and not isinstance(a, Identity)]
        alone = len(factors) == 1 and scalar == 1
        product = " ".join(self._factor(factor, alone) for factor in factors)
        if scalar == 1:
            return product or self.one
        if scalar == -1:
            return f"{self.minus}{product or self.one}"
        text = self._print(scalar)
        if not factors:
            return text
        text = self.grouped(text) if scalar.is_Add or scalar.is_Piecewise else text
        return f"{self.before_matrices(text)} {product}"

    def _factor(self, factor: Any, alone: bool) -> str:
        text = self._print(factor)
        return self.grouped(text, "[]") if factor.is_MatAdd and not alone else text

    def _print_Inverse(self, expr: Any) -> str:
        return self._raised(expr.args[0], -1)

    def _print_MatPow(self, expr: Any) -> str:
        return self._raised(*expr.args)

    def _print_Transpose(self, expr: Any) -> str:
        return self._raised(expr.args[0], "T")

    def _print_Adjoint(self, expr: Any) -> str:
        return self._raised(expr.args[0], "*")

    def _raised(self, base: Any, power: Any) -> str:
        text = self._print(base)
        return self.superscript(text if base.is_symbol else self.grouped(text), power)


def _after(number: Expr, factors: list[Expr]) -> list[Expr]:
    return factors if number == 1 else [number, *factors]
