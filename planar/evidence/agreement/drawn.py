"""Points at which a formula is compared: small random matrices, and sizes of small numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Adjoint, MatrixSymbol, S, Symbol, conjugate

from planar.derivation.equivalent import Equivalent
from planar.evidence.agreement.dense_pencil import Point
from planar.expression.example import ranks, shifts

__all__ = ["points"]

Array = NDArray[Any]
_ROWS, _COUNTS, _RANKS = ((3, 4, 5), (6, 5, 7)), ((5, 7, 11, 8, 13), (4, 3, 5, 2)), (2, 1)
"""Rows of matrices, numbers of samples and features, ranks: no ratio of two is simple.

There are more samples than rows, then fewer: what is inverted may be singular otherwise.
"""
_SCALES = ((3.0, 1.0), (12.0, 1.0), (30.0, 10.0), (300.0, 1.0))
"""Factors of the shifts of inverses, and of all other scalars, tried one after another."""

_ENDLESS = 1e12
"""In place of a dimension that has gone to infinity."""


def points(equivalent: Equivalent, seed: int = 0) -> Iterator[tuple[dict[Any, Any], Point]]:
    """Values as a kernel takes them, and the same for the pencil, farther from the spectrum each.

    >>> from planar.derivation.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import dims, resolvent, tr
    >>> N, P = dims("N P")
    >>> eq = derive(tr(resolvent(Wishart("W", N, P), Symbol("lambda", positive=True))))
    >>> [values for values, _ in points(eq)][0]
    {N: 5, P: 7, lambda: 2...}
    """
    complex_valued = equivalent.lhs.has(Adjoint, conjugate)
    for place, (shift, other) in enumerate(_SCALES):
        rng = np.random.default_rng((seed, place))
        sizes = _sizes(equivalent, place % 2)
        matrices = {x: _matrix(x, sizes, rng, complex_valued) for x in equivalent.letters}
        if equivalent.commuting:
            matrices |= _commuting(equivalent, matrices, rng)
        numbers = _numbers(equivalent, shift, other, rng)
        gone = {symbol: _ENDLESS for symbol, end in equivalent.limits if end is S.Infinity}
        spaces = set(chain.from_iterable(x.shape for x in equivalent.letters))
        spaces |= set(equivalent.target.shape or ())
        arrays = {str(x.name): value for x, value in matrices.items()}
        symbols = {**sizes, **numbers}
        values = {k: x for k, x in (matrices | symbols).items() if k not in gone}
        yield values, Point(symbols | gone, arrays, frozenset(spaces))


def _sizes(equivalent: Equivalent, few: int) -> dict[Symbol, int]:
    """A number for each symbol that counts something, large where many rows are told apart."""
    shapes = chain.from_iterable(x.shape for x in equivalent.letters)
    of_arrays = set(chain.from_iterable(d.free_symbols for d in shapes))
    of_ranks = ranks(equivalent.laws) - of_arrays
    rows, counts, small = cycle(_ROWS[few]), cycle(_COUNTS[few]), cycle(_RANKS)
    sizes: dict[Symbol, int] = {}
    for symbol in equivalent.problem.sizes:
        source = rows if symbol in of_arrays else small if symbol in of_ranks else counts
        sizes[symbol] = next(source)
    return sizes


def _matrix(
    letter: MatrixSymbol, sizes: Mapping[Any, int], rng: np.random.Generator, complex_valued: bool
) -> Array:
    """A matrix of no symmetry but what the letter promises, and well conditioned where square."""
    rows, cols = (int(d.xreplace(sizes)) for d in letter.shape)
    x = rng.uniform(-0.6, 0.6, (rows, cols))
    if getattr(letter, "positive", False):
        return x @ x.T + np.diag(rng.uniform(0.3, 1.2, rows))
    if complex_valued:
        x = x + 1j * rng.uniform(-0.6, 0.6, (rows, cols))
    if rows == cols:
        x = x + np.diag(rng.uniform(0.5, 1.5, rows))
    return (x + x.T) / 2 if getattr(letter, "symmetric", False) else x


def _commuting(
    equivalent: Equivalent, matrices: Mapping[MatrixSymbol, Array], rng: np.random.Generator
) -> dict[MatrixSymbol, Array]:
    """Diagonals for the letters that were declared to commute."""
    members = dict.fromkeys(chain.from_iterable(equivalent.letter_pairs))
    return {x: np.diag(rng.uniform(0.3, 1.7, len(matrices[x]))) for x in members}


def _numbers(
    equivalent: Equivalent, shift: float, other: float, rng: np.random.Generator
) -> dict[Symbol, Any]:
    """Shifts of inverses, complex where the symbol may be, and other scalars."""
    shifting = shifts(equivalent.target)
    numbers: dict[Symbol, Any] = {}
    for symbol in equivalent.scalars:
        size = rng.uniform(0.5, 1.0) * (shift if symbol in shifting else other)
        if symbol.is_imaginary:
            numbers[symbol] = 1j * size
        elif symbol.is_negative:
            numbers[symbol] = -size
        else:
            numbers[symbol] = size if symbol.is_real else size * (1 + rng.uniform(0.5, 1.0) * 1j)
    return numbers
