"""A formula in LaTeX, as a paper has it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sympy import Expr, MatMul, Mul, S
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from planar.formulas.order import bare, matrix_terms
from planar.formulas.printer import FormulaPrinter
from planar.formulas.symbols import normalised

__all__ = ["bracket", "latex", "symbol_latex"]

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi "
    "chi psi omega"
)
_GREEK = frozenset(_NAMES.split())
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


class PaperPrinter(FormulaPrinter, LatexPrinter):
    """The alphabet of a paper: SymPy's LaTeX with the field's habits."""

    minus = "- "
    one = r"\mathbb{I}"
    symbol_of_trace = r"\operatorname{tr}"
    slashed = False

    def symbol(self, name: str) -> str:
        return symbol_latex(name)

    def grouped(self, text: str, brackets: str = "()") -> str:
        return rf"\left{brackets[0]}{text}\right{brackets[1]}"

    def superscript(self, text: str, power: Any) -> str:
        spelled = {"T": r"\mathsf{T}", "*": r"\dagger"}.get(power, power)
        return f"{text}^{{{spelled}}}"

    def before_matrices(self, scalar: str) -> str:
        return rf"{scalar} \," if scalar.endswith("}") and r"\frac" in scalar else scalar

    def quotient(self, sign: str, above: list[str], below: list[str]) -> str:
        upper, lower = " ".join(above) or "1", " ".join(below)
        return rf"{sign}\frac{{{upper}}}{{{lower}}}" if below else f"{sign}{upper}"

    def _print_Mul(self, expr: Any) -> str:
        rational = expr.as_coeff_Mul()[0].is_Rational
        return super()._print_Mul(expr) if rational else str(LatexPrinter._print_Mul(self, expr))

    def _print_Identity(self, expr: Any) -> str:
        return r"\mathbb{1}"

    def _print_AppliedUndef(self, expr: Any, exp: Any = None) -> str:
        argument = self.grouped(self._print(expr.args[0]))
        call = symbol_latex(expr.func.__name__) + argument
        return call if exp is None else f"{call}^{{{exp}}}"

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        if isinstance(expr, AppliedUndef):
            return self._print_AppliedUndef(expr, exp)
        return str(super()._print_Function(expr, exp))

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        if expr.base.is_Symbol and expr.exp.is_Integer and expr.exp > 0:
            name = symbol_latex(expr.base.name)
            return f"{self.grouped(name) if chr(39) in name else f'{{{name}}}'}^{{{expr.exp}}}"
        return str(LatexPrinter._print_Pow(self, expr))


def bracket(expression: Expr) -> tuple[Expr, list[Expr]]:
    """The common factor and the terms of ``factor * [a + b + ...]``, in the order in which they are
    written.
    """
    factors = list(expression.args) if isinstance(expression, MatMul) else [expression]
    if not factors[-1].is_MatAdd or any(f.is_Matrix for f in factors[:-1]):
        return S.One, [expression]
    return Mul(*factors[:-1]), [bare(t) for t in matrix_terms(factors[-1].args)]


@lru_cache(maxsize=4096)
def latex(expression: Expr) -> str:
    r"""One expression.

    >>> from sympy import symbols, Identity
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> print(latex(resolvent(deterministic("A", dims("N")), symbols("kappa"))))
    \left(\kappa + A\right)^{-1}
    """
    return str(PaperPrinter({"mul_symbol": None}).doprint(normalised(expression)))
