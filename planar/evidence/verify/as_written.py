"""Whether two formulas are equal as they are written, term by term."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Equivalent
from planar.evidence.verify.expansion import Point, evaluate
from planar.evidence.verify.gaussian_rationals import number
from planar.evidence.verify.laurent import Series
from planar.evidence.verify.random_data import Sample, positive_rational
from planar.formulas.quantities import Own, Quantity

__all__ = ["same_as_written"]

_TERMS = 4


def same_as_written(one: Equivalent, other: Equivalent, *, seed: int = 0) -> bool:
    """Whether two formulas are equal term by term: exactly, for free values of every symbol.

    Their definitions must be of the same quantities, under whatever names.
    """
    known: dict[Quantity, Definition] = {
        d.quantity: d for d in one.definitions if not isinstance(d.quantity, Own)
    }
    quantities = {d.quantity for d in other.definitions}
    if len(one.definitions) != len(other.definitions) or quantities != known.keys():
        return False
    sample, rng = Sample(one, seed), Random(seed)
    values = {q: Series.of(0, [number(positive_rational(rng))], _TERMS) for q in known}
    first, second = (_point(sample, equivalent, values) for equivalent in (one, other))
    pairs = [(one.rhs, other.rhs), *((known[d.quantity].expr, d.expr) for d in other.definitions)]
    return all(evaluate(a, first).agrees(evaluate(b, second), 1) for a, b in pairs)


def _point(sample: Sample, equivalent: Equivalent, values: Mapping[Quantity, Series]) -> Point:
    """The sample with a free value for every defined quantity, under its name in the equivalent."""
    defined = {d.symbol: values[d.quantity] for d in equivalent.definitions}
    return sample.point({}, _TERMS).with_symbols(defined)
