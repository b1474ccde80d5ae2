"""The top of a page: the equivalent with its definitions, and what is known of it in two lines."""

from __future__ import annotations

from collections.abc import Iterator

from planar.writing.report.evidence_text import certified, sampled
from planar.writing.report.findings import Findings
from planar.writing.report.formula_rows import Defined, definitions, result
from planar.writing.report.html_text import aligned, formula, prose, table
from planar.writing.report.letters import spelled

__all__ = ["facts", "head"]

_MARKS = {
    True: '<span class="mark good">✓</span>',
    False: '<span class="mark bad">✗</span>',
    None: '<span class="mark open">–</span>',
}


def head(findings: Findings) -> str:
    """The equivalent and its definitions."""
    row = result(findings.equivalent)
    parts = [f'<div class="result">{aligned(row.lines, row.text)}</div>']
    if not findings.equivalent.closed:
        parts.append(
            "<p>There is no closed form: this is a named fixed-point system, which the kernel "
            "solves.</p>"
        )
    defined = list(definitions(findings.equivalent))
    if defined:
        cells = [_cells(findings, definition) for definition in defined]
        kinds = ("symbol equals", "wide", "words", "short soft")
        parts.append(table(("Symbol", "Definition", "Meaning", "Kind"), cells, kinds, stacked=True))
    if any(definition.implicit for definition in defined):
        parts.append(
            '<p class="soft">An implicit definition is an equation to be solved: it leads back to '
            "its own symbol.</p>"
        )
    return "\n".join(parts)


def _cells(findings: Findings, definition: Defined) -> tuple[str, ...]:
    return (
        formula(definition.symbol),
        aligned(definition.row.lines, definition.row.text),
        prose(spelled(definition.meaning, findings.equivalent)),
        "implicit" if definition.implicit else "explicit",
    )


def facts(findings: Findings) -> str:
    """What is known of the formula, each in one line."""
    items = "".join(f"<li>{_MARKS[sign]}{prose(text)}</li>" for sign, text in _facts(findings))
    return f'<ul class="facts">{items}</ul>'


def _facts(findings: Findings) -> Iterator[tuple[bool | None, str]]:
    """Whether each is good news, bad news or none, and the line."""
    certificate, verdict = findings.certificate.value, findings.verdict.value
    if certificate is not None:
        answer = "Certified" if certificate else "Refuted"
        yield bool(certificate), f"{answer}: {certified(findings, certificate)}."
    else:
        yield None, "No exact certificate; the reason is given below."
    agreement = findings.agreement
    yield {"agrees": True, "differs": False}.get(agreement.status), agreement.sentence
    if verdict is not None:
        yield {"agree": True, "disagree": False}.get(verdict.verdict), sampled(verdict)
    else:
        yield None, "Not sampled; the reason is given below."
