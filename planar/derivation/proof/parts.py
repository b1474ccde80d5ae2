"""What a derivation is made of: steps, the lines that they display, the figures that show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sympy import Add, Expr, MatAdd, Symbol

from planar.diagrams import Diagram

__all__ = ["Figure", "Kind", "Line", "Step"]

Kind = Literal["equation", "expansion", "expectation"]
"""In which sense a line holds.

``equation``: between defined quantities. ``expansion``: for any matrices in place of the random
letters, up to the terms left out. ``expectation``: for the planar expectation of its left side.
"""


@dataclass(frozen=True)
class Line:
    """One displayed line, ``left relation right``.

    Attributes
    ----------
    left, right : Expr
        The two sides.
    kind : {"equation", "expansion", "expectation"}
        In which sense the line holds: between defined quantities (the default); for any matrices in
        place of the random letters, up to the terms left out; for the planar expectation of
        ``left``.
    more : bool
        Whether terms of more than ``order`` random letters are left out. Default False.
    order : int
        The last order that is written out, where ``more`` is true. Default 0.
    terms : tuple of Expr
        The terms of ``right`` in the order in which they are written, where that order matters.
    """

    left: Expr
    right: Expr
    kind: Kind = "equation"
    more: bool = False
    order: int = 0
    terms: tuple[Expr, ...] = ()

    @staticmethod
    def series(left: Expr, terms: Iterable[Expr], kind: Kind, *, more: bool, order: int) -> Line:
        """A line whose right side is a sum that is written in a given order.

        Parameters
        ----------
        left : Expr
            The left side.
        terms : iterable of Expr
            The terms of the right side, at least one.
        kind : {"equation", "expansion", "expectation"}
            In which sense the line holds.
        more : bool
            Whether terms of more than ``order`` random letters are left out.
        order : int
            The last order that is written out.

        Returns
        -------
        Line
            The line, its ``terms`` in the given order.
        """
        ordered = tuple(terms)
        total = MatAdd(*ordered) if left.is_Matrix else Add(*ordered)
        right = total if len(ordered) > 1 else ordered[0]
        return Line(left, right, kind, more, order, ordered)

    @property
    def relation(self) -> str:
        """The relation sign: ``≃`` for an expectation, ``=`` otherwise."""
        return "≃" if self.kind == "expectation" else "="


@dataclass(frozen=True)
class Figure:
    """A figure: diagrams themselves, or a schematic equation for the blocks of one letter.

    Attributes
    ----------
    kind : {"diagrams", "irreducible", "dyson", "rung", "ladder"}
        What is drawn.
    caption : str
        The caption, formulas between backticks.
    letter : str
        The letter of the blocks, or what joins the resolvents of a ladder, as it is written.
    mate : str
        What the letter alternates with along its blocks; empty where it does not.
    energy : str
        How the self-energy is written; a name that no letter has. Default ``"Σ"``.
    diagrams : tuple of Diagram
        The diagrams, for the kind ``"diagrams"``.
    sizes : tuple of int
        The sizes of the blocks that are drawn.
    more : bool
        Whether larger blocks follow. Default False.
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
    """One step of a derivation.

    Attributes
    ----------
    title : str
        The title.
    reason : str
        The reason in words, formulas between backticks.
    lines : tuple of Line
        The lines that it displays.
    figures : tuple of Figure
        The figures that show it.
    given : tuple of (Symbol, Expr)
        Values of symbols that only these lines hold; with them the lines can be checked.
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
