"""Atoms of a diagram's words: letters and bare resolvents; words as SymPy matrices and as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby

from sympy import Expr

from planar.formulas.chalk import ChalkPrinter, chalk, raised, symbol_chalk
from planar.foundations.words import Letter

__all__ = ["Atom", "Bare", "is_random", "label", "least_rotation", "matrix", "spelled"]


@dataclass(frozen=True)
class Bare:
    """A bare resolvent G0 = D^-1 that is not a scalar; ``inverse`` is the SymPy matrix."""

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
    """The first among all words with the same normalised trace.

    These are the rotations of that size, and those of the reversal with transposes.
    """
    if not word:
        return ()
    size = word[0].rows
    turned = tuple(atom.T for atom in reversed(word))
    rotations = _rotations(word, size) + _rotations(turned, size)
    return min(rotations, key=lambda w: [atom.sort_key for atom in w])


def _rotations(word: tuple[Atom, ...], size: Expr) -> list[tuple[Atom, ...]]:
    """The rotations whose first atom has so many rows."""
    places = [i for i, atom in enumerate(word) if atom.rows == size]
    return [word[i:] + word[:i] for i in places]


def spelled(coefficient: Expr, faces: tuple[tuple[Atom, ...], ...], word: tuple[Atom, ...]) -> str:
    """Coefficient, traces and word on one line, as one writes it on a blackboard.

    >>> from sympy import Symbol
    >>> A, Mt = Letter("A"), Letter("M", transposed=True)
    >>> spelled(-3 / Symbol("lambda")**2, ((A, A), ()), (Mt,))
    '-3 tr[A²] Mᵀ/λ²'
    """
    powers: dict[str, int] = {}
    for face in filter(None, faces):
        text = f"tr[{_spell(face)}]"
        powers[text] = powers.get(text, 0) + 1
    printer = ChalkPrinter()
    sign, above, below = printer.sides(coefficient)
    traces = [_power(text, many) for text, many in powers.items()]
    parts = [*printer.factors(above), *traces, _spell(word)]
    return sign + (" ".join(filter(None, parts)) or "1") + printer.under(printer.factors(below))


def _spell(word: tuple[Atom, ...]) -> str:
    """A word with runs of one letter as powers."""
    runs = [(text, len(list(run))) for text, run in groupby(map(label, word))]
    return " ".join(_power(text, many) for text, many in runs)


def _power(text: str, n: int) -> str:
    """``text`` to the n-th power; an inverse keeps one exponent."""
    if text.endswith("⁻¹"):
        return text.removesuffix("¹") + raised(n)
    return text + (raised(n) if n > 1 else "")


def label(atom: Atom) -> str:
    """One atom as one writes it on a blackboard."""
    if isinstance(atom, Bare):
        return chalk(atom.inverse)
    flags = {
        (False, False): "",
        (True, False): "ᵀ",
        (False, True): "\N{COMBINING MACRON}",
        (True, True): "*",
    }
    return symbol_chalk(atom.name) + flags[atom.transposed, atom.conjugated]
