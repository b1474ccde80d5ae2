"""The certificate before the first number: right formulas agree, injected faults do not."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from expressions import NUMERIC, stated
from injected_faults import KINDS, faulty
from sympy import Adjoint, I, Symbol, exp, oo, symbols

import planar
from derivations.theorem import derived_once
from planar import Ginibre, PlanarError, RotationInvariant, Wishart, deterministic, dims, resolvent
from planar.derivation.equivalent import Equivalent
from planar.evidence.agreement.agreement import Agreement, agreement
from planar.foundations.errors import CertificateError
from planar.kernels.kernel import compile_kernel

N, P, K = dims("N P K")
lam, mu = symbols("lambda mu", positive=True)
z = Symbol("z")
A, M = deterministic("A", N, positive=True), deterministic("M", N)
W, X = Wishart("W", N, P), Ginibre("X", N, N)

FAULTED = {
    "ridge": resolvent(A * W, lam) * M * resolvent(W * A, mu),
    "complex": planar.tr(resolvent(M * W, z) * A * Adjoint(resolvent(M * W, z))),
}
"""Expressions with faults of each kind; those of the tests have them in the long run."""


def _certificate(equivalent: Equivalent) -> Agreement:
    return agreement(equivalent, compile_kernel(equivalent))


@pytest.mark.parametrize("name", list(NUMERIC)[::4])
def test_right_formulas_agree(name: str) -> None:
    assert derived_once(NUMERIC[name]).certificate.status == "agrees"


@pytest.mark.long
def test_every_formula_that_has_numbers_agrees() -> None:
    for name, expression in stated().items():
        certificate = derived_once(expression).certificate
        assert certificate or "without a law" in certificate.reason, (name, certificate)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTED)
def test_a_fault_that_changes_a_number_is_caught(name: str, kind: str) -> None:
    assert not list(_missed(kind, FAULTED[name], 2))


@pytest.mark.long
@pytest.mark.parametrize("name", NUMERIC)
def test_no_kind_of_fault_is_missed_in_any_expression(name: str) -> None:
    assert not [x for kind in KINDS for x in _missed(kind, NUMERIC[name], 3)]


def _missed(kind: str, expression: Any, most: int) -> Iterator[str]:
    """Faults that change a number by a millionth and more, and that are not seen.

    They are spread over the places where a fault of this kind fits.
    """
    equivalent = derived_once(expression)
    values = equivalent.example(size=6)
    right = compile_kernel(equivalent)(values)
    for one in islice(faulty(kind, equivalent), 0, 5 * most, 5):
        if _change(one, values, right) > 1e-6 and _certificate(one).status != "differs":
            yield f"{kind}: {one.rhs}, {[(d.symbol, d.expr) for d in one.definitions]}"


def _change(equivalent: Equivalent, values: Any, right: Any) -> float:
    """The relative change of the number, none where the faulty formula has no number."""
    try:
        number = compile_kernel(equivalent)(values)
    except PlanarError:
        return 0.0
    return float(np.abs(number - right).max() / np.abs(right).max())


def test_the_faults_are_of_thirty_kinds_and_change_numbers() -> None:
    changing = [kind for kind in KINDS if any(_changes(kind, FAULTED["complex"]))]
    assert len(changing) >= 30, set(KINDS) - set(changing)


def _changes(kind: str, expression: Any) -> Iterator[bool]:
    equivalent = derived_once(expression)
    values = equivalent.example(size=6)
    right = compile_kernel(equivalent)(values)
    for one in islice(faulty(kind, equivalent), 0, 20, 5):
        yield _change(one, values, right) > 1e-6


@pytest.mark.parametrize(
    "expression",
    [
        planar.tr(W),
        planar.tr(A),
        planar.tr(W**-1),
        planar.tr(resolvent(W, 1)),
        planar.tr(resolvent(A * (X - X.T), lam)),
        planar.tr(resolvent(W, z) * M * Adjoint(resolvent(M * W, z))),
        resolvent(A + I * lam * W, mu),
        planar.tr(resolvent(RotationInvariant("B", N, r_transform=lambda z: exp(z) + z), lam)),
        planar.tr(resolvent(A * RotationInvariant("B", N, spectrum=[1, 2, 3, 4, 5, 7]) * A, lam)),
    ],
    ids=str,
)
def test_what_has_no_ridge_or_complex_scalars_is_compared_too(expression: Any) -> None:
    assert planar.derive(expression).certificate


def test_limits_derivatives_and_substitutions_are_compared() -> None:
    eq = planar.derive(planar.tr(resolvent(A * W, lam) * M * resolvent(A * W, mu)))
    for other in (eq.limit(P, oo), eq.limit(mu, lam), eq.diff(lam), eq.subs({mu: 2 * lam})):
        assert other.certificate
    ridgeless = planar.derive(lam * planar.tr(resolvent(A * W, lam))).limit(lam, 0)
    assert ridgeless.certificate
    assert "before the limit" in ridgeless.certificate.reason
    definitions = {d.symbol: d.expr for d in ridgeless.definitions}
    assert ridgeless.restate(ridgeless.rhs, definitions).certificate
    assert ridgeless.restate(2 * ridgeless.rhs, definitions).certificate.status == "differs"


def test_what_cannot_be_compared_says_so() -> None:
    certificate = planar.derive(planar.tr(resolvent(RotationInvariant("B", N), lam))).certificate
    assert certificate.status == "not compared"
    assert "R-transform of B" in str(certificate)


def test_no_number_of_a_wrong_formula_leaves() -> None:
    eq = planar.derive(planar.tr(resolvent(A * W, lam)))
    wrong = eq.restate(eq.rhs * 2, {d.symbol: d.expr for d in eq.definitions})
    values = {A: planar.spectrum([1.0, 2.0]), P: 6, lam: 0.5}
    for ask in (
        lambda: wrong.evaluate(values),
        wrong.compile,
        wrong.source,
        lambda: wrong.density([1.0], {A: planar.spectrum([1.0, 2.0]), P: 6}),
        lambda: wrong.support({A: planar.spectrum([1.0, 2.0]), P: 6}),
    ):
        with pytest.raises(CertificateError, match="planar diagrams sum to"):
            ask()
    assert wrong.check(eq.example(size=20), trials=20).verdict == "disagree"


def test_a_formula_without_solution_is_told() -> None:
    eq = planar.derive(planar.tr(resolvent(W, lam)))
    s = Symbol("s", positive=True)
    certificate = eq.restate(1 / (lam + s), {s: -1 - s**2}).certificate
    assert certificate.status == "differs"
    assert "no solution" in str(certificate)


def test_a_certificate_is_asked_once_and_goes_along() -> None:
    eq = planar.derive(planar.tr(resolvent(W, lam)))
    assert eq.certificate is eq.certificate
    assert pickle.loads(pickle.dumps(eq)).certificate
    assert replace(eq, rhs=eq.rhs + 1).certificate.status == "differs"
