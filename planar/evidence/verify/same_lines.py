"""Whether two derivations show the same lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from sympy import Dummy, Expr, Integer, Symbol
from sympy.core.function import AppliedUndef, UndefinedFunction

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Line, Step
from planar.evidence.verify.expansion import Point, evaluate
from planar.evidence.verify.random_data import Sample
from planar.expression.reading import read

__all__ = ["same_lines"]


def same_lines(
    equivalent: Equivalent,
    ours: Iterable[Step],
    theirs: Iterable[Step],
    eps: Symbol,
    *,
    seed: int = 0,
) -> bool:
    """Whether two derivations show the same lines where eps is 1.

    In the second derivation eps multiplies every random letter. Sides with random letters are
    compared as they are read, all others exactly, for free values of every symbol.
    """
    first, second = _lines(ours), _lines(theirs)
    if len(first) != len(second):
        return False
    sample = Sample(equivalent, seed)
    pairs = list(_pairs_of_sides(first, second, eps))
    point = _with_free_values(sample, chain.from_iterable(pairs))

    def same(a: Expr, b: Expr) -> bool:
        if a.has(*sample.laws):
            return read(a.doit()) == read(b.doit())
        return evaluate(a, point).agrees(evaluate(b, point), 1)

    return all(same(a, b) for a, b in pairs)


def _lines(steps: Iterable[Step]) -> list[Line]:
    return list(chain.from_iterable(step.lines for step in steps))


def _pairs_of_sides(
    first: Iterable[Line], second: Iterable[Line], eps: Symbol
) -> Iterator[tuple[Expr, Expr]]:
    """Both left sides and both right sides of every line, the second with eps = 1."""
    at_one = {eps: Integer(1)}
    for a, b in zip(first, second, strict=True):
        yield _applied(a.left), _applied(b.left.xreplace(at_one))
        yield _applied(a.right), _applied(b.right.xreplace(at_one))


def _applied(side: Expr) -> Expr:
    """R(h) as R times h, which tells different ones apart just as well."""
    calls = sorted(side.atoms(AppliedUndef), key=str)
    return side.xreplace({call: _stand_in(call.func) * call.args[0] for call in calls})


@cache
def _stand_in(function: UndefinedFunction) -> Symbol:
    return Dummy(str(function))


def _with_free_values(sample: Sample, sides: Iterable[Expr]) -> Point:
    """The sample, with free values for all other symbols of the sides."""
    point = sample.point({}, 4)
    symbols = set(chain.from_iterable(side.atoms(Symbol) for side in sides))
    free = sorted(symbols - set(point.symbols), key=str)
    return point.with_symbols({s: point.constant(sample.free_value()) for s in free})
