"""The LaTeX folder: pieces for a paper of one's own, and a short article that takes them in."""

from __future__ import annotations

from collections.abc import Iterator

from planar.derivation.equivalent import Equivalent
from planar.diagrams import Diagram
from planar.evidence.check.verdict import Verdict
from planar.writing.drawing import STYLE_BLOCK, draw
from planar.writing.drawing.inline import inline_tikz
from planar.writing.latex import equations, latex, steps_document
from planar.writing.latex.broken_lines import width
from planar.writing.latex.proof import prose
from planar.writing.report.curves import Plotted
from planar.writing.report.evidence_text import certified, enlargement, sampled, values_are
from planar.writing.report.findings import Findings
from planar.writing.report.formula_rows import Defined, definitions, result
from planar.writing.report.letters import entries, premises, spelled
from planar.writing.report.part import Part
from planar.writing.report.tex_text import signs, typeset
from planar.writing.report.value_table import described

__all__ = ["pieces"]

WIDTH = 6.2
"""Inches of the text."""
BROAD = 78
"""Glyphs that fit on its lines."""
_STYLES = "The figures of the proof are drawn with these styles."


def pieces(findings: Findings) -> dict[str, str]:
    """The text of each file by its name."""
    equivalent = findings.equivalent
    derivation = steps_document(
        equivalent, findings.steps, inline_tikz, STYLE_BLOCK, findings.lines
    )
    diagrams = _diagrams(findings)
    files = {
        "formula.tex": f"% Needs amsmath.\n{_formula(equivalent)}\n",
        "definitions.tex": f"{_meanings(equivalent)}\n",
        "assumptions.tex": "\n".join(_assumptions(equivalent)) + "\n",
        "diagrams.tex": diagrams,
        "proof.tex": _fragment(derivation),
        "derivation.tex": derivation,
        "evidence.tex": "\n".join(_evidence(findings)) + "\n",
        "styles.tex": f"% Needs tikz. {_STYLES}\n{STYLE_BLOCK}\n",
        "paper.tex": "\n".join(_paper(findings, bool(diagrams))),
    }
    return {name: text for name, text in files.items() if text}


def _fragment(derivation: str) -> str:
    """The steps of the document without its head and its last section.

    Their sections stand one level lower.
    """
    body = derivation.split(r"\begin{document}", 1)[1].rsplit(r"\end{document}", 1)[0]
    steps = body[body.index(r"\section{") :].split(r"\section*{Exact check}", 1)[0]
    lowered = steps.replace(r"\section{", r"\subsection{").rstrip()
    return f"% Needs amsmath, amssymb, tikz and styles.tex in the preamble.\n{lowered}\n"


def _formula(equivalent: Equivalent) -> str:
    """The result and its definitions in one display.

    Where that is too wide there are two, with each line flush left.
    """
    whole = equations(equivalent)
    rows = [line.partition("&") for line in whole.splitlines()[1:-1]]
    if max(width(left) for left, _, _ in rows) + max(width(right) for _, _, right in rows) <= BROAD:
        return whole
    defined = list[str]()
    for definition in definitions(equivalent):
        first, *others = definition.row.lines
        defined += [f"&{latex(definition.symbol)} = {first.removeprefix('&')}", *others]
    displays = [lines for lines in (result(equivalent).lines, defined) if lines]
    return "\n".join(
        "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}" for lines in displays
    )


def _diagrams(findings: Findings) -> str:
    """Diagrams with the styles that they need: those of order two, else of the first order."""
    galleries = findings.diagrams.value.drawn if findings.diagrams.value else ()
    second = [gallery.diagrams for gallery in galleries if gallery.order == 2]
    diagrams = [*second, *(gallery.diagrams for gallery in galleries)]
    return f"% Needs tikz.\n{_drawn(diagrams[0])}" if diagrams else ""


def _drawn(diagrams: tuple[Diagram, ...]) -> str:
    """As ladders where there are two resolvents, else on one line."""
    ladders = Part[str].of(lambda: draw(diagrams, "tikz", layout="ladder", width=WIDTH))
    return ladders.value or draw(diagrams, "tikz", width=WIDTH)


def _meanings(equivalent: Equivalent) -> str:
    """What the symbols are, in one sentence; those of one meaning stand together."""
    together: dict[str, list[str]] = {}
    for definition in definitions(equivalent):
        if definition.meaning:
            symbols = together.setdefault(_meaning(equivalent, definition), [])
            symbols.append(f"${latex(definition.symbol)}$")
    parts = [f"{', '.join(symbols)}: {meaning}" for meaning, symbols in together.items()]
    return "\\noindent Here " + ";\n".join(parts) + "." if parts else ""


def _meaning(equivalent: Equivalent, definition: Defined) -> str:
    kind = " (solution of its equation)" if definition.implicit else ""
    return f"{prose(spelled(definition.meaning, equivalent))}{kind}"


def _assumptions(equivalent: Equivalent) -> Iterator[str]:
    yield r"\begin{itemize}\setlength{\itemsep}{0pt}"
    for entry in entries(equivalent):
        size = f", ${entry.written_size[0]}$" if entry.size else ""
        yield rf"\item ${latex(entry.symbol)}${size}: {prose(entry.assumed)};"
    yield r"\end{itemize}"
    yield from (prose(sentence) for sentence in premises(equivalent))


def _evidence(findings: Findings) -> Iterator[str]:
    """Certificate, lines and samples, each as a sentence, the samples as a table too."""
    certificate, verdict = findings.certificate.value, findings.verdict.value
    if certificate is not None:
        answer = "Certified" if certificate else "Refuted"
        yield f"{answer} (seed {certificate.seed}): {prose(certified(findings, certificate))}."
    else:
        yield f"There is no exact certificate: {typeset(findings.certificate.reason)}"
    yield f"\n{typeset(findings.lines)}\n"
    yield f"{typeset(findings.agreement.sentence)}\n"
    if verdict is not None:
        yield from _samples(findings, verdict)
    else:
        yield f"There is no Monte Carlo check: {typeset(findings.verdict.reason)}"


def _samples(findings: Findings, verdict: Verdict) -> Iterator[str]:
    yield f"{typeset(sampled(verdict))}\n"
    values = described(findings.values.value or {})
    listed = "; ".join(f"${latex(key)}$: {signs(text)}" for key, text in values)
    yield f"{typeset(values_are(findings))}: {listed}. {typeset(enlargement(findings, verdict))}\n"
    head, *rows = verdict.table.cells()
    yield r"\begin{center}\small\begin{tabular}{lrrrr}"
    yield " & ".join(head) + r" \\ \hline\rule{0pt}{2.6ex}"
    for row in rows:
        yield " & ".join(map(signs, row)) + r" \\"
    yield r"\end{tabular}\end{center}"


def _paper(findings: Findings, diagrams: bool) -> Iterator[str]:
    yield r"\documentclass{article}"
    yield r"\usepackage{amsmath,amssymb,graphicx,tikz}"
    yield r"\usepackage[margin=25mm]{geometry}"
    yield r"\allowdisplaybreaks"
    yield r"\input{styles}"
    yield rf"\title{{${latex(findings.equivalent.lhs)}$}}\author{{}}\date{{}}"
    yield r"\begin{document}"
    yield r"\maketitle"
    yield from (r"\section{Result}", r"\input{formula}", r"\input{definitions}")
    yield from (r"\section{Assumptions}", r"\input{assumptions}")
    if diagrams:
        yield r"\section{Planar diagrams}"
        yield from (r"\begin{center}", r"\input{diagrams}", r"\end{center}")
    yield from (r"\section{Derivation}", r"\input{proof}")
    yield from (r"\section{Evidence}", r"\input{evidence}")
    for name, part in (("density", findings.spectrum), ("curve", findings.comparison)):
        if part.value is not None:
            yield from _figure(name, part.value)
    yield r"\end{document}"
    yield ""


def _figure(name: str, plotted: Plotted) -> Iterator[str]:
    yield r"\begin{figure}[ht]\centering"
    yield rf"\includegraphics{{{name}}}"
    yield rf"\caption{{{prose(plotted.caption)}}}"
    yield r"\end{figure}"
