"""Random expressions: derived, and compared with an oracle, exact diagrams and sampling that share
no code with it.

A failure prints the one line that makes the expression again.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from expressions import NUMERIC
from letters import pick
from pencil_oracle import Unsettled, planar_value
from random_expressions import Case, case, coverage, sampled
from sympy import Rational

import planar
from derivations.theorem import derived_once
from planar.foundations.errors import BranchError, TooLargeError, Ungraded

SEEDS, BATCH = 200, 10
LIGHT, HEAVY = 5, 8
SECONDS = 60
LONG = [*range(200, 300, 25), *range(1000, 5000, 25)]
SLOW = (79, 100, 112, 130, 166, 168, 181, 242)
"""Right, but 8 to 35 s each: a letter many times in one resolvent, or in each of four; left out of
the plain run.
"""
REFUSALS: tuple[str, ...] = ()
"""Patterns of messages with which an expression of this grammar may be refused."""


class TooSlow(BaseException):
    """A derivation took too long."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise ``TooSlow`` after so many seconds, where the platform can: one runaway must not hide
    the other cases.
    """
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """What became of one expression: "agrees", or one of the words for what went wrong, and the
    line that shows it.
    """

    status: str
    line: str


def chosen(first: int) -> list[Case]:
    """Of a batch, the expressions with few random letters and one with some more; ``-m long`` takes
    them all.
    """
    cases = [case(seed) for seed in range(first, first + BATCH)]
    return [c for c in cases if c.letters <= LIGHT] + [
        c for c in cases if LIGHT < c.letters <= HEAVY
    ][:1]


def outcome(c: Case, equivalent: Any = None, *, exact: bool = False) -> Outcome:
    """The kernel of a case beside the oracle, and where it agrees the ``exact`` certificate if
    asked for.

    A crash is an outcome too, so that a batch reports every seed.
    """
    try:
        expected = np.asarray(planar_value(c.expression, c.values))
    except Unsettled as error:
        return Outcome("off the branch", f"{error}: {c}")
    try:
        with limited(SECONDS):
            equivalent = equivalent or planar.derive(c.expression)
            found = compared(c, equivalent.compile().solve(c.values), expected)
        with limited(2 * SECONDS):
            certificate = verified(equivalent) if exact and found.status == "agrees" else None
    except planar.PlanarError as error:
        return Outcome("refused", f"{error} <- {c}")
    except TooSlow:
        return Outcome("too slow", f"more than {SECONDS} s: {c}")
    except Exception as error:
        return Outcome("crashed", f"{type(error).__name__} {error}: {c}")
    return (
        found
        if certificate is None or certificate
        else Outcome("disagrees", f"{certificate} <- {c}")
    )


def compared(c: Case, found: Any, expected: Any) -> Outcome:
    """Within 1e-7, relative to the largest entry."""
    value = np.asarray(found.value)
    expected = expected.reshape(value.shape) if expected.size == value.size else expected
    numbers = f"planar {value.ravel()[:3]}, oracle {expected.ravel()[:3]}: {c}"
    if not found.good.all():
        return Outcome(
            "no number",
            f"residual {float(found.residual):.1e}, gamma {float(found.gamma):.3g}, {numbers}",
        )
    if value.shape != expected.shape:
        return Outcome("disagrees", f"shapes {value.shape} and {expected.shape}: {c}")
    error = np.abs(value - expected).max() / (np.abs(expected).max() + 1e-6)
    return Outcome("agrees" if error < 1e-7 else "disagrees", f"relative {error:.1e}: {numbers}")


def judge(found: list[Outcome]) -> None:
    """Nothing but agreement, points without a branch, and the refusals that are allowed."""
    allowed = {
        o for o in found if o.status == "refused" and any(re.search(p, o.line) for p in REFUSALS)
    }
    bad = [o for o in found if o.status not in ("agrees", "off the branch") and o not in allowed]
    assert not bad, "\n" + "\n".join(f"{o.status}: {o.line}" for o in bad)
    off = sum(o.status == "off the branch" for o in found)
    assert off <= len(found) / 2, (
        f"{off} of {len(found)} expressions lie on the spectrum, which tests nothing"
    )


def verified(equivalent: Any) -> Any:
    """The certificate of the largest affordable order; None where no symbol carries the orders."""
    for order in (4, 3, 2):
        try:
            if order < 4 or cheap(equivalent):
                return equivalent.verify(order)
        except TooLargeError:
            continue
        except Ungraded:
            return None
    return None


def cheap(equivalent: Any) -> bool:
    """Whether four random letters make few diagrams."""
    try:
        return bool(equivalent.count_diagrams(4) < 200)
    except planar.PlanarError:
        return False


# -- the engine ------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_kernels_agree_with_the_oracle_and_formulas_with_their_diagrams(first):
    judge(
        [
            outcome(c, exact=place % 4 == 0)
            for place, c in enumerate(chosen(first))
            if c.seed not in SLOW
        ]
    )


@pytest.mark.parametrize("first", range(0, SEEDS, 4 * BATCH))
def test_sampling_does_not_disagree(first):
    c = next(case(c.seed, size=8) for c in chosen(first) if c.drawable and c.letters <= LIGHT)
    try:
        with limited(3 * SECONDS):
            verdict = planar.derive(c.expression).check(c.values, trials=60, seed=c.seed)
    except BranchError:
        pytest.skip(f"on the spectrum at this size: {c}")
    assert verdict.verdict != "disagree", f"{verdict}\n{c}"


@pytest.mark.long
@pytest.mark.parametrize("first", LONG)
def test_many_kernels_agree_with_the_oracle(first):
    judge([outcome(case(seed), exact=seed % 10 == 0) for seed in range(first, first + 25)])


# -- the harness -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NUMERIC)
def test_the_oracle_agrees_with_the_known_expressions(name):
    equivalent = derived_once(NUMERIC[name])
    values = pick(equivalent, 6, seed=3)
    np.testing.assert_allclose(
        planar_value(NUMERIC[name], values), equivalent.evaluate(values), rtol=1e-8, atol=1e-10
    )


@pytest.mark.parametrize("seed", range(500, 516))
def test_the_oracle_agrees_with_sampling(seed):
    c = case(seed)
    if not c.drawable:
        pytest.skip("a law without a sampler")
    try:
        expected = planar_value(c.expression, c.values)
    except Unsettled:
        pytest.skip("on the spectrum")
    largest = (
        max(int(v) for k, v in c.values.items() if getattr(k, "is_integer", False))
        if c.values
        else 1
    )
    mean, error = sampled(c, max(2, 100 // largest), 12, seed=seed)
    assert np.abs(mean - expected).max() < 5 * np.max(error) + 2e-3 * np.abs(expected).max(), str(c)


def test_a_changed_formula_is_caught():
    c = next(
        c
        for c in map(case, range(SEEDS))
        if c.letters < 3 and "target: matrix" in c.tags and "alternating" in c.tags
    )
    equivalent = planar.derive(c.expression)
    changed = equivalent.restate(
        (1 + Rational(1, 10**5)) * equivalent.rhs,
        {d.symbol: d.expr for d in equivalent.definitions},
    )
    assert outcome(c, equivalent).status == "agrees"
    with pytest.raises(AssertionError, match=rf"case\({c.seed}\)"):
        judge([outcome(c, changed)])


def test_every_feature_is_covered():
    cases = [c for first in range(0, SEEDS, BATCH) for c in chosen(first)]
    table = coverage(cases)
    print(f"\n{table}")
    counts = {line.split(maxsplit=1)[1]: int(line.split()[0]) for line in table.splitlines()}
    assert sum(tag.startswith("law: ") for tag in counts) == 11, table
    assert min(n for tag, n in counts.items() if tag.startswith("law: ")) >= 4, table
    assert {f"resolvents: {k}" for k in (1, 2, 3)} | {
        "nested inverse",
        "commutator",
        "power",
        "variance given",
    } <= set(counts), table
    assert {
        "resolvents over two spaces",
        "random letter between resolvents",
        "a self-energy matrix",
    } <= set(counts), table
    assert len({str(c.expression) for c in cases}) > 0.9 * len(cases)
    assert counts["near the spectrum"] == pytest.approx(0.2 * len(cases), rel=0.5)


def test_a_seed_says_all():
    assert str(case(7)).startswith("from random_expressions import case; case(7)")
    assert case(7).expression == case(7, size=3).expression
