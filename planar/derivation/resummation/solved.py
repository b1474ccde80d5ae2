"""The first stage: the pencil of a problem solved.

Every entry that is wanted is a sum of words over the field of scalars.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Symbol

from planar.derivation.resummation.ladder import Ladder
from planar.derivation.resummation.one_point import components
from planar.derivation.resummation.unknowns import OnePoint
from planar.derivation.resummation.workspace import Workspace
from planar.expression.pencil import Pencil, linearise
from planar.expression.problem import Problem
from planar.expression.sharing import shared
from planar.expression.signs import signed
from planar.expression.tree import Tree, shape
from planar.foundations.algebra import WordSum
from planar.foundations.rational import Rational

__all__ = ["Solved", "solved"]


@dataclass(frozen=True)
class Solved:
    """A solved problem.

    ``entries`` are the equivalents of the trees, ``matrix`` and ``scalar`` that of the target put
    together from them. ``classes`` are the unknowns of the different resolvents, in order; symbols
    of ``vanishing`` may go to zero.
    """

    problem: Problem
    work: Workspace
    pencil: Pencil
    ladder: Ladder
    classes: tuple[OnePoint, ...]
    entries: dict[Tree, WordSum]
    matrix: WordSum
    scalar: Rational
    vanishing: tuple[Symbol, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the answer is a closed form rather than a named system.

        No self-energy is a true matrix, at most two of one class are left open, and no rung is.
        """
        return not self.ladder.systems and all(
            not one_point.is_matrix and len(one_point.open_keys) <= 2 for one_point in self.classes
        )


def solved(
    problem: Problem, vanishing: Iterable[Symbol] = (), side_trees: Iterable[Tree] = ()
) -> Solved:
    """The pencil of the problem and of the ``side_trees``, with all that is wanted of it."""
    work = Workspace(problem)
    trees = list(dict.fromkeys([*problem.target.trees, *side_trees]))
    pencil = signed(shared(linearise(trees)))
    ladder = Ladder(work, pencil, components(work, pencil))
    entries = {
        tree: ladder.propagator(*ends) for tree, ends in zip(trees, pencil.ends, strict=True)
    }
    matrix, scalar = _assembled(work, problem, entries)
    with_unknowns = (part.one_point for part in ladder.parts if part.one_point.unknowns)
    classes = tuple({one_point.index: one_point for one_point in with_unknowns}.values())
    return Solved(problem, work, pencil, ladder, classes, entries, matrix, scalar, tuple(vanishing))


def _assembled(
    work: Workspace, problem: Problem, entries: dict[Tree, WordSum]
) -> tuple[WordSum, Rational]:
    """Terms put together; expectations of products of traces factorise to leading order."""
    matrix, scalar = work.algebra.sum(), work.field.zero
    for term in problem.target.terms:
        value = work.scalar(term.coefficient)
        for tree in term.traces:
            value = value * work.trace(entries[tree], shape(tree)[0])
        if term.matrix is None:
            scalar += value
        else:
            matrix = matrix + entries[term.matrix].scale(value)
    return matrix, scalar
