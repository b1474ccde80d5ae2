"""SymPy's own text of an expression, in a fraction of its time."""

from __future__ import annotations

from typing import Any

from sympy import Expr, MatMul
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

__all__ = ["plain"]


class _PlainPrinter(StrPrinter):
    """The sign of a matrix product is read off; SymPy multiplies by -1 and compares, at every
    bracket.
    """

    def parenthesize(self, item: Any, level: int, strict: bool = False) -> str:
        own, text = _precedence(item), self._print(item)
        return f"({text})" if own < level or (not strict and own == level) else str(text)

    def _print_MatMul(self, expr: Any) -> str:
        number, product = expr.as_coeff_mmul()
        re, im = number.as_real_imag() if number.is_number else (number, number)
        negative = (im.is_zero and re.is_negative) or (re.is_zero and im.is_negative)
        if not negative:
            own = _precedence(expr)
            return "*".join(self.parenthesize(factor, own) for factor in expr.args)
        return f"-{self._print(product if number == -1 else -number * product)}"


def _precedence(item: Any) -> int:
    if not isinstance(item, MatMul):
        return int(precedence(item))
    first = item.args[0]
    return PRECEDENCE["Add" if first.is_Number and first.is_extended_negative else "Mul"]


def plain(expression: Expr) -> str:
    """``str(expression)``.

    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> from sympy import symbols
    >>> N, lam = dims("N"), symbols("lambda")
    >>> A = deterministic("A", N)
    >>> plain(A - lam * A * resolvent(A, lam))
    '(-lambda)*A*(lambda*I + A)**(-1) + A'
    """
    return str(_PlainPrinter().doprint(expression))
