"""Rotation-invariant matrices given by R, by free cumulants or by eigenvalues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Lambda,
    Mul,
    Poly,
    Rational,
    S,
    Symbol,
    Tuple,
    diff,
    factorial,
    false,
    fraction,
    limit,
    series,
    together,
    true,
)
from sympy.core.symbol import Str

from planar.combinatorics.cumulants.moments import free_cumulants
from planar.ensembles.given import Sampler, exact
from planar.ensembles.law import Array, Law, Relation, haar
from planar.formulas.symbols import scalar
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["RotationInvariant"]


class RotationInvariant(Law):
    """A symmetric N x N matrix ``O B O.T`` with O Haar distributed, known by one of

    * nothing: its R-transform stays the unspecified function R_B;
    * ``r_transform``: a callable z -> R(z) written with SymPy, or a ``sympy.Lambda``;
    * ``cumulants``: the free cumulants kappa_1, kappa_2, ..., all later ones zero;
    * ``spectrum``: eigenvalues, each of equal weight.

    ``sampler(rng, n)`` returns an n x n array, so that ``check`` can sample it; a spectrum brings
    its own. With ``symmetric=False`` the matrix may be non-symmetric, and its transpose may not be
    used.

    >>> from planar.expression.symbols import dims
    >>> RotationInvariant("B", dims("N"), spectrum=[1, 1, 3, 3]).free_cumulant(2)
    1
    """

    def __new__(
        cls,
        name: Any,
        size: Any,
        *parameters: Any,
        r_transform: Any = None,
        cumulants: Iterable[Any] | None = None,
        spectrum: Iterable[Any] | None = None,
        sampler: Callable[..., Any] | None = None,
        symmetric: bool = True,
    ) -> Any:
        if not parameters:
            parameters = _parameters(
                str(name), r_transform, cumulants, spectrum, sampler, symmetric
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
        given = self.kind in ("cumulants", "r_transform", "spectrum")
        return tuple(sorted(self.args[4].free_symbols, key=str)) if given else ()

    def free_cumulant(self, n: int) -> Expr:
        z = Dummy("z")
        match self.kind:
            case "cumulants":
                return self.args[4][n - 1] if n <= len(self.args[4]) else S.Zero
            case "spectrum":
                values, weights = self.atoms_and_weights() or ((), ())
                powers = [
                    sum((w * b**k for b, w in zip(values, weights, strict=True)), S.Zero)
                    for k in range(1, n + 1)
                ]
                return free_cumulants(powers)[n - 1]
            case "r_transform" if n == 1:
                return _mean_of(self.name, self.args[4])
            case "r_transform":
                value = diff(self.args[4](z), z, n - 1).subs(z, 0) / factorial(n - 1)
                return (
                    series(self.args[4](z), z, 0, n).removeO().coeff(z, n - 1)
                    if value.has(S.NaN)
                    else value
                )
            case _:
                return Function(f"kappa_{self.name}")(n)

    def relation(self) -> Relation | None:
        if self.kind == "cumulants":
            return ((S.One, "S"), *((-k, "H" * n) for n, k in enumerate(self.args[4]) if k != 0))
        if self.kind == "r_transform":
            return _rational_relation(self.args[4])
        return None

    def matrix_relation(self) -> Relation | None:
        """For few eigenvalues ``mean of 1/(1 + h (s - b)) = 1`` without its denominators, divided
        by h.
        """
        if self.kind != "spectrum" or len(self.args[4][0]) > 4:
            return self.relation()
        return _few_eigenvalues(*self.args[4])

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
        if self.kind != "spectrum":
            raise PlanarError(
                f"{self.name} is given by its R-transform, which says nothing of how to draw it; "
                f"declare it with sampler=..., a function (rng, n) -> n x n array, or with spectrum=...."
            )
        values, weights = (np.array([float(x) for x in column]) for column in self.args[4])
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


@lru_cache(maxsize=256)
def _few_eigenvalues(values: Tuple, weights: Tuple) -> Relation:
    s, h = Dummy("S"), Dummy("H")
    factors = [1 + h * (s - b) for b in values]
    total = Mul(*factors) - Add(
        *(w * Mul(*factors) / f for w, f in zip(weights, factors, strict=True))
    )
    return tuple((c, "S" * i + "H" * (j - 1)) for (i, j), c in Poly(total, s, h).terms())


def _parameters(
    name: str, r: Any, cumulants: Any, spectrum: Any, sampler: Any, symmetric: bool
) -> tuple[Any, ...]:
    given = [x for x in (r, cumulants, spectrum) if x is not None]
    if len(given) > 1:
        raise DeclarationError(
            f"{name} is given by more than one of r_transform, cumulants and spectrum; give one."
        )
    flags = (Sampler(sampler) if sampler is not None else S.Zero, true if symmetric else false)
    if r is not None:
        z = Symbol("_z")
        function = Lambda(z, scalar(r(z)))
        _mean_of(name, function)
        return Str("r_transform"), function, *flags
    if cumulants is not None:
        values = [exact(k) for k in cumulants]
        if not values:
            raise DeclarationError(
                f"{name} has an empty list of free cumulants; give at least kappa_1, for example [0, 1]."
            )
        return Str("cumulants"), Tuple(*values), *flags
    if spectrum is not None:
        return Str("spectrum"), _spectrum(name, spectrum), *flags
    return Str("symbolic"), S.Zero, *flags


def _mean_of(name: str, function: Lambda) -> Expr:
    """R(0) = kappa_1, as a limit where the expression is 0/0 there; an error where it is infinite."""
    z = Dummy("z")
    value = function(S.Zero)
    if value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        value = limit(function(z), z, 0) if value.has(S.NaN) else S.ComplexInfinity
    if value.is_finite is False or value.has(S.NaN, S.ComplexInfinity):
        raise DeclarationError(
            f"the R-transform of {name} has no value at 0, where it must be the mean kappa_1."
        )
    return value


def _spectrum(name: str, eigenvalues: Iterable[Any]) -> Tuple:
    values = sorted(exact(b) for b in np.asarray(eigenvalues).ravel().tolist())
    if not values:
        raise DeclarationError(f"the spectrum of {name} is empty; give at least one eigenvalue.")
    if all(value == 0 for value in values):
        raise DeclarationError(
            f"all eigenvalues of {name} are zero; leave {name} out of the expression."
        )
    counts: dict[Expr, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return Tuple(Tuple(*counts), Tuple(*(Rational(c, len(values)) for c in counts.values())))


def _rational_relation(function: Lambda) -> Relation | None:
    """``den(H) S - num(H) = 0`` where R is a rational function, None where it is not."""
    z = Dummy("z")
    num, den = fraction(together(function(z)))
    if not (num.is_polynomial(z) and den.is_polynomial(z)):
        return None
    upper, lower = num.as_poly(z).terms(), den.as_poly(z).terms()
    return (*((c, "H" * n[0] + "S") for n, c in lower), *((-c, "H" * n[0]) for n, c in upper))
