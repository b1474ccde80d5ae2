"""What a derivation returns, as plain data: formula, definitions, Dyson iteration, assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from sympy import Expr, MatrixExpr, MatrixSymbol, Symbol

from planar.derivation.definitions import Definition
from planar.ensembles.law import Law
from planar.expression.problem import Pairs, Problem
from planar.expression.tree import Target

__all__ = ["NEAR", "Block", "Dyson", "Equivalent", "Evidence", "MatrixEvidence"]


@dataclass(frozen=True)
class Dyson:
    """One law's part of the Dyson iteration: ``S <- R(H)``, H in terms of the S of all letters.

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
        places: list[tuple[int, int, Symbol]] = []
        for i, row in enumerate(self.entries):
            places += [(i, j, s) for j, s in enumerate(row) if s is not None]
        return tuple(places)

    @property
    def rooted(self) -> bool:
        """Whether R is not rational: known by a relation of higher degree, or by eigenvalues."""
        quadratic = any(word.count("S") > 1 for _, word in self.relation)
        return quadratic or (self.r_transform is None and not self.relation)

    @property
    def expressions(self) -> Iterator[Expr]:
        """Every expression that the iteration evaluates."""
        yield from chain.from_iterable(self.overlaps)
        yield from (c for c, _ in self.relation)
        if self.r_transform is not None:
            yield self.r_transform.xreplace({self.argument: self.overlaps[0][0]})


NEAR = 1e-6
"""Small parameter, beside letters of size one, at which the branch of a limit to zero is sought.

From there it is followed downwards.
"""


@dataclass(frozen=True)
class MatrixEvidence:
    """The ladder of a resolvent with its adjoint where a self-energy is a true matrix.

    ``propagators[a][b]`` is G from behind occurrence a to b. Occurrences are those of ``laws`` one
    after another, ``transposed`` says which are transposes of a letter that alternates with them;
    each law's overlaps H are those of its Dyson iteration.
    """

    laws: tuple[Dyson, ...]
    propagators: tuple[tuple[MatrixExpr, ...], ...]
    transposed: tuple[bool, ...] = ()

    @property
    def rooted(self) -> bool:
        """Whether R of a letter that stands several times has a root, and so rungs a pole."""
        return any(law.rooted for law in self.laws if len(law.entries) > 1)

    @property
    def named(self) -> tuple[Definition, ...]:
        """The named parts of these expressions: there are none."""
        return ()

    @property
    def expressions(self) -> Iterator[Expr]:
        """Every expression that is read for it."""
        yield from chain.from_iterable(self.propagators)
        for law in self.laws:
            yield from chain.from_iterable(law.overlaps)


Block = tuple[tuple[Expr, ...], ...]
"""A matrix of expressions, row by row."""


@dataclass(frozen=True)
class Evidence:
    """Ladder of a resolvent with its adjoint, ``M_S S + M_H H = 0`` and ``H = loops S``.

    The largest real part among the eigenvalues of ``-M_S^-1 M_H loops`` is gamma(R, R*): below one
    on the physical branch; where it reaches one lies the spectrum (``rooted`` where R has a root
    and rungs diverge at its branch point, which is not a singularity of the sum). ``named`` are
    parts of these expressions. What belongs to the adjoint is a ``Conjugate``.
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
    """``lhs`` is equivalent to ``rhs``, whose named quantities ``definitions`` give.

    ``rhs`` and every ``expr`` are SymPy expressions over scalars, named symbols and deterministic
    letters (sums, products, inverses, ``Trace``), so that anybody can evaluate them.

    Attributes
    ----------
    problem : Problem
        The expression with its letters, laws, scalars and dimensions.
    rhs : Expr
        The right-hand side.
    definitions : tuple of Definition
        The named quantities of ``rhs``, in reading order.
    iteration : tuple of Dyson
        The Dyson iteration, one part a law.
    named : tuple of Definition
        Named quantities as functions of the unknowns of ``iteration``.
    auxiliary : tuple of Definition
        All definitions of the derivation, those that ``rhs`` does not need included.
    evidence : tuple of Evidence or MatrixEvidence
        The ladder of each class of resolvents with its adjoint, which shows the branch.
    limits : tuple of (Symbol, Expr)
        The limits that were taken of the formula, in order: symbol and point.
    near : Equivalent or None
        The equivalent before the last limit to zero; the branch is chosen by it.
    one_sided : bool
        True where a limit has another formula in another region, and the regions have no closed
        form; kernels follow the branch. Default False.
    closed : bool
        False where the answer is a named fixed-point system: a self-energy is a true matrix, or
        several stay coupled, or the rungs do. Default True.
    assumptions : tuple of str
        What was assumed of the letters, in sentences.
    derived : Equivalent or None
        The equivalent that planar derived, where ``rhs`` and ``definitions`` are the user's own;
        iteration and evidence then hold its quantities.
    leads : tuple of (Symbol, Expr)
        Unknowns of the user's own as functions of the quantities of ``derived``.
    knowingly : bool
        Whether the user's own formula may be another one than that of the expression, and its
        numbers are wanted all the same. Default False.
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
    one_sided: bool = field(repr=False, default=False)
    closed: bool = True
    assumptions: tuple[str, ...] = ()
    derived: Equivalent | None = field(repr=False, default=None)
    leads: tuple[tuple[Symbol, Expr], ...] = field(repr=False, default=())
    knowingly: bool = field(repr=False, default=False)

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
        laws: dict[Symbol, Dyson] = {}
        for law in self.iteration:
            laws.update((s, law) for _, _, s in law.places)
        return laws

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Every symbol that the derivation introduced, each once.

        Those of ``definitions``, ``auxiliary`` and ``named``, the unknowns of the iteration, then
        those of the evidence.
        """
        defined = [d.symbol for d in (*self.definitions, *self.auxiliary, *self.named)]
        of_evidence: list[Symbol] = []
        for item in self.evidence:
            of_evidence += [d.symbol for d in item.named]
        return tuple(dict.fromkeys((*defined, *self.states, *of_evidence)))
