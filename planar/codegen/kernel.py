"""A compiled kernel: values in, numbers or matrices out, every point with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sympy.core.function import AppliedUndef

from planar.codegen.iteration import feedback
from planar.codegen.layout import Layout
from planar.codegen.module import source
from planar.equivalent import NEAR, Equivalent
from planar.errors import BranchError, PlanarError, ShapeError
from planar.expression.values import Spectrum, Values, resolve

__all__ = ["BACKENDS", "Kernel", "Solution", "compile_kernel", "kernel_source"]

BACKENDS = ("numpy",)
Array = NDArray[Any]
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Solution:
    """Values of the right-hand side and of every named quantity, with the evidence at each point.

    ``named`` holds the definitions of the formula in their order, and after them what only the evidence needs.

    ``residual`` is the largest relative residual of the implicit definitions, ``gamma`` the ladder of a resolvent with its
    adjoint; a point is good where ``residual < 1e-9`` and ``gamma < 1``.
    """

    value: Array
    named: dict[str, Array]
    residual: Array
    gamma: Array

    @property
    def good(self) -> Array:
        """Whether each point lies on the physical branch."""
        extra = tuple(range(self.residual.ndim, self.value.ndim))
        result: Array = (self.residual < 1e-9) & (self.gamma < 1) & np.isfinite(self.value).all(axis=extra)
        return result


@dataclass(frozen=True)
class Kernel:
    """``kernel(values)`` evaluates the right-hand side; scalars may be arrays and broadcast."""

    equivalent: Equivalent = field(repr=False)
    backend: str
    source: str = field(repr=False)
    _module: dict[str, Any] = field(repr=False, compare=False)
    _plan: Layout = field(repr=False, compare=False)
    _unknowns: tuple[str, ...] = field(repr=False, compare=False)

    def __call__(self, values: Mapping[Any, Any], *, on_failure: Literal["raise", "nan"] = "raise") -> Any:
        """The value at every point. Points off the physical branch raise ``BranchError``, or are NaN on request."""
        if on_failure not in ("raise", "nan"):
            raise PlanarError(f'on_failure is "raise" or "nan", got {on_failure!r}.')
        solution = self.solve(values)
        good = solution.good
        if not good.all():
            if on_failure == "raise":
                raise BranchError(self._failure(values, solution))
            bad = np.broadcast_to(~good.reshape(good.shape + (1,) * (solution.value.ndim - good.ndim)), solution.value.shape)
            return np.where(bad, np.nan, solution.value)[()]
        return solution.value[()]

    def solve(self, values: Mapping[Any, Any], *, start: Mapping[str, Array] | None = None) -> Solution:
        """Values, named quantities and evidence, whether good or not.

        ``start`` is the ``named`` of a solution at neighbouring points, one each; Newton alone continues from there.
        """
        equivalent = self.equivalent
        if equivalent.near is not None and start is None:
            return self._continued(equivalent.near, values)
        resolved = resolve(equivalent.letters, equivalent.laws, equivalent.scalars, values)
        plan = self._plan
        shape, basis, inputs = self._module["prepare"](**_keywords(plan, resolved))
        points = int(np.prod(shape))
        size = max([int(np.size(resolved_value(m))) for m in resolved.matrices.values()] or [1])
        step = max(1, _CHUNK // size)
        flat = None if start is None else {k: np.ravel(np.broadcast_to(v, shape)) for k, v in start.items()}
        parts = [self._chunk(plan, inputs, slice(i, i + step), points, flat) for i in range(0, points, step)]
        named = {k: np.concatenate([np.broadcast_to(p[1][k], p[3]) for p in parts]).reshape(shape) for k in parts[0][1]}
        residual, gamma = (np.concatenate([p[2][k] for p in parts]).reshape(shape) for k in ("residual", "gamma"))
        value = np.concatenate([p[0] for p in parts])
        if equivalent.target.shape is None:
            return Solution(value.reshape(shape), named, residual, gamma)
        value = _rotated(plan, value, basis)
        value = value.reshape(shape) if equivalent.target.shape == (1, 1) else value.reshape(shape + value.shape[-2:])
        return Solution(value, named, residual, gamma)

    def _continued(self, near: Equivalent, values: Mapping[Any, Any]) -> Solution:
        """A limit to zero: Newton from the solution at small parameters, whose evidence it takes along.

        What goes to zero with the parameters is zero: Newton comes ever nearer to it, and never there.
        """
        zeros = [symbol for symbol, point in self.equivalent.limits if point == 0]
        base = compile_kernel(near, self.backend)
        far, before = (base.solve({**values, **dict.fromkeys(zeros, x)}) for x in (100 * NEAR, NEAR))
        after = self.solve(values, start=before.named)
        old = {k: np.abs(before.named[k]) for k in after.named if k in before.named}
        tiny = {k: np.where(np.abs(after.named[k]) < 1e-2 * v, 0, after.named[k]) for k, v in old.items()}
        after = self.solve(values, start={**after.named, **tiny})
        axes = tuple(range(before.gamma.ndim, before.value.ndim))
        grows = np.abs(before.value).max(axis=axes) > 30 * np.abs(far.value).max(axis=axes)
        return replace(after, gamma=np.where(grows, np.inf, before.gamma))

    def _chunk(
        self, plan: Layout, inputs: dict[str, Any], part: slice, points: int, start: dict[str, Array] | None
    ) -> tuple[Any, Any, Any, int]:
        names = [plan.names[s] for s in plan.symbols]
        here = {k: v[part] if k in names else v for k, v in inputs.items()}
        count = len(range(points)[part])
        near = None if start is None else {name: start[name][part] for name in self._unknowns}
        try:
            with np.errstate(all="ignore"):
                named, evidence = self._module["solve"](here, count, start=near)
                return self._module["right_side"](here, named, count), named, evidence, count
        except np.linalg.LinAlgError as error:
            raise BranchError(
                f"`{self.equivalent.lhs}` has no value here: a matrix of the iteration is singular ({error}); move the "
                "parameters away from the spectrum (a larger positive shift, or an imaginary part)."
            ) from None

    def _failure(self, values: Mapping[Any, Any], solution: Solution) -> str:
        place = np.argwhere(~np.atleast_1d(solution.good))[0]
        parts = []
        for symbol in self.equivalent.scalars:
            value = np.broadcast_to(np.asarray(values[symbol]), solution.good.shape)
            parts.append(f"{symbol} = {value[tuple(place)] if value.ndim else value[()]:.6g}")
        gamma = np.atleast_1d(solution.gamma)[tuple(place)]
        residual = np.atleast_1d(solution.residual)[tuple(place)]
        if gamma < 1 and residual < 1e-9:
            return (
                f"the formula is 0/0 at {', '.join(parts)}: a divided difference of R meets equal arguments; write one symbol "
                "for equal parameters, or give the law by spectrum=..., cumulants=... or a rational r_transform."
            )
        if self.equivalent.near is not None and np.isinf(gamma):
            names = " and ".join(str(s) for s, _ in self.equivalent.limits)
            return f"`{self.equivalent.lhs}` grows without bound as {names} -> 0 at these values; multiply it by {names}."
        found = f"gamma(R, R*) = {gamma:.3g} is not below 1" if not gamma < 1 else f"a residual of {residual:.1e} is left"
        where = ", ".join(parts) or "these values"
        return (
            f"no solution on the physical branch at {where}: {found}, so the spectral parameter lies on the spectrum or too "
            "near to its edge; move it away (a larger positive shift, or an imaginary part)."
        )


def kernel_source(equivalent: Equivalent, backend: str = "numpy") -> str:
    """The module's text for one backend; raises ``PlanarError`` where a law has no numbers."""
    if backend not in BACKENDS:
        raise PlanarError(f"there is no backend {backend!r}; this version has {', '.join(BACKENDS)}.")
    open_ = sorted({str(f.func) for d in (*equivalent.definitions, *equivalent.named) for f in d.expr.atoms(AppliedUndef)})
    if open_:
        law = open_[0].removeprefix("R_")
        raise PlanarError(
            f"no numbers without a law: the R-transform of {law} is unspecified; declare {law} with r_transform=..., "
            "cumulants=... or spectrum=..."
        )
    return source(equivalent)


def compile_kernel(equivalent: Equivalent, backend: str = "numpy") -> Kernel:
    """The kernel of an equivalent for one backend."""
    text = kernel_source(equivalent, backend)
    module: dict[str, Any] = {"__name__": "planar_kernel"}
    exec(compile(text, "<planar kernel>", "exec"), module)
    plan = Layout(equivalent)
    return Kernel(equivalent, backend, text, module, plan, tuple(plan.names[d.symbol.name] for d in feedback(plan)))


def resolved_value(value: Array | Spectrum) -> Array:
    """The array of a value: the matrix, or the eigenvalues."""
    return value.eigenvalues if isinstance(value, Spectrum) else value


def _keywords(plan: Layout, values: Values) -> dict[str, Any]:
    keywords: dict[str, Any] = {}
    for name, value in values.matrices.items():
        if isinstance(value, Spectrum):
            if name == plan.spectral:
                keywords[f"{plan.names[name]}_weights"] = value.measure
                keywords[plan.names[name]] = value.eigenvalues
            elif value.uniform and plan.spectral is None:
                keywords[plan.names[name]] = np.diag(value.eigenvalues)
            else:
                raise ShapeError(
                    f"{name} is valued by a spectrum, but the formula is no function of {name} alone; give its matrix instead."
                )
        else:
            keywords[plan.names[name]] = np.diag(value) if value.ndim == 1 and plan.spectral is None else value
    for symbol, number in values.scalars.items():
        keywords[plan.names[symbol.name]] = number
    for size in plan.dimensions:
        keywords[plan.names[size.name]] = values.dimensions[size]
    return keywords


def _rotated(plan: Layout, value: Array, basis: Array | None) -> Array:
    if basis is None or plan.spectral is None:
        return value
    size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
    rows, cols = plan.equivalent.rhs.shape
    value = basis @ value if rows == size else value
    return value @ basis.T if cols == size else value
