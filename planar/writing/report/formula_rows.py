"""The result, its definitions and the lines of a derivation as rows that a page typesets.

Each comes with its plain text for where no script runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Line, Step
from planar.formulas.order import bare, signed_sum
from planar.writing.latex import chalk, latex
from planar.writing.latex.broken_lines import lines_of, width
from planar.writing.latex.display import (
    folded,
    plain_rows,
    result_rows,
    shown_definitions,
    sign,
    trace_names,
)
from planar.writing.latex.document import shortened
from planar.writing.latex.proof import signed_terms

__all__ = ["Defined", "Row", "definitions", "result", "rows"]

COLUMN = 56
"""About how many glyphs fit on a line of the page."""


@dataclass(frozen=True)
class Row:
    """One displayed line: as many lines of LaTeX as it takes, aligned at marks, and its text."""

    lines: list[str]
    text: str


@dataclass(frozen=True)
class Defined:
    """One definition: the symbol, what it is, its right-hand side.

    An ``implicit`` one is an equation to be solved.
    """

    symbol: Expr
    meaning: str
    row: Row
    implicit: bool


def result(equivalent: Equivalent) -> Row:
    """The expression and its equivalent."""
    (left, right, relation), *_ = shortened(result_rows(equivalent), equivalent)
    arrows = "".join(f"{chalk(s)} → {chalk(point)}: " for s, point in equivalent.limits)
    whole = folded(equivalent.rhs, trace_names(equivalent))
    return Row(_broken(left, right, relation), f"{arrows}{chalk(left)} ≃ {chalk(whole)}")


def definitions(equivalent: Equivalent) -> Iterator[Defined]:
    """The named quantities in reading order.

    Resolvents that long lines are shortened by come last.
    """
    known = {definition.symbol: definition for definition, _ in shown_definitions(equivalent)}
    for left, right, relation in shortened(result_rows(equivalent), equivalent)[1:]:
        row = Row(_right_side(left, right, relation), chalk(right))
        if definition := known.get(left):
            yield Defined(left, definition.meaning, row, definition.implicit)
        else:
            yield Defined(left, "resolvent", row, implicit=False)


def rows(equivalent: Equivalent, step: Step) -> Iterator[Row]:
    """The lines of one step; names of resolvents that shorten them follow at its end."""
    plain = plain_rows(equivalent, step.lines)
    whole = iter(plain)
    short = iter(shortened(plain, equivalent) if plain else [])
    for line in step.lines:
        if line.terms:
            yield Row(_series(line), f"{chalk(line.left)} {line.relation} {_sum(line)}")
        else:
            left, right, _ = next(whole)
            yield Row(_broken(*next(short)), f"{chalk(left)} {line.relation} {chalk(right)}")
    for left, right, relation in short:
        yield Row(_broken(left, right, relation), f"{chalk(left)} = {chalk(right)}")


def _right_side(left: Expr, right: Expr, relation: str) -> list[str]:
    first, *others = lines_of(left, right, relation)
    return [f"&{first.removeprefix(f'{latex(left)} &{relation}')}", *others]


def _broken(left: Expr, right: Expr, relation: str) -> list[str]:
    """One line, or the left side alone and then the lines of the right, for a narrow column."""
    first, *others = lines_of(left, right, relation)
    if not others and width(first) <= COLUMN:
        return [first]
    first = first.removeprefix(f"{latex(left)} &{relation}")
    return [f"&{latex(left)}", rf"&\quad {relation} {first}", *others]


def _sum(line: Line) -> str:
    total = signed_sum(chalk(bare(term) if term.is_Matrix else term) for term in line.terms)
    return f"{total} + ⋯" if line.more else total


def _series(line: Line) -> list[str]:
    """A sum in its own order, as many terms on a line as fit."""
    parts, head = [""], f"{latex(line.left)} &{sign(line)}"
    for place, term in enumerate(signed_terms(line)):
        if place and width(parts[-1] + term) > COLUMN - 8:
            parts.append("")
        parts[-1] += f" {term}"
    parts[-1] += r" + \cdots" if line.more else ""
    if len(parts) == 1 and width(head + parts[0]) <= COLUMN:
        return [head + parts[0]]
    first, *others = parts
    return [
        f"&{latex(line.left)}",
        rf"&\quad {sign(line)} {first}",
        *(rf"&\qquad {part}" for part in others),
    ]
