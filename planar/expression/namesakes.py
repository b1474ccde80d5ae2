"""Symbols by their names: ``Symbol("lambda")`` for the positive lambda of an expression.

Two SymPy symbols of one name are different where their assumptions differ, which nobody sees in
print. An expression holds a name once (``planar.expression.problem``), so the name is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import MatrixSymbol, Symbol

from planar.foundations.errors import ValueMissing

__all__ = ["by_own_symbols", "namesake"]


def namesake(key: Any, symbols: Iterable[Any]) -> Any:
    """The one symbol that the key is or names; the key itself where there is none, or several.

    >>> own = Symbol("x", positive=True)
    >>> namesake(Symbol("x"), [own]) is own, namesake("x", [own]) is own, namesake("y", [own])
    (True, True, 'y')
    """
    plain = [s for s in symbols if isinstance(s, Symbol) and not isinstance(s, MatrixSymbol)]
    if not isinstance(key, str | Symbol) or key in plain:
        return key
    alike = [s for s in plain if s.name == str(key)]
    return alike[0] if len(alike) == 1 else key


def by_own_symbols(values: Any, symbols: Iterable[Any]) -> dict[Any, Any]:
    """Values by the very symbols of an expression.

    Raises ``ValueMissing`` for what is not a mapping, and where one symbol has two values.
    """
    own, known = dict[Any, Any](), tuple(symbols)
    if not isinstance(values, Mapping):
        scalars = [s for s in known if not s.is_integer]
        example = f"{scalars[0]}: 0.5" if scalars else "N: 200"
        raise ValueMissing(
            f"values are a mapping from symbols to what they are, got {values!r}; give a dict, "
            f"for example {{{example}}}."
        )
    for key, value in values.items():
        symbol = namesake(key, known)
        if symbol in own:
            raise ValueMissing(f"{symbol} is given twice among the values; give it once.")
        own[symbol] = value
    return own
