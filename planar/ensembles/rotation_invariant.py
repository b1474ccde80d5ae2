"""Rotation-invariant matrices given by R, by free cumulants or by eigenvalues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sympy import (
    Basic,
    Dummy,
    Expr,
    Function,
    Lambda,
    S,
    Symbol,
    diff,
    factorial,
    series,
)
from sympy.core.symbol import Str

from planar.combinatorics.cumulants.moments import free_cumulants
from planar.ensembles.law import Array, Law, Relation, haar
from planar.ensembles.stated_law import eigenvalue_relation, mean_of, rational_relation, stated
from planar.ensembles.user_law import Sampler, unspecified
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["RotationInvariant"]


class RotationInvariant(Law):
    """A symmetric N x N matrix ``O B O.T`` with O Haar distributed.

    Its law is given by at most one of ``r_transform``, ``cumulants`` and ``spectrum``; without one
    its R-transform stays the unspecified function R_B.

    Parameters
    ----------
    name : str
        The letter.
    size : Expr or int
        N, the number of rows and columns.
    *parameters : Basic
        What SymPy gives where it rebuilds the letter; leave it out.
    r_transform : callable or sympy.Lambda, optional
        z -> R(z), written with SymPy.
    cumulants : iterable of Expr or float, optional
        The free cumulants kappa_1, kappa_2, ..., all later ones zero.
    spectrum : array_like of Expr or float, optional
        Eigenvalues, each of equal weight.
    sampler : callable, optional
        ``sampler(rng, n)`` returns an n x n array, so that ``check`` can sample it; a spectrum
        brings its own.
    symmetric : bool, default True
        Where it is False, the matrix may be non-symmetric, and its transpose may not be used.

    Raises
    ------
    DeclarationError
        Where more than one of the three is given, where one is empty, where all eigenvalues are
        zero, and where R has no value at 0.

    Examples
    --------
    >>> from planar import dims
    >>> RotationInvariant("B", dims("N"), spectrum=[1, 1, 3, 3]).free_cumulant(2)
    1
    """

    def __new__(
        cls,
        name: str | Str,
        size: Expr | int,
        *parameters: Basic,
        r_transform: Callable[[Expr], Expr] | Lambda | None = None,
        cumulants: Iterable[Expr | float] | None = None,
        spectrum: ArrayLike | Iterable[Expr | float] | None = None,
        sampler: Callable[[np.random.Generator, int], ArrayLike] | None = None,
        symmetric: bool = True,
    ) -> Self:
        if not parameters:
            parameters = stated(str(name), r_transform, cumulants, spectrum, sampler, symmetric)
        elif len(parameters) < 4 or not isinstance(parameters[-4], Str):
            listed = ", ".join(map(str, parameters))
            raise DeclarationError(
                f"{name} is square of size {size} and takes its law by keyword, not {listed}; "
                "give r_transform=..., cumulants=... or spectrum=..."
            )
        return super().__new__(cls, name, size, size, *parameters[-4:])

    @property
    def kind(self) -> str:
        """One of "symbolic", "r_transform", "cumulants", "spectrum"."""
        return str(self.args[3].name)

    @property
    def symmetric(self) -> bool:
        return bool(self.args[6])

    @property
    def positive(self) -> bool:
        return self.kind == "spectrum" and all(bool(b >= 0) for b in self.args[4][0])

    def parameters_in_law(self) -> tuple[Symbol, ...]:
        if self.kind == "symbolic":
            return ()
        return tuple(sorted(self.args[4].free_symbols, key=str))

    def free_cumulant(self, n: int) -> Expr:
        z = Dummy("z")
        match self.kind:
            case "cumulants":
                return self.args[4][n - 1] if n <= len(self.args[4]) else S.Zero
            case "spectrum":
                return free_cumulants([self._moment(k) for k in range(1, n + 1)])[n - 1]
            case "r_transform" if n == 1:
                return mean_of(self.name, self.args[4])
            case "r_transform":
                value = diff(self.args[4](z), z, n - 1).subs(z, 0) / factorial(n - 1)
                if value.has(S.NaN):
                    return series(self.args[4](z), z, 0, n).removeO().coeff(z, n - 1)
                return value
            case _:
                return Function(f"kappa_{self.name}")(n)

    def _moment(self, k: int) -> Expr:
        values, weights = self.args[4]
        return sum((w * b**k for b, w in zip(values, weights, strict=True)), S.Zero)

    def relation(self) -> Relation | None:
        if self.kind == "cumulants":
            return ((S.One, "S"), *((-k, "H" * n) for n, k in enumerate(self.args[4]) if k != 0))
        if self.kind == "r_transform":
            return rational_relation(self.args[4])
        return None

    def matrix_relation(self) -> Relation | None:
        """For few eigenvalues ``mean of 1/(1 + h (s - b)) = 1``, else ``relation``.

        Returns
        -------
        tuple of pairs, or None
            That equation without its denominators, divided by h, for at most four eigenvalues b.
        """
        if self.kind != "spectrum" or len(self.args[4][0]) > 4:
            return self.relation()
        return eigenvalue_relation(*self.args[4])

    def r_transform(self, z: Expr) -> Expr | None:
        match self.kind:
            case "cumulants":
                return sum((k * z**n for n, k in enumerate(self.args[4])), S.Zero)
            case "r_transform":
                return self.args[4](z)
            case "spectrum":
                return None
            case _:
                return Function(f"R_{self.name}")(z)

    def atoms_and_weights(self) -> tuple[tuple[Expr, ...], tuple[Expr, ...]] | None:
        return (tuple(self.args[4][0]), tuple(self.args[4][1])) if self.kind == "spectrum" else None

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        n = size[self.args[1]]
        if isinstance(self.args[5], Sampler):
            return self.args[5].draw(self.name, rng, (n,), (n, n))
        if self.kind == "symbolic":
            raise unspecified(self.name)
        if self.kind != "spectrum":
            raise PlanarError(
                f"{self.name} is given by its R-transform, which does not say how to sample it; "
                "declare it with sampler=..., a function (rng, n) -> n x n array, "
                "or with spectrum=...."
            )
        values, weights = (np.array(list(map(float, column))) for column in self.args[4])
        quantiles = np.searchsorted(np.cumsum(weights), (np.arange(n) + rng.uniform()) / n)
        u = haar(rng, n, real=real)
        result: Array = (u * values[np.minimum(quantiles, len(values) - 1)]) @ u.conj().T
        return result

    def written(self) -> str:
        kinds = {
            "symbolic": rf"rotation invariant with R-transform $R_{{{self.name}}}$",
            "r_transform": "rotation invariant with the given R-transform",
            "cumulants": "rotation invariant with the given free cumulants",
            "spectrum": "rotation invariant with the given spectrum",
        }
        return kinds[self.kind]
