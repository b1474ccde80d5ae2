"""What certificate and samples show, in sentences that the page and the paper share."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, isfinite, log10

from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.evidence.check.verdict import Verdict
from planar.evidence.verify.certificate import Certificate
from planar.formulas.latex import latex
from planar.writing.report.findings import Findings
from planar.writing.report.value_table import dimensions, sized

__all__ = ["certified", "enlargement", "grading", "percent", "sampled", "values_are"]


def certified(findings: Findings, certificate: Certificate) -> str:
    """What the certificate compared: the grading, the orders, and how many diagrams."""
    counts = [row.diagrams for row in certificate.orders]
    relation = "equals" if certificate else "differs from"
    total = "the one diagram" if sum(counts) == 1 else f"the sum of all {sum(counts)} diagrams"
    if len(counts) == 1:
        return f"in exact arithmetic the formula {relation} {total}"
    weights = grading(findings.equivalent, certificate)
    scaled = f", with {weights}" if weights else ""
    listed = f" ({' + '.join(map(str, counts))})" if sum(counts) > 1 else ""
    text = (
        f"in exact arithmetic the series of the formula through order {certificate.order} in "
        rf"$\varepsilon$ {relation} {total}{listed}{scaled}"
    )
    return text + _otherwise_counted(findings, counts)


def _otherwise_counted(findings: Findings, counts: list[int]) -> str:
    """A remark where orders are not numbers of random letters, by which diagrams are listed."""
    orders = findings.diagrams.value
    if orders is None or list(orders.counts[: len(counts)]) == counts[: len(orders.counts)]:
        return ""
    return (
        r"; orders are powers of $\varepsilon$ here, while the diagrams are listed by their number "
        "of random letters"
    )


def grading(equivalent: Equivalent, certificate: Certificate) -> str:
    """How powers of epsilon enter, as formulas between dollars; empty where nothing is scaled."""
    symbols = (*equivalent.letters, *equivalent.laws, *equivalent.scalars)
    known = {symbol.name: symbol for symbol in symbols}
    return ", ".join(
        rf"${latex(known.get(name, Symbol(name)))} \sim {_power(weight)}$"
        for name, weight in certificate.weights
        if weight
    )


def _power(weight: int) -> str:
    if abs(weight) == 1:
        return r"\varepsilon" if weight == 1 else r"1/\varepsilon"
    power = rf"\varepsilon^{{{abs(weight)}}}"
    return power if weight > 0 else f"1/{power}"


def sampled(verdict: Verdict) -> str:
    """The Monte Carlo check in one sentence."""
    sizes = [sized(dict(size)) for size in verdict.sizes]
    at = f"at {sizes[0]}"
    if len(sizes) > 1:
        at = f"at each of {' and '.join(f'({size})' for size in sizes)}, extrapolated in size"
    return (
        f"Monte Carlo ({verdict.trials} draws {at}): sample mean and prediction differ by "
        f"{percent(verdict.relative_error, verdict.standard_error)}{_ANSWERS[verdict.verdict]}."
    )


_ANSWERS = {"agree": "", "disagree": "; they disagree", "inconclusive": "; that is inconclusive"}


def percent(error: float, standard_error: float) -> str:
    """A relative difference with its standard error to two digits.

    >>> percent(0.00091, 0.00136), percent(0.0312, 0.118), percent(0.5, 0.0)
    ('0.09 ± 0.14 %', '3 ± 12 %', '50.00 ± 0.00 %')
    """
    places = 2
    if standard_error > 0 and isfinite(standard_error):
        places = min(8, max(0, 1 - floor(log10(100 * standard_error))))
    return f"{100 * error:.{places}f} ± {100 * standard_error:.{places}f} %"


def values_are(findings: Findings) -> str:
    """Where the values come from, and the sizes at which they are stated."""
    sizes = sized(dimensions(findings.equivalent, findings.values.value or {}))
    at = f" at {sizes}" if sizes else ""
    if findings.chosen:
        return f"Example values (generated, seed {findings.seed}){at}"
    return f"These values were given{at}"


def enlargement(findings: Findings, verdict: Verdict) -> str:
    """How the values enter samples that are larger than the values; empty where none are.

    The check enlarges every space, deterministic matrices by repetition.
    """
    sizes = dimensions(findings.equivalent, findings.values.value or {})
    larger = [dict(size) for size in verdict.sizes if _is_larger(dict(size), sizes)]
    if not larger:
        return ""
    at = " and ".join(map(sized, larger))
    return f"At {at} every deterministic matrix of the table is repeated along the diagonal."


def _is_larger(size: Mapping[str, int], sizes: Mapping[str, int]) -> bool:
    return any(number > sizes.get(name, number) for name, number in size.items())
