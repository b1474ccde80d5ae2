"""Values to try an expression with: a matrix for every letter, a number for every scalar and
dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from sympy import Expr, MatrixSymbol, Symbol

from planar.ensembles.law import Law
from planar.ensembles.projection import RandomProjection
from planar.expression.tree import Inv, Product, Sum, Target, Tree, children
from planar.expression.values import Array, Spectrum, dimensions_of
from planar.foundations.errors import BranchError, PlanarError, ValueMissing

__all__ = ["example", "ranks"]

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
    """Values for every letter, dimension and scalar, the same for the same seed; those ``given``
    stay, the others fit them.

    The first dimension is ``size``, others up to twice it, ranks half. A positive letter is a
    Wishart matrix of 1.5 n samples, a symmetric one a GOE matrix, another square one 1 + G/sqrt(n),
    a vector has length near one, letters that commute are diagonal. Shifts of resolvents are 0.3,
    0.7, ..., made larger until ``evaluate`` finds them off the spectrum.

    Raises ``ValueMissing`` where ``size`` is no integer above 3.
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < 4:
        raise ValueMissing(
            f"an example has a size of at least 4, got {size!r}; give for example size=80."
        )
    rng = np.random.default_rng(seed)
    sizes = {**_sizes(letters, laws, size), **_told(letters, given)}
    diagonal = {name for pair in commuting for name in pair}
    values: dict[Any, Any] = {
        x: _matrix(
            x, tuple(int(d.xreplace(sizes)) for d in x.shape), rng, diagonal=x.name in diagonal
        )
        for x in sorted(letters, key=lambda x: str(x.name))
        if x not in given
    }
    told = {d for x in letters for d in x.shape}
    values = {**values, **{d: n for d, n in sizes.items() if d not in told}, **given}
    shifts = {s for tree in target.trees for c in _shifts(tree) for s in c.free_symbols}
    plain = sorted((s for s in scalars if s not in sizes and s not in given), key=lambda s: s.name)
    for growth in _GROWTH:
        numbers = _numbers(plain, shifts, growth)
        try:
            evaluate({**values, **numbers})
        except BranchError:
            continue
        except PlanarError:
            break
        return {**values, **numbers}
    return {**values, **_numbers(plain, shifts, 1)}


def _sizes(letters: Sequence[MatrixSymbol], laws: Sequence[Law], size: int) -> dict[Expr, int]:
    """A number for each symbol among the dimensions; ranks are half the size, numerical ones stay."""
    every = sorted((*letters, *laws), key=lambda x: str(x.name))
    among = ranks(laws) - {s for x in every for d in x.shape for s in d.free_symbols}
    first = list(dict.fromkeys(d for x in every for d in x.shape if d.is_Symbol))
    symbols = dict.fromkeys(
        (
            *first,
            *(s for x in every for d in dimensions_of(x) for s in sorted(d.free_symbols, key=str)),
        )
    )
    places = [s for s in symbols if s not in among]
    return {
        s: max(2, round(size * _RATIOS[i % len(_RATIOS)])) for i, s in enumerate(places)
    } | dict.fromkeys(among, size // 2)


def ranks(laws: Sequence[Law]) -> set[Any]:
    """The dimensions that are ranks of projections."""
    return {
        s for law in laws if isinstance(law, RandomProjection) for s in law.args[3].free_symbols
    }


def _told(letters: Sequence[MatrixSymbol], given: Mapping[Any, Any]) -> dict[Expr, int]:
    """The dimensions that given values tell."""
    found: dict[Expr, int] = {}
    for letter in letters:
        value = given.get(letter)
        if isinstance(value, Spectrum):
            found[letter.shape[0]] = len(value)
        elif value is not None:
            found |= dict(zip(letter.shape, np.shape(value), strict=False))
    return found | {
        d: int(n) for d, n in given.items() if isinstance(d, Symbol) and isinstance(n, Integral)
    }


def _matrix(
    letter: MatrixSymbol, shape: tuple[int, ...], rng: np.random.Generator, *, diagonal: bool
) -> Array:
    rows, cols = shape
    if diagonal:
        return np.diag(rng.uniform(0.2, 2.0, rows))
    if getattr(letter, "positive", False):
        x = rng.standard_normal((rows, 3 * rows // 2))
        return x @ x.T / x.shape[1]
    gauss = rng.standard_normal(shape) / np.sqrt(max(rows, cols))
    if getattr(letter, "symmetric", False):
        return (gauss + gauss.T) / np.sqrt(2)
    return np.eye(rows) + gauss if rows == cols else gauss


def _shifts(tree: Tree) -> Iterator[Expr]:
    """The coefficients of identities inside inverses."""
    if isinstance(tree, Inv) and isinstance(tree.argument, Sum):
        yield from (c for c, x in tree.argument.terms if isinstance(x, Product) and not x.factors)
    for child in children(tree):
        yield from _shifts(child)


def _numbers(scalars: Sequence[Symbol], shifts: set[Any], growth: float) -> dict[Symbol, complex]:
    found: dict[Symbol, complex] = {}
    for symbol in scalars:
        among = [s for s in scalars if (s in shifts) == (symbol in shifts)]
        table = _SHIFTS if symbol in shifts else _OTHERS
        value = round(
            table[among.index(symbol) % len(table)] * (growth if symbol in shifts else 1), 6
        )
        found[symbol] = value if symbol.is_real or symbol not in shifts else value + 1j * growth
    return found
