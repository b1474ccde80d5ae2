"""How the constants of several laws are written side by side: q where all agree on it, else q_W,
q_V after the letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr, Symbol

from planar.formulas.naming import named
from planar.formulas.quantities import Ratio

__all__ = ["Notation", "notation", "ratios"]

Notation = dict[str, dict[Symbol, Expr]]
"""For each letter its law's constants, and how they are written in one expression."""


def ratios(laws: Iterable[Any]) -> dict[str, dict[Symbol, Ratio]]:
    """For each letter its law's constants that are no numbers: one quantity for one meaning."""
    every = list(laws)
    letters: dict[Symbol, dict[Expr, str]] = {}
    for law in every:
        for symbol, value in law.constants().items():
            letters.setdefault(symbol, {}).setdefault(value, law.name)

    def ratio(name: str, symbol: Symbol) -> Ratio:
        told = len(letters[symbol]) > 1
        letter = name if told else next(iter(letters[symbol].values()))
        return Ratio(symbol.name, letter, told, bool(symbol.is_positive))

    return {
        law.name: {s: ratio(law.name, s) for s, v in law.constants().items() if not v.is_number}
        for law in every
    }


def notation(laws: Iterable[Any], taken: Iterable[str] = ()) -> Notation:
    """One symbol for one meaning, none of them ``taken`` by the user; numbers stand for themselves.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import dims
    >>> N, P, K = dims("N P K")
    >>> notation([Wishart("W", N, P), Wishart("V", N, K)])
    {'W': {q: q_W}, 'V': {q: q_V}}
    >>> notation([Wishart("W", N, P)], ["q"])
    {'W': {q: q_W}}
    """
    every = list(laws)
    held = ratios(every)
    symbols = named((r for row in held.values() for r in row.values()), taken)
    return {
        law.name: {
            s: v if v.is_number else symbols[held[law.name][s]] for s, v in law.constants().items()
        }
        for law in every
    }
