"""White Wishart matrices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from sympy import Expr, S, Symbol
from sympy.core.symbol import Str

from planar.ensembles.law import Array, Law, Relation, in_latex, standard
from planar.ensembles.user_law import own_parameters
from planar.formulas.symbols import dimension
from planar.foundations.errors import DeclarationError

__all__ = ["Wishart"]


class Wishart(Law):
    """``W = X.T X / P`` with X of shape P x N and independent standard entries, so that E W = 1.

    Free cumulants ``kappa_n = q^(n-1)`` with q = N/P; R(z) = 1/(1 - q z).

    Parameters
    ----------
    name : str
        The letter.
    size : Expr or int
        N, the number of rows and columns.
    *parameters : Expr or int
        P, the number of samples; where SymPy rebuilds the letter, the columns stand before it.

    Raises
    ------
    DeclarationError
        Where the number of samples is missing.

    References
    ----------
    Marchenko and Pastur; the R-transform as in "Scaling and renormalization in high-dimensional
    regression", arXiv 2405.00592.

    Examples
    --------
    >>> from planar import dims
    >>> N, P = dims("N P")
    >>> Wishart("W", N, P).free_cumulant(3)
    q**2
    """

    positive = True

    def __new__(cls, name: str | Str, size: Expr | int, *parameters: Expr | int) -> Self:
        if not parameters:
            raise DeclarationError(
                f'{name} needs the number of its samples, for example Wishart("{name}", {size}, P).'
            )
        usage = f'Wishart("{name}", {size}, P)'
        (last,) = own_parameters(name, size, parameters, 1, usage)
        samples = dimension(last, str(name))
        return super().__new__(cls, name, size, size, samples)

    @property
    def samples(self) -> Expr:
        """P, the number of samples."""
        return self.args[3]

    def constants(self) -> Mapping[Symbol, Expr]:
        return {Symbol("q", positive=True): self.args[1] / self.samples}

    def free_cumulant(self, n: int) -> Expr:
        return Symbol("q", positive=True) ** (n - 1)

    def relation(self) -> Relation:
        return ((S.One, "S"), (S.NegativeOne, ""), (-Symbol("q", positive=True), "SH"))

    def r_transform(self, z: Expr) -> Expr:
        return 1 / (1 - Symbol("q", positive=True) * z)

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        n, p = size[self.args[1]], size[self.samples]
        x = standard(rng, p, n, real=real)
        result: Array = x.conj().T @ x / p
        return result

    def written(self) -> str:
        ratio = in_latex(self.args[1] / self.samples)
        return rf"a white Wishart matrix, $\kappa_n({in_latex(self)}) = ({ratio})^{{n-1}}$"
