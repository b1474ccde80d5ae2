"""Where Newton starts for a formula of the user's own: its unknowns as functions of the derived
formula's quantities.

A definition fixes its unknown up to the branch. At a few points far from the spectrum the user's
equations are solved by iteration, and each unknown is looked for among the derived quantities,
their inverses, differences from one and products; what is found there leads to the right branch
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Mul, Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.example import example
from planar.formulas.quantities import Own
from planar.foundations.errors import BranchError, PlanarError
from planar.kernels.kernel import Kernel, compile_kernel

__all__ = ["led"]

Array = NDArray[Any]
Known = list[tuple[Expr, Array]]
DRAWS, SIZE, SCALES = 3, 5, (1.0, 10.0, 100.0)
"""Points at which unknowns are compared, the size of their matrices, and how much the scalars grow
until iteration settles.
"""
_SAME = 1e-7


def led(equivalent: Equivalent) -> Equivalent:
    """The same formula with ``leads`` for those of its unknowns that are no derived quantity under
    another name.

    >>> from sympy import Symbol, Trace
    >>> from planar.derive import derive
    >>> from planar.definitions import defined
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent, tr
    >>> N, P = dims("N P")
    >>> A, lam, d = deterministic("A", N, positive=True), Symbol("lambda", positive=True), Symbol("d")
    >>> eq = derive(tr(resolvent(A * Wishart("W", N, P), lam)))
    >>> G = resolvent(A / (1 + d), lam)
    >>> own = defined({d: Trace(A * G) / P})
    >>> led(replace(eq, rhs=Trace(G) / N, definitions=own, derived=eq)).leads
    ((d, S - 1),)

    Raises ``BranchError`` where an unknown is the conjugate of a derived quantity, and so on the
    other half plane.
    """
    derived = equivalent.derived
    unknown = [
        d.symbol for d in equivalent.definitions if d.implicit and isinstance(d.quantity, Own)
    ]
    if derived is None or not unknown:
        return equivalent
    try:
        ours, theirs = compile_kernel(derived), compile_kernel(equivalent)
        points = list(_points(derived, ours, theirs))
    except PlanarError:
        return equivalent
    if len(points) < DRAWS:
        return equivalent
    known = _known(derived, ours, points)
    values = {u: np.array([named[theirs.identifier(u)] for _, _, named in points]) for u in unknown}
    found = {u: e for u in unknown if (e := _expressed(values[u], known)) is not None}
    for u in (u for u in unknown if u not in found):
        _refuse_conjugate(equivalent, u, _expressed(values[u].conj(), known))
    return replace(equivalent, leads=tuple(found.items()))


def _refuse_conjugate(equivalent: Equivalent, unknown: Symbol, other: Expr | None) -> None:
    if other is not None:
        raise BranchError(
            f"no solution on the physical branch: {unknown} of the formula for `{equivalent.lhs}` is the complex conjugate of "
            f"{other}, which belongs to the other half plane; write the formula with the conjugate parameters."
        )


Point = tuple[Mapping[Any, Any], Mapping[str, Any], Mapping[str, Any]]


def _points(derived: Equivalent, ours: Kernel, theirs: Kernel) -> Iterator[Point]:
    """Values with the quantities of both formulas, where both have a solution."""
    held = derived.letters, derived.laws, derived.scalars, derived.commuting
    for draw in range(DRAWS):
        values = example(derived.target, *held, lambda _: None, {}, size=SIZE + draw, seed=draw)
        for scale in SCALES:
            factor = scale * (1 + draw / 7)
            here = {k: v * factor if k in derived.scalars else v for k, v in values.items()}
            one, other = ours.solve(here), theirs.solve(here)
            if one.good.all() and other.good.all():
                yield here, one.named, other.named
                break


def _known(derived: Equivalent, kernel: Kernel, points: Sequence[Point]) -> Known:
    """Derived quantities, scalars and sizes with their values, quantities first."""
    rows: Known = [
        (d.symbol, np.array([named[kernel.identifier(d.symbol)] for _, named, _ in points]))
        for d in derived.definitions
    ]
    given = (*derived.scalars, *derived.problem.sizes)
    return rows + [
        (s, np.array([complex(values[s]) for values, _, _ in points]))
        for s in given
        if all(s in v for v, _, _ in points)
    ]


def _expressed(value: Array, known: Known) -> Expr | None:
    """The simplest function of known quantities with this value at every point: a product of at
    most three, or one off it.
    """
    with np.errstate(all="ignore"):
        powers = [(s, k) for s, _ in known for k in (1, -1)]
        table = np.array(
            [np.ones(len(value)), *(np.asarray(v) ** float(k) for _, v in known for k in (1, -1))]
        )
        for factors in range(4):
            products = _products(table, factors)
            for sign, offset in ((1, 0), (-1, 0), (1, -1), (-1, 1)):
                wanted = (value - offset) * sign
                fits = np.all(np.abs(products - wanted) <= _SAME * np.abs(wanted), axis=-1)
                if fits.any():
                    chosen = [powers[i - 1] for i in np.argwhere(fits)[0] if i]
                    return sign * Mul(*(s**k for s, k in chosen)) + offset
    return None


def _products(table: Array, factors: int) -> Array:
    """Products of this many rows, the first row being one."""
    found = table[:1] if not factors else table
    for _ in range(factors - 1):
        found = found[..., None, :] * table
    return found
