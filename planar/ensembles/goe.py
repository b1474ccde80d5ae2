"""Gaussian symmetric matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, S

from planar.ensembles.law import Array, Law, Relation, in_latex, standard

__all__ = ["GOE"]


class GOE(Law):
    """Symmetric N x N with E H_ij^2 = 1/N off the diagonal: the semicircle of radius 2, kappa_2 = 1
    and no other.

    >>> from planar.expression.symbols import dims
    >>> [GOE("H", dims("N")).free_cumulant(n) for n in (1, 2, 3)]
    [0, 1, 0]
    """

    def __new__(cls, name: Any, size: Any, *_: Any) -> Any:
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
        return rf"a Gaussian orthogonal matrix, $\kappa_2({in_latex(self)}) = 1$ and all other free cumulants zero"
