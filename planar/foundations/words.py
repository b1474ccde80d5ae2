"""Ordered words in deterministic letters and resolvent cores, and the traces of words."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, MatrixSymbol

from planar.foundations.rational import Rational

__all__ = ["Atom", "Core", "Letter", "Trace", "Word"]


@dataclass(frozen=True)
class Letter:
    """One matrix of an expression, possibly transposed or conjugated; equal by name and flags."""

    name: str
    transposed: bool = False
    conjugated: bool = False
    symbol: MatrixSymbol = field(default=None, compare=False, repr=False)
    symmetric: bool = field(default=False, compare=False, repr=False)
    random: bool = field(default=False, compare=False, repr=False)
    sort_key: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (0, self.name, self.transposed, self.conjugated))

    @property
    def rows(self) -> Expr:
        return self.symbol.shape[1 if self.transposed else 0]

    @property
    def cols(self) -> Expr:
        return self.symbol.shape[0 if self.transposed else 1]

    @property
    def T(self) -> Letter:
        """The transpose; a symmetric letter is its own."""
        return self if self.symmetric else self._with(transposed=not self.transposed)

    @property
    def conjugate(self) -> Letter:
        """The entrywise complex conjugate.

        A random letter's conjugate transpose is written ``.T`` already.
        """
        return self._with(conjugated=not self.conjugated)

    def _with(self, *, transposed: bool | None = None, conjugated: bool | None = None) -> Letter:
        return Letter(
            self.name,
            self.transposed if transposed is None else transposed,
            self.conjugated if conjugated is None else conjugated,
            self.symbol,
            self.symmetric,
            self.random,
        )

    def __str__(self) -> str:
        return self.name + (".T" if self.transposed else "") + (".conj" if self.conjugated else "")


@dataclass(frozen=True)
class Core:
    """What is left of a resolvent: the inverse of a polynomial in words.

    It is ``(sum of coefficient * word)^-1``.
    """

    index: int
    terms: tuple[tuple[Word, Rational], ...] = field(compare=False, repr=False)
    dimension: Expr = field(compare=False, repr=False)
    sort_key: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (1, self.index))

    @property
    def rows(self) -> Expr:
        return self.dimension

    cols = rows

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The letters of which it is a function, each once."""
        letters: dict[Letter, None] = {}
        for word, _ in self.terms:
            for atom in word:
                letters.update(dict.fromkeys(atom.letters if isinstance(atom, Core) else (atom,)))
        return tuple(letters)

    @property
    def leading(self) -> Word | None:
        """The word L of ``(kappa + L)^-1`` or ``(kappa - L)^-1``; None where there are several."""
        words = [word for word, _ in self.terms if word]
        return words[0] if len(words) == 1 else None

    def __str__(self) -> str:
        return f"g{self.index}"


Atom = Letter | Core
Word = tuple[Atom, ...]


@dataclass(frozen=True)
class Trace:
    """The generator for the normalised trace of a word.

    The word is the least of all words with the same trace.
    """

    word: Word
