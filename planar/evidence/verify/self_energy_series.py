"""Self-energies as series, by their own iteration and not from the printed equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import chain, product
from operator import add

from sympy import Expr, Symbol

from planar.derivation.equivalent import Dyson, Equivalent
from planar.ensembles.law import Law
from planar.evidence.verify.expansion import Point, evaluate
from planar.evidence.verify.fixed_point import Sweep, Unknowns, fixed_point
from planar.evidence.verify.gaussian_rationals import Exact, FormalError
from planar.evidence.verify.laurent import Series

__all__ = ["numeric_cumulants", "self_energies"]

_LONGEST = 4
"""Powers of H that may cost one order together, as where a letter stands several times in one word.
"""

Entries = dict[tuple[int, int], Series]
"""The entries of a small matrix of series that are not zero, by row and column."""


def numeric_cumulants(law: Law, point: Point) -> Callable[[int], Exact]:
    """Free cumulants of a law as numbers; those without any are the random ones of the sample."""
    known: dict[int, Exact] = {}
    constants: Mapping[Symbol, Expr] = law.constants()

    def cumulant(n: int) -> Exact:
        if n not in known:
            symbolic = law.free_cumulant(n).xreplace(dict(constants))
            known[n] = evaluate(symbolic, point).coefficient(0)
        return known[n]

    return cumulant


def self_energies(
    equivalent: Equivalent, point: Point, cumulants: Mapping[str, Callable[[int], Exact]]
) -> Unknowns:
    """The solution of ``S = sum over n of kappa_(n+1) H^n`` for all laws together."""
    places = chain.from_iterable(dyson.places for dyson in equivalent.iteration)
    symbols = [symbol for _, _, symbol in places]
    if not symbols:
        return {}

    def sweeps(at: Point) -> Sweep:
        def sweep(values: Unknowns) -> Unknowns:
            energies = dict(values)
            for dyson in equivalent.iteration:
                inner = at.with_symbols(energies)
                for d in equivalent.named:
                    inner = inner.with_symbols({d.symbol: evaluate(d.expr, inner)})
                energies.update(_of_law(dyson, cumulants[dyson.law.name], inner))
            return energies

        return sweep

    return fixed_point(symbols, sweeps, point)


def _of_law(dyson: Dyson, cumulant: Callable[[int], Exact], point: Point) -> Unknowns:
    """One law's self-energies, from the powers of its matrix of overlaps."""
    size = len(dyson.entries)
    overlaps = _overlaps(dyson, size, point)
    power: Entries = {(i, i): point.one for i in range(size)}
    total: Entries = {}
    for n in range(_LONGEST * point.terms):
        weight = point.constant(cumulant(n + 1))
        for place, value in power.items():
            total[place] = total[place] + weight * value if place in total else weight * value
        power = _product(power, overlaps, size)
        reached = min((value.low for value in power.values()), default=point.terms)
        if reached >= point.terms:
            return {
                s: _cut(total[i, j], point.terms) for i, j, s in dyson.places if (i, j) in total
            }
    raise FormalError(f"the powers of the overlaps of {dyson.law.name} do not become small.")


def _overlaps(dyson: Dyson, size: int, point: Point) -> Entries:
    return {
        (i, j): evaluate(dyson.overlaps[i][j], point)
        for i, j in product(range(size), repeat=2)
        if dyson.overlaps[i][j] != 0
    }


def _product(left: Entries, right: Entries, size: int) -> Entries:
    entries: Entries = {}
    for i, j in product(range(size), repeat=2):
        inner = [k for k in range(size) if (i, k) in left and (k, j) in right]
        if inner:
            entries[i, j] = reduce(add, [left[i, k] * right[k, j] for k in inner])
    return entries


def _cut(value: Series, terms: int) -> Series:
    """No more orders than the powers of H reach."""
    return Series.of(value.low, value.coefficients, terms, min(value.high, terms))
