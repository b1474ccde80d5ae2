"""Unknowns eliminated one after another by resultants; of each only the factor that vanishes on the
physical branch is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from flint import acb, acb_mat, ctx, fmpz_mpoly

from planar.foundations.errors import SpectralError

__all__ = ["eliminate", "refined", "vanishing"]

_BITS = 600
_LARGEST = 60_000


def evaluated(polynomial: fmpz_mpoly, point: Mapping[int, acb]) -> tuple[acb, float]:
    """The value at a point, and how large it is beside its own terms."""
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
        found = {i: acb(complex(v).real, complex(v).imag) for i, v in point.items()}
        slopes = [[e.derivative(i) for i in unknowns] for e in equations]
        for _ in range(9):
            values = acb_mat([[evaluated(e, found)[0].mid()] for e in equations])
            jacobian = acb_mat([[evaluated(d, found)[0].mid() for d in row] for row in slopes])
            step = jacobian.mid().solve(values)
            found |= {i: (found[i] - step[k, 0]).mid() for k, i in enumerate(unknowns)}
        return found
    finally:
        ctx.prec = before


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
            "no factor of a resultant vanishes on the physical branch; the curve is not found."
        )
    return factors[best]


def eliminate(
    equations: list[fmpz_mpoly], unknowns: list[int], point: Mapping[int, acb]
) -> fmpz_mpoly:
    """The irreducible polynomial without the unknowns that vanishes at the point.

    Raises ``SpectralError`` where a resultant would be too large.
    """
    rows, left = _merged(equations, unknowns, point)
    rows = [vanishing(e, point) for e in rows if not e.is_zero()]
    while left:
        choice = min((_cost(rows, i), i) for i in left)[1]
        left.remove(choice)
        holding = sorted(
            (r for r in rows if r.degrees()[choice]), key=lambda r: (r.degrees()[choice], len(r))
        )
        rest = [r for r in rows if not r.degrees()[choice]]
        for row in holding[1:]:
            _refuse_large(holding[0], row, choice)
            found = holding[0].resultant(row, choice)
            if not found.is_zero():
                rest.append(vanishing(found, point))
        rows = [r for k, r in enumerate(rest) if r not in rest[:k]]
    if not rows or not rows[0].total_degree():
        raise SpectralError(
            "the equations do not determine one curve; ask for density(grid) instead."
        )
    return rows[0]


def _merged(
    equations: list[fmpz_mpoly], unknowns: list[int], point: Mapping[int, acb]
) -> tuple[list[fmpz_mpoly], list[int]]:
    """Unknowns that vanish at the point, or are another one up to sign, are so everywhere: the
    point is a generic one.
    """
    gens = list(equations[0].context().gens())
    left: list[int] = []
    for i in unknowns:
        if _is_zero(point[i]):
            gens[i] = 0 * gens[i]
            continue
        twin = next(
            (
                (j, s)
                for j in left
                for s in (1, -1)
                if _is_zero((point[i] - s * point[j]) / point[i])
            ),
            None,
        )
        if twin is None:
            left.append(i)
        else:
            gens[i] = twin[1] * gens[twin[0]]
    return [e.compose(*gens) for e in equations], left


def _is_zero(value: acb) -> bool:
    return float(abs(value).mid()) < 1e-60


def _cost(rows: list[fmpz_mpoly], i: int) -> float:
    """Roughly the number of terms that the elimination of an unknown produces."""
    holding = sorted((r for r in rows if r.degrees()[i]), key=lambda r: (r.degrees()[i], len(r)))
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
            "the curve is too large to be found by elimination; give values to more symbols, or ask for density(grid) instead."
        )
