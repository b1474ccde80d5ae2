"""LaTeX as a paper would have it: no identity matrices beside scalars, normalised traces, kappa
with primes.
"""

from __future__ import annotations

import re
from typing import Any

from sympy import Expr, Identity, MatMul, MatrixSymbol, Mul, Pow, S, Symbol
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from planar.formulas.order import bare, matrix_terms, scalar_factors, scalar_terms, signed_sum
from planar.formulas.symbols import normalised

__all__ = ["bracket", "latex", "symbol_latex"]

_NAMES = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
_GREEK = _NAMES.split()


_SPECIAL = {character: rf"\{character}" for character in "_%#&{}$"}
_SPECIAL |= {"\\": r"\backslash ", "^": r"{\wedge}", "~": r"{\sim}", "`": "'"}


def symbol_latex(name: str) -> str:
    r"""A symbol's name in LaTeX.

    >>> symbol_latex("kappa'"), symbol_latex("df2(kappa, kappa')"), symbol_latex("kappatilde'")
    ("\\kappa'", "\\operatorname{df}_2(\\kappa,\\kappa')", "\\tilde{\\kappa}'")
    >>> symbol_latex("df1[R^2 J.T](kappa)"), symbol_latex("s_1,11"), symbol_latex("s_W,12'")
    ('\\operatorname{df}_1^{R^{2} J^{\\mathsf{T}}}(\\kappa)', 's_{1,11}', "s_{W,12}'")
    """
    called = re.fullmatch(r"df(\d)(?:\[(.*)\])?\((.*)\)", name)
    if called:
        arguments = ",".join(symbol_latex(a.strip()) for a in called[3].split(","))
        word = f"^{{{' '.join(map(_letter_latex, called[2].split()))}}}" if called[2] else ""
        return rf"\operatorname{{df}}_{called[1]}{word}({arguments})"
    plain = re.fullmatch(r"([A-Za-z]+?)(?:_?(\d+(?:,\d+)?)|_([A-Za-z]?[\w,]*))?('*)", name)
    if not plain:
        return "".join(_SPECIAL.get(character, character) for character in name)
    base = plain[1]
    stem = base.removesuffix("tilde") or base
    stem_latex = (
        rf"\{stem}" if stem.lower() in _GREEK else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    )
    base = stem_latex if stem == base else rf"\tilde{{{stem_latex}}}"
    index = plain[2] or plain[3] or ""
    index = rf"_{{{symbol_latex(index) if index.isalpha() else index}}}" if index else ""
    return f"{base}{index}{plain[4]}"


def _letter_latex(text: str) -> str:
    """A letter of a word with its transpose and power."""
    base, _, power = text.partition("^")
    plain = symbol_latex(base.removesuffix(".T"))
    turned = plain if plain == symbol_latex(base) else rf"{plain}^{{\mathsf{{T}}}}"
    return f"{turned}^{{{power}}}" if power else turned


class PaperPrinter(LatexPrinter):
    """SymPy's printer with the field's habits."""

    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        return symbol_latex(expr.name)

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return symbol_latex(expr.name)

    def _print_tr(self, expr: Any) -> str:
        return rf"\operatorname{{tr}}\left[{self._print(expr.args[0])}\right]"

    def _print_MatAdd(self, expr: Any) -> str:
        return signed_sum(self._print(bare(term)) for term in matrix_terms(expr.args))

    def _print_MatMul(self, expr: Any) -> str:
        scalars = [a for a in expr.args if not a.is_Matrix]
        factors = [a for a in expr.args if a.is_Matrix and not isinstance(a, Identity)]
        head = ""
        if scalars:
            scalar = scalars[0] if len(scalars) == 1 else expr.func(*scalars).doit()
            head = "-" if scalar == -1 else self._print(scalar)
            head = rf"\left({head}\right)" if scalar.is_Add and factors else head
            head = rf"{head} \," if head.endswith("}") and r"\frac" in head and factors else head
        if head == "-" and not factors:
            return r"-\mathbb{I}"
        body = " ".join(self._factor(f, alone=len(factors) == 1 and not head) for f in factors)
        return f"{head} {body}".strip() or r"\mathbb{I}"

    def _factor(self, factor: Any, *, alone: bool) -> str:
        text = self._print(factor)
        return text if alone or not factor.is_MatAdd else rf"\left[{text}\right]"

    def _print_Inverse(self, expr: Any) -> str:
        return self._raised(expr.args[0], -1)

    def _print_MatPow(self, expr: Any) -> str:
        return self._raised(*expr.args)

    def _raised(self, base: Any, power: Any) -> str:
        text = self._print(base)
        return (
            f"{text}^{{{self._print(power)}}}"
            if isinstance(base, MatrixSymbol)
            else rf"\left({text}\right)^{{{power}}}"
        )

    def _print_Identity(self, expr: Any) -> str:
        return r"\mathbb{1}"

    def _print_Transpose(self, expr: Any) -> str:
        text = self._print(expr.args[0])
        return (
            rf"{text}^{{\mathsf{{T}}}}"
            if expr.args[0].is_symbol
            else rf"\left({text}\right)^{{\mathsf{{T}}}}"
        )

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        return signed_sum(self._print(term) for term in scalar_terms(expr.args))

    def _print_Mul(self, expr: Any) -> str:
        number, rest = expr.as_coeff_Mul()
        if not number.is_Rational:
            return str(super()._print_Mul(expr))
        top, bottom = list[Expr](), list[Expr]()
        for factor in scalar_factors(Mul.make_args(rest)):
            base, power = factor.as_base_exp()
            negative = power.is_number and power.is_negative
            (bottom if negative else top).append(Pow(base, -power) if negative else factor)
        sign, number = ("- " if number.is_negative else ""), abs(number)
        top = [S(number.p), *top] if number.p != 1 or not top else top
        bottom = [S(number.q), *bottom] if number.q != 1 else bottom
        upper, lower = (self._side(side) for side in (top, bottom))
        return f"{sign}{upper}" if not bottom else rf"{sign}\frac{{{upper}}}{{{lower}}}"

    def _side(self, factors: list[Any]) -> str:
        alone = len(factors) == 1
        return " ".join(
            rf"\left({self._print(f)}\right)" if f.is_Add and not alone else self._print(f)
            for f in factors
        )

    def _print_AppliedUndef(self, expr: Any, exp: Any = None) -> str:
        call = rf"{symbol_latex(expr.func.__name__)}\left({self._print(expr.args[0])}\right)"
        return call if exp is None else f"{call}^{{{exp}}}"

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        if isinstance(expr, AppliedUndef):
            return self._print_AppliedUndef(expr, exp)
        return str(super()._print_Function(expr, exp))

    def _print_Pow(self, expr: Any) -> str:
        if expr.base.is_Symbol and expr.exp.is_Integer and expr.exp > 0:
            name = symbol_latex(expr.base.name)
            return (
                rf"{{{name}}}^{{{expr.exp}}}"
                if "'" not in name
                else rf"\left({name}\right)^{{{expr.exp}}}"
            )
        return str(super()._print_Pow(expr))


def bracket(expression: Expr) -> tuple[Expr, list[Expr]]:
    """The common factor and the terms of ``factor * [a + b + ...]``, in the order in which they are
    written.
    """
    factors = list(expression.args) if isinstance(expression, MatMul) else [expression]
    if not factors[-1].is_MatAdd or any(f.is_Matrix for f in factors[:-1]):
        return S.One, [expression]
    return Mul(*factors[:-1]), [bare(t) for t in matrix_terms(factors[-1].args)]


def latex(expression: Expr) -> str:
    r"""One expression.

    >>> from sympy import symbols, Identity
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> print(latex(resolvent(deterministic("A", dims("N")), symbols("kappa"))))
    \left(\kappa + A\right)^{-1}
    """
    return str(PaperPrinter({"mul_symbol": None}).doprint(normalised(expression)))
