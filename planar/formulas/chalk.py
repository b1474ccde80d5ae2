"""One line of chalk: what one would write on the board, in plain unicode."""

from __future__ import annotations

import re
from typing import Any

from sympy import And, Expr, true
from sympy.printing.str import StrPrinter

from planar.formulas.printer import FormulaPrinter
from planar.formulas.symbols import normalised

__all__ = ["ChalkPrinter", "chalk", "raised", "symbol_chalk"]

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = dict(zip(_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_POWERS = str.maketrans("0123456789-T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ")


def symbol_chalk(name: str) -> str:
    """A symbol's name with Greek letters and small digits.

    >>> symbol_chalk("gamma_12"), symbol_chalk("df2(kappa, kappa')"), symbol_chalk("S_W'")
    ('γ₁₂', "df₂(κ, κ')", "S_W'")
    >>> symbol_chalk("df1[R^2 J.T](kappa)"), symbol_chalk("s_1,11")
    ('df₁[R² Jᵀ](κ)', 's₁,₁₁')
    """
    text = re.sub(r"\[.*\]", _word, name)
    text = re.sub(r"[A-Za-z]+", lambda letters: _greek(letters[0]), text)
    return re.sub(r"(?<=[\w,])_?(\d+)", lambda digits: digits[1].translate(_DIGITS), text)


def _word(match: re.Match[str]) -> str:
    """A word of letters in brackets, with powers and transposes."""
    return re.sub(r"\^(\d+)", lambda power: raised(power[1]), match[0].replace(".T", "ᵀ"))


def _greek(word: str) -> str:
    """A Greek letter for its name, with a tilde where the name ends on it."""
    base = word.removesuffix("tilde")
    if not base:
        return word
    tilde = "" if base == word else "\N{COMBINING TILDE}"
    return _GREEK.get(base, base) + tilde


def raised(power: Any) -> str:
    """An integer as an exponent.

    >>> raised(-12)
    '⁻¹²'
    """
    return str(power).translate(_POWERS)


class ChalkPrinter(FormulaPrinter, StrPrinter):
    """The alphabet of the board: products by juxtaposition, quotients with a slash."""

    minus = "-"
    one = "1"
    symbol_of_trace = "tr"

    def symbol(self, name: str) -> str:
        return symbol_chalk(name)

    def grouped(self, text: str, brackets: str = "()") -> str:
        return f"{brackets[0]}{text}{brackets[1]}"

    def superscript(self, text: str, power: Any) -> str:
        return f"{text}{raised(power)}"

    def before_matrices(self, scalar: str) -> str:
        return scalar

    def sides(self, expr: Any) -> tuple[str, list[Expr], list[Expr]]:
        number, product = expr.as_coeff_Mul()
        if product.is_Add and product.could_extract_minus_sign():
            return super().sides(Expr.__mul__(-number, -product))
        return super().sides(expr)

    def quotient(self, sign: str, above: list[str], below: list[str]) -> str:
        return f"{sign}{' '.join(above) or '1'}{self.under(below)}"

    def under(self, lower: list[str]) -> str:
        """What stands below the line, with its slash."""
        if not lower:
            return ""
        return f"/{lower[0]}" if len(lower) == 1 else f"/({' '.join(lower)})"

    def _print_BlockMatrix(self, expr: Any) -> str:
        rows = []
        for i in range(expr.blockshape[0]):
            row = [self._print(expr.blocks[i, j]) for j in range(expr.blockshape[1])]
            rows.append(f"[{', '.join(row)}]")
        return f"[{', '.join(rows)}]"

    def _print_Function(self, expr: Any) -> str:
        return f"{symbol_chalk(expr.func.__name__)}({', '.join(map(self._print, expr.args))})"

    def _print_Piecewise(self, expr: Any) -> str:
        return ", ".join(self._case(value, condition) for value, condition in expr.args)

    def _case(self, value: Expr, condition: Any) -> str:
        if condition == true:
            return f"{self._print(value)} otherwise"
        sides = " and ".join(map(self._print, sorted(condition.args, key=str)))
        where = sides if isinstance(condition, And) else self._print(condition)
        return f"{self._print(value)} if {where}"

    def _print_Infinity(self, expr: Any) -> str:
        return "∞"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.args
        if power.is_Integer and power < 0:
            return f"1/{self._bracketed(base**-power)}"
        if power.is_Integer:
            return f"{self._bracketed(base)}{raised(power)}"
        if power == 1 / expr.func(2, 1):
            return f"sqrt({self._print(base)})"
        return str(StrPrinter._print_Pow(self, expr, rational))

    def _print_Identity(self, expr: Any) -> str:
        return "1"


def chalk(expression: Expr) -> str:
    """One expression in one line.

    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> from sympy import symbols
    >>> N, P = dims("N P")
    >>> chalk(resolvent(deterministic("A", N), symbols("lambda")))
    '(λ + A)⁻¹'
    """
    return str(ChalkPrinter().doprint(normalised(expression)))
