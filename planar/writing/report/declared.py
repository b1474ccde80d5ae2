"""A letter as one declares it, for the command line and for Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sympy import Expr, MatrixSymbol, ilcm
from sympy.core.symbol import Str

from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.law import Law
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.user_law import Sampler
from planar.formulas.symbols import Deterministic
from planar.foundations.errors import PlanarError
from planar.writing.report.typed import typed

__all__ = ["declaration"]

_LONGEST = 12
"""Eigenvalues that are written out."""


def declaration(letter: MatrixSymbol) -> str:
    """A letter as its constructor is called, without the name.

    >>> from planar.formulas.symbols import deterministic, dims
    >>> declaration(deterministic("A", dims("N"), positive=True))
    'deterministic(N, positive=True)'

    Raises ``PlanarError`` where it holds a sampler or a function, which no text says.
    """
    rows, cols = letter.shape
    sides = (rows,) if rows == cols else (rows, cols)
    match letter:
        case Deterministic():
            return _called("deterministic", *sides, *_flags(letter))
        case Ginibre():
            variance = letter.variance
            given = [f"variance={typed(variance)}"] if variance != 1 / rows else []
            return _called("Ginibre", *sides, *given)
        case BiInvariant() if not isinstance(letter.args[4], Sampler):
            return _called("BiInvariant", *sides, f"cumulants={_list(letter.cumulants)}")
        case RotationInvariant() if letter.symmetric and not isinstance(letter.args[5], Sampler):
            return _called("RotationInvariant", rows, *_spectral(letter))
        case RotationInvariant() | BiInvariant():
            raise _by_function(letter)
        case Law() if all(isinstance(argument, Expr) for argument in letter.args[3:]):
            return _called(type(letter).__name__, rows, *letter.args[3:])
        case MatrixSymbol() if isinstance(letter.args[0], Str) and not isinstance(letter, Law):
            return _called("deterministic", *sides)
        case _:
            raise PlanarError(f"{letter.name} is of a kind that this page does not write out.")


def _flags(letter: Deterministic) -> Iterator[str]:
    if letter.positive:
        yield "positive=True"
    elif letter.symmetric:
        yield "symmetric=True"


def _spectral(letter: RotationInvariant) -> Iterator[str]:
    """What is known of the spectrum: nothing, free cumulants, or eigenvalues."""
    match letter.kind:
        case "symbolic":
            return
        case "cumulants":
            yield f"cumulants={_list(letter.args[4])}"
        case "spectrum":
            yield f"spectrum={_list(_eigenvalues(letter))}"
        case _:
            raise _by_function(letter)


def _by_function(letter: MatrixSymbol) -> PlanarError:
    return PlanarError(
        f"{letter.name} is declared with a function, which this page does not write out."
    )


def _eigenvalues(letter: RotationInvariant) -> list[Expr]:
    """The spectrum as a list in which each eigenvalue stands as often as its weight says."""
    values, weights = letter.args[4]
    total = ilcm(1, *(weight.q for weight in weights))
    if total > _LONGEST:
        raise PlanarError(
            f"{letter.name} is declared with a long spectrum, which this page does not write out."
        )
    eigenvalues = list[Expr]()
    for value, weight in zip(values, weights, strict=True):
        eigenvalues += [value] * int(weight * total)
    return eigenvalues


def _called(name: str, *arguments: Any) -> str:
    """A call; text among the arguments is a keyword argument as it stands."""
    texts = (argument if isinstance(argument, str) else typed(argument) for argument in arguments)
    return f"{name}({', '.join(texts)})"


def _list(values: Iterable[Expr]) -> str:
    return f"[{', '.join(map(typed, values))}]"
