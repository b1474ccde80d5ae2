"""The certificate: the enumerated planar sum equals the series of the closed form, exactly.

Planar formulas hold in every tracial algebra. So deterministic letters become small matrices of
random rationals, and dimensions free rationals; a formula does not hold there order by order by
chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from sympy import Expr

from planar.derivation.equivalent import Equivalent
from planar.evidence.verify.closed_form import closed_form
from planar.evidence.verify.gaussian_rationals import FormalError
from planar.evidence.verify.grading import Weights, gradings
from planar.evidence.verify.laurent import Series
from planar.evidence.verify.left_side import Enumeration, PlanarSum
from planar.evidence.verify.random_data import Sample
from planar.foundations.errors import PlanarError, Ungraded
from planar.foundations.notebook_display import Printed

__all__ = ["Certificate", "Row", "verify"]

_ATTEMPTS = 6
_CANCELLED = 40


@dataclass(frozen=True)
class Row:
    """One order of a certificate.

    Attributes
    ----------
    order : int
        Random letters beyond the first term of the series.
    diagrams : int
        The number of diagrams that first contribute at this order.
    agree : bool
        Whether both sides agree, in every entry.
    enumerated, series : Expr
        The value of the enumerated planar sum and of the closed form; of a matrix, the first entry
        that differs, else the first one.
    """

    order: int
    diagrams: int
    agree: bool
    enumerated: Expr
    series: Expr

    def __str__(self) -> str:
        relation = "=" if self.agree else "!="
        values = f"{self.enumerated} {relation} {self.series}"
        number = "1 diagram" if self.diagrams == 1 else f"{self.diagrams} diagrams"
        return f"order {self.order}: {number}, {values}"


@dataclass(frozen=True)
class Certificate(Printed):
    """Exact comparison of the enumerated planar sum with the series of the closed form.

    True where both agree in every order.

    Attributes
    ----------
    order : int
        The last order that was asked for, in random letters beyond the first term of the series.
    orders : tuple of Row
        One row an order, from 0 on.
    seed : int
        Of the random rational data.
    weights : tuple of (str, int)
        How eps enters: each of these symbols and letters s is scaled to eps^w s.
    """

    order: int
    orders: tuple[Row, ...]
    seed: int
    weights: tuple[tuple[str, int], ...]

    def __bool__(self) -> bool:
        return all(row.agree for row in self.orders)

    def __str__(self) -> str:
        scaled = ", ".join(f"{name} ~ eps^{w}" for name, w in self.weights) or "nothing scaled"
        verdict = "agrees" if self else "disagrees"
        head = f"exact to order {self.order}: {verdict} (seed {self.seed}; {scaled})"
        return "\n".join([head, *map(str, self.orders)])


def verify(equivalent: Equivalent, order: int, *, seed: int = 0) -> Certificate:
    """Compare the enumerated planar sum with the closed form, exactly.

    The order counts random letters beyond the first term of the series; an expression without an
    inverse is compared whole, as order 0.

    Parameters
    ----------
    equivalent : Equivalent
        The expression and its closed form.
    order : int
        The last order that is compared, 0 or more.
    seed : int, default 0
        Of the random rational data.

    Returns
    -------
    Certificate
        True where every order agrees.

    Raises
    ------
    TooLargeError
        Where that takes too many diagrams.
    Ungraded
        Where no symbol can carry the orders.
    PlanarError
        Where the formula is not a formal series, or the order is not an integer of 0 or more.

    Examples
    --------
    >>> from sympy import Symbol
    >>> from planar.derivation.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N, positive=True), Wishart("W", N, P)
    >>> certificate = verify(derive(resolvent(A * W, Symbol("lambda"))), 5)
    >>> bool(certificate), [row.diagrams for row in certificate.orders]
    (True, [1, 1, 2, 5, 14, 42])
    """
    if not isinstance(order, int) or order < 0:
        raise PlanarError(f"verify takes an order of 0 or more, got {order!r}.")
    sample = Sample(equivalent, seed)
    failure: FormalError | None = None
    for attempt, weights in enumerate(gradings(equivalent.target, sample.unscaled), 1):
        try:
            return _compared(equivalent, sample, weights, order)
        except FormalError as error:
            failure = failure or error
        if attempt == _ATTEMPTS:
            break
    if failure is None:
        raise Ungraded(
            f"cannot verify `{equivalent.lhs}`: no symbol can carry the orders; "
            "put a scalar symbol beside each random letter that is inverted, "
            "for example resolvent(W, lam)."
        )
    raise PlanarError(f"cannot verify `{equivalent.lhs}`: {failure}") from failure


def _compared(equivalent: Equivalent, sample: Sample, weights: Weights, order: int) -> Certificate:
    enumeration = Enumeration(sample.point(weights, order + 2), weights)
    planar_sum = enumeration.expectation(equivalent.target, order)
    first = min(planar_sum.diagrams)
    series = _series(equivalent, sample, weights, order, first)
    orders = range(order + 1 if weights else 1)
    rows = tuple(_row(n, first + n, planar_sum, series) for n in orders)
    scaled = tuple((str(key), weight) for key, weight in weights.items() if weight)
    return Certificate(order, rows, sample.seed, scaled)


def _series(
    equivalent: Equivalent, sample: Sample, weights: Weights, order: int, first: int
) -> Series:
    """The closed form, with terms enough for ``order`` orders beyond eps^first."""
    extra = 4
    while True:
        series = closed_form(equivalent, sample.point(weights, order + extra))
        if series.high > first + order:
            return series
        if extra > order + _CANCELLED:
            raise FormalError("the closed form loses too many orders by cancellation.")
        extra *= 2


def _row(order: int, power: int, planar_sum: PlanarSum, series: Series) -> Row:
    if order == 0:
        power = min(power, series.low)
    left, right = planar_sum.value.coefficient(power), series.coefficient(power)
    rows = max(left.re.nrows(), right.re.nrows())
    cols = max(left.re.ncols(), right.re.ncols())
    places = list(product(range(rows), range(cols)))
    differing = [place for place in places if left.entry(*place) != right.entry(*place)]
    shown = (differing or places)[0]
    diagrams = planar_sum.diagrams.get(power, 0)
    return Row(order, diagrams, not differing, left.entry(*shown), right.entry(*shown))
