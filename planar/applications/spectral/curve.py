"""The algebraic curve of a spectral density: one polynomial in m and lambda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flint import fmpz_mpoly
from sympy import Poly, Symbol

from planar.applications.spectral.density import Atom
from planar.applications.spectral.path import Path
from planar.applications.spectral.resolvent_trace import sizes_told, spectral_symbol
from planar.applications.spectral.resultants import eliminate, refined
from planar.applications.spectral.singular import atoms_on, edges_on
from planar.applications.spectral.system import System, polynomial_system
from planar.derivation.equivalent import Equivalent
from planar.expression.values import dimensions_of
from planar.foundations.errors import SpectralError
from planar.foundations.printed import Printed
from planar.foundations.rational import IMAGINARY

__all__ = ["Curve", "curve"]

_POINT = 0.37 + 1.3j


@dataclass(frozen=True)
class Curve(Printed):
    """``polynomial(m, lambda) = 0`` for ``m = tr (lambda + X)^-1``, irreducible, with integer
    coefficients.
    """

    polynomial: Poly
    equivalent: Equivalent = field(repr=False)
    values: Mapping[Any, Any] = field(repr=False)

    @property
    def degree(self) -> int:
        """The number of sheets, the degree in m."""
        return int(self.polynomial.degree(self.polynomial.gens[0]))

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        """Symbols other than m and the spectral one."""
        return tuple(self.polynomial.gens[2:])

    def edges(self) -> tuple[float, ...]:
        """Edges of the support in order, lower and upper in turn; roots of the discriminant, the
        spurious ones left out.

        Raises ``SpectralError`` where the curve holds parameters.
        """
        return edges_on(self._valued(), Path(self.equivalent, self.values))

    def atoms(self) -> tuple[Atom, ...]:
        """Poles of the physical branch on the real axis with their residues, exact where they are
        rational.

        Raises ``SpectralError`` where the curve holds parameters.
        """
        return atoms_on(self._valued(), Path(self.equivalent, self.values))

    def _valued(self) -> Poly:
        if self.parameters:
            names = ", ".join(map(str, self.parameters))
            raise SpectralError(
                f"edges and atoms are numbers, but the curve holds {names}; ask for the curve with their values."
            )
        return self.polynomial

    def __str__(self) -> str:
        return f"{self.polynomial.as_expr()} = 0"


def curve(equivalent: Equivalent, values: Mapping[Any, Any] | None = None) -> Curve:
    """The algebraic curve of ``m = tr (lambda + X)^-1`` from the equivalent of ``tr(resolvent(X,
    lam))``.

    Definitions become polynomials; unknowns are eliminated by resultants, and of each resultant
    only the irreducible factor that vanishes at a generic point of the physical branch, known to
    180 digits, is kept. Symbols without a value stay.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> equivalent = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), symbols("lambda"))))
    >>> print(curve(equivalent))
    lambda*m**2*q + lambda*m - m*q + m - 1 = 0
    >>> found = curve(equivalent, {N: 2, P: 1})
    >>> found.edges()                                        # (1 ± sqrt 2)^2
    (0.1715728752538099, 5.82842712474619)
    >>> print(found.atoms()[0])
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
    found = eliminate(list(system.equations), unknowns, solution)
    gens = [m, lam, *(system.generator(s) for s in system.parameters)]
    return Curve(
        _poly(found, gens, (system.trace, spectral, *system.parameters)), equivalent, given
    )


def _point(
    equivalent: Equivalent, values: Mapping[Any, Any], system: System, spectral: Symbol
) -> dict[int, complex]:
    """Every generator at one point of the physical branch, in double precision."""
    filled = {**_sizes(equivalent, values), **values}
    filled |= {
        s: 0.7 + 0.1 * i
        for i, s in enumerate(equivalent.scalars)
        if s != spectral and s not in filled
    }
    path = Path(equivalent, filled)
    z = np.array([_POINT * path.scale])
    state = path.descend(z.real, z.imag)
    if not state.reached.all():
        raise SpectralError(
            "no point of the physical branch is found; ask for density(grid) to see where it breaks."
        )
    found: dict[Any, complex] = {
        s: state.named[name][0] for s, name in path.names.items() if name in state.named
    }
    found |= {s: complex(v) for s, v in filled.items() if isinstance(s, Symbol)}
    found |= {IMAGINARY: 1j, system.trace: state.value[0], spectral: -z[0]}
    every = (*system.unknowns, *system.parameters, system.trace, spectral)
    return {system.generator(key): found[key] for key in every}


def _sizes(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[Symbol, int]:
    """Some dimensions in place of those that stay symbols: shapes first, so that ranks are smaller."""
    letters = (*equivalent.letters, *equivalent.laws)
    shapes = dict.fromkeys(
        s for x in letters for d in x.shape for s in sorted(d.free_symbols, key=str)
    )
    others = dict.fromkeys(
        s for x in letters for d in dimensions_of(x) for s in sorted(d.free_symbols, key=str)
    )
    names = [*shapes, *(s for s in others if s not in shapes)]
    known = {*values, *sizes_told(equivalent, values)}
    return {
        s: n
        for s, n in zip(names, (97, 61, 43, 37, 31, 29, 23, 19, 17, 13), strict=False)
        if s not in known
    }


def _poly(found: fmpz_mpoly, order: list[int], symbols: tuple[Symbol, ...]) -> Poly:
    terms = {tuple(e[i] for i in order): int(c) for e, c in found.to_dict().items()}
    result = Poly.from_dict(terms, *symbols, domain="ZZ")
    return -result if result.LC() < 0 else result
