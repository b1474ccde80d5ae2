"""Every numeric expression against complex-ensemble sampling, by code that knows no diagram."""

import pytest
from expressions import NUMERIC
from letters import pick

from derivations.theorem import derived_once


@pytest.mark.parametrize("name", NUMERIC)
def test_the_sampled_expectation_agrees(name):
    equivalent = derived_once(NUMERIC[name])
    verdict = equivalent.check(pick(equivalent, 48), trials=50, seed=1)
    assert verdict, f"{equivalent.lhs}\n{verdict}"
