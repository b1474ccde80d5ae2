"""The sections of a page, each a title and its HTML, from what was found."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape

from planar.writing.html import inline
from planar.writing.latex import equations
from planar.writing.report.commands import command, python
from planar.writing.report.curves import Plotted
from planar.writing.report.derivation import captioned, derivation
from planar.writing.report.findings import Findings, Part
from planar.writing.report.formula_rows import definitions, result
from planar.writing.report.html_text import absent, aligned, code, formula, prose, table
from planar.writing.report.letters import entries, premises, spelled
from planar.writing.report.value_table import described

__all__ = ["facts", "head", "sections"]


def sections(found: Findings) -> Iterator[tuple[str, str, str]]:
    """Anchor, title and HTML of each section after the result."""
    yield "assumptions", "Assumptions", _assumptions(found)
    yield "derivation", "Derivation", _derivation(found)
    yield "diagrams", "Planar diagrams", _diagrams(found)
    yield "plots", "Theory and samples", _plots(found)
    yield "certificate", "Exact certificate", _certificate(found)
    yield "sampling", "Sampling", _sampling(found)
    yield "kernel", "Numeric kernel", _kernel(found)
    yield "latex", "LaTeX", _latex(found)
    yield "again", "To make it again", _again(found)


def head(found: Findings) -> str:
    """The equivalent and its definitions."""
    row = result(found.equivalent)
    parts = [f'<div class="result">{aligned(row.lines, row.text)}</div>']
    if not found.equivalent.closed:
        parts.append(
            "<p>There is no closed form: this is a named fixed-point system, which the kernel solves.</p>"
        )
    listed = list(definitions(found.equivalent))
    if listed:
        cells = [
            (
                formula(d.symbol),
                aligned(d.row.lines, d.row.text),
                prose(spelled(d.meaning, found.equivalent)),
                "implicit" if d.implicit else "explicit",
            )
            for d in listed
        ]
        kinds = ("symbol equals", "wide", "words", "short soft")
        parts.append(table(("Symbol", "Definition", "Meaning", "Kind"), cells, kinds, stacked=True))
    if any(d.implicit for d in listed):
        parts.append(
            '<p class="soft">An implicit definition is an equation to be solved: it leads back to its own symbol.</p>'
        )
    return "\n".join(parts)


def facts(found: Findings) -> str:
    """What is known of the formula, each in one line."""
    lines = list[tuple[bool | None, str]]()
    certificate, verdict = found.certificate.value, found.verdict.value
    if certificate is not None:
        said = "equals" if certificate else "differs from"
        number = sum(row.diagrams for row in certificate.orders)
        counted = f"the sum of all {number} diagrams" if number != 1 else "the one diagram"
        text = f"its series {said} {counted} through order {certificate.order}, in exact arithmetic"
        lines.append((bool(certificate), f"{'Certified' if certificate else 'Refuted'}: {text}."))
    else:
        lines.append((None, "No exact certificate; the reason is given below."))
    if verdict is not None:
        sign = {"agree": True, "disagree": False}.get(verdict.verdict)
        text = f"prediction and samples differ by {verdict.relative_error:.2%} (standard error {verdict.standard_error:.2%})"
        lines.append((sign, f"Sampled: {verdict.verdict}; {text}."))
    else:
        lines.append((None, "Not sampled; the reason is given below."))
    marks = {
        True: '<span class="mark good">✓</span>',
        False: '<span class="mark bad">✗</span>',
        None: '<span class="mark open">–</span>',
    }
    return (
        '<ul class="facts">'
        + "".join(f"<li>{marks[sign]}{escape(text)}</li>" for sign, text in lines)
        + "</ul>"
    )


def _assumptions(found: Findings) -> str:
    listed = [
        (
            formula(e.symbol),
            inline(*e.written_size) if e.size else "",
            prose(e.assumed[:1].upper() + e.assumed[1:] + "."),
        )
        for e in entries(found.equivalent)
    ]
    parts = [
        table(
            ("Letter", "Size", "What it is"), listed, ("symbol", "short", "meaning"), stacked=True
        )
    ]
    return "\n".join(
        [*parts, *(f"<p>{prose(sentence)}</p>" for sentence in premises(found.equivalent))]
    )


def _derivation(found: Findings) -> str:
    return f"{derivation(found.equivalent, found.steps)}\n<p>{prose(found.lines)}</p>"


def _diagrams(found: Findings) -> str:
    orders = found.diagrams.value
    if orders is None:
        return absent(found.diagrams.reason)
    head = ("Random letters", *map(str, range(len(orders.counts))))
    kinds = ("short", *("number" for _ in orders.counts))
    parts = [table(head, [("planar diagrams", *map(str, orders.counts))], kinds)]
    if found.equivalent.limits:
        parts.insert(0, "<p>These are the diagrams of the expression before the limit.</p>")
    for gallery in orders.drawn:
        total, shown = orders.counts[gallery.order], len(gallery.diagrams)
        left = f"; the first {shown} are shown" if shown < total else ""
        title = f"Order {gallery.order}: {total} diagram{'s' * (total > 1)}{left}"
        drawn = f"<figure><div>{gallery.svg}</div></figure>"
        parts.append(
            f"<details{' open' * (gallery.order == 2)}><summary>{title}</summary>{drawn}</details>"
        )
    return "\n".join(parts)


def _plots(found: Findings) -> str:
    parts = [_values(found)] if found.values.value else []
    if found.kernel.value is None or found.values.value is None:
        return "\n".join([*parts, absent(found.spectrum.reason)])
    plots = (("The spectral density", found.spectrum), ("A curve along a scalar", found.comparison))
    drawn = [_plot(part) for _, part in plots if part.value is not None]
    return "\n".join(
        [
            *parts,
            *drawn,
            *(absent(f"{what}: {part.reason}") for what, part in plots if part.value is None),
        ]
    )


def _values(found: Findings) -> str:
    who = (
        f"planar chose these values (seed {found.seed})"
        if found.chosen
        else "These values were given"
    )
    listed = [(formula(key), escape(text)) for key, text in described(found.values.value or {})]
    return f"<p>{who}:</p>" + table(("Symbol", "Value"), listed, ("symbol", "meaning"))


def _plot(part: Part[Plotted]) -> str:
    if part.value is None:
        return ""
    data = b64encode(part.value.svg.encode()).decode()
    drawn = f'<img class="plot" alt="{escape(part.value.caption)}" src="data:image/svg+xml;base64,{data}">'
    return captioned(drawn, part.value.caption)


def _certificate(found: Findings) -> str:
    certificate = found.certificate.value
    if certificate is None:
        return absent(found.certificate.reason)
    text = (
        "Small matrices of random rationals stand for the deterministic letters and rationals for the ratios, which planar "
        "formulas bear; the enumerated diagrams of the expression are compared with the series of the formula, exactly."
    )
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
    made = table(("Order", "Diagrams", "Both values", ""), cells, kinds)
    full = f"<details><summary>Values in full</summary>{code(str(certificate))}</details>"
    return f"<p>{text}</p>{made}{full}"


def _short(number: str) -> str:
    return number if len(number) <= 34 else f"{number[:14]}…{number[-14:]}"


def _sampling(found: Findings) -> str:
    verdict = found.verdict.value
    if verdict is None:
        return absent(found.verdict.reason)
    head, *body = verdict.table.cells()
    kinds = ("meaning", *("number" for _ in head[1:]))
    titles = tuple(cell if cell == "z" else cell[:1].upper() + cell[1:] for cell in head)
    body = [
        tuple(cell.replace("-", "−") if place else cell for place, cell in enumerate(row))
        for row in body
    ]
    made = table(titles, [tuple(escape(cell) for cell in row) for row in body], kinds)
    summary = verdict.summary()
    said = f"{summary[:1].upper()}{summary[1:]}, at the values above, drawn from the complex ensembles, whose bias is O(1/N²)."
    probes = (
        " X is the expression; T, u and v are fixed random matrices and vectors."
        if len(body) > 1
        else ""
    )
    return f"<p>{escape(said + probes)}</p>{made}"


def _kernel(found: Findings) -> str:
    if found.kernel.value is None:
        return absent(found.kernel.reason)
    text = "<p>A module that needs NumPy and nothing else; it is <code>kernel.py</code> beside this page.</p>"
    return f"{text}<details><summary>Source</summary>{code(found.kernel.value)}</details>"


def _latex(found: Findings) -> str:
    text = (
        "<p>The folder <code>latex/</code> holds a short article, <code>paper.tex</code>, and the pieces that it takes in: "
        "formula, assumptions, diagrams, proof and evidence, for a paper of your own.</p>"
    )
    return text + code(equations(found.equivalent))


def _again(found: Findings) -> str:
    calls: tuple[tuple[str, Callable[[], str]], ...] = (
        ("In Python", lambda: f'{python(found.equivalent)}\neq.report("report"{_options(found)})'),
        ("From the command line", lambda: command(found.equivalent)),
    )
    parts = []
    for title, make in calls:
        made = Part.of(make)
        shown = code(made.value) if made.value is not None else absent(made.reason)
        parts.append(f"<h3>{title}</h3>{shown}")
    return "\n".join(parts)


def _options(found: Findings) -> str:
    return ("" if found.chosen else ", values") + (f", seed={found.seed}" if found.seed else "")
