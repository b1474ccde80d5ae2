"""Exact checks of any equivalent, also of one in which no symbol carries the orders.

In (1 + W)^-1, say, nothing scales with the number of random letters. Then the expression with eps
before every random letter is derived and checked, and the formula at hand must be that at eps = 1.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Integer, Symbol

from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step, steps
from planar.diagrams.walks import check_order
from planar.evidence.verify.as_written import same_as_written
from planar.evidence.verify.certificate import Certificate, verify
from planar.evidence.verify.gaussian_rationals import FormalError
from planar.evidence.verify.lines import CheckedLines, check_lines
from planar.evidence.verify.same_lines import same_lines
from planar.formulas.naming import unused
from planar.foundations.errors import PlanarError, Ungraded

__all__ = ["checked_in_words", "checked_steps", "verified"]


def verified(equivalent: Equivalent, order: int, *, seed: int) -> Certificate:
    """The certificate of an equivalent, its series against the sum of its diagrams."""
    if equivalent.limits:
        raise PlanarError(
            f"`{equivalent.lhs}` in a limit has no series of diagrams; "
            "verify the equivalent before the limit; check(values) samples next to it."
        )
    try:
        return verify(equivalent, order, seed=seed)
    except Ungraded:
        carried, eps = _carried(equivalent)
        if not same_as_written(equivalent, _without(carried, eps), seed=seed):
            raise Ungraded(
                f"cannot verify this formula for `{equivalent.lhs}`: no symbol carries the orders, "
                "and it is not written as derived; put a scalar symbol beside each random letter "
                "that is inverted, for example resolvent(W, lam)."
            ) from None
        return verify(carried, order, seed=seed)


def checked_steps(
    equivalent: Equivalent, derivation: tuple[Step, ...], order: int, *, seed: int = 0
) -> CheckedLines:
    """The lines of a derivation in exact arithmetic; of a limit, those that lead to it."""
    if equivalent.limits:
        before = derive(equivalent.lhs, commuting=equivalent.letter_pairs)
        return checked_steps(before, derivation[:-1], order, seed=seed)
    try:
        return check_lines(equivalent, derivation, order, seed=seed)
    except Ungraded:
        carried, eps = _carried(equivalent)
        lines = steps(carried)
        try:
            same = same_lines(equivalent, derivation, lines, eps, seed=seed)
        except FormalError:
            same = False
        if not same:
            raise
        return check_lines(carried, lines, order, seed=seed)


def checked_in_words(equivalent: Equivalent, derivation: tuple[Step, ...], order: int) -> str:
    """What is known of the lines of a derivation, in one sentence.

    Raises ``PlanarError`` where a line is false, which is an error of planar's own.
    """
    check_order(order)
    try:
        lines = checked_steps(equivalent, derivation, order)
    except PlanarError as error:
        return f"The lines were not expanded one by one: {error}"
    if not lines:
        raise PlanarError(
            f"a line of the derivation of `{equivalent.lhs}` is false, which is an error of "
            f"planar: {lines}"
        )
    before = " before the limit" if equivalent.limits else ""
    return (
        f"Every one of the {len(lines.lines)} lines{before} was expanded in exact arithmetic on "
        f"random rational matrices (seed {lines.seed}), expectations through {order} random "
        "letters against the enumerated diagrams, and both sides agree."
    )


def _carried(equivalent: Equivalent) -> tuple[Equivalent, Symbol]:
    """The equivalent with eps before every random letter, and eps."""
    eps = Symbol(unused(("eps",), equivalent.problem.names), positive=True)
    letters = {law: eps * law for law in equivalent.laws}
    return derive(equivalent.lhs.xreplace(letters), commuting=equivalent.letter_pairs), eps


def _without(carried: Equivalent, eps: Symbol) -> Equivalent:
    """The formula at eps = 1."""
    one = {eps: Integer(1)}
    definitions = tuple(replace(d, expr=d.expr.xreplace(one)) for d in carried.definitions)
    return replace(carried, rhs=carried.rhs.xreplace(one), definitions=definitions)
