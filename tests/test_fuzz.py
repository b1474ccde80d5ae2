"""Text from outside is read or refused in a sentence, and nothing of it is executed."""

import pytest
from fuzz import FORBIDDEN, Findings, _one, run
from sympy import Basic

from planar import PlanarError
from planar.expression.reader import read_declaration, read_expression


def test_hostile_text_is_read_or_refused():
    found = run(4000, seed=0)
    assert found.read > 200
    assert not found.broken, str(found)
    assert not found.events, str(found)


@pytest.mark.long
def test_a_hundred_thousand_hostile_texts():
    found = run(100_000, seed=1)
    assert not found.broken, str(found)
    assert not found.events, str(found)


def test_what_breaks_is_seen():
    """The harness itself: a reader that evaluates, crashes or returns no expression is seen."""
    found = Findings()
    _one("1", lambda text: int(text), found)
    _one("(", lambda text: Basic(1 / 0), found)
    _one("x", lambda text: read_expression(text, {}), found)
    assert [error.split(":")[0] for _, error in found.broken] == [
        "no SymPy object but int",
        "ZeroDivisionError",
    ]
    assert "exec" in FORBIDDEN


def test_a_truth_value_is_no_power():
    with pytest.raises(PlanarError, match="cannot read `N\\*\\*True`"):
        read_declaration("Q = HaarOrthogonal(N**True)")


@pytest.mark.parametrize(
    "text",
    ["a" * 4001, "(" * 3000, "-" * 3000 + "A", "((2**64)**64)**64", "x" * 41, "+".join("ab" * 500)],
)
def test_limits_come_before_work(text):

    with pytest.raises(PlanarError):
        read_expression(text, {})
