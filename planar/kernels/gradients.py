"""Derivatives of a kernel's value in scalars, at points that are solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.namesakes import namesake
from planar.expression.tree import identity_sizes
from planar.expression.values import Values
from planar.foundations.errors import PlanarError
from planar.kernels.backends.numpy_module import derivative_module
from planar.kernels.inputs import keywords
from planar.kernels.loading import Loaded, executed
from planar.kernels.pieces import Inputs
from planar.kernels.program.build import build

__all__ = ["derivatives", "differentiated"]

Array = NDArray[Any]


def differentiated(equivalent: Equivalent, symbols: Sequence[Symbol]) -> tuple[Symbol, ...]:
    """What is named of the scalars and of the sizes of laws; by default all scalars."""
    scalars, sizes = equivalent.scalars, _sizes_of_laws(equivalent)
    chosen = tuple(namesake(s, (*scalars, *sizes)) for s in symbols)
    for symbol in chosen:
        if symbol not in (*scalars, *sizes):
            known = ", ".join(map(str, scalars)) or "none"
            others = f", and the sizes of its laws {', '.join(map(str, sizes))}" if sizes else ""
            raise PlanarError(
                f"no derivative in {symbol}: the scalars of this equivalent are {known}{others}."
            )
    return chosen or scalars


def _sizes_of_laws(equivalent: Equivalent) -> tuple[Symbol, ...]:
    """The dimensions that no deterministic letter has: the formula is a function of these."""
    fixed = set[Symbol]().union(*(x.shape[0].free_symbols for x in equivalent.letters))
    fixed |= set[Symbol]().union(*(x.shape[1].free_symbols for x in equivalent.letters))
    fixed |= set(identity_sizes(equivalent.target))
    return tuple(s for s in equivalent.problem.sizes if s not in fixed)


def derivatives(
    code: Loaded, scalars: Sequence[Symbol], values: Values, named: Mapping[str, Array]
) -> tuple[dict[Symbol, Array], Array | None]:
    """The derivative in each of the ``scalars`` where the quantities are ``named``.

    Matrices are in the basis that is given beside them.
    """
    plan = code.plan
    text = derivative_module(build(plan), plan, tuple(plan.names[s.name] for s in scalars))
    module = executed(text)
    inputs = Inputs(*module["prepare"](**keywords(plan, values, whole=code.whole)))
    at_points = {k: np.broadcast_to(v, inputs.shape) for k, v in inputs.scalars.items()}
    changes = {}
    for s in scalars:
        derivative = module[f"derivative_in_{plan.names[s.name]}"]
        change = np.asarray(derivative(at_points, inputs.sizes, named, inputs.data))
        inner = () if plan.equivalent.target.shape is None else change.shape[-2:]
        changes[s] = np.broadcast_to(change, inputs.shape + inner)
    return changes, inputs.basis
