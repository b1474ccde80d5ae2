"""Which symbols a mapping of values must have, and which it may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sympy import Basic, MatrixSymbol, Symbol

from planar.expression.dimensions import Sizes
from planar.expression.namesakes import by_own_symbols
from planar.expression.numeric import shape_text
from planar.expression.tree import described
from planar.foundations.errors import ValueMissing

__all__ = ["Keys"]


@dataclass(frozen=True)
class Keys:
    """The symbols of an expression: deterministic and random letters, dimensions, scalars.

    ``identities`` are dimensions that no letter has and that may be left out.
    """

    letters: Sequence[MatrixSymbol]
    random: Sequence[MatrixSymbol]
    dimensions: Sequence[Symbol]
    scalars: Sequence[Symbol]
    identities: Sequence[Symbol] = ()

    @property
    def valued(self) -> tuple[Any, ...]:
        """All that takes a value."""
        return (*self.letters, *self.dimensions, *self.identities, *self.scalars)

    def own(self, values: Any) -> dict[Any, Any]:
        """The values by the expression's own symbols, which a namesake or a name stands for."""
        return by_own_symbols(values, (*self.scalars, *self.dimensions, *self.identities))

    def refuse_superfluous(self, values: Mapping[Any, Any]) -> None:
        """Every key is a symbol that takes a value."""
        valued = self.valued
        namesakes = {x.name: x for x in (*self.random, *valued)}
        for key in values:
            if key in valued:
                continue
            if key in self.random:
                raise ValueMissing(
                    f"{key} is random and takes no value; remove it, "
                    "and give its dimensions where unknown."
                )
            namesake = namesakes.get(str(key)) if isinstance(key, str | Basic) else None
            if namesake is not None:
                raise ValueMissing(_confused(key, namesake))
            listed = ", ".join(str(x) for x in valued)
            has = f"whose symbols are {listed}" if listed else "which takes no values"
            raise ValueMissing(
                f"{key} does not occur in the expression, {has}; remove it or correct its name."
            )

    def refuse_missing(self, values: Mapping[Any, Any], sizes: Sizes) -> None:
        """One sentence names all that is missing, with an example of each."""
        letters = [x for x in self.letters if x not in values]
        examples = {x.name: f"an array of shape {shape_text(x.shape)}" for x in letters}
        implied = set(chain.from_iterable(x.shape for x in letters))
        unknown = [s for s in self.dimensions if s not in sizes and s not in implied]
        examples |= {str(s): "200" for s in unknown}
        examples |= {str(s): "0.5" for s in self.scalars if s not in values}
        if examples:
            *names, last = examples
            listed = f"{', '.join(names)} and {last}" if names else last
            advice = "; ".join(
                f"give {name}, for example {name}: {value}" for name, value in examples.items()
            )
            raise ValueMissing(f"no value for {listed}: {advice}.")


def _confused(key: Any, symbol: Any) -> str:
    """What is wrong with a key that has the name of a symbol, but is another object."""
    if isinstance(key, MatrixSymbol) and isinstance(symbol, MatrixSymbol):
        return (
            f"{key} is {described(key)} among the values but {described(symbol)} in the "
            "expression; use one letter for both."
        )
    return (
        f"the key {key!r} is not the symbol {symbol} of the expression, which has another type or "
        "other assumptions; use the very object that the expression was built from."
    )
