"""Examples of values, theory against samples along a parameter, and the figures of both."""

import xml.etree.ElementTree as ElementTree

import expressions
import numpy as np
import pytest
from letters import A, M, N, P, W, lam, mu, two_point, w
from sympy import Symbol

import planar
from planar import derive, resolvent, tr

TRACE = derive(tr(resolvent(A * W, lam)))
GRID = np.geomspace(0.05, 5, 12)


@pytest.mark.parametrize("name", sorted(expressions.ONE_POINT))
def test_an_example_lies_off_the_spectrum(name):
    equivalent = derive(expressions.ONE_POINT[name])
    values = equivalent.example(size=24, seed=3)
    assert np.isfinite(equivalent.evaluate(values)).all()
    again = equivalent.example(size=24, seed=3)
    assert all(np.array_equal(x, again[key]) for key, x in values.items())


def test_an_example_keeps_what_was_declared():
    commuting = derive(resolvent(A * W, lam) * M, commuting=[(A, M)])
    values = commuting.example(size=10)
    assert np.allclose(values[A] @ values[M], values[M] @ values[A])
    assert (np.linalg.eigvalsh(derive(two_point).example()[A]) > 0).all()
    vector = derive(w.T * resolvent(A * W, lam) * w)
    assert vector.example(size=12)[w].shape == (12, 1)
    rank = derive(expressions.ONE_POINT["projection, added"]).example(size=40)
    assert 20 in [x for x in rank.values() if isinstance(x, int)]


def test_an_example_fits_what_is_given():
    matrix = derive(two_point)
    own = np.diag(np.linspace(1, 2, 7))
    values = matrix.example(given={A: own, P: 9, mu: 2.5})
    assert values[A] is own
    assert values[M].shape == (7, 7)
    assert (values[P], values[mu], values[lam]) == (9, 2.5, 0.3)
    spectral = matrix.example(given={A: planar.spectrum([1, 2, 3, 4])})
    assert matrix.evaluate(spectral).shape == (4, 4)


@pytest.mark.parametrize("size", [0, 3, 2.5, "80", True])
def test_a_size_is_a_number(size):
    with pytest.raises(planar.PlanarError, match="size of at least 4"):
        TRACE.example(size=size)


def test_theory_and_samples_along_a_scalar():
    values = TRACE.example(size=40)
    found = TRACE.compare({**values, lam: GRID}, trials=30, points=5)
    alone = [TRACE.evaluate({**values, lam: x}) for x in GRID]
    assert np.allclose(found.predicted, alone, rtol=1e-12)
    assert len(found.points) == 5
    assert found.points[0] == GRID[0]
    assert found.points[-1] == GRID[-1]
    expected = found.predicted[list(found.places)]
    assert (np.abs(found.sampled - expected) < 5 * found.standard_error + 2e-3 * expected).all()
    wrong = derive(2 * tr(resolvent(A * W, lam))).compare({**values, lam: GRID}, trials=5, points=2)
    assert np.allclose(wrong.predicted, 2 * found.predicted)
    assert "12 points of lambda, 30 trials at 5 of them" in str(found)


def test_a_matrix_is_compared_by_its_trace_and_a_dimension_runs_too():
    matrix = derive(two_point)
    values = {**matrix.example(size=20), P: [20, 40, 80]}
    found = matrix.compare(values, trials=5)
    traced = derive(tr(two_point)).compare(values, trials=5)
    assert np.allclose(found.predicted, traced.predicted, rtol=1e-9)
    assert np.allclose(found.sampled, traced.sampled, rtol=1e-9)
    assert found.symbol == P


def test_points_on_the_spectrum_are_gaps():
    z = Symbol("z")
    semicircle = derive(tr(resolvent(planar.GOE("H", N), z)))
    found = semicircle.compare({N: 30, z: np.array([-1.0, 3.0])}, trials=3)
    assert np.isnan(found.predicted[0])
    assert np.isfinite(found.predicted[1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "along one scalar or dimension that is given as a list of values, found none"),
        ({lam: GRID, mu: GRID}, "found lambda and mu"),
        ({lam: [1.0]}, "lambda runs along at least two finite real numbers"),
        ({lam: [1.0, np.inf]}, "finite"),
        ({lam: [[1.0, 2.0]]}, "one-dimensional"),
        ({P: [10.5, 20.0]}, "P is given as 10.5"),
    ],
)
def test_what_a_comparison_refuses(change, says):
    matrix = derive(two_point)
    with pytest.raises(planar.PlanarError, match=says):
        matrix.compare({**matrix.example(size=10), **change}, trials=2)


def test_a_rectangle_has_no_trace():
    J = planar.deterministic("J", N, planar.dims("D"))
    with pytest.raises(planar.PlanarError, match="number or a square matrix"):
        derive(resolvent(A * W, lam) * J).compare({lam: GRID})
    with pytest.raises(planar.PlanarError, match="trials"):
        TRACE.compare({lam: GRID}, trials=1)


def test_eigenvalues_fill_the_density():
    equivalent = derive(tr(resolvent(W, lam)))
    values = {N: 100, P: 50}
    drawn = equivalent.eigenvalues(values, trials=6, seed=1)
    assert drawn.shape == (6, 100)
    density = equivalent.density(np.linspace(0.05, 7, 200), values)
    below = np.interp(2.0, density.grid, density.cumulative) + 0.5
    assert abs((drawn < 2.0).mean() - below) < 0.03
    assert abs((drawn < 1e-9).mean() - 0.5) < 1e-12
    assert np.array_equal(drawn, equivalent.eigenvalues(values, trials=6, seed=1))


def test_eigenvalues_of_a_product_that_is_not_symmetric():
    values = TRACE.example(size=30)
    del values[lam]
    drawn = TRACE.eigenvalues(values, trials=3)
    assert abs(drawn.mean() - np.trace(values[A]) / 30) < 0.2
    Z = planar.Ginibre("Z", N, N)
    with pytest.raises(planar.PlanarError, match="complex eigenvalues"):
        derive(tr(resolvent(Z, lam))).eigenvalues({N: 30})
    with pytest.raises(planar.PlanarError, match="at least one trial"):
        TRACE.eigenvalues(values, trials=0)


def test_plots_of_everything(tmp_path):
    pytest.importorskip("matplotlib")
    values = TRACE.example(size=20)
    one = TRACE.compare({**values, lam: GRID}, trials=4)
    density = derive(tr(resolvent(W, lam))).density(np.linspace(0, 4, 60), {N: 20, P: 10})
    losses = planar.dynamics.sgd_curves(
        spectrum=[1, 0.5],
        teacher=[1, 1],
        samples=40,
        batch_size=2,
        learning_rate=0.1,
        times=[0, 1, 10],
    )
    for value in (one, {"P = 30": one, "again": one}, density, losses):
        drawn = planar.plot(value)
        assert ElementTree.fromstring(drawn.svg).tag.endswith("svg")
        assert drawn.svg == planar.plot(value).svg
        assert drawn._repr_svg_() == drawn.svg
    assert planar.plot(one).axes.get_xscale() == "log"
    assert planar.plot(one, xscale="linear", xlabel="ridge").axes.get_xlabel() == "ridge"
    for name in ("a.svg", "a.pdf", "a.png"):
        assert planar.plot(one, width=5).save(tmp_path / name).stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"value": 3}, "cannot plot a value of type int"),
        ({"value": {}}, "cannot plot nothing"),
        ({"width": -1}, "a width of -1 inches"),
        ({"height": "tall"}, "a height of 'tall' inches"),
        ({"xscale": "cubic"}, 'xscale is "linear" or "log"'),
        ({"file": "a.gif"}, "saved as svg, pdf or png"),
        ({"file": "missing/a.svg"}, "cannot write"),
    ],
)
def test_what_plots_refuse(arguments, says, tmp_path):
    pytest.importorskip("matplotlib")
    one = TRACE.compare({**TRACE.example(size=10), lam: [0.1, 1.0]}, trials=2)
    file = arguments.pop("file", None)
    with pytest.raises(planar.PlanarError, match=says):
        planar.plot(**{"value": one, **arguments}).save(tmp_path / str(file))


def test_drawings_show_themselves():
    drawn = planar.draw(derive(two_point).diagrams(1))
    assert drawn._repr_svg_() == str(drawn)
    assert type(drawn._repr_svg_()) is str


def test_results_print_themselves_in_a_notebook():
    from types import SimpleNamespace

    shown: list[str] = []
    values = TRACE.example(size=10)
    results = [
        TRACE.verify(2),
        TRACE.compare({**values, lam: GRID}, trials=2),
        TRACE,
        planar.equal(TRACE, TRACE),
    ]
    results += [
        derive(tr(resolvent(W, lam))).density([1.0], {N: 20, P: 10}),
        TRACE.check(TRACE.example(size=20)),
    ]
    for result in results:
        result._repr_pretty_(SimpleNamespace(text=shown.append), False)
    assert shown == [str(result) for result in results]
