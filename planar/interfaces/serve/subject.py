"""What was typed, derived once: its equivalent, and the number that is plotted with the controls
that move it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, I, Symbol

from planar.expression.example import ranks
from planar.expression.reader import read_declarations, read_expression
from planar.formulas.symbols import tr
from planar.foundations.errors import PlanarError
from planar.interfaces.api import DeterministicEquivalent, derive
from planar.interfaces.serve.asked import place
from planar.kernels.kernel import Kernel
from planar.writing.latex import chalk, latex

__all__ = ["Control", "Misread", "Subject", "subject"]

_KINDS = {"positive": (1e-3, 1e2), "real": (-4.0, 4.0), "ratio": (0.1, 10.0), "rank": (0.05, 0.95)}
"""Least and most of each kind of control; positive ones and ratios move on a logarithmic scale."""


class Misread(Exception):
    """Text that planar refuses, as the page shows it."""

    def __init__(self, shown: dict[str, Any]) -> None:
        super().__init__(shown["error"])
        self.shown = shown


@dataclass(frozen=True)
class Control:
    """A scalar, or a dimension as its ratio to the first one."""

    name: str
    symbol: Symbol
    kind: str
    value: float
    latex: str
    text: str

    def grid(self, points: int, unit: int) -> NDArray[Any]:
        """Values of the symbol along the whole range; integers where it is a dimension, ``unit``
        the first one.
        """
        least, most = _KINDS[self.kind]
        steps = (
            np.linspace(least, most, points)
            if self.kind in ("real", "rank")
            else np.geomspace(least, most, points)
        )
        return np.unique(np.maximum(1, np.rint(steps * unit)).astype(int)) if self.counts else steps

    @property
    def counts(self) -> bool:
        """Whether it is a dimension."""
        return self.kind in ("ratio", "rank")

    def of(self, value: float, unit: int) -> int | float:
        """The symbol's value for a value of the control; a dimension stays within its range."""
        least, most = _KINDS[self.kind]
        if self.counts and not least <= value <= most:
            raise PlanarError(f"{self.text} is between {least:g} and {most:g} here, not {value:g}.")
        return max(1, round(value * unit)) if self.counts else value

    @property
    def shown(self) -> dict[str, Any]:
        """As the page reads it."""
        least, most = _KINDS[self.kind]
        where = {"least": least, "most": most, "log": self.kind in ("positive", "ratio")}
        return {
            "name": self.name,
            "latex": self.latex,
            "text": self.text,
            "kind": self.kind,
            "value": self.value,
            **where,
        }


@dataclass(frozen=True)
class Subject:
    """An equivalent, and what is asked of it again and again."""

    equivalent: DeterministicEquivalent

    @cached_property
    def number(self) -> DeterministicEquivalent:
        """What is plotted: the equivalent, of a matrix its normalised trace; complex scalars in two
        real ones each.
        """
        parts: dict[Symbol, Any] = {}
        for half, (part, whole) in self.halves.items():
            parts[whole] = parts.get(whole, 0) + (half if part == "Re" else I * half)
        return self.traced.subs(parts) if parts else self.traced

    @cached_property
    def halves(self) -> dict[Symbol, tuple[str, Symbol]]:
        """Real and imaginary part of every complex scalar, under names that nothing else has."""
        found = self.traced
        taken = {s.name for x in (*found.letters, *found.laws, found.lhs) for s in x.free_symbols}
        halves: dict[Symbol, tuple[str, Symbol]] = {}
        for whole in (s for s in found.scalars if not s.is_real):
            stem = next(
                name
                for name in (whole.name + "_" * n for n in count())
                if not {f"{name}_re", f"{name}_im"} & taken
            )
            halves[Symbol(f"{stem}_re", real=True)] = ("Re", whole)
            halves[Symbol(f"{stem}_im", positive=True)] = ("Im", whole)
        return halves

    @cached_property
    def traced(self) -> DeterministicEquivalent:
        """The equivalent, or of a matrix that of its normalised trace.

        Raises ``PlanarError`` where the matrix is not square.
        """
        found, shape = self.equivalent, self.equivalent.target.shape
        if shape not in (None, (1, 1)):
            if shape[0] != shape[1]:
                sizes = " x ".join(map(str, shape))
                raise PlanarError(
                    f"only a number or a square matrix can be plotted, this is {sizes}; take a trace of it."
                )
            found = derive(tr(found.lhs), commuting=found.letter_pairs)
        return found

    @property
    def plotted(self) -> Expr:
        """That number as it is written."""
        lhs = self.equivalent.lhs
        return tr(lhs) if self.equivalent.target.shape not in (None, (1, 1)) else lhs

    @cached_property
    def kernel(self) -> Kernel:
        """The kernel of that number."""
        return self.number.compile()

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """A control for every scalar, and for every dimension that no deterministic letter has, as
        a ratio to the first.
        """
        values, first = self.example(_PLAIN), self.first
        among = ranks(self.number.laws)
        scalars, ratios = list[Control](), list[Control]()
        for symbol, value in values.items():
            if not isinstance(symbol, Symbol) or symbol == first:
                continue
            name = str(symbol)
            if symbol in self.number.scalars:
                kind = "positive" if symbol.is_positive else "real"
                scalars.append(Control(name, symbol, kind, float(value), *self._written(symbol)))
            else:
                kind = "rank" if symbol in among else "ratio"
                ratio = f"{latex(symbol)}/{latex(first)}", f"{chalk(symbol)}/{chalk(first)}"
                ratios.append(Control(name, symbol, kind, value / self.unit(_PLAIN), *ratio))
        return (*sorted(scalars, key=self._order), *ratios)

    @cached_property
    def first(self) -> Expr | None:
        """The dimension in whose units others are given: a symbol where there is one, of a
        deterministic letter if possible.
        """
        shapes = [d for x in (*self.number.letters, *self.number.laws) for d in x.shape]
        return next((d for d in shapes if isinstance(d, Symbol)), shapes[0] if shapes else None)

    def example(self, size: int) -> dict[Any, Any]:
        """Values for everything, made once for each size."""
        return _example(self, size)

    def unit(self, size: int) -> int:
        """The first dimension."""
        told = {
            d: n
            for x, v in self.example(size).items()
            if np.ndim(v) == 2
            for d, n in zip(x.shape, v.shape, strict=True)
        }
        found = int({**self.example(size), **told}.get(self.first, self.first or 1))
        if found > _LARGEST:
            raise PlanarError(
                f"a dimension of {found} is too large to plot; write a symbol in its place, N for example."
            )
        return found

    def values(self, size: int, given: Mapping[str, float]) -> dict[Any, Any]:
        """Values for everything, with the controls where they stand."""
        moved = {
            c.symbol: c.of(given[c.name], self.unit(size)) for c in self.controls if c.name in given
        }
        return {**self.example(size), **moved}

    def _order(self, control: Control) -> int:
        """Real parts, imaginary parts, other scalars; each by name."""
        part, _ = self.halves.get(control.symbol, ("", None))
        return 0 if control.kind == "real" else 1 if part else 2

    def _written(self, symbol: Symbol) -> tuple[str, str]:
        """A scalar in LaTeX and in chalk; halves of a complex one as such."""
        if symbol in self.halves:
            part, whole = self.halves[symbol]
            return rf"\operatorname{{{part}}} {latex(whole)}", f"{part} {chalk(whole)}"
        return latex(symbol), chalk(symbol)

    def __hash__(self) -> int:
        return id(self)


_PLAIN = 60
_LARGEST = 10**6


@lru_cache(maxsize=32)
def _example(found: Subject, size: int) -> dict[Any, Any]:
    return found.number.example(size=size)


@lru_cache(maxsize=8)
def subject(declarations: str, expression: str) -> Subject:
    """The subject of two texts; the last few are kept.

    Raises ``Misread`` with the place of an error.
    """
    lines = declarations.split("\n")
    try:
        letters = read_declarations(lines)
    except PlanarError as error:
        raise Misread(place(error, "declarations", lines)) from None
    try:
        return Subject(derive(read_expression(expression, letters)))
    except PlanarError as error:
        raise Misread(place(error, "expression", [expression])) from None
