"""The order in which a paper writes terms and factors: 1 - q df1, not -df1 q + 1."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sympy import Expr, Identity, MatMul, Mul, Symbol

from planar.formulas.naming import reading_rank

__all__ = ["bare", "matrix_terms", "scalar_factors", "scalar_terms", "signed_sum"]


def scalar_terms(terms: Iterable[Expr]) -> list[Expr]:
    """Numbers first, then what is added, then what is subtracted; short terms before long ones."""

    def rank(term: Expr) -> tuple[bool, bool, int, tuple[int, str]]:
        negative = bool(term.as_coeff_Mul()[0].is_negative)
        return (
            negative,
            not term.is_number,
            int(term.count_ops()),
            _factor_rank(term.as_coeff_Mul()[1]),
        )

    ordered = sorted(terms, key=rank)
    number = next((t for t in ordered if t.is_number and t.as_coeff_Mul()[0].is_negative), None)
    if number is not None:
        ordered.remove(number)
        ordered.append(number)
    return ordered


def scalar_factors(factors: Iterable[Expr]) -> list[Expr]:
    """Ratios and spectral parameters, then S and rho, then degrees of freedom, traces, and sums."""
    return sorted(factors, key=_factor_rank)


@lru_cache(maxsize=8192)
def _text(expression: Expr) -> str:
    """SymPy's own text, which is slow for long sums and asked for again and again."""
    return str(expression)


def _factor_rank(factor: Expr) -> tuple[int, str]:
    base = factor.as_base_exp()[0]
    name = _text(base)
    if base.is_number:
        return (0, name)
    if isinstance(base, Symbol):
        return (reading_rank(name), name)
    return (6 if base.is_Add else 5, name)


def matrix_terms(terms: Iterable[Any]) -> list[Any]:
    """Scalars first, then terms with short coefficients: kappa + A, g M g' + ..."""

    def rank(term: Any) -> tuple[int, int]:
        if not getattr(bare(term), "is_Matrix", False):
            return (0, 0)
        scalars = [a for a in term.args if not a.is_Matrix] if isinstance(term, MatMul) else []
        return (1, sum(int(s.count_ops()) + 1 for s in scalars if s != -1))

    return sorted(terms, key=rank)


def bare(term: Any) -> Any:
    """A scalar multiple of the identity beside other matrices is written as the scalar."""
    if isinstance(term, Identity):
        return Symbol("1")
    if isinstance(term, MatMul) and isinstance(term.args[-1], Identity):
        scalars = [a for a in term.args if not a.is_Matrix]
        if len(scalars) + 1 == len(term.args):
            return Mul(*scalars)
    return term


def signed_sum(parts: Iterable[str]) -> str:
    """Written terms joined by plus, or by the minus that a term brings."""
    text = ""
    for part in parts:
        text += (
            part
            if not text
            else f" - {part[1:].lstrip()}"
            if part.startswith("-")
            else f" + {part}"
        )
    return text
