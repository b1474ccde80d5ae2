"""Rectangular matrices whose law no rotation of rows or columns changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, S, Symbol, Tuple

from planar.ensembles.given import Sampler, exact
from planar.ensembles.law import Array, Law, Relation
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["BiInvariant"]


class BiInvariant(Law):
    """``U D V`` of shape rows x cols with U and V Haar distributed, known by its ``cumulants`` c_1,
    c_2, ...; later ones 0.

    c_n belongs to a block that begins at a row, every face normalised by its own space: with legs
    X, X.T, ..., X.T it is c_n tr(Y_1) ... tr(Y_(2n-1)) for the words Y between the legs. So E X Y
    X.T = c_1 tr(Y), and E X.T Y X = (rows/cols) c_1 tr(Y). In units of the rows, as
    ``free_cumulant`` states it, kappa_2n = c_n (rows/cols)^n. Source: rectangular free cumulants of
    Benaych-Georges, "Rectangular random matrices, related convolution", Probab. Theory Relat.
    Fields 144 (2009).

    ``sampler(rng, rows, cols)`` returns an array of that shape and law, so that ``check`` can
    sample it.

    >>> from planar.expression.symbols import dims
    >>> N, P = dims("N P")
    >>> X = BiInvariant("X", N, P, cumulants=[2, -1])
    >>> X.free_cumulant(2), X.free_cumulant(4), X.free_cumulant(6)
    (2*N/P, -N**2/P**2, 0)
    """

    alternating = True

    def __new__(
        cls,
        name: Any,
        rows: Any,
        cols: Any = None,
        cumulants: Iterable[Any] | None = None,
        sampler: Callable[..., Any] | None = None,
    ) -> Any:
        values = [exact(c) for c in cumulants] if cumulants is not None else []
        if all(c == 0 for c in values):
            example = f'BiInvariant("{name}", {rows}, {rows if cols is None else cols}, cumulants=[1, -1])'
            raise DeclarationError(
                f"{name} needs a cumulant that is not zero, for example {example}."
            )
        drawn = Sampler(sampler) if callable(sampler) else sampler or S.Zero
        return super().__new__(
            cls, name, rows, rows if cols is None else cols, Tuple(*values), drawn
        )

    @property
    def cumulants(self) -> tuple[Expr, ...]:
        """c_1, c_2, ..., of blocks that begin at a row, every face normalised by its own space."""
        return tuple(self.args[3])

    def parameters_in_law(self) -> tuple[Symbol, ...]:
        dimensions = {s for size in self.shape for s in size.free_symbols}
        return tuple(sorted(self.args[3].free_symbols - dimensions, key=str))

    def free_cumulant(self, n: int) -> Expr:
        if n % 2 or n > 2 * len(self.cumulants):
            return S.Zero
        return self.cumulants[n // 2 - 1] * (self.args[1] / self.args[2]) ** (n // 2)

    def relation(self) -> Relation:
        terms = (
            (-self.free_cumulant(2 * n), "H" * (2 * n - 1))
            for n in range(1, len(self.cumulants) + 1)
        )
        return ((S.One, "S"), *((k, word) for k, word in terms if k != 0))

    def r_transform(self, z: Expr) -> Expr:
        return sum(
            (
                self.free_cumulant(2 * n) * z ** (2 * n - 1)
                for n in range(1, len(self.cumulants) + 1)
            ),
            S.Zero,
        )

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        if not isinstance(self.args[4], Sampler):
            raise PlanarError(
                f"{self.name} is given by its free cumulants, which say nothing of how to draw it; "
                "declare it with sampler=..., a function (rng, rows, cols) -> rows x cols array."
            )
        shape = size[self.args[1]], size[self.args[2]]
        return self.args[4].draw(self.name, rng, shape, shape)

    def written(self) -> str:
        return "bi-invariant with the given free cumulants"
