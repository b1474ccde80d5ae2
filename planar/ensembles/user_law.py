"""What a user gives to a law: numbers, kept exact, and samplers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sympy import Atom, Expr, Rational

from planar.ensembles.law import Array
from planar.formulas.symbols import scalar
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["Sampler", "exact"]


class Sampler(Atom):
    """Carries a Python callable through SymPy's trees; equal where the callable is the same."""

    def __new__(cls, function: Callable[..., ArrayLike]) -> Self:
        self: Self = super().__new__(cls)
        self.function = function
        return self

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.function,)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.function,)

    def draw(
        self,
        letter: str,
        rng: np.random.Generator,
        arguments: tuple[int, ...],
        shape: tuple[int, int],
    ) -> Array:
        """``function(rng, *arguments)`` as an array; an error where it has another shape."""
        value = np.asarray(self.function(rng, *arguments))
        if value.shape != shape:
            raise PlanarError(
                f"the sampler of {letter} returned shape {value.shape}; it must return {shape}."
            )
        return value


def exact(value: Any) -> Expr:
    """Floats as the rationals that they are, so that exact checks stay exact.

    >>> exact(0.5)
    1/2
    """
    if isinstance(value, float | np.floating):
        if not np.isfinite(value):
            raise DeclarationError(
                f"{value} is not a valid parameter of a law; give finite numbers."
            )
        return Rational(*float(value).as_integer_ratio())
    return scalar(value.item() if isinstance(value, np.generic) else value)
