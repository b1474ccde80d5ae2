"""Signals of finite rank: the splitting rule against numbers, outliers against closed forms and
samples, refusals.
"""

import numpy as np
import pytest
from sympy import Identity, Symbol, symbols

import planar
from planar.applications.outliers.realisation import realised

N, P = planar.dims("N P")
theta, ell = symbols("theta ell", positive=True)
A, B = planar.deterministic("A", N, positive=True), planar.deterministic("B", N)
u, v, w = (planar.deterministic(x, n, 1) for x, n in (("u", N), ("v", P), ("w", N)))
H, X = planar.GOE("H", N), planar.Ginibre("X", P, N, variance=1 / P)
UNIT = np.eye(200)[:, :1]


def numbers(expression, values):
    """A SymPy matrix expression on arrays."""
    name = type(expression).__name__
    if expression in values:
        return values[expression]
    if name == "Identity":
        return np.eye(9)
    if name == "ZeroMatrix":
        return np.zeros([{N: 9, P: 7}.get(s, 1) for s in expression.shape])
    parts = [numbers(a, values) if getattr(a, "is_Matrix", False) else a for a in expression.args]
    if name == "MatAdd":
        return sum(parts)
    if name == "MatMul":
        scalars = [
            float(p.subs(theta, values[theta])) for p in parts if not isinstance(p, np.ndarray)
        ]
        arrays = [p for p in parts if isinstance(p, np.ndarray)]
        return float(np.prod(scalars)) * (
            np.linalg.multi_dot(arrays) if len(arrays) > 1 else arrays[0]
        )
    if name == "Transpose":
        return parts[0].T
    return (
        np.linalg.inv(parts[0])
        if name == "Inverse"
        else np.linalg.matrix_power(parts[0], int(expression.exp))
    )


@pytest.mark.parametrize(
    "expression",
    [
        H + theta * u * w.T,
        (X + theta * v * u.T).T * (X + theta * v * u.T),
        B * (A + theta * u * u.T).inverse() * B.T + w * u.T,
        (Identity(N) + theta * u * u.T) * X.T * (X + v * w.T) * (A + u * w.T).T,
        (A + (H + theta * w * w.T) ** 2).inverse(),
    ],
    ids=str,
)
def test_the_split_is_the_matrix(expression):
    """f + L (1 - C)^-1 R on random numbers, f without a signal."""
    rng = np.random.default_rng(0)
    given = {
        x: rng.standard_normal([{N: 9, P: 7}.get(s, 1) for s in x.shape])
        for x in (A, B, u, v, w, H, X)
    } | {theta: 1.7}
    split = realised(expression)
    middle = np.array(
        [
            [sum(float(numbers(e, given).squeeze()) for e in entry) for entry in row]
            for row in split.middle
        ]
    )
    left = np.hstack([numbers(x, given) for x in split.left])
    right = np.vstack([numbers(x, given) for x in split.right])
    whole = numbers(split.bulk, given) + left @ np.linalg.solve(np.eye(split.rank) - middle, right)
    assert np.allclose(whole, numbers(expression, given))
    assert not split.bulk.has(u, v, w)


def test_two_spikes_and_both_sides():
    found = planar.outliers(H + theta * u * u.T - ell * w * w.T)
    given = {u: UNIT, w: np.eye(200)[:, 1:2], theta: 2.0, ell: 3.0}
    low, high = found.find(given, u, w)
    assert (low.position, high.position) == pytest.approx((-3 - 1 / 3, 2.5))
    assert (high.overlaps[u], high.overlaps[w], low.overlaps[w]) == pytest.approx(
        (0.75, 0, 1 - 1 / 9), abs=1e-9
    )
    assert "2.5" in str(high)
    assert found.threshold(
        ell, {k: x for k, x in given.items() if k != ell}, upper=False
    ) == pytest.approx([1.0], abs=1e-6)


def test_a_spike_within_an_inverse():
    """The largest eigenvalue of (1 + W + spike)^-1 and so on: here of the inverse, against that of
    the matrix itself.
    """
    inner = Identity(N) + X.T * X - theta * u * u.T
    values = {u: UNIT, theta: 1.4, P: 400}
    (plain,) = planar.outliers(inner).find(values, u)
    (turned,) = planar.outliers(inner.inverse()).find(values, u)
    assert turned.position == pytest.approx(1 / plain.position, rel=1e-7)
    assert turned.overlaps[u] == pytest.approx(plain.overlaps[u], rel=1e-6)


def test_the_equation_is_printed():
    text = str(planar.outliers(H + theta * u * u.T))
    assert "C11 = -θ/(λ + s) uᵀ u" in text
    assert "s = -1/(λ + s)" in text
    written = planar.outliers(H + theta * u * u.T).latex()
    assert r"\det\left(1 - C\right) = 0" in written
    assert written.count(r"\begin{align*}") == 1


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (H + A, "holds no signal"),
        (theta * u * u.T, "nothing but a signal"),
        (H + theta * u * w.T, "is not self-adjoint"),
        (X, "square matrix"),
        (Symbol("x"), "square matrix"),
    ],
)
def test_what_has_no_outliers_is_refused(matrix, said):
    with pytest.raises(planar.PlanarError, match=said):
        planar.outliers(matrix)


def test_profiles_are_checked():
    with pytest.raises(planar.PlanarError, match="has no factors"):
        planar.variance_profile("X", [])
    with pytest.raises(planar.PlanarError, match="give symmetric letters"):
        planar.variance_profile("X", [(B, A)])
    C = planar.deterministic("C", P, positive=True)
    with pytest.raises(planar.PlanarError, match="different sizes"):
        planar.variance_profile("X", [(C, A)], symmetric=True)


def test_a_profile_of_rank_one_is_a_sandwich():
    one = planar.derive(
        planar.resolvent(planar.variance_profile("H", [(A, A)], symmetric=True), theta)
    )
    assert planar.equal(one, planar.derive(planar.resolvent(A * H * A, theta)))
    assert one.verify(4)
