"""Numbers of an equivalent: kernels, values, samples, theory beside experiment, powers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from sympy import Symbol

from planar.applications.asymptotics import ScalingLaw, scaling
from planar.derivation.equivalent import Equivalent
from planar.evidence.agreement.agreement import Agreement, agreement, certified
from planar.evidence.check.comparison import Comparison, compare
from planar.evidence.check.judging import check
from planar.evidence.check.verdict import Verdict
from planar.expression.example import example
from planar.expression.namesakes import by_own_symbols
from planar.foundations.errors import PlanarError
from planar.interfaces.methods.along import along, tried
from planar.kernels.backends.registry import kernel_source
from planar.kernels.beside_limits import beside_limits
from planar.kernels.kernel import Kernel, compile_kernel
from planar.kernels.leading import led

__all__ = ["Numbers"]


@dataclass(frozen=True, repr=False)
class Numbers(Equivalent):
    """An equivalent with its kernels, values, certificate and Monte Carlo checks."""

    @cached_property
    def certificate(self) -> Agreement:
        """Whether the printed definitions give the planar value, at small random matrices.

        Asked once, before the first number leaves: the plain iteration S <- R(H) on the linear
        pencil of the expression, which knows nothing of elimination, names and printing, is
        compared with the kernel. `evaluate`, `compile`, `source`, `density`, `support`, `curve` and
        `scaling` refuse a formula that differs.

        Examples
        --------
        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> eq = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
        >>> eq.certificate.status
        'agrees'
        >>> eq.restate(2 * eq.rhs, {d.symbol: d.expr for d in eq.definitions}).certificate.status
        'differs'
        """
        try:
            return agreement(self._led, self._kernel)
        except PlanarError as error:
            return Agreement("not compared", reason=str(error))

    def compile(self, backend: str = "numpy") -> Kernel:
        """A kernel: ``kernel(values)`` evaluates the formula, vectorised over the scalars.

        Parameters
        ----------
        backend : {"numpy", "numba", "c", "jax"}
            What runs it (default: numpy); C is compiled on demand.

        Returns
        -------
        Kernel
            Callable with the mapping of `evaluate`; ``kernel.gradient`` has its derivatives.

        Raises
        ------
        CertificateError
            Where the formula differs from the plain iteration, as `certificate` says.
        PlanarError
            Where a backend is not installed, or a law has no numbers.
        """
        equivalent = self._certified
        return self._kernel if backend == "numpy" else compile_kernel(equivalent, backend)

    def source(self, backend: str = "numpy") -> str:
        """A readable module that runs without planar.

        Parameters
        ----------
        backend : {"numpy", "numba", "c", "jax"}
            Its language (default: numpy); "c" is one C file.

        Returns
        -------
        str
            The text of the module.

        Raises
        ------
        CertificateError
            Where the formula differs from the plain iteration, as `certificate` says.
        PlanarError
            Where a law has no numbers.
        """
        return kernel_source(self._certified, backend)

    def evaluate(self, values: Mapping[Any, Any]) -> Any:
        """The right-hand side for given letters, scalars and dimensions.

        Computed from ``rhs`` and ``definitions`` alone.

        Parameters
        ----------
        values : Mapping
            Letters to arrays (a symmetric one also to ``planar.spectrum(...)``), scalar symbols to
            numbers or arrays that broadcast, and any dimension that no array determines to an
            integer.

        Returns
        -------
        numpy.ndarray or number
            An n x m array of a matrix expression, a number of a scalar one.

        Raises
        ------
        ValueMissing, ShapeError
            Where a value is missing, superfluous, or of a shape that does not fit.
        BranchError
            Where a point lies on the spectrum.
        CertificateError
            Where the formula differs from the plain iteration, as `certificate` says.
        """
        certified(self, self.certificate)
        return self._kernel(values)

    def _own(self, values: Mapping[Any, Any]) -> dict[Any, Any]:
        """The values by the very symbols of the expression."""
        return by_own_symbols(values, self.problem.symbols)

    @cached_property
    def _led(self) -> Equivalent:
        """This equivalent, and where Newton starts for unknowns of the user's own."""
        return led(self)

    @property
    def _certified(self) -> Equivalent:
        """The same, once its certificate does not speak against it."""
        certified(self, self.certificate)
        return self._led

    @cached_property
    def _kernel(self) -> Kernel:
        """The numpy kernel, made once, for evidence that is asked of any formula."""
        return compile_kernel(self._led)

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
        """Monte Carlo check against sampled random matrices, of a limit next to it.

        Parameters
        ----------
        values : Mapping
            As for `evaluate`, with one number a scalar.
        trials : int
            Number of samples; doubled up to three times until the verdict is clear (default: 100).
        seed : int
            Random seed of the samples (default: 0).
        real : bool
            Real ensembles, with a bias of O(1/N), in place of complex ones, with O(1/N^2).
        executor : concurrent.futures.Executor, optional
            What draws samples in parallel.

        Returns
        -------
        Verdict
            ``"agree"``, ``"disagree"`` or ``"inconclusive"``; true only where samples agree.

        Raises
        ------
        PlanarError
            Where a dimension went to infinity, at which nothing is sampled.
        """
        value, values = beside_limits(self, self._kernel(values), self._own(values))
        draw: dict[str, Any] = {"trials": trials, "seed": seed, "real": real, "executor": executor}
        return check(self.target, self.laws, value, values, **draw)

    def example(
        self, size: int = 80, seed: int = 0, given: Mapping[Any, Any] | None = None
    ) -> dict[Any, Any]:
        """Example values for every letter, scalar and dimension, off the spectrum.

        A positive letter is a Wishart matrix, a symmetric one a GOE matrix, any other square one
        1 + G/sqrt(n) with standard G; a vector has length near one; ranks are half of their
        dimension.

        Parameters
        ----------
        size : int
            The first dimension without a value; others lie between it and twice that.
        seed : int
            Random seed of the matrices (default: 0).
        given : Mapping, optional
            Values that stay, and which the others fit.

        Returns
        -------
        dict
            Values as `evaluate` and `check` take them.

        Examples
        --------
        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> eq = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
        >>> eq.example()
        {N: 80, P: 120, lambda: 0.3}
        >>> eq.check(eq.example()).verdict
        'agree'
        """
        symbols = self.letters, self.laws, self.scalars, self.commuting
        off_spectrum = partial(tried, self._kernel, self.scalars)
        fixed = self._own({} if given is None else given)
        return example(self.target, *symbols, off_spectrum, fixed, size=size, seed=seed)

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
        """Theory against experiment along one scalar or dimension; ``planar.plot`` draws it.

        The equivalent is evaluated everywhere, realisations are drawn at some points. Of a square
        matrix it is the normalised trace.

        Parameters
        ----------
        values : Mapping
            As for `evaluate`, with one scalar or dimension as a list.
        trials : int
            Realisations at each sampled point (default: 20).
        points : int
            Number of sampled points (default: 9).
        seed : int
            Random seed of the samples (default: 0).
        real : bool
            Real ensembles in place of complex ones.
        executor : concurrent.futures.Executor, optional
            What draws samples in parallel.

        Returns
        -------
        Comparison
            Predictions, samples and their standard errors.

        Raises
        ------
        ValueMissing
            Where not exactly one value is a list.

        Examples
        --------
        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> eq = planar.derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
        >>> comparison = eq.compare({N: 50, P: 100, lam: [0.01, 0.1, 1.0]})
        >>> bool((comparison.deviation < 0.02).all())
        True
        """
        options: dict[str, Any] = {"trials": trials, "points": points, "seed": seed, "real": real}
        symbols = self.lhs, self.target, self.laws, self.scalars
        predict = partial(along, self._kernel, self.scalars)
        return compare(*symbols, predict, self._own(values), executor=executor, **options)

    def scaling(
        self,
        values: Mapping[Any, Any],
        *,
        at: Mapping[Symbol, Any] | None = None,
        times: Mapping[Symbol, Any] | None = None,
    ) -> ScalingLaw:
        """The power law in one large parameter, when letters are powers of the mode k.

        Exponents come by dominant balance from the formula itself.

        Parameters
        ----------
        values : Mapping
            Letters as powers of one symbol k, the mode k = 1, 2, ...; scalars and dimensions as
            powers of another, n.
        at : Mapping, optional
            Values of symbols in exponents, at one point of the regime in question.
        times : Mapping, optional
            Frequencies that are taken to times, each to a power of n.

        Returns
        -------
        ScalingLaw
            Exponent, coefficient, corrections, and the conditions under which they hold.

        Raises
        ------
        PlanarError
            Where scales of one order leave no power, or two powers meet in a logarithm.

        Examples
        --------
        The error of ridgeless regression falls as P^(-2 alpha r), while r < 1:

        >>> import planar
        >>> from sympy import Rational, symbols
        >>> N, P = planar.dims("N P")
        >>> k, n, lam, alpha, r = symbols("k n lambda alpha r", positive=True)
        >>> R, w = planar.deterministic("R", N, positive=True), planar.deterministic("w", N, 1)
        >>> left = planar.resolvent(R * planar.Wishart("W", N, P) * R, lam)
        >>> risk = planar.derive(lam**2 * w.T * left * R * R * left * w)
        >>> values = {R: k**(-alpha/2), w: k**((alpha - 1 - 2*alpha*r)/2), P: n, lam: n**-9}
        >>> law = risk.scaling(values, at={alpha: Rational(3, 2), r: Rational(3, 10)})
        >>> print(law.exponent, round(law.coefficient, 6), law.conditions[1])
        -2*alpha*r 2.925356 1 - r
        """
        certified(self, self.certificate)
        return scaling(self, self._own(values), at=at, times=times)
