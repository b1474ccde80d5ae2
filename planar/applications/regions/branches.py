"""The values that a formula may have in a limit: factors of its polynomial, cleared of unknowns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from flint import fmpz_mpoly
from sympy import Expr, Poly, S, Symbol, cancel, discriminant, factor_list, resultant, roots

from planar.applications.regions.near_limit import NearLimit
from planar.applications.spectral.resultants import eliminate, refined
from planar.applications.spectral.system import System, polynomial_system
from planar.derivation.equivalent import Equivalent

__all__ = ["Branches", "branches"]

_SOLVED = 2
"""The degree in the value up to which a factor is solved."""


@dataclass(frozen=True)
class Branches:
    """``values`` are the candidates at the limit, zero and infinity among them.

    ``thresholds`` are polynomials in the constants whose signs tell regions apart: where two
    values meet, or one of them runs off.
    """

    values: tuple[Expr, ...]
    thresholds: tuple[Expr, ...]


def branches(before: Equivalent, vanishing: Symbol, sample: NearLimit) -> Branches:
    """The branches of an equivalent as a symbol goes to zero.

    Raises ``SpectralError`` where its definitions are not algebraic, or too large.
    """
    polynomial = _without_unknowns(
        polynomial_system(before, {}, vanishing), before.rhs, vanishing, sample
    )
    lowest = _lowest(polynomial)
    value, least = polynomial.gens[0], min(order for order, _ in lowest.values())
    edge = Poly.from_dict(
        {(power,): c for power, (order, c) in lowest.items() if order == least}, value
    )
    factors = [f for f, _ in factor_list(edge.as_expr(), value)[1]]
    solved = [f for f in factors if Poly(f, value).degree() <= _SOLVED]
    values = [cancel(root) for f in solved for root in _roots(f, value)]
    coefficients = [c for _, c in lowest.values()]
    return Branches(
        values=(S.Zero, *(v for v in values if v != 0), S.Infinity),
        thresholds=tuple(dict.fromkeys(_thresholds(factors, value, coefficients))),
    )


def _without_unknowns(system: System, rhs: Expr, vanishing: Symbol, sample: NearLimit) -> Poly:
    """The polynomial of the value, in the value, the vanishing symbol and the constants."""
    coordinates = {**sample.values, **sample.named(0)}
    coordinates |= {system.trace: sample.number(rhs, 0), vanishing: sample.values[vanishing][0]}
    keys = (*system.unknowns, *system.parameters, system.trace, vanishing)
    point = {system.generator(k): complex(coordinates[k]) for k in keys}
    unknowns = [system.generator(k) for k in system.unknowns]
    last = system.generator(system.trace)
    exact = refined(list(system.equations), [*unknowns, last], point)
    eliminated = eliminate(list(system.equations), unknowns, exact)
    return _poly(eliminated, system, (system.trace, vanishing, *system.parameters))


def _poly(polynomial: fmpz_mpoly, system: System, symbols: tuple[Symbol, ...]) -> Poly:
    order = [system.generator(s) for s in symbols]
    terms = {
        tuple(int(powers[i]) for i in order): int(c) for powers, c in polynomial.to_dict().items()
    }
    return Poly.from_dict(terms, *symbols, domain="ZZ")


def _lowest(polynomial: Poly) -> Mapping[int, tuple[int, Expr]]:
    """Of the coefficient of each power of the value, the lowest order in the vanishing symbol."""
    value, vanishing = polynomial.gens[:2]
    lowest: dict[int, tuple[int, Expr]] = {}
    for power, coefficient in Poly(polynomial.as_expr(), value).as_dict().items():
        orders = Poly(coefficient, vanishing).as_dict()
        least = min(order for (order,) in orders)
        lowest[power[0]] = least, orders[(least,)]
    return lowest


def _roots(factor: Expr, value: Symbol) -> Iterator[Expr]:
    yield from roots(Poly(factor, value), multiple=True)


def _thresholds(factors: list[Expr], value: Symbol, coefficients: list[Expr]) -> Iterator[Expr]:
    """Irreducible polynomials at whose zeros values meet, are zero or run off."""
    meetings = [resultant(a, b, value) for a, b in combinations(factors, 2)]
    double = [discriminant(f, value) for f in factors if Poly(f, value).degree() > 1]
    for polynomial in (*meetings, *double, *coefficients):
        yield from (f for f, _ in factor_list(polynomial)[1] if f.free_symbols)
