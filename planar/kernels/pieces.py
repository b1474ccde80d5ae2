"""The points of a kernel in pieces that fit into memory, and the pieces' solutions as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.kernels.solution import Solution

__all__ = ["Inputs", "assembled", "flattened", "taken"]

Array = NDArray[Any]
_CHUNK = 1 << 22
"""Numbers of a piece where a matrix stands at every point."""
_CACHED = 1 << 19
"""Numbers of a piece where none does."""


@dataclass(frozen=True)
class Inputs:
    """What the functions of a module are given: scalars at points of this ``shape``, sizes, arrays.

    ``basis`` is the eigenbasis in which the arrays are, None where they are as they were given.
    """

    shape: tuple[int, ...]
    basis: Array | None
    scalars: Mapping[str, Array]
    sizes: tuple[int, ...]
    data: tuple[Array, ...]

    @property
    def is_grid(self) -> bool:
        """Whether two scalars vary along different axes.

        Traces of both are then matrix products.
        """
        total = int(np.prod(self.shape))
        partial = any(1 < np.size(x) < total for x in self.scalars.values())
        return len(self.shape) > 1 and partial

    @property
    def flat(self) -> Inputs:
        """The same with scalars along one axis of points."""
        return replace(self, scalars=flattened(self.scalars, self.shape)) if self.shape else self

    def pieces(self, *, matrix: bool) -> list[slice]:
        """Parts of the first axis of points; ``matrix`` says that values are matrices."""
        if not self.shape:
            return [slice(None)]
        total = int(np.prod(self.shape))
        count = self.shape[0] if self.is_grid else total
        inner = total // max(count, 1) if matrix else 1
        size = inner * max([np.size(x) for x in self.data] or [1])
        dense = any(np.ndim(x) > 1 for x in self.data)
        step = max(1, (_CHUNK if self.is_grid or dense else _CACHED) // size)
        return [slice(i, i + step) for i in range(0, count, step)] or [slice(0, 0)]

    def at(self, piece: slice) -> Inputs:
        """The inputs at a part of the points."""
        return replace(self, scalars=taken(self.scalars, piece))


def flattened(arrays: Mapping[str, Array], shape: tuple[int, ...]) -> dict[str, Array]:
    """Arrays at points of this shape along one axis."""
    return {k: np.broadcast_to(v, shape).reshape(-1) for k, v in arrays.items()}


def taken(arrays: Mapping[str, Array], piece: slice) -> dict[str, Array]:
    """Part of the first axis of those arrays that vary along it."""
    return {k: v[piece] if np.ndim(v) and np.shape(v)[0] > 1 else v for k, v in arrays.items()}


def assembled(
    parts: Sequence[Solution], shape: tuple[int, ...], inner: tuple[int, ...]
) -> Solution:
    """The solutions of pieces as one over all points; values have the shape ``inner`` at each."""
    named = {}
    for name in parts[0].named:
        named[name] = _joined([part.named[name] for part in parts], shape)
    return Solution(
        value=_joined([part.value for part in parts], shape + inner),
        named=named,
        residual=_joined([part.residual for part in parts], shape),
        gamma=_joined([part.gamma for part in parts], shape),
    )


def _joined(parts: Sequence[Array], shape: tuple[int, ...]) -> Array:
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if whole.size == int(np.prod(shape)):
        return whole.reshape(shape)
    return np.broadcast_to(whole, shape)
