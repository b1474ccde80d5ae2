"""No formula gets longer unseen; human forms equal the derived ones; what a measure says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.baseline import baseline, compared
from benchmarks.forms import ALLOWED, Form, characters, form, summary, table
from benchmarks.human_forms import FORMULAS, LENGTHS
from benchmarks.typeset_width import overfull
from expressions import EVERY

import planar
from derivations.theorem import derived_once

LEMMA = "three-point: three resolvents"
ORDERS = {"two-point: mixed sum": 5, "two-point: two-bulk letter between": 5}
"""Orders of comparison, where the default takes long."""


@pytest.mark.parametrize("name", EVERY)
def test_no_expression_has_a_longer_formula_than_in_the_baseline(name: str) -> None:
    before = baseline()["characters"]
    assert name in before, f"{name} has no figure: python -m tests.benchmarks.baseline --forms"
    now, then = characters(derived_once(EVERY[name])), int(before[name])
    assert now <= then, (
        f"the formula of {name} has {now} characters, {now - then} more than the {then} of "
        "tests/benchmarks/baseline.json"
    )


@pytest.mark.parametrize("name", FORMULAS)
def test_a_human_form_is_the_derived_one(name: str) -> None:
    derived = derived_once(EVERY[name])
    assert planar.equal(
        derived, derived.restate(*FORMULAS[name]()), order=ORDERS.get(name), draws=1
    )


def test_human_forms_belong_to_expressions_and_are_shorter() -> None:
    before = baseline()["characters"]
    assert all(length < before[name] for name, length in LENGTHS.items())


def test_a_length_is_that_of_the_right_side_and_the_definitions() -> None:
    scalar = derived_once(EVERY["one-point: Marchenko-Pastur"])
    _, right = str(scalar).split("\n")[0].split(" ≃ ")
    rows = [line.strip() for line in str(scalar).split("\n")[1:]]
    assert characters(scalar) == len(right) + sum(map(len, rows)) + len(rows)
    system = derived_once(EVERY["system: square of a sum"])
    assert str(system).split("\n")[-1] not in "\n".join(str(system).split("\n")[:-1])
    assert characters(system) < len(str(system)) - len("no closed form")


def test_a_longer_formula_is_worse_and_a_new_one_is_not() -> None:
    was, now = {"characters": {"a": 40.0}}, {"characters": {"a": 41.0, "b": 9.0}}
    assert compared(was, now)[1] == ["a: characters 40 -> 41"]
    assert compared(now, was)[1] == []
    assert compared({"definitions": {"a": 0.0}}, {"definitions": {"a": 2.0}})[1] == []


def test_the_summary_counts_ratios_and_widths() -> None:
    one = replace(form(LEMMA, derived_once(EVERY[LEMMA])), characters=200, written=100)
    assert one.ratio == 2
    theorem = Form("ridge_risk 0", 100, 100, 2, 1, True, (0.0, ALLOWED + 1))
    lines = list(summary([replace(one, overfull=(0.0, 7.0)), theorem]))
    assert lines[0].startswith("theorems: 1, median 1.00, 1 within 1.05, 0 above 1.3")
    assert lines[1].endswith(f"worst 2.0 ({LEMMA})")
    assert lines[-1].startswith("wider than 3.4 inches by over 5 pt: 2 of 2, by 7 pt")
    assert table([one]).row_count == 1


@pytest.mark.optional("pdflatex")
def test_pdflatex_measures_each_formula_by_itself() -> None:
    wide = r"\begin{align*} \rule{4in}{1pt} \end{align*}"
    assert overfull([r"\begin{align*} x \end{align*}", wide, "$$y$$"], 3.4) == [
        0,
        pytest.approx(0.6 * 72.27, abs=0.1),
        0,
    ]
