"""Exact expectations against two oracles, planar diagrams, the literature, sampling, and themselves
in other words.
"""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from functools import reduce
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import (
    Expr,
    Identity,
    ImmutableMatrix,
    Integer,
    MatMul,
    Rational,
    S,
    Symbol,
    ZeroMatrix,
    catalan,
    expand,
    series,
    simplify,
    sqrt,
    symbols,
)
from wick_oracle import Gauss, by_entries, by_pairings, exact

import planar
from planar.diagrams import diagrams
from planar.diagrams.genus import expectation, genus_expansion, wick
from planar.expression.reading import read

N, P, K = planar.dims("N P K")
v = Symbol("v", positive=True)
z, y = symbols("z y")
A, M, C = (planar.deterministic(name, N) for name in "AMC")
F = planar.deterministic("F", N, symmetric=True)
D, R, u, w = (
    planar.deterministic("D", P),
    planar.deterministic("R", N, P),
    *(planar.deterministic(x, N, 1) for x in "uw"),
)
W, V = planar.Wishart("W", N, P), planar.Wishart("V", N, K)
X, Y, G = planar.Ginibre("X", P, N), planar.Ginibre("Y", N, P, variance=v), planar.Ginibre("G", N)
H = planar.GOE("H", N)
LETTERS: dict[str, Any] = {str(x): x for x in (A, M, C, F, D, R, u, w, W, V, X, Y, G, H)}

n, p, k = 2, 3, 4
RANDOM = {
    "W": Gauss("wishart", p, n, Fraction(1, p)),
    "V": Gauss("wishart", k, n, Fraction(1, k)),
    "X": Gauss("iid", p, n, Fraction(1, p)),
    "Y": Gauss("iid", n, p, Fraction(2, 5)),
    "G": Gauss("iid", n, n, Fraction(1, n)),
    "H": Gauss("hermitian", n, n, Fraction(1, n)),
}
FIXED: dict[str, Any] = {
    "A": np.array([[1, 2], [-3, 5]]),
    "M": np.array([[2, -1], [4, 1]]),
    "C": np.array([[0, 3], [1, -2]]),
    "F": np.array([[2, 1], [1, -3]]),
    "D": np.array([[1, 2, 0], [-1, 3, 1], [4, 0, 2]]),
    "R": np.array([[1, 0, 2], [-2, 1, 3]]),
    "u": np.array([[1], [3]]),
    "w": np.array([[2], [-1]]),
}
VALUES: dict[Any, Any] = {N: Integer(n), P: Integer(p), K: Integer(k), v: Rational(2, 5)}
VALUES |= {LETTERS[name]: ImmutableMatrix(m.tolist()) for name, m in FIXED.items()}


def word(text: str) -> Expr:
    """The product that a string of letters stands for."""
    return reduce(
        lambda a, b: a * b,
        (LETTERS[x.rstrip("'")].T if "'" in x else LETTERS[x] for x in text.split()),
    )


def used(texts: list[str]) -> dict[str, Gauss]:
    names = {x.rstrip("'") for text in texts for x in text.split()}
    return {name: g for name, g in RANDOM.items() if name in names}


def expression(traces: list[str], matrix: str | None) -> Expr:
    """Normalised traces times the word."""
    scalar = reduce(lambda a, b: a * b, (planar.tr(word(t)) for t in traces), S.One)
    return scalar if matrix is None else scalar * word(matrix)


def agrees(oracle: Any, traces: list[str], matrix: str | None, real: bool) -> bool:
    texts = [*traces, *([] if matrix is None else [matrix])]
    expected = oracle(traces, matrix, used(texts), FIXED, real)
    sizes = [exact(word(t).shape[0], VALUES) for t in traces]
    expected = expected / Fraction(int(np.prod([int(s) for s in sizes])))
    found = exact(expectation(expression(traces, matrix), real=real), VALUES)
    entries = [found] if matrix is None else list(found)
    return all(
        Fraction(int(x.p), int(x.q)) == y
        for x, y in zip(entries, np.broadcast_to(np.ravel(expected), len(entries)), strict=True)
    )


CASES: dict[str, tuple[list[str], str | None]] = {
    "Wishart": (["W W W"], None),
    "Wishart between letters": (["A W M W"], None),
    "three, one transposed": (["A W M' W C W"], None),
    "two Wisharts": (["A W V M W V"], None),
    "product of traces": (["A W M W", "C W"], None),
    "three traces": (["A W", "M W", "A' W"], None),
    "a power of a trace": (["W", "W", "W"], None),
    "an identity": (["W", "W W"], "W"),
    "Ginibre": (["X A X' D"], None),
    "Ginibre, four": (["X A X' D X M X' D'"], None),
    "Ginibre, two traces": (["X A X' D", "R X"], None),
    "Ginibre beside itself": (["A Y X Y X"], None),
    "Ginibre with a rectangle": (["R X R X"], None),
    "its transpose with a rectangle": (["R X X' R'"], None),
    "a variance": (["A Y D Y'", "Y X"], None),
    "square Ginibre": (["G A G M G' C G'"], None),
    "square Ginibre, real pairs": (["G A G M"], None),
    "Ginibre alone in two traces": (["G", "G"], None),
    "Ginibre and Wishart": (["X A W X' D"], None),
    "Wigner": (["H A H M"], None),
    "Wigner, four": (["H A H M H A' H"], None),
    "Wigner, two traces": (["H A H", "H M H"], None),
    "Wigner in three traces": (["H A", "H M", "H H"], None),
    "Wigner and Wishart": (["H A W H W"], None),
    "a matrix": ([], "A W M W"),
    "a matrix, Wigner": ([], "A H M H C H H"),
    "a matrix, rectangular": ([], "X A X' X"),
    "a matrix, Ginibre": (["R X"], "X' D"),
    "a matrix beside traces": (["A W", "M W W"], "C W A'"),
    "vectors": (["A W u w' W"], None),
    "a number": ([], "u' W A W w"),
    "a number squared": (["u' W w", "w' W u"], None),
    "a column": ([], "W A W u"),
    "symmetric": (["F W M W F W"], None),
    "deterministic": (["A M"], "C"),
}


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_the_moments_of_single_gaussian_entries_say_the_same(name: str, real: bool) -> None:
    assert agrees(by_entries, *CASES[name], real)


LONGER: dict[str, tuple[list[str], str | None]] = {
    "four Wisharts": (["A W M W C W A' W"], None),
    "four in two traces": (["A W M W", "C W A' W"], None),
    "two kinds": (["A W V M W C V A'"], None),
    "six Wigners": (["H A H M H H C H A' H"], None),
    "eight Ginibres": (["X A X' D X M X' X C X' D' X X'"], None),
    "a matrix": (["A W"], "M W C W A W"),
    "rectangles and vectors": (["X R X u w' X' R' X'"], None),
}


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("name", [*CASES, *LONGER])
def test_the_sum_over_wick_pairings_says_the_same(name: str, real: bool) -> None:
    assert agrees(by_pairings, *(CASES | LONGER)[name], real)


def test_the_oracles_know_a_wrong_result() -> None:
    """A transpose dropped, complex taken for real."""
    assert agrees(by_pairings, ["A W M W"], None, True)
    assert not agrees(
        lambda t, m, r, f, real: by_pairings(t, m, r, f, False), ["A W M W"], None, True
    )
    assert not agrees(
        lambda t, m, r, f, real: by_pairings(["A' W M W"], m, r, f, True), ["A W M W"], None, True
    )


# -- planar sums -----------------------------------------------------------------------------------

B = planar.RotationInvariant("B", N, cumulants=[Rational(1, 2), 3, -1, 2])
Q, O = planar.RandomProjection("Q", N, K), planar.HaarOrthogonal("O", N)
Z = planar.BiInvariant("Z", P, N, cumulants=[2, -1])
PLANAR = {
    "Wishart": A * W * M * W * C * W * A * W,
    "two laws": A * W * H * M * W * H * C * V,
    "Ginibre": X.T * D * X * A * X.T * X,
    "free cumulants": B * A * B * M * B * B,
    "free cumulants and Wishart": B * A * W * B * W * M * B,
    "projections": Q * A * Q * M * W * Q,
    "Haar": O * A * O.T * O * M * O.T * W,
    "bi-invariant": Z.T * D * Z * A * Z.T * Z * M * Z.T * Z,
    "a number": u.T * W * A * W * B * w,
    "sum": (A + W) * B * (M + 2 * B),
}


def by_diagrams(matrix: Expr, most: int) -> Any:
    """The sum of the values of all planar diagrams in numbers."""
    (term,) = read(matrix).terms
    assert term.matrix is not None
    total: Any = ImmutableMatrix.zeros(*(int(exact(d, VALUES)) for d in matrix.shape))
    for order in range(most + 1):
        for d in diagrams(term.matrix, order):
            constants = {s: x for law in d.walk.random for s, x in law.symbol.constants().items()}
            total = total + exact(d.value.subs(constants), VALUES)
    return total


@pytest.mark.parametrize("name", PLANAR)
def test_genus_zero_is_the_sum_of_the_planar_diagrams(name: str) -> None:
    matrix = PLANAR[name]
    expected = by_diagrams(matrix, 8)
    assert not expected.is_zero_matrix
    assert exact(expectation(matrix, genus=0), VALUES) == expected
    if matrix.shape == (N, N):
        assert exact(expectation(planar.tr(matrix), genus=0), VALUES) == expected.trace() / n


@pytest.mark.parametrize("name", ["Wishart", "two laws", "Ginibre"])
@pytest.mark.parametrize("real", [False, True])
def test_both_recursions_agree_on_the_planar_sum(name: str, real: bool) -> None:
    for e in (planar.tr(PLANAR[name]), PLANAR[name], planar.tr(A * W) * planar.tr(PLANAR[name])):
        assert genus_expansion(e, real=real)[0] == expectation(e, genus=0)


def test_planar_moments_of_known_laws() -> None:
    for m in range(1, 9):
        narayana = sum(
            comb(m, j) * comb(m, j - 1) // m * (N / P) ** (m - j) for j in range(1, m + 1)
        )
        assert expand(expectation(planar.tr(W**m), genus=0) - narayana) == 0
        assert expectation(planar.tr(H**m), genus=0) == (catalan(m // 2) if m % 2 == 0 else 0)
        assert expand(expectation(planar.tr(Q**m), genus=0) - K / N) == 0
    assert expectation(planar.tr((O * O.T) ** 3), genus=0) == 1
    assert expectation(
        planar.tr(planar.RotationInvariant("E", N, spectrum=[1, 2, -4]) ** 5), genus=0
    ) == Rational(1 + 32 - 1024, 3)


def test_high_orders_of_the_planar_sum_merge_on_the_way() -> None:
    assert expectation(planar.tr(H**60), genus=0) == catalan(30)
    assert len(expectation(planar.tr((A * W) ** 12), genus=0).args) == 77


def test_the_planar_sum_of_a_product_is_the_product() -> None:
    one, other = planar.tr(A * W * M * W), planar.tr(C * B * B)
    both = expectation(one * other, genus=0)
    assert expand(both - expectation(one, genus=0) * expectation(other, genus=0)) == 0


# -- the literature --------------------------------------------------------------------------------


def test_harer_and_zagier() -> None:
    """Invent. Math. 85 (1986): E tr H^2n by genus, through their recursion for the numbers of
    gluings of a 2n-gon.
    """
    assert genus_expansion(planar.tr(H**4)) == {0: 2, 1: 1 / N**2}
    assert genus_expansion(planar.tr(H**6)) == {0: 5, 1: 10 / N**2}
    assert genus_expansion(planar.tr(H**8)) == {0: 14, 1: 70 / N**2, 2: 21 / N**4}

    def gluings(g: int, m: int) -> int:
        if g < 0 or m < 0 or (m == 0 and g > 0):
            return 0
        if m == 0:
            return 1
        above = (4 * m - 2) * gluings(g, m - 1) + (m - 1) * (2 * m - 1) * (2 * m - 3) * gluings(
            g - 1, m - 2
        )
        return above // (m + 1)

    for m in (5, 7, 9):
        expected = {Integer(g): gluings(g, m) / N ** (2 * g) for g in range(m) if gluings(g, m)}
        assert genus_expansion(planar.tr(H ** (2 * m))) == expected


def test_real_wigner_matrices() -> None:
    """Goulden and Jackson, Canad. J. Math. 49 (1997), in this normalisation: 5 N^2 + 5 N + 2 N^3
    over N^3.
    """
    assert expectation(planar.tr(H**2), real=True) == 1 + 1 / N
    assert genus_expansion(planar.tr(H**4), real=True) == {0: 2, Rational(1, 2): 5 / N, 1: 5 / N**2}
    assert (
        expand(expectation(planar.tr(H**6), real=True) - (5 + 22 / N + 52 / N**2 + 41 / N**3)) == 0
    )


def test_wishart_moments() -> None:
    """Complex: Hanlon, Stanley and Stembridge; real: Muirhead, "Aspects of multivariate statistical
    theory".
    """
    third = (P**2 + 3 * P * N + N**2 + 1) / P**2
    assert expand(expectation(planar.tr(W**3)) - third) == 0
    fourth = (P**3 + 6 * P**2 * N + 6 * P * N**2 + N**3 + 5 * P + 5 * N) / P**3
    assert expand(expectation(planar.tr(W**4)) - fourth) == 0
    assert expand(expectation(planar.tr(W**2), real=True) - (P + N + 1) / P) == 0
    third = (P**2 + N**2 + 3 * P * N + 3 * P + 3 * N + 4) / P**2
    assert expand(expectation(planar.tr(W**3), real=True) - third) == 0
    assert expectation(planar.tr(W) ** 2) == 1 + 1 / (N * P)
    assert expand(expectation(planar.tr(W) ** 2, real=True) - 1 - 2 / (N * P)) == 0


def test_one_sample() -> None:
    """P = 1: W = x x*, with x of N complex entries, so Tr W^8 = |x|^16 has the mean N (N + 1) ...
    (N + 7).
    """
    rank_one = expectation(planar.tr(planar.Wishart("W", N, 1) ** 8)) * N
    rising = reduce(lambda a, b: a * b, (N + i for i in range(8)))
    assert expand(rank_one - rising) == 0


def test_words_by_hand() -> None:
    a, m = planar.tr(A), planar.tr(M)
    assert expand(expectation(planar.tr(A * W * M * W)) - (planar.tr(A * M) + N * a * m / P)) == 0
    assert expectation(planar.tr(A * W * M * W), genus=0) == expectation(planar.tr(A * W * M * W))
    more = genus_expansion(planar.tr(A * W * M * W), real=True)
    assert more[Rational(1, 2)] == planar.tr(A * M.T) / P
    assert expectation(H * A * H, real=True).doit() == (a * Identity(N) + A.T / N).doit()
    assert expectation(X * R * X) == ZeroMatrix(P, N)
    assert expectation(X * R * X, real=True) == MatMul(1 / P, R.T)
    assert expectation(G * G, real=True) == MatMul(1 / N, Identity(N))


def test_non_symmetric_and_rectangular_traces_are_merged() -> None:
    """tr[R R.T] over N and tr[R.T R] over P are one trace; A M C and its reversal with transposes
    are one word.
    """
    assert expectation(planar.tr(R.T * R) * P - planar.tr(R * R.T) * N) == 0
    assert expectation(planar.tr(A * M * C) - planar.tr(C.T * M.T * A.T)) == 0
    assert expectation(planar.tr(A * M * C) - planar.tr(C * M * A)) != 0
    assert expectation(u.T * u * planar.tr(A)).shape == (1, 1)
    assert expectation(planar.tr(u.T * u) - N * planar.tr(u * u.T)) == 0


def test_inverses_of_deterministic_letters_are_letters() -> None:
    g = planar.resolvent(A, z)
    assert expectation(planar.tr(W * g * W)) == N * planar.tr(g) / P + planar.tr(g)
    assert expectation(planar.tr(M.inverse() * W * M)) == 1
    assert expectation(M.inverse() * W * M + W) == MatMul(2, Identity(N))
    found = expectation(planar.tr(W * planar.resolvent(F, z) * W * M), real=True)
    assert found.coeff(planar.tr(M * planar.resolvent(F, z)), 1) == 1 + 1 / P
    assert expectation(planar.tr(W * g.T * W * M.T) - planar.tr(W * M * W * g), real=True) == 0


def test_numbers_for_dimensions() -> None:
    small, letter = planar.Wishart("W", 3, 5), planar.deterministic("A", 3)
    for real in (False, True):
        assert expectation(planar.tr(small**4), real=real) == expectation(
            planar.tr(W**4), real=real
        ).subs({N: 3, P: 5})
    assert expectation(planar.tr(letter * small) * planar.tr(small)) == planar.tr(letter) * (
        1 + Rational(1, 15)
    )
    assert genus_expansion(planar.tr(planar.GOE("H", 2) ** 4)) == {0: 2, 1: Rational(1, 4)}


# -- genus -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("real", [False, True])
def test_pieces_add_up_and_scale(real: bool) -> None:
    e = planar.tr(A * W * M * H) * planar.tr(W * H * W * H * C * W) + planar.tr(X * A * X.T * D)
    pieces = genus_expansion(e, real=real)
    assert list(pieces) == sorted(pieces)
    assert expand(sum(pieces.values()) - expectation(e, real=real)) == 0
    t = Symbol("t", positive=True)
    for g, piece in pieces.items():
        scaled = (
            piece.subs({planar.tr(A): 1})
            .replace(planar.tr, lambda m: Symbol(f"t_{m}"))
            .subs({N: t * N, P: t * P})
        )
        assert simplify(scaled * t ** (2 * g) - scaled.subs(t, 1)) == 0
    for g in (0, Rational(1, 2), 1, 2):
        kept = sum(piece for h, piece in pieces.items() if h <= g)
        assert expand(expectation(e, genus=g, real=real) - kept) == 0
    assert all(g.is_integer for g in pieces) or real


# -- series ----------------------------------------------------------------------------------------


def test_the_first_correction_of_the_semicircle() -> None:
    """E tr (z - H)^-1 at genus one is (z^2 - 4)^(-5/2): Ambjorn, Chekhov, Kristjansen and Makeenko,
    Nucl. Phys. B 404.
    """
    found = genus_expansion(planar.tr(planar.resolvent(-H, z)), 1, order=10)
    expected = _in_inverse(lambda s: s**5 / (1 - 4 * s**2) ** Rational(5, 2), 11)
    assert expand(found[1] * N**2 - expected) == 0
    assert expand(found[0] - _in_inverse(lambda s: (1 - sqrt(1 - 4 * s**2)) / (2 * s), 11)) == 0


def _in_inverse(function: Any, highest: int) -> Expr:
    s = Symbol("s")
    return series(function(s), s, 0, highest + 1).removeO().subs(s, 1 / z)


def test_the_correlation_of_two_resolvents() -> None:
    """N^2 E[tr R(z) tr R(y)] connected = ((zy - 4)/sqrt((z^2 - 4)(y^2 - 4)) - 1) / (2 (z - y)^2),
    orders through 8.
    """
    order = 8
    r, q = planar.tr(planar.resolvent(-H, z)), planar.tr(planar.resolvent(-H, y))
    both, one, other = (genus_expansion(e, 1, order=order) for e in (r * q, r, q))
    e, s, t = symbols("e s t")
    mixed = (one[0] * other[1] + one[1] * other[0]).subs({z: 1 / (e * s), y: 1 / (e * t)})
    connected = both[1].subs({z: 1 / (e * s), y: 1 / (e * t)})
    found = series(expand((connected - mixed) * N**2), e, 0, order + 3).removeO()
    root = sqrt((1 - 4 * e**2 * s**2) * (1 - 4 * e**2 * t**2))
    expected = (
        series(((1 - 4 * e**2 * s * t) / root - 1), e, 0, order + 3).removeO() * e**2 * s**2 * t**2
    )
    difference = expand(found * 2 * e**2 * (s - t) ** 2 - expected * e**2)
    assert all(difference.coeff(e, j) == 0 for j in range(order + 5))
    assert expand(found).coeff(e, 4) == s**2 * t**2


@pytest.mark.parametrize("real", [False, True])
def test_a_two_point_function_as_a_series(real: bool) -> None:
    """Each term of the two geometric series by pairings."""
    lam, mu = symbols("lambda mu")
    e = planar.resolvent(A * W, lam) * M * planar.resolvent(W * A, mu)
    found = expectation(e, order=3, real=real)
    total: Any = np.zeros((n, n), dtype=object)
    for i in range(4):
        for j in range(4 - i):
            text = " ".join(["A W"] * i + ["M"] + ["W A"] * j)
            value = by_pairings([], text, used([text]), FIXED, real)
            total = total + value * Fraction((-1) ** (i + j), 3 ** (i + 1) * 7 ** (j + 1))
    numbers = exact(found, VALUES | {lam: Integer(3), mu: Integer(7)})
    assert [Fraction(int(x.p), int(x.q)) for x in numbers] == list(np.ravel(total))


def test_a_series_is_the_sum_of_the_moments() -> None:
    found = expectation(planar.tr(planar.resolvent(A * W, z)), order=4)
    moments = [expectation(planar.tr((A * W) ** m)) if m else 1 for m in range(5)]
    assert (
        expand(found - sum((-1) ** m * value / z ** (m + 1) for m, value in enumerate(moments)))
        == 0
    )
    zeroth = expectation(
        planar.tr(planar.resolvent(A * W, z)) * planar.tr(planar.resolvent(W, y)), order=0
    )
    assert zeroth == 1 / (y * z)
    assert expectation(W * planar.resolvent(W, z), order=1) == MatMul(1 / z, Identity(N))
    planar_part = expectation(planar.tr(planar.resolvent(B, z)), 0, order=2)
    assert expand(planar_part - (1 / z - Rational(1, 2) / z**2 + Rational(13, 4) / z**3)) == 0


# -- sampling --------------------------------------------------------------------------------------


@pytest.mark.parametrize("real", [False, True])
def test_sampling_sees_the_correction(real: bool) -> None:
    """What is beyond the planar sum is six standard errors or more."""
    size, samples, trials = 4, 2, 200_000
    rng = np.random.default_rng(7)
    a, m = rng.standard_normal((2, size, size)) / 4 + np.eye(size)
    x = rng.standard_normal((trials, samples, size))
    if not real:
        x = (x + 1j * rng.standard_normal(x.shape)) / np.sqrt(2)
    white = np.swapaxes(x.conj(), 1, 2) @ x / samples
    drawn = np.trace(a @ white @ m @ white @ m @ white, axis1=1, axis2=2).real / size
    error = drawn.std() / np.sqrt(trials)
    e = planar.tr(A * W * M * W * M * W)
    values = {N: size, P: samples, A: ImmutableMatrix(a.tolist()), M: ImmutableMatrix(m.tolist())}
    assert abs(float(exact(expectation(e, real=real), values)) - drawn.mean()) < 3 * error
    assert abs(float(exact(expectation(e, genus=0), values)) - drawn.mean()) > 6 * error


# -- properties ------------------------------------------------------------------------------------

SQUARE = st.lists(
    st.sampled_from(["A", "A'", "M", "F", "W", "V", "H", "G", "G'", "X' X", "R X", "X' R'"]),
    min_size=1,
    max_size=5,
)
SETTINGS = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def joined(letters: list[str]) -> str:
    return " ".join(letters)


@SETTINGS
@given(SQUARE, st.lists(SQUARE, max_size=1), st.booleans())
def test_random_words_against_pairings(first: list[str], more: list[list[str]], real: bool) -> None:
    assert agrees(by_pairings, [joined(first), *map(joined, more)], None, real)
    assert agrees(by_pairings, [joined(x) for x in more], joined(first), real)


@SETTINGS
@given(SQUARE, SQUARE, st.booleans())
def test_rotation_transposition_and_linearity(
    left: list[str], right: list[str], real: bool
) -> None:
    u, v = word(joined(left)), word(joined(right))
    value = expectation(planar.tr(u * v), real=real)
    assert expectation(planar.tr(v * u), real=real) == value
    assert expectation(planar.tr((u * v).T), real=real) == value
    assert expectation(planar.tr(u * v + 3 * v), real=real) == expand(
        value + 3 * expectation(planar.tr(v), real=real)
    )
    matrix = exact(expectation(u * v, real=real), VALUES)
    assert matrix.trace() / n == exact(value, VALUES)
    assert (
        expand(
            genus_expansion(planar.tr(u * v), real=real).get(S.Zero, 0)
            - expectation(planar.tr(u * v), genus=0)
        )
        == 0
    )


# -- refusals --------------------------------------------------------------------------------------


def test_refusals_name_the_letter_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(planar.PlanarError, match=r"Q is a RandomProjection; ask for genus=0"):
        expectation(planar.tr(A * W * Q))
    with pytest.raises(planar.PlanarError, match="B is a RotationInvariant"):
        expectation(planar.tr(B), genus=1)
    with pytest.raises(planar.PlanarError, match=r"the inverse `\(z \+ A\*W\)\^-1` .* order=n"):
        expectation(planar.tr(planar.resolvent(A * W, z)))
    for genus in (-1, Rational(1, 3), 0.5, "1", True):
        with pytest.raises(planar.PlanarError, match=f"no genus {genus!r}"):
            expectation(planar.tr(W), genus)
    for order in (-1, 2.5, True):
        with pytest.raises(planar.PlanarError, match=f"no order {order!r}"):
            expectation(planar.tr(W), order=order)
    loose = planar.RotationInvariant("B", N, symmetric=False)
    with pytest.raises(planar.PlanarError, match=r"B .* stands beside its transpose"):
        expectation(planar.tr(loose * A * loose.T), 0)
    with pytest.raises(planar.PlanarError, match="has no deterministic part"):
        expectation(planar.tr((A * W).inverse()), order=2)
    with pytest.raises(planar.PlanarError, match="cannot read"):
        expectation("tr(W)")
    monkeypatch.setattr(wick, "LIMIT", 1000)
    letters = [planar.deterministic(f"A{i}", N) for i in range(8)]
    product = reduce(lambda a, b: a * b, [x for a in letters for x in (a, W)])
    with pytest.raises(
        planar.PlanarError, match="40320 Wick contractions, and merging leaves more than 1000"
    ):
        expectation(planar.tr(product))
    with pytest.raises(planar.PlanarError, match="2027025 Wick contractions"):
        expectation(planar.tr(product), real=True)
    assert len(expectation(planar.tr(product), genus=0).args) == catalan(8)


def test_constants_and_nothing() -> None:
    assert expectation(S(3)) == 3
    assert expectation(planar.tr(Identity(N))) == 1
    assert expectation(planar.tr(H)) == expectation(planar.tr(W - W)) == 0
    assert genus_expansion(planar.tr(X * R)) == {}
    assert genus_expansion(H) == {}
    assert expectation(H * A) == ZeroMatrix(N, N)
    assert expectation(A * 0) == ZeroMatrix(N, N)
    assert expectation(W) == Identity(N)


def test_the_same_bytes_whatever_the_order_of_writing() -> None:
    one = expectation(planar.tr(M * W * A * W) + planar.tr(V) * planar.tr(C * W), real=True)
    other = expectation(planar.tr(C * W) * planar.tr(V) + planar.tr(W * A.T * W * M.T), real=True)
    assert str(one) == str(other)
    code = """
import planar
from planar.diagrams.genus import expectation
N, P = planar.dims("N P")
A, M = (planar.deterministic(x, N) for x in "AM")
W, H = planar.Wishart("W", N, P), planar.GOE("H", N)
print(expectation(A * W * M * H * W * H * planar.tr(M * W), real=True))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in "12"
    ]
    assert runs[0].stdout == runs[1].stdout != ""
