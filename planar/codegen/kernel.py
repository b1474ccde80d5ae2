"""A compiled kernel: values in, numbers or matrices out, every point with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol
from sympy.core.function import AppliedUndef

from planar.codegen.build import build
from planar.codegen.compiled import Library
from planar.codegen.layout import Layout
from planar.codegen.printers.c_module import c_module
from planar.codegen.printers.jax_module import jax_module
from planar.codegen.printers.numba_module import numba_module
from planar.codegen.printers.numpy_module import derivative_module, numpy_module
from planar.equivalent import NEAR, Equivalent
from planar.errors import BranchError, PlanarError, ShapeError
from planar.expression.values import Spectrum, Values, resolve

__all__ = ["BACKENDS", "Kernel", "Solution", "compile_kernel", "kernel_source"]

PRINTERS = {"numpy": numpy_module, "numba": numba_module, "c": c_module, "jax": jax_module}
BACKENDS = tuple(PRINTERS)
EXTRAS = {"numpy": "", "jax": "jax", "c": "c", "numba": "fast"}
Array = NDArray[Any]
_CHUNK = 1 << 22
_CACHED = 1 << 19
Piece = tuple[Any, dict[str, Any], Any, Any]


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
    _library: Library | None = field(repr=False, compare=False, default=None)

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
        resolved = resolve(equivalent.letters, equivalent.laws, equivalent.scalars, values, equivalent.commuting)
        plan = self._plan
        shape, basis, inputs, sizes, data = self._module["prepare"](**_keywords(plan, resolved))
        names = [plan.names[s] for s in plan.symbols]
        near = {} if start is None else {k: np.asarray(v) for k, v in start.items()}
        if not _is_grid([inputs[n] for n in names], shape):
            inputs = {k: np.broadcast_to(v, shape).reshape(-1) if k in names and shape else v for k, v in inputs.items()}
            near = {k: np.broadcast_to(v, shape).reshape(-1) for k, v in near.items()}
        parts: list[Any] = []
        for here in _pieces(shape, inputs, names, data, equivalent.target.shape is not None):
            some = {k: _taken(v, here) if k in names else v for k, v in inputs.items()}
            begin = None if start is None else {k: _taken(v, here) for k, v in near.items()}
            parts.append(self._piece(some, sizes, data, begin))
        inner = () if equivalent.target.shape in (None, (1, 1)) else tuple(np.shape(parts[0][0])[-2:])
        value = _rotated(plan, _assembled([p[0] for p in parts], shape, inner), basis)
        named = {k: _assembled([p[1][k] for p in parts], shape) for k in parts[0][1]}
        return Solution(value, named, *(_assembled([p[k] for p in parts], shape) for k in (2, 3)))

    def gradient(self, values: Mapping[Any, Any], *symbols: Symbol) -> dict[Symbol, Any]:
        """Derivatives of the value in scalar ``symbols`` (all by default) at every point, by the implicit function theorem.

        Exact up to rounding: Jacobians are derived, not differenced. Raises like the kernel itself. In eigenvalues and
        matrices the JAX module differentiates.
        """
        wanted = symbols or self.equivalent.scalars
        unknown = [s for s in wanted if s not in self.equivalent.scalars]
        if unknown:
            known = ", ".join(map(str, self.equivalent.scalars)) or "none"
            raise PlanarError(f"no derivative in {unknown[0]}: the scalars of this equivalent are {known}.")
        solution = self.solve(values)
        if not solution.good.all():
            raise BranchError(self._failure(values, solution))
        plan, equivalent = self._plan, self.equivalent
        resolved = resolve(equivalent.letters, equivalent.laws, equivalent.scalars, values, equivalent.commuting)
        module: dict[str, Any] = {}
        text = derivative_module(build(self.equivalent), plan, tuple(plan.names[s.name] for s in wanted))
        exec(compile(text, "<planar derivative>", "exec"), module)
        shape, basis, inputs, sizes, data = module["prepare"](**_keywords(plan, resolved))
        inputs = {k: np.broadcast_to(v, shape) for k, v in inputs.items()}
        named, found = {k: np.asarray(v) for k, v in solution.named.items()}, {}
        for s in wanted:
            change = np.asarray(module[f"derivative_in_{plan.names[s.name]}"](inputs, sizes, named, data))
            inner = () if self.equivalent.target.shape is None else change.shape[-2:]
            value = _rotated(plan, np.broadcast_to(change, shape + inner), basis)
            found[s] = value[..., 0, 0] if self.equivalent.target.shape == (1, 1) else value[()]
        return found

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
        after = replace(after, gamma=np.where(grows, np.inf, before.gamma))
        return self._compared(after, far, base, values, zeros)

    def _compared(self, at: Solution, far: Solution, base: Kernel, values: Mapping[Any, Any], zeros: list[Symbol]) -> Solution:
        """The limit beside its extrapolation from small parameters, which takes its place where the formula says 0/0.

        0/0 in floating point may look like a number. What is extrapolated is done once more from ten times as far.
        """
        f = [base.solve({**values, **dict.fromkeys(zeros, x * NEAR)}).value for x in (0.02, 0.04, 0.2, 0.4)]
        value, check = 2 * f[0] - f[1], 2 * f[2] - f[3]
        axes = tuple(range(at.residual.ndim, value.ndim))
        gap, off, size = (np.abs(x).max(axis=axes) for x in (value - check, value - at.value, far.value))
        lost = ~(off <= 10 * gap + 1e-6 * size)
        inner = lost.reshape(lost.shape + (1,) * len(axes))
        doubt = np.where(gap < 1e-4 * size, 0.0, np.inf)
        return replace(at, value=np.where(inner, value, at.value), residual=np.where(lost, doubt, at.residual))

    def _piece(self, inputs: dict[str, Any], sizes: Any, data: Any, start: dict[str, Array] | None) -> Piece:
        axes = {np.shape(v) for v in inputs.values()} - {()}
        if self._library is not None and all(len(p) == 1 for p in axes):
            return self._compiled(inputs, sizes, data, start)
        try:
            with np.errstate(all="ignore"):
                named, residual, gamma = self._module["solve"](inputs, sizes, data, start)
                points = np.broadcast_shapes(*(np.shape(v) for v in (*inputs.values(), *named.values(), residual, gamma)))
                value = np.asarray(self._module["right_side"](inputs, sizes, named, data))
        except np.linalg.LinAlgError as error:
            raise BranchError(
                f"`{self.equivalent.lhs}` has no value here: a matrix of the iteration is singular ({error}); move the "
                "parameters away from the spectrum (a larger positive shift, or an imaginary part)."
            ) from None
        inner = () if self.equivalent.target.shape is None else value.shape[-2:]
        value = np.broadcast_to(value, points + inner)
        if self.equivalent.target.shape == (1, 1):
            value = value[..., 0, 0]
        known = {k: np.broadcast_to(v, points) for k, v in named.items()}
        return value, known, np.broadcast_to(residual, points), np.broadcast_to(gamma, points)

    def _compiled(self, inputs: dict[str, Any], sizes: Any, data: Any, start: dict[str, Array] | None) -> Piece:
        assert self._library is not None
        count = max([int(np.size(v)) for v in inputs.values()] or [1])
        names = self._library.program.named
        begin = None if start is None else [start[n] for n in names]
        named, value, residual, gamma = self._library(count, list(inputs.values()), sizes, data, begin)
        real = not any(np.iscomplexobj(x) for x in (*inputs.values(), *data)) and np.iscomplexobj(value)
        if real and not np.any(value.imag):
            value, named = value.real, named.real
        if all(np.ndim(v) == 0 for v in inputs.values()):
            named, value, residual, gamma = named[:, 0], value[0], residual[0], gamma[0]
        if self.equivalent.target.shape == (1, 1):
            value = value[..., 0, 0]
        return value, dict(zip(names, named, strict=True)), residual, gamma

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
        names = " and ".join(str(s) for s, _ in self.equivalent.limits)
        if self.equivalent.near is not None and np.isinf(gamma):
            return f"`{self.equivalent.lhs}` grows without bound as {names} -> 0 at these values; multiply it by {names}."
        if self.equivalent.near is not None and np.isinf(residual):
            return (
                f"`{self.equivalent.lhs}` is 0/0 at {names} = 0 for these values, an interpolation threshold perhaps; "
                f"give {names} a small value, or other sizes."
            )
        found = f"gamma(R, R*) = {gamma:.3g} is not below 1" if not gamma < 1 else f"a residual of {residual:.1e} is left"
        where = ", ".join(parts) or "these values"
        return (
            f"no solution on the physical branch at {where}: {found}, so the spectral parameter lies on the spectrum or too "
            "near to its edge; move it away (a larger positive shift, or an imaginary part)."
        )


def kernel_source(equivalent: Equivalent, backend: str = "numpy") -> str:
    """The module's text for one backend; raises ``PlanarError`` where a law has no numbers."""
    refuse(equivalent, backend)
    return PRINTERS[backend](build(equivalent), Layout(equivalent))


def refuse(equivalent: Equivalent, backend: str) -> None:
    """Raises ``PlanarError`` for an unknown backend, and where a law has no numbers."""
    if backend not in BACKENDS:
        raise PlanarError(f"there is no backend {backend!r}; this version has {', '.join(BACKENDS)}.")
    open_ = sorted({str(f.func) for d in (*equivalent.definitions, *equivalent.named) for f in d.expr.atoms(AppliedUndef)})
    if open_:
        law = open_[0].removeprefix("R_")
        raise PlanarError(
            f"no numbers without a law: the R-transform of {law} is unspecified; declare {law} with r_transform=..., "
            "cumulants=... or spectrum=..."
        )


def compile_kernel(equivalent: Equivalent, backend: str = "numpy") -> Kernel:
    """The kernel of an equivalent for one backend."""
    refuse(equivalent, backend)
    program, plan = build(equivalent), Layout(equivalent)
    text = PRINTERS[backend](program, plan)
    python = numpy_module(program, plan) if backend == "c" else text
    module: dict[str, Any] = {"__name__": "planar_kernel"}
    try:
        exec(compile(python, "<planar kernel>", "exec"), module)
    except ImportError as error:
        raise PlanarError(f'the backend {backend!r} needs {error.name}: pip install "planar-rmt[{EXTRAS[backend]}]".') from None
    return Kernel(equivalent, backend, text, module, plan, Library(program, text) if backend == "c" else None)


def _is_grid(scalars: list[Array], shape: tuple[int, ...]) -> bool:
    """Whether some scalars vary along other axes than others, so that traces of both are matrix products."""
    return len(shape) > 1 and any(1 < np.size(x) < int(np.prod(shape)) for x in scalars)


def _pieces(shape: tuple[int, ...], inputs: Any, names: list[str], data: Any, matrix: bool) -> list[slice]:
    """Parts of the first axis of points that fit into memory."""
    if not shape:
        return [slice(None)]
    grid = _is_grid([inputs[n] for n in names], shape)
    count = shape[0] if grid else int(np.prod(shape))
    held = int(np.prod(shape)) // max(count, 1) if matrix else 1
    size = max([np.size(x) for x in data] or [1]) * held
    step = max(1, (_CHUNK if grid or max([np.ndim(x) for x in data] or [0]) > 1 else _CACHED) // size)
    return [slice(i, i + step) for i in range(0, count, step)] or [slice(0, 0)]


def _taken(x: Any, here: slice) -> Any:
    return x[here] if np.ndim(x) and (np.shape(x)[0] != 1 or here.start in (None, 0)) and np.shape(x)[0] > 1 else x


def _assembled(parts: list[Array], shape: tuple[int, ...], inner: tuple[int, ...] = ()) -> Array:
    """Values of the pieces as one array over all points."""
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return whole.reshape(shape + inner) if whole.size == int(np.prod(shape + inner)) else np.broadcast_to(whole, shape + inner)


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
    if basis is None or plan.spectral is None or plan.equivalent.target.shape is None:
        return value
    size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
    rows, cols = plan.equivalent.rhs.shape
    value = basis @ value if rows == size else value
    return value @ basis.T if cols == size else value
