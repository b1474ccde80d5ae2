"""Gaussian matrices with independent entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from sympy import Expr, S, Symbol, latex
from sympy.core.symbol import Str

from planar.ensembles.law import Array, Law, Relation, standard
from planar.ensembles.user_law import exact
from planar.formulas.symbols import dimension
from planar.foundations.errors import DeclarationError

__all__ = ["Ginibre"]


class Ginibre(Law):
    """A ``rows x cols`` matrix of independent Gaussian entries, each of the same ``variance``.

    One alternating free cumulant, ``kappa_2 = rows * variance`` in units of the rows: E X Y X.T =
    variance Tr(Y) and E X.T Y X = variance Tr(Y), unnormalised traces.

    Parameters
    ----------
    name : str
        The letter.
    rows : Expr or int
        The number of rows.
    cols : Expr or int, optional
        The number of columns; square without it.
    variance : Expr or float, optional
        E |X_ij|^2, positive; 1/rows by default. A float is taken as the rational that it is.

    Raises
    ------
    DeclarationError
        Where the variance is not positive.

    References
    ----------
    Ginibre, J. Math. Phys. 6 (1965); as a circular element, Nica and Speicher, "Lectures on the
    combinatorics of free probability", lecture 15.

    Examples
    --------
    >>> from planar import dims
    >>> N, P = dims("N P")
    >>> X = Ginibre("X", P, N, variance=1/N)
    >>> X.variance, X.free_cumulant(2), X.free_cumulant(4)
    (1/N, P/N, 0)
    >>> Ginibre("Z", N).free_cumulant(2)
    1
    """

    alternating = True

    def __new__(
        cls,
        name: str | Str,
        rows: Expr | int,
        cols: Expr | int | None = None,
        variance: Expr | float | None = None,
    ) -> Self:
        size = dimension(rows, str(name))
        value = 1 / size if variance is None else exact(variance)
        if value.is_positive is False or value.is_real is False:
            raise DeclarationError(
                f"{name} has entries of variance {variance}; "
                f"give a positive one, for example 1/{rows}."
            )
        return super().__new__(cls, name, size, rows if cols is None else cols, value)

    @property
    def variance(self) -> Expr:
        """E |X_ij|^2."""
        return self.args[3]

    def parameters_in_law(self) -> tuple[Symbol, ...]:
        return self._scalars_in(self.variance)

    def free_cumulant(self, n: int) -> Expr:
        return self.args[1] * self.variance if n == 2 else S.Zero

    def relation(self) -> Relation:
        return ((S.One, "S"), (-self.free_cumulant(2), "H"))

    def r_transform(self, z: Expr) -> Expr:
        return self.free_cumulant(2) * z

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        """One matrix with independent entries.

        Parameters
        ----------
        rng : numpy.random.Generator
            The source of randomness.
        size : Mapping
            The dimensions as integers. It may hold the variance; without it, the dimensions must
            fix it.
        real : bool
            Real entries, else complex ones.

        Returns
        -------
        numpy.ndarray
            Of shape rows x cols.

        Raises
        ------
        DeclarationError
            Where the variance has symbols without a value.
        """
        x = standard(rng, size[self.args[1]], size[self.args[2]], real=real)
        variance = (
            size[self.variance] if self.variance in size else self.variance.xreplace(dict(size))
        )
        if not S(variance).is_number:
            raise DeclarationError(
                f"the entries of {self.name} have variance {variance}; give its symbols values."
            )
        result: Array = x * np.sqrt(float(variance))
        return result

    def written(self) -> str:
        return rf"Gaussian with independent entries of variance ${latex(self.variance)}$"
