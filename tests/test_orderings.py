"""All seven orderings of the two-point table for several ensembles, by sampling; A and A' do not commute."""

import numpy as np
import pytest
from letters import N

import planar
from derivations.two_point_orderings import ORDERINGS, expression, lam, mu, values

K, P = planar.dims("K P")
LAWS = {
    "Wishart, q below one": (planar.Wishart("B", N, P), {P: 120}),
    "Wishart, q above one": (planar.Wishart("B", N, P), {P: 40}),
    "GOE": (planar.GOE("B", N), {lam: 2.5 + 1.5j, mu: 3.0 - 1.0j}),
    "projection": (planar.RandomProjection("B", N, K), {K: 24}),
    "two bulks": (
        planar.RotationInvariant("B", N, spectrum=np.concatenate([np.linspace(0.5, 1, 20), np.linspace(3, 4, 10)])),
        {},
    ),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("ordering", ORDERINGS, ids=" with ".join)
def test_sampling_agrees(law, ordering):
    letter, extra = LAWS[law]
    equivalent = planar.derive(expression(letter, *ordering))
    needed = {*equivalent.letters, lam, mu}
    given = {k: v for k, v in values(np.random.default_rng(7), 60).items() if k in needed}
    verdict = equivalent.check({**given, **extra}, trials=60, seed=5)
    assert verdict, str(verdict)
