"""The LaTeX folder: pieces for a paper of one's own, and a short article that takes them in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Figure
from planar.writing.drawing import STYLE_BLOCK, draw, tikz
from planar.writing.drawing.figure import picture
from planar.writing.latex import equations, latex, steps_document
from planar.writing.latex.document import width
from planar.writing.latex.proof import prose
from planar.writing.report.findings import Findings, Part
from planar.writing.report.formula_rows import definitions, result
from planar.writing.report.letters import entries, premises, spelled
from planar.writing.report.value_table import described

__all__ = ["pieces"]

WIDTH = 6.2
"""Inches of the text."""
BROAD = 78
"""Glyphs that fit on its lines."""


def pieces(found: Findings) -> dict[str, str]:
    """The text of each file by its name."""
    derivation = steps_document(found.equivalent, found.steps, _inline, STYLE_BLOCK, found.lines)
    drawn = _diagrams(found)
    made = {
        "formula.tex": f"% Needs amsmath.\n{_formula(found.equivalent)}\n",
        "definitions.tex": f"{_meanings(found)}\n",
        "assumptions.tex": "\n".join(_assumptions(found)) + "\n",
        "diagrams.tex": drawn,
        "proof.tex": _fragment(derivation),
        "derivation.tex": derivation,
        "evidence.tex": "\n".join(_evidence(found)) + "\n",
        "styles.tex": f"% Needs tikz. The figures of the proof are drawn with these styles.\n{STYLE_BLOCK}\n",
    }
    return {
        name: text
        for name, text in {**made, "paper.tex": _paper(found, bool(drawn))}.items()
        if text
    }


def _inline(figure: Figure) -> str:
    return tikz(picture(figure), "inline")


def _fragment(derivation: str) -> str:
    """The steps of the document without its head and its last section, their sections one level
    lower.
    """
    body = derivation.split(r"\begin{document}", 1)[1].rsplit(r"\end{document}", 1)[0]
    steps = (
        body[body.index(r"\section{") :]
        .split(r"\section*{Exact check}", 1)[0]
        .replace(r"\section{", r"\subsection{")
    )
    return f"% Needs amsmath, amssymb, tikz and styles.tex in the preamble.\n{steps.rstrip()}\n"


def _formula(equivalent: Equivalent) -> str:
    """The result and its definitions in one display; where that is too wide in two, each line flush
    left.
    """
    whole = equations(equivalent)
    rows = [line.partition("&") for line in whole.splitlines()[1:-1]]
    if max(width(left) for left, _, _ in rows) + max(width(right) for _, _, right in rows) <= BROAD:
        return whole
    defined = list[str]()
    for d in definitions(equivalent):
        first, *rest = d.row.lines
        defined += [f"&{latex(d.symbol)} = {first.removeprefix('&')}", *rest]
    displays = [lines for lines in (result(equivalent).lines, defined) if lines]
    return "\n".join(
        "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}" for lines in displays
    )


def _diagrams(found: Findings) -> str:
    """The diagrams of order two, or of the first order that has some, with the styles that they
    need.
    """
    shown = found.diagrams.value.drawn if found.diagrams.value else ()
    chosen = [one.diagrams for one in shown if one.order == 2] or [one.diagrams for one in shown]
    if not chosen:
        return ""
    ladders = Part[str].of(lambda: draw(chosen[0], "tikz", layout="ladder", width=WIDTH))
    return f"% Needs tikz.\n{ladders.value or draw(chosen[0], 'tikz', width=WIDTH)}"


def _meanings(found: Findings) -> str:
    """What the symbols are, in one sentence; those of one meaning stand together."""
    together: dict[str, list[str]] = {}
    for d in definitions(found.equivalent):
        if d.meaning:
            kind = " (solution of its equation)" if d.implicit else ""
            together.setdefault(f"{prose(spelled(d.meaning, found.equivalent))}{kind}", []).append(
                f"${latex(d.symbol)}$"
            )
    parts = [f"{', '.join(symbols)}: {meaning}" for meaning, symbols in together.items()]
    return "\\noindent Here " + ";\n".join(parts) + "." if parts else ""


def _assumptions(found: Findings) -> Iterator[str]:
    yield r"\begin{itemize}\setlength{\itemsep}{0pt}"
    for entry in entries(found.equivalent):
        size = f", ${entry.written_size[0]}$" if entry.size else ""
        yield rf"\item ${latex(entry.symbol)}${size}: {prose(entry.assumed)};"
    yield r"\end{itemize}"
    yield from (prose(sentence) for sentence in premises(found.equivalent))


def _evidence(found: Findings) -> Iterator[str]:
    """Certificate, lines and samples, each as a sentence, the samples as a table too."""
    certificate, verdict = found.certificate.value, found.verdict.value
    if certificate is not None:
        said = (
            "equal the enumerated planar diagrams"
            if certificate
            else "differ from the enumerated planar diagrams"
        )
        counts = ", ".join(f"{row.diagrams} of order {row.order}" for row in certificate.orders)
        yield f"In exact arithmetic the terms of the series of the formula {said}: {counts} (seed {certificate.seed})."
    else:
        yield f"There is no exact certificate: {_reason(found.certificate.reason)}"
    yield f"\n{_reason(found.lines)}\n"
    if verdict is None:
        yield f"There is no check by sampling: {_reason(found.verdict.reason)}"
        return
    yield f"By sampling: {_reason(verdict.summary())}.\n"
    shown = "; ".join(
        f"${latex(key)}$: {_signs(text)}" for key, text in described(found.values.value or {})
    )
    yield f"The values are {shown}.\n"
    head, *body = verdict.table.cells()
    yield r"\begin{center}\small\begin{tabular}{lrrrr}"
    yield " & ".join(head) + r" \\ \hline\rule{0pt}{2.6ex}"
    yield from (" & ".join(_signs(cell) for cell in row) + r" \\" for row in body)
    yield r"\end{tabular}\end{center}"


def _reason(text: str) -> str:
    """A sentence of planar's own; what stands between backticks is code."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        rf"\texttt{{{_signs(p[1:-1])}}}" if p.startswith("`") else _signs(p) for p in parts
    )


_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
_SIGNS |= {sign: "\\" + sign for sign in "_%#&{}$"}
_SIGNS |= {
    "×": r"$\times$",
    "κ": r"$\kappa$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "≃": r"$\simeq$",
    "'": "’",
}


def _signs(text: str) -> str:
    """Text that TeX takes for text, in the letters that it has."""
    return "".join(_SIGNS.get(c, c if c.isascii() or c == "’" else "?") for c in text)


def _paper(found: Findings, diagrams: bool) -> str:
    parts = [
        r"\documentclass{article}",
        r"\usepackage{amsmath,amssymb,graphicx,tikz}",
        r"\usepackage[margin=25mm]{geometry}",
        r"\allowdisplaybreaks",
        r"\input{styles}",
        r"\title{Deterministic equivalent}\author{}\date{}",
        r"\begin{document}",
        r"\maketitle",
        r"\section{Result}",
        r"\input{formula}",
        r"\input{definitions}",
        r"\section{Assumptions}",
        r"\input{assumptions}",
    ]
    if diagrams:
        parts += [
            r"\section{Planar diagrams}",
            r"\begin{center}",
            r"\input{diagrams}",
            r"\end{center}",
        ]
    parts += [r"\section{Derivation}", r"\input{proof}", r"\section{Evidence}", r"\input{evidence}"]
    for name, part in (("density", found.spectrum), ("curve", found.comparison)):
        if part.value is not None:
            caption = rf"\caption{{{prose(part.value.caption)}}}"
            parts += [
                r"\begin{figure}[ht]\centering",
                rf"\includegraphics{{{name}}}",
                caption,
                r"\end{figure}",
            ]
    return "\n".join([*parts, r"\end{document}", ""])
