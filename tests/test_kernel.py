"""Kernels: vectorised, in the eigenbasis, off the physical branch, and as modules in a fresh
process.
"""

import subprocess
import sys

import numpy as np
import pytest
from expressions import NUMERIC
from letters import A1, A2, A, H, M, N, P, Q, W, lam, mu, pick, positive, two_point, z
from sympy import Identity, Inverse, Symbol, Trace, sqrt

import planar
from derivations.theorem import derived_once
from planar import resolvent, tr


def test_scalars_broadcast():
    kernel = planar.derive(tr(two_point)).compile()
    values = {A: positive(np.random.default_rng(0), 30), M: np.eye(30), P: 40}
    grid = kernel({**values, lam: np.array([[0.1], [0.5]]), mu: np.array([0.2, 0.3, 0.4])})
    assert grid.shape == (2, 3)
    assert grid[1, 2] == pytest.approx(kernel({**values, lam: 0.5, mu: 0.4}), rel=1e-12)


def test_matrices_stack_behind_the_points():
    equivalent = planar.derive(two_point)
    values = pick(equivalent, 12)
    stack = equivalent.evaluate({**values, lam: np.array([0.3, 0.7])})
    assert stack.shape == (2, 12, 12)
    np.testing.assert_allclose(stack[1], equivalent.evaluate(values), rtol=1e-10)


def test_a_spectrum_stands_for_its_letter():
    a = positive(np.random.default_rng(1), 25)
    equivalent = planar.derive(tr(resolvent(A * W, lam) * M))
    spectrum = planar.spectrum(np.linalg.eigvalsh(a))
    dense = equivalent.evaluate({A: a, M: np.eye(25), lam: 0.3, P: 20})
    assert equivalent.evaluate({A: spectrum, M: np.ones(25), lam: 0.3, P: 20}) == pytest.approx(
        dense, rel=1e-12
    )


def test_a_weighted_spectrum_is_the_repeated_one():
    equivalent = planar.derive(tr(resolvent(A * W, lam)))
    short = equivalent.evaluate(
        {A: planar.spectrum([1, 4], weights=[3, 1]), lam: 0.2, P: 10, N: 20}
    )
    long = equivalent.evaluate({A: np.diag([1.0] * 15 + [4.0] * 5), lam: 0.2, P: 10})
    assert short == pytest.approx(long, rel=1e-12)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.5, 3.0])
def test_small_ridges_on_both_sides_of_the_threshold(ratio):
    n = 60
    a = positive(np.random.default_rng(2), n)
    ridges = np.logspace(1, -6, 8)
    equivalent = planar.derive(tr(resolvent(A * W, lam)))
    solution = equivalent.compile().solve({A: a, lam: ridges, P: int(n / ratio)})
    kappa, w = solution.named["kappa"], np.linalg.eigvalsh(a)
    assert solution.good.all()
    assert (kappa > 0).all()
    fixed = ridges + n / int(n / ratio) * kappa * np.mean(w / (kappa[:, None] + w), axis=1)
    np.testing.assert_allclose(kappa, fixed, rtol=1e-9)


@pytest.mark.parametrize("height", [1e-1, 1e-2, 1e-4])
def test_complex_parameters_stay_on_the_branch_of_the_upper_half_plane(height):
    a = positive(np.random.default_rng(3), 40)
    solution = (
        planar.derive(tr(resolvent(A * W, z))).compile().solve({A: a, z: -0.5 + 1j * height, P: 30})
    )
    assert solution.good.all()
    assert solution.value.imag < 0
    assert 1 - solution.gamma == pytest.approx(height / solution.named["kappa"].imag, rel=1e-3)


def test_on_the_spectrum_there_is_a_status_and_no_number():
    equivalent = planar.derive(tr(resolvent(A * W, z)))
    values = {A: positive(np.random.default_rng(4), 30), P: 40}
    with pytest.raises(planar.PlanarError, match=r"z = -0.5.*on the spectrum"):
        equivalent.evaluate({**values, z: -0.5})
    mixed = equivalent.compile()({**values, z: np.array([-0.5, 0.5])}, on_failure="nan")
    assert np.isnan(mixed[0])
    assert mixed[1] > 0


def test_nearly_equal_ridges_differ_by_as_little():
    for law in (W, Q, planar.RotationInvariant("B", N, spectrum=[1, 2, 2, 5])):
        equivalent = planar.derive(resolvent(A * law, lam) * M * resolvent(law * A, mu))
        values = {**pick(equivalent, 16), lam: 0.5}
        near, same = (equivalent.evaluate({**values, mu: 0.5 + gap}) for gap in (1e-9, 0.0))
        assert np.abs(near - same).max() < 1e-7


def test_dense_and_spectral_kernels_agree():
    spectral = planar.derive(resolvent(A * W, lam) * M * resolvent(W * A, mu))
    dense = planar.derive(resolvent(A1 * W * A2, lam) * M * resolvent(A2 * W * A1, mu))
    a = positive(np.random.default_rng(5), 20)
    shared = {M: np.random.default_rng(6).standard_normal((20, 20)), lam: 0.4, mu: 0.9, P: 15}
    left = spectral.evaluate({A: a, **shared})
    np.testing.assert_allclose(
        left, dense.evaluate({A1: a, A2: np.eye(20), **shared}), rtol=1e-9, atol=1e-11
    )


def test_the_wigner_letter_off_its_spectrum():
    equivalent = planar.derive(tr(resolvent(H, z)))
    value = equivalent.evaluate({z: np.array([3.0, 0.5j, 1 + 0.01j]), N: 10})
    exact = np.array(
        [(y - np.sqrt(y - 2 + 0j) * np.sqrt(y + 2 + 0j)) / 2 for y in (3.0, 0.5j, 1 + 0.01j)]
    )
    np.testing.assert_allclose(value, exact, rtol=1e-9)


SCRIPT = """
import sys
import numpy as np
sys.modules["planar"] = None
import kernel
data = np.load("values.npz")
values = {k: data[k] if data[k].ndim else data[k].item() for k in data.files}
np.save("result.npy", kernel.equivalent(**values))
"""


@pytest.mark.parametrize(
    "name",
    [
        "two-point: Wishart",
        "two-point: general position",
        "two-point: two bulks",
        "system: A W + W A",
        "three-point: three resolvents",
    ],
)
def test_the_generated_module_runs_without_planar(name, tmp_path):
    equivalent = derived_once(NUMERIC[name])
    values = pick(equivalent, 14)
    (tmp_path / "kernel.py").write_text(equivalent.source())
    names = {s: {"lambda": "lam"}.get(s.name, s.name) for s in values}
    np.savez(tmp_path / "values.npz", **{names[s]: v for s, v in values.items()})
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, check=True, timeout=120)
    np.testing.assert_allclose(
        np.load(tmp_path / "result.npy"), equivalent.evaluate(values), rtol=1e-12
    )


def test_no_kernel_without_a_law():
    with pytest.raises(planar.PlanarError, match="R-transform of B is unspecified"):
        planar.derive(resolvent(A * planar.RotationInvariant("B", N), lam)).compile()


def test_an_unknown_backend_is_named():
    with pytest.raises(planar.PlanarError, match="no backend 'fortran'"):
        planar.derive(resolvent(A * W, lam)).compile("fortran")


def catalan(t):
    """R of a law whose free cumulants are the Catalan numbers."""
    return 2 / (1 + sqrt(1 - 4 * t))


def test_an_irrational_r_transform_off_the_spectrum():
    law = planar.RotationInvariant("B", N, r_transform=catalan)
    assert law == planar.RotationInvariant("B", N, r_transform=catalan)
    value = planar.derive(tr(resolvent(law, lam))).evaluate({lam: 5.0, N: 3})
    assert 1 / value == pytest.approx(5 + 2 / (1 + np.sqrt(1 + 4 * value)), rel=1e-12)


def test_equal_arguments_of_a_divided_difference_are_refused_or_confluent():
    law = planar.RotationInvariant("B", N, r_transform=catalan)
    values = {A: np.diag([1.0, 1.5]), lam: 5.0}
    with pytest.raises(planar.PlanarError, match=r"0/0.*one symbol"):
        planar.derive(resolvent(law, lam) * A * resolvent(law, mu)).evaluate({**values, mu: 5.0})
    same = planar.derive(resolvent(law, lam) * A * resolvent(law, lam)).evaluate(values)
    near = planar.derive(resolvent(law, lam) * A * resolvent(law, mu)).evaluate(
        {**values, mu: 5.001}
    )
    np.testing.assert_allclose(same, near, rtol=1e-3)


def test_the_module_refuses_a_matrix_that_is_not_symmetric():
    module = {}
    exec(planar.derive(tr(resolvent(A * W, lam))).source(), module)
    with pytest.raises(ValueError, match="A is declared symmetric"):
        module["equivalent"](A=np.triu(np.ones((3, 3))), lam=1.0, P=4)


def test_two_dense_insertions_are_one_form_on_a_grid():
    """tr[T g M g'] from the matrices of all points, and as d' (M * T.T) d."""
    rng = np.random.default_rng(7)
    a, m, t = positive(rng, 20), rng.standard_normal((20, 20)), rng.standard_normal((20, 20))
    kernel = planar.derive(tr(A2 * resolvent(A * W, lam) * M * resolvent(W * A, mu))).compile()
    values = {A: a, M: m, A2: t, P: 15}
    grid = kernel({**values, lam: np.array([[0.2], [0.5]]), mu: np.array([0.1, 0.4, 0.9])})
    whole = planar.derive(resolvent(A * W, lam) * M * resolvent(W * A, mu)).evaluate(
        {A: a, M: m, P: 15, lam: 0.5, mu: 0.4}
    )
    assert grid[1, 1] == pytest.approx(np.trace(t @ whole) / 20, rel=1e-11)
    assert "@ (" in kernel.source


@pytest.mark.parametrize("degenerate", [False, True])
def test_letters_that_commute_are_diagonals_in_one_basis(degenerate):
    rng = np.random.default_rng(8)
    eigenvalues = np.repeat([0.5, 2.0], 10) if degenerate else rng.uniform(0.2, 2, 20)
    basis = np.linalg.qr(rng.standard_normal((20, 20)))[0]
    t = planar.deterministic("T", N, symmetric=True)
    expression = tr(t * resolvent(A * W, lam) * M * resolvent(W * A, mu))
    shared, free = (
        planar.derive(expression, commuting=[(A, t)]).compile(),
        planar.derive(expression).compile(),
    )
    values = {
        t: (basis * rng.uniform(1, 3, 20)) @ basis.T,
        M: rng.standard_normal((20, 20)),
        lam: 0.3,
        mu: 0.8,
        P: 30,
    }
    a = (basis * eigenvalues) @ basis.T
    assert shared({A: a, **values}) == pytest.approx(free({A: a, **values}), rel=1e-10)
    assert shared({A: a, **values, t: np.zeros((20, 20))}) == pytest.approx(0, abs=1e-15)
    long = planar.spectrum(rng.uniform(0.2, 2, 5000))
    assert np.isfinite(
        shared({A: long, t: np.ones(5000), M: np.ones(5000), lam: 0.3, mu: 0.8, P: 4000})
    )
    with pytest.raises(
        planar.PlanarError, match="A and T are declared to commute, but their values do not"
    ):
        shared({A: a, **values, t: positive(rng, 20)})


EIGENVALUES, DIAGONAL, OTHER, U, V = np.random.default_rng(0).random((5, 6)) + 0.1
WEIGHTS = [1, 2, 1, 3, 1, 1]
EACH = np.repeat(np.arange(6), WEIGHTS)
u, v = planar.deterministic("u", N, 1), planar.deterministic("v", N, 1)
between = resolvent(A * W, lam) * M * resolvent(W * A, mu)
SHORT = {
    A: planar.spectrum(EIGENVALUES, WEIGHTS),
    M: DIAGONAL,
    A2: OTHER,
    u: U,
    v: V,
    N: 9,
    P: 7,
    lam: 0.3,
    mu: 0.5,
}
LONG = {
    A: np.diag(EIGENVALUES[EACH]),
    M: np.diag(DIAGONAL[EACH]),
    A2: np.diag(OTHER[EACH]),
    u: U[EACH],
    v: V[EACH],
}


def short_and_long(expression, backend="numpy"):
    """Both values: of a spectrum with weights, and of its matrices."""
    kernel = planar.derive(expression).compile(backend)
    held = {
        k: x
        for k, x in SHORT.items()
        if k in (*kernel.equivalent.letters, *kernel.equivalent.scalars, N, P)
    }
    return kernel(held), kernel({**held, **{k: x for k, x in LONG.items() if k in held}})


@pytest.mark.parametrize("backend", ["numpy", pytest.param("c", marks=pytest.mark.optional("c"))])
@pytest.mark.parametrize(
    "expression",
    [
        tr(A2 * between),
        tr(A2 * between * M * resolvent(A * W, lam)),
        tr(M * resolvent(A * W * A2, lam)),
        tr(A * W * A2 * W),
    ],
)
def test_weights_count_between_diagonals(expression, backend):
    short, long = short_and_long(expression, backend)
    assert short == pytest.approx(long, rel=1e-11)


@pytest.mark.parametrize(
    "expression",
    [u.T * between * v, tr(M * resolvent(A * W, lam) * u * v.T * resolvent(W * A, mu))],
)
def test_weights_count_in_bilinear_forms(expression):
    short, long = short_and_long(expression)
    assert short == pytest.approx(long, rel=1e-11)


def test_matrices_and_vectors_at_the_eigenvalues_of_a_spectrum_with_weights():
    short, long = short_and_long(between)
    np.testing.assert_allclose(np.diag(np.diag(short)[EACH]), long, rtol=1e-11, atol=1e-14)
    short, long = short_and_long(between * u)
    np.testing.assert_allclose(short[EACH], long, rtol=1e-11)


def test_diagonals_on_the_nodes_of_a_quadrature():
    a = np.geomspace(1e-3, 1, 400)
    short = planar.spectrum(a).compressed(insertions=True)
    kernel = planar.derive(tr(A2 * between)).compile()
    few = {A: short, M: short.project(1 + a), A2: short.project(1 / (0.5 + a)), N: 400}
    long = {A: planar.spectrum(a), M: 1 + a, A2: 1 / (0.5 + a)}
    rest = {P: 300, lam: 0.3, mu: 0.5}
    assert kernel({**few, **rest}) == pytest.approx(kernel({**long, **rest}), rel=1e-8)


def test_no_matrices_beside_weights():
    kernel = planar.derive(tr(A2 * between)).compile()
    values = {k: x for k, x in SHORT.items() if k not in (u, v)}
    with pytest.raises(
        planar.PlanarError, match=r"holds A2 and M as a matrix.*give A2 by its diagonal"
    ):
        kernel({**values, M: np.ones((6, 6)), A2: np.eye(6)})
    with pytest.raises(
        planar.PlanarError, match="needs a matrix of that size; write all eigenvalues out"
    ):
        planar.derive(resolvent(A * W, lam) * u * v.T * resolvent(W * A, mu)).evaluate(
            {k: x for k, x in SHORT.items() if k not in (M, A2)}
        )
    module = {}
    exec(kernel.source, module)
    with pytest.raises(ValueError, match=r"A_weights are for diagonals, but A2 is a matrix"):
        module["equivalent"](
            A=EIGENVALUES,
            A_weights=SHORT[A].measure,
            A2=OTHER,
            M=DIAGONAL,
            lam=0.3,
            mu=0.5,
            P=7,
            N=9,
        )


def test_a_short_spectrum_beside_one_of_another_space_is_refused():
    left, right = (
        planar.deterministic("L", P, positive=True),
        planar.deterministic("R", N, positive=True),
    )
    y = left * planar.Ginibre("X", P, N, variance=1 / P) * right
    kernel = planar.derive(tr(resolvent(y.T * y, lam))).compile()
    values = {right: planar.spectrum(np.linspace(0.5, 1, 20)), lam: 0.3}
    with pytest.raises(
        planar.PlanarError,
        match=r"L is valued by a spectrum with weights, 3 eigenvalues for P = 30",
    ):
        kernel({**values, left: planar.spectrum([1, 2, 3], [1, 1, 1]), P: 30})
    assert kernel({**values, left: planar.spectrum(np.repeat([1, 2, 3], 10))}) == pytest.approx(
        kernel({**values, left: np.diag(np.repeat([1.0, 2, 3], 10))}), rel=1e-12
    )


@pytest.mark.parametrize("name", ["t", "d", "m", "g", "t1", "g1", "d1"])
def test_a_definition_may_be_called_as_the_code_calls_its_parts(name):
    """The generated code took names such as t for parts that it uses twice, and a definition t was
    overwritten in silence.
    """
    own, kappa = Symbol(name), Symbol("kappa")
    h = Inverse(kappa * Identity(N) + A)
    derived = planar.derive(tr(resolvent(A * W, lam) * A * resolvent(W * A, lam)))
    definitions = {kappa: lam / (1 - Trace(A * h) / P), own: Trace(A * h * A * h) / P}
    restated = derived.restate(kappa**2 / lam**2 * Trace(A * h * h) / N / (1 - own), definitions)
    values = {A: planar.spectrum(np.arange(1, 11.0)), P: 20, lam: 0.5}
    assert restated.evaluate(values) == pytest.approx(derived.evaluate(values), rel=1e-10)
