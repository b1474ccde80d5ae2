"""A thousand expressions of the second generator, against a dense fixed point and samples.

``pytest -m long tests/test_second_generator.py`` takes them all (an hour); the plain run takes
those that are quick.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from dense_oracle import fixed_point
from letters import A, K, M, N, P, Q, X, lam, mu, two_point
from sampled_oracle import probes, sampled
from second_check import outcome
from second_generator import case

from planar import resolvent

QUICK = (
    19,
    30,
    33,
    44,
    47,
    50,
    53,
    54,
    106,
    110,
    122,
    163,
    170,
    223,
    233,
    309,
    351,
    377,
    404,
    418,
    458,
    462,
    494,
    506,
    508,
    551,
    582,
    599,
    618,
    673,
    678,
    682,
    718,
    726,
    739,
    766,
    771,
    785,
    829,
)
BATCH = 25
REFUSALS = (
    "grows without bound as",
    "does not settle as",
    "inside of an inverse",
    "gamma.* is not below 1",
)
"""Patterns of messages with which a case may be refused: infinite limits, thresholds, traces inside
of inverses, complex letters whose plain transpose puts a positive shift on the spectrum.
"""


def faults(seeds: range | tuple[int, ...], *, deep: bool) -> list[str]:
    """What is wrong with these cases, a line each."""
    lines = []
    for seed in seeds:
        verdict = outcome(case(seed), deep=deep)
        kind, message = verdict["kind"], verdict["msg"]
        allowed = kind == "refused" and any(re.search(p, message) for p in REFUSALS)
        if kind not in ("right", "unjudged") and not allowed:
            lines.append(f"{kind}: {message}")
    return lines


def test_quick_expressions_have_the_value_of_the_fixed_point() -> None:
    assert faults(QUICK, deep=False) == []


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, 1000, BATCH))
def test_all_expressions_have_the_value_of_the_fixed_point_and_of_samples(first: int) -> None:
    """The command is ``pytest -m long tests/test_second_generator.py``."""
    assert faults(range(first, first + BATCH), deep=True) == []


def test_the_two_oracles_agree_and_both_see_a_changed_formula() -> None:
    """Sampling and fixed point share the walk over the tree alone."""
    a, m = np.diag(np.linspace(0.3, 2, 6)), np.eye(6) + np.diag(np.full(5, 0.6), 1)
    values, sizes = {A: a, M: m, lam: 0.4, mu: 0.7}, {N: 6, P: 9, K: 4}
    scaled = {k: np.kron(v, np.eye(12)) if np.ndim(v) else v for k, v in values.items()}
    for expression in (two_point, resolvent(X.T * X * A, lam) * M * resolvent(Q + A, mu)):
        dense = np.asarray(fixed_point(expression, values, sizes))
        draw = sampled(expression, scaled, {d: 12 * n for d, n in sizes.items()}, 30, 1)
        assert not draw.strange(probes(np.kron(dense, np.eye(12))))
        assert draw.strange(1.02 * probes(np.kron(dense, np.eye(12))))


def test_a_seed_says_all() -> None:
    assert case(7).expression == case(7).expression
    assert len({str(case(seed).expression) for seed in range(60)}) > 55
