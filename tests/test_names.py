"""Names are for printing: no number, verdict or text depends on what a symbol is called, the user's
or planar's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import numpy as np
import pytest
from expressions import EVERY, NUMERIC, theorems
from letters import A, M, N, P, W, X, lam, mu
from sympy import Identity, Inverse, MatrixSymbol, Rational, Symbol, Trace, oo, symbols
from test_backends import chosen

import planar
from derivations.theorem import Theorem, derived_once
from planar import (
    DeterministicEquivalent,
    Ginibre,
    PlanarError,
    Wishart,
    derive,
    deterministic,
    dims,
    resolvent,
    tr,
)
from planar.derivation.derive import derive as derive_mute
from planar.formulas.quantities import Own

ODD = (
    "kappa",
    "S",
    "x'",
    "s_1,11",
    "κ",
    r"\kappa",
    "a_{1}",
    "W12",
    "I",
    "sizes",
    "NULL",
    "xi^*",
    "g_1*",
    "A_weights",
    "d_q",
)
"""Names of planar's own, of generated code, of C, of TeX, with primes, digits and stars."""
STYLES = ("fresh", "permuted", "odd")
LONG = pytest.mark.long


def names_of(equivalent: DeterministicEquivalent, style: str) -> list[str]:
    own = [d.symbol.name for d in equivalent.definitions]
    if style == "permuted":
        return own[1:] + own[:1]
    if style == "fresh":
        return [f"x{i}" for i in range(len(own))]
    return [
        name if i < len(ODD) else f"{name}{i}"
        for i, name in enumerate(islice(cycle(ODD), len(own)))
    ]


def renamed(equivalent: DeterministicEquivalent, style: str) -> DeterministicEquivalent:
    """The same formula, its bound symbols called otherwise."""
    pairs = zip(equivalent.definitions, names_of(equivalent, style), strict=True)
    change = {d.symbol: Symbol(name) for d, name in pairs}
    definitions = {change[d.symbol]: d.expr.xreplace(change) for d in equivalent.definitions}
    return equivalent.restate(equivalent.rhs.xreplace(change), definitions)


def same(one: Any, other: Any) -> bool:
    return bool(np.abs(np.asarray(one) - other).max() <= 1e-9 * np.abs(np.asarray(one)).max())


def _marked(step: int) -> Iterator[Any]:
    """Every expression that has numbers; those between the steps in longer runs."""
    for place, name in enumerate(NUMERIC):
        style = STYLES[place // step % len(STYLES)]
        yield pytest.param(name, style, marks=[LONG] if place % step else [])


def _published() -> Iterator[Any]:
    """Theorems with a formula; those after the first of a file, and long ones, in longer runs."""
    for name, theorem in theorems().items():
        if isinstance(theorem, Theorem):
            yield pytest.param(
                name, marks=[LONG] if not name.endswith(" 0") or theorem.compared else []
            )


# -- planar's own names ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "style"), list(_marked(12)))
def test_bound_names_change_no_number(name, style):
    derived = derived_once(NUMERIC[name])
    other = renamed(derived, style)
    assert not any(isinstance(d.quantity, Own) for d in other.definitions)
    values = derived.example(size=6)
    assert same(derived.evaluate(values), other.evaluate(values))


@pytest.mark.parametrize("name", list(_published()))
def test_published_forms_have_the_same_number_under_any_names(name):
    theorem = theorems()[name]
    derived = theorem.derive()
    try:
        values = derived.example(size=6)
        expected = derived.evaluate(values)
    except PlanarError:
        pytest.skip("this law has no numbers")
    published = theorem.restated(derived)
    for form in (published, renamed(published, "fresh"), renamed(published, "permuted")):
        assert same(expected, form.evaluate(values))


@pytest.mark.parametrize(
    "backend", [chosen("c"), chosen("numba", marks=[LONG]), chosen("jax", marks=[LONG])]
)
@pytest.mark.parametrize(
    ("name", "style"),
    list(
        zip(
            ["two-point: Wishart", "rectangular: correlated samples", "system: A W + W A"],
            STYLES,
            strict=True,
        )
    ),
)
def test_bound_names_change_no_number_in_any_backend(name, backend, style):
    derived = derived_once(EVERY[name])
    values = derived.example(size=6)
    found = renamed(derived, style).compile(backend)(values)
    np.testing.assert_allclose(found, derived.evaluate(values), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "name", ["two-point: Wishart", "one-point: free product", "rectangular: correlated samples"]
)
def test_bound_names_change_no_verdict(name, style):
    derived = derived_once(EVERY[name])
    other = renamed(derived, style)
    assert planar.equal(derived, other)
    assert other.verify(3)
    wrong = other.restate(
        other.rhs * Rational(101, 100), {d.symbol: d.expr for d in other.definitions}
    )
    assert not planar.equal(derived, wrong)
    assert not wrong.verify(3)
    values = derived.example(size=20)
    assert str(derived.check(values, trials=4)) == str(other.check(values, trials=4))


@pytest.mark.parametrize("style", STYLES)
def test_bound_names_change_no_limit_derivative_or_exponent(style):
    risk = derive(lam**2 * Trace(resolvent(A * W, lam) * A * resolvent(W * A, lam)))
    other = renamed(risk, style)
    values = {A: planar.spectrum([1.0, 2, 4]), P: 5}
    assert same(
        risk.diff(lam).evaluate({**values, lam: 0.3}),
        other.diff(lam).evaluate({**values, lam: 0.3}),
    )
    assert same(risk.limit(lam, 0).evaluate(values), other.limit(lam, 0).evaluate(values))
    assert same(
        risk.limit(lam, 0).evaluate(values), renamed(risk.limit(lam, 0), style).evaluate(values)
    )
    assert same(
        risk.limit(P, oo).evaluate({A: values[A], lam: 0.3}),
        other.limit(P, oo).evaluate({A: values[A], lam: 0.3}),
    )
    k, n, alpha = symbols("k n alpha", positive=True)
    scales, at = {A: k**-alpha, P: n, lam: n**-9}, {alpha: Rational(3, 2)}
    assert risk.scaling(scales, at=at).exponent == other.scaling(scales, at=at).exponent


def test_a_self_energy_called_S_is_on_the_right_sheet():
    derived = derive(tr(resolvent(A * W, lam)))
    own, one = Symbol("S"), Identity(N)
    g = Inverse(lam * one + own * A)
    stated = derived.restate(Trace(g) / N, {own: 1 / (1 + Trace(A * g) / P)})
    values = {A: planar.spectrum([0.5, 1, 2]), P: 4, lam: -1.0864 + 0.1468j}
    assert stated.evaluate(values) == pytest.approx(
        -0.4557965808389585 - 0.7932125537271602j, rel=1e-9
    )
    assert planar.equal(derived, stated)
    assert repr(stated) != repr(derived)


def test_unknowns_of_another_theory_lead_to_the_same_branch():
    """delta = tr[A G]/P of deterministic equivalents as statisticians write them, S - 1 in planar's
    own quantities.
    """
    derived = derive(tr(resolvent(A * W, lam)))
    delta = Symbol("delta")
    g = resolvent(A / (1 + delta), lam)
    stated = derived.restate(tr(g), {delta: Trace(A * g) / P})
    values = {A: planar.spectrum([0.5, 1, 2]), P: 4, lam: -1.0864 + 0.1468j}
    assert stated.evaluate(values) == pytest.approx(derived.evaluate(values), rel=1e-9)


def test_symbols_without_a_meaning_are_named():
    derived = derive(tr(resolvent(A * W, lam)))
    values = {A: planar.spectrum([0.5, 1, 2]), P: 4, lam: 0.3}
    with pytest.raises(
        PlanarError,
        match=r"kappa of the formula is neither a symbol of .* nor defined; give it a definition",
    ):
        derived.restate(Symbol("kappa") / lam, {}).evaluate(values)
    with pytest.raises(
        PlanarError, match=r"lambda is a symbol of .* and takes a value; define another symbol"
    ):
        derived.restate(lam, {lam: 2 * lam})


# -- the user's names ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["V", "W11", "W12", "W21", "W22", "s_W12", "S", "q", "h_W11"])
def test_a_letter_called_as_an_entry_of_another_one(name):
    """W12 was one with the entry S_12 of the letter W."""
    a, n, p, ridge, z = (
        deterministic("A", *dims("N N"), positive=True),
        *dims("N P"),
        Symbol("lambda"),
        Symbol("z"),
    )
    w, v = Wishart("W", n, p), Wishart(name, n, p)
    values = {a: np.diag(np.linspace(0.2, 2, 60)), p: 90}
    found = derive(tr(resolvent(a * w * a + w * a * w + v, ridge)))
    assert found.evaluate({**values, ridge: 0.5}) == pytest.approx(0.36960128459485, rel=1e-9)
    assert derive(tr(resolvent(a * w + w * a + v, z))).evaluate(
        {**values, z: 3 + 1j}
    ) == pytest.approx(0.17496551132546 - 0.03524758902158j, rel=1e-9)


@LONG
def test_eleven_places_of_a_letter_have_names_of_their_own():
    letters = [deterministic(f"A{i}", N) for i in range(12)]
    total = sum(
        (letters[i] * W * letters[i + 1] for i in range(1, 11)), letters[0] * W * letters[1]
    )
    found = derive_mute(tr(resolvent(total, lam)))
    names = [d.symbol.name for d in found.auxiliary]
    assert len(set(names)) == len(names)
    assert {"s_1,11", "s_11,1"} <= {s.name for s in found.states}


@pytest.mark.parametrize(
    "name", ["p", "q", "m", "s", "h", "g", "sigma", "kappa", "S", "z", "eps", "x"]
)
def test_ordinary_names_for_sizes_scalars_and_letters(name):
    def value(size: str, ridge: str, letter: str) -> float:
        n, p, t = dims(size), dims("samples"), Symbol(ridge, positive=True)
        a, w = deterministic(letter, n, positive=True), Wishart("Wi", n, p)
        found = derive(t * tr(resolvent(a * w, t) * resolvent(w * a + planar.GOE("Go", n), t + 3)))
        held = [d.symbol.name for d in found.definitions]
        assert len({*held, size, ridge, letter, "samples"}) == len(held) + 4
        if name in ("S", "sigma"):
            found.latex_steps(1)
        return float(np.real(found.evaluate({a: np.diag([1.0, 2, 3, 4]), p: 7, t: 0.8})))

    expected = value("dimension", "omega", "letter")
    for names in (
        (name, "omega", "letter"),
        ("dimension", name, "letter"),
        ("dimension", "omega", name),
    ):
        assert value(*names) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("backend", [chosen("numpy"), chosen("c"), chosen("jax", marks=[LONG])])
@pytest.mark.parametrize(
    "name",
    [
        "sizes",
        "A_weights",
        "I",
        "NULL",
        "block_kappa",
        "d_mu",
        "lambda",
        "status_1",
        "x_0",
        "POLICY",
        "x[0]",
    ],
)
def test_scalars_called_as_generated_code_calls_its_own(name, backend):
    def value(ridge: Symbol) -> Any:
        found = derive(ridge * tr(resolvent(A * W, ridge) * M * resolvent(W * A, mu)))
        values = {
            A: np.diag([1.0, 2, 3]),
            M: np.arange(9.0).reshape(3, 3),
            ridge: 0.4,
            mu: 0.7,
            P: 5,
        }
        return found.compile(backend)(values)

    assert value(Symbol(name, positive=True)) == pytest.approx(
        value(Symbol("omega", positive=True)), rel=1e-12
    )


def test_a_dimension_p_beside_a_vector_m():
    p, n = dims("p n")
    m = deterministic("m", p, 1)
    found = derive(m.T * resolvent(Wishart("W", p, n), lam) * m)
    assert "p x 1" in found.source()
    assert str(found).splitlines()[1:] == ["  q = p/n", "  s = 1/(1 + q/(λ + s))"]


def test_proofs_name_their_amplitudes_beside_the_users_sigma():
    sigma = Symbol("sigma", positive=True)
    found = derive(sigma * tr(resolvent(A * W, lam) * M * resolvent(W * A, mu)))
    left = [line.left for step in found.steps for line in step.lines]
    assert sigma not in left
    assert all("`σ`" not in step.reason for step in found.steps)
    assert any(symbol.name == "sigma_W" for symbol in left if isinstance(symbol, Symbol))
    assert found.verify_steps(2)


def test_degrees_of_freedom_of_two_letters_are_told_apart():
    j = deterministic("J", N)
    found = derive(tr(resolvent(A * W, lam)) + tr(resolvent(j * j.T * W, mu)))
    names = {d.symbol.name for d in found.auxiliary}
    assert {"df1[A](kappa)", "df1[J J.T](kappa')"} <= names
    assert r"\operatorname{df}_1^{J J^{\mathsf{T}}}" in found.latex()


def test_cumulants_are_written_with_their_letter():
    """kappa_2 is a ridge where layers renormalise one after another."""
    k = dims("K")
    found = derive(tr(resolvent(A * W * Wishart("V", N, k), lam)))
    assert r"\kappa_n(W)" in found.latex_steps(1)
    assert r"\kappa_n =" not in found.latex_steps(1)


@pytest.mark.parametrize(("name", "style"), list(_marked(15)))
def test_the_users_names_change_nothing_but_the_text(name, style):
    """Every letter, scalar and dimension called otherwise; where the alphabet keeps their order,
    terms keep theirs.
    """
    expression = NUMERIC[name]
    derived = derived_once(expression)
    held = sorted(
        {*derived.letters, *derived.laws, *derived.scalars, *derived.problem.sizes},
        key=lambda x: str(x.name),
    )
    endings = {"fresh": "0", "permuted": "_W12", "odd": "'"}
    change = {x: _called(x, f"{x.name}{endings[style]}") for x in held}
    sizes = {x: y for x, y in change.items() if not isinstance(x, MatrixSymbol)}
    letters = {
        x: y.func(y.args[0], *(a.xreplace(sizes) for a in y.args[1:]))
        for x, y in change.items()
        if x not in sizes
    }
    change = {**sizes, **letters}
    other = derive(
        expression.xreplace(sizes).xreplace({x.xreplace(sizes): y for x, y in letters.items()})
    )
    assert [type(d.quantity) for d in other.definitions] == [
        type(d.quantity) for d in derived.definitions
    ]
    if style != "permuted":
        back = {y: x.xreplace(sizes) for x, y in letters.items()}
        old = {y: x for x, y in sizes.items()}
        old |= {
            b.symbol: a.symbol for a, b in zip(derived.definitions, other.definitions, strict=True)
        }
        rows = [
            (derived.rhs, other.rhs),
            *zip(*([d.expr for d in e.definitions] for e in (derived, other)), strict=True),
        ]
        assert all(one == two.xreplace(back).xreplace(old) for one, two in rows)
    values = derived.example(size=6)
    assert same(derived.evaluate(values), other.evaluate({change[x]: v for x, v in values.items()}))


def _called(symbol: Any, name: str) -> Any:
    return (
        Symbol(name, **symbol.assumptions0)
        if isinstance(symbol, Symbol)
        else type(symbol)(name, *symbol.args[1:])
    )


def test_a_signal_beside_a_scalar_called_lambda():
    strength = Symbol("lambda", positive=True)
    u = deterministic("u", N, 1)
    found = planar.outliers(planar.GOE("H", N) + strength * u * u.T)
    (outlier,) = found.find({u: np.eye(400)[:, :1], strength: 2.0})
    assert outlier.position == pytest.approx(2.5, rel=1e-9)


def test_a_scalar_called_as_the_argument_of_an_r_transform():
    z = Symbol("z", positive=True)
    t = Symbol("t")
    b = planar.RotationInvariant("B", N, r_transform=lambda x: z * x + 1)
    plain = planar.RotationInvariant("B", N, r_transform=lambda x: t * x + 1)
    at = {A: np.diag([1.0, 2, 3]), lam: 3.0}
    one = derive(tr(resolvent(A + b, lam))).evaluate({**at, z: 0.4})
    assert one == pytest.approx(
        derive(tr(resolvent(A + plain, lam))).evaluate({**at, t: 0.4}), rel=1e-12
    )


def test_square_letters_of_one_name_and_its_transpose_keep_their_ridges():
    x = Ginibre("X", P, N)
    found = derive(tr(resolvent(X.T * X, lam)) + tr(resolvent(x * x.T, mu)))
    assert len({d.symbol.name for d in found.definitions}) == len(found.definitions)
