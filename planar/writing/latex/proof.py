"""A derivation as a document for pdflatex: numbered lines, figures, the reason for every step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from sympy import Expr

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Figure, Line, Step
from planar.formulas.chalk_as_latex import mathematics
from planar.formulas.latex import latex
from planar.formulas.order import bare
from planar.writing.latex.display import folded, trace_names
from planar.writing.latex.document import PAGE, equations, fitted, lines_of, shortened, width

__all__ = ["prose", "steps_document"]

Row = tuple[Expr, Expr, str]


def steps_document(
    equivalent: Equivalent,
    steps: Iterable[Step],
    drawn: Callable[[Figure], str],
    styles: str,
    evidence: str = "",
) -> str:
    """The derivation as a standalone document; ``drawn`` is TikZ for a figure in ``styles``,
    ``evidence`` a last sentence.
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
    names = trace_names(equivalent)
    known = {symbol: trace for trace, symbol in names.items()}
    plain = [
        (x.left, known.get(x.left, folded(x.right, names)), _sign(x))
        for x in step.lines
        if not x.terms
    ]
    short = shortened(plain, equivalent) if plain else []
    own = iter(short)
    for line in step.lines:
        row = None if line.terms else next(own)
        yield from _numbered(
            fitted(latex(line.left), _series(line) if row is None else lines_of(*row))
        )
    for row in own:
        yield from _numbered(fitted(latex(row[0]), lines_of(*row)))


def _numbered(lines: list[str]) -> list[str]:
    """The number stands on the last line."""
    return [rf"{line} \notag" for line in lines[:-1]] + lines[-1:]


def _sign(line: Line) -> str:
    return r"\simeq" if line.kind == "expectation" else "="


def _series(line: Line) -> list[str]:
    """A sum in its own order, as many terms on a line as fit."""
    left, rows = f"{latex(line.left)} &{_sign(line)}", [""]
    for k, term in enumerate(line.terms):
        text = latex(bare(term) if term.is_Matrix else term)
        text = text if k == 0 else f"- {text[1:].strip()}" if text.startswith("-") else f"+ {text}"
        if rows[-1] and width(left + rows[-1] + text) > PAGE:
            rows.append(r"\qquad")
        rows[-1] += f" {text}"
    if line.more:
        rows[-1] += r" + \cdots"
    return [left + rows[0], *(f"&{row}" for row in rows[1:])]


def prose(text: str) -> str:
    """Text with formulas in chalk between backticks, or in LaTeX between dollars; all else is
    escaped.
    """
    parts = re.split(r"(`[^`]*`|\$[^$]*\$)", text)
    return "".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if part.startswith("`"):
        return f"${mathematics(part.strip('`'))}$"
    if part.startswith("$"):
        return part
    return re.sub(r"([_%#&{}])", r"\\\1", part).replace("^", r"\^{}").replace("'", "’")
