"""An expression as one types it, for the command line and for Python."""

from __future__ import annotations

import keyword
from typing import Any

from sympy import Expr, Identity, MatAdd, MatMul, Mul, Symbol
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

__all__ = ["is_word", "typed", "word"]


def typed(expression: Expr, *, python: bool = False) -> str:
    """The text that ``planar.expression.reader`` reads, or that Python evaluates.

    >>> from planar.formulas.symbols import deterministic, dims, resolvent, tr
    >>> from sympy import Symbol
    >>> A = deterministic("A", dims("N"))
    >>> typed(tr(A.T * resolvent(A, Symbol("lambda"))))
    'tr(A.T*inv(lam + A))'
    >>> typed(tr(A.T * resolvent(A, Symbol("lambda"))), python=True)
    'tr(A.T*resolvent(A, lam))'
    """
    return str((_Python if python else _Typed)().doprint(expression))


def word(symbol: Symbol) -> str:
    """The name of a scalar as a variable: ``lambda``, a word of Python, becomes ``lam``."""
    return "lam" if symbol.name == "lambda" else str(symbol.name)


def is_word(name: str) -> bool:
    """Whether a name can be typed."""
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)


class _Typed(StrPrinter):
    """``inv(lam + A*W)``: scalars beside matrices stand for multiples of the identity."""

    def _print_Symbol(self, expr: Any) -> str:
        return word(expr)

    def _print_Identity(self, expr: Any) -> str:
        return "1"

    def _print_Inverse(self, expr: Any) -> str:
        return f"inv({self._print(expr.args[0])})"

    def _print_MatPow(self, expr: Any) -> str:
        base, power = expr.args
        if power == -1:
            return f"inv({self._print(base)})"
        text = self._print(base)
        return f"{text}**{power}" if base.is_symbol else f"({text})**{power}"

    def _print_Transpose(self, expr: Any) -> str:
        return f"{self._tight(expr.args[0])}.T"

    def _print_Adjoint(self, expr: Any) -> str:
        return f"{self._tight(expr.args[0])}.H"

    def _print_Trace(self, expr: Any) -> str:
        return f"Tr({self._print(expr.args[0])})"

    def _print_tr(self, expr: Any) -> str:
        return f"tr({self._print(expr.args[0])})"

    def _tight(self, expr: Any) -> str:
        return str(self._print(expr)) if expr.is_symbol else f"({self._print(expr)})"

    def _print_MatMul(self, expr: Any) -> str:
        scalar, factors = _parted(expr)
        if not factors:
            return str(self._print(scalar))
        negative = scalar.as_coeff_Mul()[0].is_negative
        scalar = -scalar if negative else scalar
        head = [] if scalar == 1 else [self.parenthesize(scalar, PRECEDENCE["Mul"])]
        body = [f"({self._print(f)})" if f.is_MatAdd else self._print(f) for f in factors]
        return ("-" if negative else "") + "*".join([*head, *body])

    def _print_MatAdd(self, expr: Any) -> str:
        parts = [self._print(a) for a in expr.args]
        return parts[0] + "".join(
            f" - {p[1:]}" if p.startswith("-") else f" + {p}" for p in parts[1:]
        )

    def _print_ImaginaryUnit(self, expr: Any) -> str:
        return "1j"


class _Python(_Typed):
    """``resolvent(A*W, lam)``: SymPy's own objects, identities with their size."""

    def _print_Identity(self, expr: Any) -> str:
        return f"Identity({self._print(expr.args[0])})"

    def _print_Inverse(self, expr: Any) -> str:
        argument = expr.args[0]
        terms = argument.args if isinstance(argument, MatAdd) else (argument,)
        shifts = [term for term in terms if not _parted(term)[1]]
        if len(shifts) != 1 or len(terms) < 2:
            return f"Inverse({self._print(argument)})"
        others = [term for term in terms if term not in shifts]
        inner = others[0] if len(others) == 1 else MatAdd(*others)
        return f"resolvent({self._print(inner)}, {self._print(_parted(shifts[0])[0])})"

    def _print_MatMul(self, expr: Any) -> str:
        scalar, factors = _parted(expr)
        if factors:
            return super()._print_MatMul(expr)
        return f"{self.parenthesize(scalar, PRECEDENCE['Mul'])}*{self._print(expr.args[-1])}"

    def _print_MatPow(self, expr: Any) -> str:
        base, power = expr.args
        return self._print_Inverse(expr) if power == -1 else f"{self._tight(base)}**{power}"

    def _print_Adjoint(self, expr: Any) -> str:
        return f"Adjoint({self._print(expr.args[0])})"

    def _print_Trace(self, expr: Any) -> str:
        return f"Trace({self._print(expr.args[0])})"

    def _print_Rational(self, expr: Any) -> str:
        return f"Rational({expr.p}, {expr.q})"

    def _print_ImaginaryUnit(self, expr: Any) -> str:
        return "I"


def _parted(expression: Any) -> tuple[Expr, list[Any]]:
    """The scalar of a product, and its matrices without identities."""
    factors = expression.args if isinstance(expression, MatMul) else (expression,)
    scalars = [factor for factor in factors if not factor.is_Matrix]
    matrices = [factor for factor in factors if factor.is_Matrix]
    return Mul(*scalars), [factor for factor in matrices if not isinstance(factor, Identity)]
