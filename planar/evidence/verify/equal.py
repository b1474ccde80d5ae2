"""Do two formulas for the same expression say the same? Decided by exact series on random rational
data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import MatrixSymbol

from planar.derivation.equivalent import Equivalent
from planar.evidence.verify.certificate import Sample, closed_form
from planar.evidence.verify.grading import gradings
from planar.evidence.verify.laurent import FormalError, Series
from planar.expression.tree import Inv, Sum, Target, children, leaves
from planar.foundations.errors import PlanarError, ShapeError
from planar.foundations.printed import Printed

__all__ = ["Equality", "equal"]


@dataclass(frozen=True)
class Equality(Printed):
    """Truth value, and how far it was looked: both sides as exact power series through ``order``,
    on ``draws`` of data.
    """

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


def equal(
    one: Equivalent,
    other: Equivalent,
    *,
    order: int | None = None,
    draws: int = 2,
    values: Mapping[MatrixSymbol, Any] | None = None,
) -> Equality:
    """Whether two equivalents agree, in exact arithmetic: formulas for one expression, or
    derivations of one model.

    Both formulas are expanded in the random letters, on small random rational matrices for the
    deterministic letters and free rationals for scalars and dimensions; a difference that is no
    identity shows at a low order. Letters and symbols of one name are the same thing on both sides.
    ``order`` counts random letters; by default it is 8, or four times the letters of the longest
    term of an inverse, so that each of them can close into blocks of several rounds. ``values``
    fixes deterministic letters, where one side knows their spectrum, say.

    >>> from sympy import symbols
    >>> from planar.derive import derive
    >>> from planar.ensembles.ginibre import Ginibre
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> (N, P), lam = dims("N P"), symbols("lambda")
    >>> A, W, X = deterministic("A", N), Wishart("W", N, P), Ginibre("X", P, N)
    >>> print(equal(derive(resolvent(A * W, lam)), derive(resolvent(A * X.T * X, lam))))
    equal as exact series through order 8, on 2 draws of rational matrices

    Raises ``ShapeError`` where the shapes differ, ``PlanarError`` where no symbol can carry the
    orders of both.
    """
    if one.target.shape != other.target.shape:
        shapes = (
            " x ".join(map(str, e.target.shape)) if e.target.shape else "a number"
            for e in (one, other)
        )
        raise ShapeError(f"`{one.lhs}` and `{other.lhs}` cannot be equal: {' and '.join(shapes)}.")
    order = (
        max(8, 4 * max(_longest(one.target), _longest(other.target))) if order is None else order
    )
    for seed in range(draws):
        place = _first_difference(one, other, order, seed, values or {})
        if place is not None:
            return Equality(False, order, draws, place)
    return Equality(True, order, draws)


def _first_difference(
    one: Equivalent, other: Equivalent, order: int, seed: int, values: Mapping[MatrixSymbol, Any]
) -> int | None:
    both = one if one.target == other.target else _joined(one, other)
    sample = Sample(both, seed, values)
    failure: FormalError | None = None
    for weights in gradings(both.target, (*sample.unscaled, *(letter.name for letter in values))):
        try:
            left, right = (closed_form(e, sample.point(weights, order + 8)) for e in (one, other))
        except FormalError as error:
            failure = failure or error
            continue
        return _differs(left, right, order)
    raise PlanarError(
        f"cannot compare the formulas for `{one.lhs}`: {failure or 'no symbol can carry the orders'}."
    )


def _longest(target: Target) -> int:
    """The most random letters in a term of anything inverted."""
    found = [0]
    todo = list(target.trees)
    while todo:
        tree = todo.pop()
        todo += children(tree)
        if isinstance(tree, Inv):
            terms = (
                [t for _, t in tree.argument.terms]
                if isinstance(tree.argument, Sum)
                else [tree.argument]
            )
            found += [sum(leaf.random for leaf in leaves(t)) for t in terms]
    return max(found)


def _joined(one: Equivalent, other: Equivalent) -> Equivalent:
    """Both expressions in one, for what their letters and symbols stand for."""
    problem = replace(
        one.problem,
        target=Target((*one.target.terms, *other.target.terms), one.target.shape),
        scalars=tuple(dict.fromkeys((*one.scalars, *other.scalars))),
        commuting=tuple(dict.fromkeys((*one.commuting, *other.commuting))),
    )
    return replace(one, problem=problem, definitions=(*one.definitions, *other.definitions))


def _differs(left: Series, right: Series, order: int) -> int | None:
    low = min(left.low, right.low)
    stop = min(left.high, right.high, low + order + 1)
    return next(
        (power - low for power in range(low, stop) if not left.agrees(right, power + 1)), None
    )
