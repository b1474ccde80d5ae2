"""Points of the physical branch, by which roots are put on their sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.applications.spectral.resolvent_trace import spectral_symbol
from planar.derivation.calculus.explicit import explicit
from planar.derivation.equivalent import Equivalent
from planar.expression.example import example
from planar.foundations.errors import PlanarError
from planar.kernels.kernel import Kernel

__all__ = ["in_radicals"]

Stated = TypeVar("Stated", bound=Equivalent)
Array = NDArray[Any]
_SCALES = (1.0, 1.7, 9.0, 40.0)
"""Factors of the scalars that stay: some keep off every spectrum."""
_FEWEST = 3
"""Points without which no sheet is chosen."""
_RADII = (0.4, 2.7, 11.0, 90.0)
_ANGLES = (0.4, 1.3, 1.9, 2.8, -0.7, -2.2)
"""Places of a scalar in the complex plane, on both sides of the axis; the axis itself is added."""


def in_radicals(equivalent: Stated, kernel: Kernel) -> Stated:
    """The equivalent in radicals on the sheet that its kernel gives at many points.

    Raises ``PlanarError`` where a definition has a higher degree, or no point has a value.
    """
    if not any(d.implicit for d in equivalent.definitions):
        return equivalent
    return explicit(equivalent, _scalars(equivalent), _branch(equivalent, kernel))


def _scalars(equivalent: Equivalent) -> list[Symbol]:
    """The scalars, that of the resolvent first."""
    scalars = list(equivalent.scalars)
    try:
        first = spectral_symbol(equivalent, {})
    except PlanarError:
        return scalars
    return sorted(scalars, key=lambda s: s != first)


def _branch(equivalent: Equivalent, kernel: Kernel) -> dict[Symbol, Array]:
    """Values of every symbol at the points where the kernel has one."""
    columns: dict[Symbol, list[Array]] = {}
    for values, scalars in _points(equivalent):
        try:
            solution = kernel.solve({**values, **scalars})
        except PlanarError:
            continue
        good = solution.good
        known: dict[Symbol, Any] = {s: values[s] for s in equivalent.problem.sizes if s in values}
        known |= scalars
        known |= {
            d.symbol: solution.named[kernel.identifier(d.symbol)] for d in equivalent.definitions
        }
        for symbol, value in known.items():
            columns.setdefault(symbol, []).append(np.broadcast_to(value, good.shape)[good])
    branch = {symbol: np.concatenate(rows) for symbol, rows in columns.items()}
    if min(map(len, branch.values()), default=0) < _FEWEST:
        raise PlanarError(
            f"no values of the physical branch of `{equivalent.lhs}` are found by which a root "
            "could be put on its sheet; keep the implicit definitions."
        )
    return branch


def _points(equivalent: Equivalent) -> Iterator[tuple[Mapping[Any, Any], dict[Symbol, Array]]]:
    """Letters and sizes, each with arrays of scalars: one goes round the plane, others stay."""
    symbols = equivalent.letters, equivalent.laws, equivalent.scalars, equivalent.commuting
    around = [r * np.exp(1j * a) for r in _RADII for a in _ANGLES]
    plane = np.array([*around, *_RADII, *(-r for r in _RADII)])
    for draw, scale in enumerate(_SCALES):
        values = example(equivalent.target, *symbols, lambda _: None, {}, size=20, seed=draw)
        values = _wide(equivalent, values) if draw % 2 else values
        plain = {s: values[s] for s in equivalent.scalars}
        for moving in equivalent.scalars:
            still = {s: np.full(plane.shape, complex(scale * v)) for s, v in plain.items()}
            yield values, {**still, moving: plane * (1 + draw / 7)}
        if not plain:
            yield values, {}


def _wide(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Other proportions of the sizes that no matrix fixes: a third of all but the first."""
    fixed = {s for x in equivalent.letters for s in x.shape}
    others = [s for s in equivalent.problem.sizes[1:] if s not in fixed and s in values]
    return {**values, **{s: max(2, values[s] // 3 + i) for i, s in enumerate(others)}}
