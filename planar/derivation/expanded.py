"""The planar diagrams of an equivalent: those of the one trace or matrix that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from planar.derivation.equivalent import Equivalent
from planar.diagrams import Diagram, count_diagrams, diagrams
from planar.expression.tree import Tree
from planar.foundations.errors import PlanarError

__all__ = ["count_of", "diagrams_of"]


def diagrams_of(equivalent: Equivalent, order: int) -> Iterator[Diagram]:
    """The planar diagrams with ``order`` random letters, lazily."""
    traced = equivalent.target.shape is None
    notation = equivalent.problem.notation
    terms = [diagrams(tree, order, notation, traced=traced) for tree in _trees(equivalent)]
    return chain.from_iterable(terms)


def count_of(equivalent: Equivalent, order: int) -> int:
    """How many planar diagrams there are at one order."""
    return sum(count_diagrams(tree, order) for tree in _trees(equivalent))


def _trees(equivalent: Equivalent) -> list[Tree]:
    trees = [term.whole for term in equivalent.target.terms]
    whole = [tree for tree in trees if tree is not None]
    if len(whole) < len(trees):
        raise PlanarError(
            f"`{equivalent.lhs}` multiplies traces, and diagrams are drawn for one trace or one "
            "matrix; derive the factors one at a time."
        )
    return whole
