"""What a derivation is made of: steps, the lines that they display, the figures that show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sympy import Add, Expr, MatAdd, Symbol

from planar.diagrams import Diagram

__all__ = ["Figure", "Kind", "Line", "Step"]

Kind = Literal["equation", "expansion", "expectation"]
"""How a line is true: between quantities that are defined; for any matrices in place of the random
letters, up to what is left out; of the planar expectation of its left side.
"""


@dataclass(frozen=True)
class Line:
    """``left relation right``, where ``more`` says that terms of more than ``order`` random letters
    are left out.

    ``terms`` are those of the right side in the order in which they are written, where that order
    matters.
    """

    left: Expr
    right: Expr
    kind: Kind = "equation"
    more: bool = False
    order: int = 0
    terms: tuple[Expr, ...] = ()

    @staticmethod
    def series(left: Expr, terms: Iterable[Expr], kind: Kind, *, more: bool, order: int) -> Line:
        """A line whose right side is a sum in this order."""
        every = tuple(terms)
        total = MatAdd(*every) if left.is_Matrix else Add(*every)
        return Line(left, total if len(every) > 1 else every[0], kind, more, order, every)

    @property
    def relation(self) -> str:
        """How the two sides are joined: an expectation is equivalent, all else equal."""
        return "≃" if self.kind == "expectation" else "="


@dataclass(frozen=True)
class Figure:
    """A figure by its kind: diagrams themselves, or a schematic equation for one letter and the
    sizes of its blocks.

    ``mate`` is what a letter alternates with along its blocks, ``energy`` how the self-energy is
    written where letters leave it room; ``more`` says that larger blocks follow.
    """

    kind: Literal["diagrams", "irreducible", "dyson", "rung", "ladder"]
    caption: str
    letter: str = ""
    mate: str = ""
    energy: str = "Σ"
    diagrams: tuple[Diagram, ...] = ()
    sizes: tuple[int, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Step:
    """One step: its title, the reason in words, the lines that it displays, and its figures.

    ``given`` are values of symbols that only these lines hold, by which the lines can be checked.
    """

    title: str
    reason: str
    lines: tuple[Line, ...] = ()
    figures: tuple[Figure, ...] = ()
    given: tuple[tuple[Symbol, Expr], ...] = ()

    @property
    def equations(self) -> tuple[tuple[Expr, Expr], ...]:
        """The lines as pairs of their sides."""
        return tuple((line.left, line.right) for line in self.lines)
