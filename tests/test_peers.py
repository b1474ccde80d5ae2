"""Seven faults of other tools: here each number is right, and the wrong one is rejected."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from expressions import RECTANGULAR
from hash_seeds import under_another_seed
from letters import M2, A, C, M, N, P, W, X, lam, mu, z
from sympy import Expr, Integer, MatMul, MatrixSymbol, Symbol

import planar
from planar import Ginibre, deterministic, resolvent, spectrum, tr
from planar.combinatorics.cumulants.moments import free_cumulants
from planar.evidence.check.judging import check
from planar.interfaces.cli.main import main

Array = Any
Equivalent = planar.DeterministicEquivalent


def restated(equivalent: Equivalent, change: Callable[[Expr], Expr]) -> Equivalent:
    """The same change made in the formula and in every definition."""
    return equivalent.restate(
        change(equivalent.rhs),
        {d.symbol: change(d.expr) for d in equivalent.definitions},
        certified=False,
    )


def rejected(wrong: Equivalent, values: dict[Any, Any], order: int = 4) -> None:
    """Sampling and the exact certificate both say no."""
    assert wrong.check(values, seed=1).verdict == "disagree"
    assert not wrong.verify(order)


def refuted(equivalent: Equivalent, number: complex, values: dict[Any, Any]) -> bool:
    """Whether samples of the expression contradict a number."""
    return check(equivalent.target, equivalent.laws, number, values, seed=1).verdict == "disagree"


# -- 1: words with equal commutative images are different ------------------------------------------

d, n = planar.dims("d n")
X1, Y1, W1, V1 = Ginibre("X", n, d), Ginibre("Y", n, d), Ginibre("W", d), Ginibre("V", d)
SEEN, UNSEEN = W1.T * (X1.T * X1 * Y1.T * Y1) * W1, V1.T * (X1.T * Y1 * Y1.T * X1) * V1


def test_words_that_agree_as_commutative_monomials_are_not_merged():
    equivalent = planar.derive(tr(SEEN) + 2 * tr(UNSEEN))
    values = {d: 30, n: 60}
    assert equivalent.rhs == 1 + 2 * d / n
    assert equivalent.evaluate(values) == pytest.approx(2)
    assert equivalent.verify(4)
    assert equivalent.check(values, seed=1).verdict == "agree"
    rejected(equivalent.restate(Integer(3), {}), values)


def test_nor_are_they_merged_inside_a_resolvent():
    right = planar.derive(tr(resolvent(SEEN + 2 * UNSEEN, z)))
    merged = planar.derive(tr(resolvent(SEEN + 2 * V1.T * (X1.T * X1 * Y1.T * Y1) * V1, z)))
    values = {d: 24, n: 48, z: 12.0}
    assert right.check(values, seed=1).verdict == "agree"
    assert right.verify(3)
    assert refuted(right, merged.evaluate(values), values)


# -- 2 and 7: matrices that do not commute, and a tolerance that would not see it ------------------


def commuted(expression: Expr) -> Expr:
    """Every product sorted by name, as if all its factors commuted."""
    return expression.replace(
        lambda e: isinstance(e, MatMul), lambda e: MatMul(*sorted(e.args, key=str))
    )


def blocks(*small: list[list[float]], size: int = 40) -> list[Array]:
    """2 x 2 matrices, each entry a multiple of the identity, in one random basis of this size."""
    u = np.linalg.qr(np.random.default_rng(0).standard_normal((size, size)))[0]
    return [u @ np.kron(x, np.eye(size // 2)) @ u.T for x in small]


def test_the_sign_of_a_trace_of_matrices_that_do_not_commute():
    equivalent = planar.derive(tr(resolvent(A * W, lam) * M * resolvent(A * W, lam) * M2))
    a, first, second = blocks([[0.2, 0], [0, 4]], [[0.9, 1], [1, -0.9]], [[0.9, -1], [-1, -0.9]])
    values = {A: a, M: first, M2: second, lam: 0.4, P: 60}
    wrong = restated(equivalent, commuted)
    assert equivalent.evaluate(values) > 0.5
    assert wrong.evaluate(values) < -0.2
    assert equivalent.check(values, seed=1).verdict == "agree"
    assert equivalent.verify(4)
    rejected(wrong, values)


def generic(strength: float, size: int = 40) -> Array:
    """A symmetric matrix near the identity."""
    g = np.random.default_rng(1).standard_normal((size, size)) / np.sqrt(size)
    return np.eye(size) + strength * (g + g.T) / np.sqrt(2)


def test_five_per_cent_would_hide_that_matrices_do_not_commute():
    equivalent = planar.derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu) * M))
    values = {A: blocks([[0.2, 0], [0, 4]])[0], M: generic(0.47), lam: 0.4, mu: 1.1, P: 60}
    wrong = restated(equivalent, commuted)
    verdict = equivalent.check(values, seed=1)
    assert verdict.verdict == "agree"
    sampled = verdict.table[0].sampled
    assert 0.03 < abs(wrong.evaluate(values) / sampled - 1) < 0.05
    rejected(wrong, values)


def test_what_commutes_is_declared():
    """With M = 1 in place of a generic one the sorted words are right, and a user may say that
    letters commute.
    """
    equivalent = planar.derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu) * M))
    values = {A: blocks([[0.2, 0], [0, 4]])[0], M: generic(0), lam: 0.4, mu: 1.1, P: 60}
    assert restated(equivalent, commuted).evaluate(values) == pytest.approx(
        equivalent.evaluate(values)
    )
    declared = planar.derive(equivalent.lhs, commuting=[(A, M)])
    assert declared.evaluate(values) == pytest.approx(equivalent.evaluate(values))


# -- 3: M and its transpose ------------------------------------------------------------------------


def test_a_factor_of_the_data_is_not_its_transpose():
    equivalent = planar.derive(tr(resolvent(M.T * X.T * X * M, lam)))
    values = {M: blocks([[1, 1.5], [0, 1]])[0], lam: 0.5, P: 60}
    assert equivalent.check(values, seed=1).verdict == "agree"
    assert equivalent.verify(8)
    rejected(restated(equivalent, lambda e: e.xreplace({M.T: M})), values, 8)


def test_any_square_root_of_a_covariance_will_do():
    root = deterministic("root", N, symmetric=True)
    equivalents = [planar.derive(resolvent(m.T * X.T * X * m, lam)) for m in (M, root)]
    covariance = generic(0.3, 30) @ generic(0.3, 30)
    values, vectors = np.linalg.eigh(covariance)
    cholesky = np.linalg.cholesky(covariance).T
    symmetric = (vectors * np.sqrt(values)) @ vectors.T
    known = {lam: 0.5, P: 20}
    found = [
        e.evaluate({m: x, **known})
        for e, m, x in zip(equivalents, (M, root), (cholesky, symmetric), strict=True)
    ]
    np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-12)


# -- 4: nothing is taken for granted, and nothing hangs on the hash seed ---------------------------


@pytest.mark.parametrize(
    ("expression", "declaration", "says"),
    [
        ("inv(lam + A*Z)", "W = Wishart(N, P)", "Z is declared neither deterministic nor random"),
        ("inv(lam + X.T*X)", "X = Ginibre(P, N, varianse=1/N)", "varianse"),
        ("inv(lam + X.T*X)", "X = Ginibbre(P, N)", "Ginibbre is none of"),
    ],
)
def test_an_undeclared_or_misspelt_word_is_named(expression, declaration, says, capsys):
    assert (
        main(
            [
                "derive",
                expression,
                "--let",
                "A = deterministic(N, positive=True)",
                "--let",
                declaration,
            ]
        )
        == 2
    )
    assert says in capsys.readouterr().err


def test_a_misspelt_argument_is_no_variance_of_one():
    with pytest.raises(TypeError, match="varianse"):
        Ginibre("X", P, N, varianse=1)


def test_a_letter_or_a_variance_without_a_value_is_named():
    plain = MatrixSymbol("Z", N, N)
    with pytest.raises(planar.PlanarError, match="no value for Z"):
        planar.derive(tr(resolvent(A * plain * W, lam))).evaluate({A: np.eye(3), lam: 1.0, P: 4})
    loose = Ginibre("X", P, N, variance=Symbol("v") / P)
    equivalent = planar.derive(tr(resolvent(loose.T * loose, lam)))
    with pytest.raises(planar.PlanarError, match="no value for v"):
        equivalent.evaluate({N: 3, P: 4, lam: 1.0})
    with pytest.raises(planar.PlanarError, match="varianse does not occur"):
        equivalent.evaluate({N: 3, P: 4, lam: 1.0, Symbol("v"): 1.0, Symbol("varianse"): 2.0})
    with pytest.raises(planar.PlanarError, match="X is declared twice"):
        planar.derive(tr(resolvent(X.T * loose, lam)))


SCRIPT = """
import sys
sys.path.insert(0, "tests")
from test_peers import texts
texts()
"""


def texts() -> None:
    """Formulas and modules of systems of equations, and what the command line makes of one."""
    for name in ("random features, two-point", "network"):
        eq = planar.derive(RECTANGULAR[name])
        print(eq, eq.latex(), eq.source())
    letters = ("A = deterministic(N, positive=True)", "M = deterministic(N)", "X = Ginibre(P, N)")
    lets = [word for letter in letters for word in ("--let", letter)]
    main(["derive", "inv(lam + A*X.T*X) * M * inv(mu + X.T*X*A)", "--latex", *lets])


def test_the_order_of_equations_is_the_same_under_every_hash_seed(pytestconfig, capsys):
    """That of this process, which is another one each time, beside a given one."""
    printed = under_another_seed(SCRIPT, "4242", pytestconfig.rootpath)
    texts()
    assert printed == capsys.readouterr().out
    assert r"\begin{align*}" in printed


# -- 5: the branch of a deformed Marchenko-Pastur law ----------------------------------------------

ATOMS, SIZE, SAMPLES = np.linspace(0.3, 6, 24), 48, 80
LINE = np.linspace(0.02, 14, 1000)


def every_kappa(shift: complex) -> Array:
    """All roots of ``kappa = shift + q sum of a kappa/(kappa + a)/24``, as the eigenvalues of an
    arrowhead matrix.
    """
    q = SIZE / SAMPLES
    arrow = np.diag([shift + q * ATOMS.mean(), *-ATOMS]).astype(complex)
    arrow[0, 1:] = arrow[1:, 0] = 1j * np.sqrt(q / len(ATOMS)) * ATOMS
    return np.linalg.eigvals(arrow)


def on_the_line(height: float) -> dict[Any, Any]:
    return {A: spectrum(ATOMS, weights=np.ones(24)), z: 1j * height - LINE, N: SIZE, P: SAMPLES}


@pytest.fixture(scope="module")
def deformed() -> Equivalent:
    return planar.derive(tr(resolvent(A * W, z)))


@pytest.mark.parametrize("height", [1e-2, 1e-6])
def test_a_thousand_points_over_twenty_four_atoms(deformed, height):
    """One root lies in the half plane of the shift, and planar finds it, without a starting point
    from a neighbour.
    """
    solution = deformed.compile().solve(on_the_line(height))
    assert solution.good.all()
    for shift, kappa in zip(1j * height - LINE, solution.named["kappa"], strict=True):
        (physical,) = (root for root in every_kappa(shift) if root.imag > 0)
        assert kappa == pytest.approx(physical, rel=1e-9)


def test_the_conjugate_root_solves_the_equation_and_is_rejected(deformed):
    height = 1e-12
    values, kernel = on_the_line(height), deformed.compile()
    right = kernel.solve(values)
    bulk = right.named["kappa"].imag > 1e-3
    wrong = np.conj(right.named["kappa"][bulk])
    df1 = np.mean(ATOMS / (wrong[:, None] + ATOMS), axis=1)
    residual = np.abs(wrong - values[z][bulk] / (1 - SIZE / SAMPLES * df1)) / np.abs(wrong)
    assert bulk.sum() > 707
    assert np.median(residual) < 2e-12
    assert right.good[bulk].all()
    trapped = kernel.solve(
        values, start={name: np.conj(value) for name, value in right.named.items()}
    )
    assert (trapped.named["kappa"].imag[bulk] < 0).all()
    assert trapped.residual[bulk].max() < 2e-12
    assert (trapped.gamma[bulk] > 1).all()
    assert not trapped.good[bulk].any()


def test_on_the_spectrum_itself_there_is_no_number(deformed):
    with pytest.raises(planar.PlanarError, match="on the spectrum"):
        deformed.evaluate({**on_the_line(0), z: -3.0})


@pytest.mark.parametrize("shift", [-2 + 0.5j, -6 + 1j, 0.1])
def test_twenty_four_atoms_against_sampling(deformed, shift):
    values = {A: np.diag(np.repeat(ATOMS, 2)), z: shift, P: SAMPLES}
    assert deformed.check(values, seed=1).verdict == "agree"


def test_the_formula_of_the_other_half_plane_is_rejected(deformed):
    values = {A: np.diag(np.repeat(ATOMS, 2)), z: -2 + 0.5j, P: SAMPLES}
    with pytest.raises(planar.PlanarError, match="no solution on the physical branch"):
        restated(deformed, lambda e: e.xreplace({z: z.conjugate()})).evaluate(values)
    assert refuted(deformed, np.conj(deformed.evaluate(values)), values)


# -- 6: free cumulants of high order ---------------------------------------------------------------

EIGENVALUES = [5 + k * k / 512 for k in range(1, 25)]


def by_lagrange(moments: list[Any]) -> list[Any]:
    """``kappa_n = -[z^n] M(z)^(1-n)/(n-1)`` with M(z) = 1 + m_1 z + ..., in the arithmetic of the
    moments.
    """
    series = [moments[0] * 0 + 1, *moments]
    inverse = series[:1]
    for i in range(1, len(series)):
        inverse.append(
            -sum((series[j] * inverse[i - j] for j in range(1, i + 1)), start=0 * series[0])
        )
    found, power = [moments[0]], [*series[:1], *(0 * m for m in moments)]
    for order in range(2, len(series)):
        power = [
            sum((power[j] * inverse[i - j] for j in range(i + 1)), start=0 * series[0])
            for i in range(len(series))
        ]
        found.append(-power[order] / (order - 1))
    return found


def test_free_cumulants_to_order_twenty_are_exact_where_floats_lose_everything():
    powers = [sum(Fraction(x) ** k for x in EIGENVALUES) / len(EIGENVALUES) for k in range(1, 21)]
    exact = by_lagrange(powers)
    assert free_cumulants(powers) == exact
    law = planar.RotationInvariant("B", N, spectrum=EIGENVALUES)
    assert [law.free_cumulant(k) for k in (2, 10, 20)] == [exact[k - 1] for k in (2, 10, 20)]
    rounded = by_lagrange([float(m) for m in powers])
    assert abs(rounded[19] / float(exact[19]) - 1) > 1
    with pytest.raises(planar.PlanarError, match="is a float"):
        free_cumulants([float(m) for m in powers])


def test_a_float_among_the_cumulants_of_a_law_is_taken_for_the_rational_that_it_is():
    law = planar.RotationInvariant("B", N, cumulants=[0.1, 0.2])
    assert [law.free_cumulant(k) for k in (1, 2, 3)] == [Fraction(0.1), Fraction(0.2), 0]
    assert planar.derive(resolvent(C + law, z)).verify(4)
