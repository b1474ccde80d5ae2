"""All seven orderings of the two-point table for several ensembles, by sampling; A and A' do not
commute.
"""

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
        planar.RotationInvariant(
            "B", N, spectrum=np.concatenate([np.linspace(0.5, 1, 20), np.linspace(3, 4, 10)])
        ),
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


def test_formulas_are_short_where_a_law_says_so():
    """A ladder without traces, and a law between self-energies alone, shorten a formula."""
    H, X, G = planar.GOE("H", N), planar.Ginibre("X", P, N), planar.GOE("G", P)
    A, J = (
        planar.deterministic("A", N, positive=True),
        planar.deterministic("J", N, planar.dims("D")),
    )
    two = planar.derive(planar.tr(planar.resolvent(H, lam) * planar.resolvent(H, mu)))
    assert str(two).splitlines()[0].endswith("≃ γ/(1 - γ)")
    right = planar.resolvent(X * J * J.T * X.T + G, mu)
    mixed = planar.derive(planar.resolvent(A * X.T * X, lam) * X.T * right * X)
    assert "s_X'" not in str(mixed)
    assert all(equivalent.verify(4) for equivalent in (two, mixed))
