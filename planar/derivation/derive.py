"""The way from an expression to its deterministic equivalent: posed, solved, named, written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, MatrixExpr, Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Dyson, Equivalent
from planar.derivation.resummation.evidence import evidence
from planar.derivation.resummation.named import named
from planar.derivation.resummation.solved import solved
from planar.derivation.resummation.written import Written, written
from planar.expression.problem import Problem, posed
from planar.expression.tree import Tree

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
    solution = solved(problem, vanishing, side_trees)
    formula = written(named(solution))
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
