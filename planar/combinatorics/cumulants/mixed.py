"""Mixed moments of letters that are free of one another, by intervals of the word.

Only the block of a word's first random letter is chosen. The interval between two letters of a
block is a face of its own, with a trace of its own; what stands after the block's last letter stays
open. So with J(v) the weight of an interval v of which first and last letter share a block, the
open word of X v is the sum of J(X v') E(v'') over v = v' v'', and within J the blocks are counted
by a polynomial in u, whose power counts letters, before u^k becomes kappa_k. Intervals with the
same letters are the same, so that a periodic word has few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from planar.combinatorics.cumulants.deterministic import (
    Deterministic,
    Matrices,
    Words,
    matrix_rows,
    open_words,
)
from planar.combinatorics.cumulants.exact_ring import Ring, read
from planar.foundations.errors import PlanarError, ShapeError

__all__ = ["mixed_moment"]


def mixed_moment(
    word: Sequence[str],
    cumulants: Mapping[str, Sequence[Any]],
    deterministic: Mapping[str, Any] | Callable[[tuple[str, ...]], Any] | None = None,
) -> Any:
    """tau(X Y X Y ...) of letters that are free of one another: the sum over NC(n) of free
    cumulants, each block of one letter.

    ``cumulants`` gives the free cumulants kappa_1, kappa_2, ... of each random letter, those beyond
    the last being zero. Letters without any are deterministic: ``deterministic`` is a mapping to
    exact square matrices (nested sequences, or SymPy or flint matrices) with the normalised trace,
    or a function that gives the trace of a tuple of names. Numbers are exact, as in ``moments``;
    SymPy symbols give polynomials. Raises ``PlanarError`` for an unknown letter.

    >>> mixed_moment("XYXYXY", {"X": [1, 1, 1], "Y": [1, 1, 1]})
    Fraction(12, 1)
    >>> from sympy import Symbol, symbols
    >>> a, b, c = symbols("a b c")
    >>> mixed_moment("XYXY", {"X": [a, b], "Y": [c]})
    a**2*c**2 + b*c**2
    >>> mixed_moment("AWBW", {"W": [0, 1]}, {"A": [[1, 2], [3, 4]], "B": [[1, 0], [1, 1]]})
    Fraction(5, 2)
    >>> mixed_moment("AWBW", {"W": [a, b]}, lambda letters: Symbol("tr_" + "".join(letters)))
    a**2*tr_AB + b*tr_A*tr_B
    """
    names = tuple(dict.fromkeys([*cumulants, *word]))
    code = {name: chr(i) for i, name in enumerate(names)}
    text, random = "".join(code[name] for name in word), [code[name] for name in cumulants]
    fixed = [name for name in names if name not in cumulants and name in code]
    _check(fixed, cumulants, deterministic)
    needed, rows = list[str](), dict[str, list[list[Any]]]()
    if callable(deterministic):
        needed = open_words(text, random)
        values = [deterministic(tuple(names[ord(c)] for c in open_word)) for open_word in needed]
    else:
        rows = {code[name]: matrix_rows(name, (deterministic or {})[name]) for name in fixed}
        sizes = {name: len(rows[code[name]]) for name in fixed}
        if len(set(sizes.values())) > 1:
            written = ", ".join(f"{name} {size} x {size}" for name, size in sizes.items())
            raise ShapeError(
                f"deterministic letters have unlike sizes, {written}; give matrices of one size."
            )
        values = [entry for matrix in rows.values() for row in matrix for entry in row]
    ring = read([*(kappa for sequence in cumulants.values() for kappa in sequence), *values])
    given = iter(ring.elements)
    kappas = {code[name]: [next(given) for _ in sequence] for name, sequence in cumulants.items()}
    if callable(deterministic):
        return ring.back(_moment(text, kappas, Words({w: next(given) for w in needed}, ring), ring))
    letters = {
        letter: [[next(given) for _ in row] for row in matrix] for letter, matrix in rows.items()
    }
    return ring.back(_moment(text, kappas, Matrices(letters, ring), ring))


def _check(fixed: Sequence[str], cumulants: Mapping[str, Any], deterministic: Any) -> None:
    both = (
        []
        if callable(deterministic)
        else [name for name in deterministic or {} if name in cumulants]
    )
    if both:
        raise PlanarError(f"{both[0]} has cumulants and a matrix; give one of the two.")
    unknown = (
        []
        if callable(deterministic)
        else [name for name in fixed if name not in (deterministic or {})]
    )
    if unknown:
        raise PlanarError(
            f"the letter {unknown[0]} has neither cumulants nor a matrix; give one of the two."
        )


def _moment(text: str, kappas: Mapping[str, list[Any]], algebra: Deterministic, ring: Ring) -> Any:
    @cache
    def expected(word: str) -> Any:
        if not word:
            return algebra.one
        if word[0] not in kappas:
            return algebra.times(word[0], expected(word[1:]))
        ends = [k for k, letter in enumerate(word) if letter == word[0]]
        weighed = [(joined(word[: k + 1]), k) for k in ends]
        return algebra.combined(
            [(weight, expected(word[k + 1 :])) for weight, k in weighed if weight != 0]
        )

    @cache
    def trace(word: str) -> Any:
        return algebra.trace(expected(word))

    @cache
    def chain(word: str) -> Any:
        """Blocks that hold the first and last letter, each counted by u to the number of its
        letters less one.
        """
        last, first = len(word) - 1, word[0]
        if last == 0:
            return ring.marker**0
        faces = [(trace(word[k + 1 : last]), k) for k in range(last) if word[k] == first]
        return ring.marker * sum(
            (face * chain(word[: k + 1]) for face, k in faces if face != 0), start=0 * ring.marker
        )

    @cache
    def joined(word: str) -> Any:
        return sum(
            (a * b for a, b in zip(kappas[word[0]], ring.by_marker(chain(word)), strict=False)),
            start=ring.zero,
        )

    for length in range(len(text)):
        for part in dict.fromkeys(text[i : i + length] for i in range(len(text) - length + 1)):
            expected(part)
    return trace(text)
