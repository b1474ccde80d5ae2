"""An expression at given numbers as one dense pencil, and the plain iteration S <- R(H) on it.

``expression = u G v`` with ``G = (Q_det - Sigma)^-1``: the expression is laid out as walks, nothing
is eliminated, named or written. For the occurrences of one letter, ``H[o, o'] = tr G[c_o, r_o']``
and the self-energy from r_o to c_o' is the (o, o') entry of R(H), a function of the whole matrix:
ladders between resolvents come out of the same equation as the self-energies inside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol

from planar.ensembles.law import Law
from planar.evidence.agreement.matrix_laws import MatrixLaw, matrix_law
from planar.expression.pencil import Pencil, linearise
from planar.expression.tree import Target, Tree
from planar.foundations.errors import BranchError
from planar.foundations.words import Core, Letter, Word

__all__ = ["DensePencil", "Point", "planar_value"]

Array = NDArray[Any]
_SWEEPS, _UNDAMPED = 600, 60
_SETTLED = 1e-13
"""Change of a sweep, beside the self-energies, from which on they stand still."""
_START = 1e-3
"""Of self-energies whose mean is zero, where the pencil has no inverse without any."""


@dataclass(frozen=True)
class Point:
    """Numbers for the symbols, sizes among them, and arrays for the deterministic letters."""

    symbols: Mapping[Symbol, Any]
    matrices: Mapping[str, Array]
    spaces: frozenset[Expr]

    def number(self, expression: Expr) -> Any:
        """A scalar or a size."""
        value = complex(expression.xreplace(self.symbols))
        return value if value.imag else value.real

    def size(self, space: Expr) -> int:
        """Rows of the blocks over a space: one where no matrix of the expression tells rows apart.

        Everything is then a multiple of the identity, and its dimension enters by ratios alone.
        """
        return int(self.number(space)) if space in self.spaces else 1

    def word(self, word: Word, space: Expr) -> Array:
        """The product of deterministic letters."""
        return reduce(np.matmul, map(self._letter, word), np.eye(self.size(space)))

    def _letter(self, letter: Letter | Core) -> Array:
        assert isinstance(letter, Letter), "a pencil has no resolvents of its own"
        value = self.matrices[letter.name]
        value = value.conj() if letter.conjugated else value
        return value.T if letter.transposed else value


@dataclass(frozen=True)
class _Family:
    """The occurrences of one letter: their rows and columns in the dense pencil, and its law."""

    sweep: MatrixLaw
    rows: tuple[slice, ...]
    cols: tuple[slice, ...]
    weights: Array
    joined: Array

    @classmethod
    def of(cls, law: Law, pencil: Pencil, nodes: list[slice], point: Point) -> _Family:
        """The family of a letter; traces count in units of its rows."""
        members = [o for o in pencil.occurrences if o.letter.name == law.name]
        rows = [pencil.spaces[o.row] for o in members]
        scale = np.array([point.number(space) / point.size(space) for space in rows])
        colour = np.array([o.letter.transposed for o in members])
        alike = colour[:, None] != colour[None, :] if law.alternating else np.ones((1, 1), bool)
        return cls(
            matrix_law(law, lambda x: point.number(x.xreplace(dict(law.constants())))),
            tuple(nodes[o.row] for o in members),
            tuple(nodes[o.col] for o in members),
            np.broadcast_to(scale / point.number(law.shape[0]), (len(members),) * 2),
            np.broadcast_to(alike, (len(members),) * 2),
        )

    @property
    def start(self) -> Array:
        """R(0)."""
        zero = np.zeros(self.joined.shape)
        return self.sweep(zero, zero)

    @property
    def small(self) -> Array:
        """Small self-energies in place of R(0) = 0, no two alike."""
        n = len(self.rows)
        places = 1 + np.arange(n * n).reshape(n, n) * 0.618034 % 1
        return np.where(self.joined, _START * places, 0)

    def overlaps(self, g: Array) -> Array:
        """H, the traces of G from behind one occurrence to before another."""
        traces = [
            np.trace(g[c, r]) if joined else 0
            for c, flags in zip(self.cols, self.joined, strict=True)
            for r, joined in zip(self.rows, flags, strict=True)
        ]
        return np.reshape(traces, self.joined.shape) * self.weights

    def add(self, sigma: Array, s: Array) -> None:
        """Put the self-energies into their places."""
        for i, j in np.argwhere(s * self.joined):
            block = sigma[self.rows[i], self.cols[j]]
            block += s[i, j] * np.eye(*block.shape)


class DensePencil:
    """One tree of an expression at a point."""

    def __init__(self, tree: Tree, point: Point) -> None:
        pencil = linearise([tree])
        ends = [0, *accumulate(point.size(space) for space in pencil.spaces)]
        nodes = [slice(a, b) for a, b in pairwise(ends)]
        self._q = _bare(pencil, nodes, point)
        laws = dict.fromkeys(o.letter.symbol for o in pencil.occurrences)
        self._families = [_Family.of(law, pencil, nodes, point) for law in laws]
        ((start, end),) = pencil.ends
        self._ends = nodes[start], nodes[end]

    def value(self) -> Array:
        """The (start, end) block of the dressed propagator.

        Raises ``BranchError`` where the iteration does not settle.
        """
        states = self._first()
        g = self._dressed(states)
        for sweep in range(_SWEEPS if self._families else 0):
            kept = 0.0 if sweep < _UNDAMPED else 0.5
            new = self._swept(states, g)
            gap = max(_gap(a, b) for a, b in zip(new, states, strict=True))
            states = [(1 - kept) * a + kept * b for a, b in zip(new, states, strict=True)]
            g = self._dressed(states)
            if gap < _SETTLED:
                return g[self._ends]
        if self._families:
            raise BranchError("the plain iteration did not settle.")
        return g[self._ends]

    def _swept(self, states: list[Array], g: Array) -> list[Array]:
        pairs = zip(self._families, states, strict=True)
        try:
            return [family.sweep(s, family.overlaps(g)) for family, s in pairs]
        except np.linalg.LinAlgError:
            raise BranchError("a law is singular where the iteration leads.") from None

    def _first(self) -> list[Array]:
        """R(0), or small numbers beside it where nothing else can be inverted."""
        states = [family.start for family in self._families]
        try:
            self._dressed(states)
        except BranchError:
            pairs = zip(self._families, states, strict=True)
            return [s if np.any(s) else family.small for family, s in pairs]
        return states

    def _dressed(self, states: list[Array]) -> Array:
        sigma = np.zeros(self._q.shape, dtype=complex)
        for family, s in zip(self._families, states, strict=True):
            family.add(sigma, s)
        try:
            g = np.linalg.inv(self._q - sigma)
        except np.linalg.LinAlgError:
            raise BranchError("the pencil is singular.") from None
        if not np.isfinite(g).all() or np.abs(g).max() > 1e12:
            raise BranchError("the pencil is nearly singular.")
        return g


def planar_value(target: Target, point: Point) -> Array:
    """The planar value of an expression, term by term and trace by trace."""
    values: dict[Tree, Array] = {}
    for tree in target.trees:
        if tree not in values:
            values[tree] = DensePencil(tree, point).value()
    total: Any = 0
    for term in target.terms:
        factor = point.number(term.coefficient)
        for trace in term.traces:
            factor *= np.trace(values[trace]) / len(values[trace])
        total = total + (factor if term.matrix is None else factor * values[term.matrix])
    return np.asarray(total)


def _bare(pencil: Pencil, nodes: list[slice], point: Point) -> Array:
    """Q without its random letters."""
    q = np.zeros((nodes[-1].stop,) * 2, dtype=complex)
    for i, terms in enumerate(pencil.diagonal):
        for coefficient, word in terms:
            q[nodes[i], nodes[i]] += point.number(coefficient) * point.word(word, pencil.spaces[i])
    for (i, j), walks in pencil.edges.items():
        for coefficient, word in walks:
            q[nodes[i], nodes[j]] -= point.number(coefficient) * point.word(word, pencil.spaces[i])
    return q


def _gap(new: Array, old: Array) -> float:
    return float(np.abs(new - old).max() / max(np.abs(new).max(), 1e-3))
