"""Where the numbers of a report were taken, as one reads it in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.dimensions import dimensions_of
from planar.expression.spectrum import Spectrum

__all__ = ["described", "dimensions", "sized"]

_LARGEST = 400
"""Of larger matrices only the size is stated."""


def described(values: Mapping[Any, Any]) -> Iterator[tuple[Any, str]]:
    """Each symbol with its value in words: numbers as they are, arrays by shape and size."""
    ordered = sorted(values.items(), key=lambda pair: (np.ndim(pair[1]) == 0, str(pair[0])))
    for key, value in ordered:
        yield key, _described(value)


def _described(value: Any) -> str:
    if isinstance(value, Spectrum):
        return f"a spectrum of {len(value)} eigenvalues"
    array = np.asarray(value)
    if array.dtype.kind not in "iufc":
        return f"a value of type {type(value).__name__}"
    if array.ndim == 0:
        return f"{complex(value):.6g}" if np.iscomplexobj(array) else f"{array.item():.6g}"
    if array.ndim == 1:
        return _described_list(array)
    shape = " × ".join(map(str, array.shape))
    if array.ndim > 2 or max(array.shape) > _LARGEST:
        return shape
    return f"{shape}, {_described_matrix(array)}"


def _described_list(array: Any) -> str:
    if not np.isrealobj(array):
        return f"{len(array)} numbers"
    return f"{len(array)} numbers from {array.min():.6g} to {array.max():.6g}"


def _described_matrix(array: Any) -> str:
    if array.shape[0] == array.shape[1] and np.allclose(array, array.conj().T):
        inner = np.linalg.eigvalsh(array)
        return f"symmetric, eigenvalues from {inner[0]:.4g} to {inner[-1]:.4g}"
    if 1 in array.shape:
        return f"length {np.linalg.norm(array):.4g}"
    singular = np.linalg.svd(array, compute_uv=False)
    return f"singular values from {singular[-1]:.4g} to {singular[0]:.4g}"


def dimensions(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[str, int]:
    """The dimensions that the values say, as numbers or by the shapes of matrices, by name."""
    sizes = dict[str, int]()
    for letter in (*equivalent.letters, *equivalent.laws):
        stated = [(dimension, values.get(dimension)) for dimension in dimensions_of(letter)]
        if _is_matrix(values.get(letter)):
            stated += zip(letter.shape, np.shape(values[letter]), strict=True)
        for dimension, size in stated:
            if isinstance(dimension, Symbol) and isinstance(size, int | np.integer):
                sizes[dimension.name] = int(size)
    return dict(sorted(sizes.items()))


def _is_matrix(value: Any) -> bool:
    return value is not None and not isinstance(value, Spectrum) and np.ndim(value) == 2


def sized(sizes: Mapping[str, int]) -> str:
    """Dimensions in words, as in N = 40, P = 60."""
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())
