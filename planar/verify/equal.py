"""Do two formulas for the same expression say the same? Decided by exact series on random rational data."""

from __future__ import annotations

from dataclasses import dataclass

from planar.equivalent import Equivalent
from planar.errors import PlanarError
from planar.verify.grading import gradings
from planar.verify.series import FormalError, Series
from planar.verify.verify import Sample, closed_form

__all__ = ["Equality", "equal"]


@dataclass(frozen=True)
class Equality:
    """Truth value, and how far it was looked: both sides as exact power series through ``order``, on ``draws`` of data."""

    same: bool
    order: int
    draws: int
    differs_at: int | None = None

    def __bool__(self) -> bool:
        return self.same

    def __str__(self) -> str:
        if self.same:
            return f"equal as exact series through order {self.order}, on {self.draws} draws of rational matrices"
        return f"different from order {self.differs_at} on"


def equal(one: Equivalent, other: Equivalent, *, order: int = 8, draws: int = 2) -> Equality:
    """Whether two equivalents of one expression agree, in exact arithmetic.

    Both formulas are expanded in the random letters, on small random rational matrices for the deterministic letters; a
    difference that is no identity shows at a low order.

    >>> from sympy import symbols
    >>> from planar.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> N, P = dims("N P")
    >>> eq = derive(resolvent(deterministic("A", N) * Wishart("W", N, P), symbols("lambda")))
    >>> bool(equal(eq, eq))
    True
    """
    if one.lhs != other.lhs:
        raise PlanarError(f"equal compares two formulas for one expression, got `{one.lhs}` and `{other.lhs}`.")
    for seed in range(draws):
        place = _first_difference(one, other, order, seed)
        if place is not None:
            return Equality(False, order, draws, place)
    return Equality(True, order, draws)


def _first_difference(one: Equivalent, other: Equivalent, order: int, seed: int) -> int | None:
    sample = Sample(one, seed)
    failure: FormalError | None = None
    for weights in gradings(one.target, sample.unscaled):
        try:
            left, right = (closed_form(e, sample.point(weights, order + 8)) for e in (one, other))
        except FormalError as error:
            failure = failure or error
            continue
        return _differs(left, right, order)
    raise PlanarError(f"cannot compare the formulas for `{one.lhs}`: {failure or 'no symbol can carry the orders'}.")


def _differs(left: Series, right: Series, order: int) -> int | None:
    low = min(left.low, right.low)
    stop = min(left.high, right.high, low + order + 1)
    return next((power - low for power in range(low, stop) if not left.agrees(right, power + 1)), None)
