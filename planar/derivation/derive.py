"""The way from an expression to its deterministic equivalent: posed, solved, named, written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, MatrixExpr, S, Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Dyson, Equivalent
from planar.derivation.resummation.evidence import evidence
from planar.derivation.resummation.named import named
from planar.derivation.resummation.solved import solved
from planar.derivation.resummation.written import Written, written
from planar.expression.problem import Problem, posed
from planar.expression.reach import refuse_long
from planar.expression.tree import Tree
from planar.foundations.errors import PlanarError

__all__ = ["Worked", "derive", "worked_out"]


@dataclass(frozen=True)
class Worked:
    """A derivation together with its intermediate stages.

    ``sides`` are the equivalents of the side trees, in the same names.
    """

    equivalent: Equivalent
    formula: Written
    sides: tuple[MatrixExpr, ...]


def derive(
    expression: Expr, *, commuting: Iterable[tuple[Any, Any]] = (), vanishing: Iterable[Symbol] = ()
) -> Equivalent:
    """The deterministic equivalent of a rational expression in free and deterministic matrices.

    Symbols of ``vanishing`` are written through the renormalised ridges that they give, so that
    they may go to zero.
    """
    return worked_out(posed(expression, commuting), tuple(vanishing)).equivalent


def worked_out(
    problem: Problem, vanishing: tuple[Symbol, ...] = (), side_trees: tuple[Tree, ...] = ()
) -> Worked:
    """``derive`` with its stages, and the equivalents of ``side_trees`` as well."""
    refuse_long(problem.target, problem.expression)
    try:
        solution = solved(problem, vanishing, side_trees)
        formula = written(named(solution))
    except ZeroDivisionError:
        raise _singular(problem) from None
    if any(map(_infinite, (formula.rhs, *(d.expr for d in formula.definitions)))):
        raise _singular(problem)
    iteration: list[Dyson] = []
    named_parts: list[Definition] = []
    for laws, parts in formula.dyson.values():
        iteration += laws
        named_parts += parts
    equivalent = Equivalent(
        problem=problem,
        rhs=formula.rhs,
        definitions=formula.definitions,
        iteration=tuple(iteration),
        named=tuple(named_parts),
        auxiliary=formula.auxiliary,
        evidence=evidence(formula),
        closed=solution.closed,
        assumptions=problem.assumptions,
    )
    return Worked(equivalent, formula, tuple(formula.entry(tree) for tree in side_trees))


def _infinite(expression: Expr) -> bool:
    return bool(expression.has(S.ComplexInfinity, S.NaN))


def _singular(problem: Problem) -> PlanarError:
    """What is wrong where the equations divide by zero at every size."""
    laws = ", ".join(law.name for law in problem.laws) or "its letters"
    return PlanarError(
        f"`{problem.expression}` divides by zero: it inverts a singular matrix made of {laws}; "
        "give each inverse a scalar shift, for example a symbol."
    )
