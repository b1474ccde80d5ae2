"""One HTML page that needs nothing else: the equivalent first, then all that is known of it."""

from __future__ import annotations

from html import escape

from planar.formulas.chalk import chalk
from planar.writing.html import scripts
from planar.writing.report.findings import Findings
from planar.writing.report.sections import facts, head, sections
from planar.writing.report.style import POLICY, SCRIPT, STYLE

__all__ = ["page"]


def page(found: Findings) -> str:
    """The page's text; a browser that reads it loads nothing else."""
    parts = list(sections(found))
    title = escape(chalk(found.equivalent.lhs))
    links = [("equivalent", "Equivalent"), *((anchor, name) for anchor, name, _ in parts)]
    contents = "".join(f'<li><a href="#{anchor}">{name}</a></li>' for anchor, name in links)
    body = [
        f'<section id="{anchor}"><h2>{name}</h2>\n{inner}\n</section>'
        for anchor, name, inner in parts
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            scripts(),
            f"<style>{STYLE}</style></head>",
            "<body>",
            f'<header><h1>Deterministic equivalent</h1>\n<nav aria-label="Contents"><ol>{contents}</ol></nav></header>',
            f'<main>\n<section id="equivalent">\n{head(found)}\n{facts(found)}\n</section>',
            *body,
            "</main>",
            "<footer>Made by planar. This page needs no network.</footer>",
            f"<script>{SCRIPT}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )
