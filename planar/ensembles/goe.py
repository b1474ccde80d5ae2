"""Gaussian symmetric matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from sympy import Expr, S
from sympy.core.symbol import Str

from planar.ensembles.law import Array, Law, Relation, in_latex, standard
from planar.ensembles.user_law import own_parameters

__all__ = ["GOE"]


class GOE(Law):
    """Symmetric Gaussian N x N matrix with E H_ij^2 = 1/N off the diagonal.

    Its spectrum is the semicircle of radius 2; kappa_2 = 1, and all other free cumulants are zero.

    Parameters
    ----------
    name : str
        The letter.
    size : Expr or int
        N, the number of rows and columns.
    *columns : Expr or int
        N once more, as SymPy gives it where it rebuilds the letter.

    Raises
    ------
    DeclarationError
        Where anything else follows the size.

    Examples
    --------
    >>> from planar import dims
    >>> [GOE("H", dims("N")).free_cumulant(n) for n in (1, 2, 3)]
    [0, 1, 0]
    """

    def __new__(cls, name: str | Str, size: Expr | int, *columns: object) -> Self:
        own_parameters(name, size, columns, 0, f'GOE("{name}", {size})')
        return super().__new__(cls, name, size, size)

    def free_cumulant(self, n: int) -> Expr:
        return S.One if n == 2 else S.Zero

    def relation(self) -> Relation:
        return ((S.One, "S"), (S.NegativeOne, "H"))

    def r_transform(self, z: Expr) -> Expr:
        return z

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        n = size[self.args[1]]
        x = standard(rng, n, n, real=real)
        result: Array = (x + x.conj().T) / np.sqrt(2 * n)
        return result

    def written(self) -> str:
        second = rf"\kappa_2({in_latex(self)}) = 1"
        return f"a Gaussian orthogonal matrix, ${second}$ and all other free cumulants zero"
