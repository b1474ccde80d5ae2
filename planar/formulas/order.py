"""The order in which a paper writes terms and factors: 1 - q df1, not -df1 q + 1."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sympy import Expr, Identity, MatMul, Mul, Symbol

from planar.formulas.naming import reading_rank
from planar.formulas.sympy_text import plain

__all__ = ["bare", "matrix_terms", "scalar_factors", "scalar_terms", "signed_sum"]


def scalar_terms(terms: Iterable[Expr]) -> list[Expr]:
    """Numbers first, then what is added, then what is subtracted; short terms before long ones."""

    def rank(term: Expr) -> tuple[bool, bool, int, _Rank]:
        negative = bool(term.as_coeff_Mul()[0].is_negative)
        return (
            negative,
            not term.is_number,
            _operations(term),
            _Rank(term.as_coeff_Mul()[1]),
        )

    ordered = sorted(terms, key=rank)
    number = next((t for t in ordered if t.is_number and t.as_coeff_Mul()[0].is_negative), None)
    if number is not None:
        ordered.remove(number)
        ordered.append(number)
    return ordered


def scalar_factors(factors: Iterable[Expr]) -> list[Expr]:
    """Ratios and spectral parameters, then S and rho, then degrees of freedom, traces, and sums."""
    return sorted(factors, key=_Rank)


@lru_cache(maxsize=8192)
def _operations(expression: Expr) -> int:
    return int(expression.count_ops())


@lru_cache(maxsize=8192)
def _text(expression: Expr) -> str:
    """SymPy's own text, which is asked for again and again."""
    return plain(expression)


class _Rank:
    """Where a factor stands: by its kind, and by its text where two are of one kind.

    A text is made only where it decides, since that of a long sum takes longer than all else.
    """

    __slots__ = ("base", "kind")

    def __init__(self, factor: Expr) -> None:
        self.base = factor.as_base_exp()[0]
        self.kind = _kind(self.base)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Rank):
            return NotImplemented
        return self.kind == other.kind and _text(self.base) == _text(other.base)

    def __lt__(self, other: _Rank) -> bool:
        if self.kind != other.kind:
            return self.kind < other.kind
        return _text(self.base) < _text(other.base)


def _kind(base: Expr) -> int:
    if base.is_number:
        return 0
    if isinstance(base, Symbol):
        return reading_rank(base.name)
    return 6 if base.is_Add else 5


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
