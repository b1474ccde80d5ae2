"""Unknowns eliminated one after another by resultants.

Of each resultant only the factor that vanishes on the physical branch is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from flint import acb, acb_mat, ctx, fmpz_mpoly

from planar.foundations.errors import SpectralError

__all__ = ["eliminate", "refined", "vanishing"]

_BITS = 600
_LARGEST = 60_000


def evaluated(polynomial: fmpz_mpoly, point: Mapping[int, acb]) -> tuple[acb, float]:
    """The value at a point, and its size relative to the sum of the sizes of its terms."""
    total, size = acb(0), 0.0
    for exponents, coefficient in polynomial.to_dict().items():
        term = acb(coefficient)
        for i, e in enumerate(exponents):
            if e:
                term *= point[i] ** e
        total += term
        size += float(abs(term).mid())
    return total, float(abs(total).mid()) / size if size else 0.0


def refined(
    equations: list[fmpz_mpoly], unknowns: list[int], point: dict[int, complex]
) -> dict[int, acb]:
    """A solution to 180 digits by Newton, from one in double precision."""
    before, ctx.prec = ctx.prec, _BITS
    try:
        solution = {i: acb(complex(v).real, complex(v).imag) for i, v in point.items()}
        slopes = [_gradient(e, unknowns) for e in equations]
        for _ in range(9):
            values = acb_mat([_values([e], solution) for e in equations])
            jacobian = acb_mat([_values(row, solution) for row in slopes])
            step = jacobian.mid().solve(values)
            solution |= {i: (solution[i] - step[k, 0]).mid() for k, i in enumerate(unknowns)}
        return solution
    finally:
        ctx.prec = before


def _gradient(polynomial: fmpz_mpoly, unknowns: list[int]) -> list[fmpz_mpoly]:
    return [polynomial.derivative(i) for i in unknowns]


def _values(polynomials: list[fmpz_mpoly], point: Mapping[int, acb]) -> list[acb]:
    return [evaluated(p, point)[0].mid() for p in polynomials]


def vanishing(polynomial: fmpz_mpoly, point: Mapping[int, acb]) -> fmpz_mpoly:
    """The irreducible factor that vanishes at a point."""
    before, ctx.prec = ctx.prec, _BITS
    try:
        factors = [f for f, _ in polynomial.factor()[1]]
        sizes = [evaluated(f, point)[1] for f in factors]
    finally:
        ctx.prec = before
    best = min(range(len(factors)), key=sizes.__getitem__)
    if sizes[best] > 1e-60:
        raise SpectralError(
            "no factor of a resultant vanishes on the physical branch, so the curve is not found; "
            "ask for density(grid) instead."
        )
    return factors[best]


def eliminate(
    equations: list[fmpz_mpoly], unknowns: list[int], point: Mapping[int, acb]
) -> fmpz_mpoly:
    """The irreducible polynomial without the unknowns that vanishes at the point.

    Raises ``SpectralError`` where a resultant would be too large.
    """
    rows, remaining = _merged(equations, unknowns, point)
    rows = [vanishing(e, point) for e in rows if not e.is_zero()]
    while remaining:
        choice = min((_cost(rows, i), i) for i in remaining)[1]
        remaining.remove(choice)
        rows = _without(rows, choice, point)
    if not rows or not rows[0].total_degree():
        raise SpectralError(
            "the equations do not determine one curve; ask for density(grid) instead."
        )
    return rows[0]


def _without(rows: list[fmpz_mpoly], i: int, point: Mapping[int, acb]) -> list[fmpz_mpoly]:
    """The equations without an unknown: its resultants of the smallest one with each other one."""
    holding = _holding(rows, i)
    eliminated = [r for r in rows if not r.degrees()[i]]
    for row in holding[1:]:
        _refuse_large(holding[0], row, i)
        resultant = holding[0].resultant(row, i)
        if not resultant.is_zero():
            eliminated.append(vanishing(resultant, point))
    return [r for k, r in enumerate(eliminated) if r not in eliminated[:k]]


def _holding(rows: list[fmpz_mpoly], i: int) -> list[fmpz_mpoly]:
    """The equations that hold an unknown, of lowest degree first."""
    return sorted((r for r in rows if r.degrees()[i]), key=lambda r: (r.degrees()[i], len(r)))


def _merged(
    equations: list[fmpz_mpoly], unknowns: list[int], point: Mapping[int, acb]
) -> tuple[list[fmpz_mpoly], list[int]]:
    """The equations and unknowns without those that vanish or equal another one up to sign.

    What holds at the point holds everywhere, since the point is a generic one.
    """
    gens = list(equations[0].context().gens())
    distinct: list[int] = []
    for i in unknowns:
        if _is_zero(point[i]):
            gens[i] = 0 * gens[i]
            continue
        signed = product(distinct, (1, -1))
        twins = (
            pair for pair in signed if _is_zero((point[i] - pair[1] * point[pair[0]]) / point[i])
        )
        twin = next(twins, None)
        if twin is None:
            distinct.append(i)
        else:
            gens[i] = twin[1] * gens[twin[0]]
    return [e.compose(*gens) for e in equations], distinct


def _is_zero(value: acb) -> bool:
    return float(abs(value).mid()) < 1e-60


def _cost(rows: list[fmpz_mpoly], i: int) -> float:
    """Roughly the number of terms that the elimination of an unknown produces."""
    holding = _holding(rows, i)
    return float(sum(_work(holding[0], r, i) for r in holding[1:]))


def _work(one: fmpz_mpoly, two: fmpz_mpoly, i: int) -> float:
    a, b = ([int(d) for d in p.degrees()] for p in (one, two))
    size = 1.0
    for k in range(len(a)):
        if k != i and (a[k] or b[k]):
            size *= 1 + a[k] * b[i] + b[k] * a[i]
    return size * (a[i] + b[i])


def _refuse_large(one: fmpz_mpoly, two: fmpz_mpoly, i: int) -> None:
    if _work(one, two, i) > _LARGEST * 100:
        raise SpectralError(
            "the curve is too large to be found by elimination; give values to more symbols, "
            "or ask for density(grid) instead."
        )
