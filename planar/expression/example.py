"""Example values for an expression: a matrix for each letter, a number for each other symbol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from numbers import Integral
from typing import Any

import numpy as np
from sympy import Expr, MatrixSymbol, Symbol

from planar.ensembles.law import Law
from planar.ensembles.random_projection import RandomProjection
from planar.expression.dimensions import dimensions_of
from planar.expression.numeric import Array
from planar.expression.spectrum import Spectrum
from planar.expression.tree import Inv, Product, Sum, Target, Tree, children, identity_sizes
from planar.foundations.errors import BranchError, PlanarError, ValueMissing

__all__ = ["example", "ranks", "shifts"]

_RATIOS = (1.0, 1.5, 2.0, 1.25, 1.75)
_SHIFTS = (0.3, 0.7, 1.1, 1.6)
_OTHERS = (0.6, 0.8, 0.5, 0.9)
_GROWTH = (1, 3, 10, 30)


def example(
    target: Target,
    letters: Sequence[MatrixSymbol],
    laws: Sequence[Law],
    scalars: Sequence[Symbol],
    commuting: Sequence[tuple[str, str]],
    evaluate: Callable[[Mapping[Any, Any]], Any],
    given: Mapping[Any, Any],
    *,
    size: int,
    seed: int,
) -> dict[Any, Any]:
    """Values for all letters, dimensions and scalars, the same for the same seed.

    Those ``given`` stay, and the others fit them. The first dimension is ``size``, others up to
    twice it, ranks half. A positive letter is a Wishart matrix of 1.5 n samples, a symmetric one a
    GOE matrix, another square one 1 + G/sqrt(n), a vector has length near one, letters that commute
    are diagonal. Shifts of resolvents are 0.3, 0.7, ..., made larger until ``evaluate`` finds them
    off the spectrum.

    Raises ``ValueMissing`` where ``size`` is not an integer above 3.
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < 4:
        raise ValueMissing(
            f"an example has a size of at least 4, got {size!r}; give for example size=80."
        )
    sizes = {**_sizes(letters, laws, identity_sizes(target), size), **_given_sizes(letters, given)}
    missing = [x for x in letters if x not in given]
    matrices = _matrices(missing, sizes, commuting, np.random.default_rng(seed))
    shapes = _dimensions_in_shapes(letters)
    dimensions = {d: n for d, n in sizes.items() if d not in shapes}
    values = {**matrices, **dimensions, **given}
    plain = sorted((s for s in scalars if s not in sizes and s not in given), key=lambda s: s.name)
    return {**values, **_numbers_off_the_spectrum(plain, target, values, evaluate)}


def ranks(laws: Sequence[Law]) -> set[Any]:
    """The dimensions that are ranks of projections."""
    symbols: set[Any] = set()
    for law in laws:
        if isinstance(law, RandomProjection):
            symbols |= law.args[3].free_symbols
    return symbols


def _sizes(
    letters: Sequence[MatrixSymbol], laws: Sequence[Law], bare: Sequence[Symbol], size: int
) -> dict[Expr, int]:
    """A number for each symbol among the dimensions; ranks are half the size.

    ``bare`` are those of identities, which come last.
    """
    matrices = sorted((*letters, *laws), key=lambda x: str(x.name))
    shapes = _dimensions_in_shapes(matrices)
    symbols = dict.fromkeys(d for d in shapes if d.is_Symbol)
    for dimension in chain.from_iterable(map(dimensions_of, matrices)):
        symbols |= dict.fromkeys(sorted(dimension.free_symbols, key=str))
    symbols |= dict.fromkeys(bare)
    mere_ranks = ranks(laws).difference(*(d.free_symbols for d in shapes))
    counts = [s for s in symbols if s not in mere_ranks]
    ratios = {s: _RATIOS[i % len(_RATIOS)] for i, s in enumerate(counts)}
    sizes = {s: max(2, round(size * ratio)) for s, ratio in ratios.items()}
    return sizes | dict.fromkeys(mere_ranks, size // 2)


def _dimensions_in_shapes(matrices: Sequence[MatrixSymbol]) -> dict[Expr, None]:
    """Rows and columns, each once, in the order of the matrices."""
    return dict.fromkeys(chain.from_iterable(x.shape for x in matrices))


def _given_sizes(letters: Sequence[MatrixSymbol], given: Mapping[Any, Any]) -> dict[Expr, int]:
    """The dimensions that follow from given values."""
    sizes: dict[Expr, int] = {}
    for letter in letters:
        value = given.get(letter)
        if isinstance(value, Spectrum):
            sizes[letter.shape[0]] = len(value)
        elif value is not None:
            sizes |= dict(zip(letter.shape, np.shape(value), strict=False))
    integers = ((s, n) for s, n in given.items() if isinstance(n, Integral))
    return sizes | {s: int(n) for s, n in integers if isinstance(s, Symbol)}


def _matrices(
    letters: Sequence[MatrixSymbol],
    sizes: Mapping[Expr, int],
    commuting: Sequence[tuple[str, str]],
    rng: np.random.Generator,
) -> dict[Any, Any]:
    """A matrix for each letter, drawn in the order of their names."""
    diagonal = set(chain.from_iterable(commuting))
    matrices: dict[Any, Any] = {}
    for letter in sorted(letters, key=lambda x: str(x.name)):
        rows, cols = (int(d.xreplace(sizes)) for d in letter.shape)
        matrices[letter] = _matrix(letter, rows, cols, rng, diagonal=letter.name in diagonal)
    return matrices


def _matrix(
    letter: MatrixSymbol, rows: int, cols: int, rng: np.random.Generator, *, diagonal: bool
) -> Array:
    if diagonal:
        return np.diag(rng.uniform(0.2, 2.0, rows))
    if getattr(letter, "positive", False):
        x = rng.standard_normal((rows, 3 * rows // 2))
        return x @ x.T / x.shape[1]
    gauss = rng.standard_normal((rows, cols)) / np.sqrt(max(rows, cols))
    if getattr(letter, "symmetric", False):
        return (gauss + gauss.T) / np.sqrt(2)
    return np.eye(rows) + gauss if rows == cols else gauss


def _numbers_off_the_spectrum(
    scalars: Sequence[Symbol],
    target: Target,
    values: Mapping[Any, Any],
    evaluate: Callable[[Mapping[Any, Any]], Any],
) -> dict[Symbol, complex]:
    """Numbers for the scalars, with the smallest shifts at which ``evaluate`` has a value."""
    shifting = shifts(target)
    for growth in _GROWTH:
        numbers = _numbers(scalars, shifting, growth)
        try:
            evaluate({**values, **numbers})
        except BranchError:
            continue
        except PlanarError:
            break
        return numbers
    return _numbers(scalars, shifting, 1)


def shifts(target: Target) -> set[Any]:
    """The symbols of the coefficients of identities inside inverses."""
    symbols: set[Any] = set()
    for coefficient in chain.from_iterable(map(_shifts, target.trees)):
        symbols |= coefficient.free_symbols
    return symbols


def _shifts(tree: Tree) -> Iterator[Expr]:
    """The coefficients of identities inside inverses."""
    if isinstance(tree, Inv) and isinstance(tree.argument, Sum):
        yield from (c for c, x in tree.argument.terms if isinstance(x, Product) and not x.factors)
    for child in children(tree):
        yield from _shifts(child)


def _numbers(scalars: Sequence[Symbol], shifts: set[Any], growth: float) -> dict[Symbol, complex]:
    """Shifts from their table, ``growth`` times as large, and other scalars from theirs."""
    numbers: dict[Symbol, complex] = {}
    used_shifts = used_others = 0
    for symbol in scalars:
        if symbol in shifts:
            value = round(_SHIFTS[used_shifts % len(_SHIFTS)] * growth, 6)
            numbers[symbol] = value if symbol.is_real else value + 1j * growth
            used_shifts += 1
        else:
            numbers[symbol] = _OTHERS[used_others % len(_OTHERS)]
            used_others += 1
    return numbers
