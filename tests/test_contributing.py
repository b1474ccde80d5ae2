"""The worked example of CONTRIBUTING.md runs as it stands, and its checks can fail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sympy import Rational, Symbol, expand, series

import planar

SECTION = (
    (Path(__file__).parents[1] / "CONTRIBUTING.md")
    .read_text(encoding="utf-8")
    .partition("## Add an ensemble")[2]
)
(BLOCK,) = re.findall(r"```python\n(.*?)```", SECTION.partition("\n## ")[0], re.S)


def run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "users_own"}
    exec(compile(text, "CONTRIBUTING.md", "exec"), names)
    return names


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    return run(BLOCK)


def test_the_example_derives_verifies_and_is_sampled(names: dict[str, Any]) -> None:
    equivalent = names["equivalent"]
    assert str(equivalent).splitlines()[:3] == [
        "(λ + A B)⁻¹ ≃ S (κ + A)⁻¹",
        "  q = N/P",
        "  κ = λ (1 + q df₁(κ) - q)",
    ]
    assert names["B"].written() in equivalent.latex_steps()
    mu, M = Symbol("mu", positive=True), planar.deterministic("M", names["N"])
    two_point = equivalent.lhs * M * planar.resolvent(names["B"] * names["A"], mu)
    assert planar.derive(two_point).verify(4)
    assert planar.derive(planar.resolvent(names["A"] + names["B"], mu)).verify(4)


def test_the_letter_is_a_value(names: dict[str, Any]) -> None:
    B, N, P = names["B"], names["N"], names["P"]
    assert B.func(*B.args) == B
    assert B.subs(P, 9).args[3] == 9
    assert (B.shape, B.T) == ((N, N), B)


def test_its_statements_agree_with_each_other_and_with_samples(names: dict[str, Any]) -> None:
    B, q, z, ratio = names["B"], names["q"], Symbol("z"), Rational(1, 3)
    kappa = [B.free_cumulant(n) for n in range(1, 6)]
    truncated = sum(k * z**n for n, k in enumerate(kappa))
    assert (
        expand(
            series(B.r_transform(z).subs(q, ratio), z, 0, 5).removeO() - truncated.subs(q, ratio)
        )
        == 0
    )
    rng, sizes = np.random.default_rng(0), {names["N"]: 60, names["P"]: 180}
    traces = np.array(
        [
            [np.trace(b).real, np.trace(b @ b).real]
            for b in (B.sample(rng, sizes, real=False) for _ in range(60))
        ]
    )
    mean, error = traces.mean(axis=0) / 60, traces.std(axis=0, ddof=1) / 60 / np.sqrt(60)
    first, second = (float(k.subs(q, ratio)) for k in kappa[:2])
    assert np.all(np.abs(mean - [first, second + first**2]) < 4 * error)
    assert np.isrealobj(B.sample(rng, sizes, real=True))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("return catalan(n - 1) *", "return n * catalan(n - 1) *"),
        ('(-q, "SHS")', '(-2 * q, "SHS")'),
        ("return np.linalg.inv(", "return 1.02 * np.linalg.inv("),
    ],
)
def test_a_law_that_contradicts_itself_is_caught(right: str, wrong: str) -> None:
    assert BLOCK.count(right) == 1
    with pytest.raises(AssertionError):
        run(BLOCK.replace(right, wrong))


def test_the_alphabet_of_the_example_prints() -> None:
    text = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Add a way to print a formula")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```python\n(.*?)```", section, re.S)
    typst = run(block)["typst"]
    N = planar.dims("N")
    A, z, t = planar.deterministic("A", N), Symbol("z"), Symbol("t")
    assert typst(planar.resolvent(A, z)) == "(z + A)^(-1)"
    assert typst(1 - planar.tr(A * A.T) / (2 * z)) == "1 - (tr[A A^(T)])/(2 z)"
    assert typst((1 + t) * z**2) == "z^(2) (1 + t)"
    assert typst(z / ((1 - t) * (1 + z) ** 2)) == "(z)/((1 - t) (1 + z)^(2))"
    assert typst((1 - t) * A.T * (z * A + A * A)) == "(1 - t) A^(T) [A^(2) + z A]"
