"""Derivatives of a kernel's value in scalars, at points that are solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.namesakes import namesake
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
    """The scalars in which to differentiate: the ones that are named, by default all."""
    scalars = equivalent.scalars
    chosen = tuple(namesake(s, scalars) for s in symbols)
    for symbol in chosen:
        if symbol not in scalars:
            known = ", ".join(map(str, scalars)) or "none"
            raise PlanarError(
                f"no derivative in {symbol}: the scalars of this equivalent are {known}."
            )
    return chosen or scalars


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
