"""The series of a closed form: its definitions solved, and then its right side expanded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent
from planar.evidence.verify.expansion import Point, Readings, evaluate
from planar.evidence.verify.fixed_point import Sweep, Unknowns, fixed_point
from planar.evidence.verify.laurent import Series
from planar.formulas.quantities import Ridge

__all__ = ["closed_form", "with_definitions"]


def closed_form(equivalent: Equivalent, point: Point) -> Series:
    """The series of the right side, with every definition solved."""
    return evaluate(equivalent.rhs, with_definitions(equivalent.definitions, point))


def with_definitions(definitions: Sequence[Definition], point: Point) -> Point:
    """The point with every defined symbol solved for.

    One definition is solved after another; those that need each other together.
    """
    dependence = Dependence(definitions)
    for part in dependence.parts():
        block = [dependence.rows[symbol] for symbol in part]
        if len(block) == 1 and block[0].symbol not in block[0].expr.free_symbols:
            point = point.with_symbols({block[0].symbol: evaluate(block[0].expr, point)})
        else:
            large = {d.symbol for d in block if isinstance(d.quantity, Ridge)}
            point = point.with_symbols(fixed_point(part, partial(_sweep, block), point, large))
    return point


def _sweep(block: Sequence[Definition], point: Point) -> Sweep:
    """Every definition of a block in turn."""
    readings = Readings(point, [d.symbol for d in block])

    def sweep(values: Unknowns) -> Unknowns:
        for symbol, value in values.items():
            readings.change(symbol, value)
        swept = dict(values)
        for d in block:
            swept[d.symbol] = readings.evaluate(d.expr)
            readings.change(d.symbol, swept[d.symbol])
        return swept

    return sweep
