"""Whether values keep what was declared of letters: symmetry, positivity, commutation, a rank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sympy import Expr, MatrixSymbol

from planar.expression.dimensions import Sizes
from planar.expression.numeric import Array
from planar.expression.spectrum import Spectrum
from planar.foundations.errors import ValueMissing

__all__ = ["refuse_broken_promise", "refuse_non_commuting", "refuse_rank"]


def refuse_broken_promise(letter: MatrixSymbol, value: Array | Spectrum) -> None:
    """Symmetry and positivity hold where they were declared."""
    entries = value.eigenvalues if isinstance(value, Spectrum) else value
    if getattr(letter, "symmetric", False) and entries.ndim == 2:
        _refuse_asymmetric(letter.name, entries)
    if getattr(letter, "positive", False):
        _refuse_negative(letter.name, entries)


def _refuse_asymmetric(name: str, matrix: Array) -> None:
    gap = float(np.abs(matrix - matrix.T).max())
    if gap > 1e-8 * float(np.abs(matrix).max()):
        raise ValueMissing(
            f"{name} is declared symmetric, but its value differs from its transpose by {gap:.3g}; "
            f"give ({name} + {name}.T)/2, or declare it without symmetric=True and positive=True."
        )


def _refuse_negative(name: str, entries: Array) -> None:
    if np.iscomplexobj(entries) and np.abs(entries.imag).max() > 0:
        raise ValueMissing(
            f"{name} is declared positive, but its value is complex; give a real positive matrix."
        )
    eigenvalues = np.linalg.eigvalsh(entries.real) if entries.ndim == 2 else entries.real
    if eigenvalues.min() < -1e-10 * np.abs(eigenvalues).max():
        raise ValueMissing(
            f"{name} is declared positive, but its value has the eigenvalue "
            f"{eigenvalues.min():.3g}; give a positive semidefinite matrix, "
            "or declare it with symmetric=True."
        )


def refuse_non_commuting(pair: tuple[str, str], values: Mapping[str, Array | Spectrum]) -> None:
    """A spectrum is a diagonal in its own eigenbasis, in which the other one is then given."""
    a, b = (_unit_size(values[name]) for name in pair)
    if a.ndim == b.ndim == 1:
        return
    if a.ndim == b.ndim:
        gap = a @ b - b @ a
    else:
        diagonal, dense = (a, b) if a.ndim == 1 else (b, a)
        gap = diagonal[:, None] * dense - dense * diagonal
    if np.abs(gap).max() > 1e-9 * len(a):
        raise ValueMissing(
            f"{pair[0]} and {pair[1]} are declared to commute, but their values do not; "
            "give values that do, or derive without commuting=."
        )


def _unit_size(value: Array | Spectrum) -> Array:
    """The value scaled to a largest entry of one; a spectrum as a diagonal of distinct entries."""
    entries = np.arange(1.0, 1 + len(value)) if isinstance(value, Spectrum) else value
    return entries / max(float(np.abs(entries).max(initial=0.0)), 1e-300)


def refuse_rank(letter: MatrixSymbol, sizes: Sizes) -> None:
    """The rank of a projection is at most its dimension."""
    rank = getattr(letter, "rank", None)
    if isinstance(rank, Expr) and sizes.size(rank) > sizes.size(letter.shape[0]):
        raise ValueMissing(
            f"{letter.name} has rank {rank} = {sizes.size(rank)}, more than its dimension "
            f"{letter.shape[0]} = {sizes.size(letter.shape[0])}; give a smaller {rank}."
        )
