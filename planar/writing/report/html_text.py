"""Words and formulas as HTML; whatever comes from outside is escaped here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from sympy import Expr

from planar.formulas.chalk import chalk
from planar.formulas.chalk_as_latex import mathematics
from planar.writing.html import display, inline
from planar.writing.latex import latex

__all__ = ["absent", "aligned", "code", "formula", "prose", "reason", "table"]


def prose(text: str) -> str:
    r"""Text with formulas in chalk between backticks, or in LaTeX between dollars.

    >>> prose("5 < `κ`")
    '5 &lt; <span class="math" data-latex="\\kappa">κ</span>'
    """
    parts = re.split(r"(`[^`]*`|\$[^$]*\$)", text)
    return "".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if part.startswith("`"):
        return inline(mathematics(part.strip("`")), part.strip("`"))
    return (
        inline(part.strip("$"), _plain(part.strip("$"))) if part.startswith("$") else escape(part)
    )


def _plain(latex_text: str) -> str:
    """LaTeX as it reads where no script runs."""
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", latex_text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _NAMES.get(m[1], m[1]), text)
    return re.sub(r"[{}]", "", text)


_NAMES = {
    "kappa": "κ",
    "dots": "…",
    "cdots": "⋯",
    "ldots": "…",
    "times": "×",
    "lambda": "λ",
    "mathsf": "",
    "to": "→",
    "infty": "∞",
}


def reason(text: str) -> str:
    """A sentence of planar's own, whose backticks hold code."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        f"<code>{escape(p.strip('`'))}</code>" if p.startswith("`") else escape(p) for p in parts
    )


def absent(why: str) -> str:
    """The sentence that stands for a part that planar refuses."""
    return f'<p class="absent soft">Left out: {reason(why)}</p>'


def formula(expression: Expr) -> str:
    """One expression within a line."""
    return inline(latex(expression), chalk(expression))


def aligned(lines: list[str], text: str) -> str:
    """Lines of LaTeX with marks of alignment as one display, chalk where no script runs."""
    return display("\\begin{aligned}" + " \\\\ ".join(lines) + "\\end{aligned}", text)


def code(text: str) -> str:
    """Text to be copied."""
    button = '<button type="button" class="copy" hidden>Copy</button>'
    return f'<div class="code">{button}<pre><code>{escape(text)}</code></pre></div>'


def table(
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    kinds: tuple[str, ...],
    *,
    stacked: bool = False,
) -> str:
    """Cells of HTML under plain headings, each column of one kind; ``stacked`` ones stand below
    each other on a phone.
    """
    top = "".join(
        f'<th class="{kind}">{escape(cell)}</th>' for cell, kind in zip(head, kinds, strict=True)
    )
    cells = [
        [f'<td class="{kind}">{cell}</td>' for cell, kind in zip(row, kinds, strict=True)]
        for row in rows
    ]
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    name = "stacked" if stacked else "fit"
    return f'<div class="scroll"><table class="{name}"><thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'
