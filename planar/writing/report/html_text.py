"""Words and formulas as HTML; whatever comes from outside is escaped here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from sympy import Expr

from planar.formulas.chalk import chalk
from planar.formulas.chalk_to_latex import chalk_to_latex
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
        return inline(chalk_to_latex(part.strip("`")), part.strip("`"))
    if part.startswith("$"):
        return inline(part.strip("$"), _plain(part.strip("$")))
    return escape(part)


def _plain(latex_text: str) -> str:
    """LaTeX as it reads where no script runs."""
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", latex_text)
    text = re.sub(r"\\([A-Za-z]+)", lambda match: _NAMES.get(match[1], match[1]), text)
    return re.sub(r"[{}]", "", text)


_NAMES = {
    "kappa": "κ",
    "dots": "…",
    "cdots": "⋯",
    "ldots": "…",
    "times": "×",
    "lambda": "λ",
    "mu": "μ",
    "varepsilon": "ε",
    "sim": "~",
    "mathsf": "",
    "to": "→",
    "infty": "∞",
}


def reason(text: str) -> str:
    """A sentence of planar's own, whose backticks hold code."""
    return "".join(map(_sentence_part, re.split(r"(`[^`]*`)", text)))


def _sentence_part(part: str) -> str:
    return f"<code>{escape(part.strip('`'))}</code>" if part.startswith("`") else escape(part)


def absent(why: str, what: str = "") -> str:
    """The sentence in place of a part that planar refuses; ``what`` names the part."""
    named = f"Left out ({what}): " if what else "Left out: "
    return f'<p class="absent soft">{named}{reason(why)}</p>'


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
    """Cells of HTML under plain headings, each column of one kind.

    The cells of a ``stacked`` row stand below each other on a phone.
    """
    titles = [escape(cell) for cell in head]
    body = "\n".join(_row("td", row, kinds) for row in rows)
    name = "stacked" if stacked else "fit"
    return (
        f'<div class="scroll"><table class="{name}"><thead>{_row("th", titles, kinds)}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(tag: str, cells: Sequence[str], kinds: Sequence[str]) -> str:
    written = (
        f'<{tag} class="{kind}">{cell}</{tag}>' for cell, kind in zip(cells, kinds, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"
