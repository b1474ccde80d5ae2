"""Block matrices against numpy's own blocks, and pencils that share letters."""

from __future__ import annotations

import numpy as np
import pytest
from letters import A, C, N, P, X, z
from sympy import BlockMatrix, Identity, ZeroMatrix

import planar
from planar import derive, resolvent, tr

HERMITISED = BlockMatrix([[A, X.T], [X, ZeroMatrix(P, P)]])
FIRST = BlockMatrix([[Identity(N), ZeroMatrix(N, P)]])
SECOND = BlockMatrix([[ZeroMatrix(P, N), Identity(P)]])


def sampled(n: int, p: int, a: np.ndarray, shift: complex, trials: int = 60) -> np.ndarray:
    """The inverse of the block matrix, drawn by numpy alone."""
    rng, found = np.random.default_rng(3), []
    for _ in range(trials):
        pair = rng.standard_normal((2, p, n))
        x = (pair[0] + 1j * pair[1]) / np.sqrt(2 * p)
        whole = np.block([[a, x.conj().T], [x, np.zeros((p, p))]])
        found.append(np.linalg.inv(shift * np.eye(n + p) + whole))
    return np.array(found)


def test_traces_and_single_blocks_agree_with_samples():
    n, p, shift = 40, 60, 0.4 + 1.2j
    a = np.diag(np.linspace(0.2, 2, n))
    draws = sampled(n, p, a, shift)
    values = {A: a, P: p, z: shift}
    traces = np.trace(draws, axis1=1, axis2=2) / (n + p)
    whole = derive(tr(resolvent(HERMITISED, z)))
    error = traces.std() / np.sqrt(len(traces))
    assert abs(whole.evaluate(values) - traces.mean()) < 5 * error + 1e-5
    assert abs(whole.evaluate(values) * 1.01 - traces.mean()) > 5 * error + 1e-5
    for left, right, part in ((FIRST, FIRST, draws[:, :n, :n]), (SECOND, SECOND, draws[:, n:, n:])):
        block = derive(tr(left * resolvent(HERMITISED, z) * right.T)).evaluate(values)
        mean = np.trace(part, axis1=1, axis2=2) / part.shape[1]
        assert abs(block - mean.mean()) < 5 * mean.std() / np.sqrt(len(mean)) + 1e-5
    corner = derive(FIRST * resolvent(HERMITISED, z) * SECOND.T)
    assert np.abs(corner.evaluate(values)).max() == 0
    assert whole.verify(4)
    assert whole.check(values, trials=40).verdict == "agree"


def test_deterministic_blocks_are_those_of_numpy():
    a, c = np.diag([1.0, 2.0, 3.0]), np.array([[0.5, 1.0, 0], [0, 1, 2], [1, 0, 1]])
    grid = BlockMatrix([[A, C], [C.T, 2 * A]])
    whole = np.linalg.inv(1.5 * np.eye(6) + np.block([[a, c], [c.T, 2 * a]]))
    assert derive(tr(resolvent(grid, z))).evaluate({A: a, C: c, z: 1.5}) == pytest.approx(
        np.trace(whole) / 6
    )


def test_a_matrix_of_blocks_is_refused_with_a_way_out():
    with pytest.raises(planar.PlanarError, match="derive one of them at a time"):
        derive(resolvent(HERMITISED, z))


def test_terms_that_begin_or_end_alike_share_their_letters():
    shared = derive(resolvent(X.T * X + X.T * X * A, z))
    assert shared.closed
    assert planar.equal(shared, derive(resolvent(X.T * X * (Identity(N) + A), z)))
    assert not planar.equal(shared, derive(resolvent(X.T * X * (Identity(N) + 2 * A), z)))
