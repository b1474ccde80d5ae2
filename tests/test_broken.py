"""Formulas broken on purpose: certificate and sampling check must both reject each of them."""

from collections.abc import Callable

import numpy as np
import pytest
from letters import M, lam, mu, pick, two_point
from sympy import Expr, Symbol, Trace

import planar

GAMMA = Symbol("gamma")


def _definitions(equivalent: planar.DeterministicEquivalent, **changes: Expr) -> dict[Symbol, Expr]:
    return {d.symbol: changes.get(d.symbol.name, d.expr) for d in equivalent.definitions}


def no_ladder(eq: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
    """Only the first term."""
    return eq.restate(
        eq.rhs.replace(lambda e: isinstance(e, Trace), lambda e: 0 * Symbol("x")), _definitions(eq)
    )


def no_geometric_series(eq: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
    """gamma put to zero: one rung in place of all."""
    return eq.restate(eq.rhs, _definitions(eq, gamma=0 * GAMMA))


def equal_ridges_in_gamma(eq: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
    """kappa' = kappa inside gamma alone."""
    df2 = next(d for d in eq.definitions if d.symbol.name.startswith("df2"))
    changed = df2.expr.xreplace({Symbol("kappa'"): Symbol("kappa")})
    return eq.restate(eq.rhs, _definitions(eq, **{df2.symbol.name: changed}))


def transposed(eq: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
    """M.T in place of M."""
    return eq.restate(eq.rhs.xreplace({M: M.T}), _definitions(eq))


def one_percent(eq: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
    """Everything one per cent too large."""
    return eq.restate(eq.rhs * 101 / 100, _definitions(eq), certified=False)


BROKEN = [no_ladder, no_geometric_series, equal_ridges_in_gamma, transposed, one_percent]


@pytest.fixture(scope="module")
def derived():
    return planar.derive(two_point)


@pytest.mark.parametrize("wrong", BROKEN, ids=lambda f: f.__name__)
def test_the_certificate_rejects(derived, wrong: Callable[..., planar.DeterministicEquivalent]):
    assert derived.verify(4)
    assert not wrong(derived).verify(4)
    assert not planar.equal(derived, wrong(derived))


@pytest.mark.parametrize("wrong", BROKEN, ids=lambda f: f.__name__)
def test_the_sampling_check_rejects(derived, wrong: Callable[..., planar.DeterministicEquivalent]):
    values = {**pick(derived, 80), lam: 0.2, mu: 2.5}
    assert derived.check(values, seed=3).verdict == "agree"
    assert wrong(derived).check(values, seed=3).verdict == "disagree"


def test_a_restated_formula_is_what_is_computed(derived):
    values = pick(derived, 20)
    np.testing.assert_allclose(
        one_percent(derived).evaluate(values), 1.01 * derived.evaluate(values)
    )
