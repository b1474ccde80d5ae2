"""Scaling laws: sums over modes against explicit sums, laws against kernels and exact curves,
refusals.
"""

import numpy as np
import pytest
from sympy import Rational, symbols

import planar
from planar.applications.asymptotics.exponents import Exponents
from planar.applications.asymptotics.generalised_series import Ring
from planar.applications.asymptotics.modes import Factor, ModeTerm, Sums

D, N, P = planar.dims("D N P")
lam, mu = symbols("lambda mu", positive=True)
k, n, alpha, beta, r, ell, tau, delta, x = symbols(
    "k n alpha beta r ell tau delta x", positive=True
)
A, R = planar.deterministic("A", D, positive=True), planar.deterministic("R", D, positive=True)
M, w = planar.deterministic("M", D, symmetric=True), planar.deterministic("w", D, 1)
F, X = planar.Ginibre("F", D, N, variance=1 / N), planar.Ginibre("X", P, D, variance=1 / P)
WEIGHT = k ** (alpha - 1 - 2 * alpha * r)
EDGES = np.unique(np.geomspace(1, 2_000_001, 20_000).round())
MODES, COUNTS = np.sqrt(EDGES[:-1] * (EDGES[1:] - 1)), np.diff(EDGES)
"""Two million modes in blocks, the first thousands each alone; what that loses is below 1e-6."""


def ridge():
    left = planar.resolvent(R * X.T * X * R, lam)
    return planar.derive(D * lam**2 * planar.tr(M * left * R * R * left))


def features():
    return planar.derive(
        D
        * lam**2
        * planar.tr(A * planar.resolvent(F * F.T * A, lam) * M * planar.resolvent(A * F * F.T, lam))
    )


def test_sums_over_modes_are_those_of_explicit_modes():
    """Two ridges of different size, one to a power, finitely many modes or all of them."""
    e, ring = Exponents({}), Ring(30)
    small, large = 1e-4, 3e-3
    kappas = [ring.monomial(1.0, e.number(-4)), ring.monomial(3.0, e.number(-3))]  # at n = 10
    factors = [
        Factor(s, kappa, e.read(Rational(3, 2)), m)
        for s, kappa, m in zip((lam, mu), kappas, (2, 1), strict=True)
    ]
    for s, modes, tail in (
        (1.9, 4_000_000, 4_000_000**-0.9 / 0.9 / (small**2 * large)),
        (0.4, 30_000_000, 0.0),
    ):
        term = ModeTerm(ring.monomial(1.0, e.zero), e.read(Rational(str(s))), tuple(factors))
        count = ring.monomial(modes / 1e6, e.number(6)) if s < 1 else None
        series = Sums(ring, e, count).total(term)
        j = np.arange(1, modes + 1.0)
        exact = np.sum(j**-s / (small + j**-1.5) ** 2 / (large + j**-1.5)) + tail
        found = sum(complex(c).real * 10.0 ** float(p.value) for p, c in series.terms)
        assert found == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(
    ("a", "source", "power", "exponent"),
    [
        (1.5, 0.3, 3, -2 * alpha * r),
        (1.5, 0.3, 1, -2 * ell * r),
        (1.5, 1.3, 1, -2 * ell),
        (2.2, 0.7, 4, -2 * alpha * r),
        (2.2, 1.4, 4, -2 * alpha),
    ],
)
def test_ridge_regression_is_data_or_ridge_limited(a, source, power, exponent):
    """Exponent in the symbols; coefficient and corrections against the kernel, 2 million modes."""
    risk = ridge()
    law = risk.scaling(
        {R: k ** (-alpha / 2), M: WEIGHT, P: n, lam: n**-ell}, at={alpha: a, r: source, ell: power}
    )
    assert (law.exponent - exponent).expand() == 0
    spectrum, teacher = (
        planar.spectrum(MODES ** (-a / 2), COUNTS),
        MODES ** (a - 1 - 2 * a * source),
    )
    for size, rel in ((300, 0.02), (2000, 0.015)):
        exact = risk.evaluate(
            {R: spectrum, M: teacher, D: 2_000_000, P: size, lam: float(size) ** -power}
        )
        assert law(size) == pytest.approx(exact, rel=rel)
    leading = law.coefficient * 2e3 ** float(exponent.subs({alpha: a, r: source, ell: power}))
    assert leading == pytest.approx(exact, rel=0.4)


@pytest.mark.parametrize(
    "sizes", [(2 * n, n), (n, 2 * n), (n, n ** Rational(3, 2)), (n ** Rational(3, 2), n)]
)
def test_two_scales_of_one_order_or_apart(sizes):
    """Random features on data, N = 2 P included: the coefficient knows the ratio."""
    h = F * F.T * R * X.T * X * R
    risk = planar.derive(
        D * lam**2 * planar.tr(R * R * planar.resolvent(h, lam) * M * planar.resolvent(h.T, lam))
    )
    values = {R: k ** (-alpha / 2), M: WEIGHT}
    law = risk.scaling(
        {**values, N: sizes[0], P: sizes[1], lam: n**-7}, at={alpha: 2, r: Rational(3, 10)}
    )
    given = {D: 2_000_000, **{d: int(s.subs(n, 100)) for d, s in zip((N, P), sizes, strict=True)}}
    exact = risk.evaluate(
        {R: planar.spectrum(MODES**-1.0, COUNTS), M: MODES ** (1 - 1.2), lam: 1e-9, **given}
    )
    assert law.exponent == -2 * alpha * r
    assert law(100) == pytest.approx(exact, rel=0.02)


def test_a_covariance_without_trace_needs_the_number_of_modes():
    values = {A: k**-alpha, M: WEIGHT, N: n, lam: n**-9}
    with pytest.raises(
        planar.PlanarError, match="give the dimension of the spectral letter a size"
    ):
        features().scaling(values, at={alpha: Rational(7, 10), r: Rational(3, 10)})
    law = features().scaling(
        {**values, D: n**delta},
        at={alpha: Rational(7, 10), r: Rational(3, 10), delta: Rational(3, 2)},
    )
    modes = np.arange(1, 1_000_001.0)
    exact = features().evaluate(
        {A: planar.spectrum(modes**-0.7), M: modes ** (0.7 - 1 - 0.42), N: 10_000, lam: 1e-12}
    )
    assert law(10_000) == pytest.approx(exact, rel=0.005)
    assert law.exponent.expand() == (2 * delta * r - 2 * r - 2 * alpha * delta * r).expand()


def test_times_by_exact_curves():
    """Gradient flow on infinitely many samples: the sum of w^2 lambda e^(-2 lambda t), exponent and
    coefficient.
    """
    bias = planar.derive(D * planar.tr(A * planar.resolvent(A, lam) * M * planar.resolvent(A, mu)))
    for source in (0.3, 1.7):
        at = {alpha: 1.5, r: source}
        law = bias.scaling({A: k**-alpha, M: WEIGHT}, at=at, times={lam: n, mu: n})
        assert law.exponent == -2 * r
        eigenvalues = MODES**-1.5
        exact = np.sum(COUNTS * MODES ** (-1 - 3 * source) * np.exp(-2 * eigenvalues * 2000))
        assert law(2000) == pytest.approx(exact, rel=1e-3)


def test_curves_in_time_do_not_saturate_but_feel_the_features():
    at = {alpha: 1.5, tau: Rational(7, 10)}
    forcing = planar.derive(
        D
        * planar.tr(A * planar.resolvent(F * F.T * A, lam) * M * planar.resolvent(A * F * F.T, mu))
    )
    values, times = {A: k**-alpha, M: WEIGHT, N: n}, {lam: n**tau, mu: n**tau}
    assert forcing.scaling(values, at={**at, r: 0.3}, times=times).exponent == -2 * r * tau
    law = forcing.scaling(values, at={**at, r: 1.7}, times=times)
    assert (law.exponent - (tau / alpha - tau - 1)).expand() == 0
    assert law.conditions == (alpha - tau,)
    late = forcing.scaling(values, at={**at, r: 1.7, tau: 2}, times=times)
    assert late.exponent == -alpha


def test_a_law_holds_where_its_conditions_do():
    risk, values = ridge(), {R: k ** (-alpha / 2), M: WEIGHT, P: n, lam: n**-ell}
    law = risk.scaling(values, at={alpha: 1.5, r: 0.3, ell: 3})
    assert set(law.conditions) == {ell - alpha, 1 - r}
    assert risk.scaling(values, at={alpha: 1.2, r: 0.9, ell: 1.3}).exponent == law.exponent
    assert risk.scaling(values, at={alpha: 1.2, r: 0.9, ell: 1.1}).exponent != law.exponent
    assert "κ ~ 3.7609 n^(-α)" in str(law)
    assert law.latex() == r"2.925\, n^{- 2 \alpha r}"


def test_the_compute_optimal_share():
    """Phase Ia of one-pass training with N features: forcing against its limit."""
    a, b = symbols("a b", positive=True)
    h = F * F.T * A
    forcing = planar.derive(
        D * planar.tr(A * planar.resolvent(h, lam) * w * w.T * planar.resolvent(h.T, mu))
    )
    values = {A: k ** (-2 * a), w: k**-b, N: n**x}
    found = planar.compute_optimal(
        [(forcing, values, dict.fromkeys((lam, mu), n ** (1 - x)))], x, at={a: 0.9, b: 0.3}
    )
    assert (found.share - 1 / (2 * a + 1)).simplify() == 0
    assert (found.exponent - (1 - 2 * a - 2 * b) / (2 * a + 1)).simplify() == 0


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        ({lam: 0.1}, {}, "does not become small"),
        ({lam: n + 1}, {}, "is not a power of n"),
        ({M: k**-3}, {alpha: 2}, "logarithm"),
        ({A: k**-1}, {}, "A does not stand in"),
        ({lam: x**-2}, {}, "powers of one symbol"),
        ({P: n**beta}, {}, "by at="),
        ({lam: "n**-3"}, {}, "text is not evaluated"),
        ({}, {alpha: "1 + 1"}, "text is not evaluated"),
    ],
)
def test_what_is_no_power_law_is_refused(change, at, said):
    values = {R: k ** (-alpha / 2), M: WEIGHT, P: n, lam: n**-ell, **change}
    with pytest.raises(planar.PlanarError, match=said):
        ridge().scaling(values, at={alpha: 1.5, r: 0.3, ell: 3, **at})


def test_what_is_missing_is_named():
    with pytest.raises(planar.PlanarError, match="no power law is given for M"):
        ridge().scaling({R: k**-1, P: n, lam: n**-3})
    with pytest.raises(planar.PlanarError, match="no power law is given for P"):
        ridge().scaling({R: k**-1, M: k**-2, lam: n**-3})
    matrix = planar.derive(planar.resolvent(A * planar.Wishart("W", D, P), lam))
    with pytest.raises(planar.PlanarError, match="is a matrix"):
        matrix.scaling({A: k**-2, P: n, lam: 1 / n})
