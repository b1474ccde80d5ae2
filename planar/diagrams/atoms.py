"""Atoms of a diagram's words: letters and bare resolvents; words as SymPy matrices and in chalk."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce

from sympy import Expr

from planar.formulas.chalk import ChalkPrinter, chalk, raised, symbol_chalk
from planar.foundations.words import Letter

__all__ = ["Atom", "Bare", "is_random", "label", "least_rotation", "matrix", "spelled"]


@dataclass(frozen=True)
class Bare:
    """A bare resolvent G0 = D^-1 that is no scalar; ``inverse`` is the SymPy matrix."""

    inverse: Expr
    sort_key: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (1, str(self.inverse)))

    @property
    def rows(self) -> Expr:
        return self.inverse.shape[0]

    cols = rows

    @property
    def T(self) -> Bare:
        """The transpose."""
        return Bare(self.inverse.T.doit())

    def __str__(self) -> str:
        return str(self.inverse)


Atom = Letter | Bare


def is_random(atom: Atom) -> bool:
    """Whether this atom is a random letter."""
    return isinstance(atom, Letter) and atom.random


def matrix(word: tuple[Atom, ...]) -> Expr:
    """A word of at least one atom as a SymPy matrix expression."""
    return reduce(lambda left, right: left * right, map(symbol_of, word))


def symbol_of(atom: Atom) -> Expr:
    """One atom as a SymPy matrix expression."""
    if isinstance(atom, Bare):
        return atom.inverse
    if atom.conjugated:
        return atom.symbol.adjoint() if atom.transposed else atom.symbol.T.adjoint()
    return atom.symbol.T if atom.transposed else atom.symbol


def least_rotation(word: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The first among all words with the same normalised trace: rotations of that size, and
    reversal with transposes.
    """
    both = (word, tuple(atom.T for atom in reversed(word)))
    turns = [w[i:] + w[:i] for w in both for i in range(len(w)) if w[i].rows == word[0].rows]
    return min(turns, key=lambda w: [atom.sort_key for atom in w], default=())


def spelled(coefficient: Expr, faces: tuple[tuple[Atom, ...], ...], word: tuple[Atom, ...]) -> str:
    """Coefficient, traces and word on one line, as one writes it in chalk.

    >>> from sympy import Symbol
    >>> spelled(-3 / Symbol("lambda")**2, ((Letter("A"), Letter("A")), ()), (Letter("M", transposed=True),))
    '-3 tr[A²] Mᵀ/λ²'
    """
    powers: dict[str, int] = {}
    for face in filter(None, faces):
        text = f"tr[{_spell(face)}]"
        powers[text] = powers.get(text, 0) + 1
    sign, above, below = ChalkPrinter().sides(coefficient)
    parts = [*above, *(_power(text, many) for text, many in powers.items()), _spell(word)]
    return sign + (" ".join(filter(None, parts)) or "1") + below


def _spell(word: tuple[Atom, ...]) -> str:
    """A word with runs of one letter as powers."""
    runs: list[tuple[str, int]] = []
    for text in map(label, word):
        runs[-1:] = (
            [(text, runs[-1][1] + 1)] if runs and runs[-1][0] == text else [*runs[-1:], (text, 1)]
        )
    return " ".join(_power(text, many) for text, many in runs)


def _power(text: str, n: int) -> str:
    """``text`` to the n-th power; an inverse keeps one exponent."""
    if text.endswith("⁻¹"):
        return text.removesuffix("¹") + raised(n)
    return text + (raised(n) if n > 1 else "")


def label(atom: Atom) -> str:
    """One atom in chalk."""
    if isinstance(atom, Bare):
        return chalk(atom.inverse)
    flags = {
        (False, False): "",
        (True, False): "ᵀ",
        (False, True): "\N{COMBINING MACRON}",
        (True, True): "*",
    }
    return symbol_chalk(atom.name) + flags[atom.transposed, atom.conjugated]
