"""What users hold in hand: ``derive``, and the equivalent that it returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sympy import Expr, MatrixSymbol, Symbol

from planar.applications.radicals import in_radicals
from planar.applications.regions import with_regions
from planar.derivation import derive as derivation
from planar.derivation.calculus import derivative, substituted
from planar.derivation.calculus.approach import limit
from planar.derivation.calculus.restatement import restated
from planar.derivation.calculus.substitution import pairs_left
from planar.derivation.equivalent import Equivalent
from planar.expression.namesakes import namesake
from planar.interfaces.methods.pages import Pages

__all__ = ["DeterministicEquivalent", "derive"]


def derive(
    expression: Expr, *, commuting: Iterable[tuple[MatrixSymbol, MatrixSymbol]] = ()
) -> DeterministicEquivalent:
    """The deterministic equivalent of a rational expression in free random matrices.

    It agrees with the expectation against bounded test matrices up to O(1/N).

    Parameters
    ----------
    expression : Expr
        A SymPy matrix expression in deterministic and random letters (sums, products, integer
        powers, nested inverses, transposes, blocks), or scalars times normalised traces ``tr(...)``
        and forms ``u.T*X*v`` of such; a form is a 1 x 1 matrix, and ``tr(u.T*X*v)`` the number
        that is added to a trace.
    commuting : iterable of pairs
        Pairs of deterministic letters that commute; none do unless declared.

    Returns
    -------
    DeterministicEquivalent
        The formula with diagrams, proof, certificate, kernels, samples and LaTeX.

    Raises
    ------
    PlanarError
        Where the expression cannot be read or has no equivalent.

    References
    ----------
    "Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models",
    arXiv 2502.05074.

    Examples
    --------
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
    """
    return _in_hand(derivation.derive(expression, commuting=commuting))


@dataclass(frozen=True, repr=False)
class DeterministicEquivalent(Pages):
    """A deterministic equivalent: formula, diagrams, certificate, kernel, samples, LaTeX.

    Examples
    --------
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

    def restate(
        self, rhs: Expr, definitions: Mapping[Symbol, Expr], *, certified: bool = True
    ) -> DeterministicEquivalent:
        """The same expression with another formula, to be compared, verified and checked.

        Parameters
        ----------
        rhs : Expr
            A right-hand side, a published one say.
        definitions : Mapping
            Its symbols to their expressions. A definition is implicit where its expression holds
            its own symbol, or one that is defined through it.
        certified : bool
            Whether numbers are given only where its `certificate` does not speak against it
            (default: True); False for a formula that is known to be another one, an approximation
            say, whose numbers are wanted all the same.

        Returns
        -------
        DeterministicEquivalent
            With this formula; quantities that planar derived too are recognised by their equations.

        Raises
        ------
        PlanarError
            Where a definition is of a symbol of the expression itself.
        """
        return restated(self, rhs, definitions, knowingly=not certified)

    def subs(self, values: Mapping[Any, Any]) -> DeterministicEquivalent:
        """The equivalent with scalars, dimensions or letters replaced, derived again.

        Parameters
        ----------
        values : Mapping
            What is replaced, all at once, so that confluent arguments come out as formulas.

        Returns
        -------
        DeterministicEquivalent
            That of the new expression.
        """
        return self._again(substituted(self.lhs, self._own(values)))

    def diff(self, symbol: Symbol) -> DeterministicEquivalent:
        """The equivalent of the derivative with respect to a scalar symbol.

        Parameters
        ----------
        symbol : Symbol
            A scalar of the expression.

        Returns
        -------
        DeterministicEquivalent
            That of the differentiated expression.

        Examples
        --------
        >>> import planar
        >>> from sympy import symbols
        >>> N, P = planar.dims("N P")
        >>> lam = symbols("lambda", positive=True)
        >>> eq = derive(planar.tr(planar.resolvent(planar.Wishart("W", N, P), lam)))
        >>> print(round(eq.diff(lam).evaluate({N: 100, P: 200, lam: 1.0}), 6))
        -0.348875
        """
        return self._again(derivative(self.lhs, namesake(symbol, self.problem.symbols)))

    def limit(self, symbol: Symbol, point: Any) -> DeterministicEquivalent:
        """The limit in a scalar, or of a dimension to infinity.

        Parameters
        ----------
        symbol : Symbol
            A scalar or a dimension.
        point : Expr or number
            Zero, approached from above; another scalar (``mu -> lam``); ``oo`` for a dimension.

        Returns
        -------
        DeterministicEquivalent
            With the formula of the limit.

        Raises
        ------
        PlanarError
            Where the limit is infinite.

        Examples
        --------
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
        """
        own = self.problem.symbols
        return _in_hand(with_regions(limit(self, namesake(symbol, own), namesake(point, own))))

    def explicit(self) -> DeterministicEquivalent:
        """The same with radicals in place of implicit definitions of degree two or less.

        Roots are on the sheet of the physical branch in all of the complex plane: the root of a
        discriminant is written as the product of the roots of its linear factors, so that it is cut
        on the spectrum alone. The sheet is chosen by values of this equivalent at many points.

        Returns
        -------
        DeterministicEquivalent
            With explicit definitions; those that are not needed any more are left out, those of
            higher degree stay where others become explicit.

        Raises
        ------
        PlanarError
            Where no definition becomes explicit: the unknown with its degree, or with the trace
            that stands in the way.

        Examples
        --------
        >>> import planar
        >>> from sympy import symbols
        >>> H, z = planar.GOE("H", planar.dims("N")), symbols("z")
        >>> print(derive(planar.tr(planar.resolvent(-H, z))).explicit())
        tr[(z - H)⁻¹] ≃ 2/(z + sqrt(2 + z) sqrt(z - 2))
        """
        return in_radicals(self, self.compile())

    def _again(self, expression: Expr) -> DeterministicEquivalent:
        """Another expression derived, where what is left of the declared pairs commutes.

        Limits that were taken are taken of it too, in what it still holds.
        """
        again = derive(expression, commuting=pairs_left(self.letter_pairs, expression))
        for symbol, point in self.limits:
            if again.problem.expression.has(symbol):
                again = again.limit(symbol, point)
        return again


def _in_hand(equivalent: Equivalent) -> DeterministicEquivalent:
    """The equivalent with all its methods."""
    data = {field.name: getattr(equivalent, field.name) for field in fields(equivalent)}
    return DeterministicEquivalent(**data)
