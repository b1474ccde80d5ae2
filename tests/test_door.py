"""What comes in at the door: no exception but planar's own, nothing misread in silence."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sympy import (
    Adjoint,
    BlockMatrix,
    Identity,
    ImmutableMatrix,
    Inverse,
    Matrix,
    Rational,
    Symbol,
    ZeroMatrix,
    nan,
    oo,
    symbols,
)

import planar
from planar import (
    GOE,
    Ginibre,
    HaarOrthogonal,
    PlanarError,
    RandomProjection,
    RotationInvariant,
    Wishart,
    derive,
    deterministic,
    dims,
    resolvent,
    tr,
)

N, P, K = dims("N P K")
lam, mu, z = symbols("lambda mu z", positive=True)
A, C, D = deterministic("A", N), deterministic("C", N), deterministic("D", N, positive=True)
S = deterministic("S", N, symmetric=True)
W, H, Q, G, U = (
    Wishart("W", N, P),
    GOE("H", N),
    RandomProjection("Q", N, K),
    Ginibre("G", N),
    HaarOrthogonal("U", N),
)
X = Ginibre("X", P, N)
E = derive(tr(resolvent(A * W, lam)))
VALUES = {A: np.diag([1.0, 2.0, 3.0]), P: 5, lam: 1.0}
DIAGONAL = np.diag([1.0, 2.0, 3.0])


def refused(action: Callable[[], Any], *words: str) -> None:
    """Planar refuses, in one sentence of a screen that names these words."""
    with pytest.raises(PlanarError) as error:
        action()
    text = str(error.value)
    assert len(text) < 500
    for word in words:
        assert word in text, text


@pytest.mark.parametrize("letter", [S, D])
def test_inverses_of_real_sums_have_no_conjugate(letter: Any) -> None:
    mean = (1 / 2 + 1 / 3 + 1 / 4) / 3
    values = {letter: DIAGONAL}
    assert derive(tr(resolvent(letter, 1))).evaluate(values) == pytest.approx(mean)
    half = derive(tr(Inverse(2 * Identity(N) + 2 * letter)))
    assert half.evaluate(values) == pytest.approx(mean / 2)
    random = derive(tr(W * resolvent(lam * letter, lam)))
    assert random.evaluate({**values, lam: 2.0, P: 6}) == pytest.approx(mean / 2)
    spectrum = {letter: planar.spectrum([1.0, 2.0, 3.0])}
    assert derive(tr(resolvent(letter, 1))).evaluate(spectrum) == pytest.approx(mean)


def test_an_infinite_value_is_a_sentence() -> None:
    equivalent = derive(tr(W**-1))
    assert equivalent.evaluate({N: 2, P: 8}) == pytest.approx(1 / (1 - 1 / 4))
    refused(lambda: equivalent.evaluate({N: 4, P: 4}), "tr(W**(-1))", "no finite value")
    assert np.isnan(equivalent.compile()({N: 4, P: 4}, on_failure="nan"))
    refused(lambda: derive(W**-1).evaluate({N: 4, P: 4}), "no finite value")


def test_a_pole_of_the_writing_alone_is_none_of_the_value() -> None:
    """Eigenvalues of Q are 1 and 0, so tr of (Q - 1/2)^-1 is 2 p - 2 (1 - p)."""
    equivalent = derive(tr(resolvent(Q, -Rational(1, 2))))
    for n, k in ((4, 2), (4, 1), (6, 3), (5, 2)):
        exact = 2 * k / n - 2 * (1 - k / n)
        assert equivalent.evaluate({N: n, K: k}) == pytest.approx(exact, abs=1e-9)
    matrix = derive(A * resolvent(Q, -Rational(1, 2)) * W)
    np.testing.assert_allclose(matrix.evaluate({A: np.eye(4), K: 2, P: 6}), 0, atol=1e-9)


@pytest.mark.parametrize(
    "expression",
    [resolvent(Q, -1), tr(Q**-1), tr(Inverse(A * Q)), tr(Inverse(Q * W)), tr(resolvent(-Q, 1))],
)
def test_singular_projections_are_not_inverted(expression: Any) -> None:
    refused(lambda: derive(expression), "singular", "Q")


def test_a_substitution_may_be_singular() -> None:
    refused(lambda: derive(tr(resolvent(Q, lam))).subs({lam: -1}), "singular", "Q")


@pytest.mark.parametrize(
    "expression", [G * W**2, U * W**2, G * Q * W * Q, A * G * W * W, U * A * U, G * W * W + W]
)
def test_self_energies_of_the_evidence_alone_are_known(expression: Any) -> None:
    equivalent = derive(tr(resolvent(expression, 9)))
    values = {N: 30, P: 60} if A not in equivalent.letters else {A: np.eye(30), P: 60}
    given = {k: v for k, v in {**values, K: 15}.items() if k in equivalent.example(size=30)}
    exact = 1 / 9 if expression != G * W * W + W else None
    if exact is not None:
        assert equivalent.evaluate(given) == pytest.approx(exact)
    assert equivalent.check(given, trials=20, seed=1).verdict != "disagree"


def test_three_letters_of_which_one_is_settled() -> None:
    equivalent = derive(tr(resolvent(Q * A * U.T + U.T * A * U, 5)))
    values = {A: np.diag(np.linspace(0.5, 2, 30)), K: 15}
    assert equivalent.check(values, trials=60, seed=0).verdict == "agree"


@pytest.mark.parametrize(("power", "moments"), [(2, (1, 6, 6, 1)), (3, (1, 15, 50, 50, 15, 1))])
def test_a_ladder_without_self_energies_finds_the_edge(
    power: int, moments: tuple[int, ...]
) -> None:
    """The spectrum of G W^k is a disc whose squared radius is the moment tr W^(2k)."""
    equivalent = derive(tr(resolvent(G * W**power, lam)))
    radius = np.sqrt(sum(c * (2 / 3) ** k for k, c in enumerate(moments)))
    for factor in (0.97, 1.03):
        kernel = equivalent.compile()
        gamma = kernel.solve({N: 20, P: 30, lam: factor * radius}).gamma
        assert (gamma < 1) == (factor > 1)


CONSTANTS = [
    (Identity(N), 1.0),
    (H - H, 0.0),
    (A**0, 1.0),
    (z * Identity(N), 2.0),
    (tr(Identity(N)), 1.0),
    (tr(H - H), 0.0),
    (tr(A**0), 1.0),
    (tr(z * Identity(N)), 2.0),
    (N * tr(Identity(N)), 4.0),
]


@pytest.mark.parametrize(("expression", "value"), CONSTANTS)
def test_constants(expression: Any, value: float) -> None:
    equivalent = derive(expression)
    given: dict[Any, Any] = {N: 4, z: 2.0} if expression.has(z) else {N: 4}
    result = equivalent.evaluate(given)
    np.testing.assert_allclose(result, value * np.eye(4) if np.ndim(result) else value)
    assert equivalent.example().keys() == given.keys()
    assert equivalent.check(equivalent.example())
    assert equivalent.check(given)
    assert equivalent.verify(2)
    assert "def equivalent" in equivalent.source()
    assert len(list(equivalent.diagrams(0))) == equivalent.count_diagrams(0)
    refused(lambda: equivalent.density([0.1], {N: 4}), "resolvent")
    assert len(equivalent.compare({**given, N: [4, 5]}).predicted) == 2


def test_a_size_that_only_an_identity_has() -> None:
    zeros = ZeroMatrix(N, P), ZeroMatrix(P, N)
    blocks = BlockMatrix([[D, zeros[0]], [zeros[1], Identity(P)]])
    values = {D: DIAGONAL, P: 6}
    assert derive(tr(blocks)).evaluate(values) == pytest.approx(12 / 9)
    assert derive(tr(Identity(N))).evaluate({}) == 1
    refused(lambda: derive(Identity(N)).evaluate({}), "no value for N")


def test_what_is_no_matrix() -> None:
    refused(lambda: derive(Adjoint(lam)), "Adjoint", "lambda")
    refused(lambda: tr(Adjoint(lam)), "tr needs a matrix")
    refused(lambda: resolvent(Adjoint(lam), 1), "resolvent needs a matrix")


B2, NUMBERS = deterministic("B", 2), Matrix([[1, 2], [3, 4]])


@pytest.mark.parametrize(
    "make",
    [
        lambda: derive(B2 * NUMBERS),
        lambda: derive(B2 + NUMBERS),
        lambda: derive(NUMBERS),
        lambda: derive(tr(B2 * ImmutableMatrix(NUMBERS))),
        lambda: resolvent(NUMBERS, lam),
        lambda: tr(NUMBERS),
        lambda: derive(tr(BlockMatrix([[B2, ImmutableMatrix(NUMBERS)], [B2, B2]]))),
        lambda: derive(tr(B2 * B2)).subs({B2: NUMBERS}),
    ],
)
def test_explicit_matrices_are_named(make: Callable[[], Any]) -> None:
    refused(make, "[[1, 2], [3, 4]]", "deterministic")


def test_a_form_plus_a_trace_is_written_with_an_identity() -> None:
    w = deterministic("w", N, 1)
    g = resolvent(D * W, lam)
    total = derive(w.T * g * w + tr(D * g) * Identity(1))
    form, trace = derive(w.T * g * w), derive(tr(D * g))
    vector = {w: np.ones(3) / 3}
    values = {D: DIAGONAL, P: 5, lam: 1.0}
    parts = form.evaluate({**values, **vector}) + trace.evaluate(values)
    assert total.evaluate({**values, **vector}) == pytest.approx(parts)


def test_an_unspecified_law_has_one_sentence() -> None:
    B = RotationInvariant("B", N)
    says = ("no numbers without a law", "B")
    values: dict[Any, Any] = {N: 4, lam: 1.0}
    for expression in (tr(resolvent(B, lam)), tr(B), tr(B * A * B)):
        equivalent = derive(expression)
        for action in (
            lambda e=equivalent: e.evaluate(values),
            lambda e=equivalent: e.check(values),
            lambda e=equivalent: e.example(),
            lambda e=equivalent: e.compare({N: 4, lam: [1.0, 2.0]}),
            lambda e=equivalent: e.source(),
        ):
            refused(action, *says)
    refused(lambda: derive(tr(resolvent(B, lam))).density([0.1], {N: 4}), *says)
    refused(lambda: B.sample(np.random.default_rng(0), {N: 3}, real=True), *says)


@pytest.mark.parametrize(
    "declared",
    [[A], [(A,)], [(A, C, A)], (A, C), A, {A: C}, "AC", None, 5, [(A, "C")]],
)
def test_what_is_no_list_of_pairs(declared: Any) -> None:
    refused(lambda: derive(tr(A * C * W), commuting=declared), "pairs of letters")


def test_letters_that_cannot_commute() -> None:
    expression, w = tr(A * C * W), deterministic("w", N, 1)
    refused(lambda: derive(expression, commuting=[(A, W)]), "W is random")
    refused(lambda: derive(expression, commuting=[(A, D)]), "D", "does not occur", "A, C")
    refused(lambda: derive(w.T * A * w, commuting=[(A, w)]), "A and w cannot commute")
    assert derive(expression, commuting=[(A, C)]).commuting == (("A", "C"),)


def test_pairs_go_with_their_letters() -> None:
    equivalent = derive(tr(A * C * resolvent(W, lam)) + tr(A), commuting=[(A, C)])
    assert equivalent.subs({C: A}).commuting == ()
    assert equivalent.diff(lam).commuting == (("A", "C"),)
    assert derive(lam * tr(A) + tr(C), commuting=[(A, C)]).diff(lam).commuting == ()


@pytest.mark.parametrize("values", [None, [1], {lam}, "abc", 3])
def test_values_are_a_mapping(values: Any) -> None:
    for action in (E.evaluate, E.check, E.compare, E.compile(), E.subs):
        refused(lambda a=action: a(values), "mapping")


@pytest.mark.parametrize("value", [nan, oo, -oo, float("nan"), float("inf")])
def test_what_is_not_finite(value: Any) -> None:
    refused(lambda: E.subs({lam: value}), "finite")
    refused(lambda: resolvent(A, value), "finite")
    refused(lambda: derive(value * tr(A)), "finite")
    refused(lambda: E.evaluate({**VALUES, lam: value}), "lambda")


@pytest.mark.parametrize("point", [nan, -oo, "0", None])
def test_no_limit_goes_there(point: Any) -> None:
    refused(lambda: E.limit(lam, point))


@pytest.mark.parametrize("name", [Symbol("lambda"), "lambda", Symbol("lambda", negative=True)])
def test_a_symbol_is_known_by_its_name(name: Any) -> None:
    assert str(E.limit(name, 0)) == str(E.limit(lam, 0))
    assert str(E.diff(name)) == str(E.diff(lam))
    assert str(E.subs({name: 1})) == str(E.subs({lam: 1}))
    values = {A: DIAGONAL, P: 5, name: 1.0}
    assert E.evaluate(values) == E.evaluate(VALUES)
    assert E.compile().gradient(values, name) == E.compile().gradient(VALUES, lam)
    assert E.example(size=6, given={name: 0.25})[lam] == 0.25
    refused(lambda: E.evaluate({**VALUES, name: 1.0}), "lambda is given twice")


def test_a_dimension_is_known_by_its_name() -> None:
    assert str(E.subs({Symbol("P"): 2 * N})) == str(E.subs({P: 2 * N}))
    assert E.evaluate({A: DIAGONAL, "P": 5, lam: 1.0}) == E.evaluate(VALUES)


def test_symbols_that_do_not_occur() -> None:
    assert str(E.diff(mu)) == "0 ≃ 0"
    for action in (
        lambda: E.limit(mu, 0),
        lambda: E.limit(mu, oo),
        lambda: E.subs({mu: 1}),
        lambda: E.evaluate({**VALUES, mu: 1}),
        lambda: E.compile().gradient(VALUES, mu),
        lambda: E.diff("mu"),
    ):
        refused(action, "mu")
    refused(lambda: E.diff(lam + 1), "lambda + 1")
    refused(lambda: E.limit(A, 0), "A")


@pytest.mark.parametrize(
    "law",
    [
        {"r_transform": nan},
        {"r_transform": 3},
        {"r_transform": "z"},
        {"r_transform": z},
        {"r_transform": lambda a, b: a},
        {"r_transform": np.sqrt},
        {"r_transform": lambda _: nan},
        {"cumulants": 5},
        {"cumulants": [0, nan]},
        {"cumulants": [oo]},
        {"cumulants": "ab"},
        {"spectrum": [1, nan]},
        {"spectrum": [1j, 1]},
        {"spectrum": [mu, 1]},
        {"spectrum": [1, 2], "sampler": 3},
    ],
)
def test_laws_that_are_none(law: dict[str, Any]) -> None:
    refused(lambda: RotationInvariant("B", N, **law), "")


def test_parameters_that_nothing_reads() -> None:
    refused(lambda: Wishart("W", N, P, K), "W", "P, K")
    refused(lambda: RandomProjection("Q", N, P, K), "Q", "P, K")
    refused(lambda: GOE("H", N, P), "H", "P")
    refused(lambda: RotationInvariant("B", N, 3), "B", "keyword")
    refused(lambda: RotationInvariant("B", N, [1, 2]), "B", "keyword")
    for letter in (W, Q, H, RotationInvariant("B", N, spectrum=[1, 2])):
        assert letter.func(*letter.args) == letter


OWN = E.restate(E.rhs * mu / lam, {mu: lam, **{d.symbol: d.expr for d in E.definitions}})


@pytest.mark.parametrize(
    "equivalent",
    [E, E.limit(lam, 0), derive(D * resolvent(D * W, lam)), OWN],
)
def test_kernels_are_pickled_and_copied(equivalent: Any) -> None:
    kernel = equivalent.compile()
    values = {k: v for k, v in {**VALUES, D: DIAGONAL}.items() if k in equivalent.example(size=4)}
    for other in (pickle.loads(pickle.dumps(kernel)), copy.deepcopy(kernel), copy.copy(kernel)):
        assert other == kernel
        np.testing.assert_array_equal(other(values), kernel(values))


@pytest.mark.optional("cffi")
def test_a_kernel_of_c_is_pickled() -> None:
    kernel = E.compile("c")
    assert pickle.loads(pickle.dumps(kernel))(VALUES) == kernel(VALUES)
    half = derive(tr(resolvent(Q, -Rational(1, 2)))).compile("c")
    assert half({N: 4, K: 2}) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "expression",
    [
        tr(W**64),
        tr(W ** (10**9)),
        tr((X.T * X) ** 64),
        tr(resolvent(H, mu) ** 64),
        tr(resolvent(H, mu) ** 21),
        tr(A**1000),
        tr(A**-1000),
        tr(((W * A) ** 100 * A) ** 100),
        tr(W) ** (10**6),
    ],
)
def test_powers_out_of_reach_are_refused(expression: Any) -> None:
    with pytest.raises(planar.PlanarError, match=r"lower power"):
        derive(expression)


def test_powers_in_reach() -> None:
    """Moments of white Wishart matrices at q = 1 are Catalan numbers."""
    catalan = 9694845
    assert derive(tr(W**15)).evaluate({N: 4, P: 4}) == catalan
    assert derive(tr(A**64)).evaluate({A: np.eye(3)}) == pytest.approx(1)
    assert derive(tr(W) ** 1000).evaluate({N: 3, P: 4}) == 1


def test_orders_out_of_reach_are_refused() -> None:
    for action in (E.count_diagrams, E.diagrams, E.verify, E.verify_steps):
        refused(lambda a=action: a(10**6), "order 1000000")
    assert E.count_diagrams(150) == planar_catalan(150)


def planar_catalan(n: int) -> int:
    """The number of non-crossing partitions of n letters."""
    value = 1
    for k in range(n):
        value = value * 2 * (2 * k + 1) // (k + 2)
    return value


def test_refusals_fit_on_a_screen() -> None:
    many = sum((deterministic(f"letter_{i}", N) for i in range(300)), ZeroMatrix(N, N))
    equivalent = derive(tr(resolvent(many, lam)))
    with pytest.raises(PlanarError, match="mu does not occur") as error:
        equivalent.subs({mu: 1})
    assert len(str(error.value)) < 1300
    assert pickle.loads(pickle.dumps(error.value)).args == error.value.args
