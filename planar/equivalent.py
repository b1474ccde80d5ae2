"""The mute value that a derivation returns: formula, definitions, the Dyson iteration, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import networkx as nx
from sympy import Expr, MatrixExpr, MatrixSymbol, Symbol

from planar.ensembles.law import Law
from planar.expression.chalk import chalk
from planar.expression.tree import Target
from planar.shown import Printed

__all__ = ["EVIDENCE", "NEAR", "STAR", "Definition", "Dyson", "Equivalent", "Evidence", "MatrixEvidence", "defined"]


@dataclass(frozen=True)
class Definition(Printed):
    """``symbol = expr``. Implicit where ``expr`` holds the symbol itself, or one that is defined through it.

    ``latex`` and ``text`` say how the symbol is written, with its arguments; ``meaning`` says what it is, in words.
    """

    symbol: Symbol
    expr: Expr
    implicit: bool = False
    latex: str = field(default="", compare=False)
    text: str = field(default="", compare=False)
    meaning: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.text or self.symbol} = {chalk(self.expr)}"


@dataclass(frozen=True)
class Dyson:
    """One law's part of the Dyson iteration: the matrix ``S <- R(H)`` with H in terms of the S of all letters.

    ``entries`` are the unknown symbols S_ij, None where no diagram joins i and j; ``overlaps`` the expressions H_ij in them
    (deterministic letters, scalars); ``relation`` is the polynomial relation of the law, if it has one.
    Iterated from S = R(0) it sums the planar diagrams order by order, and so chooses the branch.
    """

    law: Law
    r_transform: Expr | None
    argument: Symbol
    entries: tuple[tuple[Symbol | None, ...], ...]
    overlaps: tuple[tuple[Expr, ...], ...]
    relation: tuple[tuple[Expr, str], ...] = ()

    @property
    def places(self) -> tuple[tuple[int, int, Symbol], ...]:
        """The entries that are not zero, with their places."""
        return tuple((i, j, s) for i, row in enumerate(self.entries) for j, s in enumerate(row) if s is not None)


STAR = "^*"
"""What the name of a complex conjugate ends with in an ``Evidence``."""


def defined(expressions: Mapping[Symbol, Expr]) -> tuple[Definition, ...]:
    """Definitions from ``symbol = expression``; those that lie on a cycle of each other are implicit."""
    graph = nx.DiGraph([(s, symbol) for symbol, expr in expressions.items() for s in expr.atoms(Symbol) if s in expressions])
    cyclic = {s for part in nx.strongly_connected_components(graph) if len(part) > 1 for s in part}
    cyclic |= {s for s in expressions if graph.has_edge(s, s)}
    return tuple(Definition(s, expr, s in cyclic, text=s.name) for s, expr in expressions.items())


NEAR = 1e-6
"""The small parameter, beside letters of size one, from which the branch of a limit to zero is sought downwards."""

EVIDENCE = " of the evidence"
"""What the name of a quantity ends with that only an ``Evidence`` holds."""


@dataclass(frozen=True)
class MatrixEvidence:
    """The same ladder where a self-energy is a true matrix: ``propagators[a][b]`` is G from behind occurrence a to b.

    Occurrences are those of ``laws`` one after another, ``transposed`` says which are transposes of a letter that alternates
    with them; each law's overlaps H are those of its Dyson iteration.
    """

    laws: tuple[Dyson, ...]
    propagators: tuple[tuple[MatrixExpr, ...], ...]
    transposed: tuple[bool, ...] = ()


Block = tuple[tuple[Expr, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """Ladder of a resolvent with its adjoint, ``M_S S + M_H H = 0`` and ``H = loops S``.

    The largest real part among the eigenvalues of ``-M_S^-1 M_H loops`` is gamma(R, R*): below one on the physical branch;
    where it reaches one lies the spectrum (``rooted`` where R has a root and rungs diverge at its branch point, which is no
    singularity of the sum). ``named`` are parts of these expressions. A symbol whose name ends with a star is
    the complex conjugate of the one without.
    """

    on_s: Block
    on_h: Block
    loops: Block
    named: tuple[Definition, ...] = ()
    rooted: bool = False


@dataclass(frozen=True)
class Equivalent:
    """``lhs`` is equivalent to ``rhs``; the named quantities of ``rhs`` are given by ``definitions`` in reading order.

    ``rhs`` and every ``expr`` are SymPy expressions over scalars, named symbols and deterministic letters (sums,
    products, inverses, ``Trace``), so that anybody can evaluate them. ``closed`` is False where the answer is a named
    fixed-point system: a self-energy is a true matrix, or several stay coupled, or the rungs do. ``named`` are functions of
    the unknowns of ``iteration``, ``auxiliary`` all definitions of the derivation, those that ``rhs`` does not need included.
    ``limits`` are those that were taken of the formula, ``near`` the equivalent before the last one to zero, which tells the
    branch.
    """

    lhs: Expr
    rhs: Expr
    definitions: tuple[Definition, ...]
    target: Target = field(repr=False)
    letters: tuple[MatrixSymbol, ...] = field(repr=False)
    laws: tuple[Law, ...] = field(repr=False)
    scalars: tuple[Symbol, ...] = field(repr=False)
    iteration: tuple[Dyson, ...] = field(repr=False, default=())
    named: tuple[Definition, ...] = field(repr=False, default=())
    auxiliary: tuple[Definition, ...] = field(repr=False, default=())
    evidence: tuple[Evidence | MatrixEvidence, ...] = field(repr=False, default=())
    commuting: tuple[tuple[str, str], ...] = field(repr=False, default=())
    limits: tuple[tuple[Symbol, Expr], ...] = field(repr=False, default=())
    near: Equivalent | None = field(repr=False, default=None)
    closed: bool = True
    assumptions: tuple[str, ...] = ()

    @property
    def letter_pairs(self) -> list[tuple[MatrixSymbol, MatrixSymbol]]:
        """The pairs of letters that were declared to commute."""
        known = {letter.name: letter for letter in self.letters}
        return [(known[a], known[b]) for a, b in self.commuting]
