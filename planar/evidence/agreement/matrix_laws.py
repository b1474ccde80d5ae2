"""The self-energies S = R(H) of one law for matrices S and H of numbers, sweep by sweep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Dummy, Expr, lambdify
from sympy.core.function import AppliedUndef

from planar.ensembles.law import Law
from planar.foundations.errors import BranchError, PlanarError

__all__ = ["MatrixLaw", "matrix_law"]

Array = NDArray[Any]
Number = Callable[[Expr], Any]
MatrixLaw = Callable[[Array, Array], Array]
"""``(S, H) -> S``: its fixed point over S, at fixed H, is R(H)."""

_POINTS = 64
"""Points of a contour around the eigenvalues of H, on which an R that is not rational is read."""


def matrix_law(law: Law, number: Number) -> MatrixLaw:
    """The sweep of a law; ``number`` evaluates the scalars of its parameters.

    Raises ``PlanarError`` where the law states nothing that has numbers.
    """
    spectrum = law.atoms_and_weights()
    if spectrum is not None:
        values, weights = ([number(x) for x in column] for column in spectrum)
        return _OfSpectrum(tuple(values), tuple(weights))
    relation = law.matrix_relation()
    if relation is not None:
        return _OfRelation(tuple((number(c), word) for c, word in relation))
    z = Dummy("z")
    r = law.r_transform(z)
    function = None if r is None else _numeric(r, z, number)
    if function is None:
        raise PlanarError(f"{law.name} has no law with numbers")
    return _OfFunction(function)


@dataclass(frozen=True)
class _OfSpectrum:
    """``mean of 1/(1 + H (S - b)) = 1`` over the eigenvalues b."""

    values: tuple[Any, ...]
    weights: tuple[Any, ...]

    def __call__(self, s: Array, h: Array) -> Array:
        one = np.eye(len(h))
        b = np.reshape(self.values, (-1, 1, 1))
        parts = np.reshape(self.weights, (-1, 1, 1)) * np.linalg.inv(one + h @ (s - b * one))
        product: Array = (b * parts).sum(axis=0) @ np.linalg.inv(parts.sum(axis=0))
        return product


@dataclass(frozen=True)
class _OfRelation:
    """A polynomial relation in commuting S and H, linear in the last S of each word."""

    terms: tuple[tuple[Any, str], ...]

    def __call__(self, s: Array, h: Array) -> Array:
        lead, free = np.zeros_like(s), np.zeros_like(s)
        for coefficient, word in self.terms:
            powers = [s] * (word.count("S") - 1) + [h] * word.count("H")
            term = coefficient * reduce(np.matmul, powers, np.eye(len(h)))
            if "S" in word:
                lead = lead + term
            else:
                free = free - term
        solved: Array = np.linalg.solve(lead, free)
        return solved


@dataclass(frozen=True)
class _OfFunction:
    """``R(H)`` by Cauchy's formula on circles around the eigenvalues of H.

    Raises ``BranchError`` where two circles differ: R is singular between or inside them.
    """

    function: Callable[[Any], Any]

    def __call__(self, s: Array, h: Array) -> Array:
        radius = max(np.abs(np.linalg.eigvals(h)).max(), 1e-3)
        inner, outer = (self._around(h, radius * factor) for factor in (1.6, 2.4))
        if not np.allclose(inner, outer, rtol=1e-9, atol=1e-12):
            raise BranchError("R is not analytic where the iteration leads.")
        return inner

    def _around(self, h: Array, radius: float) -> Array:
        circle = radius * np.exp(2j * np.pi * np.arange(_POINTS) / _POINTS)
        values = np.array([self.function(z) for z in circle]) * circle
        resolvents = np.linalg.inv(circle[:, None, None] * np.eye(len(h)) - h)
        mean: Array = (values[:, None, None] * resolvents).mean(axis=0)
        return mean


def _numeric(r: Expr, z: Dummy, number: Number) -> Callable[[Any], Any] | None:
    """R as a function of complex numbers; None where it holds a function without a law."""
    if r.has(AppliedUndef):
        return None
    values = {s: number(s) for s in r.free_symbols - {z}}
    function: Callable[[Any], Any] = lambdify(z, r.subs(values))
    return function
