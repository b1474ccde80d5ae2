"""How the constants of several laws are written side by side.

It is q where all laws agree on it, else q_W, q_V after the letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from sympy import Expr, Symbol

from planar.ensembles.law import Law
from planar.formulas.naming import named
from planar.formulas.quantities import Ratio

__all__ = ["Notation", "notation", "ratios"]

Notation = dict[str, dict[Symbol, Expr]]
"""For each letter its law's constants, and how they are written in one expression."""


def ratios(laws: Iterable[Law]) -> dict[str, dict[Symbol, Ratio]]:
    """For each letter the constants of its law that are not numbers: one quantity a meaning."""
    laws = list(laws)
    letters: dict[Symbol, dict[Expr, str]] = {}
    for law in laws:
        for symbol, value in law.constants().items():
            letters.setdefault(symbol, {}).setdefault(value, law.name)

    def ratio(name: str, symbol: Symbol) -> Ratio:
        ambiguous = len(letters[symbol]) > 1
        letter = name if ambiguous else next(iter(letters[symbol].values()))
        return Ratio(symbol.name, letter, ambiguous, bool(symbol.is_positive))

    quantities: dict[str, dict[Symbol, Ratio]] = {}
    for law in laws:
        named_symbols = [s for s, value in law.constants().items() if not value.is_number]
        quantities[law.name] = {s: ratio(law.name, s) for s in named_symbols}
    return quantities


def notation(laws: Iterable[Law], taken: Iterable[str] = ()) -> Notation:
    """One symbol for one meaning, none of them ``taken`` by the user; numbers stay numbers.

    >>> from planar import Wishart, dims
    >>> N, P, K = dims("N P K")
    >>> notation([Wishart("W", N, P), Wishart("V", N, K)])
    {'W': {q: q_W}, 'V': {q: q_V}}
    >>> notation([Wishart("W", N, P)], ["q"])
    {'W': {q: q_W}}
    """
    laws = list(laws)
    quantities = ratios(laws)
    symbols = named(chain.from_iterable(row.values() for row in quantities.values()), taken)
    written: Notation = {}
    for law in laws:
        row = quantities[law.name]
        written[law.name] = {
            symbol: value if value.is_number else symbols[row[symbol]]
            for symbol, value in law.constants().items()
        }
    return written
