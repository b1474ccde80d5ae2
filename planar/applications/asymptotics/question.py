"""The question: an equivalent, its values as powers, and which frequencies become times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from sympy import Dummy, Expr, MatrixSymbol, Symbol

from planar.applications.asymptotics.exponents import Exponents
from planar.applications.asymptotics.power_laws import PowerLaw, power_law
from planar.derivation.equivalent import Equivalent
from planar.formulas.symbols import scalar
from planar.foundations.errors import PlanarError, ValueMissing

__all__ = ["Setting"]

FAR = 1009
"""The exponent of a number of modes that was left open: larger than any power at hand."""


class Setting:
    """The values, read: power laws of letters and of scalars, nodes of the transforms."""

    def __init__(
        self,
        equivalent: Equivalent,
        values: dict[Any, Any],
        at: dict[Symbol, Any],
        times: dict[Symbol, Any],
    ) -> None:
        if equivalent.target.shape not in (None, (1, 1)):
            raise PlanarError(
                f"`{equivalent.lhs}` is a matrix; a scaling law is that of a number, "
                "take a trace or a form of it."
            )
        self.equivalent, self.at = equivalent, at
        letters = {k: scalar(v) for k, v in values.items() if isinstance(k, MatrixSymbol)}
        scalars = {k: scalar(v) for k, v in values.items() if not isinstance(k, MatrixSymbol)}
        frequencies = {s: scalar(v) for s, v in times.items()}
        self.mode = _one("letters", letters.values(), at)
        self.large = _one("scalars", [*scalars.values(), *frequencies.values()], at)
        self.far = Dummy("delta")
        self.exponents = Exponents({**at, self.far: FAR})
        self.letters = {
            k.name: power_law(k, v, self.mode, self.exponents) for k, v in letters.items()
        }
        self.scalars = {k: power_law(k, v, self.large, self.exponents) for k, v in scalars.items()}
        self.times = {
            k: power_law(k, v, self.large, self.exponents) for k, v in frequencies.items()
        }
        self.open = self._open_dimensions()
        for d in self.open:
            self.scalars[d] = PowerLaw(1.0, self.exponents.read(self.far))
        self._check_complete()
        self._check_occurring(tuple(letters))

    def _open_dimensions(self) -> tuple[Symbol, ...]:
        """Numbers of modes without a value."""
        valued = [q.shape for q in self.equivalent.letters if q.name in self.letters]
        sizes = {d for d in chain.from_iterable(valued) if isinstance(d, Symbol)}
        return tuple(sorted(sizes - {*self.scalars, *self.times}, key=str))

    def _check_complete(self) -> None:
        """Raises ``ValueMissing`` where something that occurs has no power law."""
        eq = self.equivalent
        expressions = (eq.rhs, *(d.expr for d in eq.definitions))
        occurring = set[Expr]().union(*(e.free_symbols for e in expressions))
        missing = [q.name for q in eq.letters if q in occurring and q.name not in self.letters]
        given = {*self.scalars, *self.times, *(d.symbol for d in eq.definitions)}
        names = {q.name for q in eq.letters}
        missing += sorted(
            s.name for s in occurring - given if isinstance(s, Symbol) and s.name not in names
        )
        if missing:
            raise ValueMissing(
                f"no power law is given for {missing[0]}; letters are powers of the mode, "
                "{A: k**-2}, scalars and dimensions powers of the large parameter, {P: n}."
            )

    def _check_occurring(self, letters: tuple[MatrixSymbol, ...]) -> None:
        """Raises ``ValueMissing`` where something that has a power law does not occur."""
        eq = self.equivalent
        arguments = chain.from_iterable(x.args for x in (*eq.letters, *eq.laws))
        symbols = chain.from_iterable(a.atoms(Symbol) for a in arguments)
        known = {*eq.scalars, *eq.letters, *symbols}
        for name in (*letters, *self.scalars, *self.times):
            if name not in known:
                raise ValueMissing(f"{name} does not stand in `{eq.lhs}`; leave it out.")


def _one(kind: str, values: Iterable[Expr], at: Mapping[Symbol, Any]) -> Symbol | None:
    """The one symbol of which all values are powers."""
    symbols = sorted(set[Symbol]().union(*(v.free_symbols for v in values)) - set(at), key=str)
    if len(symbols) > 1:
        names = " and ".join(map(str, symbols))
        raise PlanarError(
            f"{kind} are powers of one symbol, got {names}; "
            "give symbols of exponents a value by at={...}."
        )
    return symbols[0] if symbols else None
