"""The way from an expression to its deterministic equivalent: posed, solved, named, written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, MatrixExpr, Symbol

from planar.derivation.equivalent import Equivalent
from planar.derivation.resummation.evidence import evidence
from planar.derivation.resummation.named import named
from planar.derivation.resummation.solved import solved
from planar.derivation.resummation.written import Written, written
from planar.expression.problem import Problem, posed
from planar.expression.tree import Tree

__all__ = ["Worked", "derive", "worked_out"]


@dataclass(frozen=True)
class Worked:
    """A derivation with all that it was made of; ``sides`` are the equivalents of further trees, in
    the same names.
    """

    equivalent: Equivalent
    formula: Written
    sides: tuple[MatrixExpr, ...]


def derive(
    expression: Expr, *, commuting: Iterable[tuple[Any, Any]] = (), vanishing: Iterable[Symbol] = ()
) -> Equivalent:
    """The deterministic equivalent of a rational expression in free random and deterministic
    matrices.

    Symbols of ``vanishing`` are written through the renormalised ridges that they give, so that
    they may go to zero.
    """
    return worked_out(posed(expression, commuting), tuple(vanishing)).equivalent


def worked_out(
    problem: Problem, vanishing: tuple[Symbol, ...] = (), beside: tuple[Tree, ...] = ()
) -> Worked:
    """``derive`` with its workings; ``beside`` are trees whose equivalents are wanted too."""
    found = solved(problem, vanishing, beside)
    formula = written(named(found))
    dyson = formula.dyson.values()
    equivalent = Equivalent(
        problem=problem,
        rhs=formula.rhs,
        definitions=formula.definitions,
        iteration=tuple(law for laws, _ in dyson for law in laws),
        named=tuple(d for _, named_here in dyson for d in named_here),
        auxiliary=formula.auxiliary,
        evidence=evidence(formula),
        closed=found.closed,
        assumptions=problem.assumptions,
    )
    return Worked(equivalent, formula, tuple(formula.entry(tree) for tree in beside))
