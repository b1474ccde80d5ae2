"""The unknowns of a balance beyond leading order, as series in the large parameter."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.applications.asymptotics.balance import Balance
from planar.applications.asymptotics.generalised_series import CancelledError, Ring, Series

__all__ = ["refined"]

SWEEPS = 30


def refined(
    ring: Ring, balance: Balance, residuals: Callable[[tuple[Series, ...]], list[Series]]
) -> tuple[Series, ...]:
    """The unknowns beyond leading order: the equations brought to zero.

    Their slopes are held fixed at leading order.
    """
    unknowns, inverse = balance.leading, _inverse(balance)
    for _ in range(SWEEPS):
        relative = [
            ring.mul(r, ring.inverse(s))
            for r, s in zip(residuals(unknowns), balance.sizes, strict=True)
        ]
        floor = _floor(ring, unknowns)
        if not any(r.terms and float(r.terms[0][0].value) > floor for r in relative):
            break
        steps = [_step(ring, row, relative) for row in inverse]
        unknowns = tuple(
            _open(ring.add(u, ring.mul(lead, step)))
            for u, lead, step in zip(unknowns, balance.leading, steps, strict=True)
        )
    return _cut(ring, unknowns, relative)


def _inverse(balance: Balance) -> NDArray[Any]:
    """The inverse of the matrix of slopes, at every node."""
    size = len(balance.leading)
    slopes = np.array(
        np.broadcast_arrays(*map(np.asarray, chain.from_iterable(balance.slopes))),
    )
    grid = np.moveaxis(slopes.reshape(size, size, *slopes.shape[1:]), (0, 1), (-2, -1))
    return np.moveaxis(np.linalg.inv(grid), (-2, -1), (0, 1))


def _step(ring: Ring, row: NDArray[Any], relative: list[Series]) -> Series:
    return ring.add(*(ring.scale(r, -c) for r, c in zip(relative, row, strict=True)))


def _cut(ring: Ring, unknowns: tuple[Series, ...], relative: list[Series]) -> tuple[Series, ...]:
    """The unknowns to the relative order at which the equations still differ from zero."""
    cuts = [r.terms[0][0].value if r.terms else r.cut for r in relative]
    known = max((c for c in cuts if c is not None), default=None)
    if known is None:
        return unknowns
    if known >= 0:
        raise CancelledError("the corrections to a balance are as large as the balance itself.")
    return tuple(ring.add(u, Series((), u.lead[0].value + known)) for u in unknowns)


def _floor(ring: Ring, unknowns: tuple[Series, ...]) -> float:
    """Below which relative order a correction changes none of the terms that are kept."""
    full = [
        float((u.terms[-1][0] - u.lead[0]).value) for u in unknowns if len(u.terms) == ring.terms
    ]
    return max(full) if len(full) == len(unknowns) else -np.inf


def _open(series: Series) -> Series:
    """An iterate as an exact sum; the equation that it is put into shows how far it is right."""
    return Series(series.terms)
