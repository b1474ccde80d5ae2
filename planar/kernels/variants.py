"""Which code fits which values: matrices, diagonals in one basis, complex ones without a basis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planar.derivation.equivalent import Equivalent
from planar.expression.values import Values
from planar.kernels.inputs import entries
from planar.kernels.loading import Loaded
from planar.kernels.program.planning import planned

__all__ = ["Character", "Variant", "character", "fitted"]

_REAL_EIGENVALUES = frozenset(("numba", "c"))
"""The backends whose modules hold eigenvalues as real numbers."""


@dataclass(frozen=True)
class Character:
    """The letters whose values are ``diagonal`` in one basis, and those that are ``complex_``.

    ``listed`` says that the spectral letter is a list of eigenvalues.
    """

    diagonal: frozenset[str] = frozenset()
    complex_: frozenset[str] = frozenset()
    listed: bool = False


@dataclass(frozen=True)
class Variant:
    """The backend and the layout of a kernel for values of one character."""

    backend: str
    diagonal: frozenset[str] = frozenset()
    eigenbasis: bool = True


def character(code: Loaded, values: Values) -> Character:
    """The character of values, as far as it matters to this code."""
    plan, matrices = code.plan, {k: entries(v) for k, v in values.matrices.items()}
    lists = frozenset(k for k, v in matrices.items() if np.ndim(v) == 1)
    diagonal = lists if any(plan.names[k] in code.dense for k in lists) else frozenset[str]()
    if plan.spectral is None and not diagonal:
        return Character()
    complex_ = frozenset(k for k, v in matrices.items() if np.any(np.imag(v)))
    return Character(diagonal, complex_, plan.spectral in lists)


def fitted(equivalent: Equivalent, own: Variant, values: Character) -> Variant:
    """The variant for values of this character; ``own`` where that fits them.

    A complex symmetric matrix has no orthogonal eigenbasis, and need not have any other.
    """
    diagonal = _in_one_basis(equivalent, values.diagonal)
    plan = planned(equivalent, diagonal or own.diagonal)
    if plan.spectral is None or values.complex_.isdisjoint({plan.spectral, *plan.shared}):
        return replace(own, diagonal=plan.diagonal)
    if not (diagonal or values.listed):
        return Variant(own.backend, eigenbasis=False)
    real = plan.spectral not in values.complex_ or own.backend not in _REAL_EIGENVALUES
    return Variant(own.backend if real else "numpy", plan.diagonal)


def _in_one_basis(equivalent: Equivalent, diagonal: frozenset[str]) -> frozenset[str]:
    """The diagonal letters that share the spectral one's basis, none where none has it."""
    first = planned(equivalent, diagonal).spectral if diagonal else None
    shapes = {q.name: q.shape for q in equivalent.letters}
    if first not in diagonal:
        return frozenset()
    alike = frozenset(k for k in diagonal if shapes[k] == shapes[first])
    return alike if planned(equivalent, alike).spectral == first else frozenset()
