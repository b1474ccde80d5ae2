"""How the constants of several laws are written side by side: q where all agree on it, else q_W, q_V after the letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr, Symbol

__all__ = ["Notation", "notation"]

Notation = dict[str, dict[Symbol, Expr]]
"""For each letter its law's constants, and how they are written in one expression."""


def notation(laws: Iterable[Any]) -> Notation:
    """One symbol for one meaning; numbers stand for themselves.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import dims
    >>> N, P, K = dims("N P K")
    >>> notation([Wishart("W", N, P), Wishart("V", N, K)])
    {'W': {q: q_W}, 'V': {q: q_V}}
    """
    every = list(laws)
    meanings: dict[Symbol, dict[Expr, None]] = {}
    for law in every:
        for symbol, value in law.constants().items():
            meanings.setdefault(symbol, {})[value] = None

    def label(name: str, symbol: Symbol, value: Expr) -> Expr:
        if value.is_number:
            return value
        return symbol if len(meanings[symbol]) == 1 else Symbol(f"{symbol.name}_{name}", positive=True)

    return {law.name: {s: label(law.name, s, v) for s, v in law.constants().items()} for law in every}
