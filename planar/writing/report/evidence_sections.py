"""The sections of a page that hold numbers: plots, the exact certificate, samples."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from planar.evidence.check.verdict import Verdict
from planar.writing.report.curves import Plotted
from planar.writing.report.derivation import captioned
from planar.writing.report.evidence_text import enlargement, grading, sampled, values_are
from planar.writing.report.findings import Findings
from planar.writing.report.html_text import absent, code, formula, prose, table
from planar.writing.report.value_table import described

__all__ = ["certificate_section", "plot_section", "sampling_section"]

_LONGEST = 34
"""Characters of a number that are written out."""


def plot_section(findings: Findings) -> str:
    """The values, and the plots that were drawn at them."""
    parts = [_values(findings)] if findings.values.value else []
    missing = findings.kernel.reason or findings.values.reason
    if missing:
        return "\n".join([*parts, absent(missing)])
    plots = (("the spectral density", findings.spectrum), ("a curve", findings.comparison))
    parts += [_plot(part.value) for _, part in plots if part.value is not None]
    parts += [absent(part.reason, what) for what, part in plots if part.reason]
    return "\n".join(parts)


def _values(findings: Findings) -> str:
    values = described(findings.values.value or {})
    cells = [(formula(key), escape(text)) for key, text in values]
    listed = table(("Symbol", "Value"), cells, ("symbol", "meaning"))
    return f"<p>{escape(values_are(findings))}:</p>{listed}"


def _plot(plotted: Plotted) -> str:
    data = b64encode(plotted.svg.encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    drawn = f'<img class="plot" alt="{escape(plotted.caption)}" src="{source}">'
    return captioned(drawn, plotted.caption)


def certificate_section(findings: Findings) -> str:
    """Both values at each order of the exact comparison."""
    certificate = findings.certificate.value
    if certificate is None:
        return absent(findings.certificate.reason)
    text = (
        "Small matrices of random rationals stand in for the deterministic letters, and rationals "
        "for the ratios (the planar formula holds for any value); the enumerated diagrams of the "
        "expression are compared with the series of the formula, exactly."
    )
    if weights := grading(findings.equivalent, certificate):
        text += rf" Orders are powers of $\varepsilon$, where {weights}."
    cells = [
        (
            str(row.order),
            str(row.diagrams),
            f"<code>{escape(_short(str(row.enumerated)))}</code>",
            "agrees" if row.agree else "differs",
        )
        for row in certificate.orders
    ]
    kinds = ("number", "number", "meaning", "short")
    rows = table(("Order", "Diagrams", "Both values", ""), cells, kinds)
    full = f"<details><summary>Values in full</summary>{code(str(certificate))}</details>"
    return f"<p>{prose(text)}</p>{rows}{full}"


def _short(number: str) -> str:
    return number if len(number) <= _LONGEST else f"{number[:14]}…{number[-14:]}"


def sampling_section(findings: Findings) -> str:
    """Predicted and sampled value of every probe."""
    verdict = findings.verdict.value
    if verdict is None:
        return absent(findings.verdict.reason)
    sentences = [
        sampled(verdict),
        "The samples are drawn from the complex ensembles, whose bias is O(1/N²).",
        enlargement(findings, verdict),
        "X is the expression; T, u and v are fixed random matrices and vectors."
        if len(verdict.table) > 1
        else "",
    ]
    return f"<p>{escape(' '.join(filter(None, sentences)))}</p>{_probes(verdict)}"


def _probes(verdict: Verdict) -> str:
    head, *rows = verdict.table.cells()
    titles = tuple(title if title == "z" else title[:1].upper() + title[1:] for title in head)
    kinds = ("meaning", *("number" for _ in head[1:]))
    return table(titles, [_probe(probe, numbers) for probe, *numbers in rows], kinds)


def _probe(probe: str, numbers: list[str]) -> tuple[str, ...]:
    """The cells of one probe, with true minus signs."""
    return escape(probe), *(escape(number.replace("-", "−")) for number in numbers)
