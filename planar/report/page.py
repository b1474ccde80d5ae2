"""One HTML page that needs nothing else: formula, definitions, steps, diagrams, evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from sympy import Expr

from planar.equivalent import Equivalent
from planar.expression.chalk import chalk
from planar.latex.display import folded, shown_definitions, trace_names
from planar.steps import Step

__all__ = ["page"]

_STYLE = """
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; color: #111; background: #fff; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 1.8rem; }
.formula { font-family: "STIX Two Math", "Cambria Math", Georgia, serif; margin: .3rem 0 .3rem 1.5rem; }
.formula { text-indent: -1rem; padding-left: 1rem; }
pre { font-size: .8rem; overflow-x: auto; background: #f4f4f4; padding: .6rem; } svg { max-width: 100%; height: auto; }
""".strip()


def page(equivalent: Equivalent, steps: Iterable[Step], figure: str, evidence: str) -> str:
    """The page's text; ``figure`` is an SVG, ``evidence`` plain text."""
    names = trace_names(equivalent)
    parts = ["<!DOCTYPE html>", '<html lang="en">', '<head><meta charset="utf-8">']
    parts += [f"<title>{escape(chalk(equivalent.lhs))}</title>", f"<style>{_STYLE}</style></head>", "<body>"]
    parts += ["<h1>Deterministic equivalent</h1>", _formula(equivalent.lhs, folded(equivalent.rhs, names), "≃")]
    parts += [_formula(d.symbol, expr, "=") for d, expr in shown_definitions(equivalent)]
    if not equivalent.closed:
        parts.append("<p>No closed form: a named fixed-point system, solved by the kernel.</p>")
    parts += ["<h2>Assumptions</h2>", f"<p>{_prose('; '.join(equivalent.assumptions))}.</p>"]
    known = {symbol: trace for trace, symbol in names.items()}
    for step in steps:
        if step.title != "Result":
            parts += [f"<h2>{escape(step.title)}</h2>", f"<p>{_prose(step.reason)}</p>"]
            parts += [_formula(left, known.get(left, folded(right, names)), "=") for left, right in step.equations]
    parts += ["<h2>Planar diagrams of second order</h2>", figure[figure.index("<svg") :] if figure else "<p>none</p>"]
    parts += ["<h2>Exact certificate</h2>", f"<pre>{escape(evidence)}</pre>", "</body>", "</html>", ""]
    return "\n".join(parts)


def _prose(text: str) -> str:
    """Escaped text, its few formulas with Greek letters, sub- and superscripts."""
    text = escape(text.replace("$", "").replace(r"\kappa", "κ").replace("1 - gamma", "1 - γ"))
    text = re.sub(r"_\{?(\w+)\}?", r"<sub>\1</sub>", text)
    return re.sub(r"\^\{([^}]*)\}", r"<sup>\1</sup>", text)


def _formula(left: Expr, right: Expr, relation: str) -> str:
    return f'<p class="formula">{escape(chalk(left))} {relation} {escape(chalk(right))}</p>'
