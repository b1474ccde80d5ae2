"""One name, one meaning: formulas and generated code know letters, dimensions and scalars by name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Dummy, MatrixSymbol, Symbol

from planar.errors import DeclarationError
from planar.expression.symbols import Deterministic

__all__ = ["aside", "doubtful", "put_aside", "refuse_given", "refuse_homonyms"]

_OWN = re.compile(r"(q|p|kappa|kappatilde|S|s|gamma|rho|sigma|eta|m|h|g|df\d)(_?\d+|_\w+)?'*")
"""What names that planar gives to quantities of its own look like."""


def refuse_homonyms(symbols: Sequence[MatrixSymbol], scalars: Sequence[Symbol]) -> None:
    """Refuse a name of a letter and of a symbol, and one of two symbols with different assumptions."""
    known: dict[str, Any] = {x.name: x for x in symbols}
    for symbol in (*_sizes(symbols), *scalars):
        other = known.setdefault(symbol.name, symbol)
        if other != symbol and not isinstance(symbol, Dummy):
            what = "a letter and a symbol" if isinstance(other, MatrixSymbol) else "two symbols with different assumptions"
            raise DeclarationError(f"{symbol.name} names {what}; give one of them another name.")


def doubtful(symbols: Sequence[MatrixSymbol], scalars: Sequence[Symbol]) -> list[Any]:
    """The letters, dimensions and scalars that planar may call a quantity of its own, as q = N/P of a Wishart matrix.

    >>> doubtful([], [Symbol("q"), Symbol("mu"), Symbol("kappa_2"), Symbol("S'"), Symbol("size")])
    [q, kappa_2, S']
    """
    fixed = [x for x in symbols if isinstance(x, Deterministic)]
    return [s for s in dict.fromkeys((*fixed, *_sizes(symbols), *scalars)) if _OWN.fullmatch(s.name)]


def put_aside(symbol: Any) -> Any:
    """The letter or symbol under a name that planar gives to nothing."""
    name = aside(symbol.name)
    return Symbol(name, **symbol.assumptions0) if isinstance(symbol, Symbol) else symbol.func(name, *symbol.args[1:])


def aside(name: str) -> str:
    """The name under which ``put_aside`` hides another."""
    return name + " of the user" if _OWN.fullmatch(name) else name


def refuse_given(symbols: Sequence[Any], given: Mapping[str, str]) -> None:
    """Refuse those whose name was ``given`` to a quantity, with its meaning."""
    for symbol in symbols:
        if symbol.name in given:
            what = f" ({given[symbol.name]})" if given[symbol.name] else ""
            raise DeclarationError(
                f"{symbol.name} is what planar calls a quantity of its own here{what}; give your letter or symbol another name."
            )


def _sizes(symbols: Sequence[MatrixSymbol]) -> list[Symbol]:
    return [s for x in symbols for a in x.args[1:] for s in sorted(a.free_symbols, key=str) if isinstance(s, Symbol)]
