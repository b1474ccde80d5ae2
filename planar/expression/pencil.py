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
    """A graph: nodes have a space and a deterministic diagonal, edges words or random letters."""

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

    >>> from planar.expression.reading import read
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
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
    factors = _factors(tree)
    late = bool(factors) and _is_random(factors[0]) and _is_deterministic(factors[-1])
    path = _Path(pencil, i, S.One if late else coefficient)
    for place, factor in enumerate(factors):
        path.step(factor, end=j if place == len(factors) - 1 else None)
    if not path.arrived:
        pencil.edge(path.node, j, (coefficient if late else path.owed, path.word))


class _Path:
    """One walk while its factors are laid out, up to the present ``node``.

    ``owed`` is the coefficient that no edge has taken yet, ``word`` the deterministic letters since
    the node.
    """

    def __init__(self, pencil: Pencil, start: int, owed: Expr) -> None:
        self.pencil, self.node, self.owed = pencil, start, owed
        self.word: Word = ()
        self.arrived = False

    def step(self, factor: Tree, end: int | None) -> None:
        """Walk on through one factor.

        A random letter that comes last leads to the ``end`` itself where no coefficient is owed.
        """
        if isinstance(factor, Letter) and not factor.random:
            self.word = (*self.word, factor)
            return
        if isinstance(factor, Inv):
            self._along_word(_resolvent(self.pencil, factor))
            return
        if self.word:
            self._along_word(self.pencil.node(shape(factor)[0]))
        self.arrived = end is not None and isinstance(factor, Letter) and self.owed == 1
        target = end if end is not None and self.arrived else self.pencil.node(shape(factor)[1])
        if isinstance(factor, Letter):
            self.pencil.occurrences.append(Occurrence(factor, self.node, target))
        else:
            _walk(self.pencil, factor, self.node, target, S.One)
        self.node = target

    def _along_word(self, node: int) -> None:
        """Take a deterministic edge with the word and the coefficient owed."""
        self.pencil.edge(self.node, node, (self.owed, self.word))
        self.node, self.word, self.owed = node, (), S.One


def _resolvent(pencil: Pencil, inverse: Inv) -> int:
    """A node whose total of returning walks is the inverse.

    Deterministic terms stand on its diagonal, loops are the others.
    """
    argument = inverse.argument
    terms = argument.terms if isinstance(argument, Sum) else ((S.One, argument),)
    diagonal: list[Weighted] = []
    loops: list[tuple[Expr, Tree]] = []
    for scalar, tree in _flatten(terms):
        word = _word(tree)
        if word is None:
            loops.append((scalar, tree))
        else:
            diagonal.append((scalar, word))
    node = pencil.node(shape(argument)[0], tuple(diagonal))
    for scalar, tree in loops:
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
    factors = _factors(tree)
    if not all(map(_is_deterministic, factors)):
        return None
    return tuple(f for f in factors if isinstance(f, Letter))


def _factors(tree: Tree) -> tuple[Tree, ...]:
    return tree.factors if isinstance(tree, Product) else (tree,)


def _is_random(tree: Tree) -> bool:
    return isinstance(tree, Letter) and tree.random


def _is_deterministic(tree: Tree) -> bool:
    return isinstance(tree, Letter) and not tree.random
