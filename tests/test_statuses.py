"""What kernels say of single points: a number with its evidence, or why there is none."""

from __future__ import annotations

import numpy as np
import pytest
from letters import A, F, G, H, M, N, O, P, W, lam, positive, z
from sympy import I
from test_backends import chosen, module

from planar import RotationInvariant, derive, resolvent, tr
from planar.foundations.errors import BranchError
from planar.kernels.runtimes.array_operations import extreme

SIGNS = np.diag([1.0, 1, -1, -1])
ATOMS = RotationInvariant("B", N, spectrum=[1, 1, 3])
ONE = positive(np.random.default_rng(0), 8)


# -- one bad point of many -------------------------------------------------------------------------


def test_a_bad_point_of_a_grid_leaves_the_others_their_values() -> None:
    """Two free signs add up to the arcsine law: 1/sqrt(z^2 - 4) outside of [-2, 2]."""
    grid = np.linspace(-3, 3, 25)
    solution = derive(tr(resolvent(F + O * F * O.T, z))).compile().solve({F: SIGNS, z: grid})
    outside = np.abs(grid) > 2
    np.testing.assert_array_equal(solution.good, outside)
    exact = np.sign(grid[outside]) / np.sqrt(grid[outside] ** 2 - 4)
    np.testing.assert_allclose(solution.value[outside], exact, rtol=1e-9)


def test_eigenvalues_of_what_is_no_number_spoil_their_own_point_alone() -> None:
    points = np.array([np.diag([1.0, -3]), np.full((2, 2), np.nan), np.diag([np.inf, 0])])
    assert extreme(points).tolist() == [1.0, np.inf, np.inf]


# -- on the spectrum, where rounding leaves gamma on either side of one ----------------------------


@pytest.mark.parametrize("law", [W, H, ATOMS])
def test_a_commutator_has_a_number_outside_of_its_spectrum_alone(law: object) -> None:
    """What is inside shows just above the axis; in holes of the spectrum there are numbers too."""
    equivalent = derive(tr(resolvent(I * (law * A - A * law), z)))
    grid = np.array([-60.0, -20, -5, -2, -1, -0.3, 0.3, 1, 2, 5, 20, 60])
    values = {A: ONE, z: grid, **({P: 12} if law is W else {})}
    solution = equivalent.compile().solve(values)
    beside = equivalent.compile().solve({**values, z: grid + 1e-6j})
    spectral = np.abs(beside.value.imag) > 1e-3 * np.abs(beside.value)
    assert beside.good.all()
    assert spectral.sum() >= 4
    assert not solution.good[spectral].any()
    assert solution.good[[0, -1]].all()
    good = solution.good
    np.testing.assert_allclose(solution.value[good], beside.value[good], rtol=1e-5)


@pytest.mark.parametrize("height", [1e-6, 1e-9, 1e-12])
def test_a_small_imaginary_part_is_enough(height: float) -> None:
    """Above the semicircle m = (-z + sqrt(z^2 - 4))/2 for (H - z)^-1, whatever the height."""
    x = np.linspace(-1.9, 1.9, 39) + 1j * height
    solution = derive(tr(resolvent(H, z))).compile().solve({N: 100, z: -x})
    assert solution.good.all()
    exact = (-x + 1j * np.sqrt(4 - x * x)) / 2
    np.testing.assert_allclose(solution.value, exact, rtol=1e-9)


# -- next to an edge, where rounding has the digits ------------------------------------------------


def test_digits_that_are_gone_are_not_shown() -> None:
    """At q = 1 the edge is at zero: m = 2/(z + sqrt(z^2 + 4 z)), and 1 - gamma is twice the root of
    the ridge.
    """
    ridges = np.geomspace(1e-6, 1e-30, 13)
    solution = derive(tr(resolvent(W, lam))).compile().solve({N: 100, P: 100, lam: ridges})
    exact = 2 / (ridges + np.sqrt(ridges**2 + 4 * ridges))
    good = solution.good
    np.testing.assert_array_equal(good, 2 * np.sqrt(ridges) > 1e-12)
    assert (np.abs(solution.value / exact - 1)[good] <= 1e-14 / np.sqrt(ridges[good])).all()


# -- each refusal says which it is -----------------------------------------------------------------

HIGH = (1 + np.sqrt(0.5)) ** 2
SAID = {
    "lies on the spectrum, where the resolvent jumps": [
        (tr(resolvent(W, z)), {N: 100, P: 200, z: -1.0}),
        (tr(resolvent(W, z)), {N: 100, P: 200, z: 1e-2 - HIGH}),
        (tr(resolvent(H, z)), {N: 100, z: 0.0}),
        (tr(resolvent(I * (W * A - A * W), z)), {A: ONE, P: 12, z: 1.0}),
    ],
    "is near an edge of the spectrum": [
        (tr(resolvent(W, z)), {N: 100, P: 200, z: 1e-7 - HIGH}),
        (tr(resolvent(W, lam)), {N: 100, P: 100, lam: 1e-27}),
    ],
    "the iteration does not converge": [(tr(resolvent(W, z)), {N: 100, P: 50, z: 0.0})],
    "in a hole that complex eigenvalues enclose": [(tr(resolvent(G, z)), {N: 100, z: 0.3})],
}


@pytest.mark.parametrize(
    ("says", "case"), [(says, case) for says, cases in SAID.items() for case in cases]
)
def test_a_refusal_says_which_it_is(says: str, case: tuple[object, dict[object, object]]) -> None:
    expression, values = case
    with pytest.raises(BranchError) as refusal:
        derive(expression).evaluate(values)
    said = [other for other in SAID if other in str(refusal.value)]
    assert said == [says]


# -- a stand-alone module asks what the kernel asks ------------------------------------------------

INPUTS = {"A": np.eye(3), "M": np.eye(3), "lam": 0.4, "P": 5}
REFUSED = [
    ({"P": -3}, "the dimension P is given as -3; give a positive integer"),
    ({"P": 2.5}, "the dimension P is given as 2.5"),
    ({"P": 2j}, "the dimension P is given as 2j"),
    ({"N": 7}, "N is given as 7, but by A it is 3"),
    ({"A": 1j * np.eye(3)}, "A is declared positive, but its value is complex"),
    ({"A": -np.eye(3)}, "A is declared positive, but its value has the eigenvalue -1"),
    ({"A": -np.ones(3)}, "A is declared positive, but its value has the eigenvalue -1"),
    ({"A": np.triu(np.ones((3, 3)))}, "A is declared symmetric, but its value is not"),
]


@pytest.mark.parametrize("backend", [chosen("numpy"), chosen("jax")])
def test_a_module_refuses_inputs_that_have_no_meaning(backend: str) -> None:
    equivalent = derive(resolvent(A * W, lam) * M)
    found = module(equivalent, backend)["equivalent"]
    values = {A: INPUTS["A"], M: INPUTS["M"], lam: 0.4, P: 5}
    np.testing.assert_allclose(found(**INPUTS), equivalent.evaluate(values), rtol=1e-9)
    for changes, says in REFUSED:
        with pytest.raises(ValueError, match=says):
            found(**{**INPUTS, **changes})
    assert "P: positive integer" in equivalent.source(backend)


def test_letters_that_no_eigenbasis_holds_keep_their_promises_in_a_module_too() -> None:
    found = module(derive(tr(resolvent(A + F + H, z))), "numpy")["equivalent"]
    assert np.isfinite(found(A=np.eye(2), F=np.eye(2), z=5.0))
    with pytest.raises(ValueError, match="F is declared symmetric"):
        found(A=np.eye(2), F=np.triu(np.ones((2, 2))), z=5.0)
    with pytest.raises(ValueError, match="A is declared positive"):
        found(A=-np.eye(2), F=np.eye(2), z=5.0)
