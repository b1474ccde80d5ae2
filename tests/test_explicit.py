"""Radicals in place of implicit laws: values on every sheet, samples, refusals, names."""

import numpy as np
import pytest
from sympy import I, Identity, Symbol, sqrt, symbols

import planar
from planar import (
    GOE,
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

N, P, K, L = dims("N P K L")
lam, mu, c = symbols("lambda mu c", positive=True)
z, w = symbols("z w")
W, H, G = Wishart("W", N, P), GOE("H", N), GOE("G", N)
Q, R = RandomProjection("Q", N, K), RandomProjection("R", N, L)
B, C = (RotationInvariant(name, N, spectrum=[1, -1]) for name in "BC")
PLACES = (0.31 + 0.2j, -0.5 + 0.3j, -9.0, 7.5, -2.2 - 1.4j)
OTHERS = {mu: 3.7, c: 0.9, w: 0.9}

EXPRESSIONS = {
    "wishart": tr(resolvent(W, lam)),
    "scaled wishart": tr(resolvent(c * W, lam)),
    "shifted wishart": tr(resolvent(Identity(N) + W, lam)),
    "minus wishart": tr(resolvent(-W, z)),
    "semicircle": tr(resolvent(-H, z)),
    "scaled semicircle": tr(resolvent(w * H, z)),
    "two semicircles": tr(resolvent(G + H, lam)),
    "square": tr(resolvent(H * H, lam)),
    "projected wishart": tr(resolvent(Q * W, lam)),
    "two projections": tr(resolvent(Q * R, lam)),
    "sum of projections": tr(resolvent(Q + R, lam)),
    "two symmetries": tr(resolvent(B + C, lam)),
    "imaginary": tr(resolvent(I * H, lam)),
    "two-point function": tr(resolvent(W, lam) * W * resolvent(W, mu)),
    "mixed two-point function": tr(resolvent(W, lam) * resolvent(H, mu)),
    "derivative": derive(tr(resolvent(W, lam))).diff(lam).lhs,
}


def same(equivalent, formula, values):
    one, other = equivalent.evaluate(values), formula.evaluate(values)
    assert abs(one - other) < 1e-12 * max(1, abs(one)), values


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_values_are_those_of_the_implicit_law(name):
    equivalent = derive(EXPRESSIONS[name])
    formula = equivalent.explicit()
    assert not any(d.implicit for d in formula.definitions)
    for ranks, samples in ((20, 60), (41, 23)):
        sizes = {N: 50, P: samples, K: ranks, L: ranks // 2}
        held = {s: n for s, n in sizes.items() if s in equivalent.problem.sizes}
        first, *others = sorted(equivalent.scalars, key=lambda s: s not in (lam, z))
        for place in PLACES:
            same(equivalent, formula, {**held, first: place, **{s: OTHERS[s] for s in others}})
    assert formula.certificate
    assert formula.verify(3)
    assert planar.equal(equivalent, formula)


def test_values_inside_the_complex_plane_of_the_second_scalar():
    equivalent = derive(EXPRESSIONS["two-point function"])
    formula = equivalent.explicit()
    for place in PLACES:
        same(equivalent, formula, {N: 50, P: 30, lam: 0.4, mu: place})


@pytest.mark.parametrize("samples", [25, 100])
def test_marchenko_pastur_against_samples(samples):
    formula = derive(tr(resolvent(W, lam))).explicit()
    assert [d.symbol.name for d in formula.definitions] == ["q"]
    rng, n = np.random.default_rng(0), 50
    known = []
    for _ in range(60):
        x = rng.standard_normal((samples, n)) + 1j * rng.standard_normal((samples, n))
        known.append(np.trace(np.linalg.inv(0.3 * np.eye(n) + x.conj().T @ x / (2 * samples))) / n)
    sampled = np.mean(known).real
    assert formula.evaluate({N: n, P: samples, lam: 0.3}) == pytest.approx(sampled, rel=5e-3)


def test_semicircle_is_the_formula_of_the_books():
    formula = derive(tr(resolvent(-H, z))).explicit()
    assert formula.rhs == 2 / (z + sqrt(z - 2) * sqrt(z + 2))
    assert formula.definitions == ()
    density = derive(tr(resolvent(H, lam))).explicit().density([0.0, 1.0, 2.5])
    assert density.density == pytest.approx([1 / np.pi, 3**0.5 / 2 / np.pi, 0], abs=1e-6)


def test_the_other_sheet_is_refused():
    equivalent = derive(tr(resolvent(-H, z)))
    wrong = equivalent.restate((z + sqrt(z - 2) * sqrt(z + 2)) / 2, {})
    assert wrong.certificate.status == "differs"


def test_higher_degrees_and_spectra_are_refused():
    A = deterministic("A", N, positive=True)
    with pytest.raises(
        PlanarError, match=r"s_H is a root of an irreducible polynomial of degree 3"
    ):
        derive(tr(resolvent(H + W, lam))).explicit()
    with pytest.raises(PlanarError, match=r"κ is defined through the trace tr\[A \(κ \+ A\)⁻¹\]"):
        derive(resolvent(A * W, lam)).explicit()


def test_what_stays_implicit_is_told():
    formula = derive(tr(resolvent(W, lam) * resolvent(H + W, mu))).explicit()
    assert any("degree 3" in line for line in formula.assumptions)
    assert any(d.implicit for d in formula.definitions)
    assert any(d.expr.has(sqrt(Symbol("x")).func) and not d.implicit for d in formula.definitions)


def test_names_of_the_user_change_nothing():
    n, s, q = dims("N1 s")[0], *dims("s q")
    kappa = symbols("kappa", positive=True)
    letter = Wishart("W12", n, q)
    values = {n: 30, q: 45, kappa: 0.7 + 0.3j}
    equivalent = derive(tr(resolvent(letter, kappa)))
    same(equivalent, equivalent.explicit(), values)
    assert str(s) not in {d.symbol.name for d in equivalent.explicit().definitions} - {"s"}


def test_formulas_with_letters_and_without_scalars():
    A = deterministic("A", N, positive=True)
    form = derive(tr(A * resolvent(W, lam)))
    same(form, form.explicit(), {A: np.diag([1.0, 2.0, 5.0]), P: 7, lam: 0.2 + 1j})
    number = derive(tr(resolvent(W, 2)))
    same(number, number.explicit(), {N: 30, P: 20})


def test_explicit_formulas_keep_their_methods():
    formula = derive(tr(resolvent(W, lam))).explicit()
    assert formula.explicit() is formula
    assert r"\sqrt" in formula.latex()
    assert formula.check({N: 40, P: 80, lam: 0.5}).verdict == "agree"
    assert formula.support({N: 40, P: 80}).mass == pytest.approx(1)
    assert formula.curve().degree == 2
    assert "q < 1" in str(formula.limit(lam, 0))
    slope = formula.diff(lam).explicit()
    step = 1e-5
    ends = (formula.evaluate({N: 40, P: 80, lam: 0.5 + h}) for h in (step, -step))
    assert slope.evaluate({N: 40, P: 80, lam: 0.5}) == pytest.approx(
        (next(ends) - next(ends)) / (2 * step), rel=1e-7
    )
