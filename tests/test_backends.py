"""Backends against each other, derivatives against differences, grids against points, modules
without planar.
"""

import subprocess
import sys

import numpy as np
import pytest
from expressions import EVERY, NUMERIC, stated
from letters import A1, A2, A, M, N, P, W, lam, mu, pick, positive, two_point, z

import planar
from derivations.theorem import derived_once
from planar import resolvent, tr
from planar.kernels.backends.registry import BACKENDS

NAMES = list(NUMERIC)
HEAVY = ("rectangular: deep features, two-point",)
"""Half a minute of compilation; with ``-m long`` only."""
SAMPLE = {
    "c": [*NAMES[::6], "system: A W + W A", "system: two bulks twice"],
    "numba": [n for n in NAMES[3::30] if n not in HEAVY],
    "jax": NAMES[1::30],
}
OTHERS = [b for b in BACKENDS if b != "numpy"]


def chosen(backend, *names, marks=()):
    """The parameters of a test in one backend, skipped where that is not installed."""
    return pytest.param(
        backend,
        *names,
        marks=[*marks, *([] if backend == "numpy" else [pytest.mark.optional(backend)])],
    )


def agreement(name, backend):
    """The largest relative difference from numpy, and what is allowed: 1e-12/(1 - gamma), never
    more than 1e-8.
    """
    equivalent = derived_once(NUMERIC[name])
    values = pick(equivalent, 11)
    ours, theirs = (equivalent.compile(b).solve(values) for b in ("numpy", backend))
    assert ours.good.all()
    assert theirs.good.all()
    differences = [np.max(np.abs(ours.value - theirs.value)) / np.max(np.abs(ours.value))]
    for key, one in ours.named.items():
        differences.append(np.max(np.abs(one - theirs.named[key])) / (np.max(np.abs(one)) + 1e-3))
    return max(differences), min(1e-8, 1e-12 / (1 - np.max(ours.gamma)))


@pytest.mark.parametrize(("backend", "name"), [chosen(b, n) for b in OTHERS for n in SAMPLE[b]])
def test_backends_agree(backend, name):
    difference, allowed = agreement(name, backend)
    assert difference < allowed


@pytest.mark.long
@pytest.mark.parametrize(("backend", "name"), [chosen(b, n) for b in OTHERS for n in NAMES])
def test_backends_agree_everywhere(backend, name):
    difference, allowed = agreement(name, backend)
    assert difference < allowed


STATED = {k: e for k, e in stated().items() if k not in EVERY}
"""What the derivations state."""
LENGTHY = ("feature_noise 0", "feature_noise 1")
"""Four modules of forty definitions each; with ``-m long`` only."""


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.long] * (n in LENGTHY)) for n in STATED]
)
def test_every_derivation_is_printed_for_every_backend(name):
    equivalent = derived_once(STATED[name])
    if any(getattr(law, "kind", "") == "symbolic" for law in equivalent.laws):
        pytest.skip("a letter without a law")
    for backend in BACKENDS:
        assert "equivalent(" in equivalent.source(backend)


@pytest.mark.parametrize("backend", [chosen(b) for b in OTHERS])
def test_complex_parameters_around_the_spectrum_in_every_backend(backend):
    equivalent = planar.derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu)))
    spectrum = np.linspace(0.1, 2, 30)
    circle = 4 - 5 * np.exp(1j * np.linspace(0.1, 3, 9))
    values = {
        A: planar.spectrum(spectrum),
        M: np.cos(spectrum),
        lam: -circle,
        mu: -circle.conj() - 0.5,
        P: 40,
    }
    ours, theirs = (equivalent.compile(b).solve(values) for b in ("numpy", backend))
    assert theirs.good.all()
    np.testing.assert_allclose(theirs.value, ours.value, rtol=1e-11)


@pytest.mark.parametrize("backend", [chosen(b) for b in OTHERS])
def test_every_backend_refuses_points_on_the_spectrum(backend):
    equivalent = planar.derive(tr(resolvent(A * W, z)))
    values = {A: planar.spectrum(np.linspace(0.5, 1, 20)), P: 40, z: np.array([-0.5, 0.5])}
    mixed = equivalent.compile(backend)(values, on_failure="nan")
    assert np.isnan(mixed[0])
    assert mixed[1] == pytest.approx(equivalent.compile()(values, on_failure="nan")[1], rel=1e-12)


GRIDS = {
    "spectral": (
        tr(two_point),
        {
            A: positive(np.random.default_rng(0), 20),
            M: np.random.default_rng(1).normal(size=(20, 20)),
        },
    ),
    "dense": (
        tr(resolvent(A1 * W * A2, lam) * M * resolvent(A2 * W * A1, mu)),
        {
            A1: positive(np.random.default_rng(2), 12),
            A2: np.eye(12),
            M: np.random.default_rng(3).normal(size=(12, 12)),
        },
    ),
}


@pytest.mark.parametrize(
    ("backend", "case"),
    [
        chosen(b, c, marks=[pytest.mark.long] * ((c, b) == ("dense", "numba")))
        for c in GRIDS
        for b in BACKENDS
    ],
)
def test_a_grid_of_two_frequencies_is_its_points(backend, case):
    expression, matrices = GRIDS[case]
    kernel = planar.derive(expression).compile(backend)
    left, right = np.geomspace(0.1, 3, 5)[:, None], np.geomspace(0.2, 2, 4)
    grid = kernel({**matrices, lam: left, mu: right, P: 30})
    flat = kernel({**matrices, lam: np.repeat(left.ravel(), 4), mu: np.tile(right, 5), P: 30})
    assert grid.shape == (5, 4)
    np.testing.assert_allclose(grid.ravel(), flat, rtol=1e-11)


@pytest.mark.parametrize("name", NAMES[2::5])
def test_derivatives_are_those_of_differences(name):
    equivalent = derived_once(NUMERIC[name])
    values, kernel = pick(equivalent, 9), equivalent.compile()
    for symbol, exact in kernel.gradient(values).items():
        h = 1e-4 * abs(values[symbol])
        far, near = (
            kernel({**values, symbol: values[symbol] + k * h})
            - kernel({**values, symbol: values[symbol] - k * h})
            for k in (2, 1)
        )
        np.testing.assert_allclose(
            exact, (8 * near - far) / (12 * h), rtol=1e-6, atol=1e-8 * np.max(np.abs(exact))
        )


def test_a_derivative_is_the_kernel_of_the_derived_formula():
    equivalent = planar.derive(tr(resolvent(A * W, lam)))
    values = {A: planar.spectrum([0.3, 1, 2]), P: 4, lam: np.array([0.2, 1.0])}
    np.testing.assert_allclose(
        equivalent.compile().gradient(values)[lam],
        equivalent.diff(lam).evaluate(values),
        rtol=1e-12,
    )


def test_a_derivative_in_something_else_is_refused():
    kernel = planar.derive(tr(resolvent(A * W, lam))).compile()
    with pytest.raises(
        planar.PlanarError, match=r"no derivative in mu: the scalars of this equivalent are lambda"
    ):
        kernel.gradient({A: np.eye(3), P: 4, lam: 1.0}, mu)


def module(equivalent, backend):
    found = {}
    exec(equivalent.source(backend=backend), found)
    return found


@pytest.mark.optional("jax")
def test_jax_differentiates_in_scalars_eigenvalues_and_letters():
    import jax

    equivalent = planar.derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu)))
    function = module(equivalent, "jax")["equivalent"]
    a, m = np.linspace(0.2, 2, 6), np.linspace(1, 2, 6)

    def value(x, a, m):
        return function(A=a, M=m, lam=x, mu=0.7, P=9)

    kernel = equivalent.compile()
    exact = kernel.gradient({A: planar.spectrum(a), M: m, lam: 0.4, mu: 0.7, P: 9}, lam)[lam]
    assert float(jax.grad(value)(0.4, a, m)) == pytest.approx(exact, rel=1e-10)
    for place in (1, 2):
        found = jax.grad(value, argnums=place)(0.4, a, m)
        for i in range(6):
            step = np.zeros(6)
            step[i] = 1e-5
            ends = [
                value(0.4, *(x + s * step if k + 1 == place else x for k, x in enumerate((a, m))))
                for s in (1, -1)
            ]
            assert float(found[i]) == pytest.approx(
                float(ends[0] - ends[1]) / 2e-5, rel=1e-6, abs=1e-9
            )
    second = jax.hessian(value)(0.4, a, m)
    step = [
        kernel.gradient({A: planar.spectrum(a), M: m, lam: 0.4 + h, mu: 0.7, P: 9}, lam)[lam]
        for h in (1e-5, -1e-5)
    ]
    assert float(second) == pytest.approx((step[0] - step[1]) / 2e-5, rel=1e-6)


SCRIPT = """
import sys
import numpy as np
sys.modules["planar"] = None
import kernel
data = np.load("values.npz")
values = {k: data[k] if data[k].ndim else data[k].item() for k in data.files}
np.save("result.npy", kernel.equivalent(**values))
"""


@pytest.mark.parametrize("backend", [chosen(b) for b in OTHERS if b != "c"])
def test_generated_modules_run_without_planar(backend, tmp_path):
    equivalent = planar.derive(two_point)
    values = pick(equivalent, 14)
    (tmp_path / "kernel.py").write_text(equivalent.source(backend))
    names = {s: {"lambda": "lam"}.get(s.name, s.name) for s in values}
    np.savez(tmp_path / "values.npz", **{names[s]: v for s, v in values.items()})
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, check=True, timeout=300)
    np.testing.assert_allclose(
        np.load(tmp_path / "result.npy"), equivalent.evaluate(values), rtol=1e-10
    )


PROGRAM = """
#include "kernel.c"
#include <stdio.h>
int main(void)
{
    const double a[] = {0.5, 1.0, 2.0}, weights[] = {0.25, 0.25, 0.5};
    const double sizes[] = {40, 50}, lam[] = {0.1, 1.0};
    const Data data = {a, weights, 3};
    double named[32], value[2], residual[2], gamma[2];
    equivalent(2, lam, sizes, &data, 0, named, value, residual, gamma);
    printf("%.17g %.17g %.3g %.3g\\n", value[0], value[1], residual[0], gamma[0]);
    return 0;
}
"""


@pytest.mark.optional("c")
def test_the_c_file_is_a_program_of_its_own(tmp_path):
    equivalent = planar.derive(tr(resolvent(A * W, lam)))
    (tmp_path / "kernel.c").write_text(equivalent.source("c"))
    (tmp_path / "main.c").write_text(PROGRAM)
    strict = ["-std=c11", "-O2", "-Wall", "-Wno-unused-function", "-Werror"]
    subprocess.run(
        ["cc", *strict, "main.c", "-o", "main", "-lm"], cwd=tmp_path, check=True, timeout=60
    )
    printed = subprocess.run(
        ["./main"], cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True
    ).stdout.split()
    values = {
        A: planar.spectrum([0.5, 1, 2], weights=[1, 1, 2]),
        N: 40,
        P: 50,
        lam: np.array([0.1, 1.0]),
    }
    np.testing.assert_allclose(
        [float(x) for x in printed[:2]], equivalent.evaluate(values), rtol=1e-12
    )
    assert float(printed[2]) < 1e-9
    assert float(printed[3]) < 1


@pytest.mark.optional("cffi")
def test_a_missing_compiler_is_named(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    equivalent = planar.derive(tr(resolvent(W, lam) * M))
    with pytest.raises(planar.PlanarError, match="needs a C compiler"):
        equivalent.compile("c")({M: np.eye(3), N: 3, P: 5, lam: 0.25})
