"""Derivations as proofs: every displayed line is true, and a false one is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from expressions import EVERY, SYSTEMS
from sympy import MatMul, Rational, Symbol, oo, symbols

import planar
from derivations.theorem import derived_once
from planar import (
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
from planar.derivation.proof import Line, Step
from planar.evidence.verify.lines import check_lines

N, P = dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A, M = deterministic("A", N, positive=True), deterministic("M", N)
W, X, O = Wishart("W", N, P), Ginibre("X", P, N), HaarOrthogonal("O", N)
TITLES = [
    *(
        "Expansion",
        "Value of a diagram",
        "One-particle-irreducible part",
        "Dyson's equation",
        "One-point equations",
    ),
    *("Rung and ladder", "Result"),
]


@pytest.mark.parametrize("name", EVERY)
def test_every_line_of_every_derivation_is_true(name: str) -> None:
    order = 1 if any(name.endswith(system) for system in SYSTEMS) else 2
    found = derived_once(EVERY[name]).verify_steps(order)
    assert found, str(found)
    assert len(found.lines) >= 2


def broken(line: Line) -> Line:
    """One percent too much."""
    factor = Rational(101, 100)
    right = MatMul(factor, line.right) if line.right.is_Matrix else factor * line.right
    return replace(line, right=right, terms=())


CASES = {
    "two-point": resolvent(A * W, lam) * M * resolvent(W * A, mu),
    "alternating": resolvent(A * X.T * X, lam) * M,
    "Haar": tr(resolvent(O * A * O.T + M, lam)),
    "system": resolvent(A * W + W * A, lam),
}


@pytest.mark.parametrize("name", CASES)
def test_each_line_that_is_one_percent_wrong_is_seen(name: str) -> None:
    equivalent = derive(CASES[name])
    steps = equivalent.steps
    for i, step in enumerate(steps):
        for k, line in enumerate(step.lines):
            lines = (*step.lines[:k], broken(line), *step.lines[k + 1 :])
            found = check_lines(
                equivalent, (*steps[:i], replace(step, lines=lines), *steps[i + 1 :]), 2
            )
            assert [c.line for c in found.lines if not c.agrees] == [lines[k]], str(line)
            assert "1 of" in str(found)
            assert "FALSE" in str(found)


def test_the_steps_of_a_two_point_function() -> None:
    steps = derive(CASES["two-point"]).steps
    assert [step.title for step in steps] == TITLES
    assert [figure.kind for step in steps for figure in step.figures] == [
        "diagrams",
        "irreducible",
        "dyson",
        "rung",
        "ladder",
    ]
    sides = {str(line.left): str(line.right) for step in steps for line in step.lines}
    assert sides["sigma"] == "q*Trace(M*(kappa*I + A)**(-1)*(kappa'*I + A)**(-1))/(N*(1 - gamma))"
    assert sides["R_W(z)"] == "1/(-q*z + 1)"
    assert steps[-1].equations == ((CASES["two-point"], derive(CASES["two-point"]).rhs),)


def test_each_resolvent_has_a_line_of_its_own() -> None:
    (dyson,) = (
        step for step in derive(CASES["two-point"]).steps if step.title == "Dyson's equation"
    )
    lefts = [line.left for line in dyson.lines if line.relation == "≃"]
    assert lefts == [resolvent(A * W, lam), resolvent(W * A, mu)]


def test_the_variable_of_r_is_no_symbol_of_the_expression() -> None:
    (part,) = (
        s
        for s in derive(resolvent(W, Symbol("z", positive=True))).steps
        if "irreducible" in s.title
    )
    assert str(part.lines[0].left) == "R_W(x)"


def test_a_limit_comes_after_the_steps_that_lead_to_it() -> None:
    steps = derive(lam * resolvent(A * W, lam)).limit(lam, 0).steps
    assert steps[-1].title == "Limit"
    assert [s.title for s in steps][:-1] == [t for t in TITLES if t != "Rung and ladder"]


def test_polynomials_have_no_dyson_equation() -> None:
    steps = derive(W * M * W).steps
    assert [s.title for s in steps] == ["Expansion", "Value of a diagram", "Definitions", "Result"]
    assert derive(W * M * W).verify_steps()


def test_the_documents_show_what_was_checked() -> None:
    equivalent = derive(CASES["two-point"])
    document = equivalent.latex_steps()
    assert document.count(r"\refstepcounter{figure}") == 5
    assert document.count(r"\begin{tikzpicture}") == 5
    assert "lines was expanded in exact arithmetic" in document
    number = len([line for step in equivalent.steps for line in step.lines])
    assert f"Every one of the {number} lines" in document


def test_a_line_that_is_false_stops_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(equivalent: object) -> tuple[Step, ...]:
        return (Step("Result", "", (Line(CASES["two-point"], A, "expectation"),)),)

    monkeypatch.setattr("planar.interfaces.methods.proofs.steps", wrong)
    with pytest.raises(planar.PlanarError, match="is false, which is an error of planar"):
        derive(CASES["two-point"]).latex_steps()


def test_reports_of_limits_and_of_what_has_no_kernel(tmp_path: Path) -> None:
    limits = (
        derive(resolvent(A * W, lam)).limit(P, oo),
        derive(lam * resolvent(A * W, lam)).limit(lam, 0),
    )
    for k, equivalent in enumerate(limits):
        assert equivalent.verify_steps(2)
        evidence = (equivalent.report(tmp_path / str(k)) / "evidence.txt").read_text()
        assert "No certificate: " in evidence
        assert "in a limit has no series of diagrams" in evidence
        assert "lines before the limit was expanded" in evidence
    product = derive(tr(resolvent(A * W, lam)) * tr(M * resolvent(W, mu))).report(
        tmp_path / "product"
    )
    assert not (product / "latex" / "diagrams.tex").exists()
    unspecified = derive(resolvent(A * RotationInvariant("R", N), lam)).report(tmp_path / "any")
    assert not (unspecified / "kernel.py").exists()
    assert (unspecified / "latex" / "derivation.tex").exists()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda eq: eq.verify_steps(-1), "no diagrams of order -1"),
        (lambda eq: eq.latex_steps(1.5), "no diagrams of order 1.5"),
        (lambda eq: eq.diagrams("2"), "no diagrams of order '2'"),
        (lambda eq: eq.report(5), "5 is not a valid folder"),
        (lambda eq: eq.report(__file__), "cannot write into"),
    ],
)
def test_bad_orders_and_folders_are_one_sentence(
    call: Callable[[object], object], says: str
) -> None:
    with pytest.raises(planar.PlanarError, match=says):
        call(derive(resolvent(A * W, lam)))


def test_a_sum_has_no_ladder() -> None:
    equivalent = derive(resolvent(A * W, lam) + 2 * M * W + W * W)
    assert "Rung and ladder" not in [s.title for s in equivalent.steps]
    assert equivalent.verify_steps(2)


def test_one_name_has_one_meaning_in_a_display() -> None:
    C = deterministic("C", N)
    text = derive(resolvent(C * W, lam) * M * resolvent(W * C.T, mu)).latex()
    assert text.count("g' &=") == 1
    assert r"g'^{\mathsf{T}}" in text


def test_the_self_energy_is_not_called_like_a_letter() -> None:
    sigma = deterministic("Sigma", N, positive=True)
    figures = [
        f
        for s in derive(resolvent(sigma * W, lam)).steps
        for f in s.figures
        if f.kind in ("dyson", "irreducible")
    ]
    assert {f.energy for f in figures} == {"Π"}


def test_a_diagram_of_a_trace_is_a_number() -> None:
    found = derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu))).diagrams(2)
    assert str(next(found)) == "q tr[A] tr[A M]/(λ μ³)"


def test_every_self_energy_is_introduced_before_it_is_used():
    """A rectangular letter in both resolvents beside a semicircle: the second one's self-energies
    were used unsaid.
    """
    D = planar.dims("D")
    X, G, J = planar.Ginibre("X", P, N), planar.GOE("G", P), planar.deterministic("J", N, D)
    right = planar.resolvent(X * J * J.T * X.T + Symbol("c", positive=True) * G, mu)
    derived = planar.derive(planar.resolvent(A * X.T * X, lam) * M * X.T * right * X)
    lines = [line for step in derived.steps[2:4] for line in step.lines]
    said = {line.left.name for line in lines if isinstance(line.left, Symbol)}
    used = {
        s.name
        for line in lines
        for s in line.right.free_symbols
        if isinstance(s, Symbol) and s.name[0] in "sh"
    }
    assert used <= said
    assert derived.verify_steps(2)
