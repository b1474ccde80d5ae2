"""Diagrams by hand at low order, their counts, and their sums against the moments of known laws."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from oracle import tree as evaluated
from sympy import Expr, I, Identity, Inverse, MatMul, Symbol, binomial, catalan, expand, symbols

from planar.combinatorics.noncrossing import partitions
from planar.diagrams import Bare, Diagram, count_diagrams, diagrams, walks
from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.ensembles.haar_orthogonal import HaarOrthogonal
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.expression.reading import read
from planar.expression.tree import Tree
from planar.formulas.symbols import deterministic, dims, resolvent, tr
from planar.foundations.errors import PlanarError, TooLargeError
from planar.writing.drawing import draw

N, P = dims("N P")
A, M, C = (deterministic(name, N) for name in "AMC")
W, V, H, B = Wishart("W", N, P), Wishart("V", N, P), GOE("H", N), RotationInvariant("B", N)
lam, mu = symbols("lambda mu", positive=True)
q = Symbol("q", positive=True)
X, Y, O = Ginibre("X", P, N), BiInvariant("Y", N, P, [2, -1]), HaarOrthogonal("O", N)
G = BiInvariant("X", P, N, [N / P])
D, R, E = (
    deterministic("D", P),
    deterministic("R", N, P),
    RotationInvariant("E", N, spectrum=[1, 2, -4]),
)
two_point = resolvent(A * W, lam) * M * resolvent(W * A, mu)


def tree(expression: Expr) -> Tree:
    (term,) = read(expression).terms
    assert term.coefficient == 1
    assert term.matrix is not None
    return term.matrix


def product(factors: list[Expr]) -> Expr:
    return reduce(lambda left, right: left * right, factors)


def values(expression: Expr, order: int) -> list[Expr]:
    return [d.value for d in diagrams(tree(expression), order)]


def test_order_zero_is_the_bare_resolvent() -> None:
    assert values(resolvent(A * W, lam), 0) == [MatMul(1 / lam, Identity(N))]


def test_orders_one_and_two_by_hand() -> None:
    assert values(resolvent(A * W, lam), 1) == [MatMul(-1 / lam**2, A)]
    assert values(resolvent(A * W, lam), 2) == [
        MatMul(q * tr(A) / lam**3, A),
        MatMul(1 / lam**3, A * A),
    ]


def test_order_three_by_hand() -> None:
    expected = [
        (q**2 * tr(A) ** 2, A),
        (q * tr(A), A**2),
        (q * tr(A**2), A),
        (q * tr(A), A**2),
        (1, A**3),
    ]
    assert values(resolvent(A * W, lam), 3) == [
        MatMul(-scalar / lam**4, word) for scalar, word in expected
    ]


def test_two_resolvents_by_hand() -> None:
    found = [d for d in diagrams(tree(two_point), 2) if d.is_ladder]
    assert [d.value for d in found] == [MatMul(q * tr(M) / (lam**2 * mu**2), A * A)]
    assert found[0].is_irreducible


def test_a_bare_resolvent_that_is_no_scalar_is_one_atom() -> None:
    g = Inverse(lam * Identity(N) + C)
    (diagram,) = diagrams(tree(resolvent(C + A * B, lam)), 1)
    assert [type(a) for a in diagram.atoms] == [
        Bare,
        type(diagram.atoms[1]),
        type(diagram.atoms[1]),
        Bare,
    ]
    assert diagram.value == MatMul(-B.free_cumulant(1), g, A, g)


def test_what_is_nested_contributes_its_open_word() -> None:
    (walk,) = walks(tree(M * W * A * W * C * W * M), 3)
    diagram = Diagram(walk, ((0, 2), (1,)))
    assert [[str(a) for a in face] for face in diagram.faces] == [["A", "C"]]
    assert [str(a) for a in diagram.open_word] == ["M", "M"]
    assert diagram.blocks == ((1, 5), (3,))


def test_traces_are_equal_up_to_rotation_and_transposed_reversal() -> None:
    def trace(word: Expr) -> str:
        return str(next(d for d in diagrams(tree(W * word * W), 2)))

    assert trace(A * M * C) == trace(C * A * M) == trace((A * M * C).T)
    assert trace(A * M * C) != trace(M * A * C)


@pytest.mark.parametrize("n", range(7))
def test_the_sum_is_the_moment_of_marchenko_and_pastur(n: int) -> None:
    narayana = (
        sum(binomial(n, k) * binomial(n, k - 1) / n * q ** (n - k) for k in range(1, n + 1))
        if n
        else 1
    )
    total = sum(d.weight * d.walk.coefficient for d in diagrams(tree(resolvent(W, lam)), n))
    assert expand(total - (-1) ** n * narayana / lam ** (n + 1)) == 0


@pytest.mark.parametrize("n", range(9))
def test_gaussian_letters_have_pairings_only(n: int) -> None:
    found = list(diagrams(tree(resolvent(H, lam)), n))
    assert (
        len(found)
        == count_diagrams(tree(resolvent(H, lam)), n)
        == (catalan(n // 2) if n % 2 == 0 else 0)
    )
    assert all(len(block) == 2 for d in found for block in d.partition)


CASES = {
    "two resolvents": two_point,
    "two laws": resolvent(H + A * W, lam) * M * resolvent(W * A, mu),
    "a letter outside": resolvent(A * W, lam) * M * resolvent(W * A, mu) * W,
    "nested": resolvent(A * W * resolvent(A * V, mu), lam),
    "three": resolvent(W, lam) * resolvent(W, mu) * resolvent(W, lam),
    "sum": resolvent(W + V + W * A * V, lam) + M * W * M,
    "factors that fix the order": M * W * resolvent(H, lam) * (W + C) * M,
    "Gram": resolvent(A * X.T * X, lam) * M * resolvent(X.T * X * A, mu),
    "two spaces": resolvent(X * A * X.T + D, lam) * X * M * X.T,
    "two rectangular laws": resolvent(X.T * Y.T + A, lam) * Y * X * M * X.T,
    "Haar": resolvent(O * A + M * O.T, lam) * O,
    "Haar and Wishart": resolvent(O * A * O.T + W, lam) * M * O.T * resolvent(W * A, mu),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("order", range(5))
def test_counts_are_those_of_the_enumeration(name: str, order: int) -> None:
    one = tree(CASES[name])
    found = list(diagrams(one, order))
    assert len(set(found)) == len(found)
    assert count_diagrams(one, order) == len(found)
    assert count_diagrams(one, order, "irreducible") == sum(d.is_irreducible for d in found)
    assert count_diagrams(one, order, "ladder") == sum(d.is_ladder for d in found)
    assert all(len(d.walk.random) == order for d in found)


@pytest.mark.parametrize("name", ["Gram", "two spaces", "Haar"])
@pytest.mark.parametrize("order", range(5))
def test_alternating_diagrams_are_the_partitions_into_even_alternating_blocks(
    name: str, order: int
) -> None:
    one = tree(CASES[name])
    expected = [
        (walk, partition)
        for walk in walks(one, order)
        for partition in partitions(order)
        if all(
            len(block) % 2 == 0
            and all(
                walk.random[i].transposed != walk.random[j].transposed for i, j in pairwise(block)
            )
            and (name == "Haar" or len(block) == 2)
            for block in partition
        )
    ]
    assert [(d.walk, d.partition) for d in diagrams(one, order)] == expected
    assert count_diagrams(one, order) == len(expected)


def test_alternating_diagrams_are_counted_without_enumeration() -> None:
    """tr(X.T X)^n has Catalan(n) pairings that alternate, the powers of O O.T one diagram a pair of
    partitions.
    """
    for n in (3, 40):
        assert count_diagrams(tree(product([X.T, X] * n)), 2 * n) == catalan(n)
    assert count_diagrams(tree(product([O.T, O] * 3)), 6) == 12
    assert count_diagrams(tree(product([O, O, O.T, O.T])), 4) == 1
    assert count_diagrams(tree(O * A * O), 2) == 0


VALUES: dict[Any, Any] = {
    N: 3, P: 2, lam: 1.5, mu: 0.7, q: 1.5,
    A: np.diag([1.0, 2, -4]),
    M: np.array([[1.0, 2, 0], [-1, 3, 1], [5, 0, 2]]),
    D: np.array([[2.0, 1], [7, -3]]),
    R: np.array([[1.0, 2], [0, 3], [-1, 1]]),
}  # fmt: skip


def number(matrix: Expr) -> Any:
    """A value with numbers for all letters; their shapes are those of the dimensions."""
    return evaluated(matrix.doit(), VALUES)


def total(expression: Expr, order: int) -> Any:
    return sum(number(d.value) for d in diagrams(tree(expression), order))


SAME = {
    "X.T X is a Wishart matrix": (two_point, two_point.subs(W, X.T * X), 2, range(4)),
    "Gaussian matrices are bi-invariant": (
        resolvent(X * A * X.T + D, lam) * X,
        resolvent(G * A * G.T + D, lam) * G,
        1,
        range(5),
    ),
    "O A O.T is rotation invariant": (
        resolvent(E * M, lam),
        resolvent(O * A * O.T * M, lam),
        2,
        range(5),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_sums_over_alternating_letters(name: str) -> None:
    """Each against the sum over another letter, of which one stands for so many."""
    plain, alternating, legs, orders = SAME[name]
    for n in orders:
        np.testing.assert_allclose(total(alternating, legs * n), total(plain, n), rtol=1e-10)


def test_faces_in_another_space_bring_the_ratio_of_sizes() -> None:
    """By hand: E X A X.T = (N/P) tr[A], E X.T D X = tr[D]; a block of four of Y, N x P, with c_2 =
    -1.
    """
    assert values(X * A * X.T, 2) == [MatMul(N / P * tr(A), Identity(P))]
    assert values(X.T * D * X, 2) == [MatMul(tr(D), Identity(N))]
    last = next(
        d for d in diagrams(tree(Y * D * Y.T * A * Y * D * Y.T), 4) if len(d.partition) == 1
    )
    assert (last.weight, last.ratio) == (-(N**2) / P**2, P**2 / N**2)
    assert str(last) == "-tr[D]² tr[A]"
    inner = next(
        d for d in diagrams(tree(Y.T * A * Y * D * Y.T * A * Y), 4) if len(d.partition) == 1
    )
    assert str(inner) == "-N tr[A]² tr[D]/P"


def test_without_the_ratio_the_sum_is_another() -> None:
    one = resolvent(X * A * X.T + D, lam) * X * M * X.T
    by_hand = 1.5 * np.trace(VALUES[M]) / 3 * np.linalg.inv(1.5 * np.eye(2) + VALUES[D])
    np.testing.assert_allclose(total(one, 2), by_hand)
    assert not np.allclose(sum(number(d.value / d.ratio) for d in diagrams(tree(one), 2)), by_hand)


def test_a_trace_keeps_its_size_when_it_is_rotated() -> None:
    """tr[R R.T] over N rows is not tr[R.T R] over P."""
    (found,) = (d for d in diagrams(tree(W * R * R.T * W), 2) if len(d.partition) == 1)
    assert number(found.value)[0, 0] == pytest.approx(1.5 * np.trace(VALUES[R] @ VALUES[R].T) / 3)
    (turned,) = diagrams(tree(X * R * R.T * X.T), 2)
    assert number(turned.value)[0, 0] == pytest.approx(np.trace(VALUES[R] @ VALUES[R].T) / 2)


def test_drawings_name_the_transposes() -> None:
    (found,) = diagrams(tree(X * A * X.T), 2)
    assert draw([found], "text").splitlines() == [
        "  ┌─────┐",
        "──●──□──●──",
        "  X  A Xᵀ",
        " N tr[A]/P",
    ]
    assert r"$X^{\top}$" in draw(found, "tikz")
    assert "Letters X A Xᵀ; blocks of random letters {1 2}; value N tr[A]/P" in draw(found)


def test_faces_and_blocks_of_every_diagram() -> None:
    for d in diagrams(tree(CASES["two laws"]), 5):
        assert len(d.faces) == 5 - len(d.partition)
        assert sum(map(len, d.faces)) + len(d.open_word) + 5 == len(d.atoms)


def test_the_order_is_the_number_of_random_letters_split_among_resolvents() -> None:
    assert [len(list(walks(tree(two_point), n))) for n in range(5)] == [1, 2, 3, 4, 5]
    assert next(walks(tree(resolvent(W + 2 * H, lam)), 60)).random[0].name in {"H", "W"}


def test_chalk() -> None:
    assert [str(d) for d in diagrams(tree(two_point), 1)] == ["-M A/(λ μ²)", "-A M/(λ² μ)"]
    (last,) = (d for d in diagrams(tree(resolvent(H + C, lam)), 2))
    assert str(last) == "tr[(λ + C)⁻¹] (λ + C)⁻²"


def test_complex_scalars() -> None:
    assert values(resolvent(A * W, I), 1) == [A]


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(PlanarError, match=r"`\(A\*W\)\^-1` in its random letters \(W\).*resolvent"):
        list(walks(tree(Inverse(A * W)), 2))
    with pytest.raises(TooLargeError, match="2704156 diagrams"):
        diagrams(tree(two_point), 12)
    with pytest.raises(PlanarError, match="order -1"):
        walks(tree(W), -1)
    with pytest.raises(PlanarError, match="all, irreducible, ladder"):
        count_diagrams(tree(W), 1, "rainbow")
    (walk,) = walks(tree(W * H), 2)
    with pytest.raises(PlanarError, match="joins the letters W, H"):
        Diagram(walk, ((0, 1),))
    with pytest.raises(PlanarError, match="non-crossing"):
        Diagram(walk, ((0,),))
    (alike,) = walks(tree(X * A * X.T * X * A * X.T), 4)
    with pytest.raises(
        PlanarError,
        match=r"joins the letters X, X; in a block a letter and its transpose alternate",
    ):
        Diagram(alike, ((0, 2), (1,), (3,)))
    loose = RotationInvariant("R", N, symmetric=False)
    with pytest.raises(PlanarError, match=r"`R.T` and `R`"):
        diagrams(tree(loose * A * loose.T), 2)
