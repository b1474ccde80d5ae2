"""Formulas on a page: LaTeX for KaTeX, which the page carries with it.

A line of text stands where no script runs.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

__all__ = ["KATEX", "delimited", "display", "inline", "scripts"]

KATEX = Path(__file__).parent / "katex"
"""The folder of KaTeX 0.16.47 (MIT licence): script, style, fonts."""

RENDER = """
function renderMathematics(root) {
  for (const node of root.querySelectorAll("[data-latex]")) {
    katex.render(node.dataset.latex, node, {
      displayMode: node.classList.contains("display"),
      throwOnError: false,
      trust: false,
      strict: false,
      maxExpand: 1000,
    });
  }
}
""".strip()

_INLINE = re.compile(r'<span class="math" data-latex="([^"]*)">.*?</span>', re.S)
_DISPLAY = re.compile(r'<div class="math display" data-latex="([^"]*)">.*?</div>', re.S)


def inline(latex: str, text: str) -> str:
    """A formula within a line; ``text`` stands there until KaTeX replaces it.

    >>> inline(r"\\kappa < 1", "κ < 1")
    '<span class="math" data-latex="\\\\kappa &lt; 1">κ &lt; 1</span>'
    """
    return f'<span class="math" data-latex="{escape(latex)}">{escape(text)}</span>'


def display(latex: str, text: str) -> str:
    """A formula on a line of its own; it may break where the text does."""
    return f'<div class="math display" data-latex="{escape(latex)}">{escape(text)}</div>'


def delimited(page: str) -> str:
    """The page with every formula between the delimiters of MathJax, which a notebook brings.

    >>> delimited(inline("x < 1", "x < 1"))
    '<span>\\\\(x &lt; 1\\\\)</span>'
    """
    page = _INLINE.sub(r"<span>\\(\1\\)</span>", page)
    return _DISPLAY.sub(r"<div>\\[\1\\]</div>", page)


@cache
def scripts() -> str:
    """Style and script elements for the head of a page, fonts within.

    The page calls ``renderMathematics(document)``.
    """
    style = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    style = re.sub(r'src:url\(fonts/([\w-]+)\.woff2\) format\("woff2"\)[^}]*', _embedded, style)
    script = (KATEX / "katex.min.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    return f"<style>{style}</style>\n<script>{script}</script>\n<script>{RENDER}</script>"


def _embedded(match: re.Match[str]) -> str:
    font = b64encode((KATEX / "fonts" / f"{match[1]}.woff2").read_bytes()).decode()
    return f'src:url(data:font/woff2;base64,{font}) format("woff2")'
