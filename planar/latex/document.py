"""Equations of an equivalent as LaTeX: one aligned display, and a document of the derivation's steps."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from planar.equivalent import Equivalent
from planar.latex.display import folded, shown_definitions, trace_names
from planar.latex.printer import latex
from planar.steps import Step

__all__ = ["equations", "steps_document"]


def equations(equivalent: Equivalent) -> str:
    """The result and its definitions as an ``align*`` environment, in reading order."""
    names = trace_names(equivalent)
    rows = [(equivalent.lhs, folded(equivalent.rhs, names), r"\simeq")]
    rows += [(d.symbol, expr, "=") for d, expr in shown_definitions(equivalent)]
    return _align(rows)


def _align(rows: Iterable[tuple[Expr, Expr, str]]) -> str:
    lines = [f"{latex(left)} &{relation} {latex(right)}" for left, right, relation in rows]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def steps_document(equivalent: Equivalent, steps: Iterable[Step]) -> str:
    """The derivation as a standalone document for pdflatex."""
    names = trace_names(equivalent)
    parts = [
        r"\documentclass{article}",
        r"\usepackage{amsmath,amssymb}",
        r"\begin{document}",
        r"\section*{Deterministic equivalent}",
        equations(equivalent),
    ]
    for step in steps:
        parts += [rf"\paragraph{{{step.title}.}}", _prose(step.reason)]
        if step.equations:
            relation = r"\simeq" if step.title == "Result" else "="
            parts.append(_align((left, folded(right, names), relation) for left, right in step.equations))
    return "\n".join([*parts, r"\end{document}", ""])


def _prose(text: str) -> str:
    for plain, mathematics in (("1/(1 - gamma)", r"$1/(1-\gamma)$"), ("S = R(H)", "$S = R(H)$")):
        text = text.replace(plain, mathematics)
    return text
