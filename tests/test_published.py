"""Published forms in plain symbols: by definitions, by name, refused where neither tells."""

import pytest
from sympy import Identity, Symbol, Trace, sqrt, symbols

import planar
from planar import GOE, PlanarError, Wishart, derive, deterministic, dims, resolvent, tr

N, P = dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A, W = deterministic("A", N, positive=True), Wishart("W", N, P)
kappa, q, S, df1 = symbols("kappa q S df_1")
ONE = derive(resolvent(A * W, lam))


def G(ridge):
    return (A + ridge * Identity(N)).inverse()


def test_symbols_are_taken_by_name_and_told():
    found = planar.equal(ONE, G(kappa) * (1 / (1 - q * df1)))
    assert found
    assert dict(found.matched) == {"kappa": "κ", "q": "q", "df_1": "df₁(κ)"}
    assert "df_1 for df₁(κ)" in str(found)


def test_wrong_forms_differ():
    assert not planar.equal(ONE, G(kappa) * (1 / (1 - 2 * q * df1)))
    assert not planar.equal(ONE, 2 * kappa / lam * G(kappa), {kappa: lam * S, q: N / P})


def test_definitions_mix_with_names():
    assert planar.equal(ONE, kappa / lam * G(kappa), {kappa: lam * S, q: N / P})
    x, d = symbols("x d")
    own = {x: lam / (1 - d * N / P), d: Trace(A * G(x)) / N}
    found = planar.equal(ONE, x / lam * G(x), own)
    assert found
    assert found.matched == ()


def test_a_definition_goes_before_the_name():
    k, other = ONE.definitions[1].symbol, symbols("kappa_2")
    assert planar.equal(ONE, G(other) * k / lam, {other: lam * S})
    assert not planar.equal(ONE, G(kappa) * kappa / lam, {kappa: 2 * lam * S})


def test_symbols_of_the_expression_by_name():
    assert planar.equal(ONE, G(kappa) * (kappa / Symbol("lambda")))
    K = symbols("kappa", positive=True)
    equivalent = derive(tr(resolvent(W, K)))
    s = symbols("s")
    found = planar.equal(equivalent, 1 / (kappa + s))
    assert found
    assert [name for name, _ in found.matched] == ["s"]


def test_unknown_and_ambiguous_symbols_are_refused():
    with pytest.raises(PlanarError, match=r"tau of the form is neither .* N, P, λ, q, κ"):
        planar.equal(ONE, symbols("tau") * G(kappa))
    two = derive(resolvent(A * W, lam) * resolvent(A * W, mu))
    with pytest.raises(PlanarError, match=r"df_1 of the form may be any of df₁\(κ\), df₁\(κ'\)"):
        planar.equal(two, df1 * G(kappa) * G(kappa))
    with pytest.raises(PlanarError, match="both sides are equivalents"):
        planar.equal(ONE, ONE, {kappa: lam})


def test_forms_in_radicals():
    z = symbols("z")
    semicircle = derive(tr(resolvent(-GOE("H", N), z)))
    assert planar.equal(semicircle, 2 / (z + sqrt(z - 2) * sqrt(z + 2)))
    assert not planar.equal(semicircle, 2 / (z - sqrt(z - 2) * sqrt(z + 2)))


def test_a_formula_of_ones_own_on_the_left():
    x = symbols("x")
    own = ONE.restate(x / lam * G(x), {x: lam / (1 - Trace(A * G(x)) / P)})
    assert planar.equal(own, Symbol("x") / lam * G(Symbol("x")))
