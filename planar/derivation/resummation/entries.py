"""Matrices of scalars as functions of their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from planar.foundations.rational import Rational

__all__ = ["Entries", "entries_of", "square"]

Entries = Callable[[int, int], Rational]
"""A matrix as a function of row and column."""


def entries_of(rows: Sequence[Sequence[Rational]]) -> Entries:
    """A matrix as a function of its places."""
    return lambda i, j: rows[i][j]


def square(places: Sequence[int], entry: Entries) -> tuple[tuple[Rational, ...], ...]:
    """The matrix of a function between places, row by row."""
    return tuple(tuple(map(partial(entry, o), places)) for o in places)
