"""A limit to zero written on every side of its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Identity, MatMul, MatrixExpr, MatrixSymbol, Mul, Piecewise, S, Symbol, Trace

from planar.applications.regions.branches import branches
from planar.applications.regions.near_limit import POINTS, NearLimit, near_limit
from planar.applications.regions.physical import close, physical
from planar.applications.spectral.roots import rooted
from planar.derivation.definitions import Dependence
from planar.derivation.equivalent import Equivalent
from planar.foundations.errors import PlanarError
from planar.kernels.continuation import at_limit
from planar.kernels.kernel import compile_kernel
from planar.kernels.program.planning import planned

__all__ = ["with_regions"]

Array = NDArray[Any]
_PROBES = 10
"""Points at which the formula of a limit is compared with values next to it."""
_SAMPLES = 24
"""More of them, which show where each branch is physical; a third of them at least."""


def with_regions(limit: Equivalent) -> Equivalent:
    """The limit with every branch and where it is physical, where its formula is but one of them.

    A formula that holds on every side, be it by an equation that has a solution on each, is left
    as it is. Where the branches cannot be told apart in closed form the limit says so.
    """
    before, zeros = limit.near, [s for s, point in limit.limits if point == 0]
    if before is None or not zeros:
        return limit
    if not before.closed:
        return replace(limit, one_sided=bool(_coefficient(limit.rhs).is_number))
    samples = near_limit(before, zeros)
    probes = list(islice(samples, _PROBES))
    if _holds(limit, probes):
        return replace(limit, one_sided=False)
    try:
        return _regional(limit, before, zeros, [*probes, *islice(samples, _SAMPLES)])
    except PlanarError:
        return replace(limit, one_sided=True)


def _coefficient(rhs: Expr) -> Expr:
    """A multiple of the identity as a scalar; anything else as it is."""
    if not getattr(rhs, "is_Matrix", False) or rhs.has(MatrixSymbol):
        return rhs
    if rhs.is_ZeroMatrix:
        return S.Zero
    return rhs.xreplace(dict.fromkeys(rhs.atoms(Identity), S.One))


def _holds(limit: Equivalent, probes: Sequence[NearLimit]) -> bool:
    """Whether the formula of the limit gives the value next to it at every probe."""
    kernel, plan = compile_kernel(limit), planned(limit)
    zeros = {s for s, point in limit.limits if point == 0}
    for probe in probes:
        values = {k: v for k, v in probe.values.items() if k not in zeros}
        named = at_limit(plan, planned(probe.kernel.equivalent), probe.solution).named
        start = {k: np.broadcast_to(v, (len(POINTS),))[-1] for k, v in named.items()}
        if not close(kernel.solve(values, start=start).value, probe.solution.value):
            return False
    return True


def _regional(
    limit: Equivalent, before: Equivalent, zeros: Sequence[Symbol], samples: Sequence[NearLimit]
) -> Equivalent:
    """The limit as a case for each branch that is physical somewhere."""
    if rooted(before) is not before or len(samples) < _SAMPLES // 3:
        raise PlanarError("roots, or too few points with a value, have no closed regions.")
    scalar, fixed = _apart(before, zeros, samples[0])
    known = branches(_with_one(replace(before, rhs=scalar), zeros), zeros[-1], samples[0])
    value = Piecewise(*physical(known, scalar, samples))
    return _explicit(limit, before, value, fixed)


def _apart(
    before: Equivalent, zeros: Sequence[Symbol], sample: NearLimit
) -> tuple[Expr, list[Expr]]:
    """The scalar of a product that varies towards the limit, and what does not vary.

    That is letters, and sizes that their values give.

    Raises ``PlanarError`` where matrices vary.
    """
    rhs, varying = before.rhs, {*zeros, *(d.symbol for d in before.definitions)}
    factors = rhs.args if isinstance(rhs, (Mul, MatMul)) else (rhs,)
    steady = [f for f in factors if not f.free_symbols & varying]
    fixed = [f for f in steady if f.has(MatrixExpr, Trace) or f.free_symbols - sample.values.keys()]
    scalar = Mul(*(f for f in factors if f not in fixed))
    if scalar.has(MatrixExpr, Trace):
        raise PlanarError("matrices that vary towards the limit have no closed regions.")
    return scalar, fixed


def _with_one(before: Equivalent, zeros: Sequence[Symbol]) -> Equivalent:
    """The formula in which all that vanishes is one symbol."""
    alike = dict.fromkeys(zeros, zeros[-1])
    rows = tuple(replace(d, expr=d.expr.xreplace(alike)) for d in before.definitions)
    return replace(before, rhs=before.rhs.xreplace(alike), definitions=rows)


def _explicit(
    limit: Equivalent, before: Equivalent, value: Expr, fixed: Sequence[Expr]
) -> Equivalent:
    """The limit with this value times what is fixed, which holds nothing implicit."""
    constants = Dependence(before.definitions).ordered(value.free_symbols)
    return replace(
        limit,
        rhs=reduce(mul, fixed, value),
        definitions=constants,
        iteration=(),
        named=(),
        auxiliary=constants,
    )
