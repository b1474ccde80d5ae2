"""What is printed is what is computed: an evaluator of the tests' own reads rhs and definitions."""

import numpy as np
import pytest
from expressions import NUMERIC, ONE_POINT, TWO_POINT
from letters import N, P, pick
from oracle import right_side

import planar

READ = [f"one-point: {n}" for n in ONE_POINT] + [f"two-point: {n}" for n in TWO_POINT] + ["three-point: three resolvents"]
ROOTS = {"one-point: projection, added"}


@pytest.mark.parametrize("name", [n for n in READ if n not in ROOTS])
def test_anybody_can_evaluate_the_formula(name):
    equivalent = planar.derive(NUMERIC[name])
    values = pick(equivalent, 24)
    ours = equivalent.evaluate(values)
    theirs = right_side(equivalent.rhs, equivalent.definitions, {N: 24, **values})
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)


def test_the_definitions_are_in_reading_order():
    equivalent = planar.derive(TWO_POINT["Wishart"])
    names = [d.symbol.name for d in equivalent.definitions]
    assert names == ["q", "kappa", "S", "kappa'", "S'", "df2(kappa, kappa')", "gamma"]
    assert [d.symbol.name for d in equivalent.definitions if d.implicit] == ["kappa", "kappa'"]
    assert equivalent.definitions[0].expr == N / P
