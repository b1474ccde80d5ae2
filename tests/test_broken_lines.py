"""Long formulas in LaTeX: every line fits, brackets balance, and nothing is multiplied out."""

from __future__ import annotations

import re

import pytest
from expressions import EVERY

from derivations.theorem import derived_once
from planar.writing.latex.broken_text import broken
from planar.writing.latex.measured import width

NAMES = [
    "two-point: Wishart",
    "two-point: two-bulk letter between",
    "three-point: three resolvents",
    "rectangular: random features, two-point",
    "rectangular: bi-invariant, two-point",
    "system: commutator",
]
INCHES = {6.3: 62, 3.4: 33}


def lines(name: str, inches: float) -> list[str]:
    return derived_once(EVERY[name]).latex(inches).split("\n")[1:-1]


def plain(text: str) -> str:
    """The same formula without breaks, and with brackets of one size."""
    return re.sub(r"\\\\|\\qquad|&|\\left|\\right|\\Bigl|\\Bigr|\\,|\s", "", text)


@pytest.mark.parametrize("inches", INCHES)
@pytest.mark.parametrize("name", NAMES)
def test_lines_fit_by_the_estimate(name, inches):
    allowed = INCHES[inches] * 1.25
    assert all(width(line) <= allowed for line in lines(name, inches))


@pytest.mark.parametrize("inches", INCHES)
@pytest.mark.parametrize("name", NAMES)
def test_every_bracket_that_opens_closes(name, inches):
    text = "\n".join(lines(name, inches))
    for opening, closing in ((r"\Bigl", r"\Bigr"), ("{", "}")):
        assert text.count(opening) == text.count(closing)
    for line in lines(name, inches):
        assert line.count(r"\left") == line.count(r"\right")


@pytest.mark.parametrize("page", [20, 25, 30])
def test_a_sum_is_broken_and_not_multiplied_out(page):
    text = (
        r"S S' \left[g M g' + \frac{q \left(\operatorname{tr}\left[A M g g'\right] - "
        r"\operatorname{tr}\left[M g\right]\right)}{1 - \gamma} \, A g g'\right]"
    )
    rows = broken(text, page, width)
    assert len(rows) > 1
    assert max(map(width, rows)) <= page + 4
    together = " ".join(rows)
    assert together.count("tr}") == 2
    assert together.count("gamma") == 1
    assert len(broken(text, 300, width)) == 1


def test_a_sum_that_fits_stays_as_it_is():
    assert broken("a + b", 62, width) == ["a + b"]
    rows = broken(r"\left(a + b + c + d + e + f\right)^{2}", 10, width)
    assert plain("".join(rows)) == plain(r"\left(a + b + c + d + e + f\right)^{2}")


def test_wide_and_narrow_glyphs_are_told_apart():
    assert width("W M W M W M") > width("i l i l i l")
    assert width(r"\frac{a + b + c + d}{e}") < width("a + b + c + d + e")
    assert width("x_{123456}") < width("x 123456")
