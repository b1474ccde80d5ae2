"""Rectangular matrices whose law no rotation of rows or columns changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sympy import Basic, Expr, S, Symbol, Tuple
from sympy.core.symbol import Str

from planar.ensembles.law import Array, Law, Relation
from planar.ensembles.user_law import Sampler, exact_list
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["BiInvariant"]


class BiInvariant(Law):
    """``U D V`` of shape rows x cols with U and V Haar distributed, given by its ``cumulants``.

    c_n belongs to a block that begins at a row, every face normalised by its own space: with legs
    X, X.T, ..., X.T it is c_n tr(Y_1) ... tr(Y_(2n-1)) for the words Y between the legs. So E X Y
    X.T = c_1 tr(Y), and E X.T Y X = (rows/cols) c_1 tr(Y). In units of the rows, as
    ``free_cumulant`` states it, kappa_2n = c_n (rows/cols)^n.

    Parameters
    ----------
    name : str
        The letter.
    rows : Expr or int
        The number of rows.
    cols : Expr or int, optional
        The number of columns; square without it.
    cumulants : iterable of Expr or float
        c_1, c_2, ..., not all zero; later ones are 0. Floats are taken as the rationals that they
        are.
    sampler : callable, optional
        ``sampler(rng, rows, cols)`` returns an array of that shape and law, so that ``check`` can
        sample it.

    Raises
    ------
    DeclarationError
        Where no cumulant differs from zero.

    References
    ----------
    Rectangular free cumulants of Benaych-Georges, "Rectangular random matrices, related
    convolution", Probab. Theory Relat. Fields 144 (2009).

    Examples
    --------
    >>> from planar import dims
    >>> N, P = dims("N P")
    >>> X = BiInvariant("X", N, P, cumulants=[2, -1])
    >>> X.free_cumulant(2), X.free_cumulant(4), X.free_cumulant(6)
    (2*N/P, -N**2/P**2, 0)
    """

    alternating = True

    def __new__(
        cls,
        name: str | Str,
        rows: Expr | int,
        cols: Expr | int | None = None,
        cumulants: Iterable[Expr | float] | None = None,
        sampler: Callable[[np.random.Generator, int, int], ArrayLike] | Basic | None = None,
    ) -> Self:
        values = exact_list(str(name), "cumulants", () if cumulants is None else cumulants)
        width = rows if cols is None else cols
        if all(c == 0 for c in values):
            example = f'BiInvariant("{name}", {rows}, {width}, cumulants=[1, -1])'
            raise DeclarationError(
                f"{name} needs a cumulant that is not zero, for example {example}."
            )
        drawn = Sampler(sampler) if callable(sampler) else sampler or S.Zero
        return super().__new__(cls, name, rows, width, Tuple(*values), drawn)

    @property
    def cumulants(self) -> tuple[Expr, ...]:
        """c_1, c_2, ..., of blocks that begin at a row, every face normalised by its own space."""
        return tuple(self.args[3])

    def parameters_in_law(self) -> tuple[Symbol, ...]:
        return self._scalars_in(self.args[3])

    def free_cumulant(self, n: int) -> Expr:
        if n % 2 or n > 2 * len(self.cumulants):
            return S.Zero
        return self.cumulants[n // 2 - 1] * (self.args[1] / self.args[2]) ** (n // 2)

    def relation(self) -> Relation:
        terms = ((-kappa, "H" * (order - 1)) for order, kappa in self._even_cumulants())
        return ((S.One, "S"), *((k, word) for k, word in terms if k != 0))

    def r_transform(self, z: Expr) -> Expr:
        return sum((k * z ** (order - 1) for order, k in self._even_cumulants()), S.Zero)

    def _even_cumulants(self) -> list[tuple[int, Expr]]:
        orders = range(2, 2 * len(self.cumulants) + 1, 2)
        return [(order, self.free_cumulant(order)) for order in orders]

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        if not isinstance(self.args[4], Sampler):
            raise PlanarError(
                f"{self.name} is given by its free cumulants, which do not say how to sample it; "
                "declare it with sampler=..., a function (rng, rows, cols) -> rows x cols array."
            )
        shape = size[self.args[1]], size[self.args[2]]
        return self.args[4].draw(self.name, rng, shape, shape)

    def written(self) -> str:
        return "bi-invariant with the given free cumulants"
