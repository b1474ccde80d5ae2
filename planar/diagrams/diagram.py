"""THE diagram: a walk through an expression and a non-crossing partition of its random letters.

A block of n letters of one ensemble is the free cumulant kappa_n; the word between two consecutive
legs is a closed face, a normalised trace, in which what lies inside further blocks has been
evaluated already; the outermost word stays open. A letter X that is not its own transpose
alternates with X.T along each block, and each of its faces counts in units of the rows of X: one
over the columns brings the ratio of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, pairwise
from typing import Any

from sympy import Expr, Identity, MatMul, Mul

from planar.combinatorics.noncrossing import Partition, is_noncrossing
from planar.diagrams.atoms import Atom, least_rotation, matrix, spelled
from planar.diagrams.walks import Walk
from planar.ensembles.notation import Notation
from planar.formulas.symbols import tr
from planar.foundations.errors import PlanarError
from planar.foundations.notebook_display import Printed
from planar.foundations.words import Letter

__all__ = ["Diagram", "free_cumulant"]


@dataclass(frozen=True)
class Diagram(Printed):
    """A walk with a non-crossing partition of its random letters, each block within one ensemble.

    Attributes
    ----------
    walk : Walk
        A word of the series, with its coefficient.
    partition : tuple of tuples of int
        The blocks, in positions among the random letters of the walk.
    notation : dict
        How the constants of the laws are written, for each letter by name; by default as the laws
        state them.
    traced : bool, default False
        Whether the diagram is one of the normalised trace of the expression.

    Raises
    ------
    PlanarError
        Where the partition is not a non-crossing one of the random letters, a block joins two
        ensembles, or a letter does not alternate with its transpose.

    Examples
    --------
    >>> from planar.diagrams import diagrams
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> from planar.expression.reading import read
    >>> from sympy import Symbol
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N), Wishart("W", N, P)
    >>> tree = read(resolvent(A*W, Symbol("lambda"))).terms[0].matrix
    >>> [str(d) for d in diagrams(tree, 2)]
    ['q tr[A] A/λ³', 'A²/λ³']
    >>> [d.weight for d in diagrams(tree, 2)]
    [q, 1]

    >>> from planar.ensembles.ginibre import Ginibre
    >>> X = Ginibre("X", P, N)
    >>> [str(d) for d in diagrams(read(X * A * X.T).terms[0].matrix, 2)]
    ['N tr[A]/P']
    """

    walk: Walk
    partition: Partition
    notation: Notation = field(default_factory=dict, compare=False, repr=False)
    traced: bool = False

    def __post_init__(self) -> None:
        points = self.walk.random
        in_blocks = sorted(chain.from_iterable(self.partition))
        if in_blocks != list(range(len(points))) or not is_noncrossing(self.partition):
            raise PlanarError(
                f"{self.partition} is not a non-crossing partition of the {len(points)} random "
                f"letters of `{self.walk}`; take one of noncrossing.partitions({len(points)})."
            )
        for block in self.partition:
            _check_block(block, [points[i] for i in block])

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The atoms of the walk in reading order."""
        return self.walk.atoms

    @property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """The partition, in positions among the atoms."""
        position = self.walk.positions.__getitem__
        return tuple(tuple(map(position, block)) for block in self.partition)

    @property
    def weight(self) -> Expr:
        """The product of the free cumulants, one a block, in the constants of ``notation``."""
        return Mul(*map(self._free_cumulant, self.partition))

    def _free_cumulant(self, block: tuple[int, ...]) -> Expr:
        letter = self.walk.random[block[0]]
        cumulant = free_cumulant(letter.symbol, len(block))
        return cumulant.xreplace(self.notation.get(letter.name, {}))

    @property
    def ratio(self) -> Expr:
        """The product of the sizes of the closed faces in units of the rows of their letters.

        It is 1 where all are square.
        """
        inner = chain.from_iterable(block[:-1] for block in self.partition)
        legs = map(self.walk.random.__getitem__, inner)
        return Mul(*(leg.cols / leg.symbol.shape[0] for leg in legs))

    @property
    def faces(self) -> tuple[tuple[Atom, ...], ...]:
        """The words of the closed faces, in the order in which they close.

        A block of n letters has n - 1 of them.
        """
        return self._words[0]

    @property
    def open_word(self) -> tuple[Atom, ...]:
        """The word of the open face: what is enclosed by no block."""
        return self._words[1]

    @property
    def _words(self) -> tuple[tuple[tuple[Atom, ...], ...], tuple[Atom, ...]]:
        ends: dict[int, tuple[int, int]] = {}
        for block in self.blocks:
            ends |= dict.fromkeys(block, (block[0], block[-1]))
        word, outer, faces = list[Atom](), list[list[Atom]](), list[tuple[Atom, ...]]()
        for position, atom in enumerate(self.atoms):
            first, last = ends.get(position, (None, None))
            if first is None:
                word.append(atom)
                continue
            if position == first:
                outer.append(word)
            else:
                faces.append(tuple(word))
            word = outer.pop() if position == last else []
        return tuple(faces), tuple(word)

    @property
    def value(self) -> Expr:
        """The diagram as a SymPy matrix expression.

        It is the product of coefficient, free cumulants, sizes and traces of the faces, times the
        open word. A diagram of a trace (``traced``) closes the open word too, and is a number.
        """
        traces = (tr(matrix(turned)) for turned in map(least_rotation, self.faces) if turned)
        scalar = self.weight * self.ratio * self.walk.coefficient * Mul(*traces)
        if self.traced:
            return scalar * tr(matrix(least_rotation(self.open_word))) if self.open_word else scalar
        open_word = matrix(self.open_word) if self.open_word else Identity(self.walk.shape[0])
        if scalar == 1:
            return open_word
        return MatMul(scalar, *(open_word.args if open_word.is_MatMul else (open_word,)))

    @property
    def is_irreducible(self) -> bool:
        """One-particle irreducible: the first and the last random letter share a block.

        No cut between its letters then separates the diagram in two.
        """
        last = len(self.walk.random) - 1
        return any(block[0] == 0 and block[-1] == last for block in self.partition)

    @property
    def is_ladder(self) -> bool:
        """Whether some block has legs in two top-level resolvents: a rung."""
        home = self.walk.homes.__getitem__
        return any(len(set(map(home, block)) - {-1}) > 1 for block in self.blocks)

    def __str__(self) -> str:
        scalar = self.weight * self.ratio * self.walk.coefficient
        if not self.traced:
            return spelled(scalar, tuple(map(least_rotation, self.faces)), self.open_word)
        traces = map(least_rotation, (*self.faces, self.open_word))
        return spelled(scalar, tuple(sorted(traces, key=lambda face: (len(face), str(face)))), ())


def _check_block(block: tuple[int, ...], letters: Sequence[Letter]) -> None:
    """A block holds letters of one ensemble, which alternate where they have transposes."""
    if any(letter.name != letters[0].name for letter in letters):
        names = ", ".join(letter.name for letter in letters)
        raise PlanarError(
            f"the block {block} joins the letters {names}; a block holds letters of one ensemble."
        )
    if not letters[0].symbol.alternating:
        return
    if any(a.transposed == b.transposed for a, b in pairwise(letters)):
        names = ", ".join(map(str, letters))
        raise PlanarError(
            f"the block {block} joins the letters {names}; "
            "in a block a letter and its transpose alternate."
        )


@cache
def free_cumulant(law: Any, n: int) -> Expr:
    """kappa_n of a law, computed once."""
    return law.free_cumulant(n)
