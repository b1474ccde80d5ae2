"""The algebraic curve of a spectral density: one polynomial in m and lambda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from flint import fmpz_mpoly
from sympy import Expr, Poly, Symbol

from planar.applications.spectral.density import Atom
from planar.applications.spectral.path import Path
from planar.applications.spectral.reality import refuse_complex_spectrum
from planar.applications.spectral.resolvent_trace import determined_sizes, spectral_symbol
from planar.applications.spectral.resultants import eliminate, refined
from planar.applications.spectral.singular import atoms_on, edges_on
from planar.applications.spectral.system import System, polynomial_system
from planar.derivation.equivalent import Equivalent
from planar.expression.dimensions import dimensions_of
from planar.foundations.errors import SpectralError
from planar.foundations.notebook_display import Printed
from planar.foundations.rational import IMAGINARY

__all__ = ["Curve", "curve"]

_POINT = 0.37 + 1.3j
_PRIMES = (97, 61, 43, 37, 31, 29, 23, 19, 17, 13)
"""Sizes of dimensions at a generic point."""


@dataclass(frozen=True)
class Curve(Printed):
    """The algebraic curve ``polynomial(m, lambda) = 0`` of ``m = tr (lambda + X)^-1``.

    Attributes
    ----------
    polynomial : sympy.Poly
        Irreducible, with integer coefficients, in m, lambda and the symbols that have no value, in
        this order.
    equivalent : DeterministicEquivalent
        The equivalent of ``tr(resolvent(X, lambda))`` whose curve this is.
    values : Mapping
        The values at which it was taken.
    """

    polynomial: Poly
    equivalent: Equivalent = field(repr=False)
    values: Mapping[Any, Any] = field(repr=False)

    @property
    def degree(self) -> int:
        """The number of sheets: the degree in m."""
        return int(self.polynomial.degree(self.polynomial.gens[0]))

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        """Symbols other than m and the spectral one."""
        return tuple(self.polynomial.gens[2:])

    def edges(self) -> tuple[float, ...]:
        """Edges of the support: roots of the discriminant without the spurious ones.

        Returns
        -------
        tuple of float
            The edges in increasing order, lower and upper in turn.

        Raises
        ------
        SpectralError
            The curve holds parameters, or the spectrum is not real.
        BranchError
            The density between two of these roots is not found.
        """
        return edges_on(self._valued(), self._path())

    def atoms(self) -> tuple[Atom, ...]:
        """Atoms of the spectrum: poles of the physical branch on the real axis.

        Returns
        -------
        tuple of Atom
            In increasing order; position and mass, the residue, are exact where they are rational.

        Raises
        ------
        SpectralError
            The curve holds parameters, or the spectrum is not real.
        """
        return atoms_on(self._valued(), self._path())

    def _path(self) -> Path:
        """The way to the real axis; refused where the spectrum is not on it."""
        refuse_complex_spectrum(self.equivalent, self.values)
        return Path(self.equivalent, self.values)

    def _valued(self) -> Poly:
        if self.parameters:
            names = ", ".join(map(str, self.parameters))
            raise SpectralError(
                f"edges and atoms are numbers, but the curve holds {names}; "
                "ask for the curve with their values."
            )
        return self.polynomial

    def __str__(self) -> str:
        return f"{self.polynomial.as_expr()} = 0"


def curve(equivalent: Equivalent, values: Mapping[Any, Any] | None = None) -> Curve:
    """The algebraic curve of ``m = tr (lambda + X)^-1``.

    The equivalent is that of ``tr(resolvent(X, lam))``.
    Definitions become polynomials; unknowns are eliminated by resultants, and of each resultant
    only the irreducible factor that vanishes at a generic point of the physical branch, known to
    180 digits, is kept. Symbols without a value stay.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> W, lam = planar.Wishart("W", N, P), symbols("lambda")
    >>> equivalent = planar.derive(planar.tr(planar.resolvent(W, lam)))
    >>> print(curve(equivalent))
    lambda*m**2*q + lambda*m - m*q + m - 1 = 0
    >>> numbers = curve(equivalent, {N: 2, P: 1})
    >>> numbers.edges()                                      # (1 ± sqrt 2)^2
    (0.1715728752538099, 5.82842712474619)
    >>> print(numbers.atoms()[0])
    1/2 at 0

    Raises ``SpectralError`` where the definitions are not algebraic, or a letter is not given by a
    finite spectrum.
    """
    given = dict(values or {})
    spectral = spectral_symbol(equivalent, given)
    system = polynomial_system(equivalent, given, spectral)
    point = _point(equivalent, given, system, spectral)
    unknowns = [system.generator(key) for key in system.unknowns]
    m, lam = system.generator(system.trace), system.generator(spectral)
    solution = refined(list(system.equations), [*unknowns, m], point)
    eliminated = eliminate(list(system.equations), unknowns, solution)
    gens = [m, lam, *(system.generator(s) for s in system.parameters)]
    polynomial = _poly(eliminated, gens, (system.trace, spectral, *system.parameters))
    return Curve(polynomial, equivalent, given)


def _point(
    equivalent: Equivalent, values: Mapping[Any, Any], system: System, spectral: Symbol
) -> dict[int, complex]:
    """Every generator at one point of the physical branch, in double precision."""
    numbers = {**_sizes(equivalent, values), **values}
    numbers |= {
        s: 0.7 + 0.1 * i
        for i, s in enumerate(equivalent.scalars)
        if s != spectral and s not in numbers
    }
    path = Path(equivalent, numbers)
    z = np.array([_POINT * path.scale])
    state = path.descend(z.real, z.imag)
    if not state.reached.all():
        raise SpectralError(
            "no point of the physical branch is found; "
            "ask for density(grid) to see where it breaks."
        )
    coordinates: dict[Any, complex] = {
        s: state.named[name][0] for s, name in path.names.items() if name in state.named
    }
    coordinates |= {s: complex(v) for s, v in numbers.items() if isinstance(s, Symbol)}
    coordinates |= {IMAGINARY: 1j, system.trace: state.value[0], spectral: -z[0]}
    generators = (*system.unknowns, *system.parameters, system.trace, spectral)
    return {system.generator(key): coordinates[key] for key in generators}


def _sizes(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[Symbol, int]:
    """Numbers for the dimensions that stay symbols; shapes first, so that ranks are smaller."""
    letters = (*equivalent.letters, *equivalent.laws)
    shapes = _symbols(chain.from_iterable(x.shape for x in letters))
    others = _symbols(chain.from_iterable(map(dimensions_of, letters)))
    names = [*shapes, *(s for s in others if s not in shapes)]
    known = {*values, *determined_sizes(equivalent, values)}
    return {s: n for s, n in zip(names, _PRIMES, strict=False) if s not in known}


def _symbols(dimensions: Iterable[Expr]) -> dict[Symbol, None]:
    """The symbols of some dimensions, each once, in order."""
    return dict.fromkeys(
        chain.from_iterable(sorted(d.free_symbols, key=str) for d in dimensions),
    )


def _poly(polynomial: fmpz_mpoly, order: list[int], symbols: tuple[Symbol, ...]) -> Poly:
    """The polynomial with its generators in an order, under their names."""
    terms = {}
    for exponents, coefficient in polynomial.to_dict().items():
        terms[tuple(exponents[i] for i in order)] = int(coefficient)
    result = Poly.from_dict(terms, *symbols, domain="ZZ")
    return -result if result.LC() < 0 else result
