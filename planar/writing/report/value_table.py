"""Where the numbers of a report were taken, as one reads it in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from planar.expression.values import Spectrum

__all__ = ["described"]

_LARGEST = 400
"""Of larger matrices only the size is stated."""


def described(values: Mapping[Any, Any]) -> Iterator[tuple[Any, str]]:
    """Each symbol with its value in words: numbers as they are, arrays by shape and size."""
    for key, value in sorted(
        values.items(), key=lambda pair: (np.ndim(pair[1]) == 0, str(pair[0]))
    ):
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
        return (
            f"{len(array)} numbers from {array.min():.6g} to {array.max():.6g}"
            if np.isrealobj(array)
            else f"{len(array)} numbers"
        )
    shape = " × ".join(map(str, array.shape))
    if array.ndim > 2 or max(array.shape) > _LARGEST:
        return shape
    if array.shape[0] == array.shape[1] and np.allclose(array, array.conj().T):
        inner = np.linalg.eigvalsh(array)
        return f"{shape}, symmetric, eigenvalues from {inner[0]:.4g} to {inner[-1]:.4g}"
    if 1 in array.shape:
        return f"{shape}, length {np.linalg.norm(array):.4g}"
    singular = np.linalg.svd(array, compute_uv=False)
    return f"{shape}, singular values from {singular[-1]:.4g} to {singular[0]:.4g}"
