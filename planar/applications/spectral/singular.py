"""Edges and atoms from the polynomial of a curve."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import Ordering, fmpz_mpoly, fmpz_mpoly_ctx, fmpz_poly
from sympy import Poly, Rational

from planar.applications.spectral.density import Atom, read
from planar.applications.spectral.path import Path
from planar.foundations.errors import BranchError

__all__ = ["atoms_on", "edges_on"]

Root = float | Fraction


def edges_on(polynomial: Poly, path: Path) -> tuple[float, ...]:
    """Where the density begins or ends.

    These are real roots of the discriminant or of the leading coefficient in m.
    """
    curve = _flint(polynomial)
    branch = _univariate(curve.discriminant(0))
    poles = _univariate(_coefficients(curve)[-1])
    places = sorted({0.0 - float(x) for x in (*_real_roots(branch), *_real_roots(poles))})
    inside = _inside(path, places)
    edges = [
        x for x, (before, after) in zip(places, pairwise(inside), strict=True) if before != after
    ]
    return tuple(edges)


def _inside(path: Path, places: list[float]) -> list[bool]:
    """Whether there is density between these places; beyond all of them there is none."""
    if len(places) < 2:
        return [False] * (len(places) + 1)
    for part in (0.5, 0.382, 0.7071):
        between = np.array([a + part * (b - a) for a, b in pairwise(places)])
        status = read(path, path.boundary(between))[1]
        if np.isin(status, ("bulk", "outside")).all():
            return [False, *(status == "bulk").tolist(), False]
    failed = between[status == "failed"][0]
    raise BranchError(
        f"the density between {failed:.6g} and its neighbours is not found; see density(grid)."
    )


def atoms_on(polynomial: Poly, path: Path) -> tuple[Atom, ...]:
    """Real poles of the physical branch, m = mass/(lam - pole) + ...

    They are roots of the leading coefficient in m.
    """
    rows = [_univariate(c) for c in _coefficients(_flint(polynomial))]
    atoms = []
    for pole in _real_roots(rows[-1]):
        x = 0.0 - float(pole)
        measured = float(path.boundary(np.array([x])).mass[0])
        if measured > 0:
            mass = _residue(rows, pole, measured) if isinstance(pole, Fraction) else measured
            atoms.append(Atom(_written(-pole) if isinstance(pole, Fraction) else x, mass))
    return tuple(sorted(atoms, key=lambda a: float(a.position)))


def _residue(rows: list[fmpz_poly], pole: Fraction, measured: float) -> Any:
    """The rational mass near to the one that was measured, if there is one.

    It is a root of the lowest terms of the polynomial in m = mass/u, lam = pole + u.
    """
    shifted = [_shifted(row, pole) for row in rows]
    orders = [_order(row) for row in shifted]
    lowest = min(n - j for j, n in enumerate(orders) if n is not None)
    edge = [
        shifted[j][n] if n is not None and n - j == lowest else Fraction(0)
        for j, n in enumerate(orders)
    ]
    scale = np.lcm.reduce([c.denominator for c in edge], dtype=object)
    roots = list(_real_roots(fmpz_poly([int(c * scale) for c in edge])))
    best = min(roots, key=lambda r: abs(float(r) - measured), default=None)
    if best is None or abs(float(best) - measured) > 1e-3:
        return measured
    return _written(best)


def _order(coefficients: list[Fraction]) -> int | None:
    """The lowest power with a coefficient."""
    return next((k for k, c in enumerate(coefficients) if c), None)


def _written(number: Root) -> Any:
    """A fraction as SymPy writes it."""
    return (
        Rational(number.numerator, number.denominator) if isinstance(number, Fraction) else number
    )


def _shifted(row: fmpz_poly, pole: Fraction) -> list[Fraction]:
    """Coefficients of a polynomial in u = lam - pole."""
    shifted: list[Fraction] = []
    for c in reversed([int(c) for c in row.coeffs()]):
        raised, padded = [Fraction(0), *shifted], [*shifted, Fraction(0)]
        if shifted:
            shifted = [a + pole * b for a, b in zip(raised, padded, strict=True)]
        else:
            shifted = [Fraction(0)]
        shifted[0] += c
    return shifted


def _real_roots(polynomial: fmpz_poly) -> Iterator[Root]:
    """Each real root once, rational ones exactly."""
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            yield Fraction(-int(factor[0]), int(factor[1]))
            continue
        for root, _ in factor.complex_roots():
            if root.imag == 0:
                yield float(root.real.mid())


def _flint(polynomial: Poly) -> fmpz_mpoly:
    context = fmpz_mpoly_ctx.get(["m", "lam"], Ordering.lex)
    return context.from_dict({e: int(c) for e, c in polynomial.terms()})


def _coefficients(polynomial: fmpz_mpoly) -> list[fmpz_mpoly]:
    """Coefficients in m, constant first, as polynomials in lambda."""
    context = polynomial.context()
    rows: list[dict[tuple[int, int], int]] = [{} for _ in range(int(polynomial.degrees()[0]) + 1)]
    for (i, j), c in polynomial.to_dict().items():
        rows[int(i)][0, int(j)] = int(c)
    return [context.from_dict(row) for row in rows]


def _univariate(polynomial: fmpz_mpoly) -> fmpz_poly:
    coefficients = [0] * (max(int(polynomial.degrees()[1]), 0) + 1)
    for (_, j), c in polynomial.to_dict().items():
        coefficients[int(j)] = int(c)
    return fmpz_poly(coefficients)
