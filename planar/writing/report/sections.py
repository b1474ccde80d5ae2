"""The sections of a page, each a title and its HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planar.writing.html import inline
from planar.writing.latex import equations
from planar.writing.report.commands import command, python
from planar.writing.report.derivation import derivation
from planar.writing.report.diagram_orders import Gallery
from planar.writing.report.evidence_sections import (
    certificate_section,
    plot_section,
    sampling_section,
)
from planar.writing.report.findings import Findings
from planar.writing.report.html_text import absent, code, formula, prose, table
from planar.writing.report.letters import Entry, entries, premises
from planar.writing.report.part import Part

__all__ = ["sections"]


def sections(findings: Findings) -> Iterator[tuple[str, str, str]]:
    """Anchor, title and HTML of each section after the result."""
    yield "assumptions", "Assumptions", _assumptions(findings)
    yield "derivation", "Derivation", _derivation(findings)
    yield "diagrams", "Planar diagrams", _diagrams(findings)
    yield "plots", "Theory and samples", plot_section(findings)
    yield "certificate", "Exact certificate", certificate_section(findings)
    yield "sampling", "Monte Carlo check", sampling_section(findings)
    yield "kernel", "Numeric kernel", _kernel(findings)
    yield "latex", "LaTeX", _latex(findings)
    yield "reproduce", "Reproduce", _reproduce(findings)


def _assumptions(findings: Findings) -> str:
    cells = [_cells(entry) for entry in entries(findings.equivalent)]
    kinds = ("symbol", "short", "meaning")
    letters = table(("Letter", "Size", "What it is"), cells, kinds, stacked=True)
    sentences = (f"<p>{prose(sentence)}</p>" for sentence in premises(findings.equivalent))
    return "\n".join([letters, *sentences])


def _cells(entry: Entry) -> tuple[str, ...]:
    size = inline(*entry.written_size) if entry.size else ""
    assumed = entry.assumed[:1].upper() + entry.assumed[1:]
    return formula(entry.symbol), size, prose(f"{assumed}.")


def _derivation(findings: Findings) -> str:
    steps = derivation(findings.equivalent, findings.steps)
    return f"{steps}\n<p>{prose(findings.lines)}</p>"


def _diagrams(findings: Findings) -> str:
    orders = findings.diagrams.value
    if orders is None:
        return absent(findings.diagrams.reason)
    head = ("Random letters", *map(str, range(len(orders.counts))))
    kinds = ("short", *("number" for _ in orders.counts))
    parts = [table(head, [("planar diagrams", *map(str, orders.counts))], kinds)]
    if findings.equivalent.limits:
        parts.insert(0, "<p>These are the diagrams of the expression before the limit.</p>")
    parts += [_gallery(gallery, orders.counts[gallery.order]) for gallery in orders.drawn]
    return "\n".join(parts)


def _gallery(gallery: Gallery, total: int) -> str:
    """The diagrams of one order; those of order two are open."""
    shown = len(gallery.diagrams)
    truncated = f"; the first {shown} are shown" if shown < total else ""
    title = f"Order {gallery.order}: {total} diagram{'s' * (total > 1)}{truncated}"
    drawn = f"<figure><div>{gallery.svg}</div></figure>"
    is_open = " open" * (gallery.order == 2)
    return f"<details{is_open}><summary>{title}</summary>{drawn}</details>"


def _kernel(findings: Findings) -> str:
    if findings.kernel.value is None:
        return absent(findings.kernel.reason)
    text = (
        "<p>A module that needs NumPy and nothing else; it is <code>kernel.py</code> beside this "
        "page.</p>"
    )
    return f"{text}<details><summary>Source</summary>{code(findings.kernel.value)}</details>"


def _latex(findings: Findings) -> str:
    text = (
        "<p>The folder <code>latex/</code> holds a short article, <code>paper.tex</code>, and the "
        "pieces that it takes in: formula, assumptions, diagrams, proof and evidence, for a paper "
        "of your own.</p>"
    )
    return text + code(equations(findings.equivalent))


def _reproduce(findings: Findings) -> str:
    calls: tuple[tuple[str, Callable[[], str]], ...] = (
        ("In Python", lambda: _python(findings)),
        ("From the command line", lambda: command(findings.equivalent)),
    )
    parts = list[str]()
    for title, make in calls:
        lines = Part.of(make)
        shown = code(lines.value) if lines.value is not None else absent(lines.reason)
        parts.append(f"<h3>{title}</h3>{shown}")
    return "\n".join(parts)


def _python(findings: Findings) -> str:
    """The lines that derive the equivalent, and the call of the report."""
    values = "" if findings.chosen else ", values"
    seed = f", seed={findings.seed}" if findings.seed else ""
    return f'{python(findings.equivalent)}\neq.report("report"{values}{seed})'
