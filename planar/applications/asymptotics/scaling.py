"""The scaling law of an equivalent, by dominant balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import numpy as np
from sympy import Expr, Mul, Symbol, Trace, default_sort_key, factor_list, fraction, together

from planar.applications.asymptotics.exponents import Exponent
from planar.applications.asymptotics.generalised_series import CancelledError, Ring
from planar.applications.asymptotics.power_law_reader import Reader
from planar.applications.asymptotics.question import Setting
from planar.applications.asymptotics.scaling_law import Power, ScalingLaw
from planar.applications.asymptotics.time_transform import transformed
from planar.applications.asymptotics.unknown_series import Unknowns
from planar.derivation.equivalent import Equivalent
from planar.foundations.errors import NoPowerError, PlanarError

__all__ = ["scaling"]

KEPT = (6, 10)
"""How many terms of every series are kept, until enough of the result do not cancel."""


def scaling(
    equivalent: Equivalent,
    values: Mapping[Any, Any],
    *,
    at: Mapping[Symbol, Any] | None = None,
    times: Mapping[Symbol, Any] | None = None,
) -> ScalingLaw:
    """The powers that a scalar equivalent reduces to, by dominant balance.

    ``values`` gives every letter as a power of the mode k = 1, 2, ..., every scalar and dimension
    as a power of one large n, with numbers for coefficients; exponents may hold symbols, whose
    values ``at`` one point say which balance it is. A dimension of modes that is left out is
    infinite. ``times`` takes spectral parameters from frequency to time, by the inverse Laplace
    transform: ``{lam: n**b, mu: n**b}`` is gradient flow after a time n^b.

    Raises ``PlanarError`` where two scales are of one order so that no power is left, where a sum
    over modes has a logarithm, and where a value is not a power; ``NoPowerError`` where the result
    falls faster than any power; ``ValueMissing`` where something has no value.
    """
    setting = Setting(equivalent, dict(values), dict(at or {}), dict(times or {}))
    for count in KEPT:
        try:
            return _law(Unknowns(setting, Ring(count)))
        except CancelledError as error:
            reason = error
    raise CancelledError(
        f"no power of `{equivalent.lhs}` is found among the first {KEPT[-1]} terms: {reason}"
    )


def _law(unknowns: Unknowns) -> ScalingLaw:
    setting = unknowns.setting
    eq = setting.equivalent
    reader, kept = unknowns.solved()
    series = reader.scalar(eq.rhs)
    if not series.terms:
        raise CancelledError("all terms that are known cancel.")
    whole = transformed(series, unknowns.contours, setting.times)
    terms = tuple(_power(setting, e, c) for e, c in whole.terms)
    if not terms:
        raise NoPowerError(
            f"`{eq.lhs}` falls faster than any power of the time, or of n, at these scales."
        )
    order = [(whole.terms[0][0], e) for e, _ in whole.terms[1:]]
    conditions = _conditions(setting, [*kept, *order])
    return ScalingLaw(terms, _quantities(setting, reader), conditions, setting.at)


def _power(setting: Setting, place: Exponent, coefficient: Any) -> Power:
    exponent = setting.exponents.write(place)
    if setting.far in exponent.free_symbols:
        sizes = ", ".join(map(str, setting.open))
        raise PlanarError(
            f"`{setting.equivalent.lhs}` depends on the number of modes; give {sizes} a size."
        )
    return Power(float(np.real(coefficient)), exponent)


def _quantities(setting: Setting, reader: Reader) -> dict[Expr, Power]:
    """Definitions, and the traces that they and the formula hold, each at leading order.

    What depends on a dimension that was left open is left out.
    """
    eq = setting.equivalent
    definitions = {d.symbol: d.expr for d in eq.definitions}
    traces = set(chain.from_iterable(e.atoms(Trace) for e in (*definitions.values(), eq.rhs)))
    quantities = dict[Expr, Power]()
    for quantity in (*definitions, *sorted(traces, key=default_sort_key)):
        place, coefficient = reader.scalar(quantity).lead
        exponent = setting.exponents.write(place)
        if setting.far not in exponent.free_symbols:
            number = complex(coefficient).real if coefficient.size == 1 else None
            quantities[quantity] = Power(number, exponent)
    return quantities


def _conditions(setting: Setting, pairs: Iterable[tuple[Exponent, Exponent]]) -> tuple[Expr, ...]:
    """The differences of exponents that must be positive, without their positive factors.

    Those that are positive anyway or follow from others are left out.
    """
    differences: dict[Expr, None] = {}
    for large, small in pairs:
        gap = setting.exponents.write(large - small)
        if setting.far not in gap.free_symbols:
            content, factors = factor_list(fraction(together(gap))[0])
            open_factors = Mul(*(b**e for b, e in factors if not b.is_positive))
            if open_factors.free_symbols and open_factors.is_positive is not True:
                differences[open_factors if content > 0 else -open_factors] = None
    conditions = [c.expand() for c in differences]
    return tuple(c for c in conditions if not _implied(c, conditions))


def _implied(condition: Expr, conditions: list[Expr]) -> bool:
    """Whether a condition follows from another one."""
    return any((condition - c).is_positive for c in conditions if c != condition)
