"""Which letters were declared to commute: pairs of deterministic letters of the expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sympy import MatrixSymbol

from planar.formulas.symbols import RandomLetter
from planar.foundations.errors import DeclarationError, ReadError, ShapeError

__all__ = ["Pairs", "commuting_pairs"]

Pairs = tuple[tuple[str, str], ...]


def commuting_pairs(declared: Any, symbols: Sequence[MatrixSymbol]) -> Pairs:
    """The names of the letters that were declared to commute, checked against the ``symbols``.

    Raises ``ReadError`` for what is not a list of pairs of letters, ``DeclarationError`` for a
    letter that is random or does not occur, ``ShapeError`` for letters of different shapes.
    """
    letters = isinstance(declared, MatrixSymbol | str | Mapping)
    if letters or not isinstance(declared, Iterable):
        raise _not_pairs(declared)
    return tuple(_checked(pair, symbols) for pair in tuple(declared))


def _checked(pair: Any, symbols: Sequence[MatrixSymbol]) -> tuple[str, str]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        raise _not_pairs(pair)
    for letter in pair:
        if not isinstance(letter, MatrixSymbol):
            raise _not_pairs(letter)
        _refuse_foreign(letter, symbols)
    first, second = pair
    if len({first.shape[0], first.shape[1], second.shape[0], second.shape[1]}) > 1:
        sizes = " and ".join(" x ".join(map(str, x.shape)) for x in pair)
        raise ShapeError(
            f"{first.name} and {second.name} cannot commute: they are {sizes}, and only square "
            "letters of one size do; leave this pair out."
        )
    return first.name, second.name


def _refuse_foreign(letter: MatrixSymbol, symbols: Sequence[MatrixSymbol]) -> None:
    """Only deterministic letters of the expression commute by declaration."""
    if isinstance(letter, RandomLetter):
        raise DeclarationError(
            f"{letter.name} is random, so it is free of the other letters and commutes with none "
            "of them; give pairs of deterministic letters."
        )
    if letter not in symbols:
        listed = ", ".join(s.name for s in symbols if not isinstance(s, RandomLetter)) or "none"
        raise DeclarationError(
            f"commuting names the letter {letter.name}, which does not occur in the expression as "
            f"it is declared there; its deterministic letters are {listed}."
        )


def _not_pairs(value: Any) -> ReadError:
    return ReadError(
        f"commuting takes pairs of letters, got {value!r}; give for example commuting=[(A, B)]."
    )
