"""The law of a letter with a given spectrum, in words of the diagonal matrix of its eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from planar.derivation.resummation.entries import Entries
from planar.derivation.resummation.word_inverse import Matrix, invert
from planar.derivation.resummation.workspace import Workspace
from planar.ensembles.law import Law
from planar.foundations.algebra import WordSum
from planar.foundations.rational import Rational
from planar.foundations.words import Letter

__all__ = ["is_triangular", "spectral_letter", "spectral_residual"]


def spectral_letter(law: Law) -> Letter:
    """The diagonal matrix of a law's eigenvalues, as a deterministic letter of its own."""
    return Letter(f"Lambda_{law.name}", symbol=law, symmetric=True)


def spectral_residual(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries, first: int, last: int
) -> Rational:
    """In words of the diagonal matrix of eigenvalues: T = S - B, residual tr[T (1 + H T)^-1]."""
    algebra = work.algebra
    if is_triangular(chain, s, h):
        return work.trace(_triangular(work, law, chain, s, h, first, last), law.shape[0])
    t = _shifted(work, law, chain, s)
    denominator = _one_plus(work, chain, h, t)
    spaces = [law.shape[0]] * (max(chain) + 1)
    y = invert(algebra, denominator, list(chain), spaces, scaled=False)
    total = algebra.sum()
    for m in chain:
        if (first, m) in t and (m, last) in y:
            total = total + t[first, m] * y[m, last]
    return work.trace(total, law.shape[0])


def _shifted(work: Workspace, law: Law, chain: Sequence[int], s: Entries) -> Matrix:
    """T = S - B, zeros left out."""
    algebra = work.algebra
    letter = algebra.sum({(spectral_letter(law),): work.field.one})
    t = {}
    for i, j in product(chain, repeat=2):
        entry = algebra.scalar(s(i, j)) - (letter if i == j else algebra.sum())
        if entry:
            t[i, j] = entry
    return t


def _one_plus(work: Workspace, chain: Sequence[int], h: Entries, t: Matrix) -> Matrix:
    """1 + H T, zeros left out."""
    algebra = work.algebra
    total: Matrix = {}
    for i, j in product(chain, repeat=2):
        entry = algebra.scalar(work.field.one) if i == j else algebra.sum()
        for m in chain:
            if (m, j) in t and (value := h(i, m)):
                entry = entry + t[m, j].scale(value)
        if entry:
            total[i, j] = entry
    return total


def is_triangular(chain: Sequence[int], s: Entries, h: Entries) -> bool:
    """Whether S and H have no entries below the diagonal of the chain."""
    below = ((j, i) for i, j in product(chain, repeat=2) if i < j)
    return all(not s(j, i) and not h(j, i) for j, i in below)


def _triangular(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries, first: int, last: int
) -> WordSum:
    """X = T (1 + H T)^-1 from X = T - T H X, entry by entry.

    There is one core D_i = (1 + h_i (s_i - B))^-1 an occurrence.
    """
    algebra, one = work.algebra, work.field.one
    letter = spectral_letter(law)
    cores = _diagonal_cores(work, law, chain, s, h)
    entries: Matrix = {}

    def t(i: int, j: int) -> WordSum:
        return algebra.scalar(s(i, j)) - (
            algebra.sum({(letter,): one}) if i == j else algebra.sum()
        )

    def x(i: int, j: int) -> WordSum:
        if (i, j) not in entries:
            inner = t(i, j) * (cores[j] if i != j else algebra.scalar(one))
            between = chain[chain.index(i) : chain.index(j) + 1]
            for k in between:
                for m in between[between.index(k) :]:
                    if (k, m) not in ((i, i), (j, j)) and (value := h(k, m)):
                        inner = inner - (t(i, k) * x(m, j)).scale(value)
            entries[i, j] = cores[i] * inner
        return entries[i, j]

    return x(first, last)


def _diagonal_cores(
    work: Workspace, law: Law, chain: Sequence[int], s: Entries, h: Entries
) -> dict[int, WordSum]:
    """D_i = (1 + h_i (s_i - B))^-1 of every occurrence."""
    algebra, one, letter = work.algebra, work.field.one, spectral_letter(law)
    cores: dict[int, WordSum] = {}
    for i in chain:
        constant = one + h(i, i) * s(i, i)
        core = algebra.core({(): constant, (letter,): -h(i, i)}, law.shape[0]) if h(i, i) else None
        cores[i] = algebra.scalar(one) if core is None else algebra.sum({(core,): one})
    return cores
