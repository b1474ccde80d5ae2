"""The result, its definitions and the lines of a derivation as rows that a page typesets, each with
its chalk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Line, Step
from planar.formulas.order import bare, signed_sum
from planar.writing.latex import chalk, latex
from planar.writing.latex.display import folded, shown_definitions, trace_names
from planar.writing.latex.document import lines_of, shortened, width

__all__ = ["Defined", "Row", "definitions", "result", "rows"]

COLUMN = 56
"""About how many glyphs fit on a line of the page."""


@dataclass(frozen=True)
class Row:
    """One displayed line: LaTeX with marks of alignment, as many lines as it takes, and chalk."""

    lines: list[str]
    text: str


@dataclass(frozen=True)
class Defined:
    """One definition: the symbol, what it is, its right-hand side, and whether it is an equation to
    be solved.
    """

    symbol: Expr
    meaning: str
    row: Row
    implicit: bool


def result(equivalent: Equivalent) -> Row:
    """The expression and its equivalent."""
    (left, right, relation), *_ = _all(equivalent)
    arrows = "".join(f"{chalk(s)} → {chalk(point)}: " for s, point in equivalent.limits)
    whole = folded(equivalent.rhs, trace_names(equivalent))
    return Row(_broken(left, right, relation), f"{arrows}{chalk(left)} ≃ {chalk(whole)}")


def definitions(equivalent: Equivalent) -> Iterator[Defined]:
    """The named quantities in reading order; resolvents that long lines are shortened by come last."""
    known = {d.symbol: d for d, _ in shown_definitions(equivalent)}
    for left, right, relation in _all(equivalent)[1:]:
        row = Row(_right_side(left, right, relation), chalk(right))
        found = known.get(left)
        meaning = found.meaning if found else "resolvent"
        yield Defined(left, meaning, row, found is not None and found.implicit)


def _all(equivalent: Equivalent) -> list[tuple[Expr, Expr, str]]:
    names = trace_names(equivalent)
    arrows = ", ".join(
        rf"{latex(symbol)} \to {latex(point)}" for symbol, point in equivalent.limits
    )
    relation = rf"\xrightarrow{{{arrows}}}" if arrows else r"\simeq"
    found = [(equivalent.lhs, folded(equivalent.rhs, names), relation)]
    return shortened(
        [*found, *((d.symbol, expr, "=") for d, expr in shown_definitions(equivalent))], equivalent
    )


def rows(equivalent: Equivalent, step: Step) -> Iterator[Row]:
    """The lines of one step; names of resolvents that shorten them follow at its end."""
    names = trace_names(equivalent)
    known: dict[Expr, Expr] = {symbol: trace for trace, symbol in names.items()}
    plain = [
        (x.left, known.get(x.left, folded(x.right, names)), _sign(x))
        for x in step.lines
        if not x.terms
    ]
    short = iter(shortened(plain, equivalent) if plain else [])
    for line in step.lines:
        if line.terms:
            yield Row(_series(line), f"{chalk(line.left)} {line.relation} {_sum(line)}")
        else:
            right = known.get(line.left, folded(line.right, names))
            yield Row(_broken(*next(short)), f"{chalk(line.left)} {line.relation} {chalk(right)}")
    for left, right, relation in short:
        yield Row(_broken(left, right, relation), f"{chalk(left)} = {chalk(right)}")


def _right_side(left: Expr, right: Expr, relation: str) -> list[str]:
    first, *rest = lines_of(left, right, relation)
    return [f"&{first.removeprefix(f'{latex(left)} &{relation}')}", *rest]


def _broken(left: Expr, right: Expr, relation: str) -> list[str]:
    """One line, or the left side alone and then the lines of the right, as a narrow column needs."""
    first, *rest = lines_of(left, right, relation)
    if not rest and width(first) <= COLUMN:
        return [first]
    first = first.removeprefix(f"{latex(left)} &{relation}")
    return [f"&{latex(left)}", rf"&\quad {relation} {first}", *rest]


def _sign(line: Line) -> str:
    return r"\simeq" if line.kind == "expectation" else "="


def _sum(line: Line) -> str:
    return signed_sum(chalk(bare(t) if t.is_Matrix else t) for t in line.terms) + (
        " + ⋯" if line.more else ""
    )


def _series(line: Line) -> list[str]:
    """A sum in its own order, as many terms on a line as fit."""
    found, head = [""], f"{latex(line.left)} &{_sign(line)}"
    for place, term in enumerate(line.terms):
        text = latex(bare(term) if term.is_Matrix else term)
        signed = (
            text if place == 0 else f"- {text[1:].strip()}" if text.startswith("-") else f"+ {text}"
        )
        if place and width(found[-1] + signed) > COLUMN - 8:
            found.append("")
        found[-1] += f" {signed}"
    found[-1] += r" + \cdots" if line.more else ""
    if len(found) == 1 and width(head + found[0]) <= COLUMN:
        return [head + found[0]]
    first, *rest = found
    return [
        f"&{latex(line.left)}",
        rf"&\quad {_sign(line)} {first}",
        *(rf"&\qquad {more}" for more in rest),
    ]
