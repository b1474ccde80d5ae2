"""The mute value that a derivation returns: formula, definitions, the Dyson iteration, assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from sympy import Expr, MatrixExpr, MatrixSymbol, Symbol

from planar.derivation.definitions import Definition
from planar.ensembles.law import Law
from planar.expression.problem import Pairs, Problem
from planar.expression.tree import Target

__all__ = ["NEAR", "Dyson", "Equivalent", "Evidence", "MatrixEvidence"]


@dataclass(frozen=True)
class Dyson:
    """One law's part of the Dyson iteration: the matrix ``S <- R(H)`` with H in terms of the S of
    all letters.

    ``entries`` are the unknown symbols S_ij, None where no diagram joins i and j; ``overlaps`` the
    expressions H_ij in them (deterministic letters, scalars); ``relation`` is the polynomial
    relation of the law, if it has one. Iterated from S = R(0) it sums the planar diagrams order by
    order, and so chooses the branch.
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
        return tuple(
            (i, j, s)
            for i, row in enumerate(self.entries)
            for j, s in enumerate(row)
            if s is not None
        )

    @property
    def expressions(self) -> Iterator[Expr]:
        """Every expression that the iteration evaluates."""
        yield from chain.from_iterable(self.overlaps)
        yield from (c for c, _ in self.relation)
        yield from (
            ()
            if self.r_transform is None
            else (self.r_transform.xreplace({self.argument: self.overlaps[0][0]}),)
        )


NEAR = 1e-6
"""The small parameter, beside letters of size one, from which the branch of a limit to zero is
sought downwards.
"""


@dataclass(frozen=True)
class MatrixEvidence:
    """The same ladder where a self-energy is a true matrix: ``propagators[a][b]`` is G from behind
    occurrence a to b.

    Occurrences are those of ``laws`` one after another, ``transposed`` says which are transposes of
    a letter that alternates with them; each law's overlaps H are those of its Dyson iteration.
    """

    laws: tuple[Dyson, ...]
    propagators: tuple[tuple[MatrixExpr, ...], ...]
    transposed: tuple[bool, ...] = ()

    @property
    def named(self) -> tuple[Definition, ...]:
        """Nothing has a name of its own here."""
        return ()

    @property
    def expressions(self) -> Iterator[Expr]:
        """Every expression that is read for it."""
        yield from chain.from_iterable(self.propagators)
        yield from (e for law in self.laws for row in law.overlaps for e in row)


Block = tuple[tuple[Expr, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """Ladder of a resolvent with its adjoint, ``M_S S + M_H H = 0`` and ``H = loops S``.

    The largest real part among the eigenvalues of ``-M_S^-1 M_H loops`` is gamma(R, R*): below one
    on the physical branch; where it reaches one lies the spectrum (``rooted`` where R has a root
    and rungs diverge at its branch point, which is no singularity of the sum). ``named`` are parts
    of these expressions. What belongs to the adjoint is a ``Conjugate``.
    """

    on_s: Block
    on_h: Block
    loops: Block
    named: tuple[Definition, ...] = ()
    rooted: bool = False

    @property
    def expressions(self) -> Iterator[Expr]:
        """Every expression that is read for it."""
        yield from chain.from_iterable((*self.on_s, *self.on_h, *self.loops))
        yield from (d.expr for d in self.named)


@dataclass(frozen=True)
class Equivalent:
    """``lhs`` is equivalent to ``rhs``; the named quantities of ``rhs`` are given by
    ``definitions`` in reading order.

    ``rhs`` and every ``expr`` are SymPy expressions over scalars, named symbols and deterministic
    letters (sums, products, inverses, ``Trace``), so that anybody can evaluate them. ``closed`` is
    False where the answer is a named fixed-point system: a self-energy is a true matrix, or several
    stay coupled, or the rungs do. ``named`` are functions of the unknowns of ``iteration``,
    ``auxiliary`` all definitions of the derivation, those that ``rhs`` does not need included.
    ``limits`` are those that were taken of the formula, ``near`` the equivalent before the last one
    to zero, which tells the branch. ``derived`` is the equivalent that planar derived where ``rhs``
    and ``definitions`` are the user's own; iteration and evidence then speak of its quantities, and
    ``leads`` gives unknowns of the user's own as functions of these.
    """

    problem: Problem
    rhs: Expr
    definitions: tuple[Definition, ...]
    iteration: tuple[Dyson, ...] = field(repr=False, default=())
    named: tuple[Definition, ...] = field(repr=False, default=())
    auxiliary: tuple[Definition, ...] = field(repr=False, default=())
    evidence: tuple[Evidence | MatrixEvidence, ...] = field(repr=False, default=())
    limits: tuple[tuple[Symbol, Expr], ...] = field(repr=False, default=())
    near: Equivalent | None = field(repr=False, default=None)
    closed: bool = True
    assumptions: tuple[str, ...] = ()
    derived: Equivalent | None = field(repr=False, default=None)
    leads: tuple[tuple[Symbol, Expr], ...] = field(repr=False, default=())

    @property
    def lhs(self) -> Expr:
        """The expression."""
        return self.problem.expression

    @property
    def target(self) -> Target:
        """The expression as planar holds it."""
        return self.problem.target

    @property
    def letters(self) -> tuple[MatrixSymbol, ...]:
        """The deterministic letters."""
        return self.problem.letters

    @property
    def laws(self) -> tuple[Law, ...]:
        """The random letters."""
        return self.problem.laws

    @property
    def scalars(self) -> tuple[Symbol, ...]:
        """The scalar symbols, dimensions left out."""
        return self.problem.scalars

    @property
    def commuting(self) -> Pairs:
        """The names of letters that were declared to commute."""
        return self.problem.commuting

    @property
    def letter_pairs(self) -> list[tuple[MatrixSymbol, MatrixSymbol]]:
        """The letters that were declared to commute."""
        return self.problem.letter_pairs

    @property
    def states(self) -> dict[Symbol, Dyson]:
        """The unknowns of the iteration, each with its law."""
        return {s: law for law in self.iteration for _, _, s in law.places}

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol that was given a meaning here: definitions, auxiliary ones, unknowns of the
        iteration.
        """
        parts = [d.symbol for d in (*self.definitions, *self.auxiliary, *self.named)]
        inside = [d.symbol for item in self.evidence for d in item.named]
        return tuple(dict.fromkeys((*parts, *self.states, *inside)))
