"""The dimensions of letters, and their sizes as values give them, with where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral

from sympy import Expr, Integer, Lambda, MatrixSymbol, Symbol

from planar.expression.numeric import shape_text
from planar.formulas.symbols import RandomLetter
from planar.foundations.errors import ShapeError, ValueMissing

__all__ = ["Sizes", "dimensions_of"]


def dimensions_of(letter: MatrixSymbol) -> tuple[Expr, ...]:
    """Rows, columns, and what else counts something in a random letter's law: samples, a rank."""
    parameters = letter.args[3:] if isinstance(letter, RandomLetter) else ()
    variance = getattr(letter, "variance", None)
    scalars = [a for a in parameters if isinstance(a, Expr) and not isinstance(a, Lambda)]
    counts = [a for a in scalars if a != variance and a.is_positive and a.is_integer is not False]
    return tuple(dict.fromkeys((*letter.shape, *counts)))


class Sizes:
    """What is known of the dimensions: a number for each symbol, and where it comes from."""

    def __init__(self, given: Mapping[Symbol, object]) -> None:
        self._known = {s: (_positive_integer(s, n), "as given") for s, n in given.items()}

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._known

    def size(self, dimension: Expr) -> int:
        """A dimension as an integer, once every symbol of it is known."""
        size = dimension.xreplace({s: Integer(n) for s, (n, _) in self._known.items()})
        if not (size.is_Integer and size > 0):
            raise ShapeError(
                f"the dimension {dimension} comes out as {size}; "
                "give sizes that make it a positive integer."
            )
        return int(size)

    def all(self, dimensions: Iterable[Expr]) -> dict[Expr, int]:
        """The size of each dimension that holds a symbol."""
        return {d: self.size(d) for d in dict.fromkeys(dimensions) if d.free_symbols}

    def learn(self, symbol: Symbol, size: int, origin: str) -> None:
        """The size of a dimension that nothing has given yet."""
        self._known.setdefault(symbol, (size, origin))

    def enter(
        self,
        letter: MatrixSymbol,
        shape: tuple[int, ...],
        place: int,
        origin: str,
        *,
        expected: int | None = None,
    ) -> None:
        """Learn or compare the dimension at one place of an array.

        ``expected`` overrules what is known.
        """
        dimension, size = letter.shape[place], shape[place]
        if expected is None and dimension.is_Symbol:
            self.learn(dimension, size, origin)
        if expected is not None:
            count, where = expected, origin
        elif dimension.is_Symbol:
            count, where = self._known[dimension]
        elif dimension.is_Integer or all(s in self._known for s in dimension.free_symbols):
            count, where = self.size(dimension), "as declared"
        else:
            return
        if count != size:
            raise ShapeError(
                f"{letter.name} has shape {shape_text(shape)}, expected "
                f"{shape_text(letter.shape)} with {count} for {dimension} {where}; "
                "give arrays and dimensions that fit."
            )


def _positive_integer(symbol: Symbol, value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, Integral | Integer) or int(value) < 1:
        raise ValueMissing(
            f"the dimension {symbol} is given as {value!r}; "
            f"give a positive integer, for example {symbol}: 200."
        )
    return int(value)
