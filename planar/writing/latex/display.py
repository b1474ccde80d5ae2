"""From formula to page: traces become normalised ones, and named traces stand under their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Expr

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Line
from planar.formulas.latex import latex
from planar.formulas.symbols import normalised, tr

__all__ = [
    "Row",
    "folded",
    "plain_rows",
    "relation",
    "result_rows",
    "shown_definitions",
    "sign",
    "trace_names",
]

Row = tuple[Expr, Expr, str]
"""Left side, right side, and the sign between them in LaTeX."""


def folded(expression: Expr, names: Mapping[Expr, Expr]) -> Expr:
    """The expression with normalised traces, and every named one under its name."""
    return normalised(expression).xreplace(dict(names))


def trace_names(equivalent: Equivalent) -> dict[Expr, Expr]:
    """Normalised traces that have a name."""
    return {
        normalised(d.expr): d.symbol
        for d in equivalent.auxiliary
        if not d.implicit and isinstance(normalised(d.expr), tr)
    }


def shown_definitions(equivalent: Equivalent) -> tuple[tuple[Definition, Expr], ...]:
    """The definitions as they are printed, each with its folded right-hand side.

    Degrees of freedom that the printed forms use are added where the formula itself has no need of
    them.
    """
    traces = trace_names(equivalent)
    named = set(traces.values())
    rows = [
        (d, d.expr if d.symbol in named else folded(d.expr, traces)) for d in equivalent.definitions
    ]
    used = set[Expr]()
    for _, right in rows:
        used |= right.atoms() & named
    present = {d.symbol for d in equivalent.definitions}
    extra = [d for d in equivalent.auxiliary if d.symbol in used and d.symbol not in present]
    for d in reversed(extra):
        place = next(i for i, (_, right) in enumerate(rows) if d.symbol in right.atoms()) + 1
        rows.insert(place, (d, d.expr))
    return tuple((d, normalised(right)) for d, right in rows)


def result_rows(equivalent: Equivalent) -> list[Row]:
    """The result and its definitions, in reading order."""
    right = folded(equivalent.rhs, trace_names(equivalent))
    definitions = shown_definitions(equivalent)
    return [
        (equivalent.lhs, right, relation(equivalent)),
        *((d.symbol, expr, "=") for d, expr in definitions),
    ]


def relation(equivalent: Equivalent) -> str:
    """The sign of equivalence, an arrow where limits were taken."""
    arrows = ", ".join(
        rf"{latex(symbol)} \to {latex(point)}" for symbol, point in equivalent.limits
    )
    return rf"\xrightarrow{{{arrows}}}" if arrows else r"\simeq"


def plain_rows(equivalent: Equivalent, lines: Iterable[Line]) -> list[Row]:
    """The lines of a step as they are printed, series aside."""
    names = trace_names(equivalent)
    traces = {symbol: trace for trace, symbol in names.items()}
    return [
        (line.left, traces.get(line.left, folded(line.right, names)), sign(line))
        for line in lines
        if not line.terms
    ]


def sign(line: Line) -> str:
    """How LaTeX joins the two sides of a line: an expectation is equivalent, all else equal."""
    return r"\simeq" if line.kind == "expectation" else "="
