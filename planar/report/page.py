"""One HTML page that needs nothing else: formula, definitions, the derivation with its figures, evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from sympy import Expr

from planar.equivalent import Equivalent
from planar.expression.chalk import chalk
from planar.expression.order import bare, signed_sum
from planar.latex.display import folded, shown_definitions, trace_names
from planar.proof import Figure, Line, Step

__all__ = ["page"]

_STYLE = """
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; color: #111; background: #fff; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 1.8rem; }
.formula { font-family: "STIX Two Math", "Cambria Math", Georgia, serif; margin: .3rem 0 .3rem 1.5rem; }
.formula { text-indent: -1rem; padding: 0 3.5rem 0 1rem; position: relative; }
.formula span { position: absolute; right: 0; color: #666; }
figure { margin: 1rem 0; text-align: center; } figcaption { font-size: .85rem; color: #333; }
pre { font-size: .8rem; overflow-x: auto; background: #f4f4f4; padding: .6rem; } svg { max-width: 100%; height: auto; }
""".strip()


def page(equivalent: Equivalent, steps: Iterable[Step], drawn: Callable[[Figure], str], evidence: str) -> str:
    """The page's text; ``drawn`` is SVG for a figure, ``evidence`` plain text."""
    names = trace_names(equivalent)
    parts = ["<!DOCTYPE html>", '<html lang="en">', '<head><meta charset="utf-8">']
    parts += [f"<title>{escape(chalk(equivalent.lhs))}</title>", f"<style>{_STYLE}</style></head>", "<body>"]
    parts += ["<h1>Deterministic equivalent</h1>", _formula(chalk(equivalent.lhs), chalk(folded(equivalent.rhs, names)), "≃")]
    parts += [_formula(chalk(d.symbol), chalk(expr)) for d, expr in shown_definitions(equivalent)]
    if not equivalent.closed:
        parts.append("<p>No closed form: a named fixed-point system, solved by the kernel.</p>")
    number, shown = 0, 0
    for place, step in enumerate(steps):
        parts += [f"<h2>{place + 1} {escape(step.title)}</h2>", f"<p>{_prose(step.reason)}</p>"]
        for figure in step.figures:
            shown += 1
            parts.append(f"<figure>{drawn(figure)}<figcaption>Figure {shown}. {_prose(figure.caption)}</figcaption></figure>")
        for line in step.lines:
            number += 1
            parts.append(_line(line, names, number))
    parts += ["<h2>Exact certificate</h2>", f"<pre>{escape(evidence)}</pre>", "</body>", "</html>", ""]
    return "\n".join(parts)


def _line(line: Line, names: dict[Expr, Expr], number: int) -> str:
    known = {symbol: trace for trace, symbol in names.items()}
    if line.terms:
        right = signed_sum(chalk(bare(t) if t.is_Matrix else t) for t in line.terms)
    else:
        right = chalk(known.get(line.left, folded(line.right, names)))
    return _formula(chalk(line.left), right + (" + ⋯" if line.more else ""), line.relation, f"({number})")


def _prose(text: str) -> str:
    """Escaped text; formulas between backticks are in chalk already, those in LaTeX get Greek letters and levels."""
    parts = re.split(r"(`[^`]*`|\$[^$]*\$)", text)
    return "".join(f"<i>{escape(p.strip('`'))}</i>" if p.startswith("`") else _plain(p) for p in parts)


def _plain(text: str) -> str:
    if not text.startswith("$"):
        return escape(text)
    text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", text.strip("$"))
    text = escape(re.sub(r"\\([A-Za-z]+)", lambda m: _NAMES.get(m[1], m[1]), text))
    text = re.sub(r"_\{?(\w+)\}?", r"<sub>\1</sub>", text)
    return re.sub(r"\^\{?([^}\s]*)\}?", r"<sup>\1</sup>", text)


_NAMES = {"kappa": "κ", "dots": "…", "cdots": "⋯", "ldots": "…", "times": "×", "lambda": "λ", "mathsf": ""}


def _formula(left: str, right: str, relation: str = "=", number: str = "") -> str:
    mark = f"<span>{number}</span>" if number else ""
    return f'<p class="formula">{mark}{escape(left)} {relation} {escape(right)}</p>'
