"""Laws on scalars: the self-energy S = R(H), and its affine off-diagonal blocks.

The latter are divided differences of R.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from math import prod

from sympy import Symbol
from sympy.core.function import AppliedUndef

from planar.derivation.resummation.entries import Entries, entries_of
from planar.derivation.resummation.spectral_residual import is_triangular, spectral_residual
from planar.derivation.resummation.workspace import Workspace
from planar.ensembles.law import Law, Relation
from planar.foundations.generators import DividedDifference, OverlapOf, SelfEnergy
from planar.foundations.rational import Rational

__all__ = [
    "at_zero",
    "leading",
    "overlap_of",
    "proportional",
    "residual",
]


def at_zero(work: Workspace, law: Law) -> Rational:
    """R(0) = kappa_1, the self-energy of a letter that stands alone between two resolvents."""
    symbolic = law.r_transform(Symbol("z") * 0)
    if symbolic is not None and symbolic.has(AppliedUndef):
        return work.scalar(work.law_scalar(law.name, symbolic))
    return work.scalar(work.law_scalar(law.name, law.free_cumulant(1)))


def residual(
    work: Workspace,
    law: Law,
    chain: Sequence[int],
    s: Entries,
    h: Entries,
    ends: tuple[int, int] | None = None,
) -> Rational:
    """What must vanish between two places of a chain of occurrences.

    These are its first and last unless ``ends`` gives others. For a relation it is an entry of
    Phi(S, H), for a spectrum an entry of ``tr[(S - B)(1 + H (S - B))^-1]``, for an R-transform
    alone ``S_ab - sum over chains of R[h_a, ..., h_b] H...H``.
    """
    first, last = ends or (chain[0], chain[-1])
    relation = law.relation()
    if relation is not None:
        return _polynomial(work, law, relation, chain, s, h, first, last)
    matrix_relation = law.matrix_relation()
    if matrix_relation is not None and not is_triangular(chain, s, h):
        return _polynomial(work, law, matrix_relation, chain, s, h, first, last)
    if law.atoms_and_weights() is not None:
        return spectral_residual(work, law, chain, s, h, first, last)
    return _analytic(work, law, chain, s, h, first, last)


def _polynomial(
    work: Workspace,
    law: Law,
    relation: Relation,
    chain: Sequence[int],
    s: Entries,
    h: Entries,
    first: int,
    last: int,
) -> Rational:
    total = work.field.zero
    for coefficient, word in relation:
        row = {first: work.field.one}
        for letter in word:
            entries = s if letter == "S" else h
            row = _row_times(row, entries, chain, work.field.zero)
        if last in row:
            total += work.scalar(work.law_scalar(law.name, coefficient)) * row[last]
    return total


def _row_times(
    row: dict[int, Rational], entries: Entries, chain: Sequence[int], zero: Rational
) -> dict[int, Rational]:
    """A row vector times a matrix over the chain, zeros left out."""
    next_row = {}
    for j in chain:
        value = sum((x * entries(i, j) for i, x in row.items()), zero)
        if value:
            next_row[j] = value
    return next_row


def _analytic(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries, first: int, last: int
) -> Rational:
    total = s(first, last)
    for length in range(len(chain) - 1):
        for middle in combinations(chain[1:-1], length):
            steps = (first, *middle, last)
            overlaps = prod((h(i, j) for i, j in pairwise(steps)), start=work.field.one)
            if overlaps:
                nodes = [(s(i, i), h(i, i)) for i in steps]
                total -= overlaps * divided_difference(work, law, nodes)
    return total


def divided_difference(
    work: Workspace, law: Law, nodes: Sequence[tuple[Rational, Rational]]
) -> Rational:
    """R[x, y, ...] as a named scalar; ``nodes`` are pairs (R(x), x), symmetric in their order."""
    ordered = tuple(sorted(nodes, key=lambda node: repr(node)))
    return work.field.gen(DividedDifference(law.name, ordered))


def proportional(law: Law) -> bool:
    """Whether R is linear, S = c H, so that no entry of a matrix is tied to another one."""
    return {word for _, word in law.relation() or ()} == {"S", "H"}


def overlap_of(
    work: Workspace,
    law: Law,
    s: Sequence[Sequence[Rational]],
    i: int,
    j: int,
    free: Mapping[SelfEnergy, Rational],
) -> Rational | None:
    """H_ij with S = R(H) where the relation is linear in it and in no other entry.

    So it is for Wishart, GOE, projection, Haar. Ladders stay small when the diagonal of H is
    written through S: for a Wishart letter the rung becomes q s s'.
    """
    if any(word.count("H") > 1 for _, word in law.relation() or (("", "HH"),)):
        return None
    h = work.field.gen(OverlapOf(law.name))
    phi = residual(
        work,
        law,
        range(len(s)),
        entries_of(s),
        lambda a, b: h if (a, b) == (i, j) else work.field.zero,
        (i, j),
    )
    coefficients, _ = phi.collect(h.gens()[0])
    return (-coefficients[0] / coefficients[1]).subs(free) if len(coefficients) == 2 else None


def leading(work: Workspace, law: Law) -> Rational:
    """The coefficient of the word S in the law's relation, one where there is none."""
    coefficients = [c for c, word in law.matrix_relation() or () if word == "S"]
    if not coefficients:
        return work.field.one
    return work.scalar(work.law_scalar(law.name, coefficients[0]))
