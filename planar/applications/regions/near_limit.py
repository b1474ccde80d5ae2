"""Values of an equivalent next to a limit to zero, at sizes and scalars on all sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, MatrixSymbol, Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.dimensions import dimensions_of
from planar.expression.spectrum import Spectrum
from planar.foundations.errors import PlanarError
from planar.kernels.kernel import Kernel, compile_kernel
from planar.kernels.solution import Solution

__all__ = ["POINTS", "NearLimit", "near_limit"]

Array = NDArray[Any]
POINTS = (0.7, 1e-3, 1e-4)
"""The vanishing parameter at a generic point and at two small ones."""
_TURNS = 80
"""Choices of sizes and scalars at most, some of which a law refuses."""
_FAILURES = 6
"""Points without a value, after which no more are tried; after a third of them scalars are drawn
equal, since z and its conjugate are two symbols.
"""
_CORNERS = 3
"""Dimensions of which every combination of small and large is drawn first."""
_SEED = 17


@dataclass(frozen=True)
class NearLimit:
    """One choice of sizes and scalars with the solutions at ``POINTS``."""

    values: Mapping[Any, Any]
    kernel: Kernel
    solution: Solution

    def named(self, place: int) -> dict[Symbol, complex]:
        """The quantities of the formula at one of the points."""
        named, kernel = self.solution.named, self.kernel
        symbols = [d.symbol for d in kernel.equivalent.definitions]
        arrays = {s: np.broadcast_to(named[kernel.identifier(s)], (len(POINTS),)) for s in symbols}
        return {s: complex(x[place]) for s, x in arrays.items()}

    def number(self, scalar: Expr, place: int) -> complex:
        """A scalar in the quantities of the formula at one of the points."""
        given = {s: v for s, v in self.values.items() if isinstance(s, Symbol)}
        numbers = {s: v[place] if np.ndim(v) else v for s, v in given.items()}
        return complex(scalar.xreplace({**self.named(place), **numbers}))


def near_limit(equivalent: Equivalent, vanishing: Iterable[Symbol]) -> Iterator[NearLimit]:
    """Solutions next to the limit at ever other sizes and scalars, where each has a value."""
    kernel, rng = compile_kernel(equivalent), np.random.default_rng(_SEED)
    small = dict.fromkeys(vanishing, np.array(POINTS))
    failures = 0
    for turn in range(_TURNS):
        values = {**_drawn(equivalent, rng, turn, failures > _FAILURES // 3), **small}
        with suppress(PlanarError, np.linalg.LinAlgError):
            solution = kernel.solve(values)
            if solution.good.all():
                yield NearLimit(values, kernel, solution)
            else:
                failures += 1
        if failures == _FAILURES:
            return


def _dimensions(equivalent: Equivalent) -> tuple[Symbol, ...]:
    """The dimensions of all letters, sizes before ranks."""
    letters = (*equivalent.letters, *equivalent.laws)
    shapes = chain.from_iterable(x.shape for x in letters)
    others = chain.from_iterable(map(dimensions_of, letters))
    return tuple(dict.fromkeys(_symbols(chain(shapes, others))))


def _symbols(dimensions: Iterable[Expr]) -> Iterator[Symbol]:
    for size in dimensions:
        yield from sorted(size.free_symbols, key=str)


def _drawn(
    equivalent: Equivalent, rng: np.random.Generator, turn: int, alike: bool
) -> dict[Any, Any]:
    """Sizes within a factor of eight of each other, scalars within one of four of 1."""
    same = float(4 ** rng.uniform(-1, 1))
    sizes = _sizes(_dimensions(equivalent), rng, turn)
    scalars = {s: same if alike else float(4 ** rng.uniform(-1, 1)) for s in equivalent.scalars}
    letters = {x: _letter(x, sizes, rng) for x in equivalent.letters}
    valued = _symbols(chain.from_iterable(x.shape for x in equivalent.letters))
    inferred = set(valued)
    return {**{s: n for s, n in sizes.items() if s not in inferred}, **scalars, **letters}


def _sizes(dimensions: Sequence[Symbol], rng: np.random.Generator, turn: int) -> dict[Symbol, int]:
    """Each one small or large by turns, so that soon all combinations had theirs, then any."""
    if turn < 2 ** min(len(dimensions), _CORNERS):
        large = [turn >> place & 1 for place in range(len(dimensions))]
        return {
            s: int((20, 120)[x] * 1.3 ** rng.uniform())
            for s, x in zip(dimensions, large, strict=True)
        }
    return {s: int(20 * 8 ** rng.uniform()) for s in dimensions}


def _letter(
    letter: MatrixSymbol, sizes: Mapping[Symbol, int], rng: np.random.Generator
) -> Array | Spectrum:
    """Of positive real part where it is square, so that most points have a value."""
    shape = [int(n.subs(sizes)) for n in letter.shape]
    if getattr(letter, "symmetric", False):
        return Spectrum(np.sort(rng.uniform(0.5, 2, shape[0])))
    matrix = rng.standard_normal(shape) / np.sqrt(shape[1])
    if shape[0] != shape[1]:
        return matrix
    return np.diag(rng.uniform(0.5, 2, shape[0])) + 0.2 * matrix
