"""One HTML page that needs nothing else: the equivalent first, then all that is known of it."""

from __future__ import annotations

from html import escape

from planar.formulas.chalk import chalk
from planar.writing.html import scripts
from planar.writing.report.findings import Findings
from planar.writing.report.html_text import formula
from planar.writing.report.page_head import facts, head
from planar.writing.report.sections import sections
from planar.writing.report.style import POLICY, SCRIPT, STYLE

__all__ = ["page"]


def page(findings: Findings) -> str:
    """The page's text; a browser that reads it loads nothing else."""
    parts = list(sections(findings))
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
            f"<title>{escape(chalk(findings.equivalent.lhs))}</title>",
            scripts(),
            f"<style>{STYLE}</style></head>",
            "<body>",
            f"<header><h1>{formula(findings.equivalent.lhs)}</h1>",
            f"{_contents([(anchor, name) for anchor, name, _ in parts])}</header>",
            '<main>\n<section id="equivalent">',
            f"{head(findings)}\n{facts(findings)}\n</section>",
            *body,
            "</main>",
            "<footer>Made by planar. This page needs no network.</footer>",
            f"<script>{SCRIPT}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _contents(parts: list[tuple[str, str]]) -> str:
    """The list of sections, the equivalent first."""
    links = [("equivalent", "Equivalent"), *parts]
    items = "".join(f'<li><a href="#{anchor}">{name}</a></li>' for anchor, name in links)
    return f'<nav aria-label="Contents"><ol>{items}</ol></nav>'
