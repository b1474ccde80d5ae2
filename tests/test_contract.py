"""What users type: the public names, and the example of the README line by line."""

from importlib import import_module
from pkgutil import walk_packages

import numpy as np
import pytest
from sympy import symbols

import planar

NAMES = {
    "BiInvariant", "DeterministicEquivalent", "GOE", "Ginibre", "HaarOrthogonal", "Law",
    "NoPowerError", "PlanarError", "RandomProjection", "RotationInvariant", "Wishart",
    "compute_optimal", "cumulants", "derive", "deterministic", "dims", "draw", "dynamics",
    "equal", "expectation", "genus_expansion", "noncrossing", "outliers", "pictures",
    "plot", "resolvent", "spectrum", "sweep", "tr", "variance_profile",
}  # fmt: skip


def test_one_door():
    assert set(planar.__all__) == NAMES
    for name in NAMES:
        assert getattr(planar, name).__doc__


def test_modules_miss_nothing_but_what_is_optional():
    """Doctests of a module that cannot be imported are skipped, which must hide no other fault."""
    for module in walk_packages(planar.__path__, "planar."):
        try:
            import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name not in ("jax", "numba"):
                raise


def test_the_example_line_by_line(tmp_path):
    N, P = planar.dims("N P")
    lam, mu = symbols("lambda mu", positive=True)
    A = planar.deterministic("A", N, positive=True)
    M = planar.deterministic("M", N)
    W = planar.Wishart("W", N, P)
    E = planar.resolvent(A * W, lam) * M * planar.resolvent(W * A, mu)
    eq = planar.derive(E)
    assert eq.lhs == E
    assert eq.rhs.shape == (N, N)
    assert [d.symbol.name for d in eq.definitions if d.implicit] == ["kappa", "kappa'"]
    assert eq.latex().startswith(r"\begin{align*}")
    assert str(eq).startswith("(λ + A W)⁻¹ M (μ + W A)⁻¹ ≃ S S' [(κ + A)⁻¹ M (κ' + A)⁻¹ + q tr[")
    assert "γ = q df₂(κ, κ')" in str(eq)
    assert [step.title for step in eq.steps][-1] == "Result"
    diagrams = list(eq.diagrams(order=3))
    assert len(diagrams) == eq.count_diagrams(3) == 20
    assert diagrams[0].weight is not None
    assert eq.verify(order=6)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((80, 120))
    values = {
        A: x @ x.T / 120,
        M: rng.standard_normal((80, 80)) / 9 + np.eye(80),
        lam: 0.3,
        mu: 0.7,
        P: 160,
    }
    assert eq.evaluate(values).shape == (80, 80)
    kernel = eq.compile(backend="numpy")
    np.testing.assert_array_equal(kernel(values), eq.evaluate(values))
    assert "def equivalent(" in eq.source(backend="numpy")
    result = eq.check(values, trials=100, seed=0, executor=None)
    assert result.verdict == "agree"
    assert result.z_score < 5
    assert result.relative_error < 0.01
    assert result.table
    assert planar.draw(eq.diagrams(2), format="svg").startswith(("<svg", "<?xml"))
    folder = eq.report(tmp_path / "out")
    names = {"index.html", "latex", "figures", "kernel.py", "evidence.txt", "formula.txt"}
    assert {p.name for p in folder.iterdir()} == names
    assert (folder / "index.html").read_text(encoding="utf-8").count("<svg") >= 5
    assert planar.equal(eq, planar.derive(E))
    assert eq._repr_latex_().startswith("$$")


def test_equal_expressions_give_equal_bytes():
    def text() -> str:
        N, P = planar.dims("N P")
        A = planar.deterministic("A", N)
        W, V = planar.Wishart("W", N, P), planar.GOE("V", N)
        eq = planar.derive(
            planar.resolvent(A * W + V, symbols("z")) * A.T * planar.resolvent(V + W, symbols("y"))
        )
        return f"{eq}\n{eq.latex()}\n{eq.source()}"

    assert text() == text()


def test_traces_factorise_and_sums_add():
    N, P = planar.dims("N P")
    lam = symbols("lambda", positive=True)
    A, W = planar.deterministic("A", N, positive=True), planar.Wishart("W", N, P)
    R = planar.resolvent(A * W, lam)
    a = np.diag(np.linspace(0.5, 2, 12))
    one = planar.derive(planar.tr(R)).evaluate({A: a, lam: 0.4, P: 8})
    product = planar.derive(3 * planar.tr(R) * planar.tr(R * A) - planar.tr(R))
    other = planar.derive(planar.tr(R * A)).evaluate({A: a, lam: 0.4, P: 8})
    assert product.evaluate({A: a, lam: 0.4, P: 8}) == pytest.approx(
        3 * one * other - one, rel=1e-10
    )
    assert product.check({A: a, lam: 0.4, P: 8}, trials=400)


def test_a_coefficient_stands_in_the_value_of_every_diagram():
    N, P = planar.dims("N P")
    lam = symbols("lambda", positive=True)
    R = planar.resolvent(planar.deterministic("A", N) * planar.Wishart("W", N, P), lam)
    for tripled, plain in ((3 * R, R), (3 * planar.tr(R), planar.tr(R))):
        weights = [
            [d.walk.coefficient for d in planar.derive(E).diagrams(2)] for E in (tripled, plain)
        ]
        assert weights[0] == [3 * w for w in weights[1]]


def test_vectors_give_numbers():
    N, P = planar.dims("N P")
    lam = symbols("lambda", positive=True)
    A, W, w = (
        planar.deterministic("A", N, positive=True),
        planar.Wishart("W", N, P),
        planar.deterministic("w", N, 1),
    )
    eq = planar.derive(w.T * planar.resolvent(A * W, lam) * w)
    a, v = np.diag(np.linspace(0.5, 2, 12)), np.linspace(-1, 1, 12)[:, None]
    full = planar.derive(planar.resolvent(A * W, lam)).evaluate({A: a, lam: 0.4, P: 8})
    assert eq.evaluate({A: a, w: v, lam: 0.4, P: 8}) == pytest.approx(
        (v.T @ full @ v).item(), rel=1e-10
    )


def test_declared_commutation_is_used():
    N, P = planar.dims("N P")
    lam = symbols("lambda", positive=True)
    A, D, W = (
        planar.deterministic("A", N, symmetric=True),
        planar.deterministic("D", N, symmetric=True),
        planar.Wishart("W", N, P),
    )
    E = planar.resolvent(A * W, lam) * D * planar.resolvent(W * A, lam)
    plain, commuting = planar.derive(E), planar.derive(E, commuting=[(A, D)])
    assert len(str(commuting.rhs)) < len(str(plain.rhs))
    assert commuting.verify(3)
    assert "A and D commute" in commuting.assumptions
