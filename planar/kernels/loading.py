"""The code of a kernel as it is loaded: a Python module that was printed, and a library of C."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.derivation.equivalent import Equivalent
from planar.expression.values import Values
from planar.foundations.errors import BranchError, PlanarError
from planar.kernels.backends.numpy_module import numpy_module
from planar.kernels.backends.registry import NEEDS, PRINTERS
from planar.kernels.c_library import Library
from planar.kernels.inputs import keywords
from planar.kernels.pieces import Inputs
from planar.kernels.program.build import build
from planar.kernels.program.layout import Layout
from planar.kernels.program.planning import planned
from planar.kernels.removable import removed
from planar.kernels.solution import Solution

__all__ = ["Loaded", "executed", "loaded"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Loaded:
    """The functions of a module, and what its program needs.

    ``dense`` are the letters that it holds as matrices; ``whole`` says that it needs matrices of
    the spectral letter's size, so that its eigenvalues have no weights.
    """

    text: str
    plan: Layout
    functions: Mapping[str, Any]
    library: Library | None
    dense: frozenset[str]
    whole: bool

    def inputs(self, values: Values) -> Inputs:
        """Values as the functions are given them."""
        return Inputs(*self.functions["prepare"](**keywords(self.plan, values, whole=self.whole)))

    def solved(self, inputs: Inputs, start: Mapping[str, Array] | None) -> Solution:
        """The solution at points that fit into memory; Newton alone continues from a ``start``."""
        try:
            solution = self._at_sizes(inputs, start)
        except ZeroDivisionError:
            solution = None
        if solution is None or any(np.isinf(x).all() for x in solution.named.values()):
            solution = removed(self._by_module, inputs, start, list(self.plan.bound.values()))
        if self.plan.equivalent.target.shape != (1, 1):
            return solution
        value = solution.value[..., 0, 0]
        return Solution(value, solution.named, solution.residual, solution.gamma)

    def _at_sizes(self, inputs: Inputs, start: Mapping[str, Array] | None) -> Solution:
        axes = {np.shape(v) for v in inputs.scalars.values()} - {()}
        if self.library is not None and all(len(shape) == 1 for shape in axes):
            return self._by_library(self.library, inputs, start)
        return self._by_module(inputs, start)

    def _by_module(self, inputs: Inputs, start: Mapping[str, Array] | None) -> Solution:
        scalars, sizes, data = inputs.scalars, inputs.sizes, inputs.data
        try:
            with np.errstate(all="ignore"):
                named, residual, gamma = self.functions["solve"](scalars, sizes, data, start)
                value = np.asarray(self.functions["right_side"](scalars, sizes, named, data))
        except np.linalg.LinAlgError as error:
            raise BranchError(
                f"`{self.plan.equivalent.lhs}` has no value here: a matrix of the iteration is "
                f"singular ({error}); move the parameters away from the spectrum "
                "(a larger positive shift, or an imaginary part)."
            ) from None
        varying = (*scalars.values(), *named.values(), residual, gamma)
        points = np.broadcast_shapes(*map(np.shape, varying))
        inner = () if self.plan.equivalent.target.shape is None else value.shape[-2:]
        return Solution(
            value=np.broadcast_to(value, points + inner),
            named={k: np.broadcast_to(v, points) for k, v in named.items()},
            residual=np.broadcast_to(residual, points),
            gamma=np.broadcast_to(gamma, points),
        )

    def _by_library(
        self, library: Library, inputs: Inputs, start: Mapping[str, Array] | None
    ) -> Solution:
        scalars, names = list(inputs.scalars.values()), library.program.named
        count = max([int(np.size(x)) for x in scalars] or [1])
        begin = None if start is None else [start.get(n, np.array(np.nan)) for n in names]
        named, value, residual, gamma = library(count, scalars, inputs.sizes, inputs.data, begin)
        real = not any(np.iscomplexobj(x) for x in (*scalars, *inputs.data))
        if real and np.iscomplexobj(value) and not np.any(value.imag):
            value, named = value.real, named.real
        if all(np.ndim(x) == 0 for x in scalars):
            named, value, residual, gamma = named[:, 0], value[0], residual[0], gamma[0]
        return Solution(value, dict(zip(names, named, strict=True)), residual, gamma)


def loaded(
    equivalent: Equivalent, backend: str, diagonal: frozenset[str], *, eigenbasis: bool = True
) -> Loaded:
    """The code of an equivalent for one backend.

    Values of the letters in ``diagonal`` are diagonals in one basis; without ``eigenbasis`` all
    are matrices. Raises ``PlanarError`` where what the backend needs is not installed.
    """
    plan = planned(equivalent, diagonal, eigenbasis=eigenbasis)
    program = build(plan)
    text = PRINTERS[backend](program, plan)
    try:
        functions = executed(numpy_module(program, plan) if backend == "c" else text)
    except ImportError as error:
        raise PlanarError(
            f"the backend {backend!r} needs {error.name}, which is not installed: "
            f"pip install {' '.join(NEEDS[backend])}"
        ) from None
    library = Library(program, text) if backend == "c" else None
    dense = frozenset(d.name for d in program.data if d.kind == "m")
    return Loaded(text, plan, functions, library, dense, program.whole)


def executed(text: str) -> dict[str, Any]:
    """The names of a printed module."""
    module: dict[str, Any] = {"__name__": "planar_kernel"}
    exec(compile(text, "<planar kernel>", "exec"), module)
    return module
