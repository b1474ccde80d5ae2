"""The layout of a module: that of the equivalent itself, or of a formula of the user's own beside
the derived one.
"""

from __future__ import annotations

from sympy import Expr, Symbol

from planar.derivation.calculus.renaming import apart, renamed
from planar.derivation.equivalent import Equivalent
from planar.formulas.quantities import Own
from planar.kernels.program.layout import Layout

__all__ = ["planned"]


def planned(equivalent: Equivalent, diagonal: frozenset[str] = frozenset()) -> Layout:
    """The layout; the derived formula's symbols are made none of those of the user's own one."""
    derived = equivalent.derived
    if derived is None:
        return Layout(equivalent, diagonal)
    held = {
        s
        for e in (equivalent.rhs, *(d.expr for d in equivalent.definitions))
        for s in e.atoms(Symbol)
    }
    symbols = apart(derived, held | {d.symbol for d in equivalent.definitions})
    leads = {
        u: e.xreplace(symbols) for u, e in (*equivalent.leads, *_twins(equivalent, derived).items())
    }
    return Layout(equivalent, diagonal, renamed(derived, symbols), leads)


def _twins(equivalent: Equivalent, derived: Equivalent) -> dict[Symbol, Expr]:
    """The symbols of the formula that are quantities of the derived one, and what they are called
    there.
    """
    known = {d.quantity: d.symbol for d in (*derived.definitions, *derived.auxiliary)}
    own = (
        d for d in equivalent.definitions if not isinstance(d.quantity, Own) and d.quantity in known
    )
    return {d.symbol: known[d.quantity] for d in own}
