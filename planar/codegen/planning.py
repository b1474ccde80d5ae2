"""The layout of a module: that of the equivalent itself, or of a formula of the user's own beside the derived one."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Symbol

from planar.calculus.renaming import apart
from planar.codegen.layout import Layout
from planar.equivalent import Equivalent
from planar.expression.quantities import Own

__all__ = ["planned", "source_of", "twins"]


def planned(
    equivalent: Equivalent, diagonal: frozenset[str] = frozenset(), leads: Mapping[Symbol, Expr] | None = None
) -> Layout:
    """The layout; ``leads`` are what unknowns of the user's own are in quantities of ``source_of`` the equivalent.

    Those that are quantities of the derived formula under other names need none.
    """
    source = source_of(equivalent)
    if source is None:
        return Layout(equivalent, diagonal)
    return Layout(equivalent, diagonal, source, {**(leads or {}), **twins(equivalent, source)})


def source_of(equivalent: Equivalent) -> Equivalent | None:
    """The derived equivalent behind a formula of the user's own, none of its symbols one of those of the formula."""
    if equivalent.derived is None:
        return None
    return apart(equivalent.derived, [d.symbol for d in equivalent.definitions])


def twins(equivalent: Equivalent, source: Equivalent) -> dict[Symbol, Symbol]:
    """The symbols of the formula that are quantities of the derived one, and what they are called there."""
    known = {d.quantity: d.symbol for d in (*source.definitions, *source.auxiliary)}
    own = (d for d in equivalent.definitions if not isinstance(d.quantity, Own) and d.quantity in known)
    return {d.symbol: known[d.quantity] for d in own}
