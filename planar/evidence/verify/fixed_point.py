"""The formal solution of a system ``x = sweep(x)`` by iteration, order by order in eps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from itertools import chain, combinations

from sympy import Symbol

from planar.evidence.verify.expansion import Point
from planar.evidence.verify.gaussian_rationals import FormalError
from planar.evidence.verify.laurent import Series

__all__ = ["Sweep", "Unknowns", "fixed_point"]

_STAGES = (2, 4, 8, 16, 32, 64)
"""Numbers of terms that are settled before the full number."""

_RUNAWAY = 4000
"""Bits a term beyond which an iteration does not settle: where nothing contracts, every sweep
doubles them.
"""

_FEW = 4
"""Unknowns of the user's own up to which every choice of large ones is tried."""

Unknowns = dict[Symbol, Series]
Sweep = Callable[[Unknowns], Unknowns]


def fixed_point(
    symbols: Sequence[Symbol],
    sweeps: Callable[[Point], Sweep],
    point: Point,
    large: Collection[Symbol] = (),
) -> Unknowns:
    """The formal solution of ``x = sweep(x)`` by iteration; each sweep must gain an order.

    ``large`` are renormalised ridges, where these are known; ``sweeps`` gives the sweep at a point.
    A few terms are settled first, and are the start for the next stage: the coefficients of a start
    that is far off would grow in all orders at once.
    """
    stages = [*(point.cut(terms) for terms in _STAGES if terms < point.terms), point]
    for start in _starts(symbols, sweeps(stages[0]), stages[0], large):
        with suppress(FormalError):
            solution = _refined(start, sweeps, stages)
            if solution is not None:
                return solution
    names = ", ".join(map(str, symbols))
    raise FormalError(
        f"the definition of {names} does not contract as a formal series, "
        "so it fixes no value order by order."
    )


def _refined(
    start: Unknowns, sweeps: Callable[[Point], Sweep], stages: Sequence[Point]
) -> Unknowns | None:
    """The solution from one start, stage by stage; None where a stage does not settle."""
    values = start
    for stage in stages:
        exact = {symbol: value.exactly(stage.terms) for symbol, value in values.items()}
        settled = _settled(sweeps(stage), exact, stage)
        if settled is None:
            return None
        values = settled
    contracts = any(_contracts(sweeps(stage), values, stage) for stage in stages)
    return values if contracts else None


def _settled(sweep: Sweep, values: Unknowns, point: Point) -> Unknowns | None:
    for _ in range(len(values) * (point.terms + 4)):
        after = sweep(values)
        if all(after[s].agrees(values[s], after[s].high) for s in values):
            return after
        if max(v.bits for v in after.values()) > _RUNAWAY * point.terms:
            return None
        values = after
    return None


def _contracts(sweep: Sweep, values: Unknowns, point: Point) -> bool:
    """Whether an error in the second term of every unknown vanishes.

    It must be gone after as many sweeps as there are unknowns. What a few terms show holds for a
    longer series; too few show nothing.
    """
    second = {s: v.low + 1 if v.coefficients else 2 for s, v in values.items()}
    shaken = {s: v.cut(point.terms) + point.one.shift(second[s]) for s, v in values.items()}
    try:
        for _ in range(len(values) + 1):
            shaken = sweep(shaken)
    except FormalError:
        return False
    return all(
        shaken[s].high > second[s] and shaken[s].agrees(v, second[s] + 1) for s, v in values.items()
    )


def _starts(
    symbols: Sequence[Symbol], sweep: Sweep, point: Point, large: Collection[Symbol]
) -> Iterator[Unknowns]:
    """Starting values, the likely ones first.

    Renormalised ridges large and all else of order one; then unknowns zero; then simple powers of
    eps. Where nothing is known of a few unknowns, any one or several of them may be a ridge.
    """
    yield _with_large(symbols, point, large)
    zero = Series.of(0, [], point.terms)
    with suppress(FormalError):
        yield sweep(dict.fromkeys(symbols, zero))
    for power in (0, -1, 1, -2):
        yield {s: point.one.shift(power) for s in symbols}
    if not large and len(symbols) <= _FEW:
        sizes = range(1, len(symbols))
        for ridges in chain.from_iterable(combinations(symbols, size) for size in sizes):
            yield _with_large(symbols, point, ridges)


def _with_large(symbols: Sequence[Symbol], point: Point, large: Collection[Symbol]) -> Unknowns:
    return {s: point.one.shift(-1 if s in large else 0) for s in symbols}
