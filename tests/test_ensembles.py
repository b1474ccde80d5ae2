"""Every law: sampled moments to order 8, the series of R, the relation, and wrong cumulants that
are rejected.

The prediction is the moment-cumulant formula over matrices, written here in twenty lines; it shares
no code with planar. A word agrees where its z-score is below ``Z``: about a hundred words in all,
every seed fixed. Samples are complex, so that the bias, O(1/N^2), stays below the standard error at
these sizes; ``FLOOR`` is the error of arithmetic in words that do not fluctuate.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import fmpq_mat
from sympy import Expr, I, Rational, S, binomial, expand, nsimplify, oo, series, symbols

from planar import (
    GOE,
    BiInvariant,
    Ginibre,
    HaarOrthogonal,
    Law,
    RandomProjection,
    RotationInvariant,
    Wishart,
    dims,
    tr,
)
from planar.combinatorics.cumulants.moments import moments
from planar.ensembles.law import haar, standard
from planar.evidence.verify.expansion import Point
from planar.evidence.verify.gaussian_rationals import Exact, number
from planar.evidence.verify.laurent import Series
from planar.evidence.verify.left_side import Enumeration
from planar.expression.reader import read_declaration
from planar.expression.reading import read
from planar.formulas.symbols import deterministic
from planar.foundations.errors import DeclarationError, PlanarError, ReadError, ShapeError

Array = np.ndarray[Any, Any]
Cumulants = Callable[[int], complex]

N, P, K = dims("N P K")
c, z = symbols("c z", positive=True)
SIZES: dict[Any, int] = {N: 90, P: 60, K: 36}
TRIALS, Z, FLOOR = 40, 4.5, 1e-9


# -- prediction and sample of a word ---------------------------------------------------------------


def predicted(
    word: str,
    inside: Mapping[str, Array],
    kappa: Cumulants,
    shape: tuple[int, int],
    alternating: bool,
) -> complex:
    """The planar value of tr[word]: ``x`` is the letter, of this shape, ``X`` its transpose, the
    others stand in ``inside``.

    A face is the trace of what it encloses over the number of rows of the letter.
    """
    legs = [k for k, character in enumerate(word) if character in "xX"]
    sizes = [shape[word[legs[0]] == "X"], *(shape[word[k] == "x"] for k in legs)]
    stretches = zip(pairwise([-1, *legs, len(word)]), sizes, strict=True)
    gaps = [
        reduce(np.matmul, (inside[s] for s in word[i + 1 : j]), np.eye(size))
        for (i, j), size in stretches
    ]

    @cache
    def opened(i: int, j: int) -> Array:
        """The mean of the gaps from i to j with the legs between them."""
        if i == j:
            return gaps[i]
        rest = going_on(i, 1, j)
        return gaps[i] @ rest if np.ndim(rest) else np.zeros((sizes[i], sizes[j]))

    @cache
    def going_on(leg: int, size: int, j: int) -> Any:
        """What follows ``leg``, the last so far of a block of this size, up to the gap j; 0 where
        no block fits.
        """
        total: Any = kappa(size) * opened(leg + 1, j) if kappa(size) else 0.0
        for after in range(leg + 1, j):
            if not alternating or word[legs[after]] != word[legs[leg]]:
                total = total + np.trace(opened(leg + 1, after)) / shape[0] * going_on(
                    after, size + 1, j
                )
        return total

    return complex(np.trace(opened(0, len(legs))) / sizes[0])


@dataclass(frozen=True)
class Case:
    """A law, and the words in which its moments are taken: A and M fit its rows, C and D its
    columns.
    """

    law: Law
    words: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int]:
        rows, cols = self.law.shape
        return SIZES[rows], SIZES[cols]

    def kappa(self, n: int) -> complex:
        return numeric(self.law, n)

    def inside(self) -> dict[str, Array]:
        rng = np.random.default_rng(7)
        found = {}
        for name, size in zip("AMCD", np.repeat(self.shape, 2), strict=True):
            found[name] = np.diag(np.linspace(0.5, 1.5, size)) + rng.standard_normal(
                (size, size)
            ) / np.sqrt(4 * size)
        return found

    def sampled(self) -> Array:
        """One row a trial, one column a word."""
        rng, letters, rows = np.random.default_rng(11), self.inside(), []
        for _ in range(TRIALS):
            x = self.law.sample(rng, SIZES, real=False)
            letters |= {"x": x, "X": x.conj().T}
            products = [reduce(np.matmul, (letters[s] for s in word)) for word in self.words]
            rows.append([np.trace(m) / len(m) for m in products])
        return np.array(rows)

    def scores(self, kappa: Cumulants, alternating: bool | None = None) -> dict[str, float]:
        """The z-score of every word under these cumulants."""
        how = self.law.alternating if alternating is None else alternating
        values, inside = samples(self), self.inside()
        errors = values.std(axis=0, ddof=1) / np.sqrt(TRIALS) + FLOOR
        expected = [predicted(word, inside, kappa, self.shape, how) for word in self.words]
        return dict(zip(self.words, np.abs(values.mean(axis=0) - expected) / errors, strict=True))


@cache
def numeric(law: Law, n: int) -> complex:
    return complex(law.free_cumulant(n).xreplace(dict(law.constants())).xreplace(SIZES))


@cache
def samples(case: Case) -> Array:
    return case.sampled()


# -- the laws --------------------------------------------------------------------------------------


def _semicircle(rng: np.random.Generator, n: int) -> Array:
    x = standard(rng, n, n, real=False)
    return np.eye(n) + (x + x.conj().T) / np.sqrt(n)


def _marchenko_pastur(rng: np.random.Generator, n: int) -> Array:
    x = standard(rng, n, n, real=False)
    return x.conj().T @ x / n


def _two_bulks(rng: np.random.Generator, rows: int, cols: int) -> Array:
    u, v = haar(rng, rows, real=False), haar(rng, cols, real=False)
    return (u * np.repeat([1.0, 2.0], rows // 2)) @ v[:rows]


def row_cumulants(squares: Sequence[Expr], rows: int, cols: int) -> list[Expr]:
    """c_1, c_2, ... of a bi-invariant matrix from tr[(X X.T)^n] over its rows: c_n enters the n-th
    linearly.
    """
    found: list[Expr] = []
    for n, moment in enumerate(squares, start=1):

        def kappa(m: int) -> complex:
            return (
                float(found[m // 2 - 1]) * (rows / cols) ** (m // 2)
                if m % 2 == 0 and m // 2 <= len(found)
                else 0.0
            )

        lower = predicted("xX" * n, {}, kappa, (rows, cols), True)
        found.append(nsimplify(moment - lower.real, rational=True, tolerance=1e-9))
    return found


POWERS = ("x", "xx", "xxx", "xxxx", "xxxxx", "xxxxxx", "xxxxxxx", "xxxxxxxx")
SYMMETRIC = (*POWERS, "xAxM", "xAxMxA", "xAxMxMxA", "xAxMxxAxMxAxxM")
RECTANGULAR = (
    "xX",
    "xXxX",
    "xXxXxX",
    "xXxXxXxX",
    "xCXA",
    "XAxC",
    "xCXAxDXM",
    "XAxCXMxD",
    "xCXAxDXMxCXMxDXA",
    "XAxCXMxXAxXMxD",
)
SQUARE = (
    *RECTANGULAR,
    "x",
    "xAx",
    "xxXX",
    "xAxMXAXM",
    "xAxMxAXMXXAM",
    "xAxXMxAXxAXMXX",
    "xxxxXXXX",
)

LAWS: dict[str, Case] = {
    "Wishart": Case(Wishart("W", N, P), SYMMETRIC),
    "GOE": Case(GOE("H", N), SYMMETRIC),
    "RandomProjection": Case(RandomProjection("Q", N, K), SYMMETRIC),
    "RotationInvariant, spectrum": Case(RotationInvariant("B", N, spectrum=[1, 1, -3]), SYMMETRIC),
    "RotationInvariant, cumulants": Case(
        RotationInvariant("B", N, cumulants=[1, 2], sampler=_semicircle), SYMMETRIC
    ),
    "RotationInvariant, R": Case(
        RotationInvariant("B", N, r_transform=lambda x: 1 / (1 - x), sampler=_marchenko_pastur),
        SYMMETRIC,
    ),
    "Ginibre": Case(Ginibre("X", N), SQUARE),
    "Ginibre, wide": Case(Ginibre("X", P, N), RECTANGULAR),
    "Ginibre, tall": Case(Ginibre("X", N, P, variance=Rational(3, 2) / P), RECTANGULAR),
    "HaarOrthogonal": Case(HaarOrthogonal("O", N), SQUARE),
    "BiInvariant": Case(
        BiInvariant(
            "X",
            P,
            N,
            row_cumulants([Rational(1 + 4**n, 2) for n in range(1, 5)], 60, 90),
            _two_bulks,
        ),
        RECTANGULAR,
    ),
}
GIVEN = {
    **{name: case.law for name, case in LAWS.items()},
    "BiInvariant, symbolic": BiInvariant("X", P, N, [c, 0, -2, c**2]),
}


@pytest.mark.parametrize("name", LAWS)
def test_moments_to_order_eight(name: str) -> None:
    scores = LAWS[name].scores(LAWS[name].kappa)
    assert max(scores.values()) < Z, scores


WRONG: dict[str, tuple[str, Callable[[Case, int], complex]]] = {
    "Wishart, size ratio upside down": ("Wishart", lambda _, n: (60 / 90) ** (n - 1)),
    "Wishart, a factor 2 in kappa_2": ("Wishart", lambda case, n: (1 + (n == 2)) * case.kappa(n)),
    "GOE, variance 2/N": ("GOE", lambda case, n: 2 * case.kappa(n)),
    "projection onto the complement": (
        "RandomProjection",
        lambda case, n: case.kappa(n) + (n == 1) * 0.2,
    ),
    "spectrum, moments for cumulants": (
        "RotationInvariant, spectrum",
        lambda _, n: (2 + (-3.0) ** n) / 3,
    ),
    "R, one per cent": ("RotationInvariant, R", lambda _, n: 1.01**n),
    "Ginibre, a factor 2": ("Ginibre", lambda case, n: 2 * case.kappa(n)),
    "Ginibre, faces of their own": ("Ginibre, wide", lambda case, n: 90 / 60 * case.kappa(n)),
    "Ginibre, reference columns": ("Ginibre, tall", lambda case, n: 60 / 90 * case.kappa(n)),
    "Haar, signs": ("HaarOrthogonal", lambda case, n: abs(case.kappa(n))),
    "Haar, Gaussian": ("HaarOrthogonal", lambda case, n: case.kappa(n) * (n == 2)),
    "bi-invariant, faces of their own": (
        "BiInvariant",
        lambda case, n: case.kappa(n) * (90 / 60) ** (n // 2),
    ),
    "bi-invariant, c_4 forgotten": ("BiInvariant", lambda case, n: case.kappa(n) * (n < 8)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_cumulants_are_rejected(name: str) -> None:
    case = LAWS[WRONG[name][0]]
    assert max(case.scores(lambda n: WRONG[name][1](case, n)).values()) > Z


@pytest.mark.parametrize("name", ["Ginibre", "HaarOrthogonal"])
def test_blocks_that_do_not_alternate_are_rejected(name: str) -> None:
    case = LAWS[name]
    assert max(case.scores(case.kappa, alternating=False).values()) > Z


@pytest.mark.parametrize("name", ["Ginibre, wide", "HaarOrthogonal", "Ginibre, tall"])
def test_real_samples(name: str) -> None:
    """Real where asked for, with the same second moment: E tr X X.T = kappa_2 cols/rows, to the
    fluctuation O(1/N).
    """
    case = LAWS[name]
    x = case.law.sample(np.random.default_rng(3), SIZES, real=True)
    assert x.shape == case.shape
    assert np.isrealobj(x)
    rows, cols = case.shape
    assert np.sum(x**2) / rows == pytest.approx((case.kappa(2) * cols / rows).real, rel=0.1)


# -- cumulants, R and the relation say the same ----------------------------------------------------


@pytest.mark.parametrize("name", GIVEN)
def test_cumulants_r_transform_and_relation(name: str) -> None:
    law = GIVEN[name]
    ratios = {s: Rational(2, 5) for s in law.constants()}
    kappa = [law.free_cumulant(n).xreplace(ratios) for n in range(1, 9)]
    truncated = sum((k * z**n for n, k in enumerate(kappa)), S.Zero)
    given = law.r_transform(z)
    if given is not None:
        assert expand(series(given.xreplace(ratios), z, 0, 8).removeO() - truncated) == 0
    relation = law.relation()
    if relation is not None:
        total = sum(
            (
                a.xreplace(ratios) * truncated ** word.count("S") * z ** word.count("H")
                for a, word in relation
            ),
            S.Zero,
        )
        assert all(expand(total).coeff(z, n).equals(0) for n in range(8))
    assert given is not None or relation is not None or law.atoms_and_weights() is not None


def test_a_spectrum_has_the_moments_of_its_eigenvalues() -> None:
    law = GIVEN["RotationInvariant, spectrum"]
    assert moments([law.free_cumulant(n) for n in range(1, 9)]) == [
        (2 + (-3) ** n) / S(3) for n in range(1, 9)
    ]


# -- letters of SymPy ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GIVEN)
def test_letters_are_values(name: str) -> None:
    law = GIVEN[name]
    assert law.func(*law.args) == law
    assert law.subs(N, 8).shape == tuple(size.subs(N, 8) for size in law.shape)
    assert law.symmetric is not law.alternating
    assert (law == law.T) is law.symmetric
    assert law == law.T.T
    assert law.written().isascii()
    if name != "RotationInvariant, R":
        assert pickle.loads(pickle.dumps(law)) == law


def test_parameters() -> None:
    assert Ginibre("X", P, N) == Ginibre("X", P, N, 1 / P) != Ginibre("X", P, N, variance=1 / N)
    assert Ginibre("X", P, N, variance=c / N).parameters_in_law() == (c,)
    assert Ginibre("X", N, variance=0.25).variance == Rational(1, 4)
    assert BiInvariant("X", P, N, [c, 0.5]).parameters_in_law() == (c,)
    assert [BiInvariant("X", P, N, [1, 2]).free_cumulant(n) for n in range(1, 7)] == [
        0,
        P / N,
        0,
        2 * P**2 / N**2,
        0,
        0,
    ]
    gaussian, same = Ginibre("X", P, N, variance=c), BiInvariant("X", P, N, [N * c])
    assert [gaussian.free_cumulant(n) for n in (2, 4)] == [same.free_cumulant(n) for n in (2, 4)]


def test_the_variance_is_found_or_given() -> None:
    rng = np.random.default_rng(0)
    law = Ginibre("X", P, N, variance=c)
    assert np.var(law.sample(rng, {P: 40, N: 50, c: 4}, real=True)) == pytest.approx(4, rel=0.1)
    with pytest.raises(DeclarationError, match="variance c"):
        law.sample(rng, {P: 4, N: 5}, real=True)


@pytest.mark.parametrize(
    ("declare", "error", "says"),
    [
        (
            lambda: Ginibre("X", N, P, variance=-1),
            DeclarationError,
            "X has entries of variance -1; give a positive one",
        ),
        (lambda: Ginibre("X", N, variance=0), DeclarationError, "variance 0"),
        (lambda: Ginibre("X", N, variance=I), DeclarationError, "variance I"),
        (lambda: Ginibre("X", N, variance=oo), DeclarationError, "variance oo"),
        (lambda: Ginibre("X", N, variance="1/N"), ReadError, "not a number"),
        (lambda: Ginibre("X", N, 2.5), ShapeError, "X has dimension 2.5"),
        (
            lambda: HaarOrthogonal("O", N, P),
            ShapeError,
            r'O is orthogonal, so it is square; write HaarOrthogonal\("O", N\)',
        ),
        (
            lambda: BiInvariant("X", N, P),
            DeclarationError,
            r"for example BiInvariant\(\"X\", N, P, cumulants=\[1, -1\]\)",
        ),
        (
            lambda: BiInvariant("X", N, cumulants=[0, 0]),
            DeclarationError,
            "a cumulant that is not zero",
        ),
        (lambda: BiInvariant("X", N, cumulants=[float("nan")]), DeclarationError, "finite"),
    ],
)
def test_refusals(declare: Callable[[], Law], error: type[PlanarError], says: str) -> None:
    with pytest.raises(error, match=says):
        declare()


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("X = Ginibre(P, N)", Ginibre("X", P, N)),
        ("X = Ginibre(N, variance=c**2/P)", Ginibre("X", N, variance=c**2 / P)),
        ("O = HaarOrthogonal(N)", HaarOrthogonal("O", N)),
        (
            "X = BiInvariant(P, N, cumulants=[1, -c/2 + N/P])",
            BiInvariant("X", P, N, [1, N / P - c / 2]),
        ),
    ],
)
def test_declarations_in_words(text: str, law: Law) -> None:
    assert read_declaration(text) == (law.name, law)


@pytest.mark.parametrize(
    "value", ["open('x')", "c.real", "(lambda: 1)()", "9**9**9", "[c for c in N]", "'1/N'", "c[0]"]
)
def test_only_arithmetic_is_read(value: str) -> None:
    with pytest.raises(ReadError, match="cannot read"):
        read_declaration(f"X = Ginibre(N, variance={value})")


def test_samplers_are_checked() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(PlanarError, match="declare it with sampler"):
        BiInvariant("X", N, P, [1]).sample(rng, SIZES, real=False)
    flat = BiInvariant("X", N, P, [1], lambda rng, rows, cols: np.zeros((cols, rows)))
    with pytest.raises(
        PlanarError, match=r"sampler of X returned shape \(60, 90\); it must return \(90, 60\)"
    ):
        flat.sample(rng, SIZES, real=False)


# -- the exact enumeration -------------------------------------------------------------------------

A, B = deterministic("A", N), deterministic("B", N)
R = deterministic("R", P)
X, Y, O = Ginibre("X", P, N), BiInvariant("Y", P, N, [c, -2]), HaarOrthogonal("O", N)
VALUES = {
    "A": fmpq_mat(3, 3, [1, 0, 0, 0, 2, 0, 0, 0, -4]),
    "B": fmpq_mat(3, 3, [1, 2, 0, -1, 3, 1, 5, 0, 2]),
    "R": fmpq_mat(2, 2, [2, 1, 7, -3]),
}
NUMBERS: dict[Any, int] = {N: 3, P: 2, K: 5, c: 7}


def summed(expression: Expr) -> Expr:
    """The planar sum of a trace at ``VALUES``, exactly; dimensions are those of the matrices."""
    constants = {s: Series.of(0, [number(n)], 3) for s, n in NUMBERS.items()}
    point = Point(
        constants,
        {name: Series.of(0, [Exact(value)], 3) for name, value in VALUES.items()},
        terms=3,
    )
    return Enumeration(point, {}).expectation(read(expression), 0).value.coefficient(0).entry(0, 0)


@pytest.mark.parametrize("law", [X, Y, O, Ginibre("Z", N, variance=c)], ids=str)
def test_enumeration_and_prediction_say_the_same(law: Law) -> None:
    """All words of ``SQUARE`` that fit, the letters of SymPy in exact numbers against the arrays of
    the prediction.
    """
    wide = law.shape[0] == P
    letters = {"x": law, "X": law.T, "A": R if wide else A, "M": R if wide else B, "C": A, "D": B}
    rows = {name: VALUES[letters[name].name].tolist() for name in "AMCD"}
    arrays = {
        name: np.array([[int(x.p) / int(x.q) for x in row] for row in found])
        for name, found in rows.items()
    }
    shape = tuple(NUMBERS[size] for size in law.shape)

    def kappa(n: int) -> complex:
        return complex(law.free_cumulant(n).xreplace(NUMBERS))

    for word in RECTANGULAR if wide else SQUARE:
        found = summed(tr(reduce(lambda left, right: left * right, (letters[s] for s in word))))
        assert complex(found) == pytest.approx(
            predicted(word, arrays, kappa, shape, True), rel=1e-10
        ), word


def power(matrix: Expr, n: int) -> Expr:
    return reduce(lambda left, right: left * right, [matrix] * n)


def mean(*names: str) -> Rational:
    """The normalised trace of a product of the values."""
    product = reduce(lambda left, right: left * right, (VALUES[name] for name in names))
    total = sum((product[i, i] for i in range(product.nrows())), start=0 * product[0, 0])
    return Rational(int(total.p), int(total.q)) / product.nrows()


@pytest.mark.parametrize("n", range(1, 6))
def test_the_gram_matrix_has_the_moments_of_marchenko_and_pastur(n: int) -> None:
    """On either side; Narayana numbers in the ratio of the sizes."""
    q = Rational(3, 2)
    narayana = [binomial(n, k) * binomial(n, k - 1) / S(n) for k in range(1, n + 1)]
    assert summed(tr(power(X.T * X, n))) == sum(a * q**k for k, a in enumerate(reversed(narayana)))
    assert summed(tr(power(X * X.T, n))) == sum(
        a * q ** (k + 1) for k, a in enumerate(reversed(narayana))
    )


@pytest.mark.parametrize("n", range(1, 5))
def test_a_rotated_matrix_is_the_rotation_invariant_one(n: int) -> None:
    rotated = RotationInvariant("T", N, spectrum=[1, 2, -4])
    assert (
        summed(tr(power(O * A * O.T * B, n)))
        == summed(tr(power(rotated * B, n)))
        != summed(tr(power(A * B, n)))
    )


def test_freeness_by_hand() -> None:
    expected = (
        mean("A", "A") * mean("B") ** 2
        + mean("A") ** 2 * mean("B", "B")
        - mean("A") ** 2 * mean("B") ** 2
    )
    assert summed(tr(power(O * A * O.T * B, 2))) == expected
    assert summed(tr(O.T * O * A)) == mean("A")
    assert summed(tr(O * O * A)) == summed(tr(O * A * O * B)) == 0


def by_hand(ratio: Expr, second: Expr) -> Expr:
    """tr[Y A Y.T R Y A Y.T R]: two pairings and the block of four."""
    pairs = mean("A") ** 2 * mean("R", "R") + ratio * mean("A", "A") * mean("R") ** 2
    return NUMBERS[c] ** 2 * pairs + second * mean("A") ** 2 * mean("R") ** 2


def test_two_spaces_by_hand() -> None:
    found = summed(tr(Y * A * Y.T * R * Y * A * Y.T * R))
    assert found == by_hand(Rational(2, 3), S(-2))
    assert found != by_hand(S.One, S(-2))
    assert found != by_hand(Rational(2, 3), S(2))


class Unscaled(BiInvariant):
    """The mistake: one cumulant sequence with every face normalised by its own space."""

    def free_cumulant(self, n: int) -> Expr:
        return self.cumulants[n // 2 - 1] if n in (2, 4) else S.Zero


def test_a_missing_ratio_is_seen() -> None:
    wrong = Unscaled("Y", P, N, [c, -2])
    assert summed(tr(wrong * A * wrong.T * R * wrong * A * wrong.T * R)) != by_hand(
        Rational(2, 3), S(-2)
    )


def test_a_letter_whose_transpose_has_no_known_law() -> None:
    loose = RotationInvariant("L", N, cumulants=[1, 1], symmetric=False)
    assert not loose.alternating
    assert summed(tr(loose * A * loose)) == 2 * mean("A")
    with pytest.raises(ReadError, match="joint law of L and its transpose"):
        summed(tr(loose * A * loose.T))
