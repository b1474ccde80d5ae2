"""An expression and its letters as one types them, for the command line and for Python."""

from __future__ import annotations

import keyword
from typing import Any

from sympy import Expr, Identity, MatAdd, MatMul, MatrixSymbol, Mul, Symbol, ilcm
from sympy.core.symbol import Str
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.given import Sampler
from planar.ensembles.law import Law
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.formulas.symbols import Deterministic
from planar.foundations.errors import PlanarError

__all__ = ["declaration", "is_word", "typed", "word"]

_LONGEST = 12
"""Eigenvalues that are written out."""


def typed(expression: Expr, *, python: bool = False) -> str:
    """The text that ``planar.reader`` reads, or that Python evaluates.

    >>> from planar.expression.symbols import deterministic, dims, resolvent, tr
    >>> from sympy import Symbol
    >>> A = deterministic("A", dims("N"))
    >>> typed(tr(A.T * resolvent(A, Symbol("lambda"))))
    'tr(A.T*inv(lam + A))'
    >>> typed(tr(A.T * resolvent(A, Symbol("lambda"))), python=True)
    'tr(A.T*resolvent(A, lam))'
    """
    return str((_Python if python else _Typed)().doprint(expression))


def declaration(letter: MatrixSymbol) -> str:
    """A letter as its constructor is called, without the name.

    >>> from planar.expression.symbols import deterministic, dims
    >>> declaration(deterministic("A", dims("N"), positive=True))
    'deterministic(N, positive=True)'

    Raises ``PlanarError`` where it holds a sampler or a function, which no text says.
    """
    rows, cols = letter.shape
    sides = [rows] if rows == cols else [rows, cols]
    match letter:
        case Deterministic():
            flag = (
                "positive=True" if letter.positive else "symmetric=True" if letter.symmetric else ""
            )
            return _called("deterministic", *sides, flag)
        case Ginibre():
            return _called(
                "Ginibre",
                *sides,
                f"variance={typed(letter.variance)}" if letter.variance != 1 / rows else "",
            )
        case BiInvariant() if not isinstance(letter.args[4], Sampler):
            return _called("BiInvariant", *sides, f"cumulants={_list(letter.cumulants)}")
        case RotationInvariant() if (
            letter.kind == "symbolic"
            and letter.symmetric
            and not isinstance(letter.args[5], Sampler)
        ):
            return _called("RotationInvariant", rows)
        case RotationInvariant() if (
            letter.kind == "cumulants"
            and letter.symmetric
            and not isinstance(letter.args[5], Sampler)
        ):
            return _called("RotationInvariant", rows, f"cumulants={_list(letter.args[4])}")
        case RotationInvariant() if (
            letter.kind == "spectrum"
            and letter.symmetric
            and not isinstance(letter.args[5], Sampler)
        ):
            return _called("RotationInvariant", rows, f"spectrum={_list(_eigenvalues(letter))}")
        case RotationInvariant() | BiInvariant():
            raise PlanarError(
                f"{letter.name} is declared with a function, which this page does not write out."
            )
        case Law() if all(isinstance(a, Expr) for a in letter.args[3:]):
            return _called(type(letter).__name__, rows, *letter.args[3:])
        case MatrixSymbol() if isinstance(letter.args[0], Str) and not isinstance(letter, Law):
            return _called("deterministic", *sides)
        case _:
            raise PlanarError(f"{letter.name} is of a kind that this page does not write out.")


def word(symbol: Symbol) -> str:
    """The name of a scalar as a variable: ``lambda`` is a word of Python, so it becomes ``lam``."""
    return "lam" if symbol.name == "lambda" else str(symbol.name)


def is_word(name: str) -> bool:
    """Whether a name can be typed."""
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)


def _called(name: str, *arguments: Any) -> str:
    return (
        f"{name}({', '.join(a if isinstance(a, str) else typed(a) for a in arguments if a != '')})"
    )


def _list(values: Any) -> str:
    return f"[{', '.join(typed(v) for v in values)}]"


def _eigenvalues(letter: RotationInvariant) -> list[Expr]:
    """The spectrum as a list in which each eigenvalue stands as often as its weight says."""
    values, weights = letter.args[4]
    total = ilcm(1, *(w.q for w in weights))
    if total > _LONGEST:
        raise PlanarError(
            f"{letter.name} is declared with a long spectrum, which this page does not write out."
        )
    return [b for b, w in zip(values, weights, strict=True) for _ in range(int(w * total))]


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
        shifts = (
            [a for a in argument.args if not _parted(a)[1]] if isinstance(argument, MatAdd) else []
        )
        if len(shifts) != 1 or len(argument.args) < 2:
            return f"Inverse({self._print(argument)})"
        rest = [a for a in argument.args if a not in shifts]
        inner = rest[0] if len(rest) == 1 else MatAdd(*rest)
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
    """The scalar and the matrices of a product that are no identities."""
    factors = expression.args if isinstance(expression, MatMul) else (expression,)
    return Mul(*(f for f in factors if not f.is_Matrix)), [
        f for f in factors if f.is_Matrix and not isinstance(f, Identity)
    ]
