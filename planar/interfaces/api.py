"""The user's object: an equivalent with its readers as methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from rich.text import Text
from sympy import Expr, Integer, Symbol

from planar.applications.asymptotics import ScalingLaw, scaling
from planar.applications.spectral import (
    Curve,
    Density,
    Support,
    curve,
    density,
    eigenvalues,
    support,
)
from planar.applications.spectral.resolvent_trace import spectral_symbol
from planar.derivation.calculus import at_infinity, at_zero, derivative, recognised, substituted
from planar.derivation.definitions import defined
from planar.derivation.derive import derive as derive_mute
from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Figure, Step, steps
from planar.diagrams import Diagram, count_diagrams
from planar.diagrams import diagrams as enumerate_diagrams
from planar.diagrams.walks import check_order
from planar.evidence.check.comparison import Comparison, compare, listed
from planar.evidence.check.verdict import Verdict
from planar.evidence.check.verdict import check as check_by_sampling
from planar.evidence.verify.certificate import Certificate, same_as_written
from planar.evidence.verify.certificate import verify as verify_exactly
from planar.evidence.verify.laurent import FormalError
from planar.evidence.verify.lines import CheckedLines, check_lines, same_lines
from planar.expression.example import example
from planar.expression.tree import Tree
from planar.formulas.naming import unused
from planar.formulas.symbols import scalar, unnormalised
from planar.foundations.errors import PlanarError, Ungraded
from planar.kernels.kernel import Kernel, compile_kernel, kernel_source
from planar.kernels.leading import led
from planar.writing.drawing import STYLE_BLOCK, tikz
from planar.writing.drawing.figure import picture
from planar.writing.latex import chalk, equations, steps_document
from planar.writing.latex.display import folded, shown_definitions, trace_names
from planar.writing.latex.document import PAGE
from planar.writing.report import Steps
from planar.writing.report import report as write_report

__all__ = ["DeterministicEquivalent", "derive"]


def derive(
    expression: Expr, *, commuting: Iterable[tuple[Any, Any]] = ()
) -> DeterministicEquivalent:
    """The deterministic equivalent of a rational expression in free random and deterministic
    matrices.

    ``expression`` is a SymPy matrix expression (sums, products, integer powers, nested inverses,
    transposes) or scalars times normalised traces ``tr(...)`` of such; ``commuting`` declares pairs
    of letters that commute. The result agrees with the expectation against bounded test matrices up
    to O(1/N).

    Source: "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
    arXiv 2502.05074.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> lam = symbols("lambda", positive=True)
    >>> A = planar.deterministic("A", N, positive=True)
    >>> print(planar.derive(planar.resolvent(A * planar.Wishart("W", N, P), lam)))
    (λ + A W)⁻¹ ≃ S (κ + A)⁻¹
      q = N/P
      κ = λ/(1 - q df₁(κ))
      df₁(κ) = tr[A (κ + A)⁻¹]
      S = κ/λ

    Raises ``PlanarError`` where the expression cannot be read or has no equivalent.
    """
    mute = derive_mute(expression, commuting=commuting)
    return DeterministicEquivalent(**{f.name: getattr(mute, f.name) for f in fields(mute)})


@dataclass(frozen=True, repr=False)
class DeterministicEquivalent(Equivalent):
    """A deterministic equivalent: formula, diagrams, certificate, kernel, sampling check, LaTeX.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> lam = symbols("lambda", positive=True)
    >>> A, W = planar.deterministic("A", N, positive=True), planar.Wishart("W", N, P)
    >>> eq = derive(planar.tr(planar.resolvent(A * W, lam)))
    >>> [str(d) for d in eq.diagrams(2)], eq.count_diagrams(5)
    (['q tr[A]²/λ³', 'tr[A²]/λ³'], 42)
    >>> bool(eq.verify(3)), bool(eq.verify_steps(2)), len(eq.steps)
    (True, True, 6)
    >>> values = {A: planar.spectrum([1.0, 2.0, 4.0]), P: 6, lam: 0.5}
    >>> print(round(eq.evaluate(values), 6), eq.compile()({**values, lam: [0.5, 1.0]}).round(6))
    0.584837 [0.584837 0.41955 ]
    >>> print(eq.support({A: planar.spectrum([1.0, 2.0]), P: 20}))
    [0.540376579, 1.33071109] and [1.35, 3.07891233]; edges to ..., mass 1.00000000
    >>> "align*" in eq.latex(), "import numpy" in eq.source()
    (True, True)
    """

    # -- the derivation
    # ----------------------------------------------------------------------------------------------

    @property
    def steps(self) -> Steps:
        """The derivation as data: each step with its title, its reason, the lines that it displays
        and its figures.

        A notebook shows it as the derivation that it is.
        """
        return Steps(self, steps(self))

    def verify_steps(self, order: int = 3, *, seed: int = 0) -> CheckedLines:
        """Every line of ``steps`` in exact arithmetic: identities of words, enumerated planar sums,
        series of equations.

        Of a limit the lines that lead to it are checked, the limit itself is no series.

        Raises ``TooLargeError`` where that takes too many diagrams, ``PlanarError`` where something
        is no formal series.
        """
        return _check_steps(self, self.steps, order, seed)

    def diagrams(self, order: int) -> Iterator[Diagram]:
        """The planar diagrams with this many random letters, lazily, each with weight and value.

        Raises ``TooLargeError``, with the number of diagrams, where there are too many to
        enumerate.
        """
        found = [
            enumerate_diagrams(tree, order, self.problem.notation, traced=self.target.shape is None)
            for tree in self._trees()
        ]
        return chain.from_iterable(found)

    def count_diagrams(self, order: int) -> int:
        """How many planar diagrams there are at one order."""
        return sum(count_diagrams(tree, order) for tree in self._trees())

    def _trees(self) -> list[Tree]:
        found = [tree for term in self.target.terms if (tree := term.whole) is not None]
        if len(found) < len(self.target.terms):
            raise PlanarError(
                "diagrams are drawn for one trace or one matrix at a time; derive the factors of a product singly."
            )
        return found

    def verify(self, order: int = 4, *, seed: int = 0) -> Certificate:
        """Exact certificate: the enumerated planar sum equals the series of the closed form, order
        by order.

        Small rational matrices stand for the deterministic letters and rationals for the ratios;
        true where all orders agree.
        """
        if self.limits:
            raise PlanarError(
                f"`{self.lhs}` in a limit has no series of diagrams; verify the equivalent before the limit."
            )
        try:
            return verify_exactly(self, order, seed=seed)
        except Ungraded:
            return self._verify_carried(order, seed)

    def _verify_carried(self, order: int, seed: int) -> Certificate:
        """Where no symbol can carry the orders: derive with eps before every random letter and
        verify that.

        The formula at hand must be that one at eps = 1, compared exactly for free values of every
        symbol.
        """
        carried, eps = _carried(self)
        one = {eps: Integer(1)}
        definitions = tuple(replace(d, expr=d.expr.xreplace(one)) for d in carried.definitions)
        if not same_as_written(
            self,
            replace(carried, rhs=carried.rhs.xreplace(one), definitions=definitions),
            seed=seed,
        ):
            raise Ungraded(
                f"cannot verify this formula for `{self.lhs}`: no symbol carries the orders, and it is not written as derived; "
                "put a scalar symbol beside each random letter that is inverted, for example resolvent(W, lam)."
            )
        return verify_exactly(carried, order, seed=seed)

    def restate(self, rhs: Expr, definitions: Mapping[Symbol, Expr]) -> DeterministicEquivalent:
        """The same expression with another formula, a published one say, to be compared, verified
        and checked.

        A definition is implicit where its expression holds its own symbol, or one that is defined
        through it.
        """
        expressions = {symbol: _given(expr) for symbol, expr in definitions.items()}
        own = next((s for s in expressions if s in self.problem.symbols), None)
        if own is not None:
            raise PlanarError(
                f"{own} is a symbol of `{self.lhs}` and takes a value; define another symbol."
            )
        derived = self.derived or self
        return replace(
            self,
            rhs=_given(rhs),
            definitions=recognised(defined(expressions), derived),
            derived=derived,
        )

    # -- equivalents from this one
    # -------------------------------------------------------------------------------------

    def subs(self, values: Mapping[Any, Any]) -> DeterministicEquivalent:
        """The equivalent of the expression with scalars, dimensions or letters replaced, all at
        once: it is derived again.
        """
        return derive(substituted(self.lhs, values), commuting=self.letter_pairs)

    def diff(self, symbol: Symbol) -> DeterministicEquivalent:
        """The equivalent of the derivative with respect to a scalar symbol.

        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> eq = derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
        >>> print(round(eq.diff(lam).evaluate({N: 100, P: 200, lam: 1.0}), 6))
        -0.348875
        """
        return derive(derivative(self.lhs, symbol), commuting=self.letter_pairs)

    def limit(self, symbol: Symbol, point: Any) -> DeterministicEquivalent:
        """The limit in a scalar (``lam -> 0`` from above, ``mu -> lam``) or of a dimension to
        infinity (``P -> oo``).

        Ridgeless on both sides of the interpolation threshold:

        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> A = planar.deterministic("A", N, positive=True)
        >>> print(derive(lam * planar.resolvent(A * planar.Wishart("W", N, P), lam)).limit(lam, 0))
        λ → 0: λ (λ + A W)⁻¹ ≃ κ (κ + A)⁻¹
          q = N/P
          κ = q κ df₁(κ)
          df₁(κ) = tr[A (κ + A)⁻¹]

        Raises ``PlanarError`` where the limit is infinite.
        """
        target = scalar(point)
        if target.is_infinite:
            return self._renewed(at_infinity(self, symbol))
        return self._renewed(at_zero(self, symbol)) if target == 0 else self.subs({symbol: target})

    def _renewed(self, mute: Equivalent) -> DeterministicEquivalent:
        return DeterministicEquivalent(**{f.name: getattr(mute, f.name) for f in fields(mute)})

    # -- numbers
    # -----------------------------------------------------------------------------------------------------

    def compile(self, backend: str = "numpy") -> Kernel:
        """A kernel: ``kernel(values)`` evaluates the formula, vectorised over the scalars;
        ``kernel.gradient`` its derivatives.

        ``backend`` is "numpy", "numba", "c" (compiled on demand) or "jax". Raises ``PlanarError``
        where a backend is not installed, or a law has no numbers.
        """
        return compile_kernel(self._led, backend)

    def source(self, backend: str = "numpy") -> str:
        """The text of a readable module (a C file for "c") that runs without planar; see
        ``compile`` for the backends.
        """
        return kernel_source(self._led, backend)

    def evaluate(self, values: Mapping[Any, Any]) -> Any:
        """The right-hand side for given letters, scalars and dimensions: an array, or a number for
        scalars.

        ``values`` maps letters to arrays (a symmetric one also to ``planar.spectrum(...)``), scalar
        symbols to numbers or arrays that broadcast, dimensions to integers where no array tells
        them. Computed from ``rhs`` and ``definitions`` alone.

        Raises ``ValueMissing``, ``ShapeError`` for bad values and ``BranchError`` on the spectrum.
        """
        return self._kernel(values)

    @cached_property
    def _led(self) -> Equivalent:
        """This equivalent, and where Newton starts for unknowns of the user's own."""
        return led(self)

    @cached_property
    def _kernel(self) -> Kernel:
        """The numpy kernel, made once."""
        return self.compile()

    def __getstate__(self) -> dict[str, Any]:
        """Without the kernel, which is code and is made again where it is needed."""
        return {
            name: value for name, value in vars(self).items() if name not in ("_kernel", "_led")
        }

    def check(
        self,
        values: Mapping[Any, Any],
        *,
        trials: int = 100,
        seed: int = 0,
        real: bool = False,
        executor: Executor | None = None,
    ) -> Verdict:
        """Monte Carlo check against sampled random matrices; true only where the verdict is
        "agree".
        """
        return check_by_sampling(
            self.target,
            self.laws,
            self.evaluate(values),
            values,
            trials=trials,
            seed=seed,
            real=real,
            executor=executor,
        )

    def example(
        self, size: int = 80, seed: int = 0, given: Mapping[Any, Any] | None = None
    ) -> dict[Any, Any]:
        """Values to try this with: a matrix for every letter, a number for every scalar and
        dimension, off the spectrum.

        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> eq = derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), symbols("lambda", positive=True))))
        >>> eq.example()
        {N: 80, P: 120, lambda: 0.3}
        >>> eq.check(eq.example()).verdict
        'agree'

        A positive letter is a Wishart matrix, a symmetric one a GOE matrix, any other square one 1
        + G/sqrt(n) with standard G, a vector has length near one; dimensions lie between ``size``
        and twice that, ranks are half of it. Values that are ``given`` stay, and the others fit
        them.
        """
        found = self.letters, self.laws, self.scalars, self.commuting
        return example(self.target, *found, self._tried, given or {}, size=size, seed=seed)

    def _tried(self, values: Mapping[Any, Any]) -> None:
        """Evaluate for the values, where a dimension is a list at its ends and its middle; an error
        says that some fail.
        """
        sizes = {key: grid for key, grid in listed(values).items() if key not in self.scalars}
        if not sizes:
            self.evaluate(values)
            return
        symbol, grid = next(iter(sizes.items()))
        for place in sorted({0, len(grid) // 2, len(grid) - 1}):
            self._tried({**values, symbol: grid[place].item()})

    def compare(
        self,
        values: Mapping[Any, Any],
        *,
        trials: int = 20,
        points: int = 9,
        seed: int = 0,
        real: bool = False,
        executor: Executor | None = None,
    ) -> Comparison:
        """Theory against experiment along the one scalar or dimension of ``values`` that is a list;
        ``planar.plot`` draws it.

        The equivalent is evaluated on the whole list, ``trials`` realisations are drawn at
        ``points`` of it; of a square matrix it is the normalised trace.

        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> eq = derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
        >>> found = eq.compare({N: 50, P: 100, lam: [0.01, 0.1, 1.0]})
        >>> bool((found.deviation < 0.02).all())
        True

        Raises ``ValueMissing`` where not exactly one of them is a list.
        """
        options: dict[str, Any] = {
            "trials": trials,
            "points": points,
            "seed": seed,
            "real": real,
            "executor": executor,
        }
        return compare(
            self.lhs, self.target, self.laws, self.scalars, self._along, values, **options
        )

    def _along(self, values: Mapping[Any, Any], symbol: Symbol, grid: Any) -> Any:
        """One number a point of a grid, of a matrix its normalised trace; as many points at once as
        memory bears.
        """
        kernel = self._kernel
        if symbol not in self.scalars:
            return np.array(
                [_traced(kernel({**values, symbol: x.item()}, on_failure="nan"), 0) for x in grid]
            )
        largest = max((np.size(x) for x in values.values()), default=1)
        step = max(1, 4_000_000 // largest)
        parts = [grid[i : i + step] for i in range(0, len(grid), step)]
        return np.concatenate(
            [_traced(kernel({**values, symbol: part}, on_failure="nan"), 1) for part in parts]
        )

    # -- the spectrum
    # ----------------------------------------------------------------------------------------------

    def density(self, grid: Any, values: Mapping[Any, Any] | None = None) -> Density:
        """The spectral density on a grid of reals of the X in ``derive(tr(resolvent(X, lam)))``,
        every point with evidence.

        ``values`` are those of ``evaluate`` without the parameter of the resolvent. See
        ``planar.applications.spectral``.
        """
        return density(self._led, grid, values)

    @property
    def spectral_symbol(self) -> Symbol:
        """The lam of ``derive(tr(resolvent(X, lam)))``, minus which is the place in the spectrum of
        X.

        Raises ``SpectralError`` where this is not the trace of one resolvent.
        """
        return spectral_symbol(self, {})

    def eigenvalues(
        self,
        values: Mapping[Any, Any] | None = None,
        *,
        trials: int = 10,
        seed: int = 0,
        real: bool = False,
    ) -> Any:
        """Eigenvalues of that X in sampled realisations, one row a trial, to lay beside the density
        in ``planar.plot``.
        """
        return eigenvalues(self, values, trials=trials, seed=seed, real=real)

    def curve(self, values: Mapping[Any, Any] | None = None) -> Curve:
        """The algebraic curve P(m, lam) = 0 of such a trace where all is polynomial; it knows its
        edges and atoms.
        """
        return curve(self._led, values)

    def support(
        self, values: Mapping[Any, Any] | None = None, *, atoms: Iterable[float] = (0.0,)
    ) -> Support:
        """Edges of the support and atoms of such a spectrum, located numerically; ``atoms`` are
        places to look at.
        """
        return support(self._led, values, atoms=atoms)

    # -- scaling laws
    # ------------------------------------------------------------------------------------------------

    def scaling(
        self,
        values: Mapping[Any, Any],
        *,
        at: Mapping[Symbol, Any] | None = None,
        times: Mapping[Symbol, Any] | None = None,
    ) -> ScalingLaw:
        """The power law of a number in one large parameter, when letters are powers of the mode k:
        exponent and coefficient.

        ``values`` gives letters as powers of one symbol k, the mode k = 1, 2, ..., scalars and
        dimensions as powers of another, n; ``at`` values for symbols that stand in exponents, at
        one point of the regime that is asked for; ``times`` takes frequencies to times. Exponents
        come by dominant balance from the formula itself.

        The error of ridgeless regression falls as P^(-2 alpha r), while r < 1:

        >>> import planar
        >>> from sympy import Rational, symbols
        >>> N, P = planar.dims("N P")
        >>> k, n, lam, alpha, r = symbols("k n lambda alpha r", positive=True)
        >>> R, w = planar.deterministic("R", N, positive=True), planar.deterministic("w", N, 1)
        >>> left = planar.resolvent(R * planar.Wishart("W", N, P) * R, lam)
        >>> risk = derive(lam**2 * w.T * left * R * R * left * w)
        >>> values = {R: k**(-alpha/2), w: k**((alpha - 1 - 2*alpha*r)/2), P: n, lam: n**-9}
        >>> law = risk.scaling(values, at={alpha: Rational(3, 2), r: Rational(3, 10)})
        >>> print(law.exponent, round(law.coefficient, 6), law.conditions[1])
        -2*alpha*r 2.925356 1 - r

        Raises ``PlanarError`` where scales of one order leave no power, or two powers meet in a
        logarithm.
        """
        return scaling(self, values, at=at, times=times)

    # -- pages
    # -------------------------------------------------------------------------------------------------------

    def latex(self, width: float = 6.3) -> str:
        """The result with its definitions, an ``align*`` environment, its lines broken for a text
        of this width in inches.

        In a column of 3.4 inches resolvents get names, g and g', which are defined below.
        """
        if isinstance(width, bool) or not isinstance(width, int | float) or not 2 <= width <= 100:
            raise PlanarError(
                f"a width of {width!r} inches fits no formula; give a number of at least 2, for example 3.4."
            )
        return equations(self, round(PAGE * width / 6.3))

    def latex_steps(self, order: int = 2) -> str:
        """The derivation as a LaTeX document for pdflatex, with its figures; its lines are checked
        through ``order``.
        """
        every = self.steps
        return steps_document(self, every, _tikz, STYLE_BLOCK, _checked(self, every, order))

    def report(
        self,
        folder: str | Path,
        values: Mapping[Any, Any] | None = None,
        *,
        trials: int = 200,
        seed: int = 0,
    ) -> Path:
        """Write one folder and return it: a page ``index.html`` to read first, a LaTeX folder,
        figures, kernel and evidence.

        The page needs no network. ``values`` are those of ``check``, by default an ``example``; a
        scalar that they give as a list is the axis of the plot. What cannot be had, such as a
        kernel of an unspecified law, is left out with its reason.

        Raises ``PlanarError`` where the folder cannot be written.
        """
        every = self.steps
        return write_report(
            folder, self, self, every, _checked(self, every, 2), values, trials=trials, seed=seed
        )

    def __str__(self) -> str:
        rhs = folded(self.rhs, trace_names(self))
        limits = "".join(f"{chalk(s)} → {chalk(point)}: " for s, point in self.limits)
        lines = [f"{limits}{chalk(self.lhs)} ≃ {chalk(rhs)}"]
        lines += [f"  {chalk(d.symbol)} = {chalk(expr)}" for d, expr in shown_definitions(self)]
        if not self.closed:
            lines.append("  (no closed form: a named fixed-point system, solved by the kernel)")
        return "\n".join(lines)

    def __repr__(self) -> str:
        pairs = "" if not self.commuting else f", commuting={self.commuting!r}"
        limits = "".join(f".limit({symbol!r}, {point!r})" for symbol, point in self.limits)
        rows = ", ".join(f"{d.symbol!r}: {d.expr!r}" for d in self.definitions)
        own = "" if self.derived is None else f".restate({self.rhs!r}, {{{rows}}})"
        return f"derive({self.lhs!r}{pairs}){limits}{own}"

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$".replace("align*", "aligned")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def __rich__(self) -> Any:
        head, *rest = str(self).split("\n")
        text = Text(head, style="bold")
        for line in rest:
            text.append("\n" + line, style="not bold")
        return text


def _traced(value: Any, axes: int) -> Any:
    """The normalised trace over what axes a value has beside those of the grid."""
    found = np.asarray(value)
    return found if found.ndim == axes else np.trace(found, axis1=-2, axis2=-1) / found.shape[-1]


def _carried(equivalent: DeterministicEquivalent) -> tuple[DeterministicEquivalent, Symbol]:
    """The equivalent with eps before every random letter, and eps."""
    eps = Symbol(unused(("eps",), equivalent.problem.names), positive=True)
    letters = {law: eps * law for law in equivalent.laws}
    return derive(equivalent.lhs.xreplace(letters), commuting=equivalent.letter_pairs), eps


def _check_steps(
    equivalent: DeterministicEquivalent, every: tuple[Step, ...], order: int, seed: int = 0
) -> CheckedLines:
    """The lines checked; where no symbol carries the orders, the same ones with eps before every
    random letter.
    """
    if equivalent.limits:
        before = derive(equivalent.lhs, commuting=equivalent.letter_pairs)
        return _check_steps(before, every[:-1], order, seed)
    try:
        return check_lines(equivalent, every, order, seed=seed)
    except Ungraded:
        carried, eps = _carried(equivalent)
        lines = carried.steps
        try:
            same = same_lines(equivalent, every, lines, eps, seed=seed)
        except FormalError:
            same = False
        if not same:
            raise
        return check_lines(carried, lines, order, seed=seed)


def _tikz(figure: Figure) -> str:
    return tikz(picture(figure), "inline")


def _checked(equivalent: DeterministicEquivalent, every: tuple[Step, ...], order: int) -> str:
    """What is known of the lines of a derivation, in a sentence; a false one is an error of
    planar's own.
    """
    check_order(order)
    try:
        found = _check_steps(equivalent, every, order)
    except PlanarError as error:
        return f"The lines were not expanded one by one: {error}"
    if not found:
        raise PlanarError(
            f"a line of the derivation of `{equivalent.lhs}` is false, which is an error of planar: {found}"
        )
    before = " before the limit" if equivalent.limits else ""
    return (
        f"Every one of the {len(found.lines)} lines{before} was expanded in exact arithmetic on random rational matrices (seed "
        f"{found.seed}), expectations through {order} random letters against the enumerated diagrams, and both sides agree."
    )


def _given(value: Any) -> Expr:
    """A SymPy expression with unnormalised traces, or a number as one; text is refused."""
    return unnormalised(value) if isinstance(value, Expr) else scalar(value)
