"""A derivation as a document for pdflatex: numbered lines, figures, the reason for every step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Figure, Line, Step
from planar.formulas.chalk_to_latex import chalk_to_latex
from planar.formulas.latex import latex
from planar.formulas.order import bare
from planar.writing.latex.broken_lines import PAGE, fitted, lines_of, width
from planar.writing.latex.display import plain_rows, sign
from planar.writing.latex.document import equations, shortened

__all__ = ["prose", "signed_terms", "steps_document"]


def steps_document(
    equivalent: Equivalent,
    steps: Iterable[Step],
    drawn: Callable[[Figure], str],
    styles: str,
    evidence: str = "",
) -> str:
    """The derivation as a standalone document.

    ``drawn`` is TikZ for a figure in ``styles``, ``evidence`` a last sentence.
    """
    parts = [
        r"\documentclass{article}",
        r"\usepackage{amsmath,amssymb,tikz}",
        r"\usepackage[margin=25mm]{geometry}",
        r"\allowdisplaybreaks",
        styles,
        r"\begin{document}",
        r"\section*{Deterministic equivalent}",
        "To be derived:",
        equations(equivalent),
    ]
    for step in steps:
        parts += [rf"\section{{{prose(step.title)}}}", prose(step.reason)]
        parts += [_figure(figure, drawn) for figure in step.figures]
        rows = list(_rows(equivalent, step))
        if rows:
            parts.append("\\begin{align}\n" + " \\\\\n".join(rows) + "\n\\end{align}")
    if evidence:
        parts += [r"\section*{Exact check}", prose(evidence)]
    return "\n".join([*parts, r"\end{document}", ""])


def _figure(figure: Figure, drawn: Callable[[Figure], str]) -> str:
    caption = rf"\refstepcounter{{figure}}Figure \thefigure: {prose(figure.caption)}"
    inner = [
        r"\begin{minipage}{\linewidth}\centering",
        drawn(figure).strip(),
        r"\par\medskip",
        caption,
        r"\end{minipage}",
    ]
    return "\n".join([r"\begin{center}", *inner, r"\end{center}"])


def _rows(equivalent: Equivalent, step: Step) -> Iterator[str]:
    """Lines of one step; what follows the first line of a long one has no number of its own."""
    plain = plain_rows(equivalent, step.lines)
    rows = iter(shortened(plain, equivalent) if plain else [])
    for line in step.lines:
        lines = _series(line) if line.terms else lines_of(*next(rows))
        yield from _numbered(fitted(latex(line.left), lines))
    for left, right, relation in rows:
        yield from _numbered(fitted(latex(left), lines_of(left, right, relation)))


def _numbered(lines: list[str]) -> list[str]:
    """The number stands on the last line."""
    return [rf"{line} \notag" for line in lines[:-1]] + lines[-1:]


def _series(line: Line) -> list[str]:
    """A sum in its own order, as many terms on a line as fit."""
    left, rows = f"{latex(line.left)} &{sign(line)}", [""]
    for term in signed_terms(line):
        if rows[-1] and width(left + rows[-1] + term) > PAGE:
            rows.append(r"\qquad")
        rows[-1] += f" {term}"
    if line.more:
        rows[-1] += r" + \cdots"
    return [left + rows[0], *(f"&{row}" for row in rows[1:])]


def signed_terms(line: Line) -> Iterator[str]:
    """The terms of a series in LaTeX, each but the first with its sign before it."""
    for place, term in enumerate(line.terms):
        text = latex(bare(term) if term.is_Matrix else term)
        if place == 0:
            yield text
        else:
            yield f"- {text[1:].strip()}" if text.startswith("-") else f"+ {text}"


def prose(text: str) -> str:
    """Text with formulas in chalk between backticks, or in LaTeX between dollars.

    All else is escaped.
    """
    parts = re.split(r"(`[^`]*`|\$[^$]*\$)", text)
    return "".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if part.startswith("`"):
        return f"${chalk_to_latex(part.strip('`'))}$"
    if part.startswith("$"):
        return part
    return re.sub(r"([_%#&{}])", r"\\\1", part).replace("^", r"\^{}").replace("'", "’")
