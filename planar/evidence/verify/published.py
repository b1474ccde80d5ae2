"""A published form in plain symbols of its own, read beside a derived equivalent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Basic, Expr, Symbol

from planar.derivation.calculus.renaming import apart, renamed
from planar.derivation.calculus.restatement import restated
from planar.derivation.definitions import Dependence
from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import symbol_chalk
from planar.foundations.errors import PlanarError

__all__ = ["Matches", "published"]

Matches = tuple[tuple[str, str], ...]
"""Names of the form's own symbols, each with the quantity that it was taken for."""


def published(
    equivalent: Equivalent, form: Any, definitions: Mapping[Symbol, Any]
) -> tuple[Equivalent, Matches]:
    """The equivalent with a form in its place, and which symbols were taken by their names.

    Symbols that the form's definitions do not give are those of the expression, or else quantities
    of the equivalent, by name.

    Raises ``PlanarError`` for a symbol of no known name, or of a name that several have.
    """
    names = _Names(equivalent)
    used = set[Symbol]().union(*(_symbols(e) for e in (form, *definitions.values())))
    unknown = sorted(used - definitions.keys(), key=str)
    meant = {symbol: names.meant(symbol) for symbol in unknown}
    fresh = apart(equivalent, [*used, *definitions])
    own = {d.symbol: d.expr.xreplace(fresh) for d in names.rows.values()}
    read = {symbol: fresh.get(known, known) for symbol, known in meant.items()}
    needed = Dependence(names.rows.values()).below(s for s in meant.values() if s in own)
    stated = {symbol: _read(expr, read) for symbol, expr in definitions.items()}
    taken = {fresh[s]: expr for s, expr in own.items() if s in needed}
    matches = tuple(
        (str(s), symbol_chalk(known.name)) for s, known in meant.items() if known in own
    )
    base = renamed(equivalent, fresh) if equivalent.derived is None else equivalent
    return restated(base, _read(form, read), {**taken, **stated}), matches


def _symbols(value: Any) -> set[Symbol]:
    """The scalar symbols of an expression; sizes of its matrices are among them."""
    return set(value.atoms(Symbol)) if isinstance(value, Basic) else set()


def _read(value: Any, symbols: Mapping[Symbol, Symbol]) -> Any:
    """The expression with known symbols; anything else is read where it is restated."""
    return value.xreplace(dict(symbols)) if isinstance(value, Expr) else value


class _Names:
    """What symbols of an equivalent are called: those of its expression, and its quantities."""

    def __init__(self, equivalent: Equivalent) -> None:
        own = equivalent.derived is None
        rows = (*equivalent.definitions, *(equivalent.auxiliary if own else ()))
        known = {d.symbol: d for d in reversed(rows)}
        self.rows = {s: known[s] for s in reversed(known)}
        self.given = equivalent.problem.symbols
        self.lhs = equivalent.lhs

    def meant(self, symbol: Symbol) -> Symbol:
        """The one symbol of this name; the expression's own come first."""
        if symbol in self.given:
            return symbol
        for among in (self.given, tuple(self.rows)):
            found = _called(symbol.name, among)
            if len(found) > 1:
                raise PlanarError(
                    f"{symbol} of the form may be any of {_listed(found)}; "
                    f"say which by definitions, for example {{{symbol}: ...}}."
                )
            if found:
                return found[0]
        raise PlanarError(
            f"{symbol} of the form is neither defined nor known for `{self.lhs}`, where "
            f"{_listed((*self.given, *self.rows))} are; "
            f"give its definition, for example {{{symbol}: ...}}."
        )


def _called(name: str, among: Iterable[Symbol]) -> list[Symbol]:
    """The symbols of this name, or else those of it but for their arguments."""
    symbols = list(among)
    exact = [s for s in symbols if _spelled(s.name) == _spelled(name)]
    return exact or [s for s in symbols if _spelled(_without_arguments(s.name)) == _spelled(name)]


def _without_arguments(name: str) -> str:
    return re.split(r"[(\[]", name)[0]


def _spelled(name: str) -> str:
    """One spelling of ``df_1``, ``df1`` and ``df_{1}``, of ``kappa`` and its Greek letter."""
    return symbol_chalk(re.sub(r"[\\{}_\s]", "", name))


def _listed(symbols: Iterable[Symbol]) -> str:
    return ", ".join(dict.fromkeys(symbol_chalk(s.name) for s in symbols))
