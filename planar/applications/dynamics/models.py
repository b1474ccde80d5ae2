"""The models that curves of SGD are derived for: their expressions, and the compiled kernels.

Targets are y = w.T x + noise with x = R z of covariance Sigma = R R; the student is F v, F the
identity or D x N features with entries of variance 1/N. On P samples the error Delta = w - F v
follows H = F F.T C with C the sample covariance: Delta(z) = (z + H)^-1 [ w - F F.T X.T noise/(P z)
]. One-pass SGD sees fresh samples, so that C is Sigma.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sympy import Expr, MatMul, Symbol, symbols

from planar.derivation.calculus.limits import at_zero
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.ensembles.ginibre import Ginibre
from planar.formulas.symbols import deterministic, dims, resolvent, tr
from planar.kernels.kernel import Kernel, compile_kernel

__all__ = ["Letters", "Model", "Shift"]

Shift = Literal["none", "commuting", "any"]

D, N, P = dims("D N P")
"""Dimension of the inputs, number of features, number of samples."""
lam, mu = symbols("lambda mu")
R = deterministic("R", D, positive=True)
M, T = deterministic("M", D, symmetric=True), deterministic("T", D, symmetric=True)
"""Second moment of the teacher and covariance of the test inputs."""
X, F = Ginibre("X", P, D, variance=1 / P), Ginibre("F", D, N, variance=1 / N)


class Letters:
    """The symbols under which values are given."""

    features, samples = N, P
    left, right = lam, mu
    root, teacher, test = R, M, T


@dataclass(frozen=True)
class Model:
    """Linear regression or random ``features``, ``one_pass`` or on a sample.

    ``shift`` is that of the test inputs. Each expression is a transform in one or two frequencies:
    ``test`` and ``train`` of the loss that gradient descent leaves of the teacher, ``test_noise``
    and ``train_noise`` of the label noise (of variance one), ``test_kernel`` and ``train_kernel``
    of what one kick of gradient noise leaves, a function of H alone, since e^(-H t) F F.T = F F.T
    e^(-H.T t).
    """

    features: bool
    one_pass: bool
    shift: Shift = "none"

    @property
    def covariance(self) -> Expr:
        """What the inputs of a batch have on average."""
        return R * R if self.one_pass else R * X.T * X * R

    @property
    def curvature(self) -> Expr:
        """H."""
        return MatMul(F, F.T, self.covariance) if self.features else self.covariance

    @property
    def spread(self) -> Expr:
        """H F F.T."""
        return MatMul(self.curvature, F, F.T) if self.features else self.curvature

    @property
    def at_test(self) -> Expr:
        return R * R if self.shift == "none" else T

    def test(self) -> Expr:
        """Tr[T (z + H)^-1 M (z' + H.T)^-1]."""
        return D * tr(self.at_test * self._left() * M * self._right())

    def train(self) -> Expr:
        """Tr[C (z + H)^-1 M (z' + H.T)^-1]."""
        return D * tr(self.covariance * self._left() * M * self._right())

    def test_noise(self) -> Expr:
        """Tr[T (z + H)^-1 H F F.T (z' + H.T)^-1]/(P z z')."""
        return D / P / (lam * mu) * tr(self.at_test * self._left() * self.spread * self._right())

    def train_noise(self) -> Expr:
        """tr[(z + K)^-1 (z' + K)^-1], K the Gram matrix."""
        gram = MatMul(X, R, F, F.T, R, X.T) if self.features else X * R * R * X.T
        return tr(resolvent(gram, lam) * resolvent(gram, mu))

    def test_kernel(self) -> Expr:
        """Tr[T (z + H)^-1 H F F.T]."""
        return D * tr(self.at_test * self._left() * self.spread)

    def train_kernel(self) -> Expr:
        """Tr[(z + H)^-1 H H]."""
        return D * tr(self._left() * MatMul(self.curvature, self.curvature))

    def resolvent(self) -> Expr:
        """tr[(z + H)^-1]."""
        return tr(self._left())

    def _left(self) -> Expr:
        return resolvent(self.curvature, lam)

    def _right(self) -> Expr:
        return resolvent(self.curvature.T, mu)

    def kernel(self, part: Callable[[Model], Expr]) -> Kernel:
        """The kernel of one of these."""
        return _compiled(part(self), self._commuting())

    def static(self, part: Callable[[Model], Expr]) -> Kernel:
        """The kernel at z = z' -> 0, times z z' where there are two frequencies.

        It gives what is left after infinitely many steps.
        """
        whole = part(self)
        return _limiting(lam * mu * whole if whole.has(mu) else whole, self._commuting())

    def _commuting(self) -> tuple[tuple[Any, Any], ...]:
        return ((R, T),) if self.shift == "commuting" else ()


@cache
def _compiled(expression: Expr, commuting: tuple[tuple[Any, Any], ...]) -> Kernel:
    return compile_kernel(_derived(expression, commuting))


@cache
def _limiting(expression: Expr, commuting: tuple[tuple[Any, Any], ...]) -> Kernel:
    z = Symbol("lambda", positive=True)
    return compile_kernel(at_zero(_derived(expression.xreplace({mu: z, lam: z}), commuting), z))


def _derived(expression: Expr, commuting: tuple[tuple[Any, Any], ...]) -> Equivalent:
    return derive(
        expression,
        commuting=[(a, b) for a, b in commuting if expression.has(a) and expression.has(b)],
    )
