"""Moments, free cumulants and transforms against sums over all set partitions, closed forms and
known laws.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice, product
from math import comb, prod
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import Function, I, Matrix, Rational, Symbol, expand, pi, sqrt, symbols

from planar.combinatorics.cumulants import (
    cumulant_polynomial,
    free_convolution,
    free_cumulants,
    joint_cumulant,
    joint_moment,
    mixed_moment,
    moment_polynomial,
    moments,
    moments_from_s,
    r_series,
    r_transform,
    s_series,
    s_transform,
)
from planar.combinatorics.noncrossing import (
    block_types,
    catalan,
    fuss_catalan,
    kreweras_complement,
    moebius,
)
from planar.foundations.errors import BranchError, PlanarError, ShapeError

rationals = st.fractions(-3, 3, max_denominator=6)
sequences = st.lists(rationals, max_size=8)
Partition = tuple[tuple[int, ...], ...]


def noncrossing(n: int) -> Iterator[Partition]:
    """All set partitions of range(n) that have no crossing, by the definition."""

    def every(k: int) -> Iterator[Partition]:
        if k == 0:
            yield ()
            return
        for smaller in every(k - 1):
            yield (*smaller, (k - 1,))
            for b, block in enumerate(smaller):
                yield (*smaller[:b], (*block, k - 1), *smaller[b + 1 :])

    for p in every(n):
        owner = {point: b for b, block in enumerate(p) for point in block}
        if not any(
            owner[a] == owner[c] != owner[b] == owner[d] for a, b, c, d in combinations(range(n), 4)
        ):
            yield p


def brute(
    word: str, cumulants: dict[str, Sequence[Any]], trace: Callable[[str], Any] = lambda _: 1
) -> Any:
    """The sum over partitions of the random letters, a trace for each block of the complement."""
    places = [i for i, letter in enumerate(word) if letter in cumulants]
    if not places:
        return trace(word)
    between = [word[i + 1 : j] for i, j in zip(places, [*places[1:], len(word)], strict=True)]
    between[-1] += word[: places[0]]
    total: Any = 0
    for p in noncrossing(len(places)):
        if all(len({word[places[i]] for i in b}) == 1 for b in p):
            kappas = [(cumulants[word[places[b[0]]]], len(b)) for b in p]
            weight = prod(k[s - 1] if s <= len(k) else 0 for k, s in kappas)
            faces = [
                "".join(between[i] for i in face) for face in kreweras_complement(p, len(places))
            ]
            total += weight * prod(trace(face) if face else 1 for face in faces)
    return total


@given(sequences)
def test_moments_and_cumulants_invert_each_other(values: list[Fraction]) -> None:
    assert free_cumulants(moments(values)) == values == moments(free_cumulants(values))
    assert all(isinstance(m, Fraction) for m in moments(values))


@given(st.lists(rationals, min_size=1, max_size=7))
def test_moments_are_sums_over_noncrossing_partitions(kappa: list[Fraction]) -> None:
    n = len(kappa)
    assert moments(kappa)[-1] == sum(prod(kappa[len(b) - 1] for b in p) for p in noncrossing(n))


@given(st.lists(rationals, min_size=1, max_size=6))
def test_cumulants_are_moebius_inversions(values: list[Fraction]) -> None:
    n = len(values)
    whole = (tuple(range(n)),)
    assert free_cumulants(values)[-1] == sum(
        moebius(p, whole) * prod(values[len(b) - 1] for b in p) for p in noncrossing(n)
    )


@given(st.lists(rationals, min_size=1, max_size=8))
def test_polynomials_are_the_transforms(values: list[Fraction]) -> None:
    n = len(values)
    for polynomial, transform in (
        (moment_polynomial, moments),
        (cumulant_polynomial, free_cumulants),
    ):
        total = sum(
            number * prod(values[size - 1] for size in sizes)
            for sizes, number in polynomial(n).items()
        )
        assert total == transform(values)[-1]


def test_symbols_give_the_same_as_types() -> None:
    names = symbols("k1:11")
    for polynomial, transform in (
        (moment_polynomial, moments),
        (cumulant_polynomial, free_cumulants),
    ):
        for n, found in enumerate(transform(names), 1):
            by_type = sum(
                number * prod(names[size - 1] for size in sizes)
                for sizes, number in polynomial(n).items()
            )
            assert expand(found - by_type) == 0


@given(st.lists(rationals, min_size=1, max_size=8))
def test_the_symbolic_route_agrees_with_flint(values: list[Fraction]) -> None:
    names = symbols("x1:9")[: len(values)]
    point = {x: Rational(v.numerator, v.denominator) for x, v in zip(names, values, strict=True)}
    for transform in (moments, free_cumulants):
        assert [e.subs(point) for e in transform(names)] == transform(list(point.values()))


def test_numbers_come_back_as_the_kind_they_were() -> None:
    assert moments([1, 2]) == [1, 3]
    assert [type(m) for m in moments([1, 2])] == [Fraction] * 2
    assert [type(m) for m in moments([fmpq(1, 2), 3])] == [fmpq] * 2
    assert moments([Rational(1, 2), 1]) == [Rational(1, 2), Rational(5, 4)]
    assert all(m.is_Rational for m in moments([Rational(1, 2), 1]))
    assert moments([np.int64(2), Fraction(1)]) == [2, 5]
    assert moments([]) == free_cumulants([]) == s_series([]) == []


def test_symbolic_values_may_hold_roots_functions_and_inverses() -> None:
    x, f = Symbol("x"), Function("f")
    kappa = [sqrt(2) * x, I / (1 + x), f(3) * pi, 2 * I]
    m = moments(kappa)
    assert m[0] == sqrt(2) * x
    assert expand(m[1] - 2 * x**2 - I / (1 + x)) == 0
    assert [expand(k - expected) for k, expected in zip(free_cumulants(m), kappa, strict=True)] == [
        0
    ] * 4


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_laws(n: int) -> None:
    """Semicircle, free Poisson of rate 1/3 (Narayana), projection of trace 1/2 (arcsine, kappa_2k =
    (-1)^(k-1) Catalan).
    """
    assert moments([0, 1, *[0] * (2 * n)])[1::2] == [catalan(k) for k in range(1, n + 2)]
    rate = Fraction(1, 3)
    narayana = [
        sum(rate**k * comb(m, k) * comb(m, k - 1) / m for k in range(1, m + 1))
        for m in range(1, n + 1)
    ]
    assert moments([rate] * n) == narayana
    sign = free_cumulants([0, 1] * n)
    assert sign == [
        0 if k % 2 else Fraction((-1) ** (k // 2 - 1) * catalan(k // 2 - 1))
        for k in range(1, 2 * n + 1)
    ]
    projection = free_cumulants([Fraction(1, 2)] * (2 * n))
    assert projection[1:] == [k / 2**i for i, k in enumerate(sign[1:], 2)]


def test_order_two_hundred() -> None:
    kappa = [Fraction(3 * i % 7 - 3, i % 5 + 1) for i in range(1, 201)]
    m = moments(kappa)
    assert free_cumulants(m) == kappa
    short = [
        sum(number * prod(kappa[s - 1] for s in sizes) for sizes, number in block_types(n))
        for n in (1, 2, 12, 25)
    ]
    assert [m[n - 1] for n in (1, 2, 12, 25)] == short
    assert moments([1] * 200)[-1] == catalan(200)


@pytest.mark.parametrize("transform", [moments, free_cumulants, s_series])
@pytest.mark.parametrize("value", [0.5, np.float32(2), 1 + 2j, Symbol("x") * 0.5])
def test_floats_are_refused(transform: Callable[[Any], Any], value: Any) -> None:
    with pytest.raises(PlanarError, match="is a float"):
        transform([1, value])


@pytest.mark.parametrize("value", ["1", None, Symbol("x") * Rational(1) / 0, [1]])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(PlanarError, match="not an exact number"):
        moments([1, value])


@given(st.lists(st.floats(-4, 4, allow_subnormal=False), min_size=1, max_size=10))
def test_floats_with_a_tolerance_are_right_or_refused(values: list[float]) -> None:
    for transform in (moments, free_cumulants):
        exact = transform([Fraction(v) for v in values])
        with contextlib.suppress(PlanarError):
            found = transform(values, tolerance=1e-9)
            assert all(
                abs(Fraction(a) - b) <= abs(b) / 10**8 for a, b in zip(found, exact, strict=True)
            )


def test_floats_that_lost_their_digits_are_refused() -> None:
    """The spectrum of fault 6 of the peers: by order 20 the rounding of the moments has grown
    beyond the cumulant itself.
    """
    powers = [sum(Fraction(5 + k * k / 512) ** n for k in range(1, 25)) / 24 for n in range(1, 21)]
    with pytest.raises(PlanarError, match=r"the free cumulant of order \d+ is"):
        free_cumulants([float(m) for m in powers], tolerance=1e-9)
    found = free_cumulants([float(m) for m in powers[:3]], tolerance=1e-9)
    assert found == pytest.approx([float(k) for k in free_cumulants(powers[:3])], rel=1e-9)
    with pytest.raises(PlanarError, match="finite numbers"):
        moments([float("inf")], tolerance=1e-9)
    for size in (6e-192, 6e192):
        message = r"the free cumulant of order 2, .* is out of the range of floats"
        with pytest.raises(PlanarError, match=message):
            free_cumulants([size, 0.0], tolerance=1e-9)


@given(sequences)
def test_the_r_series_adds(values: list[Fraction]) -> None:
    one, two = values[::2], values[1::2]
    n = min(len(one), len(two))
    both = free_convolution(one, two, "additive")
    assert r_series(both) == [
        a + b for a, b in zip(r_series(one[:n]), r_series(two[:n]), strict=True)
    ]
    for order in range(1, min(n, 3) + 1):
        words = map("".join, product("XY", repeat=order))
        letters = {"X": free_cumulants(one[:n]), "Y": free_cumulants(two[:n])}
        assert both[order - 1] == sum(brute(w, letters) for w in words)


@given(st.lists(rationals.filter(bool), min_size=2, max_size=8))
def test_the_s_series_multiplies(values: list[Fraction]) -> None:
    one, two = values[::2], values[1::2]
    n = min(len(one), len(two))
    assert moments_from_s(s_series(one)) == one
    letters = {"X": free_cumulants(one), "Y": free_cumulants(two)}
    found = free_convolution(one, two, "multiplicative")
    assert found == [mixed_moment("XY" * k, letters) for k in range(1, n + 1)]
    assert found[:3] == [brute("XY" * k, letters) for k in range(1, min(n, 3) + 1)]


def test_s_of_known_laws() -> None:
    c, t = Symbol("c"), Symbol("t")
    z = Symbol("z")
    poisson = sum(s * z**i for i, s in enumerate(s_series(moments([c] * 5))))
    assert [expand(poisson).coeff(z, i) - (-1) ** i / c ** (i + 1) for i in range(5)] == [0] * 5
    projection = s_series([t] * 4)
    assert [
        expand(s - e)
        for s, e in zip(projection, [1 / t, 1 / t - 1 / t**2, 1 / t**3 - 1 / t**2], strict=False)
    ] == [0] * 3
    assert [expand(m) for m in moments_from_s(projection)] == [t] * 4
    with pytest.raises(PlanarError, match="first moment vanishes"):
        s_series([0, 1])
    with pytest.raises(PlanarError, match="not a free convolution"):
        free_convolution([1], [1], "boolean")  # type: ignore[arg-type]


@pytest.mark.parametrize("z", [0, 0.3, -0.7, 5.0, -40, 0.2 + 0.1j, 1e-8])
def test_r_of_a_spectrum_inverts_the_cauchy_transform(z: complex) -> None:
    values, weights = np.array([-1.0, 0.5, 2.0, 3.0]), np.array([0.1, 0.4, 0.3, 0.2])
    found = r_transform(values, weights)(z)
    if z == 0:
        assert found == pytest.approx(weights @ values)
        return
    assert weights @ (1 / (found + 1 / z - values)) == pytest.approx(z)
    if abs(z) <= 0.1:
        assert found == pytest.approx(
            weights @ values + z * (weights @ values**2 - (weights @ values) ** 2)
        )


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=5))
def test_functions_are_the_sums_of_the_series(values: list[int]) -> None:
    m = [Fraction(sum(v**k for v in values), len(values)) for k in range(1, 16)]
    z = 0.004 + 0.002j
    assert r_transform(values)(z) == pytest.approx(
        sum(float(k) * z**i for i, k in enumerate(r_series(m))), abs=1e-9
    )
    if all(v > 0 for v in values):
        assert s_transform(values)(z) == pytest.approx(
            sum(float(s) * z**i for i, s in enumerate(s_series(m))), abs=1e-9
        )


def test_closed_transforms_and_their_branch_points() -> None:
    sign, half = r_transform([-1, 1]), s_transform([0, 1])
    for z in (0.1, 5.0, -7.0, 0.3 + 0.4j, 2 + 0.1j, 0.49j):
        assert sign(z) == pytest.approx((np.sqrt(1 + 4 * z * z) - 1) / (2 * z))
        if z != -7:
            assert half(z) == pytest.approx((1 + z) / (0.5 + z))
    assert sign(np.array([[0.1, 0.2]])).shape == (1, 2)
    assert isinstance(sign(1), float)
    with pytest.raises(BranchError, match=r"near 0\+0.5j, on the way from 0 to 1j"):
        sign(1j)
    with pytest.raises(BranchError, match=r"a pole or a branch point near -0.5\+0j"):
        half(-7)
    with pytest.raises(PlanarError, match="mean of the eigenvalues vanishes"):
        s_transform([-1, 1])
    with pytest.raises(PlanarError, match="probabilities"):
        r_transform([1, 2], [0.5, 0.6])
    with pytest.raises(PlanarError, match="not a spectrum"):
        r_transform([])


words = st.text("XYZ", max_size=7)
three = st.fixed_dictionaries({letter: st.lists(rationals, max_size=4) for letter in "XYZ"})


@given(words, three)
def test_mixed_moments_are_sums_over_set_partitions(
    word: str, cumulants: dict[str, list[Fraction]]
) -> None:
    assert mixed_moment(word, cumulants) == brute(word, cumulants)
    assert mixed_moment(word, cumulants) == mixed_moment(word[1:] + word[:1], cumulants)
    assert mixed_moment(tuple(word), cumulants) == mixed_moment(word, cumulants)


@given(words, three)
def test_symbolic_mixed_moments_agree_with_numbers(
    word: str, cumulants: dict[str, list[Fraction]]
) -> None:
    names = {letter: symbols(f"{letter}1:8") for letter in "XYZ"}
    found = mixed_moment(word, names)
    point = {
        names[x][i]: cumulants[x][i] if i < len(cumulants[x]) else 0
        for x in "XYZ"
        for i in range(7)
    }
    exact = {
        symbol: Rational(Fraction(v).numerator, Fraction(v).denominator)
        for symbol, v in point.items()
    }
    assert (found.subs(exact) if hasattr(found, "subs") else found) == mixed_moment(word, cumulants)


@given(st.text("XYAB", max_size=8), three)
def test_deterministic_letters_are_traced_on_the_faces(
    word: str, cumulants: dict[str, list[Fraction]]
) -> None:
    matrices = {"A": Matrix([[1, 2], [Rational(1, 3), -1]]), "B": Matrix([[0, 1], [1, 1]])}

    def trace(letters: Sequence[str]) -> Any:
        value = (
            prod((matrices[name] for name in letters), start=Matrix([[1, 0], [0, 1]])).trace() / 2
        )
        return Fraction(int(value.p), int(value.q))

    random = {letter: cumulants[letter] for letter in "XY"}
    expected = brute(word, random, trace)
    assert mixed_moment(word, random, matrices) == expected
    assert (
        mixed_moment(word, random, {name: m.tolist() for name, m in matrices.items()}) == expected
    )
    assert mixed_moment(word, random, trace) == expected


def test_high_orders() -> None:
    ones = [1] * 100
    assert mixed_moment("XY" * 100, {"X": ones, "Y": ones}) == fuss_catalan(100, 2)
    one, two = [Fraction(1, i) for i in range(1, 41)], [Fraction(i, i + 1) for i in range(1, 41)]
    letters = {"X": free_cumulants(one), "Y": free_cumulants(two)}
    assert mixed_moment("XY" * 40, letters) == free_convolution(one, two, "multiplicative")[-1]
    scalars = {"A": [[Fraction(1, 2)]], "B": [[3]]}
    assert mixed_moment("AWBW" * 50, {"W": [0, 1]}, scalars) == Fraction(3, 2) ** 50 * catalan(50)
    matrices = {"A": [[1, 2], [2, 5]], "B": [[Fraction(1, 2), 0], [1, 3]]}
    found = mixed_moment("AWBW" * 50, {"W": [1, 1]}, matrices)
    assert found == mixed_moment("BWAW" * 50, {"W": [1, 1]}, matrices)


@given(st.text("XYZ", min_size=1, max_size=6), three)
def test_mixed_cumulants_of_free_letters_vanish(
    word: str, cumulants: dict[str, list[Fraction]]
) -> None:
    found = joint_cumulant(word, lambda w: mixed_moment(w, cumulants))
    kappa = cumulants[word[0]]
    assert found == (0 if len(set(word)) > 1 or len(word) > len(kappa) else kappa[len(word) - 1])


def test_letters_that_are_not_free_have_mixed_cumulants() -> None:
    """Two independent signs commute: tau(XYXY) = 1, where free ones have 0."""
    words = ["".join(letters) for n in range(1, 5) for letters in product("XY", repeat=n)]
    moment = {w: int(all(w.count(x) % 2 == 0 for x in "XY")) for w in words}
    assert joint_cumulant("XYXY", moment) == 1
    assert joint_cumulant("XXYY", moment) == 0


@given(st.integers(1, 5), st.data())
def test_joint_transforms_invert_each_other(n: int, data: st.DataObject) -> None:
    letters = "ABCDE"[:n]
    every = ["".join(w) for size in range(1, n + 1) for w in combinations(letters, size)]
    given_values = dict(
        zip(
            every,
            data.draw(st.lists(rationals, min_size=len(every), max_size=len(every))),
            strict=True,
        )
    )
    moment = {w: joint_moment(w, given_values) for w in every}
    assert all(joint_cumulant(w, moment) == given_values[w] for w in every)
    blocks = (prod(given_values["".join(letters[i] for i in b)] for b in p) for p in noncrossing(n))
    assert moment[letters] == sum(blocks)
    whole = (tuple(range(n)),)
    inverted = (
        moebius(p, whole) * prod(moment["".join(letters[i] for i in b)] for b in p)
        for p in noncrossing(n)
    )
    assert given_values[letters] == sum(inverted)


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(PlanarError, match="the letter Y has neither cumulants nor a matrix"):
        mixed_moment("XY", {"X": [1]})
    with pytest.raises(PlanarError, match="X has cumulants and a matrix"):
        mixed_moment("X", {"X": [1]}, {"X": [[1]]})
    with pytest.raises(ShapeError, match="square matrix"):
        mixed_moment("XA", {"X": [1]}, {"A": [[1, 2]]})
    with pytest.raises(ShapeError, match="matrices of one size"):
        mixed_moment("XAB", {"X": [1]}, {"A": [[1]], "B": [[1, 0], [0, 1]]})
    with pytest.raises(PlanarError, match="nothing is given for the word 'XX'"):
        joint_cumulant("XX", {"X": 1})
    with pytest.raises(PlanarError, match="no free cumulant of order 0"):
        cumulant_polynomial(0)
    assert list(islice(block_types(3), 1)) == [((3,), 1)]


def test_bad_input_of_transforms_is_one_sentence() -> None:
    for z in (np.nan, np.inf, "a"):
        with pytest.raises(PlanarError, match=r"is not a number|is not defined"):
            r_transform([1, 2])(z)
    with pytest.raises(PlanarError, match="is not a sequence of numbers"):
        moments(iter([1, 2]))  # type: ignore[arg-type]
    with pytest.raises(PlanarError, match="A 1 x 1, B 2 x 2; give matrices of one size"):
        mixed_moment("AXBX", {"X": [1, 1]}, {"A": [[1]], "B": [[1, 0], [0, 1]]})
