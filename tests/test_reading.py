"""What is printed is what is computed: an evaluator of the tests' own reads rhs and definitions."""

import numpy as np
import pytest
from expressions import NUMERIC, ONE_POINT, RECTANGULAR, SYSTEMS, TWO_POINT
from letters import N, P, pick
from oracle import right_side, tree

import planar
from derivations.theorem import derived_once

READ = (
    [f"one-point: {n}" for n in ONE_POINT]
    + [f"two-point: {n}" for n in TWO_POINT]
    + ["three-point: three resolvents"]
)
OTHERS = {"one-point: projection, added", "two-point: a square and a sum"}
"""A root that SymPy writes, and a system: read in the second test, at the values that the kernel
found.
"""
SOLVED = [
    *sorted(OTHERS),
    *(f"system: {n}" for n in SYSTEMS),
    *(f"rectangular: {n}" for n in RECTANGULAR),
]


@pytest.mark.parametrize("name", [n for n in READ if n not in OTHERS])
def test_anybody_can_evaluate_the_formula(name):
    equivalent = derived_once(NUMERIC[name])
    values = pick(equivalent, 24)
    ours = equivalent.evaluate(values)
    theirs = right_side(equivalent.rhs, equivalent.definitions, {N: 24, **values})
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", SOLVED)
def test_the_values_of_the_kernel_satisfy_every_printed_definition(name):
    equivalent = derived_once(NUMERIC[name])
    values = pick(equivalent, 20)
    solution = equivalent.compile().solve(values)
    names = list(solution.named.values())[: len(equivalent.definitions)]
    known = {
        N: 20,
        **values,
        **{d.symbol: complex(v) for d, v in zip(equivalent.definitions, names, strict=True)},
    }
    for d in equivalent.definitions:
        assert tree(d.expr, known) == pytest.approx(known[d.symbol], rel=1e-8, abs=1e-10), d.symbol
    np.testing.assert_allclose(solution.value, tree(equivalent.rhs, known), rtol=1e-8, atol=1e-10)


def test_the_definitions_are_in_reading_order():
    equivalent = planar.derive(TWO_POINT["Wishart"])
    names = [d.symbol.name for d in equivalent.definitions]
    assert names == ["q", "kappa", "S", "kappa'", "S'", "df2(kappa, kappa')", "gamma"]
    assert [d.symbol.name for d in equivalent.definitions if d.implicit] == ["kappa", "kappa'"]
    assert equivalent.definitions[0].expr == N / P
