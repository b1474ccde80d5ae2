"""From formula to page: traces become normalised ones, and named traces stand under their names."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Equivalent
from planar.formulas.symbols import normalised, tr

__all__ = ["folded", "shown_definitions", "trace_names"]


def folded(expression: Expr, names: Mapping[Expr, Expr]) -> Expr:
    """The expression with normalised traces, and every named one under its name."""
    return normalised(expression).xreplace(dict(names))


def shown_definitions(equivalent: Equivalent) -> tuple[tuple[Definition, Expr], ...]:
    """The definitions as they are printed, each with its folded right-hand side.

    Degrees of freedom that the printed forms use are added where the formula itself has no need of
    them.
    """
    traces = trace_names(equivalent)
    rows = [
        (d, d.expr if d.symbol in traces.values() else folded(d.expr, traces))
        for d in equivalent.definitions
    ]
    present = {d.symbol for d in equivalent.definitions}
    used = [s for _, e in rows for s in e.atoms() if s in traces.values()]
    extra = [d for d in equivalent.auxiliary if d.symbol in used and d.symbol not in present]
    for d in reversed(extra):
        place = next(i for i, (_, e) in enumerate(rows) if d.symbol in e.atoms()) + 1
        rows.insert(place, (d, d.expr))
    return tuple((d, normalised(e)) for d, e in rows)


def trace_names(equivalent: Equivalent) -> dict[Expr, Expr]:
    """Normalised traces that have a name."""
    return {
        normalised(d.expr): d.symbol
        for d in equivalent.auxiliary
        if not d.implicit and isinstance(normalised(d.expr), tr)
    }
