"""What an expression is made of, in words: letters, laws, scalars, and what is free of what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, MatrixSymbol, Symbol

from planar.derivation.equivalent import Equivalent
from planar.writing.latex import chalk, latex

__all__ = ["Entry", "entries", "premises", "spelled"]


@dataclass(frozen=True)
class Entry:
    """One letter or scalar: how it is written, its size, and what is assumed of it.

    The assumption is prose with formulas between signs.
    """

    symbol: Expr
    size: tuple[Expr, Expr] | None
    assumed: str

    @property
    def written_size(self) -> tuple[str, str]:
        """The size in LaTeX and in chalk; empty for a scalar."""
        if self.size is None:
            return "", ""
        rows, cols = self.size
        return rf"{latex(rows)} \times {latex(cols)}", f"{chalk(rows)} × {chalk(cols)}"


def entries(equivalent: Equivalent) -> tuple[Entry, ...]:
    """Random letters, deterministic letters, scalars, in this order."""
    return (
        *(Entry(law, law.shape, f"random: {law.written()}") for law in equivalent.laws),
        *(Entry(x, x.shape, f"deterministic{_kind(x)}") for x in equivalent.letters),
        *(Entry(scalar, None, _domain(scalar)) for scalar in equivalent.scalars),
    )


def _kind(letter: MatrixSymbol) -> str:
    if getattr(letter, "positive", False):
        return ", symmetric, positive semidefinite"
    if getattr(letter, "symmetric", False):
        return ", symmetric"
    rows, cols = letter.shape
    if cols == 1 or rows == 1:
        return ", a vector"
    return ", not assumed symmetric" if rows == cols else ", rectangular"


def _domain(symbol: Symbol) -> str:
    if symbol.is_positive:
        return "scalar, positive"
    return (
        "scalar, real, off the spectrum" if symbol.is_real else "scalar, complex, off the spectrum"
    )


def premises(equivalent: Equivalent) -> Iterator[str]:
    """The sentences under which the formula holds; letters in chalk between backticks."""
    names = [f"`{chalk(law)}`" for law in equivalent.laws]
    fixed = [f"`{chalk(letter)}`" for letter in equivalent.letters]
    if len(names) > 1:
        others = f" and of {_listed(fixed)}" if fixed else ""
        yield f"{_listed(names)} are free of each other{others}: independent, in general position."
    elif names and fixed:
        yield f"{names[0]} is free of {_listed(fixed)}: independent, in general position."
    by_name = {letter.name: letter for letter in equivalent.letters}
    for a, b in equivalent.commuting:
        yield f"`{chalk(by_name[a])}` and `{chalk(by_name[b])}` commute, as declared."
    for symbol, point in equivalent.limits:
        yield (
            rf"The limit ${latex(symbol)} \to {latex(point)}$ was taken after the dimensions went "
            "to infinity."
        )
    yield _convergence(equivalent)


def _convergence(equivalent: Equivalent) -> str:
    """In which sense, and how fast, both sides agree."""
    shape = equivalent.target.shape
    tested = "" if shape is None or shape == (1, 1) else " against a bounded test matrix"
    trace = ", and the normalised trace itself concentrates around it" if shape is None else ""
    return (
        f"All dimensions go to infinity at fixed ratios. The expectation{tested} then agrees with "
        f"the right-hand side up to `O(1/N)`{trace}."
    )


def _listed(names: list[str]) -> str:
    """A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def spelled(text: str, equivalent: Equivalent) -> str:
    """Prose with the names of letters as formulas between backticks.

    "self-energy of Theta" becomes "self-energy of `Θ`".
    """
    names = {letter.name: chalk(letter) for letter in (*equivalent.letters, *equivalent.laws)}
    if not names:
        return text
    longest_first = sorted(names, key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w\\]){re.escape(name)}(?![\w'])" for name in longest_first)
    return re.sub(pattern, lambda match: f"`{names[match[0]]}`", text)
