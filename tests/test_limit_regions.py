"""Limits whose formula depends on the region: printed, as numbers and as modules, and sampled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import signature
from itertools import product
from typing import Any

import numpy as np
import pytest
from letters import K, N, P, lam
from sympy import Expr, Identity, MatrixSymbol, Piecewise, oo, symbols

from planar import (
    Ginibre,
    PlanarError,
    RandomProjection,
    Wishart,
    derive,
    deterministic,
    resolvent,
    spectrum,
    tr,
)

W, V, Q = Wishart("W", N, P), Wishart("V", N, K), RandomProjection("Q", N, K)
F, G, X = Ginibre("F", N, K, variance=1 / K), Ginibre("G", P, N), Ginibre("X", N, N)
A = deterministic("A", N, positive=True)
mu, eta, z, zbar = symbols("mu eta z zbar", positive=True)
SIZE = 40
RANKS = tuple(product((10, 30, 60, 100), (5, 20, 35)))

# the share of the null space, 1 - rank/N, from linear algebra
NULL: dict[str, tuple[Expr, Any]] = {
    "W": (W, lambda p, k: min(p, SIZE)),
    "W + V": (W + V, lambda p, k: min(p + k, SIZE)),
    "W V": (W * V, lambda p, k: min(p, k)),
    "F F.T W": (F * F.T * W, lambda p, k: min(p, k)),
    "Q": (Q, lambda p, k: k),
    "Q W": (Q * W, lambda p, k: min(p, k)),
}


@cache
def module(source: str) -> Callable[..., Any]:
    """The function of a standalone numpy module."""
    space: dict[str, Any] = {}
    exec(source, space)
    function: Callable[..., Any] = space["equivalent"]
    return function


def module_value(equivalent: Any, values: Mapping[Any, int]) -> float:
    """The value of the standalone numpy module, which takes the sizes that its formula holds."""
    function = module(equivalent.source())
    taken = signature(function).parameters
    return float(function(**{str(s): n for s, n in values.items() if str(s) in taken}))


@pytest.mark.parametrize("name", NULL)
def test_formula_kernel_and_module_say_the_same_in_every_region(name: str) -> None:
    matrix, rank = NULL[name]
    limit = derive(lam * tr(resolvent(matrix, lam))).limit(lam, 0)
    kernel = limit.compile()
    for p, k in RANKS:
        if p == k:
            continue
        values = {N: SIZE, P: p, K: k}
        own = {s: v for s, v in values.items() if matrix.has(s)}
        null = 1 - rank(p, k) / SIZE
        constants = {d.symbol: d.expr.xreplace(own) for d in limit.definitions}
        assert float(limit.rhs.xreplace(constants).xreplace(own)) == pytest.approx(null, abs=1e-12)
        assert module_value(limit, own) == pytest.approx(null, abs=1e-12)
    assert kernel({s: v for s, v in {N: SIZE, P: 30, K: 20}.items() if matrix.has(s)}) == (
        pytest.approx(1 - rank(30, 20) / SIZE, abs=1e-10)
    )


def test_regions_are_printed() -> None:
    limit = derive(lam * tr(resolvent(W, lam))).limit(lam, 0)
    assert str(limit).startswith("λ → 0: λ tr[(λ + W)⁻¹] ≃ (q - 1)/q if q > 1, 0 otherwise\n")
    assert r"\begin{cases}" in limit.latex()
    assert r"\text{otherwise}" in limit.latex()
    assert isinstance(limit.rhs, Piecewise)


def test_a_multiple_of_the_identity_has_regions_too() -> None:
    limit = derive(lam * resolvent(W, lam)).limit(lam, 0)
    assert "if q > 1" in str(limit)
    np.testing.assert_allclose(limit.evaluate({N: 8, P: 2}), 0.75 * np.eye(8), atol=1e-9)


def test_a_region_may_be_infinite() -> None:
    limit = derive(tr(resolvent(W, lam))).limit(lam, 0)
    assert "∞ otherwise" in str(limit)
    assert limit.evaluate({N: 10, P: 20}) == pytest.approx(2)
    with pytest.raises(PlanarError, match="grows without bound"):
        limit.evaluate({N: 20, P: 10})
    with np.errstate(divide="ignore"), pytest.raises(ArithmeticError):
        module_value(limit, {N: 20, P: 10})


def test_the_range_of_a_wishart_matrix() -> None:
    limit = derive(tr(resolvent(W, lam) * W)).limit(lam, 0)
    for p in (10, 80):
        assert module_value(limit, {N: SIZE, P: p}) == pytest.approx(min(p, SIZE) / SIZE)


def test_inside_and_outside_the_disk() -> None:
    """Mean of (z - X)^-1: conj(z) inside the unit disk, 1/z outside."""
    one = Identity(N)
    resolved = resolvent((zbar * one - X) * (z * one - X.T), eta**2) * (zbar * one - X)
    limit = derive(tr(resolved)).limit(eta, 0)
    assert isinstance(limit.rhs, Piecewise)
    for point, value in ((0.5, 0.5), (1.5, 2 / 3), (3.0, 1 / 3)):
        assert float(limit.rhs.xreplace({z: point, zbar: point})) == pytest.approx(value)


def test_regions_stay_through_subs_and_diff() -> None:
    limit = derive(lam * tr(resolvent(W, lam))).limit(lam, 0).subs({P: 2 * K})
    for k in (10, 30):
        value = module_value(limit, {N: SIZE, K: k})
        assert value == pytest.approx(1 - min(2 * k, SIZE) / SIZE, abs=1e-12)
    scaled = derive(tr(resolvent(W / mu, lam) * W)).limit(lam, 0).diff(mu)
    assert scaled.limits == ((lam, 0),)
    assert float(scaled.evaluate({N: 40, P: 10, mu: 2.0})) == pytest.approx(0.25, abs=1e-8)


def test_a_formula_that_holds_on_both_sides_stays() -> None:
    limit = derive(lam * tr(resolvent(A * W, lam))).limit(lam, 0)
    assert not limit.one_sided
    assert "κ = q κ df₁(κ)" in str(limit)


def test_a_formula_of_one_side_says_so() -> None:
    limit = derive(lam * tr(resolvent(Q * W * Q, lam))).limit(lam, 0)
    assert limit.one_sided
    assert "the kernel follows the branch" in str(limit)


@pytest.mark.parametrize(("p", "k"), [(10, 5), pytest.param(30, 30, marks=pytest.mark.long)])
def test_a_branch_is_followed_where_the_iteration_fails(p: int, k: int) -> None:
    limit = derive(lam * tr(resolvent(Q * W * Q, lam))).limit(lam, 0)
    value = limit.evaluate({N: SIZE, P: p, K: k})
    assert value == pytest.approx(1 - min(p, k) / SIZE, abs=1e-8)


FAR: dict[str, tuple[Expr, MatrixSymbol, dict[Any, Any]]] = {
    "features": (tr(resolvent(F * F.T, lam)), K, {N: SIZE, lam: 1.0}),
    "features of A": (tr(resolvent(A * F * F.T, lam)), K, {lam: 1.0}),
    "features of data": (tr(resolvent(F * F.T * W, lam)), K, {N: SIZE, P: 80, lam: 1.0}),
    "X.T X": (tr(resolvent(G.T * G, lam)), P, {N: SIZE, lam: 1.0}),
    "W V": (tr(resolvent(W * V, lam)), P, {N: SIZE, K: 80, lam: 1.0}),
    "W + V": (tr(resolvent(W + V, lam)), P, {N: SIZE, K: 80, lam: 1.0}),
    "W + A": (tr(resolvent(W + A, lam)), P, {lam: 1.0}),
    "W - V": (tr(resolvent(W - V, lam)), P, {N: SIZE, K: 80, lam: 4.0}),
    "W V - V W": (tr(resolvent(W * V - V * W, lam)), P, {N: SIZE, K: 80, lam: 9.0}),
    "A W + W A": (tr(resolvent(A * W + W * A, lam)), P, {lam: 9.0}),
}


@pytest.mark.parametrize("name", FAR)
def test_a_dimension_to_infinity(name: str) -> None:
    expression, size, values = FAR[name]
    if expression.has(A):
        values = {**values, A: spectrum([1.0, 2.0, 4.0])}
    equivalent = derive(expression)
    far = equivalent.evaluate({**values, size: 10**9})
    assert equivalent.limit(size, oo).evaluate(values) == pytest.approx(far, rel=1e-6)


def test_both_sizes_to_infinity_and_a_ridge_to_zero() -> None:
    both = derive(tr(resolvent(W + V, lam))).limit(P, oo).limit(K, oo)
    assert both.evaluate({N: 10, lam: 1.0}) == pytest.approx(1 / 3)
    after = derive(tr(resolvent(A * W, lam))).limit(P, oo).limit(lam, 0)
    before = derive(tr(resolvent(A * W, lam))).limit(lam, 0).limit(P, oo)
    for limit in (after, before):
        value = limit.evaluate({A: spectrum([1.0, 2.0, 4.0])})
        assert value == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (tr(resolvent(W, mu)), 0),
        (mu * tr(resolvent(W, mu)), 1),
        (mu * tr(resolvent(Q * W * Q, mu)), 1),
        (tr(W * resolvent(W, lam) * resolvent(W, mu)), 0),
        (tr(resolvent(W, mu)) / mu, 0),
    ],
)
def test_a_scalar_to_infinity(expression: Expr, value: float) -> None:
    assert derive(expression).limit(mu, oo).rhs == value


def test_a_scalar_to_infinity_leaves_the_leading_order() -> None:
    limit = derive(mu * tr(W**2 * resolvent(W, mu))).limit(mu, oo)
    assert limit.evaluate({N: 20, P: 40}) == pytest.approx(1.5)
    with pytest.raises(PlanarError, match="divide it by mu"):
        derive(mu**2 * tr(resolvent(W, mu))).limit(mu, oo)
    difference = derive(mu - mu**2 * tr(resolvent(W, mu))).limit(mu, oo)
    assert difference.evaluate({N: 20, P: 40}) == pytest.approx(1)
    with pytest.raises(PlanarError, match="cancel"):
        derive(mu * resolvent(A * W, mu) * A - A).limit(mu, oo)


def test_a_restated_equivalent_has_limits() -> None:
    s = symbols("s", positive=True)
    own = derive(tr(resolvent(W, lam))).restate(1 / (lam + s), {s: 1 / (1 + N / P / (lam + s))})
    assert own.limit(lam, oo).rhs == 0
    assert own.limit(lam, 0).evaluate({N: 10, P: 20}) == pytest.approx(2)
    assert own.limit(P, oo).evaluate({N: 10, lam: 1.0}) == pytest.approx(0.5)


@pytest.mark.parametrize("p", [20, 400])
def test_a_limit_is_checked_by_samples_next_to_it(p: int) -> None:
    limit = derive(lam * tr(resolvent(W, lam))).limit(lam, 0)
    assert limit.check({N: SIZE, P: p}, trials=40, seed=1).verdict == "agree"
    with pytest.raises(PlanarError, match="check"):
        limit.verify(2)
    with pytest.raises(PlanarError, match="P -> oo cannot be sampled"):
        derive(tr(resolvent(W, lam))).limit(P, oo).check({N: SIZE, lam: 1.0}, trials=10)


@pytest.mark.parametrize(
    "backend",
    [
        "numpy",
        pytest.param("c", marks=pytest.mark.optional("c")),
        pytest.param("numba", marks=[pytest.mark.optional("numba"), pytest.mark.long]),
        pytest.param("jax", marks=[pytest.mark.optional("jax"), pytest.mark.long]),
    ],
)
def test_every_backend_has_cases(backend: str) -> None:
    kernel = derive(lam * tr(resolvent(W, lam))).limit(lam, 0).compile(backend)
    assert kernel({N: 40, P: 10}) == pytest.approx(0.75, abs=1e-8)
    assert kernel({N: 40, P: 80}) == pytest.approx(0, abs=1e-8)


def test_fixed_letters_stand_beside_the_cases() -> None:
    letter = np.diag([1.0, 2.0, 4.0])
    limit = derive(lam * resolvent(W, lam) * A).limit(lam, 0)
    assert str(limit).splitlines()[0].endswith("≃ ((q - 1)/q if q > 1, 0 otherwise) A")
    np.testing.assert_allclose(limit.evaluate({A: letter, P: 1}), letter * 2 / 3, atol=1e-9)
    trace = derive(lam * tr(A * resolvent(W, lam))).limit(lam, 0)
    assert trace.evaluate({A: letter, P: 1}) == pytest.approx(14 / 9)
    assert trace.evaluate({A: letter, P: 9}) == pytest.approx(0, abs=1e-9)
