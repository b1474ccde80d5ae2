"""Joint moments and joint free cumulants of several letters, whatever their relation.

m(w) is the sum over NC of the product over blocks of kappa(letters of the block). Sorted by the
block V of the first letter it is the sum of kappa(w | V) times the moments of the intervals
between, which gives each from the other. Letters are free exactly where every joint free cumulant
that holds two of them vanishes. See Nica and Speicher, "Lectures on the combinatorics of free
probability", lecture 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from math import prod
from typing import Any

from planar.combinatorics.cumulants.exact_ring import read
from planar.foundations.errors import PlanarError

__all__ = ["Functional", "joint_cumulant", "joint_moment"]

Functional = Mapping[Any, Any] | Callable[[Any], Any]
"""From words to numbers.

Words are strings where the word asked for is one, and tuples of names otherwise.
"""


def joint_cumulant(word: Sequence[str], moments: Functional) -> Any:
    """The joint free cumulant kappa(X_1, ..., X_n) of the letters of a word.

    It is the sum over NC(n) of the moments of the blocks times the Moebius function up to the full
    partition.

    Parameters
    ----------
    word : str or sequence of str
        The letters in their order.
    moments : Mapping or callable
        The moments of all words that ``word`` contains in order: strings where ``word`` is one, and
        tuples of names otherwise. Numbers are exact, as in ``free_cumulants``.

    Returns
    -------
    number or Expr
        Of the kind of the moments, as in ``free_cumulants``.

    Raises
    ------
    PlanarError
        For a word that is missing among the moments, and for floats.

    References
    ----------
    Nica and Speicher, "Lectures on the combinatorics of free probability", lecture 11.

    Examples
    --------
    >>> joint_cumulant("XX", {"X": 3, "XX": 10})
    Fraction(1, 1)
    >>> free = {"X": 0, "Y": 0, "XX": 1, "YY": 1, "XY": 0, "YX": 0}
    >>> free |= {"XYX": 0, "YXY": 0, "XXY": 0, "XYY": 0, "XYXY": 0}
    >>> joint_cumulant("XYXY", free)
    Fraction(0, 1)
    """
    words = _subwords(tuple(word))
    ring = read([_value(moments, word, w) for w in words])
    moment = dict(zip(words, ring.elements, strict=True))

    @cache
    def cumulant(w: tuple[str, ...]) -> Any:
        lower = ring.zero
        for block, faces in _splittings(w):
            if block != w:
                weight = prod([moment[face] for face in faces], start=ring.one)
                lower = lower + cumulant(block) * weight
        return moment[w] - lower

    return ring.back(cumulant(tuple(word)) if word else ring.one)


def joint_moment(word: Sequence[str], cumulants: Functional) -> Any:
    """The moment of a word from joint free cumulants: the inverse of ``joint_cumulant``.

    Parameters
    ----------
    word : str or sequence of str
        The letters in their order.
    cumulants : Mapping or callable
        The joint free cumulants of all words that ``word`` contains in order, given as the moments
        of ``joint_cumulant``.

    Returns
    -------
    number or Expr
        Of the kind of the cumulants.

    Raises
    ------
    PlanarError
        For a word that is missing among the cumulants, and for floats.

    Examples
    --------
    >>> joint_moment("XXX", lambda w: len(w))
    Fraction(10, 1)
    """
    words = _subwords(tuple(word))
    ring = read([_value(cumulants, word, w) for w in words])
    cumulant = dict(zip(words, ring.elements, strict=True))

    @cache
    def moment(w: tuple[str, ...]) -> Any:
        if not w:
            return ring.one
        total = ring.zero
        for block, faces in _splittings(w):
            weight = prod([moment(face) for face in faces], start=ring.one)
            total = total + cumulant[block] * weight
        return total

    return ring.back(moment(tuple(word)))


def _splittings(word: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Each choice of letters that contains the first one.

    It is given as these letters, and the intervals between and after them, if any.
    """
    for size in range(len(word)):
        for others in combinations(range(1, len(word)), size):
            places = (0, *others)
            faces = [word[i + 1 : j] for i, j in pairwise((*places, len(word))) if j > i + 1]
            yield tuple(word[i] for i in places), faces


def _subwords(word: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All words that arise by leaving letters out, except the empty one, the shortest first."""
    words: dict[tuple[str, ...], None] = {(): None}
    for letter in word:
        words |= dict.fromkeys((*shorter, letter) for shorter in list(words))
    return sorted((w for w in words if w), key=len)


def _value(functional: Functional, asked: Sequence[str], word: tuple[str, ...]) -> Any:
    key = "".join(word) if isinstance(asked, str) else word
    if callable(functional):
        return functional(key)
    if key not in functional:
        raise PlanarError(f"nothing is given for the word {key!r}; give it a number.")
    return functional[key]
