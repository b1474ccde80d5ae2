"""Mixed moments of letters that are free of one another, by intervals of the word.

Only the block of a word's first random letter is chosen. The interval between two letters of a
block is a face of its own, with a trace of its own; what stands after the block's last letter stays
open. So with J(v) the weight of an interval v of which first and last letter share a block, the
open word of X v is the sum of J(X v') E(v'') over v = v' v'', and within J the blocks are counted
by a polynomial in u, whose power counts letters, before u^k becomes kappa_k. Intervals with the
same letters are the same, so that a periodic word has few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
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
    """The moment tau(X Y X Y ...) of letters that are free of one another.

    It is the sum over NC(n) of free cumulants, each block of one letter. Numbers are exact, as in
    ``moments``; SymPy symbols give polynomials.

    Parameters
    ----------
    word : str or sequence of str
        The letters in their order.
    cumulants : Mapping
        From each random letter to its free cumulants kappa_1, kappa_2, ..., those beyond the last
        being zero.
    deterministic : Mapping or callable, optional
        Letters without cumulants are deterministic. A mapping gives them as exact square matrices
        (nested sequences, or SymPy or flint matrices) with the normalised trace; a function gives
        the trace of a tuple of names.

    Returns
    -------
    number or Expr
        Of the kind of the numbers given, as in ``moments``.

    Raises
    ------
    PlanarError
        For an unknown letter, one with cumulants and a matrix, and for floats.
    ShapeError
        Where matrices are not square, or not of one size.

    Examples
    --------
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
    text = "".join(code[name] for name in word)
    series = {code[name]: list(kappas) for name, kappas in cumulants.items()}
    if callable(deterministic):
        return _from_traces(text, names, series, deterministic)
    matrices = deterministic or {}
    fixed = [name for name in names if name not in cumulants]
    _check(fixed, cumulants, matrices)
    rows = {name: matrix_rows(name, matrices[name]) for name in fixed}
    _check_sizes(rows)
    return _from_matrices(text, series, {code[name]: matrix for name, matrix in rows.items()})


def _check(fixed: Sequence[str], cumulants: Mapping[str, Any], matrices: Mapping[str, Any]) -> None:
    both = [name for name in matrices if name in cumulants]
    if both:
        raise PlanarError(f"{both[0]} has cumulants and a matrix; give one of the two.")
    unknown = [name for name in fixed if name not in matrices]
    if unknown:
        raise PlanarError(
            f"the letter {unknown[0]} has neither cumulants nor a matrix; give one of the two."
        )


def _check_sizes(rows: Mapping[str, list[list[Any]]]) -> None:
    sizes = {name: len(matrix) for name, matrix in rows.items()}
    if len(set(sizes.values())) > 1:
        written = ", ".join(f"{name} {size} x {size}" for name, size in sizes.items())
        raise ShapeError(
            f"deterministic letters have different sizes, {written}; give matrices of one size."
        )


def _from_traces(
    text: str,
    names: Sequence[str],
    series: Mapping[str, list[Any]],
    trace: Callable[[tuple[str, ...]], Any],
) -> Any:
    words = open_words(text, list(series))
    traces = [trace(_named(word, names)) for word in words]
    ring, kappas, elements = _read(series, traces)
    algebra = Words(dict(zip(words, elements, strict=True)), ring)
    return ring.back(_moment(text, kappas, algebra, ring))


def _named(word: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names[ord(letter)] for letter in word)


def _from_matrices(
    text: str, series: Mapping[str, list[Any]], rows: Mapping[str, list[list[Any]]]
) -> Any:
    entries = list(chain.from_iterable(chain.from_iterable(rows.values())))
    ring, kappas, elements = _read(series, entries)
    letters: dict[str, list[list[Any]]] = {}
    for letter, matrix in rows.items():
        letters[letter] = [list(islice(elements, len(row))) for row in matrix]
    return ring.back(_moment(text, kappas, Matrices(letters, ring), ring))


def _read(
    series: Mapping[str, list[Any]], values: Sequence[Any]
) -> tuple[Ring, dict[str, list[Any]], Iterator[Any]]:
    """The ring that holds all numbers; the free cumulants in it, and the other values in order."""
    ring = read([*chain.from_iterable(series.values()), *values])
    elements = iter(ring.elements)
    kappas = {letter: list(islice(elements, len(row))) for letter, row in series.items()}
    return ring, kappas, elements


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
    def counted(word: str) -> Any:
        """Blocks that hold the first and last letter, by u to the number of letters less one."""
        last, first = len(word) - 1, word[0]
        if last == 0:
            return ring.marker**0
        faces = [(trace(word[k + 1 : last]), k) for k in range(last) if word[k] == first]
        terms = (face * counted(word[: k + 1]) for face, k in faces if face != 0)
        return ring.marker * sum(terms, start=0 * ring.marker)

    @cache
    def joined(word: str) -> Any:
        """J: the same blocks with u^k replaced by kappa_(k+1)."""
        pairs = zip(kappas[word[0]], ring.by_marker(counted(word)), strict=False)
        return sum((a * b for a, b in pairs), start=ring.zero)

    for part in _intervals(text):
        expected(part)
    return trace(text)


def _intervals(text: str) -> Iterator[str]:
    """All proper intervals of a word, the shortest first."""
    for length in range(len(text)):
        yield from dict.fromkeys(text[i : i + length] for i in range(len(text) - length + 1))
