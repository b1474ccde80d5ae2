"""Values and spectra in corners: complex symmetric letters, sizes, forms, names, singular rungs."""

import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import I, Symbol

import planar
from planar import (
    BiInvariant,
    Ginibre,
    HaarOrthogonal,
    RotationInvariant,
    Wishart,
    derive,
    deterministic,
    dims,
    resolvent,
    tr,
)
from planar.applications.spectral.path import Path
from planar.foundations.errors import BranchError, ShapeError, ValueMissing
from planar.interfaces.cli.main import main
from planar.kernels.program.identifiers import identifiers

N, P = dims("N P")
lam, v = Symbol("lambda", positive=True), Symbol("v", positive=True)
W = Wishart("W", N, P)
S, T = deterministic("S", N, symmetric=True), deterministic("T", N, symmetric=True)
ANY = {S: deterministic("S", N), T: deterministic("T", N)}
A = deterministic("A", N, positive=True)
w = deterministic("w", N, 1)

ROOT = np.array([[1.0, 0.5, 0.2], [0.5, 2.0, 0.3], [0.2, 0.3, 3.0]])
COMPLEX = ROOT + 1j * np.diag([1.0, -0.2, 0.3])
DIAGONAL = np.diag([1.0, 2 + 1j, 3 + 2j])
DEFECTIVE = np.array([[2.0, 1j, 0], [1j, 0, 0], [0, 0, 3.0]])
EXPRESSIONS = [tr(resolvent(S * W, lam) * T), resolvent(S * W, lam) * T]
VALUES = {
    "diagonal": {S: DIAGONAL, T: ROOT},
    "with an eigenbasis": {S: COMPLEX, T: ROOT},
    "without one": {S: DEFECTIVE, T: ROOT},
    "both": {S: COMPLEX, T: COMPLEX @ COMPLEX},
}


def _sampled(s: Any, samples: int, shift: complex, copies: int) -> complex:
    """The trace by one large sample of ``S (x) 1`` beside a complex Wishart matrix."""
    rng, n = np.random.default_rng(0), len(s) * copies
    x = rng.standard_normal((2, samples * copies, n))
    x = (x[0] + 1j * x[1]) / np.sqrt(2)
    wishart = x.conj().T @ x / (samples * copies)
    full = np.kron(s, np.eye(copies)) @ wishart
    return complex(np.trace(np.linalg.inv(shift * np.eye(n) + full)) / n)


def test_a_complex_symmetric_value_agrees_with_samples() -> None:
    equivalent = derive(tr(resolvent(S * W, lam)))
    for value in (DIAGONAL, COMPLEX, DEFECTIVE + 1.5 * np.eye(3)):
        exact = equivalent.evaluate({S: value, P: 6, lam: 1.0})
        assert exact == pytest.approx(_sampled(value, 6, 1.0, 200), abs=2e-3)
    assert equivalent.evaluate({S: DIAGONAL, P: 6, lam: 1.0}) == pytest.approx(
        0.41233083359670536 - 0.06644068856329524j, rel=1e-12
    )


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_a_complex_symmetric_letter_is_like_any_letter(expression: Any, values: Any) -> None:
    plain = derive(expression.xreplace(ANY))
    wanted = plain.evaluate({**{ANY[k]: x for k, x in values.items()}, P: 6, lam: 1.0})
    equivalent = derive(expression)
    kernel, given = equivalent.compile(), {**values, P: 6, lam: 1.0}
    np.testing.assert_allclose(kernel(given), wanted, atol=1e-12)
    slope = (kernel({**given, lam: 1 + 1e-6}) - kernel({**given, lam: 1 - 1e-6})) / 2e-6
    np.testing.assert_allclose(kernel.gradient(given)[lam], slope, atol=1e-7)


def test_letters_that_commute_may_be_complex() -> None:
    expression = EXPRESSIONS[0]
    values = {S: COMPLEX, T: COMPLEX @ COMPLEX, P: 6, lam: 1.0}
    wanted = derive(expression).evaluate(values)
    shared = derive(expression, commuting=[(S, T)])
    assert shared.evaluate(values) == pytest.approx(wanted, rel=1e-12)
    real = {**values, S: ROOT, T: 1j * ROOT @ ROOT}
    assert shared.evaluate(real) == pytest.approx(derive(expression).evaluate(real), rel=1e-12)


def test_a_complex_diagonal_beside_a_spectrum() -> None:
    weighted = {S: np.diagonal(DIAGONAL), T: planar.spectrum([1, 2, 3], weights=[1, 2, 3])}
    kernel = derive(EXPRESSIONS[0]).compile()
    each = np.repeat(np.arange(3), [1, 2, 3])
    whole = {S: np.diag(np.diagonal(DIAGONAL)[each]), T: np.diag(1.0 + each)}
    wanted = kernel({**whole, P: 6, lam: 1.0})
    assert kernel({**weighted, N: 6, P: 6, lam: 1.0}) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param("c", marks=pytest.mark.optional("c")),
        pytest.param("jax", marks=pytest.mark.optional("jax")),
        pytest.param("numba", marks=[pytest.mark.optional("numba"), pytest.mark.long]),
    ],
)
def test_every_backend_takes_complex_symmetric_values(backend: str) -> None:
    equivalent = derive(EXPRESSIONS[0])
    kernel = equivalent.compile(backend)
    given = {S: COMPLEX, T: ROOT, P: 6, lam: 1.0}
    assert kernel(given) == pytest.approx(equivalent.evaluate(given), rel=1e-11)


def _module(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "module"}
    exec(text, names)
    return names


def test_a_module_takes_complex_symmetric_values() -> None:
    for expression in EXPRESSIONS:
        equivalent = derive(expression)
        function = _module(equivalent.source())["equivalent"]
        for name in ("diagonal", "with an eigenbasis", "both"):
            s, t = VALUES[name][S], VALUES[name][T]
            wanted = equivalent.evaluate({S: s, T: t, P: 6, lam: 1.0})
            np.testing.assert_allclose(function(S=s, T=t, lam=1.0, P=6), wanted, atol=1e-12)
    with pytest.raises(ValueError, match="S is complex and has no eigenbasis"):
        function(S=DEFECTIVE - np.diag([0, 0, 1]), T=ROOT, lam=1.0, P=6)


@pytest.mark.optional("jax")
def test_a_jax_module_refuses_what_is_not_symmetric() -> None:
    jax = pytest.importorskip("jax")
    function = _module(derive(tr(resolvent(S * W, lam))).source("jax"))["equivalent"]
    skew = ROOT + np.triu(np.ones((3, 3)))
    for value in (skew, COMPLEX):
        with pytest.raises(ValueError, match="S is declared symmetric, but its value is not"):
            function(S=value, lam=1.0, P=6)
        assert np.isnan(jax.jit(lambda s: function(S=s, lam=1.0, P=6))(value))
    slope = jax.grad(lambda s: function(S=s, lam=1.0, P=6))(ROOT)
    assert np.isfinite(slope).all()


@pytest.mark.optional("numba")
def test_a_numba_module_refuses_complex_eigenvalues() -> None:
    pytest.importorskip("numba")
    function = _module(derive(tr(resolvent(S * W, lam))).source("numba"))["equivalent"]
    for value in (COMPLEX, np.diagonal(DIAGONAL)):
        with pytest.raises(ValueError, match="S is complex, but this module holds real"):
            function(S=value, lam=1.0, P=6)


def test_what_is_hermitian_and_not_symmetric_is_refused() -> None:
    hermitian = np.array([[2, 1j], [-1j, 2]])
    with pytest.raises(ValueMissing, match="differs from its transpose"):
        derive(tr(resolvent(S * W, lam))).evaluate({S: hermitian, P: 6, lam: 1.0})


def test_rectangular_and_adjoint_letters_take_complex_values() -> None:
    rng = np.random.default_rng(3)
    b = rng.standard_normal((2, 3)) + 1j * rng.standard_normal((2, 3))
    letter = deterministic("B", P, N)
    product = deterministic("H", N)
    form = derive(tr(resolvent(sympy.Adjoint(letter) * letter * Wishart("W", N, 6), lam)))
    wanted = derive(tr(resolvent(product * Wishart("W", N, 6), lam)))
    value = form.evaluate({letter: b, lam: 1.0})
    assert value == pytest.approx(wanted.evaluate({product: b.conj().T @ b, lam: 1.0}), rel=1e-12)
    assert value == pytest.approx(_sampled(b.conj().T @ b, 6, 1.0, 200), abs=2e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"teacher": [1, 1j, 1]},
        {"test_covariance": 1j * np.eye(3)},
        {"spectrum": [1, 0.5 + 1j, 0.2]},
        {"times": [0, 1j]},
    ],
)
def test_dynamics_lose_no_imaginary_part(change: dict[str, Any]) -> None:
    given = {"spectrum": [1, 0.5, 0.2], "teacher": [1, 1, 1], "samples": 6, "times": [0, 2]}
    (name,) = change
    with pytest.raises(planar.PlanarError, match=f"{name} is an array of real numbers"):
        planar.dynamics.sgd_curves(learning_rate=0.1, **{**given, **change})


def test_a_form_is_its_own_trace() -> None:
    g = resolvent(A * W, lam)
    form = lam**2 * w.T * g * A * g * w
    both = derive(lam**2 * tr(w.T * g * A * g * w) + tr(A * g))
    rng = np.random.default_rng(0)
    values = {A: ROOT, w: rng.standard_normal(3), P: 6, lam: 0.5}
    alone = {k: x for k, x in values.items() if k is not w}
    wanted = derive(form).evaluate(values) + derive(tr(A * g)).evaluate(alone)
    assert both.evaluate(values) == pytest.approx(wanted, rel=1e-12)
    assert both.verify(3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: sympy.Adjoint(lam) * A,
        lambda: A * sympy.Adjoint(lam),
        lambda: A - sympy.Transpose(lam),
        lambda: sympy.DiagonalMatrix(lam) + A,
        lambda: sympy.Adjoint(tr(A)) * A,
    ],
)
def test_what_has_no_shape_is_refused_beside_a_letter(make: Callable[[], Any]) -> None:
    with pytest.raises(planar.PlanarError, match="which is not a matrix; leave it out"):
        make()


def test_operations_of_letters_are_sympy_s() -> None:
    plain = sympy.MatrixSymbol("A", 3, 3)
    a = deterministic("A", 3)
    operations: list[Callable[[Any], Any]] = [
        lambda x: 2 * x - x / 3,
        lambda x: x * x.T - x.T @ x + x**2,
        lambda x: lam * x * x.inv() + sympy.Identity(3) - x,
    ]
    for operation in operations:
        assert operation(a) == operation(plain).xreplace({plain: a})


def test_a_derivative_in_a_variance() -> None:
    x = Ginibre("X", P, N, variance=v)
    equivalent = derive(P * v * tr(resolvent(A * x.T * x, lam)))
    values = {A: ROOT, P: 8, lam: 0.7, v: 0.1}
    slope = equivalent.compile().gradient(values, v)[v]
    assert equivalent.diff(v).evaluate(values) == pytest.approx(slope, rel=1e-10)


def test_a_gradient_in_a_number_of_samples() -> None:
    equivalent = derive(P * tr(resolvent(A * W, lam)))
    kernel = equivalent.compile()
    spectrum = planar.spectrum([1, 2, 3], weights=[1, 1, 1])
    values: dict[Any, Any] = {A: spectrum, N: 2 * 10**6, P: 3 * 10**6, lam: 0.7}
    ahead, behind = (kernel({**values, P: values[P] + step}) for step in (100, -100))
    assert kernel.gradient(values, P)[P] == pytest.approx((ahead - behind) / 200, rel=1e-6)
    with pytest.raises(planar.PlanarError, match=r"no derivative in N: .* sizes of its laws P"):
        kernel.gradient(values, N)
    with pytest.raises(planar.PlanarError, match=r"compile\(\)\.gradient\(values, P\)"):
        equivalent.diff(P)


@pytest.mark.parametrize("size", [2.5, 0, -3])
def test_a_size_is_replaced_by_a_positive_integer(size: float) -> None:
    with pytest.raises(ShapeError, match="give a positive integer"):
        derive(tr(resolvent(A * W, lam))).subs({N: size})


@pytest.mark.optional("c")
def test_no_folder_for_c_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    kernel = derive(tr(resolvent(W * A * W, 3 * lam))).compile("c")
    with pytest.raises(planar.PlanarError, match="set TMPDIR to one, or use backend='numba'"):
        kernel({A: ROOT, P: 6, lam: 1.0})


def test_samples_beyond_memory_are_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise MemoryError

    arguments = ["check", "tr(inv(lam+W))", "--let", "W=Wishart(N,P)"]
    monkeypatch.setattr(Wishart, "sample", full)
    assert main([*arguments, "--set", "P=60"]) == 2
    assert "does not fit into memory; check at smaller sizes" in capsys.readouterr().err


def test_names_of_helpers_and_macros_are_not_taken() -> None:
    names = ["sizes", "I", "NULL", "NAN", "powi", "isnan", "TINY", "rung_at", "total"]
    assert not set(identifiers({name: name for name in names}).values()) & set(names)


LATE = [0, 1, *[0] * 7]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([*LATE, 1], [*LATE, 2]),
        ([*LATE, 0, 0, 1], [*LATE, 0, 0, 2]),
    ],
)
def test_laws_that_differ_late_are_different(one: list[int], other: list[int]) -> None:
    first, second = (
        derive(tr(resolvent(RotationInvariant("B", N, cumulants=c), lam))) for c in (one, other)
    )
    assert not planar.equal(first, second)
    assert planar.equal(first, first)


def test_a_rational_law_and_one_cut_off_are_different() -> None:
    laws = [lambda z: z / (1 - z**5), lambda z: z / (1 - z**5 + z**10 / 7)]
    first, second = (
        derive(tr(resolvent(RotationInvariant("B", N, r_transform=r), lam))) for r in laws
    )
    assert planar.equal(first, second).differs_at == 12
    cut = BiInvariant("B", N, P, [1, 0, 0, 1])
    assert planar.equal(
        derive(tr(resolvent(cut.T * cut, lam))), derive(tr(resolvent(cut.T * cut, lam)))
    )


def test_a_hole_and_a_failure_are_told_apart() -> None:
    z = Symbol("z")
    o, b = HaarOrthogonal("O", N), RotationInvariant("B", N, spectrum=[-1, 1])
    around = derive(tr(resolvent(o, z)))
    assert around.evaluate({N: 10, z: 2}) == pytest.approx(0.5)
    with pytest.raises(BranchError, match="or in a hole that complex eigenvalues enclose"):
        around.evaluate({N: 10, z: 0.5})
    inside = derive(tr(o.T * resolvent(o.T, z)))
    with pytest.raises(BranchError, match="gamma"):
        inside.evaluate({N: 10, z: 0.5})
    noisy = derive(tr(resolvent(b + planar.GOE("G", N) / 10, z)))
    with pytest.raises(BranchError, match="lies on the spectrum, where the resolvent jumps"):
        noisy.evaluate({N: 10, z: 0.9})


@pytest.mark.long
def test_values_on_the_axis_where_a_rung_is_singular() -> None:
    """i [P, Q] of free projections of half rank has the arcsine law on [-1/2, 1/2]."""
    p, q = (RotationInvariant(name, N, spectrum=[0, 1]) for name in ("P_1", "Q"))
    equivalent = derive(tr(resolvent(I * (p * q - q * p), Symbol("lambda"))))
    path = Path(equivalent, {N: 100})
    x = np.array([0.1, 0.45, 0.4999, 0.6])
    boundary = path.boundary(x)
    assert boundary.good.all()
    wanted = 1 / np.sqrt(np.maximum(0.25 - x**2, 1e-300)) * (x < 0.5)
    np.testing.assert_allclose(boundary.value.imag, wanted, atol=1e-6)
