"""What was typed, derived once: its equivalent, and the number that is plotted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, count
from typing import Any

import numpy as np
from sympy import Expr, I, Symbol

from planar.expression.example import ranks
from planar.expression.reader import read_declarations, read_expression
from planar.formulas.symbols import tr
from planar.foundations.errors import PlanarError
from planar.interfaces.api import DeterministicEquivalent, derive
from planar.interfaces.serve.asked import place
from planar.interfaces.serve.control import Control
from planar.kernels.kernel import Kernel
from planar.writing.latex import chalk, latex

__all__ = ["Misread", "Subject", "subject_of"]

_PLAIN_SIZE = 60
_LARGEST = 10**6


class Misread(Exception):
    """Text that planar refuses, as the page shows it."""

    def __init__(self, shown: dict[str, Any]) -> None:
        super().__init__(shown["error"])
        self.shown = shown


@dataclass(frozen=True)
class Subject:
    """An equivalent, and what is asked of it again and again."""

    equivalent: DeterministicEquivalent

    @cached_property
    def number(self) -> DeterministicEquivalent:
        """What is plotted: a number, whose complex scalars are replaced by two real ones each."""
        parts: dict[Symbol, Any] = {}
        for half, (part, whole) in self.halves.items():
            parts[whole] = parts.get(whole, 0) + (half if part == "Re" else I * half)
        return self.traced.subs(parts) if parts else self.traced

    @cached_property
    def halves(self) -> dict[Symbol, tuple[str, Symbol]]:
        """Real and imaginary part of every complex scalar, under names that nothing else has."""
        traced = self.traced
        used = [x.free_symbols for x in (*traced.letters, *traced.laws, traced.lhs)]
        taken = {symbol.name for symbol in chain.from_iterable(used)}
        halves: dict[Symbol, tuple[str, Symbol]] = {}
        for whole in traced.scalars:
            if not whole.is_real:
                stem = _free_stem(whole.name, taken)
                halves[Symbol(f"{stem}_re", real=True)] = ("Re", whole)
                halves[Symbol(f"{stem}_im", positive=True)] = ("Im", whole)
        return halves

    @cached_property
    def traced(self) -> DeterministicEquivalent:
        """The equivalent, or of a matrix that of its normalised trace.

        Raises ``PlanarError`` where the matrix is not square.
        """
        equivalent, shape = self.equivalent, self.equivalent.target.shape
        if shape in (None, (1, 1)):
            return equivalent
        if shape[0] != shape[1]:
            sizes = " x ".join(map(str, shape))
            raise PlanarError(
                f"only a number or a square matrix can be plotted, this is {sizes}; "
                "take a trace of it."
            )
        return derive(tr(equivalent.lhs), commuting=equivalent.letter_pairs)

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
        """A control for every scalar, and for every dimension, as a ratio to the first one.

        Dimensions of deterministic letters are fixed by the arrays and have none.
        """
        values, first = self.example(_PLAIN_SIZE), self.first
        rank_symbols = ranks(self.number.laws)
        scalars, ratios = list[Control](), list[Control]()
        for symbol, value in values.items():
            if not isinstance(symbol, Symbol) or symbol == first:
                continue
            name = str(symbol)
            if symbol in self.number.scalars:
                kind = "positive" if symbol.is_positive else "real"
                scalars.append(Control(name, symbol, kind, float(value), *self._written(symbol)))
            else:
                kind = "rank" if symbol in rank_symbols else "ratio"
                ratio = f"{latex(symbol)}/{latex(first)}", f"{chalk(symbol)}/{chalk(first)}"
                ratios.append(Control(name, symbol, kind, value / self.unit(_PLAIN_SIZE), *ratio))
        return (*sorted(scalars, key=self._order), *ratios)

    @cached_property
    def first(self) -> Expr | None:
        """The dimension in whose units others are given.

        A symbol where there is one, and of a deterministic letter if possible.
        """
        letters = (*self.number.letters, *self.number.laws)
        shapes = list(chain.from_iterable(letter.shape for letter in letters))
        return next((d for d in shapes if isinstance(d, Symbol)), shapes[0] if shapes else None)

    def example(self, size: int) -> dict[Any, Any]:
        """Values for everything, made once for each size."""
        return _example(self, size)

    def unit(self, size: int) -> int:
        """The first dimension."""
        sizes = self.example(size)
        for letter, value in self.example(size).items():
            if np.ndim(value) == 2:
                sizes = {**sizes, **dict(zip(letter.shape, value.shape, strict=True))}
        first = int(sizes.get(self.first, self.first or 1))
        if first > _LARGEST:
            raise PlanarError(
                f"a dimension of {first} is too large to plot; "
                "write a symbol in its place, N for example."
            )
        return first

    def values(self, size: int, settings: Mapping[str, float]) -> dict[Any, Any]:
        """Values for everything, with the controls where they stand."""
        moved = {
            control.symbol: control.of(settings[control.name], self.unit(size))
            for control in self.controls
            if control.name in settings
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


def _free_stem(name: str, taken: set[str]) -> str:
    """The name, with underscores until its two halves are names that nothing else has."""
    stems = (name + "_" * n for n in count())
    return next(stem for stem in stems if not {f"{stem}_re", f"{stem}_im"} & taken)


@lru_cache(maxsize=32)
def _example(subject: Subject, size: int) -> dict[Any, Any]:
    return subject.number.example(size=size)


@lru_cache(maxsize=8)
def subject_of(declarations: str, expression: str) -> Subject:
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
