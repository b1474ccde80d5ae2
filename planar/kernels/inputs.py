"""Values as the keywords of a generated module."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.expression.spectrum import Spectrum
from planar.expression.values import Values
from planar.foundations.errors import ShapeError
from planar.kernels.program.layout import Layout
from planar.kernels.sizes import counted

__all__ = ["entries", "keywords", "largest"]

Array = NDArray[Any]


def keywords(plan: Layout, values: Values, *, whole: bool) -> dict[str, Any]:
    """The keywords of a module, which needs ``whole`` matrices or the spectrum alone.

    Raises ``ShapeError`` where a spectrum with weights stands beside matrices of its size.
    """
    inputs = dict[str, Any]()
    letters = {q.name: q for q in plan.equivalent.letters}
    spectral = letters.get(plan.spectral or "")
    basis = spectral is not None and np.ndim(entries(values.matrices[spectral.name])) == 1
    for name, value in values.matrices.items():
        numbers, size = entries(value), letters[name].shape[0]
        inside = basis and spectral is not None and letters[name].shape == spectral.shape
        if isinstance(value, Spectrum) and not _written_out(value, size, values):
            if not inside or whole:
                raise ShapeError(_too_short(plan, name, len(value), size, values))
            inputs[f"{plan.names[plan.spectral or '']}_weights"] = value.measure
        inputs[plan.names[name]] = np.diag(numbers) if numbers.ndim == 1 and not inside else numbers
    for symbol, number in values.scalars.items():
        inputs[plan.names[symbol.name]] = number
    for length in plan.dimensions:
        inputs[plan.names[length.name]] = counted(values.dimensions[length])
    return inputs


def entries(value: Array | Spectrum) -> Array:
    """The numbers of a letter: a matrix, or a diagonal in the eigenbasis."""
    return value.eigenvalues if isinstance(value, Spectrum) else value


def _written_out(value: Spectrum, size: Any, values: Values) -> bool:
    """Whether a spectrum lists every eigenvalue."""
    return value.uniform and len(value) == values.dimensions.get(size, size)


def _too_short(plan: Layout, name: str, count: int, size: Any, values: Values) -> str:
    """Why a spectrum with weights is not enough, and what would be."""
    alike = [q.name for q in plan.equivalent.letters if q.name != name and q.shape == (size, size)]
    dense = [x for x in alike if np.ndim(entries(values.matrices[x])) == 2]
    reason, alternative = "needs a matrix of that size", ""
    if dense:
        reason = f"holds {' and '.join(dense)} as a matrix beside it"
        alternative = f"give {dense[0]} by its diagonal in that eigenbasis, or "
    return (
        f"{name} is valued by a spectrum with weights, {count} eigenvalues for {size} = "
        f"{values.dimensions.get(size, size)}, but `{plan.equivalent.lhs}` {reason}; "
        f"{alternative}write all eigenvalues out, each as often as it occurs."
    )


def largest(value: Any) -> float:
    """The largest entry of a letter's value."""
    return float(np.abs(np.asarray(entries(value))).max(initial=0.0))
