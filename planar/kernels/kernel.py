"""A compiled kernel: values in, numbers or matrices out, every point with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol
from sympy.core.function import AppliedUndef

from planar.derivation.equivalent import Equivalent
from planar.expression.values import Values, resolve
from planar.foundations.errors import BranchError, PlanarError
from planar.kernels.c_library import Library
from planar.kernels.continuation import continued
from planar.kernels.inputs import entries, keywords, largest
from planar.kernels.policy import POLICY
from planar.kernels.printers.c_module import c_module
from planar.kernels.printers.jax_module import jax_module
from planar.kernels.printers.numba_module import numba_module
from planar.kernels.printers.numpy_module import derivative_module, numpy_module
from planar.kernels.program.build import build
from planar.kernels.program.layout import Layout
from planar.kernels.program.planning import planned
from planar.kernels.solution import Solution

__all__ = ["BACKENDS", "Kernel", "Solution", "compile_kernel", "kernel_source"]

PRINTERS = {"numpy": numpy_module, "numba": numba_module, "c": c_module, "jax": jax_module}
BACKENDS = tuple(PRINTERS)
EXTRAS = {"numpy": "", "jax": "jax", "c": "c", "numba": "fast"}
Array = NDArray[Any]
_CHUNK = 1 << 22
_CACHED = 1 << 19
Piece = tuple[Any, dict[str, Any], Any, Any]


@dataclass(frozen=True)
class Kernel:
    """``kernel(values)`` evaluates the right-hand side; scalars may be arrays and broadcast."""

    equivalent: Equivalent = field(repr=False)
    backend: str
    source: str = field(repr=False)
    _module: dict[str, Any] = field(repr=False, compare=False)
    _plan: Layout = field(repr=False, compare=False)
    _library: Library | None = field(repr=False, compare=False, default=None)
    _dense: frozenset[str] = field(repr=False, compare=False, default=frozenset())
    _whole: bool = field(repr=False, compare=False, default=False)
    _others: dict[frozenset[str], Kernel] = field(repr=False, compare=False, default_factory=dict)

    def __call__(
        self, values: Mapping[Any, Any], *, on_failure: Literal["raise", "nan"] = "raise"
    ) -> Any:
        """The value at every point. Points off the physical branch raise ``BranchError``, or are
        NaN on request.
        """
        if on_failure not in ("raise", "nan"):
            raise PlanarError(f'on_failure is "raise" or "nan", got {on_failure!r}.')
        solution = self.solve(values)
        good = solution.good
        if not good.all():
            if on_failure == "raise":
                raise BranchError(self._failure(values, solution))
            bad = np.broadcast_to(
                ~good.reshape(good.shape + (1,) * (solution.value.ndim - good.ndim)),
                solution.value.shape,
            )
            return np.where(bad, np.nan, solution.value)[()]
        return solution.value[()]

    def solve(
        self, values: Mapping[Any, Any], *, start: Mapping[str, Array] | None = None
    ) -> Solution:
        """Values, named quantities and evidence, whether good or not.

        ``start`` is the ``named`` of a solution at neighbouring points, one each; Newton alone
        continues from there.
        """
        equivalent = self.equivalent
        if equivalent.near is not None and start is None:
            return self._continued(equivalent.near, values)
        resolved = resolve(
            equivalent.letters, equivalent.laws, equivalent.scalars, values, equivalent.commuting
        )
        return self._fitting(resolved)._solved(resolved, start)

    def identifier(self, symbol: Symbol) -> str:
        """The name of a defined quantity in ``Solution.named``."""
        return self._plan.bound[symbol]

    def _fitting(self, resolved: Values) -> Kernel:
        """The kernel of what is diagonal among the values: their traces are means over the
        spectrum, without matrices.
        """
        found = frozenset(k for k, v in resolved.matrices.items() if np.ndim(entries(v)) == 1)
        if not any(self._plan.names[k] in self._dense for k in found):
            return self
        if found not in self._others:
            shapes = {q.name: q.shape for q in self.equivalent.letters}
            first = planned(self.equivalent, found).spectral
            here = frozenset(k for k in found if first in found and shapes[k] == shapes[first])
            useful = first is not None and planned(self.equivalent, here).spectral == first
            self._others[found] = (
                compile_kernel(self.equivalent, self.backend, here) if useful else self
            )
        return self._others[found]

    def _solved(self, resolved: Values, start: Mapping[str, Array] | None) -> Solution:
        plan, equivalent = self._plan, self.equivalent
        shape, basis, inputs, sizes, data = self._module["prepare"](
            **keywords(self._plan, resolved, whole=self._whole)
        )
        names = [plan.names[s] for s in plan.symbols]
        near = {} if start is None else {k: np.asarray(v) for k, v in start.items()}
        if not _is_grid([inputs[n] for n in names], shape):
            inputs = {
                k: np.broadcast_to(v, shape).reshape(-1) if k in names and shape else v
                for k, v in inputs.items()
            }
            near = {k: np.broadcast_to(v, shape).reshape(-1) for k, v in near.items()}
        parts: list[Any] = []
        for here in _pieces(shape, inputs, names, data, equivalent.target.shape is not None):
            some = {k: _taken(v, here) if k in names else v for k, v in inputs.items()}
            begin = None if start is None else {k: _taken(v, here) for k, v in near.items()}
            parts.append(self._piece(some, sizes, data, begin))
        inner = (
            () if equivalent.target.shape in (None, (1, 1)) else tuple(np.shape(parts[0][0])[-2:])
        )
        value = _rotated(plan, _assembled([p[0] for p in parts], shape, inner), basis)
        named = {k: _assembled([p[1][k] for p in parts], shape) for k in parts[0][1]}
        return Solution(value, named, *(_assembled([p[k] for p in parts], shape) for k in (2, 3)))

    def gradient(self, values: Mapping[Any, Any], *symbols: Symbol) -> dict[Symbol, Any]:
        """Derivatives of the value in scalar ``symbols`` (all by default) at every point, by the
        implicit function theorem.

        Exact up to rounding: Jacobians are derived, not differenced. Raises like the kernel itself.
        In eigenvalues and matrices the JAX module differentiates.
        """
        wanted = symbols or self.equivalent.scalars
        unknown = [s for s in wanted if s not in self.equivalent.scalars]
        if unknown:
            known = ", ".join(map(str, self.equivalent.scalars)) or "none"
            raise PlanarError(
                f"no derivative in {unknown[0]}: the scalars of this equivalent are {known}."
            )
        solution = self.solve(values)
        if not solution.good.all():
            raise BranchError(self._failure(values, solution))
        equivalent = self.equivalent
        resolved = resolve(
            equivalent.letters, equivalent.laws, equivalent.scalars, values, equivalent.commuting
        )
        fitting, module = self._fitting(resolved), dict[str, Any]()
        plan = fitting._plan
        text = derivative_module(build(plan), plan, tuple(plan.names[s.name] for s in wanted))
        exec(compile(text, "<planar derivative>", "exec"), module)
        shape, basis, inputs, sizes, data = module["prepare"](
            **keywords(plan, resolved, whole=fitting._whole)
        )
        inputs = {k: np.broadcast_to(v, shape) for k, v in inputs.items()}
        named, found = {k: np.asarray(v) for k, v in solution.named.items()}, {}
        for s in wanted:
            change = np.asarray(
                module[f"derivative_in_{plan.names[s.name]}"](inputs, sizes, named, data)
            )
            inner = () if self.equivalent.target.shape is None else change.shape[-2:]
            value = _rotated(plan, np.broadcast_to(change, shape + inner), basis)
            found[s] = value[..., 0, 0] if self.equivalent.target.shape == (1, 1) else value[()]
        return found

    def _continued(self, near: Equivalent, values: Mapping[Any, Any]) -> Solution:
        """A limit to zero, on the branch to which the solution at small parameters leads."""
        zeros = [symbol for symbol, point in self.equivalent.limits if point == 0]
        base = compile_kernel(near, self.backend)
        sizes = [largest(v) for k, v in values.items() if k in self.equivalent.letters]
        varying = tuple(
            self._plan.bound[d.symbol]
            for d in self._plan.definitions
            if d not in self._plan.constants
        )
        return continued(
            lambda x: self._renamed(base, base.solve({**values, **dict.fromkeys(zeros, x)})),
            lambda start: self.solve(values, start=start),
            max(sizes, default=1.0),
            varying,
        )

    def _renamed(self, base: Kernel, solution: Solution) -> Solution:
        """A solution of the kernel before the limit, its quantities under the names that they have
        here.

        An unknown that it does not hold has no number.
        """
        plan, nothing = self._plan, np.full(solution.residual.shape, np.nan)
        known = {
            d.quantity: solution.named[base._plan.bound[d.symbol]] for d in base._plan.definitions
        }
        found = {plan.bound[d.symbol]: nothing for d in plan.unknowns if d.symbol not in plan.leads}
        found |= {
            plan.bound[d.symbol]: known[d.quantity] for d in plan.definitions if d.quantity in known
        }
        return replace(solution, named=found)

    def _piece(
        self, inputs: dict[str, Any], sizes: Any, data: Any, start: dict[str, Array] | None
    ) -> Piece:
        axes = {np.shape(v) for v in inputs.values()} - {()}
        if self._library is not None and all(len(p) == 1 for p in axes):
            return self._compiled(inputs, sizes, data, start)
        try:
            with np.errstate(all="ignore"):
                named, residual, gamma = self._module["solve"](inputs, sizes, data, start)
                points = np.broadcast_shapes(
                    *(np.shape(v) for v in (*inputs.values(), *named.values(), residual, gamma))
                )
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

    def _compiled(
        self, inputs: dict[str, Any], sizes: Any, data: Any, start: dict[str, Array] | None
    ) -> Piece:
        assert self._library is not None
        count = max([int(np.size(v)) for v in inputs.values()] or [1])
        names = self._library.program.named
        begin = None if start is None else [start.get(n, np.array(np.nan)) for n in names]
        named, value, residual, gamma = self._library(
            count, list(inputs.values()), sizes, data, begin
        )
        real = not any(np.iscomplexobj(x) for x in (*inputs.values(), *data)) and np.iscomplexobj(
            value
        )
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
        if POLICY.on_branch(residual, gamma):
            return (
                f"the formula is 0/0 at {', '.join(parts)}: a divided difference of R meets equal arguments; write one symbol "
                "for equal parameters, or give the law by spectrum=..., cumulants=... or a rational r_transform."
            )
        names = " and ".join(str(s) for s, _ in self.equivalent.limits)
        if self.equivalent.near is not None and np.isinf(gamma):
            return f"`{self.equivalent.lhs}` grows without bound as {names} -> 0 at these values; multiply it by {names}."
        if self.equivalent.near is not None and np.isnan(residual):
            return (
                f"the branch of `{self.equivalent.lhs}` does not settle as {names} -> 0 at these values, an interpolation "
                f"threshold perhaps or eigenvalues next to zero; give {names} a small value, or set these eigenvalues to 0."
            )
        if self.equivalent.near is not None and np.isinf(residual):
            return (
                f"`{self.equivalent.lhs}` is 0/0 at {names} = 0 for these values, an interpolation threshold perhaps; "
                f"give {names} a small value, or other sizes."
            )
        found = (
            f"gamma(R, R*) = {gamma:.3g} is not below 1"
            if not gamma < 1
            else f"a residual of {residual:.1e} is left"
        )
        where = ", ".join(parts) or "these values"
        return (
            f"no solution on the physical branch at {where}: {found}, so the spectral parameter lies on the spectrum or too "
            "near to its edge; move it away (a larger positive shift, or an imaginary part)."
        )


def kernel_source(equivalent: Equivalent, backend: str = "numpy") -> str:
    """The module's text for one backend; raises ``PlanarError`` where a law has no numbers."""
    refuse(equivalent, backend)
    plan = planned(equivalent)
    return PRINTERS[backend](build(plan), plan)


def refuse(equivalent: Equivalent, backend: str) -> None:
    """Raises ``PlanarError`` for an unknown backend, and where a law has no numbers."""
    if backend not in BACKENDS:
        raise PlanarError(
            f"there is no backend {backend!r}; this version has {', '.join(BACKENDS)}."
        )
    open_ = {
        str(f.func)
        for d in (*equivalent.definitions, *equivalent.named)
        for f in d.expr.atoms(AppliedUndef)
    }
    for law in sorted(law.name for law in equivalent.laws if f"R_{law.name}" in open_):
        raise PlanarError(
            f"no numbers without a law: the R-transform of {law} is unspecified; declare {law} with r_transform=..., "
            "cumulants=... or spectrum=..."
        )


def compile_kernel(
    equivalent: Equivalent, backend: str = "numpy", diagonal: frozenset[str] = frozenset()
) -> Kernel:
    """The kernel of an equivalent for one backend, and for values that are ``diagonal`` for these
    letters.
    """
    refuse(equivalent, backend)
    plan = planned(equivalent, diagonal)
    program = build(plan)
    text = PRINTERS[backend](program, plan)
    python = numpy_module(program, plan) if backend == "c" else text
    module: dict[str, Any] = {"__name__": "planar_kernel"}
    try:
        exec(compile(python, "<planar kernel>", "exec"), module)
    except ImportError as error:
        raise PlanarError(
            f'the backend {backend!r} needs {error.name}: pip install "planar-rmt[{EXTRAS[backend]}]".'
        ) from None
    library = Library(program, text) if backend == "c" else None
    dense = frozenset(d.name for d in program.data if d.kind == "m")
    return Kernel(equivalent, backend, text, module, plan, library, dense, program.whole)


def _is_grid(scalars: list[Array], shape: tuple[int, ...]) -> bool:
    """Whether some scalars vary along other axes than others, so that traces of both are matrix
    products.
    """
    return len(shape) > 1 and any(1 < np.size(x) < int(np.prod(shape)) for x in scalars)


def _pieces(
    shape: tuple[int, ...], inputs: Any, names: list[str], data: Any, matrix: bool
) -> list[slice]:
    """Parts of the first axis of points that fit into memory."""
    if not shape:
        return [slice(None)]
    grid = _is_grid([inputs[n] for n in names], shape)
    count = shape[0] if grid else int(np.prod(shape))
    held = int(np.prod(shape)) // max(count, 1) if matrix else 1
    size = max([np.size(x) for x in data] or [1]) * held
    step = max(
        1, (_CHUNK if grid or max([np.ndim(x) for x in data] or [0]) > 1 else _CACHED) // size
    )
    return [slice(i, i + step) for i in range(0, count, step)] or [slice(0, 0)]


def _taken(x: Any, here: slice) -> Any:
    return (
        x[here]
        if np.ndim(x) and (np.shape(x)[0] != 1 or here.start in (None, 0)) and np.shape(x)[0] > 1
        else x
    )


def _assembled(parts: list[Array], shape: tuple[int, ...], inner: tuple[int, ...] = ()) -> Array:
    """Values of the pieces as one array over all points."""
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return (
        whole.reshape(shape + inner)
        if whole.size == int(np.prod(shape + inner))
        else np.broadcast_to(whole, shape + inner)
    )


def _rotated(plan: Layout, value: Array, basis: Array | None) -> Array:
    if basis is None or plan.spectral is None or plan.equivalent.target.shape is None:
        return value
    size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
    rows, cols = plan.equivalent.rhs.shape
    value = basis @ value if rows == size else value
    return value @ basis.T if cols == size else value
