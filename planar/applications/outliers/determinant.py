"""The outlier equation in numbers: 1 - C at places off the bulk."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import MatrixSymbol, Symbol

from planar.derivation.equivalent import Equivalent
from planar.kernels.kernel import Kernel

__all__ = ["Determinant", "evaluated", "values_of"]

Array = NDArray[Any]


class Determinant:
    """The matrix 1 - C over places, with ``values``; C has the ``kernels`` for its entries."""

    def __init__(
        self, kernels: tuple[tuple[Kernel, ...], ...], lam: Symbol, values: Mapping[Any, Any]
    ) -> None:
        self.kernels, self.lam, self.values = kernels, lam, values

    def __call__(self, places: Array, scalars: Mapping[Any, Any] | None = None) -> Array:
        """1 - C at every place, with values of further scalars there; NaN on the spectrum."""
        values = {**self.values, **(scalars or {})}

        def row(kernels: tuple[Kernel, ...]) -> list[Array]:
            return [evaluated(kernel, values, places, self.lam) for kernel in kernels]

        rows = list(map(row, self.kernels))
        return np.asarray(-np.moveaxis(np.array(rows), -1, 0) + np.eye(len(rows)))


def evaluated(kernel: Kernel, values: Mapping[Any, Any], places: Array, lam: Symbol) -> Array:
    """A number at every place; NaN where there is none, on the spectrum."""
    arguments = values_of(kernel.equivalent, values)
    if lam in kernel.equivalent.scalars:
        arguments[lam] = -places
    with np.errstate(all="ignore"):
        numbers = np.asarray(kernel(arguments, on_failure="nan"), complex).reshape(-1)
    return np.broadcast_to(numbers, places.shape) if numbers.size == 1 else numbers


def values_of(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values of what occurs in an equivalent, with the dimensions that arrays determine."""
    letters = (*equivalent.letters, *equivalent.laws)
    arguments = chain.from_iterable(x.args for x in letters)
    sizes = set(chain.from_iterable(a.atoms(Symbol) for a in arguments))
    occurring = {*equivalent.letters, *equivalent.scalars, *sizes}
    return {k: v for k, v in _sized(values).items() if k in occurring}


def _sized(values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values, and the dimensions that arrays determine."""
    sizes: dict[Any, Any] = {}
    for letter, value in values.items():
        if isinstance(letter, MatrixSymbol):
            sizes |= dict(zip(letter.shape, getattr(value, "shape", ()), strict=False))
    return {**{d: n for d, n in sizes.items() if isinstance(d, Symbol)}, **values}
