"""The exact certificate: it accepts what is right in every law, rejects what is wrong by a hair."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Adjoint,
    Expr,
    Function,
    I,
    Identity,
    Inverse,
    Rational,
    Symbol,
    Trace,
    exp,
    sqrt,
    symbols,
)

from planar.derivation.definitions import Definition
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.ensembles.goe import GOE
from planar.ensembles.law import Law
from planar.ensembles.random_projection import RandomProjection
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.evidence.verify.certificate import verify
from planar.evidence.verify.expansion import Point, evaluate
from planar.evidence.verify.gaussian_rationals import FormalError, number
from planar.evidence.verify.grading import gradings, lowest
from planar.evidence.verify.laurent import Series
from planar.expression.problem import posed
from planar.expression.reading import read
from planar.formulas.symbols import deterministic, dims, resolvent, tr
from planar.foundations.errors import PlanarError, ReadError, TooLargeError

N, P, K = dims("N P K")
lam, mu, nu = symbols("lambda mu nu", positive=True)
kappa, kappa_2, gamma = symbols("kappa kappa_2 gamma")
A = deterministic("A", N, positive=True)
M = deterministic("M", N)
D = deterministic("D", N)
R = deterministic("R", N, K)
w = deterministic("w", N, 1)
W = Wishart("W", N, P)
V = Wishart("V", N, K)
H = GOE("H", N)
B = RotationInvariant("B", N)
Q = RandomProjection("Q", N, K)
one = Identity(N)


def stated(lhs: Any, rhs: Any, *definitions: tuple[Symbol, Expr]) -> Equivalent:
    """An equivalent as somebody would write it by hand."""
    rows = tuple(Definition(s, e, s in e.free_symbols) for s, e in definitions)
    return Equivalent(problem=posed(lhs), rhs=rhs, definitions=rows)


def ridge(k: Symbol, l: Symbol, ratio: Expr = N / P) -> tuple[Symbol, Expr]:
    """kappa = lam / (1 - q df1)."""
    return k, l / (1 - ratio * Trace(A * Inverse(k * one + A)) / N)


def two_point(
    *,
    ladder: Any = 1,
    other: Symbol = kappa_2,
    insertion: Any = M,
    factor: Any = 1,
    ratio: Expr = N / P,
) -> Equivalent:
    """(lam + A W)^-1 M (mu + W A)^-1, with places to break it."""
    g, h = Inverse(kappa * one + A), Inverse(kappa_2 * one + A)
    rung = ladder * ratio * Trace(g * M * h) / N / (1 - gamma)
    rhs = factor * (kappa / lam) * (kappa_2 / mu) * (g * insertion * h + rung * (A * A * g * h))
    closing = ratio * Trace(A * A * g * Inverse(other * one + A)) / N
    lhs = resolvent(A * W, lam) * M * resolvent(W * A, mu)
    return stated(lhs, rhs, ridge(kappa, lam), ridge(kappa_2, mu), (gamma, closing))


# -- by hand ---------------------------------------------------------------------------------------


def test_one_resolvent() -> None:
    found = verify(
        stated(resolvent(A * W, lam), kappa / lam * Inverse(kappa * one + A), ridge(kappa, lam)), 6
    )
    assert found
    assert [row.diagrams for row in found.orders] == [1, 1, 2, 5, 14, 42, 132]
    assert all(row.enumerated == row.series != 0 for row in found.orders)


def test_two_resolvents_to_order_six() -> None:
    start = perf_counter()
    found = verify(two_point(), 6)
    assert found
    assert [row.diagrams for row in found.orders] == [1, 2, 6, 20, 70, 252, 924]
    assert perf_counter() - start < 10


@pytest.mark.parametrize(
    ("broken", "first"),
    [
        (two_point(ladder=0), 2),
        (two_point(other=kappa), 4),
        (two_point(insertion=M.T), 0),
        (two_point(factor=2), 0),
        (two_point(factor=Rational(101, 100)), 0),
        (two_point(ratio=P / N), 2),
        (two_point(ladder=-1), 2),
    ],
)
def test_broken_formulas_are_caught_at_the_first_order_that_sees_them(
    broken: Equivalent, first: int
) -> None:
    found = verify(broken, 6)
    assert not found
    assert next(row.order for row in found.orders if not row.agree) == first
    wrong = found.orders[first]
    assert wrong.enumerated != wrong.series
    assert f"order {first}: " in str(found)
    assert "disagrees" in str(found)


def test_goe() -> None:
    lhs = resolvent(A + H, lam)
    good = stated(lhs, Inverse(kappa * one + A), (kappa, lam - Trace(Inverse(kappa * one + A)) / N))
    bad = stated(lhs, Inverse(kappa * one + A), (kappa, lam + Trace(Inverse(kappa * one + A)) / N))
    assert verify(good, 6)
    assert [row.diagrams for row in verify(good, 6).orders] == [1, 0, 1, 0, 2, 0, 5]
    assert not verify(bad, 2)


def test_definitions_that_need_each_other() -> None:
    """kappa through df1 and df1 through kappa."""
    overlap = Symbol("df1")
    lhs, rhs = resolvent(A * W, lam), kappa / lam * Inverse(kappa * one + A)
    pair = (
        (kappa, lam / (1 - N / P * overlap)),
        (overlap, Trace(A * Inverse(kappa * one + A)) / N),
    )
    assert verify(stated(lhs, rhs, *pair), 5)
    assert verify(stated(lhs, rhs, *reversed(pair)), 5)


def test_unspecified_r_transform() -> None:
    r = Function("R_B")
    lhs, rhs = resolvent(A + B, lam), Inverse(kappa * one + A)
    assert verify(stated(lhs, rhs, (kappa, lam + r(-Trace(rhs) / N))), 5)
    assert not verify(stated(lhs, rhs, (kappa, lam + r(-2 * Trace(rhs) / N))), 5)


def test_s_transform() -> None:
    s = Function("S_B")
    overlap = Trace(A * Inverse(kappa * one + A)) / N
    lhs, rhs = resolvent(A * B, lam), kappa / lam * Inverse(kappa * one + A)
    assert verify(stated(lhs, rhs, (kappa, lam * s(-overlap))), 5)


def test_root_in_a_formula() -> None:
    """The projection by its R-transform: 2p / ((1 - z) + sqrt((1 - z)^2 + 4 p z))."""
    x, g = Symbol("x"), Inverse(kappa * one + A)
    r = Q.r_transform(x).xreplace(dict(Q.constants()))
    assert r.has(sqrt(4 * K / N * x + (1 - x) ** 2))
    assert verify(stated(resolvent(A + Q, lam), g, (kappa, lam + r.subs(x, -Trace(g) / N))), 5)
    assert not verify(stated(resolvent(A + Q, lam), g, (kappa, lam + r.subs(x, Trace(g) / N))), 5)


class Rectangle(Law):
    """A bi-invariant rows x cols letter with kappa_2 = 1, faces in units of its rows."""

    symmetric = False

    def free_cumulant(self, n: int) -> Expr:
        return Rational(int(n == 2))


def test_rectangular_letters_bring_the_ratio_of_dimensions() -> None:
    """X: P x N with kappa_2 = 1: E X^T M X over P rows is tr_P[M] 1_N, E X A X^T is N/P tr_N[A]
    1_P.
    """
    x = Rectangle("X", P, N)
    assert verify(stated(x * A * x.T, N / P * tr(A).doit() * Identity(P)), 2)
    assert not verify(stated(x * A * x.T, tr(A).doit() * Identity(P)), 2)
    assert verify(stated(x.T * x, one), 2)
    s = Symbol("s")
    assert verify(stated(resolvent(x.T * x, lam), s * one, (s, 1 / (lam + 1 / (1 + N / P * s)))), 4)
    assert not verify(
        stated(resolvent(x.T * x, lam), s * one, (s, 1 / (lam + 1 / (1 + P / N * s)))), 4
    )


# -- derived ---------------------------------------------------------------------------------------

C = RotationInvariant("C", N, spectrum=[1, 2, 2, 4])
G = RotationInvariant("G", N, r_transform=lambda x: 1 / (1 - x))
T = RotationInvariant("T", N, cumulants=[0, 1, Rational(1, 3)])
L = RotationInvariant("L", N, symmetric=False)
z = Symbol("z")


@pytest.mark.parametrize(
    "expression",
    [
        resolvent(A * W, lam),
        resolvent(A * W, lam) * M * resolvent(A * W, mu),
        resolvent(A * W, lam) * M * resolvent(A * W, lam),
        resolvent(M * W, lam) * D * resolvent(W * M.T, mu),
        resolvent(A * V * W, lam),
        resolvent(A + W + A * V * A, lam),
        resolvent(A * W, lam) * M * resolvent(W * A, mu) * D * resolvent(A * W, nu),
        resolvent(A * B, lam) * M * resolvent(B * A, mu),
        resolvent(A * B, lam) * M * resolvent(B * A, lam),
        resolvent(A * C, lam) * M * resolvent(C * A, mu),
        resolvent(A * G, lam) * M * resolvent(G * A, mu),
        resolvent(A * Q, lam) * M * resolvent(A * Q, mu),
        resolvent(A + Q, lam),
        resolvent(A + T, lam),
        resolvent(M * L, lam),
        resolvent(D + H, z) * M * Adjoint(resolvent(D + H, z)),
        resolvent(A * W, lam + I * mu),
        resolvent(R.T * W * R, lam),
        w.T * resolvent(A * W, lam) * M * resolvent(W * A, mu) * w,
        w * w.T * resolvent(A * W, lam),
        tr(resolvent(A * W, lam) * M) * tr(W * A),
        resolvent(A * resolvent(W, mu) * A, lam),
        Inverse(A * W + D),
        W * resolvent(A * W, lam) * W,
        tr(A * W * M * W),
    ],
    ids=str,
)
def test_derived(expression: Expr) -> None:
    equivalent = derive(expression)
    assert verify(equivalent, 4)
    assert not verify(replace(equivalent, rhs=Rational(101, 100) * equivalent.rhs), 4)


def test_commuting_letters() -> None:
    other = deterministic("E", N, symmetric=True)
    expression = resolvent(A * W, lam) * other * resolvent(W * A, mu)
    assert verify(derive(expression, commuting=[(A, other)]), 4)


def test_another_seed_takes_other_numbers() -> None:
    equivalent = derive(resolvent(A * W, lam))
    first, again, other = (verify(equivalent, 3, seed=s) for s in (0, 0, 1))
    assert first
    assert other
    assert first == again
    assert first.orders != other.orders


def test_an_expression_without_inverse_is_one_row() -> None:
    found = verify(derive(tr(A * W * A * W)), 4)
    assert found
    assert [row.diagrams for row in found.orders] == [2]


# -- refusals --------------------------------------------------------------------------------------


def test_too_many_diagrams_are_refused_with_their_number() -> None:
    with pytest.raises(TooLargeError, match="290512"):
        verify(derive(resolvent(A * W, lam)), 12)
    with pytest.raises(TooLargeError):
        verify(derive(resolvent(A * W, lam) * M * resolvent(W * A, mu)), 60)


def test_no_symbol_beside_the_random_letter() -> None:
    with pytest.raises(PlanarError, match=r"resolvent\(W, lam\)"):
        verify(derive(resolvent(W, 1)), 3)


@pytest.mark.parametrize("circular", [kappa, 2 * kappa])
def test_a_definition_that_fixes_nothing(circular: Expr) -> None:
    with pytest.raises(PlanarError, match="does not contract"):
        verify(stated(resolvent(A * W, lam), kappa * one, (kappa, circular)), 2)


def test_unknown_names_and_nodes() -> None:
    lhs = resolvent(A * W, lam)
    with pytest.raises(ReadError, match="symbol kappa"):
        verify(stated(lhs, kappa * one), 1)
    with pytest.raises(ReadError, match="M of the formula is not a deterministic letter"):
        verify(stated(lhs, M), 1)
    with pytest.raises(ReadError, match="belongs to no law"):
        verify(stated(lhs, Function("R_X")(1 / lam) * one), 1)
    with pytest.raises(PlanarError, match="order"):
        verify(stated(lhs, one), -1)


# -- gradings --------------------------------------------------------------------------------------


def weights_of(expression: Expr) -> dict[str, int]:
    return {str(k): v for k, v in next(iter(gradings(read(expression), (N, P, K)))).items() if v}


def test_gradings() -> None:
    assert weights_of(resolvent(A * W, lam)) == {"lambda": -1}
    assert weights_of(resolvent(A + H, lam)) == {"lambda": -1, "A": -1}
    assert weights_of(resolvent(A + A * W, lam)) == {"lambda": -1}
    assert weights_of(Inverse(one + A * W)) == {"A": 1}
    assert weights_of(A * W) == {}
    assert not list(gradings(read(Inverse(one + W))))


@pytest.mark.parametrize(
    "expression",
    [resolvent(A * W, lam) * resolvent(W * A, mu), resolvent(A * resolvent(W, mu) * A, lam)],
)
def test_every_grading_makes_random_letters_cost(expression: Expr) -> None:
    target = read(expression)
    for weights in gradings(target, (N, P)):
        plain, random = lowest(target.terms[0].matrix, weights)
        assert plain is not None
        assert random is not None
        assert random > plain


# -- series ----------------------------------------------------------------------------------------

fractions = st.fractions(min_value=-5, max_value=5, max_denominator=7)


def values(series: Series, powers: range) -> list[Expr]:
    return [series.coefficient(p).entry(0, 0) for p in powers]


@given(st.integers(-3, 3), st.lists(fractions, min_size=1, max_size=5).filter(lambda c: c[0] != 0))
def test_inverse_and_root(low: int, coefficients: list[Fraction]) -> None:
    x = Series.of(low, [number(c) for c in coefficients], 6)
    unit = x * x.inverse()
    assert values(unit, range(5)) == [1, 0, 0, 0, 0]
    square = x * x
    assert (square.sqrt() - x).low >= square.sqrt().high or (
        square.sqrt() + x
    ).low >= square.sqrt().high


def test_expressions_as_series() -> None:
    x, y = symbols("x y")
    point = Point({x: Series.of(1, [number(1)], 5), y: Series.of(-1, [number(2)], 5)}, {}, terms=5)
    assert values(evaluate(1 / (1 - x), point), range(4)) == [1, 1, 1, 1]
    assert values(evaluate(exp(x), point), range(4)) == [1, 1, Rational(1, 2), Rational(1, 6)]
    assert values(evaluate(sqrt(1 + 2 * x), point), range(3)) == [1, 1, Rational(-1, 2)]
    assert values(evaluate((I + y) ** 2, point), range(-2, 1)) == [4, 4 * I, -1]
    assert evaluate(x * y, point).high > 100
    with pytest.raises(FormalError, match="not rational"):
        evaluate(sqrt(2 + x), point)
    with pytest.raises(FormalError):
        evaluate(1 / (x - x * y * x / 2), point)
    with pytest.raises(FormalError, match="pole"):
        evaluate(exp(y), point)
