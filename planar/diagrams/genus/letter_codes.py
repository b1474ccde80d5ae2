"""Words as bytes: one number an atom.

Random letters come first, so that the least rotation of a word begins with a random letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr

from planar.diagrams.atoms import Atom, is_random
from planar.diagrams.genus.monomials import Monomials
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.ensembles.wishart import Wishart
from planar.foundations.errors import TooLargeError
from planar.foundations.words import Letter

__all__ = ["MARKER", "LetterCodes", "gaussian", "weight"]

MARKER = 254
"""The letter that closes an open word into a trace; 255 is its transpose."""

_GAUSSIAN: dict[type[Any], Any] = {
    Wishart: lambda law: 1 / law.samples,
    Ginibre: lambda law: law.variance,
    GOE: lambda law: 1 / law.shape[0],
}


def gaussian(law: Any) -> bool:
    """Whether Wick's theorem gives the expectation at finite size."""
    return type(law) in _GAUSSIAN


def weight(law: Any) -> Expr:
    """The factor that one contraction brings.

    It is 1/P for a Wishart matrix, the variance for a Ginibre matrix, 1/N for a GOE matrix.
    """
    return _GAUSSIAN[type(law)](law)


class LetterCodes:
    """The atoms of an expression and their transposes, numbered in canonical order.

    >>> M = Letter("M", symbol=GOE("M", 3))
    >>> W = Letter("W", symbol=Wishart("W", 3, 5), symmetric=True, random=True)
    >>> known = LetterCodes([M, W], Monomials())
    >>> known.random, [known.encode([x]) for x in (W, M, M.T)]
    (1, [b'\\x00', b'\\x01', b'\\x02'])
    >>> known.turned(known.encode([M, W]))
    b'\\x00\\x02'
    """

    def __init__(self, atoms: Iterable[Atom], monomials: Monomials, *, real: bool = False) -> None:
        given = dict.fromkeys(atoms)
        both: dict[Atom, None] = {}
        for atom in given:
            both |= dict.fromkeys((atom, atom.T))
        self.atoms = tuple(sorted(both, key=lambda atom: (not is_random(atom), atom.sort_key)))
        if len(self.atoms) > MARKER:
            raise TooLargeError(
                f"the words hold {len(both)} different letters and transposes; "
                f"take at most {MARKER} of them."
            )
        self._real = real
        self._code = {atom: i for i, atom in enumerate(self.atoms)}
        self._least: dict[bytes, bytes] = {}
        turned = [self._code[atom.T] for atom in self.atoms]
        self._table = bytes(turned + list(range(len(turned), MARKER)) + [MARKER + 1, MARKER])
        letters = [atom for atom in self.atoms if isinstance(atom, Letter) and atom.random]
        self.random = len(letters)
        """How many of the numbers, the first ones, are of random letters."""
        self.laws = tuple(letter.symbol for letter in letters)
        self.used = tuple(letter in given for letter in letters)
        """Whether the letter itself stands somewhere, and not only its transpose."""
        self.partner = tuple(turned[: self.random])
        self.rows = tuple(monomials.unit(letter.rows) for letter in letters)
        self.cols = tuple(monomials.unit(letter.cols) for letter in letters)

    def encode(self, word: Iterable[Atom]) -> bytes:
        """A word as its numbers."""
        return bytes(self._code[atom] for atom in word)

    def turned(self, word: bytes) -> bytes:
        """The transposed word: reversed, each letter transposed."""
        return word[::-1].translate(self._table)

    def least(self, word: bytes) -> bytes:
        """The first among the words with the same trace.

        These are the rotations, and transposes where no complex letter forbids them.
        """
        if word not in self._least:
            best = _rotated(word)
            if self._real or best[0] >= self.random:
                best = min(best, _rotated(self.turned(word)))
            self._least[word] = best
        return self._least[word]


def _rotated(word: bytes) -> bytes:
    first, twice, n = min(word), word + word, len(word)
    return min(twice[i : i + n] for i in range(n) if word[i] == first)
