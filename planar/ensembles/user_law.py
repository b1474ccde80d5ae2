"""What a user gives to a law: numbers, kept exact, and samplers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sympy import Atom, Expr, Rational, S

from planar.ensembles.law import Array
from planar.formulas.symbols import scalar
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["Sampler", "exact", "exact_list", "own_parameters", "unspecified"]


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
    if isinstance(value, float | np.floating) and np.isfinite(value):
        return Rational(*float(value).as_integer_ratio())
    number = scalar(value.item() if isinstance(value, np.generic) else value)
    if number.has(S.NaN):
        raise DeclarationError(f"{value} is not a valid parameter of a law; give finite numbers.")
    return number


def exact_list(name: str, keyword: str, values: Any) -> list[Expr]:
    """The numbers of a list that a law is given by; an error for what is not a list."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise DeclarationError(
            f"{name} has {keyword}={values!r}; give a list of numbers, for example [0, 1]."
        )
    numbers = [exact(value) for value in values]
    for number in numbers:
        if number.has(S.Infinity, S.NegativeInfinity, S.ComplexInfinity):
            raise DeclarationError(f"{name} has {number} among its {keyword}; give finite numbers.")
    return numbers


def own_parameters(
    name: Any, size: Any, parameters: tuple[Any, ...], count: int, usage: str
) -> tuple[Any, ...]:
    """The parameters of a square letter after its size.

    SymPy gives the columns before them where it rebuilds the letter; all else is refused.
    """
    rebuilt = len(parameters) == count + 1 and S(parameters[0]) == S(size)
    if len(parameters) != count and not rebuilt:
        listed = ", ".join(map(str, parameters))
        raise DeclarationError(
            f"{name} is square of size {size} and has no use for {listed} after it; write {usage}."
        )
    return parameters[-count:] if count else ()


def unspecified(name: str) -> PlanarError:
    """Why there is nothing numeric about a letter whose law is a mere symbol."""
    return PlanarError(
        f"no numbers without a law: the R-transform of {name} is unspecified; "
        f"declare {name} with r_transform=..., cumulants=... or spectrum=..."
    )
