"""Equivalents from equivalents: each against numbers that share no code with it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from letters import A, M, N, P, W, lam, mu, positive, two_point
from sympy import oo

import planar
from planar import Ginibre, derive, deterministic, dims, resolvent, tr

RNG = np.random.default_rng(7)
A_VALUE, M_VALUE = positive(RNG, 6), RNG.standard_normal((6, 6))
D, K = dims("D K")


def slope(equivalent, values, symbol, step=1e-5):
    """A central difference quotient."""
    high, low = (equivalent.evaluate({**values, symbol: values[symbol] + s}) for s in (step, -step))
    return (high - low) / (2 * step)


@pytest.mark.parametrize(
    "expression",
    [
        tr(resolvent(A * W, lam)),
        resolvent(A * W, lam) * M * resolvent(W * A, lam + mu),
        lam**2 * tr(resolvent(A * W, lam)) ** 2,
        resolvent(resolvent(W, lam) * A, mu),
        (lam * A + W) ** 2,
    ],
)
def test_a_derivative_is_the_limit_of_difference_quotients(expression):
    equivalent = derive(expression)
    values = {A: A_VALUE, M: M_VALUE, lam: 0.8, mu: 0.5, P: 9}
    held = {k: v for k, v in values.items() if k in (*equivalent.letters, *equivalent.scalars, P)}
    np.testing.assert_allclose(
        equivalent.diff(lam).evaluate(held), slope(equivalent, held, lam), rtol=1e-6, atol=1e-8
    )


def test_a_wrong_derivative_would_be_seen():
    equivalent = derive(tr(resolvent(A * W, lam)))
    values = {A: A_VALUE, lam: 0.8, P: 9}
    other = derive(-(tr(resolvent(A * W, lam)) ** 2)).evaluate(values)
    assert abs(other / slope(equivalent, values, lam) - 1) > 0.02


def test_a_parameter_of_a_letter_is_no_variable():
    with pytest.raises(planar.PlanarError, match="parameter of the letter"):
        derive(tr(resolvent(Ginibre("X", P, N).T * Ginibre("X", P, N), mu))).diff(P)


def test_substitution_is_continuous_where_arguments_meet():
    equivalent = derive(two_point)
    confluent = equivalent.subs({mu: lam})
    values = {A: A_VALUE, M: M_VALUE, lam: 0.7, P: 5}
    for gap, tolerance in ((0.0, 1e-12), (1e-9, 1e-8), (1e-5, 1e-4)):
        near = equivalent.evaluate({**values, mu: 0.7 + gap})
        np.testing.assert_allclose(near, confluent.evaluate(values), rtol=tolerance)
    with pytest.raises(planar.PlanarError, match="does not occur in"):
        equivalent.subs({K: 3})


def test_dimensions_and_letters_are_replaced_too():
    values = {A: A_VALUE, lam: 0.7}
    half = derive(tr(resolvent(A * W, lam))).subs({P: 2 * N})
    assert half.evaluate(values) == pytest.approx(
        derive(tr(resolvent(A * W, lam))).evaluate({**values, P: 12})
    )
    R = deterministic("R", N, positive=True)
    renamed = derive(tr(resolvent(A * W, lam))).subs({A: R})
    assert renamed.evaluate({R: A_VALUE, lam: 0.7, P: 9}) == pytest.approx(
        derive(tr(resolvent(A * W, lam))).evaluate({**values, P: 9})
    )


@pytest.mark.parametrize("samples", [3, 9, 24])
def test_ridgeless_on_both_sides_of_the_interpolation_threshold(samples):
    equivalent = derive(lam * mu * two_point)
    values = {A: A_VALUE, M: M_VALUE, P: samples}
    limit = equivalent.limit(lam, 0).limit(mu, 0).evaluate(values)
    tiny = equivalent.evaluate({**values, lam: 1e-7, mu: 1e-7})
    np.testing.assert_allclose(limit, tiny, atol=3e-6)
    assert (np.abs(limit).max() < 1e-12) == (samples > 6)


def test_random_features_without_a_ridge():
    F, Z = Ginibre("F", D, K, variance=1 / K), Ginibre("Z", P, D)
    S = deterministic("Sigma", D, positive=True)
    equivalent = derive(lam * tr(S * resolvent(F * F.T * S * Z.T * Z, lam)))
    for features, samples in ((4, 9), (9, 4), (30, 20)):
        values = {S: A_VALUE, K: features, P: samples}
        assert equivalent.limit(lam, 0).evaluate(values) == pytest.approx(
            equivalent.evaluate({**values, lam: 1e-7}), abs=2e-5
        )


def test_a_limit_that_is_infinite_says_so():
    equivalent = derive(resolvent(A * W, lam)).limit(lam, 0)
    inverse = np.linalg.inv(A_VALUE) / (1 - 6 / 24)
    np.testing.assert_allclose(equivalent.evaluate({A: A_VALUE, P: 24}), inverse, rtol=1e-9)
    with pytest.raises(planar.PlanarError, match="grows without bound"):
        equivalent.evaluate({A: A_VALUE, P: 3})


def test_infinitely_many_samples():
    limit = derive(two_point).limit(P, oo)
    g = [np.linalg.inv(x * np.eye(6) + A_VALUE) for x in (0.7, 1.9)]
    np.testing.assert_allclose(
        limit.evaluate({A: A_VALUE, M: M_VALUE, lam: 0.7, mu: 1.9}),
        g[0] @ M_VALUE @ g[1],
        rtol=1e-12,
    )


LAYERS = (
    deterministic("R", D, positive=True),
    Ginibre("X", P, D, variance=1 / P),
    Ginibre("F", D, K, variance=1 / K),
)


@cache
def two_layers():
    """Expressions of two layers, derived, and their limits without a ridge."""
    r, x, f = LAYERS
    c, gram = r * x.T * x * r, x * r * f * f.T * r * x.T
    left, right = resolvent(f * f.T * c, lam), resolvent(c * f * f.T, lam)
    whole = [
        derive(lam**2 * tr(resolvent(gram, lam) ** 2)),
        derive(lam**2 * tr(r * r * left * right)),
        derive(tr(r * r * left * f * f.T * c * f * f.T * right)),
    ]
    return [(one, one.limit(lam, 0)) for one in whole]


@pytest.mark.parametrize(
    ("samples", "features"), [(40, 90), (90, 40), (30, 80), (120, 90), (30, 20)]
)
def test_ridgeless_from_either_side_of_two_layers(samples, features):
    """Both sides of both thresholds, the Gram side and the noise of random features: also where the
    formula says 0/0 there.
    """
    spectrum = planar.spectrum(np.sqrt(np.random.default_rng(3).uniform(0.2, 1, 60)))
    values = {LAYERS[0]: spectrum, P: samples, K: features}
    for whole, limit in two_layers():
        near = 2 * whole.evaluate({**values, lam: 1e-8}) - whole.evaluate({**values, lam: 2e-8})
        assert limit.evaluate(values) == pytest.approx(near, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("samples", "expected"), [(90, 1 / 3), (40, 0.0)])
def test_the_gram_side_without_a_ridge_keeps_its_null_space(samples, expected):
    r, x = deterministic("R", D, positive=True), Ginibre("X", P, D, variance=1 / P)
    limit = derive(lam * tr(resolvent(x * r * r * x.T, lam))).limit(lam, 0)
    values = {r: planar.spectrum(np.linspace(0.3, 1, 60)), P: samples}
    assert limit.evaluate(values) == pytest.approx(expected, abs=1e-12)


def test_a_limit_at_its_threshold_says_so():
    r, x = deterministic("R", D, positive=True), Ginibre("X", P, D, variance=1 / P)
    limit = derive(lam**2 * tr(resolvent(x * r * r * x.T, lam) ** 2)).limit(lam, 0)
    with pytest.raises(planar.PlanarError, match="an interpolation threshold perhaps"):
        limit.evaluate({r: planar.spectrum(np.sqrt([1.0, 0.5, 0.25] * 20)), P: 60})


def vanishing(eigenvalues, samples):
    """kappa df1(kappa) at q df1(kappa) = 1, by bisection in log kappa; zero where kappa is."""
    if np.count_nonzero(eigenvalues) <= samples:
        return 0.0
    low, high = -700.0, 100.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if np.sum(eigenvalues / (np.exp(middle) + eigenvalues)) > samples
            else (low, middle)
        )
    return np.exp(low) * samples / len(eigenvalues)


@pytest.mark.parametrize("unit", [1e-20, 1e-9, 1.0, 1e9])
@pytest.mark.parametrize("samples", [31, 60, 99, 120])
def test_the_branch_of_a_limit_among_small_eigenvalues(samples, unit):
    eigenvalues = unit * np.repeat([1.0, 1e-6, 1e-9], [10, 20, 70])
    limit = derive(lam * tr(A * resolvent(A * W, lam))).limit(lam, 0)
    found = limit.evaluate({A: planar.spectrum(eigenvalues), P: samples})
    assert found == pytest.approx(vanishing(eigenvalues, samples), rel=1e-9, abs=1e-15 * unit)


def test_a_branch_that_does_not_settle_says_so():
    limit = derive(lam * tr(A * resolvent(A * W, lam))).limit(lam, 0)
    with pytest.raises(planar.PlanarError, match=r"branch of .* does not settle as lambda -> 0"):
        limit.evaluate({A: planar.spectrum(np.exp(-np.arange(100.0))), P: 80})
