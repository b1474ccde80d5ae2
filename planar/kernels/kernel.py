"""A compiled kernel: values in, numbers or matrices out, every point with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.namesakes import by_own_symbols
from planar.expression.tree import identity_sizes
from planar.expression.values import Values, resolve
from planar.foundations.errors import BranchError, PlanarError
from planar.kernels.backends.registry import refuse
from planar.kernels.beside_axis import beside_axis
from planar.kernels.continuation import at_limit, continued
from planar.kernels.failures import failure
from planar.kernels.gradients import derivatives, differentiated
from planar.kernels.inputs import largest
from planar.kernels.loading import Loaded, loaded
from planar.kernels.pieces import assembled, flattened, taken
from planar.kernels.program.layout import Layout
from planar.kernels.solution import Solution
from planar.kernels.variants import Character, Variant, character, fitted

__all__ = ["Kernel", "compile_kernel"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Kernel:
    """A compiled equivalent: ``kernel(values)`` evaluates its right-hand side.

    ``eq.compile(backend)`` makes one. Scalars may be arrays, which broadcast against each other:
    their shape is that of the points.

    Attributes
    ----------
    equivalent : Equivalent
        The formula that is evaluated.
    backend : str
        ``"numpy"``, ``"numba"``, ``"c"`` or ``"jax"``.
    source : str
        The text of the module that was compiled, as ``eq.source(backend)`` gives it.

    Examples
    --------
    >>> import numpy as np
    >>> import planar
    >>> from sympy import Symbol
    >>> N, P = planar.dims("N P")
    >>> lam = Symbol("lambda", positive=True)
    >>> eq = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
    >>> kernel = eq.compile()
    >>> kernel({N: 100, P: 200, lam: np.array([1.0, 2.0])}).round(4)
    array([0.5616, 0.3508])
    """

    equivalent: Equivalent = field(repr=False)
    backend: str
    source: str = field(repr=False)
    _code: Loaded = field(repr=False, compare=False)
    _others: dict[Character, Kernel] = field(repr=False, compare=False, default_factory=dict)

    def __call__(
        self, values: Mapping[Any, Any], *, on_failure: Literal["raise", "nan"] = "raise"
    ) -> Any:
        """The value at every point.

        Parameters
        ----------
        values : Mapping
            A number or an array of numbers for every scalar, an array or a ``planar.spectrum`` for
            every deterministic letter, and an integer for every dimension that no array
            determines, by their symbols.
        on_failure : {"raise", "nan"}
            What happens at points off the physical branch: an error, which is the default, or NaN.

        Returns
        -------
        number or numpy.ndarray
            Numbers at the points, or matrices along the last two axes.

        Raises
        ------
        BranchError
            Where a point is off the physical branch, unless it is NaN on request.
        ShapeError, ValueMissing
            Where ``values`` do not fit together, or one is missing.
        PlanarError
            Where ``on_failure`` is something else.
        """
        if on_failure not in ("raise", "nan"):
            raise PlanarError(f'on_failure is "raise" or "nan", got {on_failure!r}.')
        values = by_own_symbols(values, self.equivalent.problem.symbols)
        solution = self.solve(values)
        good, value = solution.good, solution.value
        if good.all():
            return value[()]
        if on_failure == "raise":
            raise BranchError(failure(self.equivalent, values, solution, self._plainly))
        inner = (1,) * (value.ndim - good.ndim)
        bad = np.broadcast_to(~good.reshape(good.shape + inner), value.shape)
        return np.where(bad, np.nan, value)[()]

    def solve(
        self, values: Mapping[Any, Any], *, start: Mapping[str, Array] | None = None
    ) -> Solution:
        """Values, named quantities and evidence at every point, whether good or not.

        Parameters
        ----------
        values : Mapping
            As the kernel itself takes them.
        start : Mapping of str to numpy.ndarray, optional
            The ``named`` of a solution at neighbouring points, one for each point; Newton alone
            continues from there. By default the iteration from R(0) chooses the branch.

        Returns
        -------
        Solution
            The value and the named quantities, each point with its evidence.

        Raises
        ------
        ShapeError, ValueMissing
            Where ``values`` do not fit together, or one is missing.
        BranchError
            Where a matrix of the iteration is singular.
        """
        values = by_own_symbols(values, self.equivalent.problem.symbols)
        if self.equivalent.near is not None and start is None:
            return self._continued(values)
        if start is not None:
            resolved = self._resolved(values)
            return self._fitting(resolved)._solved(resolved, start)
        solution = self._plainly(values)
        return beside_axis(self.equivalent, values, solution, self._plainly)

    def gradient(self, values: Mapping[Any, Any], *symbols: Symbol) -> dict[Symbol, Any]:
        """Derivatives of the value at every point, by the implicit function theorem.

        They are exact up to rounding: Jacobians are derived, not differenced. In eigenvalues and
        matrices the JAX module differentiates.

        Parameters
        ----------
        values : Mapping
            As the kernel itself takes them.
        *symbols : Symbol
            The scalars in which to differentiate; all of the equivalent by default. Sizes of laws
            that no deterministic letter has, such as a number of samples, may be named too.

        Returns
        -------
        dict of Symbol to number or numpy.ndarray
            For each scalar a derivative of the shape of the value.

        Raises
        ------
        PlanarError
            Where a symbol is not a scalar of the equivalent, or something is not analytic.
        BranchError
            Where a point is off the physical branch.
        """
        values = by_own_symbols(values, self.equivalent.problem.symbols)
        scalars = differentiated(self.equivalent, symbols)
        solution = self.solve(values)
        if not solution.good.all():
            raise BranchError(failure(self.equivalent, values, solution, self._plainly))
        named = {k: np.asarray(v) for k, v in solution.named.items()}
        resolved = self._resolved(values)
        code = self._fitting(resolved)._code
        changes, basis = derivatives(code, scalars, resolved, named)
        rotated = {s: _rotated(code.plan, change, basis) for s, change in changes.items()}
        if self.equivalent.target.shape == (1, 1):
            return {s: change[..., 0, 0] for s, change in rotated.items()}
        return {s: change[()] for s, change in rotated.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        """As its equivalent and backend: compiled code is made again where it is needed."""
        plan = self._code.plan
        return compile_kernel, (self.equivalent, self.backend, plan.diagonal, plan.eigenbasis)

    def __deepcopy__(self, _: dict[int, Any]) -> Kernel:
        return self

    def __copy__(self) -> Kernel:
        return self

    def identifier(self, symbol: Symbol) -> str:
        """The name of a defined quantity in ``Solution.named``.

        Parameters
        ----------
        symbol : Symbol
            The symbol of one of the equivalent's definitions.

        Returns
        -------
        str
            The identifier that the module uses for it.
        """
        return self._code.plan.bound[symbol]

    def _resolved(self, values: Mapping[Any, Any]) -> Values:
        e, sizes = self.equivalent, self._code.plan.dimensions
        bare = identity_sizes(e.target)
        return resolve(e.letters, e.laws, e.scalars, values, e.commuting, sizes, bare)

    def _fitting(self, resolved: Values) -> Kernel:
        """The kernel whose code fits these values, made once for all of their character."""
        kind = character(self._code, resolved)
        if kind not in self._others:
            self._others[kind] = self._made_for(kind)
        return self._others[kind]

    def _made_for(self, kind: Character) -> Kernel:
        plan = self._code.plan
        own = Variant(self.backend, plan.diagonal, plan.eigenbasis)
        fit = own if kind == Character() else fitted(self.equivalent, own, kind)
        if fit == own:
            return self
        return compile_kernel(self.equivalent, fit.backend, fit.diagonal, fit.eigenbasis)

    def _plainly(self, values: Mapping[Any, Any]) -> Solution:
        resolved = self._resolved(values)
        return self._fitting(resolved)._solved(resolved, None)

    def _solved(self, resolved: Values, start: Mapping[str, Array] | None) -> Solution:
        """The solution with this kernel's own code, piece by piece."""
        code, target = self._code, self.equivalent.target
        inputs = code.inputs(resolved)
        near = {k: np.asarray(v) for k, v in (start or {}).items()}
        if not inputs.is_grid:
            inputs, near = inputs.flat, flattened(near, inputs.shape)
        parts = []
        for piece in inputs.pieces(matrix=target.shape is not None):
            begin = None if start is None else taken(near, piece)
            parts.append(code.solved(inputs.at(piece), begin))
        scalar = target.shape in (None, (1, 1))
        inner = () if scalar else tuple(np.shape(parts[0].value)[-2:])
        solution = assembled(parts, inputs.shape, inner)
        return replace(solution, value=_rotated(code.plan, solution.value, inputs.basis))

    def _continued(self, values: Mapping[Any, Any]) -> Solution:
        """A limit to zero, on the branch to which the solution at small parameters leads."""
        zeros = [symbol for symbol, point in self.equivalent.limits if point == 0]
        base = self._before
        sizes = [largest(v) for k, v in values.items() if k in self.equivalent.letters]
        plan, before = self._code.plan, base._code.plan

        def at(x: float, start: Mapping[str, Array] | None) -> Solution:
            return base.solve({**values, **dict.fromkeys(zeros, x)}, start=start)

        return continued(
            at,
            lambda solution: at_limit(plan, before, solution),
            lambda start: self.solve(values, start=start),
            max(sizes, default=1.0),
            stands=self.equivalent.derived is not None,
        )

    @cached_property
    def _before(self) -> Kernel:
        """The kernel of the equivalent before the last limit to zero, made once."""
        near = self.equivalent.near
        assert near is not None
        return compile_kernel(near, self.backend)


def compile_kernel(
    equivalent: Equivalent,
    backend: str = "numpy",
    diagonal: frozenset[str] = frozenset(),
    eigenbasis: bool = True,
) -> Kernel:
    """The kernel of an equivalent for one backend.

    It is for values that are ``diagonal`` for these letters; ``eigenbasis`` says whether a
    symmetric letter is taken to its own.
    """
    refuse(equivalent, backend)
    code = loaded(equivalent, backend, diagonal, eigenbasis=eigenbasis)
    return Kernel(equivalent, backend, code.text, code)


def _rotated(plan: Layout, value: Array, basis: Array | None) -> Array:
    """A value in the eigenbasis as a matrix in the basis that was given."""
    if basis is None or plan.spectral is None or plan.equivalent.target.shape is None:
        return value
    if np.ndim(value) < 2:  # a formula without any matrix: zero
        return value
    size = next(q.shape[0] for q in plan.equivalent.letters if q.name == plan.spectral)
    rows, columns = plan.equivalent.rhs.shape
    left = basis @ value if rows == size else value
    return left @ basis.T if columns == size else left
