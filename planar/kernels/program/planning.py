"""Which layout an equivalent has: its own, or that of a user's formula with the derived one."""

from __future__ import annotations

from sympy import Expr, Symbol

from planar.derivation.calculus.renaming import apart, renamed
from planar.derivation.equivalent import Equivalent
from planar.formulas.quantities import Own
from planar.kernels.program.layout import Layout

__all__ = ["planned"]


def planned(
    equivalent: Equivalent, diagonal: frozenset[str] = frozenset(), *, eigenbasis: bool = True
) -> Layout:
    """The layout, with letters whose values are ``diagonal``, without ``eigenbasis`` dense.

    Where the formula is the user's own, symbols of the derived one that it holds are renamed.
    """
    derived = equivalent.derived
    if derived is None:
        return Layout(equivalent, diagonal, eigenbasis=eigenbasis)
    expressions = (equivalent.rhs, *(d.expr for d in equivalent.definitions))
    own = {d.symbol for d in equivalent.definitions}.union(*(e.atoms(Symbol) for e in expressions))
    symbols = apart(derived, own)
    leads = dict(equivalent.leads) | _twins(equivalent, derived)
    renamed_leads = {unknown: lead.xreplace(symbols) for unknown, lead in leads.items()}
    source = renamed(derived, symbols)
    return Layout(equivalent, diagonal, source, renamed_leads, eigenbasis)


def _twins(equivalent: Equivalent, derived: Equivalent) -> dict[Symbol, Expr]:
    """The derived formula's symbols for those quantities of the user's that it has too."""
    known = {d.quantity: d.symbol for d in (*derived.definitions, *derived.auxiliary)}
    twins = [d for d in equivalent.definitions if not isinstance(d.quantity, Own)]
    return {d.symbol: known[d.quantity] for d in twins if d.quantity in known}
