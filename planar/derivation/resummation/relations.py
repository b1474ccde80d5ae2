"""A law at work: the self-energy S = R(H) on scalars, and its affine off-diagonal blocks (divided
differences).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, pairwise

from sympy import Symbol
from sympy.core.function import AppliedUndef

from planar.derivation.resummation.word_inverse import invert
from planar.derivation.resummation.workspace import Workspace
from planar.ensembles.law import Law, Relation
from planar.foundations.generators import DividedDifference, OverlapOf, SelfEnergy
from planar.foundations.rational import Rational
from planar.foundations.words import Letter, WordSum

__all__ = [
    "at_zero",
    "entries_of",
    "leading",
    "overlap_of",
    "proportional",
    "residual",
    "spectral_letter",
]

Entries = Callable[[int, int], Rational]


def entries_of(rows: Sequence[Sequence[Rational]]) -> Entries:
    """A matrix as a function of its places."""
    return lambda i, j: rows[i][j]


def spectral_letter(law: Law) -> Letter:
    """The diagonal matrix of a law's eigenvalues, as a deterministic letter of its own."""
    return Letter(f"Lambda_{law.name}", symbol=law, symmetric=True)


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
    """What must vanish between two places (the first and the last unless given) of a chain of
    occurrences.

    For a relation it is an entry of Phi(S, H), for a spectrum an entry of ``tr[(S - B)(1 + H (S -
    B))^-1]``, for an R-transform alone ``S_ab - sum over chains of R[h_a, ..., h_b] H...H``.
    """
    first, last = ends or (chain[0], chain[-1])
    relation = law.relation()
    if relation is not None:
        return _polynomial(work, law, relation, chain, s, h, first, last)
    matrix_relation = law.matrix_relation()
    if matrix_relation is not None and not _is_triangular(chain, s, h):
        return _polynomial(work, law, matrix_relation, chain, s, h, first, last)
    if law.atoms_and_weights() is not None:
        return _spectral(work, law, chain, s, h, first, last)
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
            row = {
                j: v
                for j in chain
                if (v := sum((x * entries(i, j) for i, x in row.items()), work.field.zero))
            }
        if last in row:
            total += work.scalar(work.law_scalar(law.name, coefficient)) * row[last]
    return total


def _spectral(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries, first: int, last: int
) -> Rational:
    """In words of the diagonal matrix of eigenvalues: T = S - B, residual tr[T (1 + H T)^-1]."""
    algebra = work.algebra
    if _is_triangular(chain, s, h):
        return work.trace(_triangular(work, law, chain, s, h, first, last), law.shape[0])
    letter = algebra.sum({(spectral_letter(law),): work.field.one})
    t = {
        (i, j): v
        for i in chain
        for j in chain
        if (v := algebra.scalar(s(i, j)) - (letter if i == j else algebra.sum()))
    }
    k: dict[tuple[int, int], WordSum] = {}
    for i in chain:
        for j in chain:
            entry = algebra.scalar(work.field.one) if i == j else algebra.sum()
            for m in chain:
                if (m, j) in t and (value := h(i, m)):
                    entry = entry + t[m, j].scale(value)
            if entry:
                k[i, j] = entry
    y = invert(algebra, k, list(chain), [law.shape[0]] * (max(chain) + 1), scaled=False)
    total = algebra.sum()
    for m in chain:
        if (first, m) in t and (m, last) in y:
            total = total + t[first, m] * y[m, last]
    return work.trace(total, law.shape[0])


def _is_triangular(chain: Sequence[int], s: Entries, h: Entries) -> bool:
    return all(not s(j, i) and not h(j, i) for i in chain for j in chain if i < j)


def _triangular(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries, first: int, last: int
) -> WordSum:
    """X = T (1 + H T)^-1 from X = T - T H X, entry by entry, with one core D_i = (1 + h_i (s_i -
    B))^-1 an occurrence.
    """
    algebra, one = work.algebra, work.field.one
    letter = spectral_letter(law)
    cores: dict[int, WordSum] = {}
    for i in chain:
        constant = one + h(i, i) * s(i, i)
        core = algebra.core({(): constant, (letter,): -h(i, i)}, law.shape[0]) if h(i, i) else None
        cores[i] = algebra.scalar(one) if core is None else algebra.sum({(core,): one})
    found: dict[tuple[int, int], WordSum] = {}

    def t(i: int, j: int) -> WordSum:
        return algebra.scalar(s(i, j)) - (
            algebra.sum({(letter,): one}) if i == j else algebra.sum()
        )

    def x(i: int, j: int) -> WordSum:
        if (i, j) not in found:
            inner = t(i, j) * (cores[j] if i != j else algebra.scalar(one))
            between = chain[chain.index(i) : chain.index(j) + 1]
            for k in between:
                for m in between[between.index(k) :]:
                    if (k, m) not in ((i, i), (j, j)) and (value := h(k, m)):
                        inner = inner - (t(i, k) * x(m, j)).scale(value)
            found[i, j] = cores[i] * inner
        return found[i, j]

    return x(first, last)


def _analytic(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries, first: int, last: int
) -> Rational:
    total = s(first, last)
    for length in range(len(chain) - 1):
        for middle in combinations(chain[1:-1], length):
            steps = (first, *middle, last)
            product = work.field.one
            for i, j in pairwise(steps):
                product = product * h(i, j)
            if product:
                total -= product * divided_difference(
                    work, law, [(s(i, i), h(i, i)) for i in steps]
                )
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
    """H_ij with S = R(H) where the relation is linear in it and in no other entry (Wishart, GOE,
    projection, Haar).

    Ladders stay small when the diagonal of H is written through S: for a Wishart letter the rung
    becomes q s s'.
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
    found = [c for c, word in law.matrix_relation() or () if word == "S"]
    return work.scalar(work.law_scalar(law.name, found[0])) if found else work.field.one
