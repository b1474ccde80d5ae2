"""The Monte Carlo check: what it accepts, what it rejects, and what it says of bad values."""

from __future__ import annotations

import ast
import importlib.util
import io
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sympy import I, Rational, Symbol, Trace, symbols

import planar.evidence.check
from planar.ensembles.goe import GOE
from planar.ensembles.random_projection import RandomProjection
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.evidence.check.judging import check, judge
from planar.evidence.check.sampling import Samples, sample
from planar.evidence.check.tree_arrays import evaluate_tree
from planar.evidence.check.verdict import Verdict
from planar.expression.reading import read
from planar.expression.spectrum import Spectrum, spectrum
from planar.expression.tree import letters
from planar.expression.values import Values, resolve
from planar.formulas.symbols import deterministic, dims, resolvent, tr
from planar.foundations.errors import (
    BranchError,
    DeclarationError,
    PlanarError,
    ShapeError,
    ValueMissing,
)

N, P, K = dims("N P K")
lam, mu = symbols("lambda mu", positive=True)
A = deterministic("A", N, positive=True)
B = deterministic("B", N, symmetric=True)
M = deterministic("M", N)
w = deterministic("w", N, 1)
W = Wishart("W", N, P)
H = GOE("H", N)
n, p, z = 60, 90, 0.4
E = resolvent(A * W, lam)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """One BLAS thread, where that can be had: test workers share the processors already."""
    limits = (
        importlib.import_module("threadpoolctl").threadpool_limits
        if importlib.util.find_spec("threadpoolctl")
        else None
    )
    with limits(1) if limits else nullcontext():
        yield


def positive(rng: np.random.Generator, size: int = n) -> np.ndarray:
    x = rng.standard_normal((size, 2 * size))
    return x @ x.T / (2 * size)


def one_point(a: np.ndarray, shift: float, samples: int) -> np.ndarray:
    """(kappa/lam) (kappa + A)^-1 with kappa = lam + kappa Tr[A (kappa + A)^-1] / P, by plain
    iteration.
    """
    eigenvalues, kappa = np.linalg.eigvalsh(a), shift
    for _ in range(20_000):
        kappa = shift + kappa * float(np.sum(eigenvalues / (kappa + eigenvalues))) / samples
    return kappa / shift * np.linalg.inv(kappa * np.eye(len(a)) + a)


@pytest.fixture(scope="module")
def a() -> np.ndarray:
    return positive(np.random.default_rng(5))


@pytest.fixture(scope="module")
def predicted(a: np.ndarray) -> np.ndarray:
    return one_point(a, z, p)


def marchenko_pastur(shift: float, q: float) -> float:
    m = 1 / shift
    for _ in range(10_000):
        m = 1 / (shift + 1 / (1 + q * m))
    return m


# -- verdicts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("real", [False, True])
def test_marchenko_pastur_and_one_percent_beside_it(real: bool) -> None:
    target, m = read(tr(resolvent(W, lam))), marchenko_pastur(z, n / p)
    values = {N: n, P: p, lam: z}
    right = check(target, [W], m, values, real=real)
    assert right
    assert right.verdict == "agree"
    for factor in (0.99, 1.01):
        wrong = check(target, [W], factor * m, values, real=real)
        assert not wrong
        assert wrong.verdict == "disagree"
        assert wrong.relative_error == pytest.approx(0.01, abs=4 * wrong.standard_error + 1e-3)


def test_matrix_equivalent(a: np.ndarray, predicted: np.ndarray) -> None:
    values = {A: a, P: p, lam: z}
    verdict = check(read(E), [W], predicted, values)
    assert verdict.verdict == "agree"
    assert {row.probe for row in verdict.table} >= {"tr[X]", "tr[A.T X]", "u1.T X v1"}
    assert verdict.trials == 100
    assert verdict.sizes == ((("N", n), ("P", p)),)
    assert check(read(E), [W], 1.01 * predicted, values).verdict == "disagree"


def test_a_wrong_matrix_with_the_right_trace_is_rejected(
    a: np.ndarray, predicted: np.ndarray
) -> None:
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((n, n)))[0]
    assert (
        check(read(E), [W], turn @ predicted @ turn.T, {A: a, P: p, lam: z}).verdict == "disagree"
    )
    other = one_point(positive(np.random.default_rng(6)) * 1.02, z, p)
    assert check(read(E), [W], other, {A: a, P: p, lam: z}).verdict == "disagree"


def test_a_missing_transpose_is_rejected() -> None:
    m = np.random.default_rng(2).standard_normal((n, n)) / np.sqrt(n)
    target, values = read(M * W), {M: m, P: 4 * n}
    assert check(target, [W], m, values)
    assert check(target, [W], m.T, values).verdict == "disagree"


def test_bilinear_forms(a: np.ndarray, predicted: np.ndarray) -> None:
    v = np.random.default_rng(3).standard_normal(n)
    values, expected = {A: a, P: p, lam: z, w: v}, v @ predicted @ v
    assert check(read(w.T * E * w), [W], expected, values)
    assert check(read(w.T * E * w), [W], 1.01 * expected, values).verdict == "disagree"


def test_products_of_traces_and_unnormalised_traces(a: np.ndarray, predicted: np.ndarray) -> None:
    values, t = {A: a, P: p, lam: z}, np.trace(predicted) / n
    assert check(read(tr(E) * tr(A * E)), [W], t * np.trace(a @ predicted) / n, values)
    assert check(read(Trace(E) / P), [W], t * n / p, values)
    assert not check(read(Trace(E) / P), [W], t, values)


def test_semicircle_and_projection() -> None:
    square = read(tr(H**4))
    assert check(square, [H], 2, {N: n})
    assert check(square, [H], 2.02, {N: n}).verdict == "disagree"
    Q = RandomProjection("Q", N, K)
    d = deterministic("D", N, symmetric=True)
    e, f = np.array([1.0] * (n // 2) + [-1.0] * (n // 2)), 0.25
    assert check(read(tr(Q * d * Q * d)), [Q], f**2, {d: np.diag(e), K: n // 4})
    assert check(read(tr(Q)), [Q], f, {N: n, K: n // 4})
    assert check(read(tr(Q * H)), [Q, H], 0, {N: n, K: n // 4})


def test_a_law_given_by_its_spectrum_and_integer_dimensions() -> None:
    R = RotationInvariant("R", n, spectrum=[1, 3])
    G = GOE("G", n)
    assert check(read(tr(R * G * R * G)), [R, G], 4, {})
    assert check(read(tr(R * G * R * G)), [R, G], 5, {}).verdict == "disagree"


def test_complex_spectral_parameter() -> None:
    x = Symbol("x")
    zeta = 0.3 + 0.8j
    m = (-zeta + np.sqrt(zeta**2 + 4)) / 2
    verdict = check(read(tr(resolvent(I * H, x))), [H], m, {N: n, x: zeta})
    assert verdict


def test_spectrum_stands_for_a_diagonal_letter(a: np.ndarray) -> None:
    eigenvalues = np.linalg.eigvalsh(a)
    m = np.linspace(-1, 2, n)
    g = one_point(np.diag(eigenvalues), z, p)
    target = read(tr(M * E))
    values = {A: spectrum(eigenvalues), M: m, P: p, lam: z}
    assert check(target, [W], np.mean(m * np.diag(g)), values)
    dense = resolve(letters(target), [W], [lam], {**values, A: np.diag(eigenvalues), M: np.diag(m)})
    sparse = resolve(letters(target), [W], [lam], values)
    one, two = (sample(target, [W], v, trials=3, seed=1) for v in (dense, sparse))
    assert np.array_equal(one.values, two.values)
    with pytest.raises(ValueMissing, match="A is given by a spectrum with unequal weights"):
        check(target, [W], 1, {**values, A: spectrum(eigenvalues, np.arange(1, n + 1)), N: n})
    with pytest.raises(ShapeError, match="as many eigenvalues as rows"):
        check(target, [W], 1, {**values, A: spectrum(eigenvalues, np.ones(n)), N: 2 * n})


def test_doubling_the_size_keeps_every_probe(a: np.ndarray, predicted: np.ndarray) -> None:
    v = np.random.default_rng(3).standard_normal(n)
    given = {A: a, P: p, lam: z}
    for expression, expected, more in (
        (tr(w * w.T * E), v @ predicted @ v / n, {w: v}),
        (Trace(A * E), np.trace(a @ predicted), {}),
    ):
        target = read(expression)
        values = resolve(letters(target), [W], [lam], given | more)
        twice = sample(target, [W], values, trials=40, seed=0, copies=2)
        assert abs(twice.mean - expected)[0] < 5 * twice.standard_error[0]
        assert dict(twice.sizes) == {"N": 2 * n, "P": 2 * p}


def synthetic(bias: float, noise: float, order: int) -> Any:
    def run(copies: int, trials: int) -> Samples:
        rng = np.random.default_rng(copies)
        values = 1 + bias / copies**order + noise / copies * rng.standard_normal((trials, 1))
        return Samples(("value",), values, 1.0, order, copies, 0, (("N", 10 * copies),))

    return run


def test_bias_is_extrapolated_and_noise_is_admitted() -> None:
    one = np.array([1.0])
    for order in (1, 2):
        verdict = judge(one, synthetic(0.05, 0.001, order))
        assert verdict
        assert verdict.bias == pytest.approx(0.05, rel=0.02)
        assert len(verdict.sizes) == 2
        assert judge(1.01 * one, synthetic(0.05, 0.001, order)).verdict == "disagree"
    assert judge(one, synthetic(0, 1, 2)).verdict == "inconclusive"
    assert judge(one, synthetic(0, 0.03, 2)).trials > 100
    assert judge(0 * one, synthetic(0, 0.01, 2)).verdict == "disagree"
    large = judge(one, synthetic(0, 0.12, 2))
    assert large
    assert max(n for size in large.sizes for _, n in size) > 20


def test_a_verdict_is_readable() -> None:
    verdict = judge(np.array([1.0]), synthetic(0, 0.001, 2))
    assert str(verdict).startswith("agree: prediction and samples differ by 0.0")
    assert str(verdict.table).splitlines()[0].split() == [
        "probe",
        "predicted",
        "sampled",
        "standard",
        "error",
        "z",
    ]
    assert isinstance(verdict, Verdict)
    assert verdict.table[0].probe == "value"
    console = pytest.importorskip("rich.console").Console(
        width=100, record=True, file=io.StringIO()
    )
    console.print(verdict)
    assert "predicted" in console.export_text()


# -- reproducibility -------------------------------------------------------------------------------


def test_neither_executor_nor_grouping_changes_a_number(a: np.ndarray) -> None:
    target = read(E)
    values = resolve(letters(target), [W], [lam], {A: a, P: p, lam: z})
    plain = sample(target, [W], values, trials=25, seed=7)
    with ThreadPoolExecutor(2) as pool:
        threaded = sample(target, [W], values, trials=25, seed=7, executor=pool)
    later = sample(target, [W], values, trials=13, seed=7, first=12)
    assert np.array_equal(plain.values, threaded.values)
    assert np.array_equal(plain.values[12:], later.values)
    assert not np.array_equal(plain.values, sample(target, [W], values, trials=25, seed=8).values)


def test_what_is_sent_to_a_process_can_be_pickled(a: np.ndarray) -> None:
    from planar.evidence.check.trials import experiment

    target = read(E)
    experiment = experiment(
        target, [W], resolve(letters(target), [W], [lam], {A: a, P: p, lam: z}), False, 1
    )
    seeds = np.random.SeedSequence(0).spawn(1)
    assert np.array_equal(
        pickle.loads(pickle.dumps(experiment)).chunk(seeds), experiment.chunk(seeds)
    )


def test_sampling_knows_no_diagram() -> None:
    allowed = ("foundations", "formulas", "expression", "ensembles", "evidence.check")
    for file in sorted(Path(planar.evidence.check.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planar"):
                assert str(node.module).removeprefix("planar.").startswith(allowed), (
                    f"{file.name} imports {node.module}"
                )


def test_trees_are_evaluated_as_written() -> None:
    rng = np.random.default_rng(0)
    m, h = rng.standard_normal((2, 5, 5)) + 0j
    h += 1j * rng.standard_normal((5, 5))
    X = RotationInvariant("X", N, symmetric=False)
    expression = M.T * resolvent(2 * M * X.T, lam) * (X + M) * M - Rational(1, 2) * M
    tree = read(expression).terms[0].matrix
    assert tree is not None
    got = evaluate_tree(tree, {"M": m, "X": h}, {lam: 0.5})
    expected = m.T @ np.linalg.inv(0.5 * np.eye(5) + 2 * m @ h.conj().T) @ (h + m) @ m - m / 2
    assert np.allclose(got, expected)


# -- values ----------------------------------------------------------------------------------------


def found(expression: Any, values: dict[Any, Any], scalars: tuple[Any, ...] = (lam,)) -> Values:
    return resolve(letters(read(expression)), [W], scalars, values)


def test_dimensions_come_from_arrays(a: np.ndarray) -> None:
    R = deterministic("R", 2 * N, K)
    values = found(A + M * W, {A: a, M: np.eye(n), P: np.int64(p), lam: np.float32(0.5)})
    assert values.dimensions == {N: n, P: p}
    assert values.scalars == {lam: 0.5}
    assert found(R * R.T, {R: np.ones((6, 2)), N: 3, P: p, lam: 1}).dimensions == {
        N: 3,
        K: 2,
        P: p,
        2 * N: 6,
    }
    assert found(E, {A: spectrum([1, 2, 3]), P: 4, lam: np.ones(5)}).dimensions[N] == 3
    column = found(w.T * A * w, {A: np.eye(4), w: np.ones(4), P: 1, lam: 1j}).matrices["w"]
    assert isinstance(column, np.ndarray)
    assert column.shape == (4, 1)
    weighted = found(w.T * A * w, {A: spectrum([1, 2], [1, 3]), w: np.ones(2), N: 50, P: 1, lam: 1})
    assert isinstance(weighted.matrices["A"], Spectrum)
    assert weighted.dimensions[N] == 50


BAD: list[tuple[Any, dict[Any, Any], type[PlanarError], str]] = [
    (E, {A: np.eye(3), lam: 1}, ValueMissing, "no value for P: give P, for example P: 200."),
    (
        E,
        {P: 3},
        ValueMissing,
        "no value for A and lambda: give A, for example A: an array of shape N x N; give lambda",
    ),
    (E, {A: spectrum([1, 2], [1, 3]), P: 3, lam: 1}, ValueMissing, "give N, for example N: 200"),
    (
        E,
        {A: np.eye(3), P: 3, lam: 1, mu: 1},
        ValueMissing,
        "mu does not occur in the expression, whose symbols are A, N, P, lambda",
    ),
    (E, {A: np.eye(3), P: 3, lam: 1, Symbol("lambda"): 1}, ValueMissing, "lambda is given twice"),
    (E, {"A": np.eye(3), P: 3, lam: 1}, ValueMissing, "the key 'A' is not the symbol A"),
    (
        E,
        {deterministic("A", N): np.eye(3), P: 3, lam: 1},
        ValueMissing,
        "A is Deterministic.* among the values",
    ),
    (E, {A: np.eye(3), P: 3, lam: 1, W: np.eye(3)}, ValueMissing, "W is random and takes no value"),
    (
        E,
        {A: np.ones((3, 4)), P: 3, lam: 1},
        ShapeError,
        "A has shape 3 x 4, expected N x N with 3 for N",
    ),
    (
        E,
        {A: np.eye(3), N: 4, P: 3, lam: 1},
        ShapeError,
        "A has shape 3 x 3, expected N x N with 4 for N as given",
    ),
    (
        A * M,
        {A: np.eye(3), M: np.eye(4), P: 3, lam: 1},
        ShapeError,
        "M has shape 4 x 4, .* 3 for N by the shape of A",
    ),
    (
        A * M,
        {A: np.eye(3), M: np.ones(3), P: 3, lam: 1},
        ShapeError,
        r"M has shape \(3,\), expected N x N",
    ),
    (
        A * M,
        {A: spectrum([1, 2]), M: np.ones(3), P: 3, lam: 1},
        ShapeError,
        "M is given by a diagonal of length 3",
    ),
    (
        A * M,
        {A: spectrum([1, 2]), M: np.eye(3), P: 3, lam: 1},
        ShapeError,
        "2 for N by the spectrum of A",
    ),
    (
        A * M,
        {A: np.eye(2), M: spectrum([1, 2]), P: 3, lam: 1},
        ValueMissing,
        "M is given by a spectrum but not declared",
    ),
    (
        A * B,
        {A: spectrum([1, 2]), B: spectrum([1, 2, 3]), P: 3, lam: 1},
        ShapeError,
        "share their eigenbasis",
    ),
    (
        E,
        {A: spectrum([1, 2]), N: 7, P: 3, lam: 1},
        ShapeError,
        "expected N x N with 7 for N as given",
    ),
    (
        E,
        {A: [[1, 2], [0, 1]], P: 3, lam: 1},
        ValueMissing,
        "A is declared symmetric, but its value differs .* by 2",
    ),
    (
        B * A,
        {A: np.eye(2), B: [[1, 2], [0, 1]], P: 3, lam: 1},
        ValueMissing,
        "B is declared symmetric",
    ),
    (
        E,
        {A: np.diag([1, -1]), P: 3, lam: 1},
        ValueMissing,
        "A is declared positive, but its value has the eigenvalue -1",
    ),
    (E, {A: spectrum([1, -1]), P: 3, lam: 1}, ValueMissing, "A is declared positive"),
    (
        E,
        {A: np.eye(2) * 1j, P: 3, lam: 1},
        ValueMissing,
        "A is declared positive, but its value is complex",
    ),
    (E, {A: [[1, np.nan], [0, 1]], P: 3, lam: 1}, ValueMissing, r"A holds nan at \(0, 1\)"),
    (E, {A: np.eye(2), P: 3, lam: np.inf}, ValueMissing, "lambda holds inf"),
    (E, {A: np.eye(2), P: 3, lam: []}, ShapeError, "lambda has an empty value"),
    (E, {A: np.zeros((0, 0)), P: 3, lam: 1}, ShapeError, "A has an empty value of shape 0 x 0"),
    (
        E,
        {A: "identity", P: 3, lam: 1},
        ValueMissing,
        "A has a value of type str that is not numeric",
    ),
    (E, {A: np.eye(2), P: 2.5, lam: 1}, ValueMissing, "the dimension P is given as 2.5"),
    (E, {A: np.eye(2), P: 0, lam: 1}, ValueMissing, "give a positive integer"),
]


@pytest.mark.parametrize(
    ("expression", "values", "kind", "message"), BAD, ids=[case[3][:40] for case in BAD]
)
def test_bad_values_are_named(
    expression: Any, values: dict[Any, Any], kind: type[PlanarError], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        found(expression, values)
    assert "\n" not in str(caught.value)


def test_bad_spectra() -> None:
    for arguments, message in (
        (([],), "empty"),
        (([np.nan],), "holds nan"),
        (([1, 2], [1, -1]), "nonnegative"),
        (([1, 2], [1]), "2 eigenvalues has weights of shape"),
        (([[1, 2]],), "one list"),
        (([1, 2j],), "is real"),
    ):
        with pytest.raises(PlanarError, match=message):
            spectrum(*arguments)
    assert spectrum([1, 3], [2, 2]).measure.tolist() == [0.5, 0.5]
    assert not spectrum([1, 3], [1, 2]).uniform


def test_bad_requests(a: np.ndarray, predicted: np.ndarray) -> None:
    values = {A: a, P: p, lam: z}
    with pytest.raises(ShapeError, match=r"predicted value has shape \(3, 3\), expected 60 x 60"):
        check(read(E), [W], np.eye(3), values)
    with pytest.raises(BranchError, match="not finite"):
        check(read(E), [W], np.nan * predicted, values)
    with pytest.raises(ValueMissing, match="at least two trials"):
        check(read(E), [W], predicted, values, trials=1)
    with pytest.raises(ValueMissing, match="lambda is an array"):
        check(read(E), [W], predicted, {**values, lam: [1.0, 2.0]})
    with pytest.raises(DeclarationError, match="W is random, but its law"):
        check(read(E), [], predicted, values)
    with pytest.raises(ValueMissing, match="Q has rank K = 9, more than its dimension"):
        check(read(tr(RandomProjection("Q", N, K))), [RandomProjection("Q", N, K)], 1, {N: 4, K: 9})
    with pytest.raises(PlanarError, match="inverse in the expression does not exist"):
        check(read(tr(resolvent(0 * M + M, 0))), [], 1, {M: np.zeros((2, 2))})
