"""Uniformly random orthogonal matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from sympy import Expr, Integer, S, catalan, sqrt
from sympy.core.symbol import Str

from planar.ensembles.law import Array, Law, Relation, haar
from planar.formulas.symbols import dimension
from planar.foundations.errors import ShapeError

__all__ = ["HaarOrthogonal"]


class HaarOrthogonal(Law):
    """A Haar distributed orthogonal N x N matrix O.

    Its complex ensemble is the unitary group, with O.T the adjoint. Alternating free cumulants
    ``kappa_2n = (-1)^(n-1) Catalan(n-1)``; relation ``S - H + S S H = 0`` with R(z) = 2 z / (1 +
    sqrt(1 + 4 z^2)).

    Parameters
    ----------
    name : str
        The letter.
    size : Expr or int
        N, the number of rows and columns.
    cols : Expr or int, optional
        N once more, as SymPy gives it where it rebuilds the letter.

    Raises
    ------
    ShapeError
        Where ``cols`` is not ``size``.

    References
    ----------
    Haar unitaries in Nica and Speicher, "Lectures on the combinatorics of free probability",
    lecture 15.

    Examples
    --------
    >>> from planar import dims
    >>> [HaarOrthogonal("O", dims("N")).free_cumulant(n) for n in range(1, 9)]
    [0, 1, 0, -1, 0, 2, 0, -5]
    """

    alternating = True

    def __new__(cls, name: str | Str, size: Expr | int, cols: Expr | int | None = None) -> Self:
        if cols is not None and dimension(cols, str(name)) != dimension(size, str(name)):
            raise ShapeError(
                f'{name} is orthogonal, so it is square; write HaarOrthogonal("{name}", {size}).'
            )
        return super().__new__(cls, name, size, size)

    def free_cumulant(self, n: int) -> Expr:
        return Integer(-1) ** (n // 2 - 1) * catalan(n // 2 - 1) if n % 2 == 0 else S.Zero

    def relation(self) -> Relation:
        return ((S.One, "S"), (S.NegativeOne, "H"), (S.One, "SSH"))

    def r_transform(self, z: Expr) -> Expr:
        return 2 * z / (1 + sqrt(1 + 4 * z**2))

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        return haar(rng, size[self.args[1]], real=real)

    def written(self) -> str:
        return "a Haar distributed orthogonal matrix"
