"""Bad input gets one sentence that names the letter, the value and the way out."""

import numpy as np
import pytest
from letters import A, M, N, P, W, lam, mu, two_point, z
from sympy import Identity, Inverse, MatrixSymbol, Symbol, Trace

import planar
from planar import PlanarError, derive, deterministic, resolvent, tr

a = np.diag([1.0, 2.0, 3.0])


def says(pattern: str):
    return pytest.raises(PlanarError, match=pattern)


def test_shapes_that_do_not_match():
    with says("square matrix; X is N x P"):
        resolvent(deterministic("X", N, P), lam)
    wide = deterministic("X", N, P)
    with says("shapes of X and W do not match, N x P and N x N"):
        derive(resolvent(A * wide * W, lam))
    with says("needs the number of its samples"):
        planar.Wishart("W", N)
    with says("rank 60, more than its dimension 40"):
        planar.RandomProjection("Q", 40, 60)
    with says(r"M has shape 2 x 2, expected N x N.*3"):
        derive(two_point).evaluate({A: a, M: np.eye(2), lam: 1, mu: 1, P: 4})


def test_a_scalar_added_to_a_matrix():
    with pytest.raises(TypeError):
        lam + A * W
    with says("scalar"):
        resolvent(A * W, A)
    with says(r"needs a matrix"):
        resolvent(lam, lam)
    with says("tr needs a matrix"):
        tr(lam)


def test_laws_that_are_none():
    with says("all eigenvalues of B are zero"):
        planar.RotationInvariant("B", N, spectrum=[0, 0])
    with says("no value at 0"):
        planar.RotationInvariant("B", N, r_transform=lambda t: 1 / t)
    with says("more than one"):
        planar.RotationInvariant("B", N, spectrum=[1], cumulants=[1])


def test_an_empty_spectrum():
    with says("the spectrum of B is empty"):
        planar.RotationInvariant("B", N, spectrum=[])
    with says("empty"):
        planar.spectrum([])
    with says("empty list of free cumulants"):
        planar.RotationInvariant("B", N, cumulants=[])


def test_lambda_on_the_spectrum():
    with says("z = -1.*spectrum"):
        derive(tr(resolvent(A * W, z))).evaluate({A: a, z: -1.0, P: 4})


def test_the_transpose_of_a_letter_that_has_none():
    skew = planar.RotationInvariant("B", N, cumulants=[0, 1], symmetric=False)
    with says("B.*transpose"):
        derive(resolvent(skew * skew.T, lam))


def test_too_many_diagrams_are_counted_not_drawn():
    with says("2704156"):
        list(derive(two_point).diagrams(12))
    with says(r"\d{6}"):
        derive(two_point).verify(14)


def test_one_name_two_letters():
    with says("W is declared twice"):
        derive(resolvent(W * planar.Wishart("W", N, N), lam))


def test_missing_superfluous_and_broken_values():
    equivalent = derive(two_point)
    good = {A: a, M: np.eye(3), lam: 1.0, mu: 2.0, P: 4}
    with says("no value for mu"):
        equivalent.evaluate({k: v for k, v in good.items() if k != mu})
    with says("give P"):
        equivalent.evaluate({k: v for k, v in good.items() if k != P})
    with says("nu does not occur in the expression"):
        equivalent.evaluate({**good, Symbol("nu"): 1.0})
    with says("declared positive.*eigenvalue -1"):
        equivalent.evaluate({**good, A: np.diag([1.0, -1.0, 2.0])})
    with says("declared symmetric"):
        equivalent.evaluate({**good, A: np.triu(np.ones((3, 3)))})
    with says("finite"):
        equivalent.evaluate({**good, M: np.full((3, 3), np.nan)})
    with says("W is random"):
        equivalent.evaluate({**good, W: a})


def test_a_letter_that_nobody_can_draw():
    equivalent = derive(tr(resolvent(planar.RotationInvariant("B", N, cumulants=[0, 1, 1]), z)))
    with says("sampler"):
        equivalent.check({z: 9.0, N: 20})


def test_what_sympy_lets_pass():
    x = MatrixSymbol("X", N, P)
    with says("only a square matrix|not defined|square"):
        derive(Trace(x))
    with says("square"):
        tr(x)
    with says("integer powers"):
        derive(A ** Symbol("k") * W)
    with says("cannot read"):
        derive("inv(A)")


def test_plain_sympy_symbols_are_deterministic_and_not_symmetric():
    x = MatrixSymbol("X", N, N)
    equivalent = derive(Inverse(lam * Identity(N) + x * W) * x.T)
    assert [letter.name for letter in equivalent.letters] == ["X"]
    assert equivalent.verify(3)


@pytest.mark.parametrize("bad", ["", 3, None])
def test_names_of_letters(bad):
    with says("needs a name"):
        deterministic(bad, N)


@pytest.mark.parametrize("size", [0, -2, 1.5, "N"])
def test_dimensions(size):
    with says("dimension"):
        planar.GOE("H", size)


def test_text_is_never_evaluated():
    with says("text is not evaluated"):
        planar.RotationInvariant("B", N, cumulants=["__import__('os')"])
    with says("text is not evaluated"):
        resolvent(A, "lambda")


def test_a_law_of_a_matrix_needs_more_than_a_name():
    b = planar.RotationInvariant("B", N)
    with says("B occurs 2 times inside one resolvent"):
        derive(resolvent(A * b + b * A, lam))


def test_an_inverse_of_nothing():
    with says("add a scalar shift"):
        derive(Inverse(0 * W))


def test_one_name_has_one_meaning():
    N, P = planar.dims("N P")
    lam, W = Symbol("lambda", positive=True), planar.Wishart("W", N, P)
    with pytest.raises(planar.PlanarError, match="P names a letter and a symbol"):
        planar.derive(planar.tr(planar.resolvent(W * planar.deterministic("P", N), lam)))
    with pytest.raises(
        planar.PlanarError, match="lambda names two symbols with different assumptions"
    ):
        planar.derive(planar.resolvent(W, lam) * planar.resolvent(W, Symbol("lambda")))


@pytest.mark.parametrize(
    "name",
    ["q", "S", "kappa", "gamma", "s", "kappa'", "df2(kappa, kappa')", "p", "m", "h", "g", "sigma"],
)
def test_names_of_the_user_stay_and_planars_own_give_way(name):
    """A user's q beside the q = N/P of a Wishart matrix was one with it, in silence."""
    own, plain = Symbol(name, positive=True), Symbol("omega", positive=True)

    U = deterministic("U", N, positive=True)

    def value(symbol, letter):
        found = derive(tr(resolvent(letter * W, symbol) * resolvent(A * W, mu)))
        names = [d.symbol.name for d in found.definitions]
        assert len({*names, symbol.name, letter.name}) == len(names) + 2
        return found.evaluate(
            {letter: np.diag([1.0, 2, 3]), A: np.diag([2.0, 1, 1]), symbol: 0.4, mu: 0.7, P: 5}
        )

    expected = value(plain, U)
    assert value(own, U) == pytest.approx(expected, rel=1e-14)
    assert value(plain, deterministic(name, N, positive=True)) == pytest.approx(expected, rel=1e-14)


def test_arrays_of_scalars_that_do_not_broadcast():
    equivalent = derive(tr(two_point))
    values = {A: np.eye(3), M: np.eye(3), P: 4}
    with says(
        "arrays of lambda .*3.* and mu .*4.* do not broadcast; "
        "for a grid of two give one of them as a column"
    ):
        equivalent.evaluate({**values, lam: np.ones(3), mu: np.ones(4)})
    assert equivalent.evaluate({**values, lam: np.ones((3, 1)), mu: np.ones(4)}).shape == (3, 4)
    with says("P is given as 4.5"):
        equivalent.evaluate({**values, P: 4.5, lam: 1, mu: 1})
    assert equivalent.evaluate({**values, P: 4.0, lam: 1, mu: 1}) == equivalent.evaluate(
        {**values, lam: 1, mu: 1}
    )
