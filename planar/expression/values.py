"""Numeric values for the letters, dimensions and scalars of an expression, checked for all readers.

Shapes agree, what was declared of the letters holds, nothing is missing or too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from sympy import Expr, MatrixSymbol, Symbol

from planar.expression.dimensions import Sizes, dimensions_of
from planar.expression.numeric import Array, numbers, shape_text
from planar.expression.promises import refuse_broken_promise, refuse_non_commuting, refuse_rank
from planar.expression.spectrum import Spectrum
from planar.expression.value_keys import Keys
from planar.formulas.symbols import RandomLetter
from planar.foundations.errors import ShapeError, ValueMissing

__all__ = ["Scalar", "Values", "resolve"]

Scalar = complex | Array
Spectra = Mapping[Expr, tuple[str, Spectrum]]
"""The spectrum over each dimension, and the name of the first letter that has it."""


@dataclass(frozen=True, eq=False)
class Values:
    """Arrays by letter name, integers for every dimension, numbers (or arrays) for every scalar.

    Where a letter is given by a ``Spectrum``, a one-dimensional array is the diagonal of a square
    letter in its eigenbasis; spectra over one dimension share that basis.
    """

    matrices: dict[str, Array | Spectrum]
    dimensions: dict[Expr, int]
    scalars: dict[Symbol, Scalar]


def resolve(
    target_letters: Iterable[MatrixSymbol],
    laws: Iterable[MatrixSymbol],
    scalars: Iterable[Symbol],
    values: Mapping[Any, Any],
    commuting: Iterable[tuple[str, str]] = (),
    sizes: Iterable[Symbol] = (),
    identities: Iterable[Symbol] = (),
) -> Values:
    """The user's mapping, checked.

    ``sizes`` are dimensions that no letter has and that are needed, ``identities`` those that only
    identities have and that may be given.

    Raises ``ShapeError`` where shapes contradict each other, ``ValueMissing`` for all else.

    >>> from planar.formulas.symbols import deterministic, dims
    >>> N = dims("N")
    >>> M = deterministic("M", N)
    >>> resolve([M], [], [], {M: [[0, 1], [2, 0]]}).dimensions
    {N: 2}
    """
    by_name = {x.name: x for x in (*target_letters, *laws)}
    letters = [by_name[name] for name in sorted(by_name)]
    dimensions = tuple(dict.fromkeys(chain.from_iterable(map(dimensions_of, letters))))
    dimensions = tuple(dict.fromkeys((*dimensions, *sizes)))
    keys = _keys(letters, dimensions, scalars, identities)
    values = keys.own(values)
    keys.refuse_superfluous(values)

    known = Sizes({s: values[s] for s in (*keys.dimensions, *keys.identities) if s in values})
    matrices = _matrices(keys.letters, values, known)
    keys.refuse_missing(values, known)
    for letter, value in matrices.items():
        _refuse_composite(letter, value, known)
        refuse_broken_promise(letter, value)
    for letter in keys.random:
        refuse_rank(letter, known)
    named = {x.name: m for x, m in matrices.items()}
    for pair in commuting:
        if all(name in named for name in pair):
            refuse_non_commuting(pair, named)
    identities_given = (s for s in keys.identities if s in values)
    sizes_of_all = known.all((*keys.dimensions, *dimensions, *identities_given))
    scalar_values = {s: _scalar(s, values[s]) for s in keys.scalars}
    _refuse_unlike(scalar_values)
    return Values(named, sizes_of_all, scalar_values)


def _keys(
    letters: Sequence[MatrixSymbol],
    dimensions: Iterable[Expr],
    scalars: Iterable[Symbol],
    identities: Iterable[Symbol],
) -> Keys:
    fixed = [x for x in letters if not isinstance(x, RandomLetter)]
    random = [x for x in letters if isinstance(x, RandomLetter)]
    symbols = _sorted(chain.from_iterable(d.free_symbols for d in dimensions))
    bare = [s for s in _sorted(identities) if s not in symbols]
    plain = [s for s in _sorted(scalars) if s not in symbols and s not in bare]
    return Keys(fixed, random, symbols, plain, bare)


def _sorted(symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
    return tuple(sorted(dict.fromkeys(symbols), key=lambda s: (s.name, str(s.assumptions0))))


def _matrices(
    letters: Iterable[MatrixSymbol], values: Mapping[Any, Any], sizes: Sizes
) -> dict[MatrixSymbol, Array | Spectrum]:
    """The values of the letters that have one, in shape; dimensions are learnt from them."""
    given = {x: _value(x, values[x]) for x in letters if x in values}
    spectra = _spectra(given, sizes)
    return {
        x: v if isinstance(v, Spectrum) else _placed(x, v, spectra, sizes) for x, v in given.items()
    }


def _value(letter: MatrixSymbol, value: object) -> Array | Spectrum:
    if not isinstance(value, Spectrum):
        return numbers(letter.name, value, f"an array of shape {shape_text(letter.shape)}")
    if not getattr(letter, "symmetric", False):
        raise ValueMissing(
            f"{letter.name} is given by a spectrum but not declared symmetric; declare it so, "
            f"or give an array of shape {shape_text(letter.shape)}."
        )
    return value


def _spectra(given: Mapping[MatrixSymbol, Array | Spectrum], sizes: Sizes) -> Spectra:
    """The spectra over the dimensions; one without weights says how large its dimension is."""
    spectra: dict[Expr, tuple[str, Spectrum]] = {}
    for letter, value in given.items():
        if not isinstance(value, Spectrum):
            continue
        rows, count, origin = letter.shape[0], len(value), f"by the spectrum of {letter.name}"
        name, first = spectra.setdefault(rows, (letter.name, value))
        if len(first) != count or not np.allclose(first.measure, value.measure):
            raise ShapeError(
                f"{letter.name} and {name} are given by spectra of {count} and {len(first)} "
                "eigenvalues with different weights; spectra over one dimension share their "
                "eigenbasis, so give both in one order with the same weights."
            )
        if value.weights is None:
            sizes.enter(letter, (count, count), 0, origin)
        elif value.uniform and rows.is_Symbol:
            sizes.learn(rows, count, origin)
    return spectra


def _placed(letter: MatrixSymbol, array: Array, spectra: Spectra, sizes: Sizes) -> Array:
    """The array in the letter's shape.

    A list becomes a column, a row, or a diagonal where its dimension has a spectrum.
    """
    rows, cols = letter.shape
    if array.ndim == 1 and rows == cols and rows in spectra:
        _refuse_unlike_diagonal(letter, array, *spectra[rows])
        return array
    if array.ndim == 1 and 1 in (rows, cols):
        array = array[:, None] if cols == 1 else array[None, :]
    if array.ndim != 2:
        diagonal = (
            " or, beside a letter given by planar.spectrum, its diagonal in that eigenbasis"
            if rows == cols
            else ""
        )
        raise ShapeError(
            f"{letter.name} has shape {shape_text(array.shape)}, "
            f"expected {shape_text(letter.shape)}; give the matrix{diagonal}."
        )
    for place, dimension in enumerate(letter.shape):
        if dimension in spectra:
            name, spectrum = spectra[dimension]
            origin = f"by the spectrum of {name}"
            sizes.enter(letter, array.shape, place, origin, expected=len(spectrum))
        else:
            sizes.enter(letter, array.shape, place, f"by the shape of {letter.name}")
    return array


def _refuse_unlike_diagonal(
    letter: MatrixSymbol, diagonal: Array, name: str, spectrum: Spectrum
) -> None:
    if len(diagonal) != len(spectrum):
        raise ShapeError(
            f"{letter.name} is given by a diagonal of length {len(diagonal)}, but the spectrum of "
            f"{name} has {len(spectrum)} eigenvalues; give one diagonal entry for each."
        )


def _refuse_composite(letter: MatrixSymbol, value: Array | Spectrum, sizes: Sizes) -> None:
    """Dimensions such as 2*N are compared once every symbol in them is known."""
    for place, dimension in enumerate(letter.shape):
        if isinstance(value, np.ndarray) and value.ndim == 2 and not dimension.is_Symbol:
            sizes.enter(letter, value.shape, place, "as declared")


def _scalar(symbol: Symbol, value: object) -> Scalar:
    array = numbers(str(symbol), value, f"a number, for example {symbol}: 0.5")
    return array if array.ndim else complex(array) if array.dtype.kind == "c" else float(array)


def _refuse_unlike(scalars: Mapping[Symbol, Scalar]) -> None:
    """Arrays of scalars broadcast."""
    shapes = {s: np.shape(x) for s, x in scalars.items() if np.ndim(x)}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = " and ".join(f"{s} {shape_text(shape)}" for s, shape in shapes.items())
        raise ShapeError(
            f"the arrays of {listed} do not broadcast; "
            "for a grid of two give one of them as a column, x[:, None]."
        ) from None
