"""Where Newton starts for a formula of the user's own.

Its unknowns are found as functions of the derived formula's quantities. A definition fixes its
unknown up to the branch. At a few points far from the spectrum the user's equations are solved by
iteration, and each unknown is looked for among the derived quantities, their inverses, differences
from one and products; what is found there leads to the right branch everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
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
"""Points at which unknowns are compared, the size of their matrices, and the factors by which the
scalars grow until iteration settles.
"""
_SAME = 1e-7


def led(equivalent: Equivalent) -> Equivalent:
    """The same formula with ``leads`` for its unknowns.

    Those that are a derived quantity under another name need none.

    >>> from sympy import Symbol, Trace
    >>> from planar.derivation.derive import derive
    >>> from planar.derivation.definitions import defined
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent, tr
    >>> N, P = dims("N P")
    >>> A, lam = deterministic("A", N, positive=True), Symbol("lambda", positive=True)
    >>> d = Symbol("d")
    >>> eq = derive(tr(resolvent(A * Wishart("W", N, P), lam)))
    >>> G = resolvent(A / (1 + d), lam)
    >>> own = defined({d: Trace(A * G) / P})
    >>> led(replace(eq, rhs=Trace(G) / N, definitions=own, derived=eq)).leads
    ((d, S - 1),)

    Raises ``BranchError`` where an unknown is the conjugate of a derived quantity, and so on the
    other half plane.
    """
    derived = equivalent.derived
    own = [d for d in equivalent.definitions if d.implicit and isinstance(d.quantity, Own)]
    if derived is None or not own:
        return equivalent
    try:
        ours, theirs = compile_kernel(derived), compile_kernel(equivalent)
        points = list(_points(derived, ours, theirs))
    except PlanarError:
        return equivalent
    if len(points) < DRAWS:
        return equivalent
    known = _known(derived, ours, points)
    named = [quantities for _, _, quantities in points]
    values = {d.symbol: _values(d.symbol, theirs, named) for d in own}
    leads = {unknown: _expressed(value, known) for unknown, value in values.items()}
    for unknown in (u for u, lead in leads.items() if lead is None):
        _refuse_conjugate(equivalent, unknown, _expressed(values[unknown].conj(), known))
    return replace(equivalent, leads=tuple((u, e) for u, e in leads.items() if e is not None))


def _values(symbol: Symbol, kernel: Kernel, named: Sequence[Mapping[str, Any]]) -> Array:
    """The values of a quantity at all points."""
    name = kernel.identifier(symbol)
    return np.array([quantities[name] for quantities in named])


def _refuse_conjugate(equivalent: Equivalent, unknown: Symbol, other: Expr | None) -> None:
    if other is not None:
        raise BranchError(
            f"no solution on the physical branch: {unknown} of the formula for `{equivalent.lhs}` "
            f"is the complex conjugate of {other}, which belongs to the other half plane; "
            "write the formula with the conjugate parameters."
        )


Point = tuple[Mapping[Any, Any], Mapping[str, Any], Mapping[str, Any]]


def _points(derived: Equivalent, ours: Kernel, theirs: Kernel) -> Iterator[Point]:
    """Values with the quantities of both formulas, where both have a solution."""
    symbols = derived.letters, derived.laws, derived.scalars, derived.commuting
    for draw in range(DRAWS):
        values = example(derived.target, *symbols, lambda _: None, {}, size=SIZE + draw, seed=draw)
        for scale in SCALES:
            factor = scale * (1 + draw / 7)
            scaled = {k: v * factor if k in derived.scalars else v for k, v in values.items()}
            one, other = ours.solve(scaled), theirs.solve(scaled)
            if one.good.all() and other.good.all():
                yield scaled, one.named, other.named
                break


def _known(derived: Equivalent, kernel: Kernel, points: Sequence[Point]) -> Known:
    """Derived quantities, scalars and sizes with their values, quantities first."""
    named = [quantities for _, quantities, _ in points]
    known = [(d.symbol, _values(d.symbol, kernel, named)) for d in derived.definitions]
    for symbol in (*derived.scalars, *derived.problem.sizes):
        numbers = [complex(values[symbol]) for values, _, _ in points if symbol in values]
        if len(numbers) == len(points):
            known.append((symbol, np.array(numbers)))
    return known


def _expressed(value: Array, known: Known) -> Expr | None:
    """The simplest function of known quantities with this value at every point.

    It is a product of at most three of them and their inverses, or one off such a product.
    """
    with np.errstate(all="ignore"):
        powers = list(product((s for s, _ in known), (1, -1)))
        rows = [np.asarray(v) ** float(k) for (_, v), k in product(known, (1, -1))]
        table = np.array([np.ones(len(value)), *rows])
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
    products = table if factors else table[:1]
    for _ in range(factors - 1):
        products = products[..., None, :] * table
    return products
