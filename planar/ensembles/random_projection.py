"""Projections onto a uniformly random subspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from sympy import Expr, S, Symbol, binomial, sqrt
from sympy.core.symbol import Str

from planar.ensembles.law import Array, Law, Relation, haar
from planar.ensembles.user_law import own_parameters
from planar.formulas.symbols import dimension
from planar.foundations.errors import DeclarationError, ShapeError

__all__ = ["RandomProjection"]

_p = Symbol("p", positive=True)


class RandomProjection(Law):
    """The orthogonal projection onto a uniformly random subspace of dimension K in N; p = K/N.

    Relation ``S - H S + S H S = p``, R(z) = 2p / ((1 - z) + sqrt((1 - z)^2 + 4 p z)).

    Parameters
    ----------
    name : str
        The letter.
    size : Expr or int
        N, the number of rows and columns.
    *parameters : Expr or int
        K, the rank; where SymPy rebuilds the letter, the columns stand before it.

    Raises
    ------
    DeclarationError
        Where the rank is missing.
    ShapeError
        Where the rank is N or more.

    Examples
    --------
    >>> from planar import dims
    >>> N, K = dims("N K")
    >>> RandomProjection("Q", N, K).free_cumulant(2).factor()
    -p*(p - 1)
    """

    positive = True

    def __new__(cls, name: str | Str, size: Expr | int, *parameters: Expr | int) -> Self:
        if not parameters:
            raise DeclarationError(
                f'{name} needs its rank, for example RandomProjection("{name}", {size}, K).'
            )
        usage = f'RandomProjection("{name}", {size}, K)'
        (last,) = own_parameters(name, size, parameters, 1, usage)
        rank = dimension(last, str(name))
        if (S(rank) - dimension(size, str(name))).is_positive:
            raise ShapeError(
                f"{name} has rank {rank}, more than its dimension {size}; give a smaller rank."
            )
        if rank == dimension(size, str(name)):
            raise ShapeError(
                f"{name} has full rank {rank}, so it is the identity; "
                "leave it out or give a smaller rank."
            )
        return super().__new__(cls, name, size, size, rank)

    @property
    def rank(self) -> Expr:
        """K, the dimension of the subspace."""
        return self.args[3]

    def constants(self) -> Mapping[Symbol, Expr]:
        return {_p: self.rank / self.args[1]}

    def free_cumulant(self, n: int) -> Expr:
        """kappa_n from the series of R.

        It is ``sum over k of (-1)^(k-1) Catalan(k-1) binom(n+k-2, 2k-2) p^k``.

        Parameters
        ----------
        n : int
            The order, at least 1.

        Returns
        -------
        Expr
            A polynomial in p.
        """
        terms = (
            (-1) ** (k - 1)
            * binomial(2 * k - 2, k - 1)
            / k
            * binomial(n + k - 2, 2 * k - 2)
            * _p**k
            for k in range(1, n + 1)
        )
        return sum(terms, S.Zero)

    def relation(self) -> Relation:
        return ((S.One, "S"), (S.NegativeOne, "HS"), (S.One, "SHS"), (-_p, ""))

    def r_transform(self, z: Expr) -> Expr:
        return 2 * _p / ((1 - z) + sqrt((1 - z) ** 2 + 4 * _p * z))

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        u = haar(rng, size[self.args[1]], real=real)[:, : size[self.rank]]
        result: Array = u @ u.conj().T
        return result

    def written(self) -> str:
        return r"a projection onto a random subspace of relative dimension $p$"
