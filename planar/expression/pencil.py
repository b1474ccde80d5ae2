"""Linearisation: the expression as walks through a graph of index spaces.

``Q = diagonal - edges - sum over occurrences of e_r X e_c^T``; the expression is the (start, end)
entry of Q^-1, the sum over all walks. Coefficients and signs stand on the deterministic edges,
never on a random letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import networkx as nx
from sympy import Expr, S

from planar.expression.tree import Inv, Product, Sum, Tree, shape
from planar.foundations.words import Letter, Word

__all__ = ["Occurrence", "Pencil", "linearise"]

Weighted = tuple[Expr, Word]


@dataclass(frozen=True)
class Occurrence:
    """One random letter on the edge from node ``row`` to node ``col``."""

    letter: Letter
    row: int
    col: int


@dataclass
class Pencil:
    """Nodes carry a space and a deterministic diagonal, edges deterministic words and random
    occurrences.
    """

    spaces: list[Expr] = field(default_factory=list)
    diagonal: list[tuple[Weighted, ...]] = field(default_factory=list)
    edges: dict[tuple[int, int], list[Weighted]] = field(default_factory=dict)
    occurrences: list[Occurrence] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)

    def node(self, space: Expr, diagonal: tuple[Weighted, ...] = ((S.One, ()),)) -> int:
        """A new node; its diagonal is the identity unless given."""
        self.spaces.append(space)
        self.diagonal.append(diagonal)
        return len(self.spaces) - 1

    def edge(self, i: int, j: int, weight: Weighted) -> None:
        """One more deterministic walk of length one from i to j."""
        self.edges.setdefault((i, j), []).append(weight)

    def graph(self) -> nx.DiGraph:
        """The directed graph of all walks, deterministic and random edges alike."""
        graph = nx.DiGraph()
        graph.add_nodes_from((i, {"space": s}) for i, s in enumerate(self.spaces))
        graph.add_edges_from(self.edges)
        graph.add_edges_from((o.row, o.col) for o in self.occurrences)
        return graph


def linearise(trees: list[Tree]) -> Pencil:
    """One pencil for several expressions, each between a start and an end node of its own.

    >>> from planar.expression.tree import read
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> A = deterministic("A", dims("N"))
    >>> pencil = linearise([read(resolvent(A, 2) * A).terms[0].matrix])
    >>> sorted(pencil.graph().edges)
    [(0, 2), (2, 1)]
    """
    pencil = Pencil()
    for tree in trees:
        rows, cols = shape(tree)
        start, end = pencil.node(rows), pencil.node(cols)
        _walk(pencil, tree, start, end, S.One)
        pencil.ends.append((start, end))
    return pencil


def _walk(pencil: Pencil, tree: Tree, i: int, j: int, coefficient: Expr) -> None:
    """Add walks from i to j that sum to ``coefficient * tree``.

    The coefficient goes on the first deterministic edge, or on the last where the walk begins with
    a random letter and ends with a deterministic one, so that a resolvent and its transpose get
    mirrored graphs.
    """
    if isinstance(tree, Sum):
        for scalar, term in tree.terms:
            _walk(pencil, term, i, j, coefficient * scalar)
        return
    factors = tree.factors if isinstance(tree, Product) else (tree,)
    late = (
        _is_random(factors[0]) and isinstance(factors[-1], Letter) and not factors[-1].random
        if factors
        else False
    )
    current, owed = i, S.One if late else coefficient
    word: Word = ()
    for place, factor in enumerate(factors):
        if isinstance(factor, Letter) and not factor.random:
            word = (*word, factor)
            continue
        if not isinstance(factor, Inv) and word:
            node = pencil.node(shape(factor)[0])
            pencil.edge(current, node, (owed, word))
            current, word, owed = node, (), S.One
        if isinstance(factor, Letter):
            last = place == len(factors) - 1 and owed == 1
            target = j if last else pencil.node(factor.cols)
            pencil.occurrences.append(Occurrence(factor, current, target))
            if last:
                return
            current = target
        elif isinstance(factor, Inv):
            current, word, owed = _into_resolvent(pencil, factor, current, (owed, word)), (), S.One
        else:
            target = pencil.node(shape(factor)[1])
            _walk(pencil, factor, current, target, S.One)
            current = target
    pencil.edge(current, j, (coefficient if late else owed, word))


def _is_random(tree: Tree) -> bool:
    return isinstance(tree, Letter) and tree.random


def _into_resolvent(pencil: Pencil, inverse: Inv, current: int, weight: Weighted) -> int:
    node = _resolvent(pencil, inverse)
    pencil.edge(current, node, weight)
    return node


def _resolvent(pencil: Pencil, inverse: Inv) -> int:
    """A node whose total of returning walks is the inverse: deterministic terms on its diagonal,
    loops for the rest.
    """
    argument = inverse.argument
    terms = argument.terms if isinstance(argument, Sum) else ((S.One, argument),)
    flat = tuple(_flatten(terms))
    fixed = tuple((c, w) for c, t in flat if (w := _word(t)) is not None)
    node = pencil.node(shape(argument)[0], fixed)
    for scalar, tree in flat:
        if _word(tree) is None:
            _walk(pencil, tree, node, node, -scalar)
    return node


def _flatten(terms: tuple[tuple[Expr, Tree], ...]) -> list[tuple[Expr, Tree]]:
    flat: list[tuple[Expr, Tree]] = []
    for scalar, tree in terms:
        if isinstance(tree, Sum):
            flat += [(scalar * c, t) for c, t in _flatten(tree.terms)]
        else:
            flat.append((scalar, tree))
    return flat


def _word(tree: Tree) -> Word | None:
    """The deterministic word that a tree is, None where it holds anything else."""
    factors = tree.factors if isinstance(tree, Product) else (tree,)
    plain = all(isinstance(f, Letter) and not f.random for f in factors)
    return tuple(f for f in factors if isinstance(f, Letter)) if plain else None
