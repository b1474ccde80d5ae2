"""Formulas by the KaTeX that planar carries.

Script, style and fonts are copied into the build; nothing is fetched.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset

from planar.writing.html.typeset import KATEX, RENDER

READY = 'document.addEventListener("DOMContentLoaded", () => renderMathematics(document));'


def _inline(self: Any, node: nodes.math) -> None:
    text = escape(node.astext())
    self.body.append(f'<span class="math" data-latex="{text}">{text}</span>')
    raise nodes.SkipNode


def _display(self: Any, node: nodes.math_block) -> None:
    text = node.astext().strip()
    whole = (
        text
        if r"\begin{" in text or r"\\" not in text
        else rf"\begin{{aligned}}{text}\end{{aligned}}"
    )
    ids = "".join(f'<span id="{name}"></span>' for name in node.get("ids", ()))
    self.body.append(
        f'{ids}<div class="math display" data-latex="{escape(whole)}">{escape(text)}</div>\n'
    )
    raise nodes.SkipNode


def _copied(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        copy_asset(KATEX, Path(app.outdir) / "_static" / "katex")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("katex", (_inline, None), (_display, None))
    app.add_css_file("katex/katex.min.css")
    app.add_js_file("katex/katex.min.js")
    app.add_js_file(None, body=f"{RENDER}\n{READY}")
    app.connect("build-finished", _copied)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
