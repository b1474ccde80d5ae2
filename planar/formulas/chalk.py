"""One line of chalk: what one would write on the board, in plain unicode."""

from __future__ import annotations

import re
from typing import Any

from sympy import Expr, Identity, Mul
from sympy.printing.str import StrPrinter

from planar.formulas.order import bare, matrix_terms, scalar_factors, scalar_terms, signed_sum
from planar.formulas.symbols import normalised

__all__ = ["ChalkPrinter", "chalk", "raised", "symbol_chalk"]

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = dict(zip(_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def symbol_chalk(name: str) -> str:
    """A symbol's name with Greek letters and small digits.

    >>> symbol_chalk("gamma_12"), symbol_chalk("df2(kappa, kappa')"), symbol_chalk("S_W'"), symbol_chalk("s_1,11")
    ('γ₁₂', "df₂(κ, κ')", "S_W'", 's₁,₁₁')
    >>> symbol_chalk("df1[R^2 J.T](kappa)")
    'df₁[R² Jᵀ](κ)'
    """
    text = re.sub(r"[A-Za-z]+", lambda m: _letters(m[0]), re.sub(r"\[.*\]", _word, name))
    return re.sub(r"(?<=[\w,])_?(\d+)", lambda m: m[1].translate(_DIGITS), text)


def _word(found: re.Match[str]) -> str:
    """A word of letters in brackets, with powers and transposes."""
    return re.sub(r"\^(\d+)", lambda m: raised(m[1]), found[0].replace(".T", "ᵀ"))


def _letters(word: str) -> str:
    """A Greek letter for its name, with a tilde where the name ends on it."""
    base = word.removesuffix("tilde")
    return (
        _GREEK.get(base, base) + ("" if base == word or not base else "\N{COMBINING TILDE}")
        if base
        else word
    )


def raised(power: Any) -> str:
    """An integer as an exponent.

    >>> raised(-12)
    '⁻¹²'
    """
    return str(power).translate(_POWERS)


class ChalkPrinter(StrPrinter):
    """Products by juxtaposition, scalars without identity matrices, normalised traces as tr[...]."""

    def _print_Symbol(self, expr: Any) -> str:
        return symbol_chalk(expr.name)

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return symbol_chalk(expr.name)

    def _print_tr(self, expr: Any) -> str:
        return f"tr[{self._print(expr.args[0])}]"

    def _print_MatAdd(self, expr: Any) -> str:
        return signed_sum(self._print(bare(term)) for term in matrix_terms(expr.args))

    def _print_MatMul(self, expr: Any) -> str:
        scalars = [a for a in expr.args if not a.is_Matrix]
        factors = [a for a in expr.args if a.is_Matrix and not isinstance(a, Identity)]
        head = ""
        if scalars:
            scalar = Mul(*scalars)
            head = "-" if scalar == -1 else self._print(scalar)
            head = f"({head})" if scalar.is_Add and factors else head
        if head == "-" and not factors:
            return "-1"
        alone = len(factors) == 1 and not head
        body = " ".join(
            self._print(f) if alone or not f.is_MatAdd else f"[{self._print(f)}]" for f in factors
        )
        return (
            f"{head} {body}".strip().replace("- ", "-", 1)
            if head == "-"
            else f"{head} {body}".strip() or "1"
        )

    def _print_BlockMatrix(self, expr: Any) -> str:
        rows = (
            ", ".join(self._print(expr.blocks[i, j]) for j in range(expr.blockshape[1]))
            for i in range(expr.blockshape[0])
        )
        return f"[{', '.join(f'[{row}]' for row in rows)}]"

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        return signed_sum(self._print(term) for term in scalar_terms(expr.args))

    def _print_Function(self, expr: Any) -> str:
        return f"{symbol_chalk(expr.func.__name__)}({', '.join(map(self._print, expr.args))})"

    def _print_Mul(self, expr: Any) -> str:
        sign, above, below = self.sides(expr)
        return f"{sign}{' '.join(above) or '1'}{below}"

    def sides(self, expr: Any) -> tuple[str, list[str], str]:
        """Sign, factors above the line, and what stands below it with its slash."""
        number, rest = expr.as_coeff_Mul()
        flipped = rest.is_Add and rest.could_extract_minus_sign()
        number, rest = (-number, -rest) if flipped else (number, rest)
        top, bottom = list[Expr](), list[Expr]()
        for factor in scalar_factors(Mul.make_args(rest)) if rest != 1 else []:
            base, power = factor.as_base_exp()
            negative = power.is_number and power.is_negative
            (bottom if negative else top).append(base**-power if negative else factor)
        sign, (upper, lower) = "-" if number.is_negative else "", abs(number).as_numer_denom()
        above = [self._wrapped(f) for f in (upper, *top) if f != 1]
        below = [self._wrapped(f) for f in (lower, *bottom) if f != 1]
        return (
            sign,
            above,
            f"/{below[0]}" if len(below) == 1 else f"/({' '.join(below)})" if below else "",
        )

    def _wrapped(self, factor: Any) -> str:
        text = self._print(factor)
        return f"({text})" if factor.is_Add else text

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.args
        if power.is_Integer and power < 0:
            return f"1/{self._wrapped(base**-power)}"
        if power.is_Integer:
            return f"{self._wrapped(base)}{raised(power)}"
        return (
            f"sqrt({self._print(base)})"
            if power == 1 / expr.func(2, 1)
            else str(super()._print_Pow(expr, rational))
        )

    def _print_Inverse(self, expr: Any) -> str:
        return self._raised(expr.args[0], "⁻¹")

    def _print_MatPow(self, expr: Any) -> str:
        return self._raised(expr.args[0], raised(expr.args[1]))

    def _raised(self, base: Any, power: str) -> str:
        return f"{self._print(base)}{power}" if base.is_symbol else f"({self._print(base)}){power}"

    def _print_Identity(self, expr: Any) -> str:
        return "1"

    def _print_Transpose(self, expr: Any) -> str:
        return self._raised(expr.args[0], "ᵀ")

    def _print_Adjoint(self, expr: Any) -> str:
        return self._raised(expr.args[0], "*")


def chalk(expression: Expr) -> str:
    """One expression in one line.

    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> from sympy import symbols
    >>> N, P = dims("N P")
    >>> chalk(resolvent(deterministic("A", N), symbols("lambda")))
    '(λ + A)⁻¹'
    """
    return str(ChalkPrinter().doprint(normalised(expression)))
